"""No module and no function grows past what one can hold in mind, or the reason is written down."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.house.plan import HOUSE, here, tracked_files, tree

PYTHON = (400, 50)  # lines of a module, lines of a function
JAVASCRIPT = (250, 40)
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
NOT_A_FUNCTION = re.compile(r"\b(if|for|while|switch|catch|with)\s*\($")
STRINGS_AND_COMMENTS = re.compile(
    r"//[^\n]*|/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`", re.DOTALL
)


def exceptions() -> dict[str, str]:
    """Read the exceptions and their reasons."""
    return tomllib.loads((HOUSE / "tests/house/exceptions.toml").read_text(encoding="utf-8"))["sizes"]


def python_sizes(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield the name, the lines and the limit of a module and of each function in it, without its docstring."""
    yield here(path), len(path.read_text(encoding="utf-8").splitlines()), PYTHON[0]
    for node in ast.walk(tree(path)):
        if isinstance(node, FUNCTIONS):
            said = node.body[0] if ast.get_docstring(node) else None
            words = (said.end_lineno - said.lineno + 1) if said else 0
            yield f"{here(path)}:{node.name}", node.end_lineno - node.lineno + 1 - words, PYTHON[1]


def without_words(script: str) -> str:
    """Blank strings and comments of JavaScript out, keeping its lines."""
    return STRINGS_AND_COMMENTS.sub(lambda found: "\n" * found[0].count("\n"), script)


def opens_a_function(before: str) -> bool:
    """Tell whether a brace after this text opens the body of a function."""
    before = before.rstrip()
    if before.endswith("=>"):
        return True
    if not before.endswith(")"):
        return False
    depth = 0
    for place in range(len(before) - 1, -1, -1):
        depth += (before[place] == ")") - (before[place] == "(")
        if depth == 0:
            return not NOT_A_FUNCTION.search(before[: place + 1])
    return False


def javascript_sizes(path: Path) -> Iterator[tuple[str, int, int]]:
    """Yield the name, the lines and the limit of a browser module and of each function in it."""
    script = path.read_text(encoding="utf-8")
    yield here(path), len(script.splitlines()), JAVASCRIPT[0]
    code = without_words(script)
    opened: list[tuple[int, bool]] = []
    for brace in re.finditer(r"[{}]", code):
        line = code.count("\n", 0, brace.start()) + 1
        if brace[0] == "{":
            opened.append((line, opens_a_function(code[: brace.start()])))
        elif opened:
            begun, is_function = opened.pop()
            if is_function:
                yield f"{here(path)}:{begun}", line - begun + 1, JAVASCRIPT[1]


def all_sizes() -> Iterator[tuple[str, int, int]]:
    """Yield the sizes of everything that people wrote."""
    for path in tracked_files():
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from python_sizes(path)
        elif path.suffix == ".js" and "static" in path.parts:
            yield from javascript_sizes(path)


def test_modules_and_functions_fit_in_mind():
    """A module or function past its limit is split, or its reason stands in exceptions.toml."""
    long = {name: f"{lines} lines, at most {limit}" for name, lines, limit in all_sizes() if lines > limit}
    for name in exceptions():
        long.pop(name, None)
    assert not long


def test_no_exception_outlives_its_reason():
    """An exception for something that has been split or removed is deleted."""
    long = {name for name, lines, limit in all_sizes() if lines > limit}
    assert sorted(set(exceptions()) - long) == []


def test_functions_of_javascript_are_measured(tmp_path, monkeypatch):
    """The counter sees functions, arrows and methods, and takes neither conditions nor words for one."""
    script = (
        'function a() {\n if (x) {\n  "{";\n }\n}\nconst b = (y) => {\n // {\n};\nclass C {\n m(z) {\n }\n}\n'
    )
    path = tmp_path / "small.js"
    path.write_text(script)
    monkeypatch.setattr("tests.house.test_sizes.here", lambda path: path.name)
    sizes = [(name, lines) for name, lines, _ in javascript_sizes(path)]
    assert sizes == [("small.js", 12), ("small.js:1", 5), ("small.js:6", 3), ("small.js:10", 2)]
