"""The example campaign says what the facts say, in three languages, with a source beside each statement."""

import json
import re
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path

import pytest

from sawtna.campaigns.core.document import check_document
from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.core.numbers import numbers_of
from sawtna.campaigns.core.story import tell

EXAMPLE = json.loads(files("sawtna.campaigns").joinpath("examples/morocco-2016.json").read_text("utf-8"))
FACTS = Path(__file__).parents[3] / "shared/data/morocco-2016/facts.json"
LANGUAGES = {"ar", "fr", "en"}


@pytest.fixture(scope="module")
def facts() -> dict:
    """Read the facts with their sources; they lie beside the house, not in it."""
    if not FACTS.exists():
        pytest.skip("the facts of 2016 do not lie beside this copy of the house")
    return json.loads(FACTS.read_text("utf-8"))


def things() -> Iterator[dict]:
    """Walk through the campaign and everything in it."""
    yield EXAMPLE["campaign"]
    for section in SECTIONS:
        yield from EXAMPLE.get(section, [])


def sources_of(thing: dict) -> set[str]:
    """Name the addresses that a thing gives as its sources."""
    return {link["url"] for link in thing["words"].get("links", [])} | {thing["words"].get("url", "")} - {""}


def has(section: str, source: str, **fields: object) -> bool:
    """Tell whether a section holds a thing with these fields and this source."""
    return any(
        source in sources_of(thing) and all(thing.get(name) == value for name, value in fields.items())
        for thing in EXAMPLE[section]
    )


def language_maps(value: object) -> Iterator[dict]:
    """Find every sentence that is said in languages."""
    if isinstance(value, dict) and value and set(value) <= LANGUAGES:
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from language_maps(part)
    elif isinstance(value, list):
        for part in value:
            yield from language_maps(part)


def fold() -> dict[str, int]:
    """Fold the example as a book would."""
    kinds = [("campaign", EXAMPLE["campaign"])]
    kinds += [(kind.name, thing) for section, kind in SECTIONS.items() for thing in EXAMPLE.get(section, [])]
    bodies = [{"k": kind, "c": EXAMPLE["campaign"]["id"], **thing} for kind, thing in kinds]
    shelf = tell((index, body, {}) for index, body in enumerate(bodies))
    return {number.key: number.value for number in numbers_of(shelf.present()[0], date(2026, 11, 24))}


def test_the_example_is_a_valid_campaign_file():
    """The same checks that an organiser's file must pass find nothing in the example."""
    assert [problem.sentence for problem in check_document(EXAMPLE)] == []


def test_the_example_says_that_it_is_one():
    """What happened in 2016 is not shown as a live campaign."""
    assert EXAMPLE["campaign"]["mark"] == "example"


def test_every_sentence_is_said_in_three_languages():
    """A reader of Arabic, French or English misses nothing."""
    sentences = list(language_maps(list(things())))
    assert len(sentences) > 150
    assert [said for said in sentences if set(said) != LANGUAGES] == []


@pytest.mark.parametrize(
    "section", ["claims", "replies", "stands", "moments", "letters", "events", "news", "stages"]
)
def test_every_statement_has_a_source(section):
    """Nothing is claimed without the address where it can be read and the name of who wrote it."""
    silent = [thing["id"] for thing in EXAMPLE[section] if not sources_of(thing)]
    nameless = [
        link for thing in EXAMPLE[section] for link in thing["words"]["links"] if not link.get("outlet")
    ]
    assert silent == []
    assert nameless == []


def test_french_has_its_thin_spaces():
    """No line breaks before a colon, inside quotation marks or within a number."""
    french = [said["fr"] for said in language_maps(list(things()))]
    loose = re.compile(r" [;:!?»%]|« |[0-9] [0-9]{3}(?![0-9])|[A-Za-z]'[A-Za-z]")
    assert [said for said in french if loose.search(said)] == []


def test_no_identifier_holds_a_name_of_a_person():
    """Identifiers stay in the log for ever, so the words of stands may not leak into them."""
    names = {
        part.lower()
        for stand in EXAMPLE["stands"]
        if stand.get("people") == 1
        for part in stand["words"]["name"]["fr"].split()
    }
    assert [thing["id"] for thing in things() if names & set(thing["id"].split("-"))] == []


