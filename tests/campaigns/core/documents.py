"""Campaign documents for tests: a small one to spoil, and a Hypothesis strategy for sound ones of every shape."""

import unicodedata
from copy import deepcopy

from hypothesis import strategies as st

from sawtna.campaigns.core.casting.hours import hours_of
from sawtna.campaigns.core.casting.vouchers import PEOPLE
from sawtna.campaigns.core.consistency import RESERVED_IDS
from sawtna.campaigns.core.document import CAMPAIGN_FORM, FORMAT, FORMS, tidy_document
from sawtna.campaigns.core.entries import REFERENCES, RESERVED, SECTIONS
from sawtna.campaigns.core.numbers import UNITS
from sawtna.campaigns.core.planning import foresee, plan_entries
from sawtna.ledger.core.schema import CONTROL, LANGUAGES, TURNING

RELAY_POINT = "BI5TO2-gv3tGJbswZnwB-2B--fi4qA_vWzAGKHAxh7Kjc-sdveAzGDZtBp-DpvWQAFPHNjPLBBshxV4ahsH0ALQ"
LINKS = [{"url": "https://example.org/1", "outlet": "The Example"}]


def said(text):
    """The words `text` in English."""
    return {"en": text}


SMALL = {
    "format": FORMAT,
    "campaign": {
        "id": "somewhere-2016",
        "country": "MA",
        "zone": "Africa/Casablanca",
        "mark": "example",
        "opens": "2016-01-05",
        "closes": "2016-11-04",
        "words": {"title": said("Somewhere"), "summary": said("Calls were blocked.")},
    },
    "targets": [
        {"id": "inwi", "sort": "company", "pages": ["facebook:inwi"], "words": {"name": said("inwi")}},
        {"id": "meditel", "sort": "company", "words": {"name": said("Méditel")}},
    ],
    "stages": [
        {
            "id": "phones-off",
            "sort": "phones-off",
            "opens": "2016-01-16",
            "closes": "2016-01-17",
            "targets": ["inwi", "meditel"],
            "words": {"title": said("Phones off")},
        },
        {"id": "unlike", "sort": "unlike", "opens": "2016-02-26", "words": {"title": said("Unlike")}},
    ],
    "moments": [
        {"id": "begins", "on": "2016-01-05", "effect": "blocked", "words": {"text": said("Calls stop.")}},
        {"id": "ends", "on": "2016-11-04", "effect": "restored", "words": {"text": said("Calls return.")}},
    ],
    "events": [
        {"id": "awards", "on": "2016-03-18", "sponsors": ["inwi"], "words": {"title": said("Awards")}}
    ],
    "stands": [
        {
            "id": "s1",
            "state": "withdrew",
            "on": "2016-02-28",
            "people": 4,
            "event": "awards",
            "how": "press",
            "words": {"name": said("Four jurors"), "links": LINKS},
        }
    ],
    "replies": [
        {
            "id": "inwi-march",
            "target": "inwi",
            "on": "2016-03-02",
            "stance": "defers",
            "words": {"text": said("Ask the regulator.")},
        }
    ],
    "letters": [{"id": "open-letter", "asks": 5000, "words": {"title": said("Open letter")}}],
    "topics": [
        {"id": "a-minute", "unit": "follower-a-minute", "words": {"title": said("How many a minute?")}}
    ],
    "claims": [
        {
            "id": "a-second",
            "metric": "followers-lost",
            "value": 228,
            "per": "second",
            "quality": "exact",
            "on": "2016-02-27",
            "topic": "a-minute",
            "target": "inwi",
            "words": {"says": said("228 a second"), "links": LINKS},
        },
        {
            "id": "telquel",
            "metric": "followers-lost",
            "value": 132,
            "per": "minute",
            "quality": "exact",
            "on": "2016-02-27",
            "topic": "a-minute",
            "target": "inwi",
            "words": {"says": said("132 in one minute"), "links": LINKS},
        },
    ],
    "issuers": [
        {
            "id": "ngo",
            "url": "https://issuer.example.org",
            "vk": "A" * 43,
            "words": {"name": said("An organisation")},
        }
    ],
    "relays": [{"id": "partner", "pk": RELAY_POINT, "vk": "A" * 43, "words": {"name": {"en": "A partner"}}}],
    "rolls": [{"id": "spring", "opens": 1456660800, "closes": 1459252800, "kinds": ["email"]}],
    "vouchings": [
        {
            "id": "spring-vouches",
            "roll": "spring",
            "vouches": 3,
            "kinds": ["email"],
            "issuers": ["site"],
            "need": 1,
            "every": 86400,
            "kmin": 50,
        }
    ],
    "ballots": [
        {
            "id": "which-step",
            "sort": "poll",
            "taken": "here",
            "counting": "single",
            "options": ["top-ups", "bills"],
            "min": 1,
            "max": 1,
            "opens": "2016-03-01",
            "actions": {
                "top-ups": {"opens": "2016-03-31", "closes": "2016-04-07"},
                "bills": {"opens": "2016-03-31"},
            },
            "roll": "spring",
            "kinds": ["email"],
            "issuers": ["site"],
            "need": 1,
            "every": 86400,
            "kmin": 50,
            "words": {
                "title": said("Which step?"),
                "options": {"top-ups": said("No top-ups"), "bills": said("No bills")},
            },
        }
    ],
    "readings": [
        {
            "id": "r1",
            "target": "inwi",
            "page": "facebook:inwi",
            "metric": "followers",
            "value": 1470000,
            "t": 1456660800,
            "precision": "rounded-10000",
            "by": "manual",
        }
    ],
    "news": [
        {"id": "second-step", "on": "2016-03-01", "words": {"title": said("Step two"), "text": said("…")}}
    ],
    "press": [
        {
            "id": "cnn",
            "on": "2016-03-01",
            "words": {"title": said("Protest"), "outlet": "CNN", "url": "https://example.org/cnn"},
        }
    ],
}


