"""One thing on one page: what is typed is kept, what is wrong is said beside its field, nobody overwrites anybody."""

import pytest

from tests.campaigns.desk.browsing import fields_of, form_on, send
from tests.campaigns.square import draft, steps

pytestmark = pytest.mark.stores


def thing(section, name):
    """One thing of the draft."""
    return next((one for one in draft().document[section] if one.get("id") == name), None)


def test_a_page_sent_unchanged_changes_nothing(owner, desk):
    """Opening a stage and saving it leaves no trace: no draft, no step."""
    answer = send(owner, f"{desk}/stages/phones-off/")
    assert answer.headers["Location"] == f"{desk}/stages/"
    assert [what for what, *_ in steps()] == ["import"]


def test_a_change_is_kept_in_the_draft_alone(owner, desk, client):
    """The public page says what it said; the list shows that the stage is changed."""
    send(owner, f"{desk}/stages/phones-off/", {"words.title.ar": "هواتف مغلقة", "closes": "2016-01-18"})
    assert thing("stages", "phones-off")["words"]["title"] == {"en": "Phones off", "ar": "هواتف مغلقة"}
    assert "changed" in owner.get(f"{desk}/stages/").text
    assert "هواتف مغلقة" not in client.get("/ar/somewhere-2016/").text


def test_a_wrong_date_is_kept_and_said_beside_its_field(owner, desk):
    """Nothing typed is lost: the page comes back with the date as it was typed and a sentence below its label."""
    typed = {"words.title.fr": "Téléphones éteints", "sort": "phones-off", "opens": "16 janvier"}
    answer = send(owner, f"{desk}/stages/new/", typed)
    assert answer.headers["Location"] == f"{desk}/stages/telephones-eteints/"
    page = owner.get(answer.headers["Location"])
    assert 'value="16 janvier"' in page.text
    question = next(one for one in page.context["questions"] if one.path == "opens")
    assert question.errors == (
        "This is no date. Write it such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17.",
    )
    assert 'aria-invalid="true" aria-describedby="q-opens-help q-opens-error"' in page.text
    assert '<a href="#q-opens">Opens</a>' in page.text


def test_mending_the_date_makes_it_sound(owner, desk):
    """After the correction nothing is missing and one is back at the list."""
    send(owner, f"{desk}/stages/new/", {"words.title.en": "March", "sort": "custom", "opens": "soon"})
    answer = send(owner, f"{desk}/stages/march/", {"opens": "٢٠١٦-٠٣-٠١"})
    assert answer.headers["Location"] == f"{desk}/stages/"
    assert thing("stages", "march")["opens"] == "2016-03-01"


def test_a_new_page_accuses_nobody(owner, desk):
    """Before anything was typed nothing is wrong."""
    page = owner.get(f"{desk}/claims/new/")
    assert 'aria-invalid="true"' not in page.text
    assert page.context["wrong"] == []


@pytest.mark.parametrize(
    ("section", "name"),
    [
        ("stands", "s2"),
        ("news", "news-1"),
        ("claims", "claim-1"),
        ("moments", "moment-1"),
        ("press", "press-1"),
    ],
)
def test_things_of_people_are_numbered(owner, desk, section, name):
    """A name of a person in a title does not become an identifier, which would stay for ever."""
    send(
        owner,
        f"{desk}/{section}/new/",
        {"words.name.en": "Amina Example", "words.title.en": "Amina Example left"},
    )
    assert thing(section, name) is not None


def test_more_rows_come_without_a_script(owner, desk):
    """The button gives one more row, keeps what was typed and saves nothing."""
    path = f"{desk}/news/new/"
    typed = {"words.title.en": "News", "words.links.0.url": "https://example.org/a"}
    page = send(owner, path, typed, more="words.links")
    assert page.status_code == 200
    assert "words.links.2.url" in page.text
    assert 'value="https://example.org/a"' in page.text
    form = form_on(page, has="print")
    page = owner.post(
        path, {**fields_of(form, {"words.links.2.url": "https://example.org/b"}), "more": "words.links"}
    )
    assert 'value="https://example.org/b"' in page.text
    assert [what for what, *_ in steps()] == ["import"]


def test_a_name_that_is_in_the_book_stays(owner, desk):
    """A published stage keeps its name; the page offers no input for another."""
    assert 'name="id" value="phones-off"' in owner.get(f"{desk}/stages/phones-off/").text
    assert 'type="hidden" name="id"' in owner.get(f"{desk}/stages/phones-off/").text


def test_a_thing_without_a_fit_name_can_be_opened_and_mended(owner, desk):
    """A name with a space is kept as it was typed, has an address of its own, and can be changed."""
    answer = send(
        owner, f"{desk}/targets/new/", {"words.name.en": "Orange", "sort": "company", "id": "or ange"}
    )
    assert answer.headers["Location"] == f"{desk}/targets/~2/"
    assert send(owner, f"{desk}/targets/~2/", {"id": "orange"}).headers["Location"] == f"{desk}/targets/"
    assert thing("targets", "orange")


