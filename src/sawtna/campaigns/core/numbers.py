"""Every number of a campaign page, folded from its story. Keys are paths: campaign, thing, what.

The rules are described for readers in `docs/formats/numbers.md`; a rule's meaning never changes, a changed one gets a new name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sawtna.campaigns.core.entries import STATES
from sawtna.campaigns.core.story import Item, Shelf, Story
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Number, runs_of

UNITS = {
    "followers": "follower", "followers-lost": "follower", "pledged": "person", "signatures": "signature", "votes": "vote",
    "left": "person", "sites": "site", "days": "day", "other": "thing",
}  # fmt: skip
SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}


class CampaignFold(Shelf):
    """The square's fold: a shelf of stories that gives numbers."""

    def take(self, index: int, body: Body) -> None:  # type: ignore[override]
        super().take(index, body)

    def numbers(self, as_of: date) -> Iterator[Number]:
        """All numbers of all present campaigns."""
        present = self.present()
        roots = [index for story in present for index in story.campaign.indices]
        yield Number("campaigns/count", len(present), "campaign", "count_items", runs_of(roots))
        for story in present:
            yield from numbers_of(story, as_of)


def numbers_of(story: Story, as_of: date) -> Iterator[Number]:
    """The numbers of one campaign for that day."""
    yield from _counts(story)
    yield from _clock(story, as_of)
    for stage in story.items("stages"):
        yield from _stage_length(story, stage, as_of)
    for target in story.items("targets"):
        yield from _silence(story, target, as_of)
        yield from _followers(story, target)
    yield from _stands(story)
    for letter in story.items("letters"):
        yield from _letter(story, letter)
    for claim in story.items("claims"):
        yield from _claim(story, claim)
    yield from _spreads(story)


def stage_state(stage: Item, as_of: date) -> str:
    """`announced` before it opens, `open` while it runs, `over` after it closed."""
    opens, closes = stage.body.get("opens"), stage.body.get("closes")
    if isinstance(opens, str) and as_of < parse_day(opens).first:
        return "announced"
    if isinstance(closes, str) and as_of > parse_day(closes).last:
        return "over"
    return "open"


def clock_of(story: Story) -> tuple[Item | None, Item | None]:
    """The moment at which the block began and the one at which it ended (None while it runs)."""
    moments = story.items("moments")
    begin = next((moment for moment in moments if moment.body.get("effect") == "blocked"), None)
    if begin is None or begin.day is None:
        return None, None
    start = begin.day.first
    restored = (one for one in moments if one.body.get("effect") == "restored" and one.day and one.day.first >= start)
    return begin, next(restored, None)


def _number(story: Story, path: str, value: int, unit: str, rule: str, items: Iterable[Item]) -> Number:
    indices = [index for item in items for index in item.indices]
    return Number(f"{story.id}/{path}", value, unit, rule, runs_of(indices))


def _counts(story: Story) -> Iterator[Number]:
    for section in story.sections:
        items = story.items(section)
        yield _number(story, f"{section}/count", len(items), "item", "count_items", items)


def _days(first: date, last: date) -> int:
    return max(0, (last - first).days)


def _clock(story: Story, as_of: date) -> Iterator[Number]:
    begin, end = clock_of(story)
    if begin is not None and begin.day is not None:
        last = end.day.first if end is not None and end.day is not None else as_of
        sources = [begin] if end is None else [begin, end]
        yield _number(story, "days-without-calls", _days(begin.day.first, last), "day", "days_blocked", sources)


def _closing(story: Story, as_of: date) -> date:
    closes = story.campaign.body.get("closes")
    return min(as_of, parse_day(closes).last) if isinstance(closes, str) else as_of


def _stage_length(story: Story, stage: Item, as_of: date) -> Iterator[Number]:
    if stage.day is None:
        return
    closes = stage.body.get("closes")
    last = parse_day(closes).last if isinstance(closes, str) else _closing(story, as_of)
    if last >= stage.day.first:
        days = (last - stage.day.first).days + 1
        yield _number(story, f"stages/{stage.id}/days", days, "day", "days_of_stage", [stage, story.campaign])


def _silence(story: Story, target: Item, as_of: date) -> Iterator[Number]:
    replies = [reply for reply in story.items("replies") if reply.body.get("target") == target.id and reply.day]
    yield _number(story, f"targets/{target.id}/replies", len(replies), "reply", "count_items", [target, *replies])
    if story.campaign.day is None:
        return
    opens, until = story.campaign.day.first, _closing(story, as_of)
    heard = [reply.day.first for reply in replies if reply.day and reply.day.first <= until]
    since = max([opens, *heard])
    sources = [story.campaign, target, *replies]
    yield _number(story, f"targets/{target.id}/silent-days", _days(since, until), "day", "days_silent", sources)


