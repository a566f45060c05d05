"""What each way of showing to be a person, and each mode of a roll, costs: said beside the choice, before it is made.

The figures of the modes are of a simulation: someone holds everything that the site keeps and knows to the second who got a
code when (decision 60). One in ten means that of a hundred votes ten can be named.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

NOTES: dict[str, dict[str, str | Promise]] = {
    "mode": {
        "quiet": _(
            "The safest that still shows something on the way, and the usual one. Whoever seizes the site and knows when each "
            "person got a code can name 2 votes of 100 where one person comes every two hours, and less than 1 where five come "
            "an hour. Price: readers wait for a day, and a small ballot may show nothing before it closes."
        ),
        "lively": _(
            "Good for a crowd, dangerous for a few. The same person can name 10 votes of 100 where up to five people come an "
            "hour, 7 where fifty come, 2 where three hundred come. And if all ten of a batch choose the same, everybody knows "
            "what each of them chose. Shown at once, without batches, it would be 96 of 100 at five people an hour."
        ),
        "close": _(
            "Names nobody: less than 1 vote of 100, however few come. It also protects people who all choose the same. Price: "
            "until the end only the number of people who were verified is seen."
        ),
    },
    "kinds": {
        "email": _(
            "Almost everyone has an address. But who has many can count many times, and the mail provider knows who asked for a "
            "code. The site keeps no address."
        ),
        "invite": _(
            "You print codes and give each person one. Nobody can count more often than there are codes; who gives two codes to "
            "a friend makes the friend count twice."
        ),
        "peer": _(
            "People who were let in vouch for newcomers who have no address. Friends can vouch for somebody who does not exist, "
            "if enough of them agree. Say under Vouching how many it takes."
        ),
        "pow": _(
            "Never counts as a person; it stands apart in the results. Only a brake, for polls for fun."
        ),
        "sms": _(
            "Off: the operator sees each SMS and so knows who takes part, and the operator may be whom the campaign addresses. "
            "This site sends none."
        ),
    },
    "issuers": {
        "alone": _(
            "The host of this site decides alone who is let in, and could invent voters. Readers see how many were let in, and "
            "in which ways."
        ),
        "together": _(
            "Neither of the two can invent voters without the other. Price: people type two codes out of two mails, and it takes "
            "e-mail alone, as this site alone has the lists of invitations and of vouches; batches and the end wait for the "
            "slower of the two. It opens once the other has shown its keys."
        ),
    },
}
# Not offered: what is ticked already (in a file) can be unticked.
CLOSED = {("kinds", "sms")}


def note_of(field: str, choice: str) -> str | Promise:
    """What a choice costs, or nothing."""
    return NOTES.get(field, {}).get(choice, "")
