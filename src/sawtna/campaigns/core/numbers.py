"""Every number of a campaign page, folded from its story. Keys are paths: campaign, thing, what.

The rules are described for readers in `campaigns/rules.py`; a rule's meaning never changes, a changed one gets a new name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from sawtna.campaigns.core.entries import SECTIONS, STATES
from sawtna.campaigns.core.spread import Dated, times_of_one_day
from sawtna.campaigns.core.story import Item, Shelf, Story
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Finding, Number, runs_of

UNITS = {
    "followers": "follower", "followers-lost": "follower", "pledged": "person", "signatures": "signature", "votes": "vote",
    "left": "person", "sites": "site", "days": "day", "other": "thing",
}  # fmt: skip
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class CampaignFold(Shelf):
    """The square's fold: a shelf of stories that gives numbers."""

    def take(self, index: int, body: Body, leaf: bytes | None = None) -> None:  # type: ignore[override]
        """Read one entry; a fold never sees words, and this one needs no leaf hashes."""
        del leaf
        super().take(index, body)

    def take_gist(self, index: int, kind: str, gist: object, leaf: bytes) -> None:
        """No kind of entry of a story is examined beyond its form."""

    def findings(self) -> Iterable[Finding]:
        """A story breaks no rule of the book: what contradicts itself is refused before it is written."""
        return ()

    def numbers(self, as_of: date) -> Iterator[Number]:
        """All numbers of all present campaigns."""
        present = self.present()
        roots = [index for story in present for index in story.campaign.indices]
        yield Number("campaigns/count", len(present), "campaign", "count_items", runs_of(roots))
        for story in present:
            yield from numbers_of(story, as_of)


