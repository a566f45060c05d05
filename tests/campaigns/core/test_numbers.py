"""Numbers of a campaign: each from its entries, the same for everyone, whatever was corrected on the way."""

import time
from datetime import date
from itertools import count

import pytest

from sawtna.campaigns.core.document import MOST_THINGS
from sawtna.campaigns.core.entries import CLAIM, MOST_CLAIMED
from sawtna.campaigns.core.numbers import CampaignFold, clock_of, numbers_of, stage_state

from tests.campaigns.core.bodies import C, campaign
from tests.campaigns.core.documents import LINKS, said, small, told

TODAY = date(2026, 11, 24)


def numbers(story, as_of=TODAY):
    """Numbers by key, without the name of the campaign."""
    return {number.key.removeprefix(f"{C}/"): number for number in numbers_of(story, as_of)}


def value(story, key, as_of=TODAY):
    """The value of one number."""
    return numbers(story, as_of)[key].value


def blocked_from(*moments):
    """The small campaign with these (day, effect) for its moments."""
    document = small()
    ids = count(1)
    document["moments"] = [
        {"id": f"m{next(ids)}", "on": on, "effect": effect, "words": {"text": said("…")}}
        for on, effect in moments
    ]
    return told(document)


def test_days_without_calls_were_304_from_5_january_to_4_november_2016():
    """From the day on which calls stopped to the day on which they returned, in a leap year."""
    number = numbers(told(small()))["days-without-calls"]
    assert (number.value, number.unit, number.rule) == (304, "day", "days_blocked")
    assert sum(end - first for first, end in number.runs) == 2


@pytest.mark.parametrize(
    ("as_of", "days"), [(date(2016, 1, 4), 0), (date(2016, 1, 5), 0), (date(2016, 1, 6), 1), (TODAY, 3976)]
)
def test_a_clock_runs_while_the_block_stands(as_of, days):
    """Without a moment that restored calls it counts to the day that it is read for, and never below 0."""
    story = blocked_from(("2016-01-05", "blocked"), ("2016-02-26", "extended"))
    assert value(story, "days-without-calls", as_of) == days
    assert clock_of(story)[1] is None


def test_there_is_no_clock_without_a_block():
    """A campaign about something else shows none."""
    assert "days-without-calls" not in numbers(blocked_from(("2016-01-05", "eased")))


def test_a_block_reported_twice_is_one_block():
    """First mobile data, then Wi-Fi."""
    story = blocked_from(("2016-01-05", "blocked"), ("2016-02-26", "blocked"), ("2016-11-04", "restored"))
    assert value(story, "days-without-calls") == 304


def test_a_block_after_an_end_starts_the_clock_again():
    """The page of a country that is blocked today must not say that calls are back."""
    story = blocked_from(("2016-01-05", "blocked"), ("2016-11-04", "restored"), ("2026-11-14", "blocked"))
    assert value(story, "days-without-calls") == 10


def test_an_end_before_the_block_is_not_its_end():
    """Calls restored in 2015 say nothing about a block of 2016."""
    story = blocked_from(("2015-01-01", "restored"), ("2016-01-05", "blocked"))
    assert clock_of(story)[1] is None


def test_a_corrected_day_moves_the_clock_and_names_both_entries():
    """The newer version counts; both are entries that the number comes from."""
    story, document = told(small()), small()
    document["moments"][0]["on"] = "2016-01-06"
    number = numbers(told(document, story, start=500))["days-without-calls"]
    assert number.value == 303
    assert (500, 501) in number.runs


def test_an_annulled_end_lets_the_clock_run_again():
    """A void is obeyed by every number."""
    fold = CampaignFold()
    moment = {"v": 1, "k": "moment", "c": C}
    fold.take(0, campaign())
    fold.take(1, {**moment, "id": "begins", "on": "2016-01-05", "effect": "blocked"})
    fold.take(2, {**moment, "id": "ends", "on": "2016-11-04", "effect": "restored"})
    fold.annul(2, 3)
    found = {number.key: number.value for number in fold.numbers(date(2016, 1, 15))}
    assert found[f"{C}/days-without-calls"] == 10


def silence(as_of, **campaign_fields):
    """The days for which inwi was silent, as of a day."""
    document = small()
    document["campaign"] |= campaign_fields
    return value(told(document), "targets/inwi/silent-days", as_of)


def test_silence_is_counted_from_the_opening_to_the_first_reply():
    """Until 2 March 2016 inwi said nothing since 5 January."""
    document = small()
    del document["replies"]
    story = told(document)
    assert value(story, "targets/inwi/silent-days", date(2016, 3, 1)) == 56
    assert value(story, "targets/inwi/replies", date(2016, 3, 1)) == 0


