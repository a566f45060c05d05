"""Takes the pictures of docs/pictures from a running house, with Debian's Chromium, as a visitor would see it.

    python script/pictures.py http://127.0.0.1:8000

Whoever changes the look, the words or the example takes them again; docs/pictures/README.md names each.
"""

import base64
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ALBUM = Path(__file__).resolve().parent.parent / "docs/pictures"
CHROMIUM = "/usr/bin/chromium"
# name: path, width, height and scale in CSS pixels, scheme, where to scroll
PICTURES = {
    "campaign-ar-phone": ("/ar/morocco-2016/", 360, 780, 2, "light", ""),
    "campaign-ar-phone-dark": ("/ar/morocco-2016/", 360, 780, 2, "dark", ""),
    "claims-ar-phone": ("/ar/morocco-2016/", 360, 780, 2, "light", "#claims"),
    "losses-ar-phone": ("/ar/morocco-2016/", 360, 780, 2, "light", "#losses"),
    "campaign-ar-wide": ("/ar/morocco-2016/", 1280, 900, 1, "light", ""),
    "campaign-en-wide-dark": ("/en/morocco-2016/", 1280, 900, 1, "dark", ""),
    "campaign-fr-wide": ("/fr/morocco-2016/", 1280, 900, 1, "light", "#losses"),
    "home-ar-wide": ("/ar/", 1280, 900, 1, "light", ""),
}
# taken only when named, of a house that bench/example_cast.py has left
SIMULATED = {
    "cast-ar-phone": ("/ar/morocco-2016-cast/", 360, 780, 2, "light", "#ballots"),
    "cast-ar-wide": ("/ar/morocco-2016-cast/", 1280, 900, 1, "light", "#ballots"),
    "cast-en-wide": ("/en/morocco-2016-cast/", 1280, 1400, 1, "light", ""),
}


def take(browser: Browser, house: str, name: str) -> None:
    """Take one picture."""
    path, width, height, scale, scheme, place = {**PICTURES, **SIMULATED}[name]
    page = browser.new_page(
        viewport={"width": width, "height": height}, device_scale_factor=scale, color_scheme=scheme
    )
    page.goto(f"{house}{path}")
    page.evaluate("document.fonts.ready")
    if place:
        page.evaluate("place => document.querySelector(place).scrollIntoView({behavior: 'instant'})", place)
    page.screenshot(path=ALBUM / f"{name}.png")
    page.close()


def hang_together(browser: Browser) -> None:
    """Hang the phone beside the wide window, as README shows them."""
    wide, phone = (
        f"<img src='data:image/png;base64,{base64.b64encode((ALBUM / f'{name}.png').read_bytes()).decode()}'>"
        for name in ("campaign-ar-wide", "campaign-ar-phone")
    )
    look = (
        "body { margin: 0; display: flex; gap: 24px }"
        "img { block-size: 600px; border-radius: 10px; box-shadow: 0 0 0 1px #6c858a }"
    )
    page = browser.new_page(viewport={"width": 1160, "height": 604})
    page.set_content(f"<style>{look}</style>{wide}{phone}")
    page.screenshot(path=ALBUM / "campaign.png", omit_background=True)
    page.close()


def main() -> None:
    """Take all pictures, or those that are named."""
    house, *names = sys.argv[1:] or ["http://127.0.0.1:8000"]
    ALBUM.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as hands:
        browser = hands.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name in names or PICTURES:
            take(browser, house.rstrip("/"), name)
            print(f"docs/pictures/{name}.png")
        hang_together(browser)
        browser.close()


if __name__ == "__main__":
    main()
