"""Stories of browsers that ask for proofs: witnesses before anything is sent, no second history, receipts to keep."""

from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import expect

from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint, unpack_checkpoint
from sawtna.ledger.core.note import sign_note
from sawtna.ledger.keys import unpack_key

from tests.campaigns.counter.conftest import Town
from tests.cli.real_processes import running, sawtna
from tests.journeys.taking_part import (
    PLACE,
    ask_for_code,
    bring_in,
    choose,
    press,
    says,
    spoken_file,
    step,
    take_part,
)

PATIENCE = 240  # seconds: a batch comes each minute, and the house may be busy


@pytest.fixture(scope="session")
def witnessed_site(open_site, tmp_path_factory):
    """A site whose policy asks for the signature of one witness, a real process."""
    site = open_site("--no-example", SAWTNA_MAIL="file:", SAWTNA_BRAKE="10")
    home = tmp_path_factory.mktemp("witness")
    policy = (site.var / "log/policy").read_text(encoding="utf-8")
    log = next(line.split()[1] for line in policy.splitlines() if line.startswith("log "))
    key = sawtna("witness", "key", "--var", home, "--name", "witness.example/w1").stdout.split()[2]
    with running("witness", "serve", "--var", home, "--port", 0, "--log", log) as (_, address):
        lines = [f"log {log}", f"witness one {key} {address}", "quorum one", ""]
        (site.var / "policy").write_text("\n".join(lines), encoding="utf-8")
        bring_in(site, tmp_path_factory, spoken_file())
        yield site


@pytest.fixture(scope="session")
def base_url(witnessed_site):
    """The stories of this file are about their own site."""
    return witnessed_site.url


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    """A reader of English, who asks that site."""
    return {"base_url": base_url, "locale": "en-US"}


@pytest.fixture
def post(witnessed_site):
    """The mails that were sent."""
    return Town(witnessed_site)


def show_instead(page, change):
    """Let the site show another checkpoint: `change` makes it out of the true one."""
    page.route(
        "**/log/checkpoint",
        lambda route: route.fulfill(body=change(route.fetch().text()), content_type="text/plain"),
    )


def only_by_the_log(note):
    """Without what witnesses signed."""
    return "".join(line for line in note.splitlines(keepends=True) if not line.startswith("— witness"))


def another_history(witnessed_site):
    """A change of the checkpoint: as many entries under another root, signed by the key of the log."""
    key = unpack_key((witnessed_site.var / "keys/log.key").read_text(encoding="utf-8").strip())

    def change(note):
        seen = unpack_checkpoint(note.partition("\n\n")[0] + "\n")
        return sign_note(
            pack_checkpoint(Checkpoint(seen.origin, seen.size, sha256(b"other").digest())), [key]
        )

    return change


def ask(page, address):
    """Choose, type the address, ask for a code; wait for nothing."""
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    page.locator("[name=contact]").fill(address)
    press(page, "ask")


def test_below_the_quorum_nothing_is_blinded_and_nothing_is_sent(page, post, sent):
    """The sentence says to come back; with the witness's signature the same page goes on."""
    show_instead(page, only_by_the_log)
    ask(page, "early@example.org")
    says(page, "unwitnessed")
    assert sent == []
    page.unroute("**/log/checkpoint")
    ask_for_code(page, "early@example.org")
    expect(page.locator("[data-witnessed=yes]")).to_be_visible()


def test_a_second_history_on_one_device_is_named(page, post, sent, witnessed_site):
    """A site that shows a device another book than before gets nothing from it, whoever signed that book."""
    ask(page, "loyal@example.org")
    step(page, "code")
    page.evaluate("indexedDB.deleteDatabase('sawtna')")  # the tokens are gone, the memory of the book is not
    sent.clear()
    show_instead(page, another_history(witnessed_site))
    ask(page, "loyal@example.org")
    says(page, "forked")
    assert sent == []


def test_a_browser_that_keeps_nothing_warns_and_goes_on(page, post):
    """Without IndexedDB, as in some private windows, tokens live as long as the page: one sitting is enough."""
    page.add_init_script("Object.defineProperty(globalThis, 'indexedDB', { value: undefined })")
    take_part(page, post, "private@example.org", "Stop: No bills")
    expect(page.locator("[data-fleeting]")).to_be_visible()
    choose_again = page.locator("[data-do=change]:visible")
    choose_again.click()
    press(page, "withdraw")
    expect(page.locator("input:checked")).to_have_count(0)


def look_until_found(page, mine):
    """Press the button until both casts are in the book: batches of two ballots come one after the other."""
    look = mine.get_by_role("button", name="Look in the book")
    for _ in range(PATIENCE):
        if look.is_hidden():
            return
        if look.is_enabled():
            look.click()
        page.wait_for_timeout(1000)
    pytest.fail(f"not found: {mine.inner_text()}", pytrace=False)


def saved(page, line):
    """What the button of a line gives as a file."""
    with page.expect_download() as waiting:
        line.locator("[data-save]").click()
    return Path(waiting.value.path()).read_bytes(), waiting.value.suggested_filename


def test_a_receipt_is_found_kept_and_forgotten(page, post, witnessed_site, tmp_path, accessible):
    """First the promise, then, once the batch is in the book, the receipt as a file and as a QR code, also after a reload."""
    take_part(page, post, "keeper@example.org", "Stop: No top-ups", "Which: No bills")
    mine = page.locator("[data-receipts]")
    lines = mine.get_by_role("listitem")
    expect(lines).to_have_count(2)
    expect(lines.first).to_contain_text("It is not in the book yet.")
    promise, name = saved(page, lines.first)
    assert name.startswith("sawtna-promise-")
    assert promise.startswith(b"sawtna/v1/promise\n")
    accessible(page)

    page.reload()
    expect(lines).to_have_count(2)
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/log/" in one.url else None)
    look_until_found(page, mine)
    expect(lines.first).to_contain_text("It stands in the book")
    expect(lines.nth(1)).to_contain_text("It stands in the book")
    assert asked
    assert all("/log/checkpoint" in one or "/log/tile/" in one for one in asked)
    assert not any("/tile/entries/" in one for one in asked)

    receipt, name = saved(page, lines.first)
    assert name.endswith(".tlog-proof")
    lines.first.get_by_role("button", name="Show it as a QR code").click()
    expect(mine.get_by_role("img")).to_be_visible()
    accessible(page)
    (tmp_path / "kept").write_bytes(receipt)
    (tmp_path / "promised").write_bytes(promise)
    kept = ("--receipt", tmp_path / "kept", "--promise", tmp_path / "promised")
    done = sawtna("audit", witnessed_site.url, "--no-pages", *kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "was kept" in done.stdout

    page.context.set_offline(True)
    expect(lines.first).to_contain_text("It stands in the book")
    page.context.set_offline(False)
    mine.get_by_role("button", name="Forget on this device").click()
    expect(mine).to_be_hidden()
    page.reload()
    step(page, "choose")
    expect(mine).to_be_hidden()
