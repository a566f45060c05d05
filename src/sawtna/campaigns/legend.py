"""The square's words for its kinds, fields, units and rules, as the pages of the book show them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sawtna.campaigns.legend_of_casting import CASTING
from sawtna.ledger.legend import KindName, Legend

RULES = {
    **CASTING.rules,
    "a_minute": _(
        "The stated figure, brought to one minute: a second counts sixty times, an hour or a day is divided. Rounded down."
    ),
    "count_items": _(
        "Counts the things that these entries put into the book. What was taken back does not count, nor a stand whose "
        "words were erased; what was written again counts once."
    ),
    "days_blocked": _(
        "Counts the days from the day on which the newest block began to the day on which calls came back, or to today. Days on "
        "which the block was only eased are counted too."
    ),
    "days_of_stage": _(
        "Counts the days of the stage, its first and its last day included. A stage without an end runs until today or until "
        "the campaign ends."
    ),
    "days_silent": _(
        "Counts the days since the campaign opened or since the last answer, whichever is later, until today or until the "
        "campaign ends."
    ),
    "farthest_of_one_day": _(
        "Of the claims that speak of the same day, takes the two that lie farthest apart and divides the higher by the lower, "
        "rounded down. Figures of different days do not contradict each other."
    ),
    "highest_claim": _(
        "The highest figure that any of these claims states. Rates are compared by the minute."
    ),
    "lowest_claim": _("The lowest figure that any of these claims states. Rates are compared by the minute."),
    "newest_claim": _(
        "The figure of the newest of these claims. It was stated by its source, not counted here."
    ),
    "newest_reading": _("The newest reading of the follower count."),
    "stated": _("The figure as its source states it. It was not counted here."),
    "sum_people": _(
        "Adds up the people of these stands. A stand whose words were erased counts nobody any more."
    ),
}

UNITS = {
    **CASTING.units,
    "campaign": ngettext_lazy("%(number)s campaign", "%(number)s campaigns", "count"),
    "claim": ngettext_lazy("%(number)s claim", "%(number)s claims", "count"),
    "day": ngettext_lazy("%(number)s day", "%(number)s days", "count"),
    "follower": ngettext_lazy("%(number)s follower", "%(number)s followers", "count"),
    "item": ngettext_lazy("%(number)s in number", "%(number)s in number", "count"),
    "person": ngettext_lazy("%(number)s person", "%(number)s people", "count"),
    "reply": ngettext_lazy("%(number)s answer", "%(number)s answers", "count"),
    "signature": ngettext_lazy("%(number)s signature", "%(number)s signatures", "count"),
    "site": ngettext_lazy("%(number)s site", "%(number)s sites", "count"),
    "stand": ngettext_lazy("%(number)s stand", "%(number)s stands", "count"),
    "thing": ngettext_lazy("%(number)s in number", "%(number)s in number", "count"),
    "times": ngettext_lazy("%(number)s time", "%(number)s times", "count"),
    "vote": ngettext_lazy("%(number)s vote", "%(number)s votes", "count"),
}

KINDS = {
    **CASTING.kinds,
    "ballot": KindName(
        _("Pledge or poll"), _("A pledge or a poll with its options. A changed question is a new one.")
    ),
    "campaign": KindName(
        _("Campaign"),
        _("A campaign: its country, since when it runs, and whether it is real, an example or a simulation."),
    ),
    "claim": KindName(
        _("Claim"), _("A figure as the press or someone else stated it. It was not counted here.")
    ),
    "close": KindName(_("End of a vote"), _("Votes that come later do not count.")),
    "event": KindName(_("Event"), _("An event with sponsors about which people took stands.")),
    "letter": KindName(_("Letter or petition"), _("A letter or petition for which people signed.")),
    "moment": KindName(
        _("Moment"), _("A dated fact of the story. Some start or stop the count of days without calls.")
    ),
    "news": KindName(_("News"), _("What the organisers tell.")),
    "press": KindName(_("Press"), _("An article about the campaign.")),
    "reading": KindName(_("Reading"), _("A count of followers at a time, from a source.")),
    "relay": KindName(
        _("Relay"),
        _("Another organisation that opens sealed votes and mixes them, without seeing who sent them."),
    ),
    "reply": KindName(_("Answer"), _("What a company or authority answered in public.")),
    "roll": KindName(_("Roll"), _("Ballots that share one list of those who may vote.")),
    "stage": KindName(_("Stage"), _("A step of the campaign with its dates.")),
    "stand": KindName(
        _("Stand"), _("What someone did in public. The name is among the words, which can be deleted.")
    ),
    "target": KindName(_("Target"), _("A company or authority that the campaign addresses.")),
    "topic": KindName(_("Question"), _("A question to which several claims give an answer.")),
}

FIELDS = {
    **CASTING.fields,
    "apps": _("Apps"), "ask": _("What is asked"), "asks": _("Signatures wanted"), "asn": _("Networks (AS numbers)"),
    "ballot": _("Pledge or poll"), "by": _("Read by"), "c": _("Campaign"), "closes": _("Closes"),
    "condition": _("Condition"), "counting": _("Way of counting"), "country": _("Country"), "doubted": _("Doubted"),
    "effect": _("Effect on the block"), "ev": _("Fingerprint of the evidence"), "event": _("Event"),
    "every": _("Seconds between batches"), "g": _("Signature"), "high": _("Upper figure"), "how": _("How it is known"),
    "id": _("Name in the book"), "issuers": _("Who lets people vote"), "kinds": _("Ways to show to be a person"),
    "kmin": _("Fewest votes in a batch"), "letter": _("Letter"), "links": _("Sources"), "mark": _("Real, example or simulation"),
    "max": _("Most choices"), "metric": _("What is counted"), "min": _("Fewest choices"), "name": _("Name"),
    "need": _("Issuers needed"), "note": _("Note"), "on": _("Date"), "opens": _("Opens"), "option": _("Option"),
    "options": _("Options"), "outlet": _("Outlet"), "page": _("Page"), "pages": _("Pages"), "people": _("People"),
    "pk": _("Key to which votes are sealed"),
    "per": _("In each"), "precision": _("Precision"), "problem": _("What is doubtful"), "quality": _("How exact"),
    "relay": _("Relay"), "role": _("Role"), "roll": _("Roll"), "says": _("What it says"),
    "sealed": _("Sealed votes that nobody opened in time"), "share_bp": _("Share, in hundredths of a per cent"),
    "slogan": _("Slogan"), "sort": _("Sort"), "sponsors": _("Sponsors"), "stage": _("Stage"), "stance": _("Stance"),
    "state": _("What they did"), "summary": _("Summary"), "taken": _("Where it is taken"), "target": _("Target"),
    "targets": _("Targets"), "title": _("Title"), "topic": _("Question"), "unit": _("Unit"), "url": _("Address"),
    "relay.vk": _("Key of the relay’s requests"), "value": _("Figure"), "zone": _("Time zone"),
}  # fmt: skip

SQUARE = Legend(rules=RULES, units=UNITS, kinds=KINDS, fields=FIELDS)
