"""Who works on a campaign: roles given and taken, never without an owner, each step in a sealed trail."""

import pytest
from django.db import DatabaseError, connection, transaction

from sawtna.campaigns import reads
from sawtna.campaigns.actions.add_member import add_member
from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.remove_member import remove_member
from sawtna.campaigns.core.roles import VERBS
from sawtna.campaigns.models import Membership, Trail
from sawtna.campaigns.seals import KEPT
from sawtna.ledger.refusals import Refused

from tests.campaigns.square import C, steps
from tests.house.plan import SOURCE

pytestmark = pytest.mark.stores


def refusal(action, *arguments):
    """The code with which an action refuses."""
    with pytest.raises(Refused) as refused:
        action(*arguments)
    assert str(refused.value)
    return refused.value.code


def test_an_owner_gives_roles_and_others(people, imported):
    """A role is given, then changed; there is one for each person and campaign."""
    add_member(C, people["stranger"], "moderator", people["owner"])
    add_member(C, people["stranger"], "editor", people["owner"])
    assert reads.role_of(people["stranger"], C) == "editor"
    assert [member.user.email.split("@")[0] for member in reads.members_of(C)] == [
        "owner", "editor", "moderator", "stranger",
    ]  # fmt: skip
    assert {member.campaign for member in reads.memberships_of(people["stranger"])} == {C, "elsewhere"}


def test_only_owners_and_the_host_give_roles(people, imported):
    """Nobody makes himself an owner."""
    for name in ("editor", "moderator", "stranger"):
        assert refusal(add_member, C, people[name], "owner", people[name]) == "not_allowed"
    add_member(C, people["stranger"], "owner")
    assert reads.role_of(people["stranger"], C) == "owner"


def test_a_role_needs_a_campaign_and_a_name_that_there_is(people, imported):
    """A campaign that is only a draft is one too."""
    assert refusal(add_member, "nowhere", people["owner"], "owner") == "unknown_campaign"
    assert refusal(add_member, C, people["owner"], "king") == "unknown_role"


def test_the_last_owner_stays(people, imported):
    """Neither removed, nor made an editor, nor able to leave, until there is another."""
    owner = people["owner"]
    for arguments in ((C, owner), (C, owner, owner)):
        assert refusal(remove_member, *arguments) == "last_owner"
    assert refusal(add_member, C, owner, "editor", owner) == "last_owner"
    assert reads.is_last_owner(owner, C)
    add_member(C, people["editor"], "owner", owner)
    assert not reads.is_last_owner(owner, C)
    remove_member(C, owner, owner)
    assert reads.role_of(owner, C) is None


def test_everyone_may_leave_and_only_an_owner_removes_others(people, imported):
    """Work on a campaign is nobody's duty."""
    assert refusal(remove_member, C, people["moderator"], people["editor"]) == "not_allowed"
    remove_member(C, people["editor"], people["editor"])
    remove_member(C, people["moderator"], people["owner"])
    assert [member.role for member in reads.members_of(C)] == ["owner"]
    assert refusal(remove_member, C, people["stranger"], people["owner"]) == "no_member"


def test_the_database_refuses_a_second_role_and_an_unknown_one(people):
    """Whatever a program does."""
    for fields in ({"user": people["owner"], "role": "editor"}, {"user": people["stranger"], "role": "king"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Membership.objects.create(campaign=C, **fields)


def test_what_one_may_do_is_read_by_role(people, imported):
    """The desk asks before it shows a button; the action asks again."""
    assert all(reads.is_allowed(people["owner"], C, verb) for verb in VERBS)
    assert not any(reads.is_allowed(people["stranger"], C, verb) for verb in VERBS)


def test_the_trail_tells_who_did_what(people, imported):
    """Newest first, the host without a name; an account that is gone leaves its steps behind."""
    add_member(C, people["stranger"], "editor", people["owner"])
    open_draft(C, people["stranger"])
    people["stranger"].delete()
    found = [(step.what, who and who.email) for step, who in reads.trail_of(C)]
    assert found == [("open", None), ("add-member", "owner@example.org"), ("import", None)]
    assert reads.trail_of("elsewhere") == []


def test_the_trail_holds_no_words(people, imported):
    """Ids, roles and indices only, so that nothing has to be erased from it."""
    add_member(C, people["stranger"], "editor", people["owner"])
    about = [step.about for step in Trail.objects.all()]
    assert about == [{}, {"member": people["stranger"].pk, "role": "editor"}]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE campaigns_trail SET what = 'nothing'",
        "DELETE FROM campaigns_trail",
        "INSERT OR REPLACE INTO campaigns_trail SELECT id, at, 'nothing', campaign, about, entries, who_id FROM campaigns_trail",
        "TRUNCATE campaigns_trail",
    ],
)
def test_the_database_refuses_to_change_a_step(imported, statement):
    """Raw SQL, replacing rows, emptying the table: the trail is as it was."""
    spoken = {"INSERT OR": "sqlite", "TRUNCATE": "postgresql"}
    if any(statement.startswith(words) and connection.vendor != vendor for words, vendor in spoken.items()):
        pytest.skip("another engine's words")
    before = steps()
    with (
        pytest.raises(DatabaseError, match=KEPT.partition(":")[0]),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert steps() == before


def test_the_orm_cannot_change_a_step_either(imported):
    """Saving and deleting are refused."""
    step = Trail.objects.get()
    for change in (step.save, step.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_nothing_in_the_source_breaks_the_seal():
    """Only tests empty the tables."""
    callers = [
        path.name
        for path in SOURCE.rglob("*.py")
        if "unsealed(" in path.read_text(encoding="utf-8") and path.name != "seals.py"
    ]
    assert callers == []
