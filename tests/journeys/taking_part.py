"""What people do on the page where they take part, and the campaign of these stories in two languages."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.campaigns.counter.conftest import Town, campaign_file

expect.set_options(timeout=60_000)  # a page computes here, perhaps on a machine that is busy

PLACE = "/en/trial/take-part/"
ENGLISH = {
    "title": ("Stop topping up", "Which comes first?"),
    "options": {"top-ups": "No top-ups", "bills": "No bills"},
}
ARABIC = {
    "title": ("أوقفوا التعبئة", "ما الذي يأتي أولا؟"),
    "options": {"top-ups": "لا تعبئة", "bills": "لا فواتير"},
}


def spoken_file():
    """The campaign of the counter's tests, with words in two languages that a reader can tell apart."""
    document = campaign_file()
    for number, ballot in enumerate(document["ballots"]):
        options = {
            name: {"en": ENGLISH["options"][name], "ar": ARABIC["options"][name]}
            for name in ballot["options"]
        }
        title = {"en": ENGLISH["title"][number], "ar": ARABIC["title"][number]}
        ballot["words"] = {"title": title, "options": options}
    return document


def open_with(open_site, tmp_path_factory, document):
    """A site of its own with that campaign; mail goes into files, and the browser's work is light."""
    site = open_site("--no-example", SAWTNA_MAIL="file:", SAWTNA_BRAKE="10")
    bring_in(site, tmp_path_factory, document)
    return site


def bring_in(site, tmp_path_factory, document):
    """Import a campaign into a site that is open."""
    place = tmp_path_factory.mktemp("campaign") / "trial.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    done = site.sawtna("campaign", "import", str(place), "--var", str(site.var), "--origin", site.url)
    assert done.returncode == 0, done.stderr


def step(page: Page, name: str):
    """The part of the form for one step, once it is shown."""
    part = page.locator(f"[data-step={name}]")
    expect(part).to_be_visible()
    return part


def press(page: Page, doing: str):
    """Press the visible button that does it."""
    page.locator(f"[data-do={doing}]:visible").first.click()


def choose(page: Page, *names: str):
    """Tick options of the two ballots by what they say, the poll's after `|`, and go on."""
    for name in names:
        ballot, _, option = name.partition(": ")
        page.get_by_role("group", name=ballot).get_by_label(option).check()
    press(page, "choose")


def ask_for_code(page: Page, address: str):
    """Type the address and ask for a code."""
    page.locator("[name=contact]").fill(address)
    press(page, "ask")
    step(page, "code")


def take_part(page: Page, post: Town, address: str, *names: str):
    """All the way: choose, e-mail, code, done."""
    page.goto(PLACE)
    choose(page, *names)
    ask_for_code(page, address)
    page.locator("[name=code]").fill(post.code_for(address))
    press(page, "cast")
    step(page, "done")


def wait_for_mails(page: Page, post: Town, address: str, many: int):
    """Wait until an address has got so many mails."""
    for _ in range(200):
        if sum(f"To: {address}\n" in mail for mail in post.mails()) >= many:
            return
        page.wait_for_timeout(50)
    pytest.fail(f"{address} got fewer than {many} mails", pytrace=False)


def ticked(page: Page) -> list[str]:
    """What is ticked, by its words."""
    step(page, "choose")
    return [label.inner_text().strip() for label in page.locator("label.option:has(input:checked)").all()]


def says(page: Page, code: str):
    """The page shows the sentence for that trouble."""
    words = page.locator(f"template[data-say={code}]").first.evaluate("one => one.content.textContent")
    expect(page.locator("[data-trouble]")).to_have_text(words)


def kept(page: Page) -> list[dict]:
    """What this browser keeps for its ballots, without keys."""
    return page.evaluate(
        """() => new Promise((resolve, reject) => {
          const opening = indexedDB.open("sawtna", 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore("coins");
          opening.onerror = () => reject(opening.error);
          opening.onsuccess = () => {
            const reading = opening.result.transaction("coins").objectStore("coins").getAll();
            reading.onsuccess = () => {
              opening.result.close();
              resolve(reading.result.map(({ pair, ...one }) => one));
            };
          };
        })"""
    )
