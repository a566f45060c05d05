"""Evidence becomes an entry of the book, once; what may not count is refused with a code and a sentence."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from sawtna.checks.actions import accept_evidence as action
from sawtna.checks.actions.accept_evidence import Accepted, accept_evidence
from sawtna.checks.actions.recount_checks import recount_checks
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.evidence_files import EvidenceFolder
from sawtna.checks.models import Counted
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.note import Signer
from sawtna.ledger.models import Entry

from tests.checks.filed import FAR, NOON, filed, no_whatsapp, resigned, run_on_paper
from tests.checks.paper import clear

DAY = 86_400
STRANGER = Signer("sawtna.far-end", secrets.token_bytes(32))
OWN_KEY = secrets.token_bytes(32)


@pytest.fixture(autouse=True)
def _site(settings, tmp_path: Path, db: None) -> None:
    """A site with an open book that knows the far end of these tests."""
    settings.SAWTNA_VAR = tmp_path
    settings.SAWTNA_FAR_ENDS = [FAR.verifier.vkey]
    open_book()


@pytest.fixture(scope="module")
def blocked() -> str:
    """A file that shows a block."""
    return filed(run_on_paper(no_whatsapp))


@pytest.fixture(scope="module")
def clean() -> str:
    """A file that shows none, of another vantage."""
    return filed(run_on_paper(clear, seed=2), vantage="fedcba9876543210", asn="AS64500", cc="OM")


def accept(text: str, now: int = NOON + 60) -> Accepted:
    """Hand a file in."""
    return accept_evidence(text.encode(), now)


def checks() -> int:
    """How many checks the book holds."""
    return Entry.objects.filter(kind="check").count()


def test_a_check_becomes_an_entry_and_its_file_is_kept(blocked: str) -> None:
    """The entry says what was found, on which day and nothing finer, and by which file; the file is kept by its hash."""
    accepted = accept(blocked)
    body = accepted.body
    assert (body["verdict"], body["causes"]) == ("blocked", ["signature:whatsapp"])
    assert "whatsapp=blocked" in body["flows"]
    assert (body["on"], body["net"], body["cc"], body["via"]) == ("2026-11-24", "AS36903", "MA", "mobile")
    assert decode_base64url(body["who"]).hex() == "0123456789abcdef"
    assert decode_base64url(body["ev"]) == sha256(blocked.encode()).digest()
    assert FAR.verifier.vkey.startswith(body["far"])
    assert EvidenceFolder().read(accepted.file) == blocked.encode()
    assert Entry.objects.get(index=accepted.index).kind == "check"


def test_the_far_ends_network_counts_before_the_persons(clean: str) -> None:
    """What the far end looked up is what stands in the book."""
    body = accept(clean).body
    assert (body["net"], body["cc"]) == ("AS64500", "OM")


def other_key(told: dict) -> None:
    """Claims that another far end signed."""
    told["test_keys"]["far_end"] = STRANGER.verifier.vkey


def unfinished(told: dict) -> None:
    """Says that the run was stopped."""
    told["test_keys"]["is_whole"] = False


def shorter(told: dict) -> None:
    """Leaves a flow out."""
    told["test_keys"]["flown"].pop()


def captive(told: dict) -> None:
    """Says that somebody else answered in the far end's place."""
    told["test_keys"]["is_captive"] = True


def odd_names(told: dict) -> None:
    """Holds names that no resolver gives."""
    told["test_keys"].update(names_here={"signal.org": "x"}, names_there=7)


