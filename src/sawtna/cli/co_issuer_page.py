"""The page of a co-issuer: who it is, under which key it signs, and for which campaigns. Plain HTML, no script, no numbers."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

SHEET = """:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-inline-size: 44rem; margin: 2rem auto; padding-inline: 1rem; }
code { overflow-wrap: anywhere; }
"""


def issuer_page(name: str, vk: str, book: str, campaigns: Sequence[str]) -> str:
    """The HTML; `vk` is what the campaign must show for this organisation."""
    served = ", ".join(f"<code>{escape(one)}</code>" for one in campaigns)
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{escape(name)} lets people in</title>
<link rel="stylesheet" href="style.css">
<h1>{escape(name)}</h1>
<p>This machine verifies people for pledges and polls on <a href="{escape(book)}">{escape(book)}</a>, beside the site itself, so
that the host of the site alone cannot invent voters. It signs without seeing what: neither it nor the site can tell who chose
what.</p>
<p>Its key, as the public book must show it: <code>{escape(vk)}</code></p>
<p>Campaigns that it has agreed to serve: {served}</p>
</html>
"""
