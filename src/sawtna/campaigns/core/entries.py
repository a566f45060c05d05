"""The kinds of entry that a campaign writes, and the words behind each.

The log holds identifiers, dates, figures and choices only. Names, sentences and addresses are words: they lie behind salted
commitments in openings that can be deleted (memo trust 6.2 and 10). A newer entry of the same kind, campaign and `id` is a newer
version of the same thing.
"""

from __future__ import annotations

import re

from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import (
    COUNTRY,
    PAGE,
    ZONE,
    Field,
    Form,
    bytes_of,
    choice,
    day,
    flag,
    link,
    list_of,
    map_of,
    matching,
    optional,
    record,
    required,
    said,
    slug,
    sources,
    text,
    unix_seconds,
    whole,
)

MARKS = ("real", "example", "simulation")
TARGET_SORTS = ("company", "authority")
STAGE_SORTS = ("unlike", "phones-off", "boycott", "letter", "custom")
EFFECTS = ("blocked", "extended", "eased", "restored")
STATES = ("withdrew", "conditional", "resumed", "endorsed")
STANCES = ("defends", "defers", "promises", "acts", "regrets")
METRICS = ("followers", "followers-lost", "pledged", "signatures", "votes", "left", "sites", "days", "other")
QUALITIES = ("exact", "about", "over", "nearly", "under")
PERIODS = ("second", "minute", "hour", "day")
BALLOT_SORTS = ("pledge", "poll")
COUNTINGS = ("single", "approval", "ranked")
VOUCHERS = ("email", "sms", "invite", "peer", "pow")
VOUCHERS_OF_PEOPLE = ("email", "sms", "invite", "peer")  # work is a brake, never a person
MODES = ("quiet", "lively", "close")  # how often casts become public: see core/casting/batches.py
PRECISIONS = (
    "exact",
    "rounded-10",
    "rounded-100",
    "rounded-1000",
    "rounded-10000",
    "rounded-100000",
    "at-least",
)

RESERVED = frozenset((
    "about", "accounts", "admin", "api", "ar", "book", "call", "calls", "campaigns", "check", "checks", "desk",
    "embed", "en", "evidence", "feed", "fr", "log", "mirror", "new", "numbers", "open", "relay", "robots",
    "sitemap", "static", "stands", "t", "vote", "www",
))  # fmt: skip

STAND_ID = re.compile(r"s[1-9][0-9]{0,5}")

SHORT, LINE, LONG = 120, 300, 12_000
MOST_CLAIMED = 10**12  # a rate a second times 60 must stay below 2**53


def _of_campaign(**fields: Field) -> dict[str, Field]:
    return {"c": required(slug("morocco-2016")), **fields}


def _named(sample: str, **fields: Field) -> dict[str, Field]:
    return _of_campaign(id=required(slug(sample)), **fields)


def _country() -> Form:
    return matching(COUNTRY, "a country as two capital letters (ISO 3166-1), such as MA", "MA", "country")


