"""What can be wrong with a campaign file beyond the form of its values: a code, what was got, what was expected.

The sentences stand here once, in English, with named places. They are marked for translation; whoever shows a problem
(`campaigns/sentences.py`) looks its translation up by the same words.
"""

from __future__ import annotations

from sawtna.ledger.core.schema import Path, Problem


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues; the translation is looked up where it is shown."""
    return sentence


FLAWS: dict[str, tuple[str, str]] = {
    # the file
    "file-size": (gettext_noop("a file of %(size)s bytes"), gettext_noop("at most %(most)s bytes")),
    "file-encoding": (gettext_noop("the byte %(byte)s"), gettext_noop("text in UTF-8")),
    "json-cut": (
        gettext_noop("the end of the file"),
        gettext_noop("the rest of it, as something is still open"),
    ),
    "json-rest": ("%(character)s", gettext_noop("the end of the file")),
    "json-value": ("%(character)s", gettext_noop("a value: text in double quotes, a number, { or [")),
    "json-name": ("%(character)s", gettext_noop("a name in double quotes")),
    "json-colon": ("%(character)s", gettext_noop("a colon")),
    "json-comma-object": ("%(character)s", gettext_noop("a comma or }")),
    "json-comma-list": ("%(character)s", gettext_noop("a comma or ]")),
    "json-open-text": (gettext_noop("text without an end"), gettext_noop("a closing double quote")),
    "json-break": (
        gettext_noop("a line break inside text"),
        gettext_noop("\\n, which stands for a line break"),
    ),
    "json-control": (
        gettext_noop("the control character %(character)s inside text"),
        gettext_noop("none of these"),
    ),
    "json-escape": ("%(character)s", gettext_noop("an escape such as \\n or \\u0621")),
    "json-depth": (
        gettext_noop("nesting deeper than %(most)s levels"),
        gettext_noop("at most %(most)s levels"),
    ),
    "json-values": (
        gettext_noop("more than %(most)s values"),
        gettext_noop("a campaign file of at most 2,000 things"),
    ),
    "json-digits": (
        gettext_noop("a number of %(digits)s digits"),
        gettext_noop("a number of at most 16 digits"),
    ),
    "twice": (gettext_noop("a second %(name)s"), gettext_noop("each name once in an object")),
    "format": ("%(got)s", "%(format)s"),
    "format-newer": ("%(got)s", gettext_noop("%(format)s, the newest that this software reads")),
    "too-many-things": (gettext_noop("%(count)s things"), gettext_noop("at most %(most)s in one file")),
    "zone": (
        gettext_noop("%(zone)s, a time zone that nobody keeps"),
        gettext_noop("one such as Africa/Casablanca"),
    ),
    # identifiers and references
    "reserved": (
        gettext_noop("%(id)s, a word that the addresses of the site use"),
        gettext_noop("another id"),
    ),
    "duplicate": (gettext_noop("a second %(id)s"), gettext_noop("another id, as the first is %(place)s")),
    "repeated": (gettext_noop("%(value)s twice"), gettext_noop("each value once")),
    "reference": ("%(got)s", gettext_noop("the id of one of the %(section)s: %(known)s")),
    "reference-none": ("%(got)s", gettext_noop("nothing, as the file has no %(section)s")),
    "option": ("%(got)s", gettext_noop("an option of the ballot %(ballot)s: %(known)s")),
    "option-alone": (
        gettext_noop("an option without a ballot"),
        gettext_noop("the ballot that it belongs to"),
    ),
    "page": ("%(got)s", gettext_noop("one of the pages of %(target)s: %(known)s")),
    # dates
    "closes-first": ("%(closes)s", gettext_noop("a time not before %(opens)s, when it opens")),
    # ballots
    "option-unsaid": (gettext_noop("nothing"), gettext_noop("the words of the option %(option)s")),
    "option-unknown": (gettext_noop("words of %(option)s"), gettext_noop("one of the options: %(known)s")),
    "action-unknown": (
        gettext_noop("an action for %(option)s"),
        gettext_noop("one of the options: %(known)s"),
    ),
    "min-max": (
        gettext_noop("%(min)s to %(max)s choices"),
        gettext_noop("min to max, with a max of at most %(count)s options"),
    ),
    "single": (gettext_noop("a max of %(max)s"), gettext_noop("1, as counting is single")),
    "here": (gettext_noop("nothing"), gettext_noop("%(field)s, as this ballot is taken here")),
    "need": ("%(need)s", gettext_noop("at most the number of issuers, %(count)s")),
    "pace": (
        gettext_noop("batches of %(kmin)s votes every %(every)s seconds"),
        gettext_noop(
            "at least %(least)s votes and %(seconds)s seconds, as the mode %(mode)s of the roll %(roll)s promises; only a "
            "simulation may have less"
        ),
    ),
    "crowded": (
        gettext_noop("%(count)s pledges, polls and vouchings of the roll %(roll)s that are open together"),
        gettext_noop(
            "at most %(most)s, as people take part in all of them with one code; give the others a roll of their own"
        ),
    ),
    "issuer-kinds": (
        gettext_noop("%(kind)s beside another issuer than the site"),
        gettext_noop("email alone, as each issuer mails a code of its own"),
    ),
    "issuer-changed": (
        gettext_noop("another key of the issuer %(id)s"),
        gettext_noop("the key that the book has; give another issuer another id"),
    ),
    "roll-kinds": ("%(kind)s", gettext_noop("one of the kinds of the roll %(roll)s: %(known)s")),
    "relay-key": (
        gettext_noop("a key to which nothing can be sealed"),
        gettext_noop("what sawtna relay key prints"),
    ),
    "roll-hours": (
        gettext_noop("%(opens)s, so that the ballot and its roll are never open together"),
        gettext_noop("days within the hours of the roll %(roll)s"),
    ),
    "peer-alone": (
        gettext_noop("vouching by peers, and no vouching for the roll %(roll)s"),
        gettext_noop("a vouching that says how many people admit a newcomer"),
    ),
    "pledge-alone": (
        gettext_noop("a last day to tell, of a poll"),
        gettext_noop("none, as only a pledge asks whether it was done"),
    ),
    "checkin-first": (
        "%(checkin)s",
        gettext_noop("a day not before %(closes)s, when the pledge closes"),
    ),
    # claims
    "high": ("%(high)s", gettext_noop("at least the value, %(value)s")),
    "alone": (gettext_noop("%(field)s without a value"), gettext_noop("a value beside it")),
    "unit": (
        gettext_noop("a figure in %(got)s"),
        gettext_noop("one in %(unit)s, the unit of the topic %(topic)s"),
    ),
    # what does not fit into an entry
    "words-size": (
        gettext_noop("words of %(size)s bytes"),
        gettext_noop("at most %(most)s bytes in one thing"),
    ),
    # what the book says already
    "campaign-other": (gettext_noop("the campaign %(got)s"), gettext_noop("%(id)s, as an id never changes")),
    "erased-again": (
        gettext_noop("words of %(id)s, which were erased"),
        gettext_noop("another id for something new"),
    ),
    "erased-unknown": (gettext_noop("erased"), gettext_noop("words, as the book holds no erased %(id)s")),
    "erased-changed": (
        gettext_noop("other values than in the book"),
        gettext_noop("%(id)s as it is, as its words were erased"),
    ),
    "ballot-changed": (
        gettext_noop("a %(kind)s that differs from the one in the book"),
        gettext_noop("%(id)s as it is, as people may have taken part; give a new one another id"),
    ),
}


def flaw(path: Path, code: str, **values: object) -> Problem:
    """A problem with the sentences of its code."""
    got, expected = FLAWS[code]
    return Problem(path, got % values, expected % values, code, values)
