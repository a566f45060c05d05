"""What the sections of a campaign are called at the desk, what each is for, and in which order they stand beside the work."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Section:
    """The words around one section of a campaign."""

    name: str
    title: Words
    about: Words
    add: Words


SECTIONS = (
    Section(
        "targets",
        _("Targets"),
        _("The companies and authorities that the campaign addresses."),
        _("Add a target"),
    ),
    Section("stages", _("Stages"), _("The steps of the campaign, each with its dates."), _("Add a stage")),
    Section(
        "moments",
        _("Moments"),
        _("Dated facts of the block. They move the clock of days without calls."),
        _("Add a moment"),
    ),
    Section(
        "rolls",
        _("Rolls"),
        _(
            "For pledges and polls that are taken here: how people show to be one person, since when and until when, and when "
            "choices become public."
        ),
        _("Add a roll"),
    ),
    Section(
        "vouchings",
        _("Vouching"),
        _("For rolls in which people who take part vouch for newcomers."),
        _("Add a vouching"),
    ),
    Section(
        "ballots", _("Pledges and polls"), _("What people promise or choose."), _("Add a pledge or poll")
    ),
    Section("letters", _("Letters"), _("Letters and petitions with their signatures."), _("Add a letter")),
    Section(
        "events", _("Events"), _("An award, a concert: what people take a stand about."), _("Add an event")
    ),
    Section(
        "stands",
        _("Stands"),
        _("What public people and groups did in public. Their names can be deleted later at their request."),
        _("Add a stand"),
    ),
    Section(
        "replies",
        _("Replies"),
        _("What the targets answered. Each stops a clock of silence."),
        _("Add a reply"),
    ),
    Section(
        "issuers",
        _("Other issuers"),
        _("Organisations beside the site that must also let people in, so that no host can invent voters."),
        _("Add an issuer"),
    ),
    Section(
        "relays",
        _("Relays"),
        _(
            "Organisations that open and mix sealed votes, so that this site sees who comes and not what they choose. A roll "
            "names its relay before it is published."
        ),
        _("Add a relay"),
    ),
    Section("news", _("News"), _("What you tell the people who follow."), _("Add news")),
    Section("press", _("Press"), _("Articles about the campaign."), _("Add an article")),
    Section(
        "topics", _("Questions"), _("A question to which several claims give an answer."), _("Add a question")
    ),
    Section(
        "claims", _("Claims"), _("Figures as others stated them: stated, not counted here."), _("Add a claim")
    ),
    Section(
        "readings",
        _("Follower counts"),
        _("How many followers a page had at a time, read by you or a collector."),
        _("Add a count"),
    ),
)
SECTION_OF_NAME = {section.name: section for section in SECTIONS}