CAMPAIGN = Kind(
    "campaign",
    "campaigns",
    "A campaign: where, since when, and whether it is real, an example or a simulation.",
    _of_campaign(
        country=required(_country()),
        zone=required(matching(ZONE, "a time zone such as Africa/Casablanca", "Africa/Casablanca", "zone")),
        mark=required(choice(*MARKS)),
        opens=required(day("2016-01-05")),
        closes=optional(day("2016-11-04")),
    ),
    words={
        "title": required(said(SHORT)),
        "slogan": optional(said(LINE)),
        "summary": required(said(LONG)),
        "apps": optional(list_of(text(SHORT), 0, 30)),
        "links": optional(sources()),
    },
)
TARGET = Kind(
    "target",
    "campaigns",
    "A company or authority that the campaign addresses.",
    _named(
        "inwi",
        sort=required(choice(*TARGET_SORTS)),
        asn=optional(list_of(whole(1, 2**32 - 1, 36884), 0, 50)),
        pages=optional(list_of(matching(PAGE, "a page as network:name", "facebook:inwi", "page"), 0, 20)),
    ),
    words={"name": required(said(SHORT)), "note": optional(said(LONG)), "links": optional(sources())},
)
STAGE = Kind(
    "stage",
    "campaigns",
    "A step of the campaign with its dates; announced before `opens`, over after `closes`.",
    _named(
        "phones-off",
        sort=required(choice(*STAGE_SORTS)),
        opens=required(day("2016-01-16")),
        closes=optional(day("2016-01-17")),
        targets=optional(list_of(slug("inwi"), 0, 100)),
    ),
    words={
        "title": required(said(SHORT)),
        "text": optional(said(LONG)),
        "ask": optional(said(LINE)),
        "links": optional(sources()),
    },
)
MOMENT = Kind(
    "moment",
    "campaigns",
    "A dated fact of the block's story; `effect` moves the clock of days without calls.",
    _named(
        "block-begins",
        on=required(day()),
        effect=optional(choice(*EFFECTS)),
        stage=optional(slug()),
        target=optional(slug("inwi")),
    ),
    words={"text": required(said(LONG)), "links": optional(sources())},
)
EVENT = Kind(
    "event",
    "campaigns",
    "An event with sponsors about which people take stands, such as an award.",
    _named("web-awards", on=required(day("2016-03-18")), sponsors=optional(list_of(slug("inwi"), 0, 50))),
    words={"title": required(said(SHORT)), "text": optional(said(LONG)), "links": optional(sources())},
)
STAND = Kind(
    "stand",
    "campaigns",
    "What a public person or group did in public; who it was stands in the opening alone.",
    _of_campaign(
        id=required(
            matching(
                STAND_ID, "s and a number, such as s1 (a name would stay in the book for ever)", "s1", "stand"
            )
        ),
        state=required(choice(*STATES)),
        on=required(day("2016-02-28")),
        people=optional(whole(1, 1_000_000, 1)),
        event=optional(slug("web-awards")),
        target=optional(slug("inwi")),
        how=required(choice("press", "domain", "signature", "manual")),
    ),
    words={
        "name": required(said(SHORT)),
        "role": optional(said(LINE)),
        "condition": optional(said(LINE)),
        "text": optional(said(LONG)),
        "links": required(sources(1)),
    },
)
REPLY = Kind(
    "reply",
    "campaigns",
    "What a target answered in public; stops its clock of silence.",
    _named(
        "inwi-march",
        target=required(slug("inwi")),
        on=required(day("2016-03-02")),
        stance=required(choice(*STANCES)),
    ),
    words={"text": required(said(LONG)), "links": optional(sources())},
)
LETTER = Kind(
    "letter",
    "campaigns",
    "A letter or petition; its figures are claims of metric `signatures`.",
    _named(
        "to-the-regulator",
        target=optional(slug("anrt")),
        opens=optional(day("2016-01-05")),
        asks=optional(whole(1, sample=5000)),
    ),
    words={"title": required(said(SHORT)), "text": optional(said(LONG)), "links": optional(sources())},
)
TOPIC = Kind(
    "topic",
    "campaigns",
    "One question to which several claims give an answer, shown side by side.",
    _named(
        "lost-in-a-day",
        unit=required(choice("person", "follower", "signature", "vote", "site", "follower-a-minute")),
    ),
    words={"title": required(said(LINE)), "note": optional(said(LONG))},
)
CLAIM = Kind(
    "claim",
    "campaigns",
    "A figure as the press or another stated it, with its precision: stated, not counted by this book.",
    _named(
        "telquel-minute",
        metric=required(choice(*METRICS)),
        value=optional(whole(0, MOST_CLAIMED, 132)),
        high=optional(whole(0, MOST_CLAIMED, 220)),
        share_bp=optional(whole(0, 1_000_000, 562)),
        per=optional(choice(*PERIODS)),
        quality=required(choice(*QUALITIES)),
        on=required(day("2016-02-27")),
        topic=optional(slug("lost-in-a-day")),
        target=optional(slug("inwi")),
        stage=optional(slug()),
        letter=optional(slug("to-the-regulator")),
        ballot=optional(slug("which-step")),
        option=optional(slug("top-ups")),
        event=optional(slug("web-awards")),
        doubted=optional(flag()),
    ),
    words={"says": required(said(LONG)), "problem": optional(said(LONG)), "links": required(sources(1))},
)
NEWS = Kind(
    "news",
    "campaigns",
    "What the organisers tell.",
    _named("second-step", on=required(day("2016-03-01"))),
    words={"title": required(said(LINE)), "text": required(said(LONG)), "links": optional(sources())},
)
PRESS = Kind(
    "press",
    "campaigns",
    "An article about the campaign.",
    _named("cnn-arabic", on=required(day("2016-03-01"))),
    words={"title": required(said(LINE)), "outlet": required(text(SHORT)), "url": required(link())},
)
READING = Kind(
    "reading",
    "campaigns",
    "A follower count at a time from a source, signed by its collector where there is one.",
    _named(
        "r1",
        target=required(slug("inwi")),
        page=required(matching(PAGE, "a page as network:name", "facebook:inwi", "page")),
        metric=required(choice("followers")),
        value=required(whole(sample=1470000)),
        t=required(unix_seconds()),
        precision=required(choice(*PRECISIONS)),
        ev=optional(bytes_of(32)),
        by=required(
            matching(
                re.compile(r"manual|[a-z0-9-]{1,40}@[0-9.]{1,12}"), "manual or collector@version", "manual"
            )
        ),
        g=optional(bytes_of(64)),
    ),
)
ISSUER = Kind(
    "issuer",
    "campaigns",
    "Another organisation that issues tokens beside the site: where it answers, and the key (Ed25519) with which it signs.",
    _named("ngo", url=required(link()), vk=required(bytes_of(32))),
    words={"name": required(said(SHORT)), "note": optional(said(LONG)), "links": optional(sources())},
)
ROLL = Kind(
    "roll",
    "campaigns",
    "A set of ballots that share one table of contacts and one roll key.",
    _named(
        "spring",
        opens=required(unix_seconds()),
        closes=required(unix_seconds()),
        kinds=required(list_of(choice(*VOUCHERS), 1, 5)),
        mode=optional(choice(*MODES)),
        relay=optional(slug("partner")),
    ),
)
RELAY = Kind(
    "relay",
    "campaigns",
    "Who opens and mixes the sealed casts of a roll: pk is what they are sealed to, vk the key of the relay's requests.",
    _named("partner", pk=required(bytes_of(65)), vk=required(bytes_of(32))),
    words={"name": required(said(LINE)), "links": optional(sources())},
)
VOUCHING = Kind(
    "vouching",
    "campaigns",
    "People of a roll vouch for newcomers: so many of them, each once in this vouching, admit one.",
    _named(
        "spring-vouches",
        roll=required(slug("spring")),
        vouches=required(whole(2, 20, 3)),
        kinds=required(list_of(choice(*VOUCHERS_OF_PEOPLE), 1, 5)),
        issuers=required(list_of(slug("site"), 1, 5)),
        need=required(whole(1, 5, 1)),
        every=required(whole(60, 604_800, 86_400)),
        kmin=required(whole(1, 100_000, 50)),
    ),
)
# When an action of a pledge is to be done; after that its people may say whether they did it, until the ballot's `checkin`.
ACTION = {
    "opens": required(day("2016-01-16")),
    "closes": optional(day("2016-01-17")),
    "stage": optional(slug()),
}
BALLOT = Kind(
    "ballot",
    "campaigns",
    "A pledge or a poll. Its words are bound by the commitment, so a changed question is a new ballot.",
    _named(
        "which-step",
        sort=required(choice(*BALLOT_SORTS)),
        taken=required(choice("here", "elsewhere")),
        counting=required(choice(*COUNTINGS)),
        options=required(list_of(slug("top-ups"), 1, 50)),
        min=required(whole(0, 50, 1)),
        max=required(whole(1, 50, 1)),
        opens=required(day("2016-03-01")),
        closes=optional(day("2016-03-31")),
        actions=optional(map_of(record(ACTION), 1, 50)),
        checkin=optional(day("2016-04-07")),
        stage=optional(slug()),
        roll=optional(slug("spring")),
        kinds=optional(list_of(choice(*VOUCHERS), 1, 5)),
        issuers=optional(list_of(slug("site"), 1, 5)),
        need=optional(whole(1, 5, 1)),
        every=optional(whole(60, 604_800, 86_400)),
        kmin=optional(whole(1, 100_000, 50)),
    ),
    words={
        "title": required(said(LINE)),
        "text": optional(said(LONG)),
        "options": required(map_of(said(LINE), 1, 50)),
        "links": optional(sources()),
    },
)
CLOSE = Kind(
    "close",
    "campaigns",
    "Casts of ballot entry b do not count from here on.",
    {"b": required(whole(sample=12)), "t": required(unix_seconds()), "sealed": optional(whole(1, sample=3))},
)

