"""Each room says what it promises, and rooms stay strangers where import-linter cannot look."""

import ast
import re

import pytest

from tests.house.plan import ROOMS, SOURCE, built_rooms, here, modules, tree

MAY_IMPORT_LATE = ("cli/", "web/", "/apps.py")
SIBLINGS = {room: {other for other in ROOMS if other not in (room, "ledger")} for room in ROOMS}
TEMPLATE_CALL = re.compile(r"""{%\s*(?:include|extends|url)\s+["'](\w+)[/:]""")


def room_of(path) -> str:
    """Name the room that a file lies in."""
    return path.relative_to(SOURCE).parts[0]


@pytest.mark.parametrize("room", built_rooms(), ids=lambda room: room.name)
def test_a_room_opens_with_its_promise_and_nothing_else(room):
    """The __init__ of a room is a docstring, so that importing a part of it brings nothing else along."""
    module = tree(room / "__init__.py")
    assert ast.get_docstring(module), f"{here(room)}/__init__.py: say what the room promises"
    assert len(module.body) == 1, (
        f"{here(room)}/__init__.py: only a docstring, so that cores load without Django"
    )


def test_imports_wait_only_at_the_edges():
    """An import inside a function is for the command line, which must start without Django, and for app start."""
    late = [
        f"{here(path)}:{inner.lineno}"
        for path in modules()
        if not any(part in path.relative_to(SOURCE).as_posix() for part in MAY_IMPORT_LATE)
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not late


def test_templates_of_a_room_call_no_sibling():
    """A template includes, extends and links to its own room, the book and the frame, not to a sibling."""
    found = [
        f"{here(path)}: {called}"
        for path in SOURCE.glob("*/templates/**/*")
        if path.is_file() and room_of(path) in SIBLINGS
        for called in TEMPLATE_CALL.findall(path.read_text(encoding="utf-8"))
        if called in SIBLINGS[room_of(path)]
    ]
    assert not found


def test_modules_of_a_room_name_no_view_or_table_of_a_sibling():
    """Names in strings ("checks:report", "checks.Flow") would join two rooms behind the back of import-linter."""
    found = [
        f"{here(path)}:{node.lineno} {node.value!r}"
        for path in modules()
        if room_of(path) in SIBLINGS
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for sibling in SIBLINGS[room_of(path)]
        if re.fullmatch(rf"{sibling}(:[\w-]+|\.[A-Z]\w+)", node.value)
    ]
    assert not found


def test_tables_of_a_room_point_to_its_own_to_the_book_and_to_people():
    """A foreign key leads to the own room, to the book or to the user model, and nowhere else."""
    from django.apps import apps
    from django.contrib.auth import get_user_model

    found = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if field.related_model._meta.app_label not in (model._meta.app_label, "ledger")
        and field.related_model is not get_user_model()
    ]
    assert not found
