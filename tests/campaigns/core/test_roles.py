"""Roles at the desk: who may do what."""

import pytest

from sawtna.campaigns.core.roles import EDITOR, MODERATOR, OWNER, ROLES, VERBS, may


def test_an_owner_may_do_everything():
    """Each campaign needs someone who can."""
    assert all(may(OWNER, verb) for verb in VERBS)


def test_a_stranger_may_do_nothing():
    """Whoever is no member does not even see the draft."""
    assert not any(may(None, verb) or may("guest", verb) for verb in VERBS)


def test_an_editor_writes_and_publishes_but_does_not_choose_members():
    """Nor does an editor erase words or withdraw the campaign."""
    assert [verb for verb in VERBS if may(EDITOR, verb)] == [
        "look",
        "edit",
        "moderate",
        "publish",
        "read-trail",
    ]


def test_a_moderator_erases_and_moderates_but_does_not_write():
    """Someone who answers requests of people needs no more."""
    assert [verb for verb in VERBS if may(MODERATOR, verb)] == ["look", "moderate", "erase", "read-trail"]


def test_only_an_owner_changes_members_and_withdraws():
    """Everyone else stays out of that."""
    assert {role for role in ROLES if may(role, "change-members") or may(role, "withdraw")} == {OWNER}


def test_an_unknown_verb_is_a_fault_of_the_program():
    """It must not pass in silence."""
    with pytest.raises(KeyError):
        may(OWNER, "fly")
