"""What a page lays out: rows with the keys of numbers, in the order in which a visitor needs them."""

import json
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest

from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.core.numbers import numbers_of
from sawtna.campaigns.core.story import tell
from sawtna.campaigns.outline.ballots import ballot_rows, letter_rows
from sawtna.campaigns.outline.clock import clock_row
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import campaign_context, shortened
from sawtna.campaigns.outline.stages import SHOWN, stage_path
from sawtna.campaigns.outline.stands import all_stands

EXAMPLE = json.loads(files("sawtna.campaigns").joinpath("examples/morocco-2016.json").read_text("utf-8"))
TODAY = date(2026, 11, 24)


def frame_of(document, as_of=TODAY, language="ar") -> Frame:
    """Tell a document as if it had been published entry by entry."""
    name = document["campaign"]["id"]
    things = [("campaign", document["campaign"])]
    things += [
        (kind.name, thing) for section, kind in SECTIONS.items() for thing in document.get(section, [])
    ]
    entries = []
    for index, (kind, thing) in enumerate(things, 1):
        fields = {
            key: value for key, value in thing.items() if key != "words" and (kind, key) != ("campaign", "id")
        }
        entries.append((index, {**fields, "k": kind, "c": name}, thing.get("words", {})))
    (story,) = tell(entries).present()
    return Frame(story, {number.key: number for number in numbers_of(story, as_of)}, as_of, language)


def campaign(**sections):
    """A running campaign with these sections."""
    frame = {key: value for key, value in EXAMPLE["campaign"].items() if key != "closes"}
    return {"campaign": frame, **sections}


def stage(name, opens, closes=None):
    """A stage of those days."""
    ends = {"closes": closes} if closes else {}
    return {"id": name, "sort": "custom", "opens": opens, **ends, "words": {"title": {"en": name}}}


def keys_in(row, found=None):
    """Every key of a number in a row and in the rows inside it."""
    found = [] if found is None else found
    if isinstance(row, str):
        found.append(row)
    elif isinstance(row, dict):
        for value in row.values():
            keys_in(value, found)
    elif isinstance(row, list | tuple):
        for value in row:
            keys_in(value, found)
    elif hasattr(row, "__dataclass_fields__") and type(row).__module__.startswith("sawtna.campaigns.outline"):
        for name in row.__dataclass_fields__:
            keys_in(getattr(row, name), found)
    return [key for key in found if key.startswith("morocco-2016/")]


def test_every_key_of_the_page_is_a_number_of_the_book():
    """A template can only ask for numbers that there are."""
    frame = frame_of(EXAMPLE)
    keys = keys_in(campaign_context(frame))
    assert len(keys) > 100
    assert set(keys) <= set(frame.numbers)


def test_a_stage_without_an_end_is_over_when_its_campaign_is():
    """Nobody boycotts any more ten years after the calls came back."""
    assert [row.state for row in stage_path(frame_of(EXAMPLE)).all] == ["over"] * 4
    during = stage_path(frame_of(EXAMPLE, date(2016, 3, 1))).all
    assert [row.state for row in during] == ["open", "over", "open", "announced"]


def test_of_many_stages_those_that_matter_now_are_shown():
    """What is open, what comes next, and what was last; in order."""
    past = [stage(f"past-{day}", f"2026-10-{day:02}", f"2026-10-{day:02}") for day in range(1, 20)]
    now = [stage("now", "2026-11-20")]
    next_ones = [stage(f"next-{day}", f"2026-12-{day:02}") for day in range(1, 5)]
    path = stage_path(frame_of(campaign(stages=[*past, *now, *next_ones])))
    assert [row.item.id for row in path.shown] == [
        "past-18", "past-19", "now", "next-1", "next-2", "next-3", "next-4",
    ]  # fmt: skip
    assert len(path.shown) == SHOWN
    assert path.is_cut


def test_few_stages_are_all_shown():
    """Nothing to fold away, nothing to open."""
    path = stage_path(frame_of(EXAMPLE))
    assert path.shown == path.all
    assert not path.is_cut


def test_a_clock_that_runs_reaches_today():
    """The wall of a block that stands has a stroke for today too; nothing says when it ended."""
    block = [{"id": "b", "on": "2026-11-01", "effect": "blocked", "words": {"text": {"en": "Blocked."}}}]
    clock = clock_row(frame_of(campaign(moments=block)))
    assert clock.end is None
    assert sum(row.strokes.get("blocked", "").count("M") for row in clock.wall.rows) == 24


def test_without_a_block_there_is_no_clock():
    """A campaign may be about something else."""
    assert clock_row(frame_of(campaign())) is None


def test_the_most_disputed_questions_come_first():
    """The farther apart the answers, the earlier the question; questions with one answer are only named."""
    page = campaign_context(frame_of(EXAMPLE))
    assert [topic.item.id for topic in page["disputed"]] == [
        "page-lost-a-minute",
        "inwi-lost-a-minute",
        "inwi-lost",
    ]
    assert len(page["disputed"]) + len(page["undisputed"]) == len(page["topics"])


@pytest.mark.parametrize(("language", "begins_at"), [("ar", 100), ("fr", 0)])
def test_bars_begin_at_the_reading_edge(language, begins_at):
    """A poll's bar grows from where its words begin."""
    poll = ballot_rows(frame_of(EXAMPLE, language=language))[1]
    stated, unknown = poll.options
    assert stated.lane.low == begins_at
    assert unknown.lane is None


def test_a_letter_stands_beside_what_it_asked_for():
    """10,000 of 5,000: the goal lies half way."""
    (letter,) = letter_rows(frame_of(EXAMPLE, language="fr"))
    assert (letter.lane.width, letter.goal.high) == (100, 50)


def test_totals_name_only_states_that_somebody_holds():
    """Nobody set a condition, so nothing is said of conditions."""
    assert [total.state for total in all_stands(frame_of(EXAMPLE)).totals] == ["withdrew", "resumed"]


def test_previews_are_cut_between_words():
    """A text for a preview card ends with a whole word."""
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("one\n two", 12) == "one two"


def test_a_ballot_that_the_book_has_closed_invites_nobody():
    """Its hours may end before its day: what counts is the entry that closes it."""
    ballot = {
        "id": "stop", "sort": "pledge", "taken": "here", "counting": "single", "options": ["bills"], "min": 1, "max": 1,
        "opens": "2016-03-01", "roll": "main", "kinds": ["email"], "issuers": ["site"], "need": 1, "every": 600, "kmin": 10,
        "words": {"title": {"en": "Stop"}, "options": {"bills": {"en": "Bills"}}},
    }  # fmt: skip
    frame = frame_of(campaign(ballots=[ballot]), date(2016, 3, 2))
    (row,) = ballot_rows(frame)
    (closed,) = ballot_rows(replace(frame, closed={row.item.index}))
    assert (row.is_open, row.is_closed) == (True, False)
    assert (closed.is_open, closed.is_closed) == (False, True)
