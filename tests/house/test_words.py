"""Every sentence that a person may read exists in Arabic, French and English; JavaScript holds none."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from tests.house.plan import SOURCE, here

LANGUAGES = ("ar", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|{(\w+)}")
ANY_PERCENT = re.compile(r"%(?!\()[sdrf]")
SENTENCE = re.compile(r"([\"'`])(?=[^\"'`]*[A-Za-z]{2,}(?:[,;]? +[a-z]{2,}){2})[^\"'`\n]*\1")
# Comments, and the messages of parsers, which follow the pattern "got X, expected Y" and are for developers.
TECHNICAL = re.compile(r"^\s*(?://|\*|/\*)|Error\(|[\"'`]got ")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> dict[str, polib.POFile]:
    """Give the catalogues as they would be, were the sentences collected now."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed (on Debian: sudo apt install gettext)")
    home = tmp_path_factory.mktemp("words")
    leave = shutil.ignore_patterns("*.mo", "*.woff2", "__pycache__", "*.js")
    shutil.copytree(SOURCE, home / "sawtna", ignore=leave)
    languages = [word for language in LANGUAGES for word in ("-l", language)]
    (home / "sawtna/locale").mkdir(exist_ok=True)
    command = [sys.executable, "-m", "django", "makemessages", *languages, "--no-obsolete", "--no-wrap"]
    # Without settings, Django collects into the folder `locale` here; with them it would write into our catalogues.
    around = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    done = subprocess.run(
        command, cwd=home / "sawtna", env=around, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {
        language: polib.pofile(str(home / f"sawtna/locale/{language}/LC_MESSAGES/django.po"))
        for language in LANGUAGES
    }


def translations(entry: polib.POEntry) -> list[str]:
    """List the translations of an entry, one for each form of its plural."""
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def names(sentence: str) -> set[str]:
    """Find the named places of a sentence."""
    return {first or second for first, second in PLACEHOLDER.findall(sentence)}


@pytest.mark.translations
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_translated(extracted, language):
    """A sentence of a template or module that lacks its translation would greet someone in a foreign language."""
    missing = [
        f"{entry.occurrences[0][0] if entry.occurrences else '?'}: {entry.msgid!r}"
        for entry in extracted[language]
        if entry.fuzzy or not all(translations(entry))
    ]
    shown = [*missing[:30], "…"] if len(missing) > 30 else missing
    assert len(missing) == 0, f"{len(missing)} sentences wait for {language}:\n" + "\n".join(shown)


@pytest.mark.translations
@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_places_of_the_values(extracted, language):
    """A translation names the same values as its sentence; the form for one or none may leave the number out."""
    wrong = []
    for entry in extracted[language]:
        wanted = names(entry.msgid) | names(entry.msgid_plural or "")
        for said in translations(entry):
            if said and not names(said) <= wanted:
                wrong.append(f"{entry.msgid!r}: {said!r}")
            if said and not entry.msgid_plural and names(said) != wanted:
                wrong.append(f"{entry.msgid!r}: {said!r}")
    assert not wrong


@pytest.mark.translations
def test_a_date_stays_as_it_is_typed_in_an_arabic_sentence(extracted):
    """Behind Arabic letters 2026-03-01 is shown as 01-03-2026, unless a left-to-right mark stands before it."""
    turned = re.compile(r"(?<![\u200e0-9/-])[0-9]{4}-[0-9]{2}")
    assert not [said for entry in extracted["ar"] for said in translations(entry) if turned.search(said)]


@pytest.mark.translations
@pytest.mark.parametrize("language", LANGUAGES)
def test_plurals_have_every_form(extracted, language):
    """Arabic counts in six ways; a missing form would show English for some numbers."""
    rule = extracted[language].metadata["Plural-Forms"]
    forms = int(re.search(r"nplurals\s*=\s*(\d)", rule)[1])
    plurals = [entry for entry in extracted[language] if entry.msgid_plural]
    assert [entry.msgid for entry in plurals if len(entry.msgstr_plural) != forms] == []
    assert language != "ar" or forms == 6


@pytest.mark.translations
def test_sentences_name_their_values(extracted):
    """A place without a name cannot move, and in Arabic it must."""
    assert [entry.msgid for entry in extracted["ar"] if ANY_PERCENT.search(entry.msgid)] == []


@pytest.mark.parametrize("script", sorted(SOURCE.rglob("static/**/*.js")), ids=lambda path: path.name)
def test_scripts_hold_no_sentence(script: Path):
    """The server renders sentences into data- attributes and <template>; a script with its own would need a catalogue."""
    found = [
        f"{here(script)}:{number} {hit[0]}"
        for number, line in enumerate(script.read_text(encoding="utf-8").splitlines(), 1)
        if not TECHNICAL.search(line)
        for hit in SENTENCE.finditer(line)
    ]
    assert not found


@pytest.mark.parametrize("template", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_templates_put_no_comma_of_their_own_between_things(template: Path):
    """Arabic has another comma: `{% comma %}` and `{% listed … %}` know it."""
    text = re.sub(
        r"{% comment %}.*?{% endcomment %}|{% blocktranslate.*?{% endblocktranslate %}",
        "",
        template.read_text("utf-8"),
        flags=re.DOTALL,
    )
    assert re.findall(r"[^\n]*(?:\|join:|[}>], ?[{<])[^\n]*", text) == []
