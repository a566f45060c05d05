"""What a witness signs: requests, the order of refusals, and that it never signs two histories."""

from contextlib import suppress
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.merkle import EMPTY_ROOT, consistency_path, leaf_hash, root_of
from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier, sign_note
from sawtna.ledger.core.witness import (
    MAX_REQUEST_BYTES,
    AddCheckpoint,
    History,
    Seen,
    WitnessError,
    check_growth,
    check_signature,
    compare_history,
    pack_request,
    pack_witness_key,
    read_head,
    root_at,
    unpack_request,
    unpack_witness_key,
)

ORIGIN = "sawtna.example/log"
LOG = Signer(ORIGIN, bytes(range(32)))
WITNESS = Signer("witness.example/w1", bytes(range(1, 33)), COSIGNATURE)
LOGS = {ORIGIN: (LOG.verifier,)}
SIZES = st.integers(0, 40)


class Tree:
    """A log in memory; two trees with the same name share their beginning."""

    def __init__(self, size, fork_at=None, name="other"):
        self.leaves = [
            leaf_hash(f"{name if fork_at is not None and number >= fork_at else ''}{number}".encode())
            for number in range(size)
        ]

    @cache  # noqa: B019 (trees live as long as the tests)
    def node(self, level, index):
        """The root of a complete subtree."""
        return root_of(self.leaves[index << level : (index + 1) << level])

    @cache  # noqa: B019
    def checkpoint(self, size):
        """The head of that size."""
        return Checkpoint(ORIGIN, size, root_of(self.leaves[:size]))

    @cache  # noqa: B019
    def note(self, size, signer=LOG, more=""):
        """The head of that size, signed."""
        return sign_note(pack_checkpoint(self.checkpoint(size)) + more, [signer])

    def request(self, old, size):
        """What the log sends to a witness that knows `old`."""
        return AddCheckpoint(old, consistency_path(old, size, self.node), self.note(size))


TREE, FORK = Tree(64), Tree(64, fork_at=5)
TREES = (TREE, FORK, Tree(64, fork_at=20, name="third"))


class Witness:
    """The rules of a witness with a memory that is a variable."""

    def __init__(self):
        self.seen = Seen()
        self.signed = []

    def add(self, request):
        """Judge a request as the server does; remember, then sign."""
        again = unpack_request(pack_request(request))
        head = check_signature(again.note, LOGS)
        check_growth(again, head.checkpoint, self.seen)
        self.seen = Seen(head.checkpoint.size, head.checkpoint.root)
        self.signed.append(self.seen)


def refusal(request, seen=None):
    """The status with which a request is refused."""
    witness = Witness()
    witness.seen = seen or witness.seen
    with pytest.raises(WitnessError, match=r"got .*, expected ") as caught:
        witness.add(request)
    assert witness.signed == []
    return caught.value.status, caught.value.size


@given(SIZES, SIZES)
def test_a_log_that_grew_is_signed(old, more):
    """From any size to any larger or equal one, with the proof that the log makes."""
    witness = Witness()
    witness.add(TREE.request(0, old))
    witness.add(TREE.request(old, min(old + more, 64)))
    assert witness.seen == Seen(min(old + more, 64), TREE.checkpoint(min(old + more, 64)).root)


@given(SIZES, st.lists(st.binary(min_size=32, max_size=32), max_size=63))
def test_every_request_comes_back(old, path):
    """A packed request reads back as itself."""
    request = AddCheckpoint(old, tuple(path), TREE.note(3))
    assert unpack_request(pack_request(request)) == request


@given(st.binary(max_size=300) | st.binary(max_size=100).map(lambda data: b"old 3\n\n" + data))
def test_any_bytes_are_a_request_or_refused(data):
    """Nothing crashes the reader of requests."""
    with suppress(WitnessError):
        request = unpack_request(data)
        assert pack_request(request) == data
        with pytest.raises(WitnessError):
            check_signature(request.note, LOGS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"old 5\n",
        b"old 05\n\nx",
        b"old -1\n\nx",
        b"new 5\n\nx",
        b"old 5 \n\nx",
        b"old 99999999999999999999\n\nx",
        b"old 5\nAAA\n\nx",
        b"old 5\n" + b"A" * 43 + b"=\n" + b"\xff\n\n",
        b"old 5\n" + (b"A" * 43 + b"=\n") * 64 + b"\nx",
        b"old 5\n\n" + b"x" * MAX_REQUEST_BYTES,
    ],
    ids=lambda data: repr(data[:12]),
)
def test_a_malformed_request_is_refused(data):
    """Wrong first lines, wrong Base 64, 64 lines of proof, too many bytes."""
    with pytest.raises(WitnessError, match=r"got .*, expected ") as caught:
        unpack_request(data)
    assert caught.value.status == 400


def test_an_unknown_log_is_not_found():
    """404, before anything else is looked at; a name alone does not make it known."""
    other = Signer("other.example/log", bytes(32))
    note = sign_note(f"other.example/log\n0\n{'A' * 43}=\n".replace("A" * 43 + "=", _empty()), [other])
    assert refusal(AddCheckpoint(0, (), note)) == (404, None)


def _empty():
    return pack_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT)).split("\n")[2]


def test_another_key_of_the_same_name_is_forbidden():
    """403 when no known key signed, also when a known key signed wrongly."""
    forged = TREE.note(3, Signer(ORIGIN, bytes(32)))
    assert refusal(AddCheckpoint(0, (), forged)) == (403, None)
    bad = TREE.note(3).replace("\n3\n", "\n4\n")
    assert refusal(AddCheckpoint(0, (), bad)) == (403, None)