def small():
    """A fresh copy of the small campaign, with one thing or more of each section."""
    return deepcopy(SMALL)


def told(document, story=None, start=1):
    """The story after the plan of a document stands in the book from entry `start` on."""
    return foresee(story, plan_entries(document, story), start)


SLUGS = st.from_regex(r"[a-z0-9](?:[a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
IDS = SLUGS.filter(lambda name: name not in RESERVED_IDS | RESERVED)
DAYS = st.dates().map(lambda day: day.isoformat())
MOMENTS = st.one_of(
    DAYS, DAYS.map(lambda day: day[:7]), DAYS.map(lambda day: day[:4]), DAYS.map(lambda day: f"{day}T09:30")
)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).map(
    lambda text: unicodedata.normalize("NFC", CONTROL.sub("", TURNING.sub("", text))).strip(" \u00a0") or "…"
)
LINK = st.just("https://example.org/a?b=1")


def values_of(form):
    """A strategy for the values of a form."""
    if form.sort == "said":
        return st.dictionaries(st.sampled_from(LANGUAGES), TEXTS, min_size=1)
    if form.fields is not None:
        wanted = {name: values_of(place.form) for name, place in form.fields.items() if place.required}
        free = {name: values_of(place.form) for name, place in form.fields.items() if not place.required}
        return st.fixed_dictionaries(wanted, optional=free)
    if form.items is not None:
        unique = form.items.sort in {"slug", "choice", "whole", "page"}
        return st.lists(values_of(form.items), min_size=form.least, max_size=3, unique=unique)
    if form.values is not None:
        return st.dictionaries(IDS, values_of(form.values), min_size=form.least, max_size=3)
    by_sort = {
        "slug": IDS,
        "whole": st.integers(form.least, form.most),
        "text": TEXTS,
        "day": MOMENTS,
        "flag": st.booleans(),
        "link": LINK,
        "stand": st.integers(1, 999_999).map("s{}".format),
    }
    if form.choices:
        return st.sampled_from(form.choices)
    return by_sort.get(form.sort, st.just(form.sample))


@st.composite
def documents(draw, most=2):
    """A sound document: things of all sections, whose references lead somewhere."""
    document = {"format": FORMAT, "campaign": draw(values_of(CAMPAIGN_FORM))}
    for section in SECTIONS:
        things = draw(st.lists(values_of(FORMS[section]), max_size=most, unique_by=lambda thing: thing["id"]))
        if things:
            document[section] = things
    mend(document)
    return tidy_document(document)


def mend(document):
    """Make the parts of a document agree: drop what leads nowhere, turn what is upside down."""
    mend_dates(document["campaign"])
    for section in SECTIONS:
        kept = []
        for thing in document.get(section, []):
            mend_dates(thing)
            if mend_references(document, section, thing):
                kept.append(thing)
        document.pop(section, None)
        if kept:
            document[section] = kept
    document.update(reorder(document))


