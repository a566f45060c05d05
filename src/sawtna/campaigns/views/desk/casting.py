"""Everything that is taken here, at a glance: hours, mode, keys and numbers, all of them out of the book."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.core.casting.batches import slot_of
from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.forms.choices import CHOICES
from sawtna.campaigns.forms.labels import Words
from sawtna.campaigns.forms.questions import title_of
from sawtna.campaigns.forms.shown import shown
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.publish import WrittenEntry
from sawtna.ledger import reads as book

SOON, OPEN, TELLING, CLOSED = "soon", "open", "telling", "closed"


@dataclass(frozen=True, slots=True)
class Row:
    """One ballot or vouching. Moments are on the clock of the campaign; numbers are those of the newest batch."""

    title: str
    state: str
    opens: str
    lets_in_until: str
    counts_until: str
    mode: Words
    keys: tuple[WrittenEntry, ...]
    keys_ended: bool
    awaited: tuple[str, ...]
    issued: int
    counted: int
    fewer_than: int | None
    next_batch: str


@at_the_counter("look")
def show_casting(request: HttpRequest, desk: Counter) -> HttpResponse:
    """List what is taken here, in the order of the book."""
    known, now = counters_book(), int(timezone.now().timestamp())
    batched = {body["b"] for _index, body, _words in book.entries_of(kinds=("batch",))}
    ballots = [one for one in known.register.ballots.values() if one.campaign == desk.campaign_id]
    rows = [_row(desk, known, ballot, now, ballot.index in batched) for ballot in ballots]
    return show_desk(request, "casting.html", desk, "casting", rows=rows, zone=desk.zone)


def _row(desk: Counter, known: CountersBook, ballot: BallotFacts, now: int, is_batched: bool) -> Row:
    hours, state = known.hours(ballot), _state(known, ballot, now)
    keys = known.register.keys_of(ballot.index)
    section = "vouchings" if ballot.sort == "vouch" else "ballots"
    numbers, path = book.numbers(), f"{desk.campaign_id}/{section}/{ballot.id}"
    issued, counted = (numbers.get(f"{path}/{name}") for name in ("issued", "counted"))
    return Row(
        title=_title(desk, section, ballot.id),
        state=state,
        opens=shown("time", hours.opens, desk.zone),
        lets_in_until=shown("time", hours.lets_in_until, desk.zone),
        counts_until=shown("time", hours.counts_until, desk.zone),
        mode=CHOICES["mode"].get(str((known.roll(ballot.roll) or {}).get("mode", "quiet")), ""),
        keys=tuple(_key(index, key.kind, key.issuer) for index, key in keys.items()),
        keys_ended=bool(keys) and all(index in known.gone for index in keys),
        awaited=tuple(known.awaited(ballot)),
        issued=issued.value if issued else 0,
        counted=counted.value if counted else 0,
        fewer_than=None if is_batched or state not in {OPEN, TELLING} else ballot.pace.kmin,
        next_batch=_next_batch(desk, known, ballot, now) if state in {OPEN, TELLING} else "",
    )


def _title(desk: Counter, section: str, name: str) -> str:
    item = desk.story.item(section, name) if desk.story else None
    return title_of({"id": name, "words": item.words if item else {}}, desk.language)


def _key(index: int, kind: str, issuer: str) -> WrittenEntry:
    return WrittenEntry(index, reverse("ledger:entry", args=[index]), str(CHOICES["kinds"][kind]), issuer)


def _state(known: CountersBook, ballot: BallotFacts, now: int) -> str:
    hours = known.hours(ballot)
    if ballot.index in known.gone or now >= hours.counts_until:
        return CLOSED
    if now < hours.opens:
        return SOON
    return OPEN if now < hours.lets_in_until else TELLING


def _next_batch(desk: Counter, known: CountersBook, ballot: BallotFacts, now: int) -> str:
    """The next moment at which casts may become public: the next multiple of the interval, or the end."""
    end = known.hours(ballot).counts_until
    moment = end if ballot.pace.kmin is None else min(end, slot_of(ballot.pace, now) + ballot.pace.every)
    return shown("time", moment, desk.zone)
