"""The pages of findings: all networks by country, one network, and the open data. Thin: each asks `reads` and lays out."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_bidi
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.checks import reads
from sawtna.checks.core.findings import VERDICTS, Access, Network, Sort
from sawtna.checks.drawing import Reach, draw_access, draw_interval
from sawtna.checks.open_data import COLUMNS, FORMS, LICENCE, forms_at_hand, has_parquet
from sawtna.checks.views.own_network import probe_port
from sawtna.ledger import reads as book

for_everyone = cache_control(public=True, max_age=60, stale_if_error=86_400)
LATEST = 20  # checks that a network's page lists; all of them are in the open data


def of_findings() -> dict[str, Any]:
    """What every page of findings shows."""
    head = book.head()
    return {
        "numbers": book.numbers(),
        "as_of": head.as_of,
        "head": head,
        "verdicts": VERDICTS,
        "site_address": settings.SAWTNA_ORIGIN,
        "host": urlsplit(settings.SAWTNA_ORIGIN).hostname,
        "probe_port": probe_port(),
        "forms": [form for form in forms_at_hand() if form.name != "description"],
    }


@require_safe
@for_everyone
def show_findings(request: HttpRequest) -> HttpResponse:
    """Show all networks that were checked, by country."""
    found = reads.findings()
    names, rtl = reads.names_of_networks(), get_language_bidi()
    countries = [
        (
            cc,
            f"checks/countries/{cc.lower()}",
            [(one, names.get(one.net), _with_reaches(one, rtl=rtl)) for one in networks],
        )
        for cc, networks in found.countries().items()
    ]
    context = {
        "countries": countries,
        "unplaced": bool(found.unplaced),
        "has_checks": bool(countries or found.unplaced),
    }
    return render(request, "checks/findings.html", {**of_findings(), **context})


@require_safe
@for_everyone
def show_network(request: HttpRequest, net: str) -> HttpResponse:
    """Show what was found of one network."""
    network = reads.network(net)
    if network is None:
        raise Http404(_("Nobody has checked this network yet."))
    return render(request, "checks/network.html", {**of_findings(), **network_context(network)})


def network_context(network: Network) -> dict[str, Any]:
    """What the page of one network is given."""
    rtl = get_language_bidi()
    newest = sorted(network.all.checks, key=lambda check: (check.on, check.index), reverse=True)
    return {
        "network": network,
        "name": reads.names_of_networks().get(network.net),
        "country": network.cc if network.cc != "ZZ" else None,
        "accesses": [
            (access, draw_access(access, rtl=rtl), draw_interval(access.recent.interval, rtl=rtl))
            for access in network.accesses
        ],
        "traffic": [_traffic_of(access, rtl=rtl) for access in network.accesses if access.flows],
        "means": [access for access in network.accesses if access.causes],
        "checks": [(check, reads.file_of(check)) for check in newest[:LATEST]],
        "has_more": len(newest) > LATEST,
    }


def _with_reaches(network: Network, *, rtl: bool) -> list[tuple[Access, Reach | None]]:
    """Each access with the drawing of its share."""
    return [(access, draw_interval(access.recent.interval, rtl=rtl)) for access in network.accesses]


def _traffic_of(access: Access, *, rtl: bool) -> tuple[Access, list[tuple[Sort, Reach | None]], list[Sort]]:
    """The kinds of traffic that are hit, with the drawings of their shares, and those that are spared."""
    hit = [(flow, draw_interval(flow.interval, rtl=rtl)) for flow in access.flows if flow.hit]
    return access, hit, [flow for flow in access.flows if not flow.hit]


@require_safe
@for_everyone
def show_data(request: HttpRequest) -> HttpResponse:
    """Show what the open data holds, and under which licence."""
    context = {"columns": COLUMNS, "licence": LICENCE, "has_parquet": has_parquet()}
    return render(request, "checks/data.html", {**of_findings(), **context})


@require_safe
@for_everyone
def send_data(_request: HttpRequest, file: str) -> HttpResponse:
    """Send all published checks in one form. Anyone may read them from any page."""
    form = next((one for one in FORMS if one.file == file), None)
    if form is None:
        raise Http404
    if form not in forms_at_hand():
        raise Http404(_("This site does not write Parquet: its host has not installed what that takes."))
    found = reads.findings()
    rows = sorted((*found.placed, *found.unplaced), key=lambda check: check.index)
    answer = HttpResponse(form.pack(rows), content_type=form.kind)
    answer["Access-Control-Allow-Origin"] = "*"
    return answer
