"""The sitemap (sitemaps.org 0.9), where each page names itself in the other languages."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from sawtna.web.addresses import in_each_language

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XHTML = 'xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def pack_sitemap(paths: Iterable[str], origin: str) -> str:
    """The file that names some paths in each language."""
    pages = "".join(_in_all_languages(path, origin) for path in paths)
    return f"{HEAD}<urlset {SITEMAP} {XHTML}>\n{pages}</urlset>\n"


def pack_sitemap_index(addresses: Iterable[str], origin: str) -> str:
    """The file that names the other files."""
    files = "".join(f"<sitemap><loc>{escape(origin + address)}</loc></sitemap>\n" for address in addresses)
    return f"{HEAD}<sitemapindex {SITEMAP}>\n{files}</sitemapindex>\n"


def _in_all_languages(path: str, origin: str) -> str:
    addresses = [(code, origin + address) for code, address in in_each_language(path)]
    twins = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href={quoteattr(address)}/>'
        for code, address in addresses
    )
    return "".join(f"<url><loc>{escape(address)}</loc>{twins}</url>\n" for _, address in addresses)
