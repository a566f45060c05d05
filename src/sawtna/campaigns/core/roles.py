"""Who may do what at the desk of a campaign."""

from __future__ import annotations

OWNER, EDITOR, MODERATOR = ROLES = ("owner", "editor", "moderator")

# What people do, and who may do it. `look` is the draft, its preview and the export; the book itself is open to everyone.
# `moderate` is editing the sections of MODERATED, and those alone.
MAY: dict[str, frozenset[str]] = {
    "look": frozenset(ROLES),
    "edit": frozenset((OWNER, EDITOR)),
    "moderate": frozenset(ROLES),
    "publish": frozenset((OWNER, EDITOR)),
    "erase": frozenset((OWNER, MODERATOR)),
    "read-trail": frozenset(ROLES),
    "change-members": frozenset((OWNER,)),
    "withdraw": frozenset((OWNER,)),
}
VERBS = tuple(MAY)
MODERATED = frozenset({"stands", "replies"})


def may(role: str | None, verb: str) -> bool:
    """Whether someone in that role (None: no member) may do that; an unknown verb is a fault of the program."""
    return role in MAY[verb]