def test_two_people_change_two_things(owner, editor, desk):
    """Each change is kept, whoever was first."""
    theirs = editor.get(f"{desk}/stages/unlike/")
    send(owner, f"{desk}/stages/phones-off/", {"words.title.en": "All phones off"})
    send(owner, f"{desk}/targets/new/", {"words.name.en": "Orange", "sort": "company"})
    editor.post(
        f"{desk}/stages/unlike/", fields_of(form_on(theirs, has="print"), {"words.title.en": "Unlike them"})
    )
    assert thing("stages", "phones-off")["words"]["title"] == {"en": "All phones off"}
    assert thing("stages", "unlike")["words"]["title"] == {"en": "Unlike them"}
    assert thing("targets", "orange")


def test_two_people_change_one_thing(owner, editor, desk):
    """The second is told what the first changed, keeps what was typed, and decides."""
    path = f"{desk}/stages/unlike/"
    theirs = editor.get(path)
    send(owner, path, {"opens": "2016-02-27"})
    page = editor.post(path, fields_of(form_on(theirs, has="print"), {"words.title.en": "Unlike them"}))
    assert page.status_code == 409
    assert "Someone else changed this in the meantime." in page.text
    differences = {str(one.label): (one.before, one.after) for one in page.context["conflict"].differences}
    assert differences["Opens"] == ("2016-02-26", "2016-02-27")
    assert 'value="Unlike them"' in page.text
    assert thing("stages", "unlike")["words"]["title"] == {"en": "Unlike"}
    again = editor.post(path, fields_of(form_on(page, has="print")))
    assert again.headers["Location"] == f"{desk}/stages/"
    assert thing("stages", "unlike")["words"]["title"] == {"en": "Unlike them"}


def test_what_someone_else_removed_can_be_kept(owner, editor, desk):
    """Typing into a thing that another removed loses nothing: it can be kept as a new one."""
    path = f"{desk}/stages/unlike/"
    theirs = editor.get(path)
    send(owner, f"{desk}/stages/", action="/stages/unlike/remove/")
    page = editor.post(path, fields_of(form_on(theirs, has="print"), {"words.title.en": "Unlike them"}))
    assert "Someone else removed this" in page.text
    editor.post(path, fields_of(form_on(page, has="print")))
    assert thing("stages", "unlike")["words"]["title"] == {"en": "Unlike them"}


def test_a_second_page_of_a_thing_that_moved_finds_it(owner, editor, desk):
    """Addresses by position are only hints: a removal before it does not lead the change to a neighbour."""
    for name in ("a b", "c d"):
        send(owner, f"{desk}/targets/new/", {"words.name.en": name, "sort": "company", "id": name})
    theirs = editor.get(f"{desk}/targets/~3/")
    send(owner, f"{desk}/targets/", action="/targets/~2/remove/")
    editor.post(f"{desk}/targets/~3/", fields_of(form_on(theirs, has="print"), {"id": "second"}))
    assert [one["id"] for one in draft().document["targets"]] == ["inwi", "meditel", "second"]


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "\"'><img src=x onerror=alert(1)>",
        "\u202eevil\u202c",
        "x" * 20_000,
        "a\x00b",
    ],
)
def test_hostile_words_are_words(owner, desk, words):
    """Scripts are shown as text, direction overrides are kept and named, long text is kept and measured."""
    answer = send(owner, f"{desk}/stages/unlike/", {"words.title.en": words})
    page = owner.get(answer.headers["Location"])
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    assert "<img src=x" not in page.text
    assert thing("stages", "unlike")["words"]["title"]["en"] == words.replace("\x00", "")
    for path in ("/", "/stages/", "/publish/", "/preview/"):
        assert owner.get(f"{desk}{path}").status_code == 200


def test_a_text_that_no_draft_can_hold_comes_back_to_the_page(owner, desk, settings):
    """More than a draft may hold is refused with a sentence, and what was typed stands in the page."""
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = None
    page = send(owner, f"{desk}/stages/unlike/", {"words.text.en": "word " * 1_200_000})
    assert page.status_code == 422
    assert "longer than" in page.text
    assert "word word" in page.text


def test_a_missing_thing_is_not_found(owner, desk):
    """An address of nothing is a 404 in words."""
    for path in ("/stages/nothing/", "/nothing/", "/stages/~99/", "/stages/~x/"):
        assert owner.get(f"{desk}{path}").status_code == 404


def test_the_campaign_itself_is_edited_too(owner, desk):
    """Its summary and dates change, its id does not, whatever is sent."""
    send(owner, f"{desk}/campaign/", {"words.slogan.fr": "Nos voix", "id": "another"})
    own = draft().document["campaign"]
    assert (own["id"], own["words"]["slogan"]) == ("somewhere-2016", {"fr": "Nos voix"})


def test_erased_things_are_shown_and_not_edited(owner, desk):
    """Where the words were deleted there is nothing to type, and the page says why."""
    owner.post(f"{desk}/stands/s1/erase/", {"why": "request"})
    page = owner.get(f"{desk}/stands/s1/")
    assert "words of this were deleted" in page.text
    assert "words.name.en" not in page.text
    assert "words deleted" in owner.get(f"{desk}/stands/").text