def test_a_reply_starts_the_clock_of_silence_again():
    """From 2 March on it counts from that reply, and stops when the campaign closes."""
    assert silence(date(2016, 3, 12)) == 10
    assert silence(TODAY) == (date(2016, 11, 4) - date(2016, 3, 2)).days


def test_silence_of_an_open_campaign_runs_to_today():
    """No closing day, no stop."""
    document = small()
    del document["campaign"]["closes"]
    assert value(told(document), "targets/inwi/silent-days") == (TODAY - date(2016, 3, 2)).days


def test_silence_before_the_opening_is_nothing():
    """A campaign that is only announced accuses nobody."""
    assert silence(date(2015, 1, 1)) == 0


@pytest.mark.parametrize(
    ("as_of", "state"),
    [
        (date(2016, 1, 15), "announced"),
        (date(2016, 1, 16), "open"),
        (date(2016, 1, 17), "open"),
        (date(2016, 1, 18), "over"),
    ],
)
def test_a_stage_is_announced_then_open_then_over(as_of, state):
    """Both of its days belong to it."""
    story = told(small())
    assert stage_state(story.item("stages", "phones-off"), as_of, story) == state


def test_a_stage_without_an_end_is_over_when_its_campaign_is():
    """Ten years later nobody should be asked to unlike."""
    story = told(small())
    stage = story.item("stages", "unlike")
    assert stage_state(stage, date(2016, 11, 4), story) == "open"
    assert stage_state(stage, date(2016, 11, 5), story) == "over"
    assert stage_state(stage, TODAY) == "open"


def test_a_stage_lasts_for_its_days_both_included():
    """Two days of phones off; without an end, to the end of the campaign; before it opens, nothing."""
    story = told(small())
    assert value(story, "stages/phones-off/days") == 2
    assert value(story, "stages/unlike/days") == (date(2016, 11, 4) - date(2016, 2, 26)).days + 1
    assert "stages/unlike/days" not in numbers(story, date(2016, 1, 1))


def test_228_a_second_and_132_a_minute_are_compared_by_the_minute():
    """The spread of the press: 13,680 a minute is 103 times 132 a minute, and both claims are named."""
    found = numbers(told(small()))
    shown = {key: found[f"topics/a-minute/{key}"].value for key in ("claims", "low", "high", "times")}
    assert shown == {"claims": 2, "low": 132, "high": 13_680, "times": 103}
    assert found["topics/a-minute/high"].unit == "follower-a-minute"
    assert found["claims/a-second"].unit == "follower-a-second"
    assert found["claims/a-second/a-minute"].value == 13_680
    assert found["claims/telquel/a-minute"].value == 132


def claimed(*claims, unit="follower"):
    """The small campaign with these claims under one topic."""
    document = small()
    document["topics"] = [{"id": "t", "unit": unit, "words": {"title": said("?")}}]
    frame = {
        "metric": "followers-lost",
        "quality": "about",
        "on": "2016-02-27",
        "topic": "t",
        "target": "inwi",
    }
    document["claims"] = [
        {**frame, "id": f"c{place}", "words": {"says": said("…"), "links": LINKS}, **claim}
        for place, claim in enumerate(claims)
    ]
    return told(document)


def test_a_range_widens_the_spread_at_both_ends():
    """From the lowest value to the highest `high`."""
    story = claimed({"value": 300, "high": 900}, {"value": 200}, {"value": 500})
    found = numbers(story)
    assert [found[f"topics/t/{key}"].value for key in ("low", "high", "times")] == [200, 900, 4]


def test_claims_without_a_figure_are_counted_but_not_compared():
    """Who says "thousands" makes a claim without a number."""
    found = numbers(claimed({}, {"share_bp": 562}))
    assert found["topics/t/claims"].value == 2
    assert "topics/t/low" not in found
    assert (found["claims/c1/share"].value, found["claims/c1/share"].unit) == (562, "basis-point")


def test_rates_and_totals_are_never_compared_with_each_other():
    """300,000 a day is no total, even where a book from elsewhere puts both under one topic."""
    found = numbers(claimed({"value": 300_000, "per": "day"}, {"value": 45_000}))
    assert (found["topics/t/low"].value, found["topics/t/high"].value) == (45_000, 45_000)
    found = numbers(claimed({"value": 1440, "per": "day"}, {"value": 7}, unit="follower-a-minute"))
    assert (found["topics/t/low"].value, found["topics/t/high"].value) == (1, 1)


