"""Importing and exporting campaigns: all or nothing, only what is new, and a round trip that loses nothing."""

import json
from importlib import resources

import pytest

from sawtna.campaigns import reads
from sawtna.campaigns.actions.erase_words import erase_words
from sawtna.campaigns.actions.export_campaign import export_campaign
from sawtna.campaigns.actions.import_campaign import import_campaign
from sawtna.campaigns.core.document import write_document
from sawtna.campaigns.models import Membership
from sawtna.ledger import reads as book
from sawtna.ledger.refusals import Refused

from tests.campaigns.core.documents import said, small
from tests.campaigns.square import C, changed, in_book, same, size, steps, without

pytestmark = pytest.mark.stores


def test_an_imported_campaign_is_published_at_once(imported):
    """Its entries are in the book, its page tells its story, its numbers are folded."""
    assert imported.entries == tuple(range(1, 1 + len(imported.entries)))
    assert (imported.new, imported.newer, imported.gone) == (len(imported.entries), 0, 0)
    assert book.head().size == size() == 1 + len(imported.entries)
    assert same(in_book(), small())
    assert reads.story(C).campaign.words["title"] == said("Somewhere")
    assert book.number(f"{C}/days-without-calls").value == 304


def test_an_export_is_the_file_that_was_imported(open_square):
    """Byte for byte, in the one spelling of a campaign file."""
    data = write_document(small()).encode()
    import_campaign(data)
    assert export_campaign(C).encode() == data


def test_importing_an_export_writes_nothing(imported):
    """The book says it already."""
    before = size()
    written = import_campaign(export_campaign(C).encode())
    assert (written.entries, size()) == ((), before)


def test_the_example_goes_in_and_comes_out_unchanged(open_square):
    """The Moroccan campaign of 2016, as it ships."""
    data = (resources.files("sawtna.campaigns") / "examples/morocco-2016.json").read_bytes()
    written = import_campaign(data)
    assert json.loads(export_campaign(written.campaign)) == json.loads(data)
    assert book.number("morocco-2016/days-without-calls").value == 304


def test_a_corrected_file_writes_the_correction_alone(imported):
    """One changed title is one entry, and the number of items stays."""
    written = import_campaign(changed())
    assert (len(written.entries), written.newer) == (1, 1)
    assert reads.story(C).item("news", "second-step").words["title"] == said("Changed")
    assert book.number(f"{C}/news/count").value == 1


def test_what_a_file_no_longer_has_is_annulled(imported):
    """An entry is never taken out of the book: a void says that it does not count."""
    written = import_campaign(without("press"))
    assert (written.gone, book.number(f"{C}/press/count").value) == (1, 0)
    assert book.entry_at(written.entries[0]).body["k"] == "void"


def test_a_bad_file_enters_nothing_and_says_everything(imported):
    """Each fault with its line; the book is as it was."""
    document = small()
    document["stages"][0]["opens"] = "2016-13-01"
    document["replies"][0]["target"] = "orange"
    before = size()
    with pytest.raises(Refused) as refused:
        import_campaign(write_document(document).encode())
    assert (refused.value.code, size()) == ("bad_file", before)
    assert str(refused.value) == "The campaign file has 2 faults, so nothing was imported."
    assert [problem.where for problem in refused.value.problems] == ["stages[0].opens", "replies[0].target"]
    assert all(problem.line for problem in refused.value.problems)


@pytest.mark.parametrize("source", [b"", b"{", b"[]", {}, [], None, 7])
def test_what_is_no_campaign_file_is_refused(open_square, source):
    """Whatever it is, with a sentence."""
    with pytest.raises(Refused) as refused:
        import_campaign(source)
    assert refused.value.code == "bad_file"
    assert size() == 1


@pytest.mark.parametrize("as_bytes", [True, False])
def test_what_the_book_forbids_is_a_fault_of_the_file_too(imported, as_bytes):
    """A ballot that is in the book cannot become another."""
    document = small()
    document["ballots"][0]["kmin"] = 20
    with pytest.raises(Refused) as refused:
        import_campaign(write_document(document).encode() if as_bytes else document)
    (problem,) = refused.value.problems
    assert (refused.value.code, problem.code, bool(problem.line)) == ("bad_file", "ballot-changed", as_bytes)


def test_a_new_campaign_belongs_to_whoever_imports_it(people):
    """Its importer is its owner, at once."""
    document = small()
    document["campaign"]["id"] = "another"
    import_campaign(document, people["stranger"])
    assert reads.role_of(people["stranger"], "another") == "owner"


def test_a_campaign_of_others_cannot_be_taken_over(people, imported):
    """Knowing its name is not enough; and a draft that was never published is protected as well."""
    with pytest.raises(Refused) as refused:
        import_campaign(changed(), people["stranger"])
    assert refused.value.code == "not_allowed"
    assert same(in_book(), small())
    assert Membership.objects.filter(campaign=C).count() == 3


def test_an_editor_may_import_and_a_moderator_may_not(people, imported):
    """Importing is publishing."""
    import_campaign(changed(), people["editor"])
    with pytest.raises(Refused):
        import_campaign(small(), people["moderator"])


def test_importing_and_exporting_leave_a_trail(people, imported):
    """The host has no account; an organiser has one."""
    export_campaign(C, people["moderator"])
    assert steps() == [("import", None, list(imported.entries)), ("export", people["moderator"].pk, [])]


def test_an_old_file_does_not_bring_back_who_was_erased(imported):
    """Safety: the words of a stand stay deleted, also when someone imports the file from before."""
    erase_words(C, "stands", "s1")
    with pytest.raises(Refused) as refused:
        import_campaign(small())
    assert [problem.code for problem in refused.value.problems] == ["erased-again"]


def test_an_unknown_campaign_cannot_be_exported(open_square):
    """With a sentence that names it."""
    with pytest.raises(Refused, match="There is no campaign named nowhere"):
        export_campaign("nowhere")


def test_an_import_that_cannot_be_published_yet_is_not_written_twice(open_square, monkeypatch):
    """Accepted entries count as said, also while they are not under a checkpoint."""
    from sawtna.campaigns import pen

    def full_disk():
        raise Refused("disk_full", "The disk is full.")

    monkeypatch.setattr(pen, "publish_checkpoint", full_disk)
    with pytest.raises(Refused, match="The disk is full"):
        import_campaign(small())
    monkeypatch.undo()
    before = size()
    assert (before > 1, book.head().size) == (True, 1)
    assert import_campaign(small()).entries == ()
    assert book.head().size == size() == before
