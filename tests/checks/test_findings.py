"""What many checks say together: counts, shares with their intervals, stretches of days, and the numbers in the book."""

from datetime import date
from math import sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.checks.core.findings import monday_of, slug_of, week_of
from sawtna.checks.core.fold import ChecksFold
from sawtna.checks.core.shares import ENOUGH, WHOLE, wilson

from tests.checks.found import FIRST, bodies_of_days, check_body, findings_of

TODAY = date(2026, 11, 24)


def numbers_of(bodies: list[dict[str, object]], *struck: int) -> dict[str, int]:
    """The numbers that a fold gives of these entries."""
    fold = ChecksFold()
    for index, body in enumerate(bodies):
        fold.take(index, body)
    for index in struck:
        fold.annul(index, len(bodies))
    return {number.key: number.value for number in fold.numbers(TODAY)}


@settings(deadline=None)
@given(st.integers(ENOUGH, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_is_wilsons_and_never_narrower(pair):
    """The whole numbers contain Wilson's interval as fractions give it, and no more than one basis point beside it."""
    hits, trials = pair
    found = wilson(hits, trials)
    z2 = 1.96**2
    middle = (hits + z2 / 2) / (trials + z2)
    reach = 1.96 * sqrt(hits * (trials - hits) / trials + z2 / 4) / (trials + z2)
    assert found is not None
    assert -1e-6 <= max(0.0, (middle - reach) * WHOLE) - found.low <= 1 + 1e-6
    assert -1e-6 <= found.high - min(WHOLE, (middle + reach) * WHOLE) <= 1 + 1e-6
    assert 0 <= found.low <= found.share <= found.high <= WHOLE


def test_a_share_of_too_few_checks_is_not_said():
    """Nine checks have no percentage, neither in the findings nor in the book; ten have one."""
    assert wilson(5, ENOUGH - 1) is None
    assert "checks/as64500/via/mobile/recent/share" not in numbers_of(bodies_of_days("bbbbbbbbb"))
    assert numbers_of(bodies_of_days("bbbbbbbbbo"))["checks/as64500/via/mobile/recent/share"] == 9000


def test_checks_are_counted_by_verdict_and_inconclusive_ones_have_no_say():
    """Blocked and degraded are hindered; a check that came to no result is counted and changes no share."""
    numbers = numbers_of(bodies_of_days("bbbbbbbddooooiiiii"))
    found = {
        name: numbers[f"checks/as64500/via/mobile/recent/{name}"]
        for name in ("count", "conclusive", "hindered", "share")
    }
    assert found == {"count": 18, "conclusive": 13, "hindered": 9, "share": 6923}


def test_only_the_newest_four_weeks_speak_of_now():
    """What is older than 28 days before the newest check is in the totals and in its week, and not in what is said of now."""
    numbers = numbers_of(bodies_of_days("b" * 40 + "o" * 28))
    assert (numbers["checks/as64500/count"], numbers["checks/as64500/recent/count"]) == (68, 28)
    assert numbers["checks/as64500/recent/blocked"] == 0
    assert numbers["checks/as64500/via/mobile/weeks/2026-w23/blocked"] == 7


def test_a_second_check_of_one_vantage_and_day_never_counts():
    """The fold itself refuses what an honest site would not accept, and names it as a fault of the book."""
    fold = ChecksFold()
    for index, body in enumerate(
        (check_body(1), {**check_body(2), "who": check_body(1)["who"]}, check_body(3))
    ):
        fold.take(index, body)
    assert [(finding.index, finding.code) for finding in fold.findings()] == [(1, "check")]
    assert {n.key: n.value for n in fold.numbers(TODAY)}["checks/count"] == 2


def test_a_file_that_is_in_the_book_already_never_counts():
    """One file under two vantages is one check."""
    fold = ChecksFold()
    fold.take(0, check_body(1))
    fold.take(1, {**check_body(2), "ev": check_body(1)["ev"]})
    assert [finding.index for finding in fold.findings()] == [1]


def test_a_check_that_is_void_counts_no_more():
    """Its network's numbers are folded again without it; when it was the only one, there are none."""
    bodies = bodies_of_days("bbo")
    assert numbers_of(bodies, 0)["checks/as64500/recent/blocked"] == 1
    assert numbers_of(bodies[:1], 0) == {}


def test_what_browsers_found_is_counted_apart():
    """A browser check of the same vantage and day stands beside the probe's, and is in none of its counts."""
    numbers = numbers_of([check_body(1), check_body(1, how="browser", ev="B" * 43, verdict="not_blocked")])
    assert (numbers["checks/count"], numbers["checks/browser/count"]) == (1, 1)
    assert (numbers["checks/as64500/recent/count"], numbers["checks/as64500/browser/not-blocked"]) == (1, 1)


def test_a_check_of_no_known_network_says_nothing_of_any():
    """AS0 is no network: such checks are counted, and nothing else."""
    numbers = numbers_of([check_body(1, net="AS0", cc="ZZ"), check_body(2)])
    assert (numbers["checks/count"], numbers["checks/unplaced/count"], numbers["checks/networks"]) == (
        2,
        1,
        1,
    )
    assert not any("as0/" in key for key in numbers)


def test_a_block_and_its_end_are_dated_for_each_access():
    """On mobile the block ends on a day; on Wi-Fi it never was. The days between are counted."""
    mobile = bodies_of_days("b" * 20 + "o" * 20)
    wifi = bodies_of_days("o" * 40, start=100, via="wifi")
    network = findings_of(mobile + wifi).networks["AS64500"]
    told = {
        access.via: [(one.state, (one.first - FIRST).days, one.lasted) for one in access.stretches]
        for access in network.accesses
    }
    assert told == {"mobile": [("blocked", 0, 20), ("open", 20, 20)], "wifi": [("open", 0, 40)]}
    assert not network.hindering


def test_a_day_has_one_voice_however_many_checks_it_had():
    """A crowd that tests on one day moves one day; a tie says nothing."""
    crowd = [check_body(number, day=3) for number in range(100, 160)]
    tie = [check_body(200, day=50), check_body(201, day=50, verdict="not_blocked")]
    network = findings_of(bodies_of_days("o" * 40) + crowd + tie).networks["AS64500"]
    (stretch,) = network.accesses[0].stretches
    assert (stretch.state, len(stretch.days), stretch.hindered) == ("open", 40, 1)


@pytest.mark.parametrize(
    ("days", "state"),
    [("bbbb", "few"), ("bbbbb", "blocked"), ("ddddb", "degraded"), ("ooooo", "open"), ("obobob", "mixed")],
)
def test_a_stretch_is_named_by_what_most_of_its_days_say(days, state):
    """Fewer than five days have no name; days that contradict each other are called mixed."""
    (stretch,) = findings_of(bodies_of_days(days)).networks["AS64500"].accesses[0].stretches
    assert stretch.state == state


def test_flows_and_causes_are_counted_among_those_that_know():
    """A flow counts where its state is known; a cause among the checks that found calls hindered."""
    numbers = numbers_of(bodies_of_days("bbbdooii"))
    path = "checks/as64500/via/mobile"
    assert (numbers[f"{path}/flows/stun/known"], numbers[f"{path}/flows/stun/hindered"]) == (6, 3)
    assert (numbers[f"{path}/flows/port-3478/hindered"], numbers[f"{path}/flows/rtp/hindered"]) == (3, 1)
    assert (numbers[f"{path}/causes/signature-stun/count"], numbers[f"{path}/causes/throttled/count"]) == (
        3,
        1,
    )


def test_what_differs_by_access_is_never_put_together():
    """A block on mobile is not watered down by Wi-Fi that lets everything pass: shares, flows and causes are of one access."""
    numbers = numbers_of(bodies_of_days("b" * 12) + bodies_of_days("o" * 12, start=50, via="wifi"))
    shares = {key: value for key, value in numbers.items() if key.endswith("recent/share")}
    assert shares == {
        "checks/as64500/via/mobile/recent/share": 10_000,
        "checks/as64500/via/wifi/recent/share": 0,
    }
    assert numbers["checks/as64500/via/wifi/flows/stun/hindered"] == 0
    assert not any("via/wifi/causes" in key for key in numbers)


def test_an_access_that_nobody_measured_lately_hinders_nothing_at_present():
    """Its stretches stay; but what was blocked in spring is not said to be blocked now, when only others were measured since."""
    spring = bodies_of_days("b" * 12)
    summer = bodies_of_days(" " * 60 + "o" * 8, start=50, via="wifi")
    network = findings_of(spring + summer).networks["AS64500"]
    assert [(access.via, access.present is None, len(access.stretches)) for access in network.accesses] == [
        ("mobile", True, 1),
        ("wifi", False, 1),
    ]
    assert not network.hindering


def test_a_country_is_told_by_its_networks_and_never_by_one_share():
    """How many networks were measured and how many hinder calls at present; operators of one country differ."""
    numbers = numbers_of(bodies_of_days("bbbbbb") + bodies_of_days("oooooo", start=50, net="AS64501"))
    told = {
        key.rpartition("/")[2]: value
        for key, value in numbers.items()
        if key.startswith("checks/countries/ma/")
    }
    assert told == {"count": 12, "networks": 2, "hindering": 1}


def test_every_number_names_its_entries_and_fits_the_file():
    """Keys are paths of small letters; runs lie inside of the book and are few, however many checks there are."""
    from sawtna.ledger.core.numbers_file import KEY

    fold = ChecksFold()
    for index, body in enumerate(bodies_of_days("bo" * 40)):
        fold.take(3 * index, body)
    for number in fold.numbers(TODAY):
        assert KEY.fullmatch(number.key)
        assert isinstance(number.value, int)
        assert len(number.runs) <= 32
        assert all(0 <= first < end <= 240 for first, end in number.runs)


def test_folding_onwards_gives_what_folding_afresh_gives():
    """What is kept of a network is folded again when a check of it comes, and only then."""
    bodies = bodies_of_days("bbbooo") + bodies_of_days("ooo", start=50, net="AS64501")
    fold = ChecksFold()
    for index, body in enumerate(bodies):
        fold.take(index, body)
        assert {n.key: n.value for n in fold.numbers(TODAY)} == numbers_of(bodies[: index + 1])


def test_weeks_begin_on_monday_and_are_named_by_their_year():
    """The first days of January may belong to the last week of the year before (ISO 8601)."""
    assert (week_of(date(2027, 1, 3)), monday_of(date(2027, 1, 3))) == ("2026-w53", date(2026, 12, 28))
    assert slug_of("signature_at_port:whatsapp@3478") == "signature-at-port-whatsapp-3478"
