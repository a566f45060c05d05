"""Signed notes: keys, signatures of logs and of witnesses, and what is refused."""

from contextlib import suppress
from dataclasses import FrozenInstanceError
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import (
    COSIGNATURE,
    ED25519,
    MAX_SIGNATURES,
    NoteSignature,
    Signer,
    Verifier,
    cosign_note,
    open_note,
    sign_note,
)

from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("signed_note")
PETER = VECTORS["notes"][0]
NAMES = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="+"), min_size=1, max_size=20)
TEXTS = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(one) for one in range(32)])
    | st.just("\n")
)
SEEDS = st.binary(min_size=32, max_size=32)


def signer_of(name, kind=ED25519):
    """A signer whose seed everybody can make."""
    return Signer(name, sha256(name.encode()).digest(), kind)


LOG, OTHER, WITNESS = (
    signer_of("log.example"),
    signer_of("other.example"),
    signer_of("witness.example", COSIGNATURE),
)


@pytest.mark.parametrize("case", VECTORS["notes"], ids=lambda case: case["source"][:30])
def test_notes_signed_by_others_are_opened(case):
    """Go's example and a real, cosigned checkpoint open with their keys, and name who signed."""
    verifiers = [Verifier.parse(vkey) for vkey in case["vkeys"]]
    for note in (case["note"], case["note"].encode()):
        opened = open_note(note, verifiers)
        assert (opened.text, list(opened.verified)) == (case["text"], case["verified"])
        assert opened.verifiers == tuple(verifiers)
    assert {opened.cosigned_at(one) for one in verifiers} <= {None, case.get("cosigned_at")}
    for verifier in verifiers:
        assert open_note(case["note"], [verifier]).verifiers == (verifier,)


def test_go_s_example_is_signed_alike():
    """With its seed and text we make Go's note, byte for byte."""
    assert sign_note(PETER["text"], [Signer("PeterNeumann", bytes.fromhex(PETER["seed"]))]) == PETER["note"]


@pytest.mark.parametrize("case", VECTORS["vkeys"], ids=lambda case: case["name"])
def test_keys_of_others_are_read_and_written_back(case):
    """Keys with a plus in their Base 64, and keys of witnesses."""
    verifier = Verifier.parse(case["vkey"])
    assert (verifier.name, verifier.kind, verifier.vkey) == (case["name"], case["kind"], case["vkey"])


@pytest.mark.parametrize("case", VECTORS["bad_vkeys"], ids=lambda case: case["why"])
def test_a_malformed_key_is_refused(case):
    """A key that was mistyped does not become another key."""
    with pytest.raises(NoteError, match=r"got .*, expected "):
        Verifier.parse(case["vkey"])


@pytest.mark.parametrize("case", VECTORS["bad_notes"], ids=lambda case: case["why"])
def test_a_malformed_note_is_refused(case):
    """Whatever is wrong with a note, its text does not come out."""
    with pytest.raises(NoteError, match=r"got .*, expected "):
        open_note(case["note"], [Verifier.parse(PETER["vkeys"][0])])


@given(NAMES, SEEDS, st.sampled_from([ED25519, COSIGNATURE]))
def test_every_key_comes_back(name, seed, kind):
    """A verifier key reads back as itself."""
    verifier = Signer(name, seed, kind).verifier
    assert Verifier.parse(verifier.vkey) == verifier


@settings(max_examples=50)
@given(TEXTS.map(lambda text: text + "\n"), st.lists(NAMES, min_size=1, max_size=4, unique=True))
def test_every_signed_text_comes_back(text, names):
    """What was signed opens as the same text for each of its signers, empty lines included."""
    signers = [signer_of(name) for name in names]
    note = sign_note(text, signers)
    opened = open_note(note, [signer.verifier for signer in signers])
    assert (opened.text, opened.verified) == (text, tuple(names))
    with pytest.raises(NoteError):
        open_note(note, [signer_of("nobody+"[:-1]).verifier])