def test_the_numbers_of_the_example_are_those_of_history():
    """The fold finds 304 days, ten people who withdrew, and the factor of a hundred within one article."""
    numbers = fold()
    assert numbers["morocco-2016/days-without-calls"] == 304
    assert numbers["morocco-2016/stands/withdrew/people"] == 10
    assert numbers["morocco-2016/letters/to-the-regulator/signatures"] == 10_000
    assert numbers["morocco-2016/targets/inwi/silent-days"] == 247
    assert numbers["morocco-2016/targets/inwi/followers-lost/high"] == 170_000
    assert numbers["morocco-2016/topics/inwi-lost-a-minute/times"] == 100
    assert numbers["morocco-2016/topics/page-lost-a-minute/high"] == 13_680


def test_the_timeline_is_complete(facts):
    """Each dated fact of the timeline is a moment on the same date with the same source."""
    missing = [fact for fact in facts["timeline"] if not has("moments", fact["source"], on=fact["at"])]
    assert missing == []


def test_who_took_a_stand_and_who_replied_is_complete(facts):
    """Each stand and each reply is there, on its date, with its source."""
    targets = {target["names"]["en"].split(" (")[0]: target["id"] for target in facts["targets"]}
    missing = [fact for fact in facts["stands"] if not has("stands", fact["source"], on=fact["at"])]
    missing += [
        fact
        for fact in facts["responses"]
        if not has("replies", fact["source"], on=fact["at"], target=targets[fact["who"]])
    ]
    assert missing == []
    assert len(EXAMPLE["stands"]) == len(facts["stands"])


def test_every_figure_is_a_claim(facts):
    """Follower counts, losses, pledges and signatures stand as claims with their value, date, target and source."""
    counted = [
        *facts["follower_levels"],
        *facts["losses_since_2016_02_26"],
        *facts["pledges"],
        *facts["petitions"],
    ]
    missing = []
    for fact in counted:
        fields = {"on": fact["at"]}
        figure = fact.get("followers", fact.get("lost", fact.get("count")))
        fields |= {} if figure is None else {"value": figure}
        fields |= {"target": fact["target"]} if "target" in fact else {}
        fields |= {"stage": fact["stage"]} if "stage" in fact else {}
        fields |= {"share_bp": round(fact["share_percent"] * 100)} if "share_percent" in fact else {}
        missing += [] if has("claims", fact["source"].split()[0], **fields) else [fact]
    assert missing == []


def test_every_contradiction_is_kept(facts):
    """Each contradiction is a claim with its source; its figures stand there and its reason is given."""
    figures = {claim[name] for claim in EXAMPLE["claims"] for name in ("value", "high") if name in claim}
    for fact in facts["contradictions"]:
        assert has("claims", fact["source"]), fact
        told = [int(number.replace(",", "")) for number in re.findall(r"[0-9][0-9,]*", fact["claim"])]
        assert {number for number in told if number >= 100} <= figures, fact
    doubted = [claim for claim in EXAMPLE["claims"] if claim.get("doubted")]
    assert doubted
    assert [claim["id"] for claim in doubted if "problem" not in claim["words"]] == []


def test_the_poll_of_2016_was_taken_elsewhere(facts):
    """The pledge and the poll of the time are ballots that this book did not take, with the figures that are known."""
    poll = next(ballot for ballot in EXAMPLE["ballots"] if ballot["sort"] == "poll")
    options = [poll["words"]["options"][option]["en"] for option in poll["options"]]
    assert (poll["words"]["title"]["en"], options) == (facts["poll"]["question"], facts["poll"]["options"])
    assert {ballot["taken"] for ballot in EXAMPLE["ballots"]} == {"elsewhere"}
    assert has(
        "claims", facts["poll"]["source"], ballot=poll["id"], option="top-ups", value=700, quality="over"
    )


def test_targets_and_applications_are_those_of_the_facts(facts):
    """Names, pages and network numbers of the operators agree with the facts, and so do the blocked applications."""
    ours = {target["id"]: target for target in EXAMPLE["targets"]}
    for fact in facts["targets"]:
        target = ours[fact["id"]]
        assert (target["asn"], target["pages"]) == (fact["asn"], [fact["page"]])
        assert target["words"]["name"]["ar"] == fact["names"]["ar"]
    assert EXAMPLE["campaign"]["words"]["apps"] == facts["blocked_apps"]
    assert (EXAMPLE["campaign"]["country"], EXAMPLE["campaign"]["zone"]) == (
        facts["country"],
        facts["timezone"],
    )


def test_every_source_of_the_facts_is_linked(facts):
    """No address of the facts was lost on the way."""
    ours = {source for thing in things() for source in sources_of(thing)}
    known = set(re.findall(r'"(?:source|seed)": "([^" ]+)', json.dumps(facts, ensure_ascii=False)))
    assert len(known) > 25
    assert sorted(known - ours) == []
