"""The book's own words for its kinds, fields, units and rules."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sawtna.ledger.legend import KindName, Legend

RULES = {
    "count_entries": _("It is the number of all entries of the book, from the first on."),
    "count_kind": _(
        "It is the number of entries of this kind. Entries that were struck or erased later are still entries."
    ),
    "count_unknown": _(
        "It is the number of entries of a kind that this version of Sawtna does not know. They change no number."
    ),
}

UNITS = {"entry": ngettext_lazy("%(number)s entry", "%(number)s entries", "count")}

KINDS = {
    "site": KindName(_("Title of the book"), _("Says whose book this is and which key signs it.")),
    "rules": KindName(_("Rules"), _("Says which version of the rules for numbers holds from here on.")),
    "release": KindName(
        _("Release"), _("Says which files the site gives to browsers, each by its fingerprint.")
    ),
    "erase": KindName(
        _("Erasure"), _("The words of an earlier entry were deleted. Copies must drop them too.")
    ),
    "void": KindName(_("Annulment"), _("An earlier entry does not count from here on.")),
    "note": KindName(_("Statement"), _("A statement of whoever keeps this book.")),
    "batch": KindName(_("Batch"), _("Closes a batch of votes that were added together.")),
}

FIELDS = {
    "b": _("Ballot, by its entry"),
    "cm": _("Fingerprint of the words"),
    "files": _("Files"),
    "fold": _("Version of the rules"),
    "i": _("Entry that it is about"),
    "k": _("Kind"),
    "n": _("How many"),
    "origin": _("Address of the log"),
    "path": _("File"),
    "policy": _("Whose signatures count"),
    "promise": _("Key for promises"),
    "sha256": _("Fingerprint"),
    "software": _("Software"),
    "t": _("Time"),
    "text": _("Text"),
    "v": _("Version of the format"),
    "version": _("Version"),
    "vkey": _("Key of the log"),
    "why": _("Why"),
}

BOOK = Legend(rules=RULES, units=UNITS, kinds=KINDS, fields=FIELDS)
