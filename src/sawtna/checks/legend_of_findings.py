"""The instrument's words for the rules and units of its numbers."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

RULES = {
    "count_checks": _(
        "Counts the checks of these entries, of the verdict that the name of the number says. One connection counts "
        "once a day."
    ),
    "count_browser_checks": _(
        "Counts the checks made by browsers. They see less than the program does, and are never mixed with its checks."
    ),
    "count_unplaced_checks": _(
        "Counts the checks of which nobody knows in which network they were made. They say nothing of any network."
    ),
    "count_recent_checks": _(
        "Counts checks as said by the name of the number, in the four weeks up to the newest check of that network. "
        "One connection counts once a day."
    ),
    "count_recent_browser_checks": _(
        "Counts the checks made by browsers, in the four weeks up to the newest check of that network."
    ),
    "count_networks": _("Counts the networks of which there is at least one check."),
    "count_hindering_networks": _(
        "Counts the networks whose newest checks say that calls are blocked or degraded over at least one kind of access."
    ),
    "count_cause": _(
        "Counts the checks that found calls blocked or degraded and name this cause, in the four weeks up to the "
        "newest check of that network. A check may name several."
    ),
    "count_flow_known": _(
        "Counts the checks that could tell how this kind of traffic fares, in the four weeks up to the newest check "
        "of that network."
    ),
    "count_flow_hindered": _(
        "Counts the checks that found this kind of traffic blocked or degraded, in the four weeks up to the newest "
        "check of that network."
    ),
    "share_hindered": _(
        "Divides the checks that found it blocked or degraded by those that came to a result. It is not said of fewer "
        "than ten checks. Rounded down."
    ),
    "share_at_least": _(
        "The lower end of the interval that holds that share in nineteen of twenty cases, by Wilson’s formula. "
        "Rounded down."
    ),
    "share_at_most": _(
        "The upper end of the interval that holds that share in nineteen of twenty cases, by Wilson’s formula. Rounded up."
    ),
    "days_lasted": _(
        "Counts the days from the first to the last measured day of this stretch, both included. A stretch ends where "
        "the days change; of two hundred networks that never change, at most one is ever said to have changed."
    ),
    "count_measured_days": _(
        "Counts the days of this stretch on which most checks came to the same result. Each day has one voice."
    ),
    "count_hindered_days": _(
        "Counts the days of this stretch on which most checks found calls blocked or degraded."
    ),
}

UNITS = {
    "check": ngettext_lazy("%(number)s check", "%(number)s checks", "count"),
    "network": ngettext_lazy("%(number)s network", "%(number)s networks", "count"),
}