@settings(max_examples=50)
@given(st.data())
def test_an_altered_bit_of_a_note_is_refused(data):
    """No bit of the text or of the only signature can be changed."""
    note = sign_note("log.example\n5\nصوتنا\n", [LOG]).encode()
    at = data.draw(st.integers(0, len(note) * 8 - 1))
    altered = bytes(byte ^ (1 << at % 8 if place == at // 8 else 0) for place, byte in enumerate(note))
    with pytest.raises(NoteError):
        open_note(altered, [LOG.verifier])


@given(st.binary(max_size=200) | st.text().map(lambda text: text + "\n\n\N{EM DASH} a AAAAAAA=\n"))
def test_any_bytes_are_a_signed_note_or_refused(data):
    """Nothing crashes the reader of notes."""
    with pytest.raises(NoteError):
        open_note(data, [LOG.verifier])


@given(st.text())
def test_no_text_crashes_the_reader_of_keys(text):
    """Any text is a key with one spelling, or refused."""
    with suppress(NoteError):
        assert Verifier.parse(text).vkey == text


def test_signatures_of_unknown_keys_are_ignored():
    """A rotated key or a new witness does not make a note unreadable for those who know only one key."""
    note = sign_note("text\n", [OTHER, LOG])
    opened = open_note(note, [LOG.verifier])
    assert opened.verified == ("log.example",)
    assert [one.name for one in opened.signatures] == ["other.example", "log.example"]


def test_a_key_of_the_same_name_is_another_key():
    """A name alone does not make a key known."""
    namesake = Signer("log.example", bytes(32))
    with pytest.raises(NoteError, match=r"expected a signature of log\.example"):
        open_note(sign_note("text\n", [namesake]), [LOG.verifier])


def test_a_wrong_signature_of_a_known_key_refuses_the_whole_note():
    """One good signature does not excuse a bad one (signed-note, "Signatures")."""
    good = sign_note("text\n", [OTHER])
    bad = LOG.sign("another text\n").line
    with pytest.raises(NoteError, match=r"got a wrong signature of log\.example"):
        open_note(good + bad, [LOG.verifier, OTHER.verifier])


def test_the_same_signature_twice_counts_once():
    """A repeated line does not make two signers."""
    note = sign_note("text\n", [LOG]) + LOG.sign("text\n").line
    assert open_note(note, [LOG.verifier, LOG.verifier]).verified == ("log.example",)


def test_a_witness_signs_the_time_too():
    """A cosignature holds its time, under the signature; the log's own signature has none."""
    note = cosign_note(sign_note("log.example\n5\nroot\n", [LOG]), WITNESS, 1_456_660_800)
    opened = open_note(note, [LOG.verifier, WITNESS.verifier])
    assert opened.verified == ("log.example", "witness.example")
    assert opened.cosigned_at(WITNESS.verifier) == 1_456_660_800
    assert opened.cosigned_at(LOG.verifier) is None
    assert opened.cosigned_at(OTHER.verifier) is None
    last = opened.signatures[1]
    later = NoteSignature(last.name, last.key_id, (1_456_660_801).to_bytes(8, "big") + last.blob[8:])
    with pytest.raises(NoteError, match=r"got a wrong signature of witness\.example"):
        open_note(note.replace(last.line, later.line), [WITNESS.verifier])


def test_the_same_key_of_another_type_is_another_key():
    """A log's signature cannot pose as a cosignature, nor the other way round."""
    log = Signer("both.example", bytes(range(32)))
    witness = Signer("both.example", bytes(range(32)), COSIGNATURE)
    assert log.verifier.key_id != witness.verifier.key_id
    with pytest.raises(NoteError, match="expected a signature"):
        open_note(sign_note("text\n", [log]), [witness.verifier])
    assert not witness.verifier.accepts("text\n", log.sign("text\n").blob)
    assert not log.verifier.accepts("text\n", witness.sign("text\n", 1).blob)


@pytest.mark.parametrize("time", [0, -1, 2**63])
def test_a_witness_needs_a_time(time):
    """Cosignatures are dated (tlog-cosignature, "Format")."""
    with pytest.raises(NoteError, match="expected Unix seconds"):
        cosign_note(sign_note("text\n", [LOG]), WITNESS, time)
    with pytest.raises(NoteError, match="expected Unix seconds"):
        sign_note("text\n", [WITNESS])


def test_a_cosignature_dated_beyond_2_63_is_refused():
    """The time of a cosignature must not exceed 2**63 - 1."""
    blob = WITNESS.sign("text\n", 1).blob
    assert WITNESS.verifier.accepts("text\n", blob)
    assert not WITNESS.verifier.accepts("text\n", b"\xff" * 8 + blob[8:])
    assert not WITNESS.verifier.accepts("text\n", blob[:7])


def test_only_a_witness_cosigns():
    """The key of a log does not sign times."""
    with pytest.raises(NoteError, match="expected 0x04"):
        cosign_note(sign_note("text\n", [LOG]), LOG, 1)


@pytest.mark.parametrize("text", ["", "no newline", "tab\t\n", "return\r\n", "\x00\n", "\ud800\n"])
def test_a_text_that_cannot_be_one_of_a_note_is_not_signed(text):
    """What could not be opened is not signed."""
    with pytest.raises(NoteError, match="expected lines of text"):
        sign_note(text, [LOG])


def test_a_note_needs_a_signer():
    """A note without signatures is no note."""
    with pytest.raises(NoteError, match="got 0 signers"):
        sign_note("text\n", [])


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\u2028b", "a\nb", "a\ud800"])
def test_a_key_name_has_no_space_and_no_plus(name):
    """signed-note, "Format": not for signers, not for verifiers."""
    with pytest.raises(NoteError, match="got the key name"):
        Signer(name, bytes(32))
    with pytest.raises(NoteError, match="got the key name"):
        Verifier(name, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_seed_has_32_bytes(length):
    """A cut key file is noticed before it signs anything."""
    with pytest.raises(NoteError, match=f"got a seed of {length} bytes"):
        Signer("log.example", bytes(length))


def test_a_seed_is_not_shown():
    """A private key does not reach a log file through a repr, and cannot be changed."""
    assert "seed" not in repr(LOG)
    with pytest.raises(FrozenInstanceError):
        LOG.name = "another"


def test_a_note_has_at_most_a_hundred_signatures():
    """Verifying is work: a note of a million lines is refused before any of it."""
    lines = LOG.sign("text\n").line * MAX_SIGNATURES
    full = "text\n\n" + lines
    assert open_note(full, [LOG.verifier]).verified == ("log.example",)
    with pytest.raises(NoteError, match="got a note with 101 signatures"):
        open_note(full + LOG.sign("text\n").line, [LOG.verifier])
    with pytest.raises(NoteError, match="expected room for one more"):
        cosign_note(full, WITNESS, 1)


@pytest.mark.parametrize("kind", [str, str.encode])
def test_a_note_has_at_most_a_million_bytes(kind):
    """A note of ten megabytes is refused before it is read."""
    with pytest.raises(NoteError, match="got a note of 10000005 bytes"):
        open_note(kind("x" * 10_000_000 + "text\n"), [LOG.verifier])
    with pytest.raises(NoteError, match="expected at most 1000000"):
        sign_note("x" * 1_000_000 + "\n", [LOG])


def test_a_note_that_is_not_utf_8_is_refused():
    """signed-note, "Format": valid UTF-8."""
    with pytest.raises(NoteError, match="not UTF-8"):
        open_note(b"\xff\n\n" + LOG.sign("x\n").line.encode(), [LOG.verifier])


def test_two_keys_that_collide_are_refused():
    """A key ID is short; when two trusted keys share name and ID, neither is guessed."""
    with pytest.raises(NoteError, match="with the same key ID"):
        open_note(sign_note("text\n", [LOG]), [LOG.verifier, _Collision("log.example", bytes(32))])


class _Collision(Verifier):
    __slots__ = ()

    @property
    def key_id(self):
        return LOG.verifier.key_id
