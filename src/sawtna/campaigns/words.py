"""The square's own words for the choices of its entries: what a state or a stance is called on a page."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

NAMES = {
    "mark": {
        "real": gettext_lazy("Campaign"),
        "example": gettext_lazy("Example"),
        "simulation": gettext_lazy("Simulation"),
    },
    "target": {"company": gettext_lazy("Company"), "authority": gettext_lazy("Authority")},
    "stage": {
        "announced": pgettext_lazy("stage", "announced"),
        "open": pgettext_lazy("stage", "open"),
        "over": pgettext_lazy("stage", "over"),
    },
    "sort": {
        "unlike": gettext_lazy("Unlike drive"),
        "phones-off": gettext_lazy("Phones off"),
        "boycott": gettext_lazy("Boycott"),
        "letter": gettext_lazy("Letter"),
        "custom": gettext_lazy("Step"),
    },
    "effect": {
        "blocked": gettext_lazy("Calls blocked"),
        "extended": gettext_lazy("Block extended"),
        "eased": gettext_lazy("Block eased"),
        "restored": gettext_lazy("Calls restored"),
    },
    "stand": {
        "withdrew": pgettext_lazy("stand", "withdrew"),
        "conditional": pgettext_lazy("stand", "stays on a condition"),
        "resumed": pgettext_lazy("stand", "resumed"),
        "endorsed": pgettext_lazy("stand", "endorsed"),
    },
    "stance": {
        "defends": gettext_lazy("defends the block"),
        "defers": gettext_lazy("points to another"),
        "promises": gettext_lazy("promises a change"),
        "acts": gettext_lazy("acts"),
        "regrets": gettext_lazy("regrets"),
    },
    "how": {
        "press": gettext_lazy("Known from the press."),
        "domain": gettext_lazy("Shown by a word on their own site."),
        "signature": gettext_lazy("Shown by a signature."),
        "manual": gettext_lazy("Entered by the organisers."),
    },
    "via": {
        "mobile": gettext_lazy("Mobile data"),
        "fixed": gettext_lazy("Fixed line"),
        "wifi": gettext_lazy("Wi-Fi"),
        "satellite": gettext_lazy("Satellite"),
        "unknown": gettext_lazy("Kind of access not told"),
    },
    "stretch": {
        "blocked": gettext_lazy("Calls are blocked"),
        "degraded": gettext_lazy("Calls are degraded"),
        "open": gettext_lazy("Calls get through"),
        "mixed": gettext_lazy("Now one, now the other"),
    },
    "ballot": {"pledge": gettext_lazy("Pledge"), "poll": gettext_lazy("Poll")},
}

# How exact a stated figure is; the figure carries its own link, so it is given as it shall stand.
QUALITIES = {
    "exact": None,
    "about": gettext_lazy("about %(amount)s"),
    "over": gettext_lazy("more than %(amount)s"),
    "nearly": gettext_lazy("nearly %(amount)s"),
    "under": gettext_lazy("fewer than %(amount)s"),
}
RANGE = gettext_lazy("%(low)s to %(high)s")
