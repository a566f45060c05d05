"""Rounds of a relay at a site that is played: what is handed in, what is dropped, and what a false site learns."""

import sqlite3
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sawtna.campaigns.core.casting.casts import pad_cast
from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.core.casting.sealing import CURVE, SEALED_BYTES, pack_public, seal_cast, seal_hash
from sawtna.campaigns.relay.memory import MEMORY, RelayMemory
from sawtna.campaigns.relay.rounds import go_round
from sawtna.campaigns.relay.site import Sealed, Served, SiteError
from sawtna.ledger.core.entry import pack_entry

from tests.campaigns.core.casting.station import EVERY, KMIN, Station, T
from tests.cli.folder_book import ORIGIN

KEY, OTHER = ec.generate_private_key(CURVE), ec.generate_private_key(CURVE)
NEAR = T + EVERY - 1  # a second before a batch
CLOSES = T + 10**7


@dataclass
class PlayedSite:
    """A site in memory. `shown` is what it shows; `handed` what was handed in, request by request."""

    station: Station
    key: int
    now: int = NEAR
    shown: list[Sealed] = field(default_factory=list)
    handed: list[list[bytes]] = field(default_factory=list)
    released: set[bytes] = field(default_factory=set)
    is_deaf: bool = False
    answer: tuple[str, str] = ("promise", "note")

    def clock(self):
        return self.now

    def fetch(self):
        register, bodies = Register(), {}
        for index in range(len(self.station.told)):
            bodies[index] = self.station.body(index)
            register.learn(index, bodies[index])
        return list(self.shown), Served(register, bodies, {self.station.roll: [self.station.ballot]})

    def deliver(self, casts):
        self.handed.append(list(casts))
        if self.is_deaf:
            raise SiteError("No answer came.")
        return [self.answer] * len(casts)

    def release(self, boxes):
        self.released |= set(boxes)
        self.shown = [one for one in self.shown if seal_hash(one.data) not in self.released]

    def people(self, many, **more):
        """So many people cast; their casts, in the order in which they came."""
        casts = [pack_entry(self.station.cast(self.station.person(self.key), [0])) for _ in range(many)]
        for cast in casts:
            self.leave(cast, **more)
        return casts

    def leave(self, cast, *, to=KEY, past=0, roll=None):
        """Leave a sealed cast."""
        point = pack_public(to.public_key())
        sealed = seal_cast(pad_cast(cast), roll or self.station.roll, point, ORIGIN)
        self.shown.append(Sealed(past, sealed))


@pytest.fixture
def site():
    """A site with one ballot, a second before a batch."""
    station = Station()
    return PlayedSite(station, station.log_key())


@pytest.fixture
def memory(tmp_path):
    """The memory of a new relay."""
    memory = RelayMemory(tmp_path)
    yield memory
    memory.close()


def test_a_batch_is_handed_in_whole_and_in_another_order(site, memory):
    """All at once, mixed, and afterwards the site is told to let go."""
    orders = set()
    for _ in range(4):
        casts = site.people(8)
        assert go_round(site, (KEY,), memory) == {"handed-in": 8}
        assert sorted(site.handed[-1]) == sorted(casts)
        orders.add(tuple(casts.index(cast) for cast in site.handed[-1]))
        site.now += EVERY
    assert len(orders) > 1
    assert site.shown == []


def test_too_few_and_too_early_wait_sealed(site, memory):
    """Before there is a batch nothing is handed in, nothing is let go of, and nothing is remembered."""
    site.people(KMIN - 1)
    assert go_round(site, (KEY,), memory) == {}
    site.people(1)
    site.now = T + 1
    assert go_round(site, (KEY,), memory) == {}
    assert (len(site.shown), site.handed) == (KMIN, [])
    site.now = NEAR
    assert go_round(site, (KEY,), memory) == {"handed-in": KMIN}


def test_who_comes_right_after_a_batch_waits_for_the_next(site, memory):
    """Handed in alone it would be known whose it is."""
    site.people(KMIN)
    go_round(site, (KEY,), memory)
    site.people(KMIN)
    assert go_round(site, (KEY,), memory) == {}
    site.now += EVERY
    assert go_round(site, (KEY,), memory) == {"handed-in": KMIN}


