"""A whole small site as a folder: the book of `folder_book.py` and pages around it that link as real pages do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from tests.cli.folder_book import Told, page_of, write_book

LANGUAGES = ("ar", "fr", "en")
SHEET = "static/web/base.0123456789ab.css"
FONT = "static/web/fonts/kufi.ba9876543210.woff2"
SCRIPT, MODULE = "static/web/check.js", "static/web/tree.js"


def write_site(folder: Path, told: Sequence[Told], stages: int = 3) -> None:
    """Write the book, and per language a first page, the book's page and some stages; feeds, sheets, a sitemap."""
    write_book(folder, told)
    stated = json.loads((folder / "log" / "numbers.json").read_bytes())["numbers"]
    values = {key: number["value"] for key, number in stated.items()}
    for language in LANGUAGES:
        stage_links = "".join(f'<a href="/{language}/c/stages/s{number}/">' for number in range(stages))
        twins = "".join(
            f'<link rel="alternate" href="https://sawtna.example/{other}/">' for other in LANGUAGES
        )
        put(folder, f"{language}/index.html", f"{twins}<a href='/{language}/book/'></a>{stage_links}", values)
        entries = "".join(f'<a href="/{language}/book/{index}/">' for index in range(len(told)))
        put(folder, f"{language}/book/index.html", entries, values)
        for index in range(len(told)):
            receipt = f'<a href="/log/receipts/{index}.tlog-proof">'
            put(folder, f"{language}/book/{index}/index.html", receipt, {})
        for number in range(stages):
            put(
                folder,
                f"{language}/c/stages/s{number}/index.html",
                f'<a href="/{language}/?q={number}">',
                values,
            )
        write(
            folder,
            f"{language}/c/feed.atom",
            f'<feed><link href="https://sawtna.example/{language}/c/late/"/></feed>',
        )
        put(folder, f"{language}/c/late/index.html", "", values)
        put(folder, f"{language}/desk/index.html", "", {})
    write(folder, SHEET, f'@font-face {{ src: url("../web/{FONT.removeprefix("static/web/")}") }}')
    write(folder, FONT, "font")
    write(folder, SCRIPT, f'import {{ root }} from "./{Path(MODULE).name}";')
    write(folder, MODULE, "export const root = 1;")
    pages = [
        f"https://sawtna.example/{language}/{rest}" for language in LANGUAGES for rest in ("", "c/feed.atom")
    ]
    locations = "".join(f"<url><loc>{page}</loc></url>" for page in pages)
    write(folder, "sitemap.xml", f'<?xml version="1.0"?><urlset>{locations}</urlset>')
    closed = "".join(f"Disallow: /{language}/desk/\n" for language in LANGUAGES)
    write(folder, "robots.txt", f"User-agent: *\n{closed}")
    put(folder, "languages/index.html", '<a href="/ar/"></a>', {})
    put(folder, "index.html", '<a href="/ar/"></a>', {})
    put(folder, "404.html", '<a href="/"></a>', {})


def put(folder: Path, name: str, links: str, values: dict[str, int]) -> None:
    """Write a page with the sheet, the script, some links and some figures."""
    head = f'<link rel="stylesheet" href="/{SHEET}"><script type="module" src="/{SCRIPT}"></script>'
    write(folder, name, page_of(values).replace("<main>", f"{head}<main>{links}"))


def write(folder: Path, name: str, text: str) -> None:
    """Write a file."""
    place = folder / name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text, encoding="utf-8")


def files_in(folder: Path) -> set[str]:
    """The names of all files below a folder, which may be a link."""
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
