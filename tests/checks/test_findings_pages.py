"""The pages of findings, their open data, and the row of a campaign's targets: each figure is what the book gives."""

import csv
import io
import json
import re

import pytest

from tests.checks.found import bodies_of_days, check_body
from tests.house.test_figures import loose_digits

pytestmark = [pytest.mark.stores, pytest.mark.site]
LANGUAGES = ("ar", "fr", "en")


def page(client, path: str) -> str:
    """Ask for a page that must be there."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def many() -> list[dict[str, object]]:
    """Checks of two networks: one opened after a block, on mobile and Wi-Fi; one is blocked; one check of nowhere."""
    return [
        *bodies_of_days("b" * 20 + "o" * 20 + "i"),
        *bodies_of_days("oooooo", start=100, via="wifi"),
        *bodies_of_days("bbbbbb", start=200, net="AS64501", via="fixed"),
        check_body(300, net="AS0", cc="ZZ"),
        check_body(301, day=40, how="browser"),
    ]


def target_named(name: str, *numbers: int):
    """Give a campaign and a target of it with these networks."""
    from sawtna.ledger.actions.append_entries import NewEntry

    campaign = {
        "k": "campaign",
        "c": "calls",
        "country": "MA",
        "zone": "Africa/Casablanca",
        "mark": "real",
        "opens": "2026-01-05",
    }
    target = {"k": "target", "c": "calls", "id": "operator", "sort": "company", "asn": list(numbers)}
    return (
        NewEntry(campaign, {"title": {"en": "Calls"}, "summary": {"en": "Calls are blocked."}}),
        NewEntry(target, {"name": {"en": name}}),
    )


def test_before_anyone_measured_the_page_says_how_to_begin(client, house_of_checks):
    """An empty list would be a dead end: the command is there, and no figure."""
    house_of_checks([])
    shown = page(client, "/en/checks/")
    assert "sawtna check" in shown
    assert "data-number" not in shown
    assert client.get("/en/checks/AS64500/").status_code == 404


def test_every_figure_of_every_page_is_what_the_book_gives(client, house_of_checks):
    """In each language; a digit that is no figure, day, code or quoted word stands nowhere."""
    from sawtna.ledger import reads as book
    from sawtna.ledger.core.figures import shown_by, wrong_figures

    house_of_checks(many(), *target_named("The operator", 64500))
    numbers = book.numbers()
    for language in LANGUAGES:
        for path in ("", "AS64500/", "AS64501/", "data/"):
            shown = page(client, f"/{language}/checks/{path}")
            assert list(wrong_figures(shown, numbers)) == []
            assert loose_digits(shown) == []
            assert "figure-missing" not in shown
            if path != "data/":
                assert len(shown_by(shown).figures) > 5


def test_a_network_shows_since_when_it_is_open_and_was_blocked(client, house_of_checks):
    """The bar, the days and the words say the same; the name is a campaign's, quoted so that an audit compares it."""
    house_of_checks(many(), *target_named("The operator", 64500))
    shown = page(client, "/en/checks/AS64500/")
    assert re.search(r"Calls get through</strong>\s*since <time datetime=\"2026-06-21\">", shown)
    assert re.search(r'<h1><span data-words="\d+" *>The operator</span></h1>', shown)
    assert 'data-number="checks/as64500/via/mobile/stretches/1/hindered" value="20"' in shown
    assert "<code>AS64501</code>" in page(client, "/en/checks/")


def test_a_check_leads_to_its_entry_and_its_file(client, house_of_checks):
    """The address of a file is its hash in hex; whoever follows it can recompute."""
    house_of_checks([check_body(7)])
    shown = page(client, "/en/checks/AS64500/")
    assert f'href="/evidence/{(7).to_bytes(32, "big").hex()}.json"' in shown
    assert 'href="/en/book/1/"' in shown
    assert "sawtna verify" in shown


def test_a_file_that_was_handed_in_stands_on_the_page_of_its_network(client, house_of_checks, settings):
    """From the signed packets to the page: the verdict, the traffic that is hit, and the same bytes to recompute."""
    from sawtna.checks.actions.accept_evidence import accept_evidence
    from sawtna.checks.core.evidence import recompute

    from tests.checks.filed import FAR, NOON, filed, no_whatsapp, run_on_paper

    settings.SAWTNA_FAR_ENDS = [FAR.verifier.vkey]
    house_of_checks([])
    text = filed(run_on_paper(no_whatsapp))
    accepted = accept_evidence(text.encode(), NOON + 60)
    house_of_checks([])
    shown = page(client, "/en/checks/AS36903/")
    assert 'data-number="checks/as36903/via/mobile/flows/whatsapp/hindered" value="1"' in shown
    assert 'data-number="checks/as36903/via/mobile/causes/signature-whatsapp/count" value="1"' in shown
    address = f"/evidence/{accepted.file}.json"
    assert f'href="{address}"' in shown
    answer = client.get(address)
    file = b"".join(answer.streaming_content) if answer.streaming else answer.content
    assert recompute(file.decode())[1].verdict == "blocked"


def test_a_mirror_finds_the_files_and_the_open_data_by_their_links(client, house_of_checks):
    """A mirror follows what a page names; nothing of the findings is reached by a form or a script alone."""
    from sawtna.cli.mirror_links import HTML, links_in, same_host_paths

    house_of_checks([check_body(7)])
    shown = page(client, "/en/checks/AS64500/")
    found = same_host_paths(links_in(HTML, shown), "/en/checks/AS64500/", frozenset())
    assert {"/checks/checks.csv", "/checks/checks.jsonl", "/en/checks/data/", "/en/checks/"} <= set(found)
    assert f"/evidence/{(7).to_bytes(32, 'big').hex()}.json" in found
    assert "/checks/datapackage.json" in links_in(HTML, page(client, "/en/checks/data/"))


