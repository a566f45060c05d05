"""The story of a campaign: versions, what was taken back, what lost its words, and in which order things stand."""

from sawtna.campaigns.core.story import tell

from tests.campaigns.core.bodies import C, campaign, erase, news, void
from tests.campaigns.core.documents import said


def shelf_of(*bodies, words=None):
    """The shelf of these bodies, the first being the campaign."""
    words = words or {}
    return tell((index, body, words.get(index, {})) for index, body in enumerate((campaign(), *bodies)))


def story_of(*bodies, words=None):
    """The story of these bodies."""
    return shelf_of(*bodies, words=words).stories[C]


def test_a_newer_entry_of_the_same_id_is_a_newer_version():
    """The newest counts, all are kept."""
    item = story_of(news("a"), news("a", on="2016-03-02")).item("news", "a")
    assert (item.index, item.first_index, item.body["on"], item.indices) == (2, 1, "2016-03-02", (1, 2))


def test_a_struck_version_lets_the_one_before_show_again():
    """Annulling a correction brings back what it corrected, and both entries belong to the thing."""
    item = story_of(news("a"), news("a", on="2016-03-02"), void(2)).item("news", "a")
    assert (item.index, item.body["on"], item.indices) == (1, "2016-03-01", (1, 2, 3))


def test_a_thing_whose_versions_are_all_struck_is_gone_but_not_forgotten():
    """It is not among the items, and its versions stay in the story."""
    story = story_of(news("a"), void(1))
    assert (story.items("news"), story.item("news", "a")) == ([], None)
    gone = story.sections["news"]["a"]
    assert (gone.body, gone.words, gone.index, gone.is_erased, gone.day) == ({}, {}, -1, False, None)
    assert [version.index for version in story.versions()] == [0, 1]


def test_a_thing_that_comes_back_has_a_new_version():
    """After being taken back, the same id may be told anew."""
    assert story_of(news("a"), void(1), news("a")).item("news", "a").index == 3


def test_only_the_first_void_and_the_first_erase_of_an_entry_count():
    """A second one changes nothing."""
    item = story_of(news("a"), void(1), void(1), erase(1), erase(1)).sections["news"]["a"]
    assert (item.versions[0].struck, item.versions[0].erased) == (2, 4)


def test_erased_words_are_gone_even_where_someone_still_holds_them():
    """The erasure in the book is obeyed, whatever the openings folder says."""
    item = story_of(news("a"), erase(1), words={1: {"title": said("A name")}}).item("news", "a")
    assert (item.is_erased, item.words, item.indices) == (True, {}, (1, 2))


def test_words_are_those_of_the_current_version():
    """Words come with their entry."""
    words = {1: {"title": said("one")}, 2: {"title": said("two")}}
    assert story_of(news("a"), news("a"), words=words).item("news", "a").words == {"title": said("two")}


def test_things_stand_by_day_then_by_minute_then_as_they_came():
    """An interval stands at its beginning, a month at its first day, what has no minute before what has."""
    days = [
        "2016-03-02",
        "2016-03-01T18:00",
        "2016-03",
        "2016-03-01T09:30",
        "2016-03-01/2016-03-09",
        "2016-03-01",
    ]
    story = story_of(*(news(f"n{place}", on=on) for place, on in enumerate(days)))
    assert [item.id for item in story.items("news")] == ["n2", "n4", "n5", "n3", "n1", "n0"]


def test_things_without_a_day_come_first_in_their_order():
    """Targets have no date."""
    target = {"v": 1, "k": "target", "c": C, "sort": "company"}
    story = story_of({**target, "id": "b"}, {**target, "id": "a"})
    assert [item.id for item in story.items("targets")] == ["b", "a"]


def test_what_is_no_campaigns_entry_is_passed_over():
    """The book holds entries of others, and of campaigns that nobody opened."""
    shelf = shelf_of(
        {"v": 1, "k": "note"}, {**news("a"), "c": "nowhere"}, {"v": 1, "k": "close", "b": 1, "t": 2}
    )
    assert list(shelf.stories) == [C]
    assert shelf.stories[C].items("news") == []


def test_a_strike_of_what_is_not_there_changes_nothing():
    """Neither a later entry nor one of another room can be struck here."""
    shelf = shelf_of(void(5), erase(0), void(1), news("a"))
    assert shelf.stories[C].campaign.is_erased
    assert len(shelf.stories[C].items("news")) == 1


def test_a_campaign_that_was_taken_back_is_not_present():
    """Its story is kept for whoever looks at the book, not for the pages; publishing it again brings it back."""
    assert shelf_of(void(0)).present() == []
    assert [story.id for story in shelf_of(void(0), campaign()).present()] == [C]
