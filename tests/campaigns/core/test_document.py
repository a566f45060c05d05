"""Campaign documents: what is wrong with one is said with its place, all of it at once."""

from copy import deepcopy

import pytest

from sawtna.campaigns.core.document import (
    FORMAT,
    MOST_PROBLEMS,
    MOST_THINGS,
    check_document,
    tidy_document,
    write_document,
)
from sawtna.campaigns.core.entries import RESERVED, SECTIONS
from sawtna.campaigns.core.flaws import FLAWS

from tests.campaigns.core.documents import LINKS, said, small


def stage(number):
    """A sound stage."""
    return {"id": f"stage-{number}", "sort": "custom", "opens": "2016-03-01", "words": {"title": said("…")}}


def spoil(document, path, value):
    """Put a value at a path; None takes the place away."""
    *way, last = path
    for step in way:
        document = document[step]
    if value is None:
        del document[last]
    else:
        document[last] = value


def test_the_small_campaign_is_sound():
    """One thing or more of each section, and nothing wrong."""
    assert set(SECTIONS) <= set(small())
    assert check_document(small()) == []


BALLOT = ("ballots", 0)
CLAIM = ("claims", 0)
WRONG = [
    # the frame
    (("format",), None, "format: got nothing, expected sawtna-campaign/1"),
    (("format",), "petition/1", "format: got 'petition/1', expected sawtna-campaign/1"),
    (
        ("format",),
        "sawtna-campaign/2",
        "format: got 'sawtna-campaign/2', expected sawtna-campaign/1, the newest that this software reads",
    ),
    (("stages",), {}, "stages: got an object, expected a list of 0 to 2000 values"),
    (("stages", 1), 7, "stages[1]: got 7, expected an object with id, sort, opens, closes, targets, words"),
    # forms
    (
        ("campaign", "country"),
        "Morocco",
        "campaign.country: got 'Morocco', expected a country as two capital letters",
    ),
    (
        ("campaign", "opens"),
        "2016-13-01",
        "campaign.opens: got '2016-13-01', expected a date such as 2016-01-05",
    ),
    (
        ("campaign", "words", "title"),
        {},
        "campaign.words.title: got an empty object, expected words in at least one of",
    ),
    (
        ("campaign", "words", "title"),
        {"es": "…"},
        "campaign.words.title.es: got an unknown field, expected one of ar, fr",
    ),
    (("campaign", "slogan"), "…", "campaign.slogan: got an unknown field, expected one of id, country, zone"),
    (
        ("targets", 0, "words"),
        None,
        "targets[0].words: got nothing, expected an object with name, note, links",
    ),
    (("targets", 0, "pages"), ["inwi"], "targets[0].pages[0]: got 'inwi', expected a page as network:name"),
    (("stands", 0, "id"), "marouane", "stands[0].id: got 'marouane', expected s and a number, such as s1"),
    (
        ("press", 0, "words", "url"),
        "javascript:alert(1)",
        "press[0].words.url: got 'javascript:alert(1)', expected an address",
    ),
    (("claims", 0, "value"), 22.8, "claims[0].value: got 22.8, expected a whole number from 0 to"),
    (("claims", 0, "doubted"), "yes", "claims[0].doubted: got 'yes', expected true or false"),
    (
        ("claims", 0, "words", "links"),
        [],
        "claims[0].words.links: got a list of 0, expected a list of 1 to 20 links",
    ),
    (
        ("stands", 0, "words", "links"),
        [],
        "stands[0].words.links: got a list of 0, expected a list of 1 to 20 links",
    ),
    # hidden characters, with where they are
    (
        ("news", 0, "words", "text", "en"),
        "Pay \u202eevas",
        "news[0].words.text.en: got the invisible character U+202E at place 5, expected text of 1 to 12000 characters",
    ),
    (
        ("news", 0, "words", "title", "en"),
        "a\x00b",
        "news[0].words.title.en: got the invisible character U+0000 at place 2",
    ),
    (
        ("news", 0, "words", "title", "en"),
        "a\ud800",
        "news[0].words.title.en: got the invisible character U+D800 at place 2",
    ),
    (
        ("press", 0, "words", "url"),
        "https://a.b/\x07",
        "press[0].words.url: got the invisible character U+0007 at place 13",
    ),
    # ids and references
    (
        ("campaign", "id"),
        "numbers",
        "campaign.id: got numbers, a word that the addresses of the site use, expected another id",
    ),
    (
        ("claims", 0, "id"),
        "count",
        "claims[0].id: got count, a word that the addresses of the site use, expected another id",
    ),
    (
        ("targets", 1, "id"),
        "inwi",
        "targets[1].id: got a second inwi, expected another id, as the first is targets[0]",
    ),
    (
        ("stages", 0, "targets", 1),
        "meditell",
        "stages[0].targets[1]: got meditell, expected the id of one of the targets: meditel, inwi",
    ),
    (
        ("events", 0, "sponsors"),
        ["orange"],
        "events[0].sponsors[0]: got orange, expected the id of one of the targets:",
    ),
    (
        ("replies", 0, "target"),
        "orange",
        "replies[0].target: got orange, expected the id of one of the targets: inwi",
    ),
    (
        ("claims", 0, "letter"),
        "open",
        "claims[0].letter: got open, expected the id of one of the letters: open-letter",
    ),
    (("events",), [], "stands[0].event: got awards, expected nothing, as the file has no events"),
    (("stages", 0, "targets", 1), "inwi", "stages[0].targets[1]: got 'inwi' twice, expected each value once"),
    (
        ("readings", 0, "page"),
        "facebook:meditel",
        "readings[0].page: got facebook:meditel, expected one of the pages of inwi",
    ),
    # dates
    (
        ("campaign", "closes"),
        "2015",
        "campaign.closes: got 2015, expected a time not before 2016-01-05, when it opens",
    ),
    (
        ("stages", 0, "closes"),
        "2016-01-15",
        "stages[0].closes: got 2016-01-15, expected a time not before 2016-01-16",
    ),
    (
        ("rolls", 0, "closes"),
        1,
        "rolls[0].closes: got 1, expected a time not before 1456660800, when it opens",
    ),
    # ballots
    (
        (*BALLOT, "words", "options", "bills"),
        None,
        "ballots[0].words.options.bills: got nothing, expected the words of the",
    ),
    (
        (*BALLOT, "words", "options", "none"),
        said("…"),
        "ballots[0].words.options.none: got words of none, expected one of",
    ),
    (
        (*BALLOT, "min"),
        2,
        "ballots[0].max: got 2 to 1 choices, expected min to max, with a max of at most 2 options",
    ),
    (
        (*BALLOT, "max"),
        3,
        "ballots[0].max: got 1 to 3 choices, expected min to max, with a max of at most 2 options",
    ),
    ((*BALLOT, "max"), 2, "ballots[0].max: got a max of 2, expected 1, as counting is single"),
    (
        (*BALLOT, "options", 1),
        "top-ups",
        "ballots[0].options[1]: got 'top-ups' twice, expected each value once",
    ),
    *(
        (
            (*BALLOT, name),
            None,
            f"ballots[0].{name}: got nothing, expected {name}, as this ballot is taken here",
        )
        for name in ("roll", "kinds", "issuers", "need", "every", "kmin")
    ),
    ((*BALLOT, "need"), 2, "ballots[0].need: got 2, expected at most the number of issuers, 1"),
    (
        (*BALLOT, "kinds"),
        ["sms"],
        "ballots[0].kinds[0]: got sms, expected one of the kinds of the roll spring: email",
    ),
    # claims
    ((*CLAIM, "high"), 100, "claims[0].high: got 100, expected at least the value, 228"),
    ((*CLAIM, "value"), None, "claims[0].per: got per without a value, expected a value beside it"),
    (
        (*CLAIM, "per"),
        None,
        "claims[0].topic: got a figure in follower, expected one in follower-a-minute, the unit of",
    ),
    (
        (*CLAIM, "metric"),
        "pledged",
        "claims[0].topic: got a figure in person-a-minute, expected one in follower-a-minute",
    ),
    (
        (*CLAIM, "option"),
        "bills",
        "claims[0].option: got an option without a ballot, expected the ballot that it",
    ),
]


