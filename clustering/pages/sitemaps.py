"""Sitemaps, news sitemaps and sitemap indexes (sitemaps.org 0.9, Google's news extension), plain or gzipped, XML or text.

Takes bytes, gives ``SitemapData``. Namespaces are read by local name, as half of the world's news sitemaps misspell them. Errors: ``RejectedPage``.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from lxml import etree

from clustering.articles.urls import join_url
from clustering.errors import RejectedPage
from clustering.pages.xml_safety import clean_xml

__all__ = ["SitemapData", "SitemapEntry", "parse_sitemap"]

MAX_ENTRIES = 50_000
"""The protocol's own limit for one file."""


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """One page or, in an index, one further sitemap. Dates are as written."""

    url: str
    last_modified: str | None = None
    title: str | None = None
    published: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class SitemapData:
    """``pages`` of a sitemap, ``sitemaps`` of an index; either may be empty."""

    pages: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[SitemapEntry, ...] = ()


def parse_sitemap(content: bytes, *, url: str | None = None, max_bytes: int = 100_000_000) -> SitemapData:
    """Parse a sitemap. Errors: ``RejectedPage`` malformed-line, undecodable, too-large."""
    content = _inflate(content, max_bytes)
    start = content[:200].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith((b"http://", b"https://")):
        links = [
            link
            for line in content.decode("utf-8", "replace").splitlines()[:MAX_ENTRIES]
            if (link := join_url(url, line))
        ]
        return SitemapData(pages=tuple(SitemapEntry(link) for link in links))
    return _parse_xml(clean_xml(content), url)


def _inflate(content: bytes, max_bytes: int) -> bytes:
    if not content.startswith(b"\x1f\x8b"):
        return content
    inflater = zlib.decompressobj(47)
    try:
        data = inflater.decompress(content, max_bytes + 1)
    except zlib.error as error:
        raise RejectedPage("malformed-line", f"damaged gzip: {error}") from error
    if len(data) > max_bytes:
        raise RejectedPage("too-large", f"a sitemap of more than {max_bytes} bytes")
    return data


def _name(element: Any) -> str:
    return str(element.tag).rsplit("}", 1)[-1].lower() if isinstance(element.tag, str) else ""


def _parse_xml(content: bytes, url: str | None) -> SitemapData:
    pages: list[SitemapEntry] = []
    sitemaps: list[SitemapEntry] = []
    root = ""
    events = etree.iterparse(
        BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        huge_tree=False,
    )
    try:
        for event, element in events:
            name = _name(element)
            if event == "start":
                root = root or name
                continue
            if name not in ("url", "sitemap"):
                continue
            entry = _read_entry(element, url)
            if entry is not None:
                (pages if name == "url" else sitemaps).append(entry)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
            if len(pages) + len(sitemaps) >= MAX_ENTRIES:
                break
    except etree.XMLSyntaxError as error:
        if not pages and not sitemaps:
            raise RejectedPage("malformed-line", f"not a sitemap: {error}") from error
    if root not in ("urlset", "sitemapindex") and not pages and not sitemaps:
        raise RejectedPage("malformed-line", f"not a sitemap: its root is <{root or 'nothing'}>")
    return SitemapData(tuple(pages), tuple(sitemaps))


def _read_entry(element: Any, base: str | None) -> SitemapEntry | None:
    found: dict[str, str] = {}
    for child in element.iter():
        name, text = _name(child), (child.text or "").strip()
        # an image's own loc and title are not the page's
        if text and not any(_name(parent) in ("image", "video") for parent in child.iterancestors()):
            found.setdefault(name, text)
    link = join_url(base, found["loc"]) if "loc" in found else None
    if link is None:
        return None
    return SitemapEntry(
        link, found.get("lastmod"), found.get("title"), found.get("publication_date"), found.get("language")
    )
