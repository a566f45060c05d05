"""The tables of the desk and of casting. Nothing of them is public: what people see is in the book.

Whoever can change these tables can change what is prepared and who may publish it, never what was published.
"""

from sawtna.campaigns.models.casting import BatchClock, Invitation, Notch, SealedCast, Tag, Voice, WaitingCast
from sawtna.campaigns.models.draft import Draft
from sawtna.campaigns.models.membership import Membership
from sawtna.campaigns.models.trail import Trail

__all__ = [
    "BatchClock",
    "Draft",
    "Invitation",
    "Membership",
    "Notch",
    "SealedCast",
    "Tag",
    "Trail",
    "Voice",
    "WaitingCast",
]