@pytest.mark.parametrize(
    ("path", "value", "sentence"), WRONG, ids=[f"{row[0]}={row[1]!r:.30}" for row in WRONG]
)
def test_what_is_wrong_is_said_with_its_place(path, value, sentence):
    """Each fault gives a sentence with the field, what was got and what was expected."""
    document = small()
    spoil(document, path, value)
    sentences = [problem.sentence for problem in check_document(document)]
    assert any(said.startswith(sentence) for said in sentences), sentences


def test_each_fault_of_a_document_is_one_sentence():
    """Nothing is reported twice."""
    for path, value, _ in WRONG:
        document = small()
        spoil(document, path, value)
        sentences = [problem.sentence for problem in check_document(document)]
        assert len(sentences) == len(set(sentences))


def test_an_option_of_a_claim_must_be_one_of_its_ballot():
    """The options that there are stand in the sentence."""
    document = small()
    document["claims"][0] |= {"ballot": "which-step", "option": "sms"}
    (problem,) = check_document(document)
    assert (
        problem.sentence
        == "claims[0].option: got sms, expected an option of the ballot which-step: top-ups, bills"
    )


def test_a_claim_may_have_no_figure_when_its_words_say_so():
    """The press often says "thousands"."""
    document = small()
    claim = document["claims"][1]
    del claim["value"], claim["per"]
    claim["words"]["says"] = said("thousands")
    assert check_document(document) == []


