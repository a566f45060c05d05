"""Writes what the code knows about the format of campaign files into docs/formats.

python script/formats.py            write the tables of campaign.md and campaign.schema.json anew
"""

import json
import re
from pathlib import Path

FORMATS = Path(__file__).resolve().parent.parent / "docs/formats"
TABLES = re.compile(r"(?<=<!-- made by script/formats.py -->\n).*?(?=<!-- end -->)", re.DOTALL)


def document_with_tables(text: str) -> str:
    """Put the tables of the code into the document."""
    from sawtna.campaigns.core.format_description import format_tables

    return TABLES.sub(lambda _: f"\n{format_tables()}\n", text)


def schema_text() -> str:
    """Spell the JSON Schema."""
    from sawtna.campaigns.core.format_description import json_schema

    return json.dumps(json_schema(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    page = FORMATS / "campaign.md"
    page.write_text(document_with_tables(page.read_text(encoding="utf-8")), encoding="utf-8")
    (FORMATS / "campaign.schema.json").write_text(schema_text(), encoding="utf-8")
