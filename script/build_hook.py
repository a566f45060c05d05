"""Sees to it that a built wheel carries the browser files and the compiled translations.

Whoever installs the wheel then needs neither Node nor gettext. An editable install is left alone:
script/setup does it there.
"""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

MAKERS = {
    "script/browser_files.py": "the fonts that browsers need",
    "script/catalogues.py": "the compiled translations",
}


class HouseBuildHook(BuildHookInterface[Any]):
    """Runs each maker whose work is not there yet."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 (hatchling calls it so)
        """Make what is missing, or refuse to build.

        Raises:
            RuntimeError: a wheel without its fonts or translations would be half a house.
        """
        if version == "editable":
            return
        for maker, made in MAKERS.items():
            if self.run(maker, "--check") and self.run(maker):
                raise RuntimeError(f"The wheel cannot be built without {made}: {maker} failed, see above.")

    def run(self, maker: str, *arguments: str) -> int:
        """Run one of the makers and return its exit status."""
        program = Path(self.root) / maker
        return subprocess.run([sys.executable, str(program), *arguments], check=False).returncode
