"""Names are nouns of the domain: nothing is called after the fact that it did not fit elsewhere."""

import ast
import re

from tests.house.plan import SOURCE, here, modules, tree

NOWHERE_NAMES = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "manager",
    "managers",
    "misc",
    "stuff",
    "shared",
}
NOWHERE_CLASS = re.compile(r"(Utils?|Helpers?|Manager|Misc)$")
DJANGO_BASES = {"Manager", "BaseUserManager", "BaseManager"}  # their word, for their thing
WORDS = re.compile(r"[a-z]+")


def base_names(node: ast.ClassDef) -> set[str]:
    """Name the bases of a class, without their brackets."""
    bare = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return {base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in bare}


def test_no_module_is_called_after_nothing():
    """A module or folder named utils, helpers, common or manager would collect what has no name."""
    found = {
        here(path)
        for path in modules()
        for part in (*path.relative_to(SOURCE).parts[:-1], path.stem)
        if NOWHERE_NAMES & set(WORDS.findall(part))
    }
    assert not found


def test_no_class_is_called_after_nothing():
    """A class called a manager or helper does not say what it does; Django's own managers keep Django's word."""
    found = [
        f"{here(path)}: {node.name}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef)
        and NOWHERE_CLASS.search(node.name)
        and not DJANGO_BASES & base_names(node)
    ]
    assert not found


def test_no_collaborator_has_a_single_letter():
    """An attribute of one letter makes the reader keep a dictionary."""
    found = [
        f"{here(path)}:{node.lineno} .{node.attr}"
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and len(node.attr.strip("_")) == 1
    ]
    assert not found
