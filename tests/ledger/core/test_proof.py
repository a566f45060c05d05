"""Receipts: one text file that proves an entry."""

import base64
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint as TheirCheckpoint
from tlog_scales.tlog import InclusionProof

from sawtna.ledger.core.errors import BookError, ProofError
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.note import Signer, Verifier, sign_note
from sawtna.ledger.core.proof import InclusionReceipt, pack_receipt, unpack_receipt, verify_receipt
from sawtna.ledger.core.short_proof import MAX_BYTES, pack_short_receipt, unpack_short_receipt

from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("receipt")
LOG = Verifier.parse(VECTORS["vkey"])
CASES = [(one["index"], base64.b64decode(one["entry"]), one["receipt"]) for one in VECTORS["receipts"]]
HASHES = st.binary(min_size=32, max_size=32)


def only_signed_by_the_log(text):
    """The receipt without its witness's line, whose bits do not matter to whoever does not know the witness."""
    return "".join(
        line for line in text.splitlines(keepends=True) if not line.startswith("\N{EM DASH} witness")
    )


def verify_alone(text):
    """Verify a receipt by what is in it."""
    receipt = unpack_receipt(text)
    return verify_receipt(receipt, receipt.extra, LOG)


@pytest.mark.parametrize(("index", "entry", "text"), CASES)
def test_a_receipt_proves_its_entry_offline(index, entry, text):
    """The file, the entry and the log's key are enough."""
    receipt = unpack_receipt(text)
    assert pack_receipt(receipt) == text
    assert verify_alone(only_signed_by_the_log(text)) == verify_alone(text)
    assert unpack_receipt(text.encode()) == receipt
    assert (receipt.index, receipt.extra) == (index, entry)
    checkpoint = verify_receipt(receipt, entry, LOG)
    assert (checkpoint.size, checkpoint.root.hex()) == (VECTORS["size"], VECTORS["root"])
    assert len(text) < 2_000


@pytest.mark.parametrize(("index", "entry", "text"), CASES)
def test_a_receipt_does_not_prove_another_entry(index, entry, text):
    """Neither a changed entry nor a neighbour passes."""
    receipt = unpack_receipt(text)
    for other in (entry + b" ", b"", *(one for place, one, _ in CASES if place != index)):
        with pytest.raises(ProofError, match="expected root"):
            verify_receipt(receipt, other, LOG)


@given(st.sampled_from(CASES), st.data())
def test_every_altered_bit_of_a_receipt_is_refused(case, data):
    """Index, path, entry, size, root, name and signature: no bit of the file can be changed."""
    text = only_signed_by_the_log(case[2]).encode()
    bit = data.draw(st.integers(0, len(text) * 8 - 1))
    altered = bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(text))
    with pytest.raises(BookError):
        verify_alone(altered)


@given(st.sampled_from(CASES), st.data())
def test_a_cut_receipt_is_refused(case, data):
    """A download that broke off proves nothing."""
    text = only_signed_by_the_log(case[2])
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    with pytest.raises(BookError):
        verify_receipt(unpack_receipt(cut), case[1], LOG)


def test_a_receipt_of_another_log_is_refused():
    """The same bytes under another key prove nothing about our book."""
    index, entry, text = CASES[0]
    forger = Signer(LOG.name, bytes(32))
    body = unpack_receipt(text).checkpoint_note.partition("\n\n")[0] + "\n"
    forged = InclusionReceipt(index, unpack_receipt(text).path, sign_note(body, [forger]))
    with pytest.raises(BookError, match=r"expected a signature of sawtna\.example/log"):
        verify_receipt(forged, entry, LOG)


@given(
    st.integers(0, 2**63 - 1),
    st.lists(HASHES, max_size=63),
    st.binary(max_size=100),
    st.text(st.characters(exclude_categories=["Cs"])),
)
def test_every_receipt_comes_back(index, path, extra, note):
    """What is packed is unpacked, whatever the checkpoint in it says."""
    receipt = InclusionReceipt(index, tuple(path), note, extra)
    assert unpack_receipt(pack_receipt(receipt)) == receipt
    assert unpack_receipt(pack_receipt(receipt).encode()) == receipt


