"""What a first visit of the campaign page costs: bytes over the wire, requests, strangers; how soon it can be read on slow 3G.

    python bench/first_visit.py                a new house in a temporary folder, with the example campaign
    python bench/first_visit.py --url URL      a site that is open already

Promises: at most 60 kB (60,000 bytes, headers included), no request to another host, readable in under 2 s on slow 3G
(400 kbit/s, 400 ms for each request). Needs Playwright and a Chromium (Debian's is found).
"""

import argparse
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from asgi_servers import free_port
from page_views import fetch, running, serve_command
from playwright.sync_api import sync_playwright

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
PHONE = {"width": 360, "height": 740}
SLOW_3G = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}  # ms, bytes/s
# Seen by the browser itself: when the first text was painted, when the largest piece of the first screen was.
MOMENTS = """() => new Promise(resolve => {
  new PerformanceObserver(list => {
    const largest = list.getEntries().at(-1);
    const first = performance.getEntriesByName('first-contentful-paint')[0];
    const page = performance.getEntriesByType('navigation')[0];
    resolve({first: first.startTime, largest: largest.startTime, ready: page.domContentLoadedEventEnd, all: page.loadEventEnd});
  }).observe({type: 'largest-contentful-paint', buffered: true});
})"""


def visit(browser, url: str, *, slow: bool, script: bool = True) -> dict:
    """Open the page as a new visitor with a phone; give what came over the wire and when."""
    context = browser.new_context(viewport=PHONE, java_script_enabled=script)
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    if slow:
        wire.send("Network.emulateNetworkConditions", SLOW_3G)
    asked, sizes = {}, {}
    wire.on(
        "Network.requestWillBeSent", lambda seen: asked.update({seen["requestId"]: seen["request"]["url"]})
    )
    wire.on(
        "Network.loadingFinished", lambda seen: sizes.update({seen["requestId"]: seen["encodedDataLength"]})
    )
    page.goto(url, wait_until="networkidle", timeout=120_000)
    moments = page.evaluate(MOMENTS) if script else {}
    context.close()
    files = sorted(((sizes.get(one, 0), address) for one, address in asked.items()), reverse=True)
    own = urlsplit(url).netloc
    return {
        "bytes": round(sum(size for size, _ in files)),
        "files": [file for file in files if not file[1].startswith("data:")],
        "strangers": [address for _, address in files if urlsplit(address).netloc not in {own, ""}],
        "moments": moments,
    }


@contextmanager
def site(url: str | None):
    """The address of a site: the given one, or a new house for as long as it is measured."""
    if url:
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="sawtna-bench-") as folder:
        port = free_port()
        with running(serve_command(Path(folder) / "var", port, 1), port):
            fetch(port)
            yield f"http://127.0.0.1:{port}"


def main() -> None:
    """Visit the page in each language, fast and slow, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url")
    parser.add_argument("--page", default="morocco-2016/")
    parser.add_argument("--files", action="store_true", help="also name each file")
    arguments = parser.parse_args()
    with site(arguments.url) as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        print(
            "| language | bytes | requests | strangers | first text, slow 3G | largest, slow 3G | everything, slow 3G |"
        )
        print("|---|---|---|---|---|---|---|")
        for language in ("ar", "fr", "en"):
            address = f"{url}/{language}/{arguments.page}"
            fast, slow = visit(browser, address, slow=False), visit(browser, address, slow=True)
            seen = [f"{slow['moments'][moment] / 1000:.2f} s" for moment in ("first", "largest", "all")]
            numbers = [f"{fast['bytes']:,}", str(len(fast["files"])), str(len(fast["strangers"]))]
            print(f"| {' | '.join([language, *numbers, *seen])} |", flush=True)
            for size, file in fast["files"] if arguments.files else []:
                print(f"    {size:>8,.0f}  {file.removeprefix(url)}")
        browser.close()


if __name__ == "__main__":
    main()