def reorder(document):
    """The sections in the order of the format."""
    return {section: document.pop(section) for section in SECTIONS if section in document}


def mend_dates(thing):
    """Let nothing close before it opens."""
    if "closes" in thing and "opens" in thing:
        is_whole = isinstance(thing["opens"], int)
        ends = thing["closes"] if is_whole else thing["closes"][:4]
        begins = thing["opens"] if is_whole else thing["opens"][:4]
        thing["closes"] = thing["closes"] if begins < ends else thing["opens"]


def mend_references(document, section, thing):
    """Point each reference at something there is; whether the thing can stay."""
    known = {name: [one["id"] for one in document.get(name, [])] for name in SECTIONS}
    for name, other in REFERENCES.items():
        if name not in thing:
            continue
        if name == "issuers":
            thing[name] = ["site"]
            continue
        if isinstance(thing[name], list):
            thing[name] = known[other][: len(thing[name])]
        elif known[other]:
            thing[name] = known[other][0]
        elif (section, name) in {("replies", "target"), ("readings", "target"), ("vouchings", "roll")}:
            return False
        else:
            del thing[name]
    return MENDERS.get(section, lambda *_: True)(document, thing)


def mend_roll(_document, roll):
    """Nobody vouches; whoever vouches for whom is another story."""
    roll["kinds"] = [kind for kind in roll["kinds"] if kind != "peer"] or ["email"]
    return True


def mend_vouching(document, vouching):
    """People of its roll vouch, let in by the site alone."""
    kinds = next(roll["kinds"] for roll in document["rolls"] if roll["id"] == vouching["roll"])
    vouching |= {"kinds": [kind for kind in kinds if kind in PEOPLE], "issuers": ["site"], "need": 1}
    return bool(vouching["kinds"])


def mend_ballot(document, ballot):
    """Words for each option, a range that fits, and all that a ballot taken here needs."""
    title = {"en": "An option"}
    ballot["words"]["options"] = dict.fromkeys(ballot["options"], title)
    stages = [stage["id"] for stage in document.get("stages", [])]
    actions = ballot.pop("actions", {})
    for action in actions.values():
        mend_dates(action)
        action.pop("stage", None)
        action.update({"stage": stages[0]} if stages else {})
    if actions:
        ballot["actions"] = dict(zip(ballot["options"], actions.values(), strict=False))
    ballot["min"], ballot["max"] = 0, 1 if ballot["counting"] == "single" else len(ballot["options"])
    rolls = {roll["id"]: roll for roll in document.get("rolls", [])}
    ballot.pop("need", None)
    ballot.pop("checkin", None)
    roll = rolls.get(ballot.get("roll"))
    hours = hours_of(ballot, roll)
    if roll and hours.opens < hours.lets_in_until:
        ballot["kinds"] = rolls[ballot["roll"]]["kinds"]
        ballot |= {"issuers": ["site"], "need": 1, "every": 3600, "kmin": 1}
    else:
        ballot["taken"] = "elsewhere"
        ballot.pop("kinds", None)
    return True


def mend_claim(document, claim):
    """A range upwards, an option of its ballot, the unit of its topic."""
    claim.pop("option", None)
    if "value" not in claim:
        claim.pop("high", None)
        claim.pop("per", None)
    elif "high" in claim:
        claim["value"], claim["high"] = sorted((claim["value"], claim["high"]))
    units = {topic["id"]: topic["unit"] for topic in document.get("topics", [])}
    unit = UNITS[claim["metric"]] + ("-a-minute" if "per" in claim else "")
    if claim.get("topic") in units and units[claim["topic"]] != unit:
        del claim["topic"]
    return True


def mend_relay(_document, relay):
    """A key to which casts can be sealed."""
    relay["pk"] = RELAY_POINT
    return True


def mend_reading(document, reading):
    """A page of its target."""
    targets = {target["id"]: target for target in document.get("targets", [])}
    pages = targets[reading["target"]].get("pages")
    reading["page"] = pages[0] if pages else reading["page"]
    return True


MENDERS = {
    "rolls": mend_roll,
    "vouchings": mend_vouching,
    "ballots": mend_ballot,
    "claims": mend_claim,
    "readings": mend_reading,
    "relays": mend_relay,
}
