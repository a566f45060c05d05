"""What Sawtna imports is what its package asks for: nothing is there by luck, and nothing for nobody."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.house.plan import HOUSE, here, modules, tree

# Asked for and never imported by a statement: another package, Django or import_module loads it.
LOADED_BY_OTHERS = {
    "duckdb",
    "httptools",
    "maxminddb",
    "psycopg",
    "pyopenssl",
    "python-pkcs11",
    "redis",
    "uvloop",
    "wsproto",
}
WEB_ONLY = re.compile(
    r"^src/sawtna/(web/|ledger/(?!core/)|campaigns/(?!core/)|checks/(?!core/|flows/|probe/|far_end/|lab/|kinds|key_file|telling|traffic))"
)


def normal(name: str) -> str:
    """Spell the name of a distribution in its normal form."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for() -> tuple[set[str], set[str]]:
    """Read from pyproject.toml what the bare package asks for, and what its extras for hosts add."""
    project = tomllib.loads((HOUSE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    light, web = (
        project["dependencies"],
        [line for name, lines in extras.items() if name != "dev" for line in lines],
    )
    return tuple({normal(re.match(r"[\w.-]+", line)[0]) for line in lines} for lines in (light, web))


def imported() -> dict[str, set[str]]:
    """Find what each module imports from others: distribution -> the modules of ours that import it."""
    owners = packages_distributions()
    found: dict[str, set[str]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module] if isinstance(node, ast.ImportFrom) and node.module else []
            for top in {name.split(".")[0] for name in names} - {"sawtna", *sys.stdlib_module_names}:
                for owner in set(owners.get(top, [top])):
                    found.setdefault(normal(owner), set()).add(here(path))
    return found


def test_everything_imported_is_asked_for():
    """A package that a module imports stands in pyproject.toml; what runs bare imports only what the bare package asks for."""
    light, web = asked_for()
    missing = {}
    for owner, places in imported().items():
        bare = sorted(place for place in places if not WEB_ONLY.match(place))
        if owner not in light | web:
            missing[owner] = sorted(places)
        elif owner not in light and bare:
            missing[f"{owner} (without the web part)"] = bare
    assert not missing


def test_everything_asked_for_is_used():
    """A package that nobody imports any more is no longer asked for."""
    light, web = asked_for()
    assert sorted((light | web) - set(imported()) - LOADED_BY_OTHERS) == []