def test_the_open_data_says_the_same_in_every_form(client, house_of_checks):
    """CSV, JSON lines and Parquet hold the same rows; the description names their columns and the licence."""
    duckdb = pytest.importorskip("duckdb")
    house_of_checks(many())
    lines = [json.loads(line) for line in page(client, "/checks/checks.jsonl").splitlines()]
    rows = list(csv.DictReader(io.StringIO(page(client, "/checks/checks.csv"))))
    description = json.loads(page(client, "/checks/datapackage.json"))
    assert len(lines) == len(rows) == len(many())
    assert (
        [int(row["entry"]) for row in rows]
        == [line["entry"] for line in lines]
        == list(range(1, len(rows) + 1))
    )
    assert [row["flows"].split() for row in rows] == [line["flows"] for line in lines]
    names = [field["name"] for field in description["resources"][0]["schema"]["fields"]]
    assert names == list(rows[0])
    assert description["licenses"][0]["name"] == "CC-BY-4.0"
    answer = client.get("/checks/checks.parquet")
    assert client.get("/checks/checks.parquet").content == answer.content
    with duckdb.connect() as base:
        place = house_of_checks([]) / "checks.parquet"
        place.write_bytes(answer.content)
        told = base.execute(
            "SELECT entry, net, flows, hop FROM read_parquet(?) ORDER BY entry", [str(place)]
        ).fetchall()
    assert told == [(line["entry"], line["net"], line["flows"], None) for line in lines]


def test_where_parquet_cannot_be_written_the_page_says_so(client, house_of_checks, monkeypatch):
    """Without DuckDB there is no button, and whoever asks for the file reads why and what would help."""
    from sawtna.checks import open_data, reads
    from sawtna.checks.views import findings

    for module in (open_data, findings):
        monkeypatch.setattr(module, "has_parquet", lambda: False)
    house_of_checks([check_body(1)])
    shown = page(client, "/en/checks/data/")
    assert "checks.parquet" not in shown
    assert "sawtna[data]" in shown
    assert client.get("/checks/checks.parquet").status_code == 404
    assert "checks/checks.parquet" not in list(reads.plain_paths())


def test_new_checks_are_read_onwards_and_void_ones_leave(client, house_of_checks):
    """The second reading goes on where the first ended, and gives what a fresh reading gives."""
    from sawtna.checks import told

    house_of_checks(bodies_of_days("bbb"))
    assert told.published_findings().networks["AS64500"].all.count == 3
    house_of_checks([*bodies_of_days("oo", start=50, net="AS64501"), {"k": "void", "i": 1, "why": "mistake"}])
    onwards = told.published_findings()
    told._remembered.clear()
    assert onwards == told.published_findings()
    assert {net: one.all.count for net, one in onwards.networks.items()} == {"AS64500": 2, "AS64501": 2}


def test_a_target_shows_what_its_network_does(client, house_of_checks):
    """The campaign reads the numbers of the book by the networks of its target, and leads to their page."""
    house_of_checks(many(), *target_named("The operator", 64501, 64599))
    for path in ("/en/calls/", "/en/calls/targets/operator/"):
        shown = page(client, path)
        assert 'href="/en/checks/AS64501/"' in shown
        assert 'data-number="checks/as64501/via/fixed/recent/hindered" value="6"' in shown
        assert re.search(r"Fixed line: <strong class=\"blocked\">Calls are blocked</strong>", shown)
        assert "checks/AS64599/" not in shown


def test_a_target_whose_networks_nobody_measured_says_where_to_begin(client, house_of_checks):
    """On its own page; the campaign's page stays as it was."""
    house_of_checks([], *target_named("The operator", 64599))
    assert 'href="/en/checks/"' in page(client, "/en/calls/targets/operator/")
    assert "Checks of its network" not in page(client, "/en/calls/")


def test_what_is_published_can_be_audited_and_a_changed_figure_is_found(
    client, house_of_checks, tmp_path, settings, capsys
):
    """The folder holds the pages and the open data; the audit agrees, and names the figure that somebody changed."""
    from sawtna.cli.main import main
    from sawtna.web.actions.collect_static import collect_static
    from sawtna.web.actions.publish_site import publish_site

    settings.STATIC_ROOT = tmp_path / "static"
    collect_static()
    house_of_checks(bodies_of_days("bbbbbbbbbboo"))
    folder = tmp_path / "published"
    publish_site(folder, compress=False)
    assert (folder / "checks" / "checks.csv").read_bytes() == client.get("/checks/checks.csv").content
    network = folder / "fr" / "checks" / "AS64500" / "index.html"
    assert main(["audit", str(folder)]) == 0
    honest = network.read_text(encoding="utf-8")
    shown = 'data-number="checks/as64500/via/mobile/recent/hindered" value="10">10<'
    assert shown in honest
    network.write_text(honest.replace(shown, shown.replace("10<", "12<")), encoding="utf-8")
    capsys.readouterr()
    assert main(["audit", str(folder)]) != 0
    assert "checks/as64500/via/mobile/recent/hindered" in capsys.readouterr().out
