"""Checkpoints: three lines under the log's signature."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint, pack_checkpoint, unpack_checkpoint
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.merkle import EMPTY_ROOT
from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier, cosign_note, sign_note

from tests.vectors.read_vectors import read_vectors

LOG = Signer("sawtna.example/log", bytes(32))
WITNESS = Signer("witness.example", bytes(range(32)), COSIGNATURE)
ROOT = bytes(range(32))
EMPTY = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
ROOT_64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
ORIGINS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)


@given(ORIGINS, st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_every_checkpoint_comes_back(origin, size, root):
    """What is packed is unpacked, and the text is the only spelling."""
    checkpoint = Checkpoint(origin, size, root)
    text = pack_checkpoint(checkpoint)
    assert unpack_checkpoint(text) == checkpoint
    assert pack_checkpoint(unpack_checkpoint(text)) == text


def test_an_empty_book_has_a_checkpoint_too():
    """Size 0 goes with the root of nothing, and with no other."""
    checkpoint = Checkpoint("sawtna.example/log", 0, EMPTY_ROOT)
    assert pack_checkpoint(checkpoint) == f"sawtna.example/log\n0\n{EMPTY}\n"
    assert unpack_checkpoint(pack_checkpoint(checkpoint)) == checkpoint
    with pytest.raises(NoteError, match="expected SHA-256 of nothing"):
        Checkpoint("sawtna.example/log", 0, ROOT)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "got 0 lines"),
        (f"origin\n5\n{ROOT_64}", "got 2 lines"),
        (f"origin\n5\n{ROOT_64}\nextension\n", "got 4 lines"),
        (f"origin\n5\n{ROOT_64}\n\n", "got 4 lines"),
        (f"\n5\n{ROOT_64}\n", "got the origin ''"),
        (f"ori\tgin\n5\n{ROOT_64}\n", "got the origin"),
        (f"ori\u2028gin\n5\n{ROOT_64}\n", "got the origin"),
        (f"origin\n\n{ROOT_64}\n", "got the size ''"),
        (f"origin\n05\n{ROOT_64}\n", "got the size '05'"),
        (f"origin\n-5\n{ROOT_64}\n", "got the size '-5'"),
        (f"origin\n+5\n{ROOT_64}\n", "got the size '+5'"),
        (f"origin\n 5\n{ROOT_64}\n", "got the size ' 5'"),
        (f"origin\n5_0\n{ROOT_64}\n", "got the size '5_0'"),
        (f"origin\n٥\n{ROOT_64}\n", "got the size"),
        (f"origin\n9223372036854775808\n{ROOT_64}\n", "got the size 9223372036854775808"),
        (f"origin\n{'9' * 5000}\n{ROOT_64}\n", "got the size '999"),
        (f"origin\n0\n{ROOT_64}\n", "expected SHA-256 of nothing"),
        ("origin\n5\nAAEC\n", "got a root of 3 bytes"),
        (f"origin\n5\n{ROOT_64[:-1]}\n", "root: got"),
        (f"origin\n5\n{ROOT_64.replace('8=', '9=')}\n", "root: got"),
    ],
)
def test_a_malformed_checkpoint_is_refused(text, reason):
    """Each line has one spelling, and there are exactly three."""
    with pytest.raises(NoteError) as caught:
        unpack_checkpoint(text)
    assert reason in str(caught.value)


@given(st.text() | st.lists(st.text(), min_size=3, max_size=3).map(lambda lines: "\n".join([*lines, ""])))
def test_no_text_crashes_the_reader(text):
    """Any text is a checkpoint or refused."""
    with suppress(NoteError):
        assert pack_checkpoint(unpack_checkpoint(text)) == text


def test_a_checkpoint_is_opened_with_the_log_s_key():
    """A signed checkpoint opens, as text and as bytes, with and without its witness."""
    checkpoint = Checkpoint(LOG.name, 5, ROOT)
    note = sign_note(pack_checkpoint(checkpoint), [LOG])
    seen = cosign_note(note, WITNESS, 1_456_660_800)
    assert open_checkpoint(note, LOG.verifier) == checkpoint
    assert open_checkpoint(seen.encode(), LOG.verifier) == checkpoint
    assert open_checkpoint(seen, LOG.verifier, [WITNESS.verifier]) == checkpoint


def test_a_witness_alone_does_not_make_a_checkpoint():
    """Only the log says what the log is."""
    text = pack_checkpoint(Checkpoint(LOG.name, 5, ROOT))
    seen = f"{text}\n{WITNESS.sign(text, 1).line}"
    with pytest.raises(NoteError, match=r"got no signature of the log sawtna\.example/log"):
        open_checkpoint(seen, LOG.verifier, [WITNESS.verifier])


def test_a_checkpoint_of_another_log_is_refused():
    """A log's key signs for its own origin only."""
    note = sign_note(pack_checkpoint(Checkpoint("other.example/log", 5, ROOT)), [LOG])
    with pytest.raises(NoteError, match=r"got a checkpoint of other\.example/log"):
        open_checkpoint(note, LOG.verifier)


def test_a_signed_note_that_is_no_checkpoint_is_refused():
    """The log's key may sign other notes; they are not heads of the book."""
    with pytest.raises(NoteError, match="expected three"):
        open_checkpoint(sign_note("sawtna.example/log\n", [LOG]), LOG.verifier)


def test_a_checkpoint_of_a_real_log_is_opened():
    """A log of the web's certificates, with its witnesses."""
    case = read_vectors("signed_note")["notes"][1]
    log, *witnesses = [Verifier.parse(vkey) for vkey in case["vkeys"]]
    opened = open_checkpoint(case["note"], log, witnesses)
    assert (opened.origin, opened.size, opened.root.hex()) == tuple(case["checkpoint"].values())