def test_figures_of_different_days_are_not_set_against_each_other():
    """4,086 signatures in January and 10,000 in November are both true; two counts of one day cannot be."""
    january, november = {"value": 4086, "on": "2016-01-07"}, {"value": 10_000, "on": "2016-11-04"}
    assert "topics/t/times" not in numbers(claimed(january, november))
    assert numbers(claimed(january, november, {"value": 2000, "on": "2016-11"}))["topics/t/times"].value == 5


def test_nothing_is_divided_by_nothing():
    """A lowest claim of 0 has no multiple."""
    assert "topics/t/times" not in numbers(claimed({"value": 0}, {"value": 5}))


def test_losses_of_a_target_leave_out_what_is_doubted_and_what_is_a_rate():
    """Its page shows from the lowest to the highest figure that nobody doubts."""
    found = numbers(
        claimed(
            {"value": 45_000},
            {"value": 101_062},
            {"value": 500_000, "doubted": True},
            {"value": 9, "per": "day"},
        )
    )
    losses = [found[f"targets/inwi/followers-lost/{key}"].value for key in ("claims", "low", "high")]
    assert losses == [2, 45_000, 101_062]


def test_the_signatures_of_a_letter_are_the_newest_claim_that_nobody_doubts():
    """4,086 in January, some 10,000 in November; a doubted figure does not count."""
    frame = {"metric": "signatures", "letter": "open-letter", "topic": "t"}
    story = claimed(
        {**frame, "on": "2016-11-04", "value": 10_000},
        {**frame, "on": "2016-01-07", "value": 4086},
        {**frame, "on": "2016-12-01", "value": 99, "doubted": True},
        {**frame, "on": "2016-12-02"},
        unit="signature",
    )
    assert value(story, "letters/open-letter/signatures") == 10_000
    assert value(story, "letters/open-letter/asks") == 5000


def test_followers_are_those_of_the_newest_reading():
    """By its time, not by when it was written."""
    document = small()
    document["readings"] += [{**document["readings"][0], "id": "r2", "value": 1_300_000, "t": 1}]
    assert value(told(document), "targets/inwi/followers") == 1_470_000


def test_people_of_stands_are_summed_by_state():
    """Four jurors are one stand and four people."""
    story = told(small())
    assert (value(story, "stands/withdrew/people"), value(story, "stands/withdrew/count")) == (4, 1)
    assert value(story, "stands/endorsed/people") == 0


def test_an_erased_stand_leaves_the_sum_and_the_erasure_is_named():
    """The number drops, and the entry that says why is among those that it comes from."""
    fold = CampaignFold()
    stand = {"v": 1, "k": "stand", "c": C, "state": "withdrew", "on": "2016", "people": 4, "how": "press"}
    fold.take(0, campaign())
    fold.take(1, {**stand, "id": "s1"})
    fold.take(2, {**stand, "id": "s2", "people": 1})
    fold.erase(1, 3)
    found = {number.key: number for number in fold.numbers(TODAY)}
    number = found[f"{C}/stands/withdrew/people"]
    assert (number.value, number.runs) == (1, ((1, 4),))


def test_a_campaign_that_was_taken_back_has_no_numbers():
    """Only the count of campaigns stays."""
    fold = CampaignFold()
    fold.take(0, campaign())
    fold.annul(0, 1)
    assert [(number.key, number.value) for number in fold.numbers(TODAY)] == [("campaigns/count", 0)]


def test_the_largest_claims_stay_below_what_a_browser_counts_exactly():
    """A rate a second, by the minute, is below 2**53."""
    assert CLAIM.fields["value"].form.most == MOST_CLAIMED
    story = claimed({"value": MOST_CLAIMED, "per": "second"}, unit="follower-a-minute")
    assert value(story, "topics/t/high") < 2**53


def test_keys_are_unique_and_counts_cover_every_section():
    """No number hides another."""
    keys = [number.key for number in numbers_of(told(small()), TODAY)]
    assert len(keys) == len(set(keys))
    assert f"{C}/press/count" in keys


def test_two_thousand_things_are_folded_in_a_moment():
    """The worst that one file can hold: as many targets as replies, claims and readings about them."""
    document, each = small(), MOST_THINGS // 4
    ids = [f"target-{number}" for number in range(each)]
    reply, claim, reading = (document[section][0] for section in ("replies", "claims", "readings"))
    document["targets"] = [{"id": name, "sort": "company", "words": {"name": said("…")}} for name in ids]
    for section, thing in (("replies", reply), ("claims", claim), ("readings", reading)):
        document[section] = [{**thing, "id": name, "target": name} for name in ids]
    for section in ("stages", "events", "stands"):
        del document[section]
    story = told(document)
    begun = time.process_time()
    assert value(story, f"targets/{ids[-1]}/followers") == 1_470_000
    assert time.process_time() - begun < 4
