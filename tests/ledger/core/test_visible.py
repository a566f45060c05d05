"""What cannot be seen in a quoted text is named."""

import unicodedata

from sawtna.ledger.core.schema import SLUG, Form, problems_of, visible


def test_marks_joiners_and_controls_are_named():
    """Whoever pasted an address out of a mail sees what came along; words that can be seen stay as they are."""
    assert visible("inwi\u200f") == "inwi[U+200F]"
    assert visible("a\u200bb\x00\ufeff") == "a[U+200B]b[U+0000][U+FEFF]"
    assert visible("عدّ الأصوات, 5 %\n") == "عدّ الأصوات, 5 %\n"


def test_no_format_character_goes_unnamed():
    """All of Unicode's invisible letters are known (category Cf), but for the signs that stand before Arabic figures."""
    hidden = [
        chr(point)
        for point in range(0x110000)
        if unicodedata.category(chr(point)) in {"Cf", "Zl", "Zp", "Cs"}
    ]
    seen = {
        unicodedata.name(one, "?").split()[0]
        for one in hidden
        if visible(one) == one and unicodedata.bidirectional(one) != "BN"
    }
    assert seen <= {"ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN"}


def test_a_name_with_an_invisible_character_is_told_which():
    """In a name any of them is wrong."""
    form = Form(
        "a name", "x", accepts=lambda name: isinstance(name, str) and bool(SLUG.fullmatch(name)), sort="slug"
    )
    (problem,) = problems_of(form, "inwi\u200f")
    assert problem.code == "character"
    assert problem.got == "the invisible character U+200F at place 5"
