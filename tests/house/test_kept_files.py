"""What git keeps is for everyone: no path of one machine, no host of one registry, no forgotten conflict."""

import re

import pytest

from tests.house.plan import HOUSE, here, tracked_files

# Written in two parts so that this file does not find itself.
OF_ONE_MACHINE = re.compile(
    "|".join([r"(?<![\w.:/-])/" + "work/", r"(?<![\w.:/-])/" + "root/", "/tmp/" + "plan"])
)
OF_ONE_REGISTRY = re.compile(
    "|".join(
        ["registry." + "npmjs", "files." + "pythonhosted", "pypi." + "org/simple", "deb." + "debian.org"]
    )
)
CONFLICT = re.compile("^(<{7} |>{7} |={7}$)", re.MULTILINE)


def texts():
    """Read each kept text file."""
    for path in tracked_files():
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


@pytest.mark.parametrize(
    "forbidden", [OF_ONE_MACHINE, OF_ONE_REGISTRY, CONFLICT], ids=["machine", "registry", "conflict"]
)
def test_kept_files_belong_to_everyone(forbidden):
    """A file that names a folder of one machine or a registry's host works for one person only."""
    found = [f"{here(path)}: {hit[0].strip()}" for path, text in texts() for hit in forbidden.finditer(text)]
    assert not found


def test_scripts_can_be_run():
    """What the README tells people to run is executable."""
    programs = [HOUSE / ".ci/run", *(HOUSE / "script" / name for name in ("setup", "serve", "test"))]
    assert [here(path) for path in programs if not path.stat().st_mode & 0o111] == []


def test_the_licence_is_the_whole_licence():
    """LICENSE is the GNU Affero General Public License, version 3, from its first line to its last."""
    words = (HOUSE / "LICENSE").read_text(encoding="utf-8")
    assert words.lstrip().startswith("GNU AFFERO GENERAL PUBLIC LICENSE")
    assert words.rstrip().endswith("<https://www.gnu.org/licenses/>.")
    assert len(words) == 34523  # characters of the text as the Free Software Foundation publishes it
