"""What the tests of the square do all the time."""

from sawtna.campaigns.core.document import document_of, tidy_document
from sawtna.campaigns.models import Draft, Trail
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.accepted import accepted_size

from tests.campaigns.core.documents import said, small

C = small()["campaign"]["id"]


def in_book():
    """The small campaign as the book tells it."""
    return document_of(accepted_story(C))


def size():
    """How many entries the book has."""
    return accepted_size()


def changed(words="Changed"):
    """The small campaign with another title of its news."""
    document = small()
    document["news"][0]["words"]["title"] = said(words)
    return document


def without(section):
    """The small campaign without a section that nothing refers to."""
    document = small()
    del document[section]
    return document


def draft():
    """The draft of the small campaign."""
    return Draft.objects.get(campaign=C)


def steps():
    """The trail, as (what, who, entries)."""
    return [(step.what, step.who_id, step.entries) for step in Trail.objects.order_by("pk")]


def same(one, other):
    """Whether two documents say the same, whatever the order of keys and of sections that are empty."""
    kept = [
        {name: part for name, part in tidy_document(document).items() if part} for document in (one, other)
    ]
    return kept[0] == kept[1]
