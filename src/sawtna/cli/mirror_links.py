"""Which other files of the same host a page, a sheet, a script or a feed names, and where a file lies in a folder of plain files.

Pure: bytes in, paths out. A path here is decoded and begins with a slash, such as /ar/book/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

HTML, CSS, SCRIPT, XML, DATA = "html", "css", "script", "xml", "data"
MOST_BYTES_A_NAME = 255  # of one part of a path, as file systems have it

_ADDRESS_OF = {
    "href": {"a", "area", "link", "use", "image"},
    "src": {"script", "img", "source", "audio", "video", "track", "iframe", "embed", "input"},
    "srcset": {"img", "source"},
    "poster": {"video"},
    "data": {"object"},
    "xlink:href": {"use", "image"},
}
_PICTURES = {"og:image", "og:image:url", "og:image:secure_url", "twitter:image"}
_CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)|@import\s+["']([^"']+)["']""")
_SCRIPT_ADDRESS = re.compile(
    r"""["'`]((?:\.{1,2})?/[^"'`\s$]+\.(?:js|mjs|css|json|wasm|woff2|svg|png))["'`]"""
)
_XML_ADDRESS = re.compile(r"""<loc>\s*([^<\s]+)\s*</loc>|\bhref=["']([^"']+)["']""")
_ENTITIES = {"&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&apos;": "'"}


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        for name, value in attrs:
            if value and tag in _ADDRESS_OF.get(name, ()):
                self.found += (
                    [part.split()[0] for part in value.split(",") if part.strip()]
                    if name == "srcset"
                    else [value]
                )
        if tag == "meta" and names.get("property", names.get("name")) in _PICTURES and names.get("content"):
            self.found.append(names["content"] or "")

    handle_startendtag = handle_starttag


def kind_of(content_type: str, path: str) -> str:
    """What kind of file this is, by its type, else by its name."""
    said = content_type.partition(";")[0].strip().lower()
    if "html" in said:
        return HTML
    if said == "text/css" or path.endswith(".css"):
        return CSS
    if "javascript" in said or path.endswith((".js", ".mjs")):
        return SCRIPT
    if said.endswith(("/xml", "+xml")) or path.endswith((".xml", ".atom", ".rss", ".svg")):
        return XML
    return SCRIPT if said.endswith("manifest+json") or path.endswith(".webmanifest") else DATA


def links_in(kind: str, text: str) -> list[str]:
    """The addresses in a text of that kind, as they are written, each once."""
    if kind == HTML:
        parser = _Links()
        parser.feed(text)
        parser.close()
        return list(dict.fromkeys(parser.found))
    pattern = {CSS: _CSS_ADDRESS, SCRIPT: _SCRIPT_ADDRESS, XML: _XML_ADDRESS}.get(kind)
    if pattern is None:
        return []
    found = (next(part for part in match if part) for match in _groups(pattern, text))
    return list(dict.fromkeys(_plain(one) if kind == XML else one for one in found))


def _groups(pattern: re.Pattern[str], text: str) -> Iterator[tuple[str, ...]]:
    return (match.groups(default="") for match in pattern.finditer(text))


def _plain(text: str) -> str:
    for entity, sign in _ENTITIES.items():
        text = text.replace(entity, sign)
    return text


def same_host_paths(links: Iterable[str], page: str, hosts: frozenset[str]) -> list[str]:
    """The paths of those links that lead to one of `hosts` and can be a plain file; a link with a query cannot."""
    found: dict[str, None] = {}
    for link in links:
        try:
            parts = urlsplit(urljoin(f"https://here{page}", link.strip()))
        except ValueError:
            continue
        own = parts.netloc == "here" or parts.netloc.lower() in hosts
        if own and parts.scheme in {"http", "https"} and not parts.query:
            path = unquote(parts.path) or "/"
            if is_safe(path):
                found[path] = None
    return list(found)


def is_safe(path: str) -> bool:
    """Whether a path stays inside of the folder, whatever far host it came from."""
    parts = path[1:].removesuffix("/").split("/")
    return path == "/" or (
        path.startswith("/")
        and path.isprintable()
        and "\\" not in path
        and all(
            part and part[0] != "." and len(part.encode("utf-8", "replace")) <= MOST_BYTES_A_NAME
            for part in parts
        )
    )


def file_of(path: str) -> str:
    """The file that a plain web server sends for a path: "/ar/book/" is "ar/book/index.html"."""
    return path[1:] + ("index.html" if path.endswith("/") else "")


def closed_paths(robots: str) -> tuple[str, ...]:
    """The beginnings of paths that robots.txt closes to everyone."""
    found = (line.partition(":") for line in robots.splitlines())
    return tuple(
        rule.strip() for name, _, rule in found if name.strip().lower() == "disallow" and rule.strip()
    )