KINDS = (
    CAMPAIGN, TARGET, STAGE, MOMENT, EVENT, STAND, REPLY, LETTER, TOPIC, CLAIM, NEWS, PRESS, READING, ISSUER, RELAY, ROLL,
    VOUCHING, BALLOT, CLOSE,
)  # fmt: skip

# Sections of a campaign file, in the order in which they are written: the plural and the kind.
SECTIONS = {
    "targets": TARGET, "stages": STAGE, "moments": MOMENT, "events": EVENT, "stands": STAND, "replies": REPLY, "letters": LETTER,
    "topics": TOPIC, "claims": CLAIM, "issuers": ISSUER, "relays": RELAY, "rolls": ROLL, "vouchings": VOUCHING,
    "ballots": BALLOT, "readings": READING, "news": NEWS, "press": PRESS,
}  # fmt: skip

OWN_ISSUER = "site"  # the site itself among the issuers of a ballot: no thing of the campaign

# Fields that name another thing of the same campaign, and the section in which it must be.
REFERENCES = {
    "target": "targets", "targets": "targets", "sponsors": "targets", "stage": "stages", "event": "events", "letter": "letters",
    "topic": "topics", "ballot": "ballots", "roll": "rolls", "issuers": "issuers", "relay": "relays",
}  # fmt: skip