def _followers(story: Story, target: Item) -> Iterator[Number]:
    readings = [reading for reading in story.items("readings") if reading.body.get("target") == target.id]
    if readings:
        newest = max(readings, key=lambda reading: (_whole(reading.body["t"]), reading.index))
        value = _whole(newest.body["value"])
        yield _number(story, f"targets/{target.id}/followers", value, "follower", "newest_reading", [newest])
    lost = [claim for claim in _claims(story, "followers-lost", "target", target.id) if "per" not in claim.body]
    yield from _span(story, f"targets/{target.id}/followers-lost", "follower", lost)


def _claims(story: Story, metric: str, field: str, name: str) -> list[Item]:
    claims = story.items("claims")
    return [claim for claim in claims if claim.body["metric"] == metric and claim.body.get(field) == name]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _span(story: Story, path: str, unit: str, claims: list[Item]) -> Iterator[Number]:
    """Lowest and highest figure of claims that are not doubted, and how many there are."""
    figures = [claim for claim in claims if "value" in claim.body and not claim.body.get("doubted")]
    if figures:
        values = [_whole(claim.body["value"]) for claim in figures]
        highs = [_whole(claim.body.get("high", claim.body["value"])) for claim in figures]
        yield _number(story, f"{path}/claims", len(figures), "claim", "count_items", figures)
        yield _number(story, f"{path}/low", min(values), unit, "lowest_claim", figures)
        yield _number(story, f"{path}/high", max(highs), unit, "highest_claim", figures)


def _stands(story: Story) -> Iterator[Number]:
    stands = [stand for stand in story.items("stands") if not stand.is_erased]
    for state in STATES:
        chosen = [stand for stand in stands if stand.body["state"] == state]
        people = sum(_whole(stand.body.get("people", 0)) for stand in chosen)
        erased = [one for one in story.items("stands") if one.is_erased and one.body["state"] == state]
        yield _number(story, f"stands/{state}/people", people, "person", "sum_people", [*chosen, *erased])
        yield _number(story, f"stands/{state}/count", len(chosen), "stand", "count_items", [*chosen, *erased])


def _letter(story: Story, letter: Item) -> Iterator[Number]:
    claims = [claim for claim in _claims(story, "signatures", "letter", letter.id) if "value" in claim.body]
    if "asks" in letter.body:
        yield _number(story, f"letters/{letter.id}/asks", _whole(letter.body["asks"]), "signature", "stated", [letter])
    if claims:
        newest = claims[-1]
        value = _whole(newest.body["value"])
        yield _number(story, f"letters/{letter.id}/signatures", value, "signature", "newest_claim", [newest])


def _claim(story: Story, claim: Item) -> Iterator[Number]:
    unit, per = UNITS[str(claim.body["metric"])], claim.body.get("per")
    shown = f"{unit}-a-{per}" if per else unit
    for name, suffix in (("value", ""), ("high", "/high")):
        if name in claim.body:
            yield _number(story, f"claims/{claim.id}{suffix}", _whole(claim.body[name]), shown, "stated", [claim])
            if isinstance(per, str):
                rate = _whole(claim.body[name]) * 60 // SECONDS[per]
                yield _number(story, f"claims/{claim.id}{suffix}/a-minute", rate, f"{unit}-a-minute", "a_minute", [claim])
    if "share_bp" in claim.body:
        share = _whole(claim.body["share_bp"])
        yield _number(story, f"claims/{claim.id}/share", share, "basis-point", "stated", [claim])


def _spreads(story: Story) -> Iterator[Number]:
    """For each topic: how many claims, the lowest, the highest, and how many times the lowest goes into the highest."""
    for topic in story.items("topics"):
        claims = [claim for claim in story.items("claims") if claim.body.get("topic") == topic.id]
        yield _number(story, f"topics/{topic.id}/claims", len(claims), "claim", "count_items", [topic, *claims])
        figures = [(claim, figure) for claim in claims if (figure := _comparable(claim)) is not None]
        if figures:
            sources, unit = [claim for claim, _ in figures], str(topic.body["unit"])
            low, high = min(low for _, (low, _) in figures), max(high for _, (_, high) in figures)
            yield _number(story, f"topics/{topic.id}/low", low, unit, "lowest_claim", sources)
            yield _number(story, f"topics/{topic.id}/high", high, unit, "highest_claim", sources)
            if low > 0:
                yield _number(story, f"topics/{topic.id}/times", high // low, "times", "highest_over_lowest", sources)


def _comparable(claim: Item) -> tuple[int, int] | None:
    """Low and high of a claim in the unit of its topic: rates by the minute, the rest as stated."""
    if "value" not in claim.body:
        return None
    low, high = _whole(claim.body["value"]), _whole(claim.body.get("high", claim.body["value"]))
    per = claim.body.get("per")
    if isinstance(per, str):
        return low * 60 // SECONDS[per], high * 60 // SECONDS[per]
    return low, high