def test_one_person_who_changes_is_not_a_crowd(site, memory):
    """A batch is counted in persons, so that nobody fills it with casts of her own."""
    person = site.station.person(site.key)
    for q in range(KMIN):
        site.leave(pack_entry(site.station.cast(person, [q % 2], q)))
    assert go_round(site, (KEY,), memory) == {}


def test_at_the_end_all_is_handed_in(site, memory):
    """However few they are: a vote that was sealed in time counts."""
    site.people(1)
    site.now = CLOSES
    assert go_round(site, (KEY,), memory) == {"handed-in": 1}


def test_a_replayed_cast_is_never_handed_in_again(site, memory):
    """A site that kept a sealed cast and shows it alone, even at the end, sees nothing come out of it."""
    site.people(KMIN)
    kept = list(site.shown)
    go_round(site, (KEY,), memory)
    site.shown, site.now = kept[:1], CLOSES
    assert go_round(site, (KEY,), memory) == {}
    assert len(site.handed) == 1
    assert site.shown == []


def test_a_cast_that_was_sealed_twice_is_handed_in_once(site, memory):
    """A phone whose answer was lost seals again."""
    casts = site.people(KMIN)
    site.leave(casts[0])
    assert go_round(site, (KEY,), memory) == {"handed-in": KMIN}


def test_what_holds_nothing_is_dropped_and_counted(site, memory):
    """Garbage, another key, no cast, another roll, too late: never a fault, never a batch."""
    garbage = site.station.roll.to_bytes(8, "big").ljust(SEALED_BYTES, b"\4")
    site.shown.append(Sealed(0, garbage))
    site.people(1, to=OTHER)
    site.leave(b"{}")
    site.people(1, roll=site.station.ballot)
    site.people(1, past=1)
    told = {"closed-to-us": 2, "no-cast": 1, "other-roll": 1, "late": 1}
    assert go_round(site, (KEY,), memory) == told
    assert (memory.tally(), site.handed, site.shown) == (told, [], [])


def test_an_older_key_still_opens(site, memory):
    """Pages that were loaded before the relay took a new key have the older one."""
    site.people(KMIN - 1, to=OTHER)
    site.people(1)
    assert go_round(site, (OTHER, KEY), memory) == {"handed-in": KMIN}


def test_a_lost_answer_hands_the_same_batch_in_again(site, memory):
    """Killed, or cut off, between begin and end: the next round hands in the same casts, and only those."""
    casts = site.people(KMIN)
    site.is_deaf = True
    with pytest.raises(SiteError):
        go_round(site, (KEY,), memory)
    site.people(KMIN)
    site.is_deaf = False
    site.now += 2
    assert go_round(site, (KEY,), memory) == {"handed-in": KMIN}
    assert sorted(site.handed[1]) == sorted(casts)
    assert len(site.shown) == KMIN


def test_a_part_of_a_batch_is_never_handed_in(site, memory):
    """A site that plays deaf and then shows one sealed cast of the batch alone does not learn which cast it was."""
    site.people(KMIN)
    site.is_deaf = True
    with pytest.raises(SiteError):
        go_round(site, (KEY,), memory)
    site.is_deaf, site.shown = False, site.shown[:1]
    assert go_round(site, (KEY,), memory) == {"held-back": KMIN}
    assert len(site.handed) == 1


def test_what_the_site_refuses_is_counted_and_done(site, memory):
    """A ballot that closed meanwhile takes nothing; it is not tried for ever."""
    site.people(KMIN)
    site.answer = ("error", "closed")
    assert go_round(site, (KEY,), memory) == {"refused-closed": KMIN}
    assert (memory.unfinished(), site.shown) == ([], [])


def test_the_memory_holds_no_cast(site, memory, tmp_path):
    """Whoever takes the relay finds which sealed casts it saw, and not what was in them."""
    casts = site.people(KMIN)
    go_round(site, (KEY,), memory)
    held = b"".join(path.read_bytes() for path in tmp_path.glob(f"{MEMORY}*"))
    assert next(iter(site.released)) in held
    assert not any(cast[:60] in held for cast in casts)
    rows = sqlite3.connect(tmp_path / MEMORY).execute("SELECT * FROM tally").fetchall()
    assert rows == [("handed-in", KMIN)]