def test_no_checkpoint_is_a_bad_request():
    """400 for a signed text that is no checkpoint."""
    assert refusal(AddCheckpoint(0, (), sign_note("hello\n", [LOG]))) == (400, None)


def test_an_old_size_above_the_new_one_is_a_bad_request():
    """400, even when it is the size that the witness knows: the log went back."""
    request = replace(TREE.request(3, 5), old_size=9)
    assert refusal(request) == (400, None)
    assert refusal(request, Seen(9, TREE.checkpoint(9).root)) == (400, None)


def test_another_old_size_tells_the_size_that_is_known():
    """409 with the size, so that the log can make the right proof."""
    assert refusal(TREE.request(2, 8), Seen(5, TREE.checkpoint(5).root)) == (409, 5)
    assert refusal(TREE.request(2, 8)) == (409, 0)


def test_another_root_of_the_same_size_is_a_conflict():
    """409: the log has signed two histories."""
    assert refusal(FORK.request(8, 8), Seen(8, TREE.checkpoint(8).root)) == (409, 8)


def test_a_proof_that_does_not_hold_is_unprocessable():
    """422 for another history, for a missing proof, and for a proof where there is nothing to prove."""
    seen = Seen(8, TREE.checkpoint(8).root)
    assert refusal(FORK.request(8, 20), seen) == (422, None)
    assert refusal(replace(TREE.request(8, 20), path=()), seen) == (422, None)
    assert refusal(replace(TREE.request(0, 20), path=(bytes(32),))) == (422, None)
    assert refusal(replace(TREE.request(8, 8), path=(bytes(32),)), seen) == (422, None)
    assert refusal(replace(TREE.request(8, 20), path=(b"short",)), seen) == (422, None)


def test_signatures_of_strangers_are_left_behind():
    """A witness keeps the signature of the log, once, and none of whoever else signed the note."""
    stranger = Signer("stranger.example", bytes(32))
    note = (
        TREE.note(5) + stranger.sign("anything\n").line + LOG.sign(pack_checkpoint(TREE.checkpoint(5))).line
    )
    assert check_signature(note, LOGS).note == TREE.note(5)


def test_lines_of_other_logs_are_signed_along():
    """A checkpoint with extension lines is signed as it stands; an empty line in it is refused."""
    note = TREE.note(5, more="extra 1\n")
    head = check_signature(note, LOGS)
    assert head.text == pack_checkpoint(TREE.checkpoint(5)) + "extra 1\n"
    assert head.checkpoint == TREE.checkpoint(5)
    with pytest.raises(NoteError, match="empty line"):
        read_head(pack_checkpoint(TREE.checkpoint(5)) + "\nextra\n")


class NeverTwoHistories(RuleBasedStateMachine):
    """A log that lies as it likes, with proofs from whichever history, asks one witness."""

    def __init__(self):
        super().__init__()
        self.witness = Witness()
        self.trees = TREES

    @rule(old=st.integers(0, 64), size=st.integers(0, 64), shown=st.integers(0, 2), proven=st.integers(0, 2))
    def ask(self, old, size, shown, proven):
        """Any checkpoint of any history, with the proof of any other, from any old size."""
        old = min(old, size)
        path = consistency_path(old, size, self.trees[proven].node)
        with suppress(WitnessError):
            self.witness.add(AddCheckpoint(old, path, self.trees[shown].note(size)))

    @rule(more=st.integers(0, 10), shown=st.integers(0, 2))
    def ask_rightly(self, more, shown):
        """The next checkpoint of one history, proven as well as that history can."""
        old = self.witness.seen.size
        with suppress(WitnessError):
            self.witness.add(self.trees[shown].request(old, min(old + more, 64)))

    @invariant()
    def signed_is_one_history(self):
        """There is one tree of which all signed heads are beginnings, and sizes never went back."""
        signed = self.witness.signed
        assert [one.size for one in signed] == sorted(one.size for one in signed)
        assert any(all(tree.checkpoint(one.size).root == one.root for one in signed) for tree in self.trees)


TestNeverTwoHistories = NeverTwoHistories.TestCase


# ------------------------------------------------------------------ for whoever fetches
@given(SIZES, SIZES)
def test_a_fetched_head_is_told_from_a_fork(old, size):
    """Same, newer, older, or another history, by the tiles that the log shows itself."""
    seen = Seen(old, TREE.checkpoint(old).root)
    expected = History.SAME if old == size else History.NEWER if size > old else History.OLDER
    assert compare_history(seen, TREE.checkpoint(size), TREE.node) == expected
    if old > 5:
        forked = History.OLDER if size < old else History.FORKED
        assert compare_history(seen, FORK.checkpoint(size), FORK.node) == forked


def test_files_of_another_tree_are_no_proof_of_a_fork():
    """When the tiles do not give the root that is signed, the site is half copied, not convicted."""
    seen = Seen(8, TREE.checkpoint(8).root)
    assert compare_history(seen, TREE.checkpoint(20), FORK.node) == History.GARBLED


@given(st.integers(0, 64))
def test_a_root_is_read_at_any_size(size):
    """From a few nodes, the same as from all leaves."""
    assert root_at(size, TREE.node) == TREE.checkpoint(size).root


# ------------------------------------------------------------------ the key
def test_a_key_comes_back():
    """The private key reads back as itself; of a log's key, or of a torn file, it is refused."""
    text = pack_witness_key(WITNESS)
    assert unpack_witness_key(text) == WITNESS
    assert Verifier.parse(WITNESS.verifier.vkey).kind == COSIGNATURE
    for wrong in (pack_witness_key(LOG), text[:-2], text.replace("w1", "w2"), "", "PRIVATE+KEY+a+b"):
        with pytest.raises(NoteError, match=r"got .*, expected "):
            unpack_witness_key(wrong)
