"""Compiles the translations (.po, which people write) into what gettext reads (.mo).

By Babel, so that neither a host nor whoever builds the wheel needs gettext.

python script/catalogues.py            compile each catalogue
python script/catalogues.py --check    only tell (by exit status) whether each has been compiled
"""

import sys
from pathlib import Path

LOCALE = Path(__file__).resolve().parent.parent / "src/sawtna/locale"


def catalogues() -> list[Path]:
    """Find the catalogues, in order of their languages."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def is_complete() -> bool:
    """Tell whether each catalogue has a compiled twin that is not older."""
    twins = [(source, source.with_suffix(".mo")) for source in catalogues()]
    return all(made.is_file() and made.stat().st_mtime >= source.stat().st_mtime for source, made in twins)


def compile_all() -> None:
    """Compile each catalogue; a broken one ends the program with its name and line."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import PoFileError, read_po

    for source in catalogues():
        try:
            with source.open("rb") as words:
                catalogue = read_po(words, locale=source.parts[-3], abort_invalid=True)
        except PoFileError as error:
            raise SystemExit(f"{source.relative_to(LOCALE)}: {error}") from error
        made = source.with_suffix(".mo")
        fresh = made.with_suffix(".mo.new")
        with fresh.open("wb") as output:
            write_mo(output, catalogue)
        fresh.replace(made)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if is_complete() else 1)
    compile_all()
