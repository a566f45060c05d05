"""A campaign as a file at the desk: out, in, and refused by line and field."""

import json

import pytest

from sawtna.campaigns import reads
from sawtna.web.accounts.models import Organiser

from tests.campaigns.core.documents import small
from tests.campaigns.square import draft, same, size, steps

pytestmark = pytest.mark.stores


def test_a_file_comes_out_and_goes_in(owner, desk):
    """What is downloaded can be put in again and changes nothing."""
    text = owner.get(f"{desk}/file/draft.json").text
    assert same(json.loads(text), small())
    owner.post(f"{desk}/file/", {"text": text})
    assert not owner.get(f"{desk}/").context["changes"]


def test_a_file_in_place_of_the_draft(owner, desk):
    """What it leaves out is left out; nothing is published."""
    document = small()
    del document["news"]
    before = size()
    owner.post(f"{desk}/file/", {"text": json.dumps(document)})
    assert "news" not in draft().document
    assert size() == before


@pytest.mark.parametrize(
    ("spoil", "line", "where"),
    [
        (lambda text: text.replace('"2016-02-26"', '"26 February"'), True, "stages[1].opens"),
        (lambda text: text.replace('"id": "unlike"', '"id": "phones-off"'), True, "stages[1].id"),
        (lambda text: text[:300], True, ""),
        (lambda _: "[]", True, ""),
        (lambda _: "", False, ""),
    ],
)
def test_a_bad_file_is_refused_by_line_and_field(owner, desk, spoil, line, where):
    """The line, the field and what is expected; the text stays in the page and nothing is half taken."""
    text = spoil(json.dumps(small(), indent=1))
    page = owner.post(f"{desk}/file/", {"text": text})
    assert page.status_code == 422
    problem = page.context["problems"][0]
    assert bool(problem.get("line")) is line
    assert problem.get("where", "") == where
    assert "nothing was changed" in page.text
    assert page.context["text"] == text
    assert [what for what, *_ in steps()] == ["import"]


def test_a_file_of_another_campaign_is_refused(owner, desk):
    """The draft of one campaign never becomes another."""
    document = small()
    document["campaign"]["id"] = "elsewhere-2016"
    assert "elsewhere-2016" in owner.post(f"{desk}/file/", {"text": json.dumps(document)}).text


def test_a_campaign_opens_from_a_file(people, owner, desk):
    """A whole campaign in one step, as a draft."""
    Organiser.objects.filter(pk=people["owner"].pk).update(may_open_campaigns=True)
    document = small()
    document["campaign"]["id"] = "second-2016"
    answer = owner.post("/en/desk/new/file/", {"text": json.dumps(document)})
    assert answer.headers["Location"] == "/en/desk/second-2016/"
    assert same(reads.draft("second-2016").document, document)
    assert reads.story("second-2016") is None
