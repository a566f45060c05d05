"""Tests are sentences: what happens, said in plain English."""

import ast

from tests.conftest import BOTTOM, TESTS
from tests.house.plan import here, tracked_files, tree


def sentence_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Read the docstring of a test."""
    return (ast.get_docstring(node) or "").strip()


def test_every_test_tells_what_happens():
    """A test without a sentence leaves the reader to guess what broke."""
    silent = [
        f"{here(path)}:{node.lineno} {node.name}"
        for path in tracked_files()
        if path.name.startswith("test_") and path.suffix == ".py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not sentence_of(node).endswith((".", "?", "!"))
    ]
    assert not silent


def test_what_needs_a_house_says_so_in_a_mark():
    """A module of the bottom floor that skips itself without Django would be tested nowhere, were it not marked `site`."""
    unmarked = [
        here(path)
        for floor in BOTTOM
        for path in sorted(TESTS.joinpath(*floor).rglob("test_*.py"))
        if 'importorskip("django"' in (text := path.read_text(encoding="utf-8"))
        and not any("pytest.mark.site" in line for line in text.splitlines() if line.startswith("pytestmark"))
    ]
    assert not unmarked
