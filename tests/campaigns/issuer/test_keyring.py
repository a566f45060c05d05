"""The keyring: a key is made once, opened while its ballot is open, and gone afterwards, whatever kills the process."""

import os
import signal
import subprocess
import sys
import time

import pytest

from sawtna.campaigns.issuer import keyring as module
from sawtna.campaigns.issuer.keyring import Keyring
from sawtna.campaigns.issuer.openssl import OpenSSL
from sawtna.campaigns.issuer.pkcs11 import Pkcs11
from sawtna.campaigns.issuer.raw import IssuerError

BALLOT, ROLL = bytes(range(32)), bytes(range(1, 33))
FILE = f"{BALLOT.hex()}-email-1.key"


@pytest.fixture
def folder(tmp_path):
    """Where the keys lie."""
    return tmp_path / "keys" / "ballots"


@pytest.fixture
def ring(folder) -> Keyring:
    """A keyring of this machine's OpenSSL."""
    return Keyring(folder, OpenSSL())


def test_a_key_is_made_once_and_opened_again(ring, folder):
    """Made twice it is one key; another process opens the same."""
    made = ring.make_key(BALLOT, "email")
    assert ring.make_key(BALLOT, "email").public == made.public
    assert Keyring(folder, OpenSSL()).open_key(BALLOT, "email").public == made.public
    assert ring.names() == [FILE]


def test_ballots_kinds_and_turns_have_keys_of_their_own(ring):
    """Four keys, four moduli."""
    keys = [
        ring.make_key(BALLOT, "email"),
        ring.make_key(BALLOT, "invite"),
        ring.make_key(BALLOT, "email", 2),
        ring.make_key(ROLL, "email"),
    ]
    assert len({key.public.n for key in keys}) == 4


def test_keys_are_readable_for_their_owner_alone(ring, folder):
    """Files 0600 in a folder 0700, whatever the umask."""
    ring.make_key(BALLOT, "email")
    ring.make_roll_key(ROLL)
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_key_that_others_may_read_is_refused(ring, folder):
    """The sentence says what to type."""
    ring.make_key(BALLOT, "email")
    (folder / FILE).chmod(0o640)
    with pytest.raises(IssuerError, match=f"chmod 600 {folder / FILE}"):
        ring.open_key(BALLOT, "email")


def test_a_destroyed_key_is_gone_for_good(ring, folder):
    """Its bytes are overwritten before its name goes; opening says so, and destroying again is harmless."""
    ring.make_key(BALLOT, "email")
    linked = folder / "a-second-name"
    os.link(folder / FILE, linked)
    ring.destroy_key(BALLOT, "email")
    assert not (folder / FILE).exists()
    assert set(linked.read_bytes()) == {0}
    ring.destroy_key(BALLOT, "email")
    with pytest.raises(IssuerError, match="is gone"):
        ring.open_key(BALLOT, "email")
    assert ring.names() == []


def test_a_kill_between_overwriting_and_unlinking_leaves_nothing_to_sign_with(ring, folder, monkeypatch):
    """The file is full of zeros: no key is read from it, and it can be destroyed again."""
    ring.make_key(BALLOT, "email")
    monkeypatch.setattr(module.Path, "unlink", lambda *_: None)
    ring.destroy_key(BALLOT, "email")
    monkeypatch.undo()
    with pytest.raises(IssuerError, match="damaged or destroyed"):
        ring.open_key(BALLOT, "email")
    ring.destroy_key(BALLOT, "email")
    assert ring.names() == []


def test_a_roll_has_its_own_key(ring):
    """32 random bytes, the same while the roll is open, gone afterwards."""
    key = ring.make_roll_key(ROLL)
    assert len(key) == 32
    assert ring.make_roll_key(ROLL) == ring.open_roll_key(ROLL) == key != ring.make_roll_key(BALLOT)
    ring.destroy_roll_key(ROLL)
    ring.destroy_roll_key(ROLL)
    with pytest.raises(IssuerError, match="is gone"):
        ring.open_roll_key(ROLL)


@pytest.mark.parametrize(
    ("leaf", "kind", "turn"), [(b"", "email", 1), (BALLOT, "../../email", 1), (BALLOT, "email", 3)]
)
def test_no_other_file_than_a_key_can_be_named(ring, leaf, kind, turn):
    """What comes from elsewhere never becomes a path."""
    for verb in (ring.make_key, ring.open_key, ring.destroy_key):
        with pytest.raises(IssuerError, match="expected a leaf hash"):
            verb(leaf, kind, turn)
    with pytest.raises(IssuerError, match="expected 32"):
        ring.make_roll_key(b"")


def test_what_a_killed_process_left_behind_is_destroyed(ring, folder):
    """A half-written key never becomes one, and does not lie about."""
    half = folder / f"{FILE}.new"
    half.write_bytes(b"-----BEGIN RSA PRIVATE KEY-----\nhalf")
    linked = folder / "a-second-name"
    os.link(half, linked)
    Keyring(folder, OpenSSL())
    assert not half.exists()
    assert set(linked.read_bytes()) == {0}
    half.write_bytes(b"again, while this process runs")
    assert ring.make_key(BALLOT, "email").public.is_fit
    assert not half.exists()


MAKER = """
import sys
from pathlib import Path
from sawtna.campaigns.issuer.keyring import Keyring
from sawtna.campaigns.issuer.openssl import OpenSSL
ring = Keyring(Path(sys.argv[1]), OpenSSL())
print("ready", flush=True)
for number in range(10_000):
    made = ring.make_key(number.to_bytes(32, "big"), "email")
    print(number, made.public.n, flush=True)
"""


def test_a_kill_at_any_moment_loses_no_key_that_was_told(folder):
    """Ten times killed while it makes keys: each key that it told of is there, and none is half."""
    for patience in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", MAKER, str(folder)], stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(0.05 + patience * 0.037)
            process.send_signal(signal.SIGKILL)
            told = [
                line.split()
                for line in process.stdout.read().splitlines(keepends=True)
                if line.endswith("\n")
            ]
        ring = Keyring(folder, OpenSSL())
        for number, modulus in told:
            assert ring.open_key(int(number).to_bytes(32, "big"), "email").public.n == int(modulus)
        for name in ring.names():
            assert ring.open_key(bytes.fromhex(name.split("-", maxsplit=1)[0]), "email").public.is_fit


def test_processes_that_make_one_key_at_once_make_one(folder):
    """Two workers of a site start at the same time and find the same key."""
    once = MAKER.replace("10_000", "3")
    workers = [
        subprocess.Popen([sys.executable, "-c", once, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [worker.communicate(timeout=120)[0] for worker in workers]
    assert said[0] == said[1]
    assert said[0].count("\n") == 4


def test_a_key_in_hardware_is_destroyed_there_too(folder, hardware):
    """The file holds a name; with it the key goes out of the module."""
    ring = Keyring(folder, Pkcs11(hardware))
    made = ring.make_key(BALLOT, "email")
    assert ring.make_key(BALLOT, "email").public == made.public
    kept = (folder / FILE).read_bytes()
    ring.destroy_key(BALLOT, "email")
    with pytest.raises(IssuerError, match="module refused"):
        Pkcs11(hardware).open(kept)