def test_everything_wrong_is_said_at_once_up_to_fifty():
    """A file with many faults is mended in one go, and one with thousands does not flood the screen."""
    document = small()
    document["campaign"]["country"] = "?"
    document["targets"][0]["sort"] = "?"
    document["press"][0]["on"] = "?"
    assert len(check_document(document)) == 3
    document["stages"] = [{"id": "?"} for _ in range(100)]
    assert len(check_document(document)) == MOST_PROBLEMS


@pytest.mark.parametrize(
    "document", [None, [], "x", 7, {}, {"campaign": None}, {"campaign": [], "stages": [None, 1, "x", []]}]
)
def test_no_document_is_refused_without_a_fault_of_ours(document):
    """Whatever JSON holds, there is a sentence."""
    assert check_document(document)


@pytest.mark.parametrize("value", [None, [], {}, [[]], [{}], "", "x" * 100, -1, 0, True, 1.5, {"en": 1}])
def test_no_value_in_any_place_breaks_the_checks(value):
    """Each field of each thing may hold anything; the checks of relations look at what fits only."""
    for section in ("campaign", *SECTIONS):
        thing = small()[section] if section == "campaign" else small()[section][0]
        for name in thing:
            document = small()
            (document[section] if section == "campaign" else document[section][0])[name] = deepcopy(value)
            check_document(document)


@pytest.mark.parametrize("count", [0, 500])
def test_a_campaign_may_have_no_stage_or_five_hundred(count):
    """Both are campaigns."""
    document = small()
    document["stages"] = [stage(number) for number in range(count)]
    for moment in (*document["moments"], *document["claims"]):
        moment.pop("stage", None)
    assert check_document(document) == []


def test_more_things_than_a_campaign_can_have_are_refused():
    """With how many there are and how many there may be."""
    document = small()
    document["stages"] = [stage(number) for number in range(MOST_THINGS)]
    count = sum(len(document[section]) for section in SECTIONS)
    (problem,) = check_document(document)
    assert problem.sentence == f"got {count} things, expected at most {MOST_THINGS} in one file"


def test_two_thousand_misspelt_references_do_not_take_long():
    """Only as many as are shown are compared with what there is."""
    document = small()
    document["targets"] += [
        {"id": f"target-{number}", "sort": "company", "words": {"name": said("…")}} for number in range(900)
    ]
    document["stages"] = [{**stage(number), "targets": [f"taget-{number}"]} for number in range(900)]
    problems = check_document(document)
    assert len(problems) == MOST_PROBLEMS
    assert "target-" in problems[-1].expected


def test_words_that_do_not_fit_into_an_opening_are_refused():
    """Each field may be long, but not all of them at once."""
    document = small()
    document["claims"][0]["words"] |= {
        name: dict.fromkeys(("ar", "fr", "en"), "📵" * 12000) for name in ("says", "problem")
    }
    (problem,) = check_document(document)
    assert problem.where == "claims[0].words"
    assert problem.expected == "at most 262144 bytes in one thing"


def test_a_script_tag_is_words_like_others():
    """Pages escape what they show; a campaign may well speak of <script>."""
    document = small()
    document["news"][0]["words"]["text"] = said("<script>alert(1)</script>")
    assert check_document(document) == []


def test_tidying_changes_spelling_alone():
    """NFC, no space around, one sort of line end, no tabs; numbers, keys and order stay."""
    document = {"a": [" e\u0301 \r\n", {"b": "x\ry\tz"}], "n": 1, "t": True}
    assert tidy_document(document) == {"a": ["é", {"b": "x\ny z"}], "n": 1, "t": True}


def test_a_reserved_id_is_each_first_step_of_an_address():
    """A campaign called `desk` would hide the desk."""
    assert {"ar", "fr", "en", "desk", "book", "numbers", "about", "accounts", "log", "static"} <= RESERVED


def test_a_written_document_has_the_sections_in_their_order():
    """Whatever the order in which they were put in."""
    turned = dict(reversed(small().items()))
    keys = [line.split('"')[1] for line in write_document(turned).splitlines() if line.startswith('  "')]
    assert keys == ["format", "campaign", *SECTIONS]


def test_sentences_have_named_places_that_their_values_fill():
    """A translator sees `%(names)s`, never a bare `%s`."""
    for got, expected in FLAWS.values():
        assert "%s" not in got + expected
    assert FORMAT.endswith("/1")
    assert LINKS
