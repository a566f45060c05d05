"""Tests are sentences: what happens, said in plain English."""

import ast

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
