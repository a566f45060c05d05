"""Policies: whom a reader trusts, with which quorum, and which lines would count somebody twice."""

import pytest

from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import COSIGNATURE, Signer, cosign_note, sign_note
from sawtna.ledger.core.policy import PolicyError, unpack_policy

from tests.vectors.read_vectors import read_vectors

LOG = Signer("sawtna.example/log", bytes(32))
ONE, TWO, THREE = (
    Signer(f"witness.example/w{number}", bytes([number]) * 32, COSIGNATURE) for number in (1, 2, 3)
)
LINES = [f"log {LOG.verifier.vkey} https://sawtna.example/log"] + [
    f"witness w{number} {signer.verifier.vkey} https://w{number}.example"
    for number, signer in enumerate((ONE, TWO, THREE), 1)
]


def policy_of(*more):
    """A policy with three witnesses and more lines."""
    return unpack_policy("\n".join([*LINES, *more]) + "\n")


def note_of(*witnesses):
    """A note that these witnesses cosigned."""
    note = sign_note("sawtna.example/log\n0\nroot\n", [LOG])
    for witness in witnesses:
        note = cosign_note(note, witness, 1)
    return note


def test_the_shared_vectors_are_read_as_browsers_read_them():
    """Each policy is met by the notes that the file names; each bad one is refused; a note of another log is."""
    vectors = read_vectors("policy")
    for told in vectors["policies"]:
        policy = unpack_policy(told["policy"])
        met = [name for name, note in vectors["notes"].items() if policy.is_met_by(policy.open(note))]
        assert met == told["met"]
        with pytest.raises(NoteError):
            policy.open(vectors["foreign_note"])
    for text in vectors["bad_policies"]:
        with pytest.raises(PolicyError):
            unpack_policy(text)


def test_addresses_are_kept_beside_keys():
    """Logs and witnesses are asked where their line says; a line without an address has none."""
    policy = policy_of("quorum none")
    assert policy.addresses[LOG.verifier.vkey] == "https://sawtna.example/log"
    assert policy.addresses[TWO.verifier.vkey] == "https://w2.example"
    assert unpack_policy(f"log {LOG.verifier.vkey}\n").addresses == {}


@pytest.mark.parametrize(
    ("quorum", "enough", "short"),
    [
        (["quorum w2"], [TWO], [ONE, THREE]),
        (["group g 2 w1 w2 w3", "quorum g"], [ONE, THREE], [THREE]),
        (["group g all w1 w2", "quorum g"], [ONE, TWO], [ONE, THREE]),
        (["group g any w1 w2", "quorum g"], [TWO], [THREE]),
        (["group g any w1 w2", "group h all g w3", "quorum h"], [TWO, THREE], [ONE, TWO]),
        (["quorum none"], [], None),
    ],
)
def test_a_quorum_is_met_by_enough_of_the_right_witnesses(quorum, enough, short):
    """Thresholds, all, any, and groups of groups."""
    policy = policy_of(*quorum)
    assert policy.is_met_by(policy.open(note_of(*enough)))
    assert short is None or not policy.is_met_by(policy.open(note_of(*short)))


@pytest.mark.parametrize(
    "line",
    [
        f"witness w4 {ONE.verifier.vkey}",
        f"witness w4 {Signer('other.example', ONE.seed, COSIGNATURE).verifier.vkey}",
        f"log {LOG.verifier.vkey}",
        f"log {Signer('other.example', LOG.seed).verifier.vkey}",
    ],
    ids=["witness", "witness under another name", "log", "log under another name"],
)
def test_one_key_does_not_count_as_two(line):
    """A key that stands there twice, even under another name, would make a quorum of fewer (tlog-policy)."""
    with pytest.raises(PolicyError, match=r"line 5 .* twice, expected each once"):
        policy_of(line)


@pytest.mark.parametrize("lines", [["group g 2 w1 w1"], ["group g any w1 w2", "group h all g w1"]])
def test_one_member_does_not_count_twice(lines):
    """Each name is a member of one group at most (tlog-policy, "Defining a witness group")."""
    with pytest.raises(PolicyError, match="got the member w1 twice"):
        policy_of(*lines)


def test_keys_have_the_type_of_what_they_do():
    """A log does not witness and a witness keeps no log."""
    with pytest.raises(PolicyError, match=r"got the key type 0x01 .* expected 0x04"):
        policy_of(f"witness w4 {Signer('w4.example', b'4' * 32).verifier.vkey}")
    with pytest.raises(PolicyError, match=r"got the key type 0x04 .* expected 0x01"):
        policy_of(f"log {Signer('other.example', b'5' * 32, COSIGNATURE).verifier.vkey}")
