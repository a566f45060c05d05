"""The guide for mirrors is executed: its nginx configuration serves a published folder as the house would."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not shutil.which("nginx"), reason="nginx is not installed (on Debian: sudo apt install nginx-light)"
    ),
]

GUIDE = Path(__file__).parents[2] / "docs/guides/mirror.md"
AROUND = """
{user} daemon off; pid {home}/pid; error_log stderr;
events {{}}
http {{
  include /etc/nginx/mime.types;
  client_body_temp_path {home}/1; proxy_temp_path {home}/2; fastcgi_temp_path {home}/3;
  uwsgi_temp_path {home}/4; scgi_temp_path {home}/5;
  {guide}
}}
"""


@pytest.fixture(scope="module")
def mirror(house, tmp_path_factory):
    """The address of nginx with the configuration of the guide, serving what the house published."""
    home = tmp_path_factory.mktemp("nginx")
    done = house.run("publish", str(home / "site"), "--compress")
    assert done.returncode == 0, done.stderr
    port = free_port()
    block = re.search(r"^```nginx\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[1]
    block = block.replace("listen 443 ssl", f"listen 127.0.0.1:{port}").replace(
        "/srv/mirror", str(home / "site")
    )
    user = "user root;" if os.geteuid() == 0 else ""  # the folders of the tests are closed to others
    (home / "nginx.conf").write_text(AROUND.format(user=user, home=home, guide=block))
    server = subprocess.Popen(["nginx", "-c", str(home / "nginx.conf"), "-p", str(home)])
    for _ in range(100):
        try:
            httpx.get(f"http://127.0.0.1:{port}/")
            break
        except httpx.ConnectError:
            time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait(10)


@pytest.mark.parametrize(
    "path",
    [
        "/ar/morocco-2016/",
        "/fr/",
        "/en/morocco-2016/feed.atom",
        "/robots.txt",
        "/sitemap.xml",
        "/log/checkpoint",
        "/log/numbers.json",
        "/log/receipts/0.tlog-proof",
    ],
)
def test_a_mirror_sends_the_same_bytes_as_the_house(house, mirror, path):
    """Page, feed, sitemap and book."""
    theirs, ours = httpx.get(f"{mirror}{path}"), house.get(path)
    assert theirs.status_code == ours.status_code == 200
    assert theirs.content == ours.content
    assert theirs.headers["x-content-type-options"] == "nosniff"


def test_a_mirror_compresses_what_was_compressed_for_it(mirror):
    """The .gz beside the page; Debian's nginx-light has no module for the .br beside it."""
    assert httpx.get(f"{mirror}/ar/morocco-2016/").headers["content-encoding"] == "gzip"


def test_a_mirror_sends_visitors_to_their_language(mirror):
    """As the house does."""
    answer = httpx.get(f"{mirror}/", headers={"accept-language": "fr-MA,fr;q=0.9"})
    assert (answer.status_code, httpx.URL(answer.headers["location"]).path) == (302, "/fr/")
    assert httpx.URL(httpx.get(f"{mirror}/").headers["location"]).path == "/ar/"


def test_a_missing_page_of_a_mirror_is_told_in_three_languages(mirror):
    """404.html."""
    answer = httpx.get(f"{mirror}/en/none/")
    assert answer.status_code == 404
    assert all(f'href="/{language}/"' in answer.text for language in ("ar", "fr", "en"))


def test_a_mirror_keeps_the_policy_and_the_ages(mirror):
    """The strict policy on pages, for ever on what never changes."""
    page = httpx.get(f"{mirror}/ar/morocco-2016/")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    sheet = re.search(r'href="(/static/[^"]+\.css)"', page.text)[1]
    assert "immutable" in httpx.get(f"{mirror}{sheet}").headers["cache-control"]
    assert httpx.get(f"{mirror}/log/checkpoint").headers["access-control-allow-origin"] == "*"


def test_the_list_of_written_files_is_not_sent(mirror):
    """It is for the next writing."""
    assert httpx.get(f"{mirror}/.sawtna-published.json").status_code == 404