class Telling:
    """A story whose sections are put in order once. Owner: one call of `numbers_of`."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.id, self.campaign = story.id, story.campaign
        self._items = {section: story.items(section) for section in story.sections}
        self._about: dict[tuple[str, str], dict[object, list[Item]]] = {}

    def items(self, section: str) -> list[Item]:
        """The present things of a section."""
        return self._items[section]

    def about(self, section: str, field: str, name: str) -> list[Item]:
        """The present things of a section whose `field` names that thing."""
        if (section, field) not in self._about:
            found: dict[object, list[Item]] = defaultdict(list)
            for item in self._items[section]:
                found[item.body.get(field)].append(item)
            self._about[section, field] = found
        return self._about[section, field].get(name, [])


def numbers_of(story: Story, as_of: date) -> Iterator[Number]:
    """The numbers of one campaign for that day."""
    telling = Telling(story)
    yield from _counts(telling)
    yield from _clock(telling, as_of)
    for stage in telling.items("stages"):
        yield from _stage_length(telling, stage, as_of)
    for target in telling.items("targets"):
        yield from _silence(telling, target, as_of)
        yield from _followers(telling, target)
    yield from _stands(telling)
    for letter in telling.items("letters"):
        yield from _letter(telling, letter)
    for claim in telling.items("claims"):
        yield from _claim(telling, claim)
    yield from _spreads(telling)


def stage_state(stage: Item, as_of: date, story: Story | None = None) -> str:
    """`announced` before it opens, `open` while it runs, `over` after it closed or, given its story, after all closed."""
    opens = stage.body.get("opens")
    closes = stage.body.get("closes", story.campaign.body.get("closes") if story else None)
    if isinstance(opens, str) and as_of < parse_day(opens).first:
        return "announced"
    if isinstance(closes, str) and as_of > parse_day(closes).last:
        return "over"
    return "open"


def clock_of(story: Story) -> tuple[Item | None, Item | None]:
    """The moment at which the newest block began and the one at which it ended (None while it runs).

    A block that is reported again while it stands is the same block; one after an end is a new one.
    """
    begin: Item | None = None
    end: Item | None = None
    for moment in story.items("moments"):
        effect = moment.body.get("effect")
        if effect == "blocked" and (begin is None or end is not None):
            begin, end = moment, None
        elif effect == "restored" and begin is not None and end is None:
            end = moment
    return begin, end


def _number(  # noqa: PLR0917 (a row of a table: what, how much, in what, by which rule, out of what)
    story: Telling, path: str, value: int, unit: str, rule: str, items: Iterable[Item]
) -> Number:
    indices = [index for item in items for index in item.indices]
    return Number(f"{story.id}/{path}", value, unit, rule, runs_of(indices))


def _counts(story: Telling) -> Iterator[Number]:
    for section in SECTIONS:
        items = story.items(section)
        yield _number(story, f"{section}/count", len(items), "item", "count_items", items)


def _days(first: date, last: date) -> int:
    return max(0, (last - first).days)


def _clock(story: Telling, as_of: date) -> Iterator[Number]:
    begin, end = clock_of(story.story)
    if begin is not None and begin.day is not None:
        last = end.day.first if end is not None and end.day is not None else as_of
        sources = [begin] if end is None else [begin, end]
        yield _number(
            story, "days-without-calls", _days(begin.day.first, last), "day", "days_blocked", sources
        )


def _closing(story: Telling, as_of: date) -> date:
    closes = story.campaign.body.get("closes")
    return min(as_of, parse_day(closes).last) if isinstance(closes, str) else as_of


def _stage_length(story: Telling, stage: Item, as_of: date) -> Iterator[Number]:
    if stage.day is None:
        return
    closes = stage.body.get("closes")
    last = parse_day(closes).last if isinstance(closes, str) else _closing(story, as_of)
    if last >= stage.day.first:
        days = (last - stage.day.first).days + 1
        yield _number(story, f"stages/{stage.id}/days", days, "day", "days_of_stage", [stage, story.campaign])


def _silence(story: Telling, target: Item, as_of: date) -> Iterator[Number]:
    replies = story.about("replies", "target", target.id)
    yield _number(
        story, f"targets/{target.id}/replies", len(replies), "reply", "count_items", [target, *replies]
    )
    if story.campaign.day is None:
        return
    opens, until = story.campaign.day.first, _closing(story, as_of)
    heard = [reply.day.first for reply in replies if reply.day and reply.day.first <= until]
    since = max([opens, *heard])
    sources = [story.campaign, target, *replies]
    yield _number(
        story, f"targets/{target.id}/silent-days", _days(since, until), "day", "days_silent", sources
    )


def _followers(story: Telling, target: Item) -> Iterator[Number]:
    readings = story.about("readings", "target", target.id)
    if readings:
        newest = max(readings, key=lambda reading: (_whole(reading.body["t"]), reading.index))
        value = _whole(newest.body["value"])
        yield _number(story, f"targets/{target.id}/followers", value, "follower", "newest_reading", [newest])
    claims = story.about("claims", "target", target.id)
    lost = [claim for claim in claims if claim.body["metric"] == "followers-lost" and "per" not in claim.body]
    yield from _span(story, f"targets/{target.id}/followers-lost", "follower", lost)


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _is_trusted(claim: Item) -> bool:
    return "value" in claim.body and not claim.body.get("doubted")


def _span(story: Telling, path: str, unit: str, claims: list[Item]) -> Iterator[Number]:
    """Lowest and highest figure of claims that are not doubted, and how many there are."""
    figures = [claim for claim in claims if _is_trusted(claim)]
    if figures:
        values = [_whole(claim.body["value"]) for claim in figures]
        highs = [_whole(claim.body.get("high", claim.body["value"])) for claim in figures]
        yield _number(story, f"{path}/claims", len(figures), "claim", "count_items", figures)
        yield _number(story, f"{path}/low", min(values), unit, "lowest_claim", figures)
        yield _number(story, f"{path}/high", max(highs), unit, "highest_claim", figures)


def _stands(story: Telling) -> Iterator[Number]:
    for state in STATES:
        stands = story.about("stands", "state", state)
        counted = [stand for stand in stands if not stand.is_erased]
        people = sum(_whole(stand.body.get("people", 0)) for stand in counted)
        yield _number(story, f"stands/{state}/people", people, "person", "sum_people", stands)
        yield _number(story, f"stands/{state}/count", len(counted), "stand", "count_items", stands)


def _letter(story: Telling, letter: Item) -> Iterator[Number]:
    if "asks" in letter.body:
        asks = _whole(letter.body["asks"])
        yield _number(story, f"letters/{letter.id}/asks", asks, "signature", "stated", [letter])
    claims = [claim for claim in story.about("claims", "letter", letter.id) if _is_trusted(claim)]
    signed = [claim for claim in claims if claim.body["metric"] == "signatures"]
    if signed:
        value = _whole(signed[-1].body["value"])
        path = f"letters/{letter.id}/signatures"
        yield _number(story, path, value, "signature", "newest_claim", [signed[-1]])


def _claim(story: Telling, claim: Item) -> Iterator[Number]:
    unit, per = UNITS[str(claim.body["metric"])], claim.body.get("per")
    for name, suffix in (("value", ""), ("high", "/high")):
        if name in claim.body:
            path, value = f"claims/{claim.id}{suffix}", _whole(claim.body[name])
            yield _number(story, path, value, f"{unit}-a-{per}" if per else unit, "stated", [claim])
            if isinstance(per, str):
                rate = _a_minute(value, per)
                yield _number(story, f"{path}/a-minute", rate, f"{unit}-a-minute", "a_minute", [claim])
    if "share_bp" in claim.body:
        share = _whole(claim.body["share_bp"])
        yield _number(story, f"claims/{claim.id}/share", share, "basis-point", "stated", [claim])


def _a_minute(value: int, per: str) -> int:
    return value * 60 // SECONDS[per]


def _spreads(story: Telling) -> Iterator[Number]:
    """For each topic: how many claims, the lowest, the highest, and how far two lie apart that speak of the same day."""
    for topic in story.items("topics"):
        path, unit = f"topics/{topic.id}", str(topic.body["unit"])
        claims = story.about("claims", "topic", topic.id)
        yield _number(story, f"{path}/claims", len(claims), "claim", "count_items", [topic, *claims])
        figures = [(claim, figure) for claim in claims if (figure := _comparable(claim, unit)) is not None]
        if figures:
            sources = [topic, *(claim for claim, _ in figures)]
            low, high = min(low for _, (low, _) in figures), max(high for _, (_, high) in figures)
            yield _number(story, f"{path}/low", low, unit, "lowest_claim", sources)
            yield _number(story, f"{path}/high", high, unit, "highest_claim", sources)
            if times := times_of_one_day(Dated(claim.day, *figure) for claim, figure in figures if claim.day):
                yield _number(story, f"{path}/times", times, "times", "farthest_of_one_day", sources)


def _comparable(claim: Item, unit: str) -> tuple[int, int] | None:
    """Low and high of a claim in the unit of its topic: a rate by the minute, another figure as stated, else None."""
    per = claim.body.get("per")
    if "value" not in claim.body or isinstance(per, str) is not unit.endswith("-a-minute"):
        return None
    low, high = _whole(claim.body["value"]), _whole(claim.body.get("high", claim.body["value"]))
    return (_a_minute(low, per), _a_minute(high, per)) if isinstance(per, str) else (low, high)
