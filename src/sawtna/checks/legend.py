"""The instrument's words for its kind, fields, units and rules, as the pages of the book show them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sawtna.checks.evidence_files import address_of
from sawtna.checks.legend_of_findings import RULES, UNITS
from sawtna.ledger.legend import KindName, Legend

KINDS = {
    "check": KindName(
        _("Check of a network"),
        _("What one test of a network found on one day. The entry holds no address and no time of day."),
    ),
}

FIELDS = {
    "cc": _("Country"),
    "causes": _("What was found"),
    "check.how": _("Measured by"),
    "far": _("Server at the other end"),
    "flows": _("Kinds of traffic"),
    "hop": _("Router behind which it is dropped"),
    "net": _("Network (AS number)"),
    "verdict": _("Verdict"),
    "via": _("Kind of access"),
    "who": _("Where it was measured, as a hash of that day"),
}

INSTRUMENT = Legend(rules=RULES, units=UNITS, kinds=KINDS, fields=FIELDS, links={"check.ev": address_of})
