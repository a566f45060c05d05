"""The words for every choice that an entry can hold, by field; where a kind has its own, by kind and field."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

CHOICES: dict[str, dict[str, Words]] = {
    "mark": {
        "real": _("Real: it happens, or happened"),
        "example": _("Example: made of true facts, to show what Sawtna does"),
        "simulation": _("Simulation: invented, for trying things out"),
    },
    "effect": {
        "blocked": _("Calls are blocked from here on"),
        "extended": _("The block reaches further"),
        "eased": _("The block is eased"),
        "restored": _("Calls work again"),
    },
    "state": {
        "withdrew": _("Withdrew"),
        "conditional": _("Set a condition"),
        "resumed": _("Came back"),
        "endorsed": _("Endorsed the campaign"),
    },
    "stance": {
        "defends": _("Defends the block"),
        "defers": _("Points at someone else"),
        "promises": _("Promises a change"),
        "acts": _("Does something"),
        "regrets": _("Regrets"),
    },
    "how": {
        "press": _("Press"),
        "domain": _("On their own site or page"),
        "signature": _("Signed"),
        "manual": _("They told us; we checked"),
    },
    "metric": {
        "followers": _("Followers"),
        "followers-lost": _("Followers lost"),
        "pledged": _("People who pledged"),
        "signatures": _("Signatures"),
        "votes": _("Votes"),
        "left": _("People who left"),
        "sites": _("Sites"),
        "days": _("Days"),
        "other": _("Something else"),
    },
    "quality": {
        "exact": _("exactly"),
        "about": _("about"),
        "over": _("more than"),
        "nearly": _("nearly"),
        "under": _("less than"),
    },
    "per": {"second": _("second"), "minute": _("minute"), "hour": _("hour"), "day": _("day")},
    "unit": {
        "person": _("people"),
        "follower": _("followers"),
        "signature": _("signatures"),
        "vote": _("votes"),
        "site": _("sites"),
        "follower-a-minute": _("followers a minute"),
    },
    "taken": {"here": _("Here, on this site"), "elsewhere": _("Elsewhere, or in the past")},
    "counting": {
        "single": _("One option"),
        "approval": _("All options that they agree with"),
        "ranked": _("Options in order of preference"),
    },
    "kinds": {
        "email": _("A code by e-mail"),
        "invite": _("Invitation codes on paper"),
        "peer": _("Vouching by people who take part"),
        "pow": _("Work of the browser"),
        "sms": _("A code by SMS"),
    },
    "mode": {
        "quiet": _("Quiet: once a day, when at least 50 wait"),
        "lively": _("Lively: every ten minutes, when at least 10 wait"),
        "close": _("At close: all at once, at the end"),
    },
    "precision": {
        "exact": _("To the last digit"),
        "rounded-10": _("Rounded to 10"),
        "rounded-100": _("Rounded to 100"),
        "rounded-1000": _("Rounded to 1,000"),
        "rounded-10000": _("Rounded to 10,000"),
        "rounded-100000": _("Rounded to 100,000"),
        "at-least": _("At least"),
    },
}
CHOICES_OF: dict[tuple[str, str], dict[str, Words]] = {
    ("target", "sort"): {"company": _("Company"), "authority": _("Authority")},
    ("stage", "sort"): {
        "unlike": _("Unlike drive"),
        "phones-off": _("Phones off"),
        "boycott": _("Boycott of bills and top-ups"),
        "letter": pgettext_lazy("a sort of stage", "Letter or petition"),
        "custom": pgettext_lazy("a sort of stage", "Something else"),
    },
    ("ballot", "sort"): {"pledge": _("Pledge"), "poll": _("Poll")},
}


def choices_of(kind: str, field: str) -> dict[str, Words]:
    """The choices of a field in the order in which they are offered."""
    return CHOICES_OF.get((kind, field), CHOICES.get(field, {}))


# Why words are deleted: of the book's STRIKE_REASONS those that fit.
ERASE_REASONS: dict[str, Words] = {
    "request": _("The person asked for it"),
    "mistake": _("It was a mistake"),
    "court": _("A court or authority ordered it"),
    "abuse": _("It was abuse"),
}

# What roles may do, in the order of the table of rights (`core.roles.MAY`).
RIGHTS: dict[str, Words] = {
    "look": _("See the draft, its preview and its file"),
    "moderate": _("Edit stands and replies"),
    "edit": _("Edit everything else"),
    "publish": _("Publish"),
    "erase": _("Delete words"),
    "read-trail": _("See who did what"),
    "change-members": _("Invite, change and remove members"),
    "withdraw": _("Take the whole campaign back"),
}

# What the trail says was done.
DEEDS: dict[str, Words] = {
    "start": _("Opened the campaign"),
    "open": _("Began a draft from the book"),
    "save": _("Changed the draft"),
    "publish": _("Published"),
    "import": _("Imported a file into the book"),
    "discard": _("Threw the changes of the draft away"),
    "erase": _("Deleted the words of %(name)s"),
    "withdraw": _("Took the campaign back"),
    "export": _("Downloaded the campaign as a file"),
    "make-invitations": _("Made %(count)s invitation codes for %(name)s"),
    "add-member": _("Made %(member)s %(role)s"),
    "remove-member": _("Removed %(member)s"),
}