HEAD = "c2sp.org/tlog-proof@v1\n"
HASH = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "got ''"),
        (HEAD, "expected c2sp.org/tlog-proof@v1"),
        ("c2sp.org/tlog-proof@v2\nindex 0\n\nnote", "got 'c2sp.org/tlog-proof@v2'"),
        (f"{HEAD}index 0\n{HASH}\n", "an empty line and a checkpoint"),
        (f"{HEAD}\nnote", "expected a line such as index"),
        (f"{HEAD}{HASH}\n\nnote", "expected a line such as index"),
        (f"{HEAD}index 00\n\nnote", "got 'index 00'"),
        (f"{HEAD}index -1\n\nnote", "got 'index -1'"),
        (f"{HEAD}index  1\n\nnote", "got 'index  1'"),
        (f"{HEAD}index ٣\n\nnote", "expected a line such as index"),
        (f"{HEAD}index 9223372036854775808\n\nnote", "got the index 9223372036854775808"),
        (f"{HEAD}index {'9' * 30}\n\nnote", "expected a line such as index"),
        (f"{HEAD}index 0\nAAEC\n\nnote", "of 32 bytes"),
        (f"{HEAD}index 0\n{HASH[:-1]}\n\nnote", "expected standard Base 64"),
        (f"{HEAD}index 0\n{HASH.replace('U=', 'V=')}\n\nnote", "expected standard Base 64"),
        (f"{HEAD}index 0\n" + f"{HASH}\n" * 64 + "\nnote", "got 64 hashes, expected at most 63"),
        (f"{HEAD}extra \nindex 0\n\nnote", "got an empty extra line"),
        (f"{HEAD}extra AB==\nindex 0\n\nnote", "expected standard Base 64"),
        (f"{HEAD}index 0\nextra AA==\n\nnote", "expected standard Base 64"),
        (f"{HEAD}extra AA==\nextra AA==\nindex 0\n\nnote", "expected a line such as index"),
        (f"{HEAD}extra AA==\n\nnote", "expected a line such as index"),
        (f"{HEAD}extra {base64.b64encode(bytes(65_536)).decode()}\nindex 0\n\nnote", "got 65536 extra bytes"),
        (HEAD.replace("\n", "\r\n") + "index 0\r\n\r\nnote", "got 'c2sp.org"),
        ("x" * 2_000_000, "got a receipt of 2000000 bytes"),
    ],
)
def test_a_malformed_receipt_is_refused(text, reason):
    """Each line has its place and one spelling."""
    with pytest.raises(ProofError) as caught:
        unpack_receipt(text)
    assert reason in str(caught.value)


def test_a_receipt_that_is_not_utf_8_is_refused():
    """Bytes that are no text are no receipt."""
    with pytest.raises(ProofError, match="not UTF-8"):
        unpack_receipt(HEAD.encode() + b"\xff")


@given(st.text() | st.text().map(lambda text: HEAD + text) | st.binary())
def test_nothing_crashes_the_reader(text):
    """Any text or bytes are a receipt with one spelling, or refused."""
    with suppress(ProofError):
        receipt = unpack_receipt(text)
        again = pack_receipt(receipt)
        assert again == (text if isinstance(text, str) else text.decode())


@pytest.mark.parametrize(("index", "entry", "text"), CASES)
def test_tlog_scales_accepts_our_receipts(index, entry, text):
    """Another implementation verifies the checkpoint, both keys, and the path."""
    receipt = unpack_receipt(text)
    checkpoint = TheirCheckpoint.from_text(receipt.checkpoint_note)
    checkpoint.verify(Vkey.from_string(VECTORS["vkey"]))
    checkpoint.verify(Vkey.from_string(VECTORS["witness"]["vkey"]))
    InclusionProof(index, checkpoint.size, list(receipt.path)).check(leaf_hash(entry), checkpoint.root_hash)


def test_the_form_is_that_of_the_specification():
    """First line, extra, index, hashes, an empty line, the checkpoint verbatim (c2sp.org/tlog-proof)."""
    _, _, text = CASES[2]
    hash_line = "[A-Za-z0-9+/]{43}=\n"
    pattern = rf"c2sp\.org/tlog-proof@v1\nextra [A-Za-z0-9+/=]+\nindex 200\n({hash_line}){{9}}\nsawtna\.example/log\n"
    assert re.match(pattern, text)
    assert text.endswith("\n\n" + VECTORS["checkpoint"])


def test_a_short_receipt_goes_there_and_back():
    """Index, leaf and checkpoint; the last newline may be lost; whatever else it says is refused."""
    for one in VECTORS["receipts"]:
        short = unpack_short_receipt(one["short"].rstrip("\n"))
        assert (short.index, short.leaf.hex()) == (one["index"], one["leaf"])
        assert short.checkpoint_note == VECTORS["checkpoint"]
    text = VECTORS["receipts"][0]["short"]
    for spoiled in (
        "",
        text[:40],
        text.replace("index 0", "index 00"),
        text.replace("=\n", "\n", 1),
        text[1:],
    ):
        with pytest.raises(ProofError):
            unpack_short_receipt(spoiled)


def test_a_short_receipt_leaves_out_the_witnesses_that_do_not_fit():
    """At most 1,200 bytes, and the log's own signature is among them."""
    note = VECTORS["checkpoint"] + VECTORS["checkpoint"].splitlines(keepends=True)[-1] * 20
    short = pack_short_receipt(7, bytes(32), note)
    assert len(short.encode()) <= MAX_BYTES
    assert unpack_short_receipt(short).checkpoint_note.startswith(VECTORS["checkpoint"])
