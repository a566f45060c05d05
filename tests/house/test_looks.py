"""Sheets and templates keep to what makes Arabic, strict security and later hands easy."""

import re

import pytest

from tests.house.plan import SOURCE, here

SIDES = r"(?:left|right|top|bottom)"
CORNERS = r"(?:top|bottom)-(?:left|right)"
PHYSICAL = {
    rf"\b(?:margin|padding|scroll-margin|scroll-padding)-{SIDES}\s*:": "margin-inline-start, padding-block-end …",
    rf"\bborder-{SIDES}(?:-\w+)?\s*:": "border-inline-start, border-block-end …",
    rf"\bborder-{CORNERS}-radius\s*:": "border-start-start-radius …",
    rf"(?:^|[;{{\s]){SIDES}\s*:": "inset-inline-start, inset-block-start …",
    r"\btext-align\s*:\s*(?:left|right)\b": "text-align: start or end",
    r"\b(?:float|clear)\s*:\s*(?:left|right)\b": "inline-start or inline-end",
    r"(?:^|[;{\s])(?:min-|max-)?(?:width|height)\s*:": "inline-size, block-size",
}
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
# The line that keeps numbers and addresses from left to right inside Arabic says so with this word.
MEANT = "physical on purpose"

SHEETS = sorted(SOURCE.rglob("static/**/*.css"))
TEMPLATES = sorted(
    path for path in SOURCE.rglob("templates/**/*") if path.suffix in {".html", ".svg", ".xml"}
)
DATA_BLOCK = r'type="application/(?:ld\+)?json"'
UNSAFE = {
    r"<style\b": "a rule in a sheet of static/",
    r"<[a-z][^>]*\sstyle\s*=": "a class, and a rule in a sheet of static/",
    rf"<script\b(?![^>]*\bsrc=)(?![^>]*{DATA_BLOCK})": "a module in static/, with its values in data- attributes",
    r"<[a-z][^>]*\son[a-z]+\s*=": "addEventListener in a module of static/",
    r"(?i)(?:href|src|action)\s*=\s*[\"']\s*javascript:": "a button and a module of static/",
    r"(?i)(?:src|srcset|data|poster)\s*=\s*[\"']\s*(?:https?:)?//": "a file of our own: no request to strangers",
    r"<link\b[^>]*rel=[\"']?stylesheet[^>]*href=[\"']https?:": "a file of our own: no request to strangers",
    # `|safe` is for words that came from our own code; then the line says so in a comment: {# safe: why #}
    r"(?m)^(?!.*{# safe: ).*(?:\|\s*safe\b|{%\s*autoescape\s+off)": "format_html, or the reason in {# safe: … #}",
}


def without_comments(sheet: str) -> str:
    """Blank comments out, keeping the lines and the marks of what is meant."""
    return COMMENT.sub(lambda found: MEANT if MEANT in found[0] else "\n" * found[0].count("\n"), sheet)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_speak_of_start_and_end(sheet):
    """Left and right would be wrong in one of two directions of reading; start and end are right in both."""
    found = [
        f"{here(sheet)}:{number} {line.strip()!r}: write {instead}"
        for number, line in enumerate(without_comments(sheet.read_text(encoding="utf-8")).splitlines(), 1)
        if MEANT not in line
        for pattern, instead in PHYSICAL.items()
        if re.search(pattern, line) and not line.lstrip().startswith("@")
    ]
    assert not found


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_sheets_ask_no_stranger(sheet):
    """A sheet that imports from another host would tell that host who reads."""
    assert (
        re.findall(r"(?:@import\s+|url\()\s*[\"']?(?:https?:)?//[^\"')]+", sheet.read_text(encoding="utf-8"))
        == []
    )


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: here(path).removeprefix("src/sawtna/"))
def test_templates_leave_looks_and_behaviour_to_files(template):
    """Under our policy a browser ignores styles and scripts written into a page, and it must never ask strangers."""
    text = template.read_text(encoding="utf-8")
    found = [
        f"{found[0]!r}: write {instead}"
        for pattern, instead in UNSAFE.items()
        for found in re.finditer(pattern, text)
    ]
    assert not found


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: here(path).removeprefix("src/sawtna/"))
def test_templates_begin_with_what_they_are_for(template):
    """A template says in its first comment what it shows, so that nobody must guess from its variables."""
    opening = "\n".join(template.read_text(encoding="utf-8").splitlines()[:4])
    assert "{% comment %}" in opening or "{#" in opening, f"{here(template)}: say what it is for in a comment"