REFUSED: list[tuple[str, str, Callable[[str], str], int]] = [
    ("edited", "file was changed", lambda text: text.replace('"MA"', '"FR"', 1), 60),
    ("forged", "signature of the far end", lambda text: resigned(text, other_key), 60),
    ("plan", "leaves it out", lambda text: resigned(text, shorter), 60),
    ("unfinished", "not finished", lambda text: resigned(text, unfinished), 60),
    ("far_end", "does not know", lambda _: filed(run_on_paper(clear), STRANGER), 60),
    ("future", "in the future", lambda text: text, -700),
    ("future", "in the future", lambda _: filed(run_on_paper(clear), time=NOON + 1000), 60),
    ("clock", "different times", lambda _: filed(run_on_paper(clear), time=NOON - 4000), 60),
    ("old", "older than 30 days", lambda text: text, 31 * DAY),
    ("nothing", "says nothing about voice", lambda text: resigned(text, captive), 60),
    ("evidence", "no evidence", lambda text: resigned(text, odd_names), 60),
    ("evidence", "no evidence", lambda _: "{}", 60),
    ("too_long", "longer than", lambda _: " " * 4_000_001, 60),
]


@pytest.mark.parametrize(("code", "sentence", "make", "after"), REFUSED, ids=lambda value: str(value)[:20])
def test_what_may_not_count_is_refused(
    blocked: str, code: str, sentence: str, make: Callable[[str], str], after: int
) -> None:
    """Each reason has a code and a sentence, and leaves neither an entry nor a file nor a note."""
    with pytest.raises(EvidenceError, match=sentence) as caught:
        accept(make(blocked), NOON + after)
    assert caught.value.code == code
    assert checks() == 0
    assert list(EvidenceFolder().names()) == []
    assert not Counted.objects.exists()


def test_a_file_counts_once(blocked: str) -> None:
    """The same file again, and the same run signed anew, are replays."""
    accept(blocked)
    with pytest.raises(EvidenceError, match="handed in before"):
        accept(blocked)
    again = resigned(blocked, lambda told: told.update(probe_cc="FR"))
    assert again != blocked
    with pytest.raises(EvidenceError, match="handed in before") as caught:
        accept(again)
    assert caught.value.code == "replayed"
    assert checks() == 1


def test_a_vantage_counts_once_a_day(blocked: str) -> None:
    """Another run from the same /24 waits for tomorrow; a run from elsewhere counts."""
    accept(blocked)
    other = run_on_paper(clear, seed=3)
    with pytest.raises(EvidenceError, match="counts for this day already") as caught:
        accept(filed(other))
    assert caught.value.code == "counted"
    accept(filed(other, vantage="00000000000000ff"))
    assert checks() == 2


def test_of_two_that_come_at_once_one_counts(blocked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """When both have been looked up before either was written, the database lets one in."""
    accept(blocked)
    looks = []

    def look_too_early(row: Counted) -> None:
        looks.append(row)
        if len(looks) > 1:
            refuse(row)

    refuse = action.refuse_second
    monkeypatch.setattr(action, "refuse_second", look_too_early)
    with pytest.raises(EvidenceError, match="handed in before"):
        accept(blocked)
    assert len(looks) == 2
    assert checks() == 1


def test_the_far_end_beside_the_site_is_known_by_its_key(settings, tmp_path: Path, blocked: str) -> None:
    """Evidence of the site's own far end counts without a setting."""
    settings.SAWTNA_FAR_ENDS = []
    with pytest.raises(EvidenceError, match="does not know"):
        accept(blocked)
    (tmp_path / "far-end").mkdir()
    (tmp_path / "far-end" / "far-end.key").write_bytes(OWN_KEY)
    accept(filed(run_on_paper(no_whatsapp), Signer("sawtna.far-end", OWN_KEY)))


def test_after_a_restored_backup_what_the_book_holds_counts_no_second_time(blocked: str, clean: str) -> None:
    """An older database has forgotten what counted; the book and the kept files tell it again."""
    first, second = accept(blocked), accept(clean)
    Counted.objects.all().delete()
    EvidenceFolder().path(second.file).unlink()
    assert recount_checks() == 2
    assert recount_checks() == 0
    again = resigned(blocked, lambda told: told.update(probe_cc="FR"))
    for text in (blocked, again, clean):
        with pytest.raises(EvidenceError):
            accept(text)
    assert checks() == 2
    assert first.index < second.index
