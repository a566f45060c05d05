"""The words for what casting writes into the book: keys, invitations, votes, and the numbers counted from them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from sawtna.ledger.legend import KindName, Legend

RULES = {
    "count_checked_in": _("Counts the people who told, after the action was due, whether they did it."),
    "count_choices": _("Counts the people whose last vote chose this option."),
    "count_did": _("Counts the people who told that they did it."),
    "count_did_not": _("Counts the people who told that they did not do it."),
    "count_firsts": _("Counts the people who put this option first."),
    "count_people": _(
        "Counts each person once, by the last valid vote. Votes that do not stand for a person are left out."
    ),
    "count_people_by_kind": _("Counts the people who showed to be a person in this way."),
    "count_rotations": _("Counts how often a key that lets people vote was replaced by another one."),
    "count_unopened": _(
        "Counts the sealed votes of the roll that the relay had not opened when this vote closed. Nobody knows for which of the "
        "roll’s pledges and polls they were."
    ),
    "largest_issued": _(
        "Several issuers let people vote together; this is the number of the one that let in most."
    ),
    "most_people": _("So many people at most can have been let in, as the entries of the issuers say."),
    "pairwise": _("Counts the people who put the one option before the other."),
    "schulze": _(
        "The place of the option by the Schulze method, which compares each option with each other one."
    ),
    "sum_issued": _("Adds up how many times people were let in, as the entries of the issuers say."),
}

UNITS = {
    "key": ngettext_lazy("%(number)s key", "%(number)s keys", "count"),
    "place": ngettext_lazy("%(number)s as its place", "%(number)s as its place", "count"),
    "sealed-cast": ngettext_lazy("%(number)s sealed vote", "%(number)s sealed votes", "count"),
    "token": ngettext_lazy("%(number)s token", "%(number)s tokens", "count"),
}

KINDS = {
    "cast": KindName(_("Vote"), _("What one person chose. Nobody can tell who it was.")),
    "invite": KindName(
        _("Invitations"), _("An organiser fixed the number of invitations before giving them out.")
    ),
    "issued": KindName(
        _("Tokens given"), _("How many people were let in under one key since the last such entry.")
    ),
    "issuer": KindName(
        _("Another issuer"), _("An organisation beside the site that must also let people vote.")
    ),
    "key": KindName(_("Key"), _("The key under which people are let into a vote.")),
    "keyend": KindName(_("End of a key"), _("Nobody is let in under this key any more.")),
    "vouching": KindName(_("Vouching"), _("People who were let in may vouch for newcomers.")),
}

FIELDS = {
    "actions": _("Actions and their days"), "alg": _("Kind of signature"), "cast.c": _("Options chosen, counted from nought"),
    "cast.n": _("Not done"), "cast.t": _("Stamps"), "checkin": _("Last day to tell"), "d": _("Done"),
    "e": _("Exponent of the key"), "h": _("Fingerprint of words"), "issuer": _("Issuer"), "key.n": _("Modulus of the key"),
    "kid": _("Fingerprint of the key"), "kind": _("Way to show to be a person"), "mode": _("Mode"), "p": _("One-time key"),
    "q": _("How often it was changed"), "root": _("Fingerprint of the codes"), "s": _("Stamp"), "sum": _("Sum so far"),
    "vk": _("Public key"), "vouches": _("Vouches needed for one newcomer"),
}  # fmt: skip

CASTING = Legend(rules=RULES, units=UNITS, kinds=KINDS, fields=FIELDS)
