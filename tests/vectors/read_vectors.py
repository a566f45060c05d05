"""Reads a file of vectors for the Python tests; the JavaScript tests read the same files."""

import json
from pathlib import Path
from typing import Any


def read_vectors(name: str) -> Any:
    """The content of tests/vectors/<name>.json."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text())
