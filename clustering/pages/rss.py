"""RSS 0.9x to 2.0, RDF, Atom and JSON Feed: from bytes to entries.

Takes the bytes of a feed that somebody else publishes ("rss" here, whatever its format), gives ``RssData``. Parsing is feedparser's; what is hostile
is refused before (``xml_safety``). When to poll again is decided in ``polling``. Errors: ``RejectedPage``.
"""

from __future__ import annotations

import hashlib
import json
from calendar import timegm
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from clustering.articles.dates import FoundDate, parse_machine_date
from clustering.articles.decoding import decode_page
from clustering.articles.urls import join_url
from clustering.articles.written_dates import find_written_date
from clustering.errors import RejectedPage
from clustering.pages.xml_safety import clean_xml

__all__ = ["RssData", "RssEntry", "parse_rss"]

MAX_ENTRIES = 5_000
"""An rss with more entries is a dump; the newest come first and the rest was seen by earlier polls."""


@dataclass(frozen=True, slots=True)
class RssEntry:
    """One entry. ``text`` may be HTML; ``guid`` is what the publisher calls it, which some use again for other news, so it identifies nothing."""

    url: str | None
    title: str
    text: str
    guid: str | None = None
    published: str | None = None
    updated: str | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    language: str | None = None

    @property
    def key(self) -> str:
        """Give 16 hex digits that stand for the entry: of its URL, or of its guid and title when it has none."""
        material = self.url or f"{self.guid}\0{self.title}"
        return hashlib.blake2b(material.encode("utf-8", "replace"), digest_size=8).hexdigest()

    @property
    def version(self) -> str:
        """Give 8 hex digits that change when title, text or date change."""
        material = f"{self.title}\0{self.text}\0{self.updated or self.published}"
        return hashlib.blake2b(material.encode("utf-8", "replace"), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class RssData:
    """A parsed feed: its format (``rss20``, ``atom10``, ``json``...), what it says of itself, and its entries in its order."""

    format: str
    title: str
    language: str | None
    url: str | None
    ttl_minutes: float | None
    entries: tuple[RssEntry, ...]


def parse_rss(content: bytes, *, url: str | None = None, charset: str | None = None) -> RssData:
    """Parse a feed. ``url`` resolves relative links. Errors: ``RejectedPage`` malformed-line, undecodable."""
    start = content[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _parse_json_feed(content, url, charset)
    return _parse_xml_feed(clean_xml(content, charset), url)


def _parse_xml_feed(content: bytes, url: str | None) -> RssData:
    import feedparser

    parsed = feedparser.parse(
        content,
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    version = str(parsed.get("version") or "")
    entries = parsed.get("entries") or []
    feed: Mapping[str, Any] = parsed.get("feed") or {}
    if not version and not entries:
        reason = str(parsed.get("bozo_exception") or "no feed element")
        raise RejectedPage("malformed-line", f"not a feed: {reason[:200]}")
    base = str(feed.get("link") or "") or url
    language = feed.get("language")
    return RssData(
        format=version or "unknown",
        title=str(feed.get("title") or ""),
        language=str(language) if language else None,
        url=str(feed.get("link") or "") or None,
        ttl_minutes=_read_ttl(feed),
        entries=tuple(_xml_entry(entry, base or url, language) for entry in entries[:MAX_ENTRIES]),
    )


def _read_ttl(feed: Mapping[str, Any]) -> float | None:
    value = str(feed.get("ttl") or "")
    return float(value) if value.isdigit() else None


def _xml_entry(entry: Mapping[str, Any], base: str | None, language: str | None) -> RssEntry:
    link = entry.get("link") or next((item.get("href") for item in entry.get("links") or [] if item.get("href")), None)
    guid = entry.get("id")
    if not link and isinstance(guid, str) and guid.startswith("http"):
        link = guid
    contents = [str(item.get("value") or "") for item in entry.get("content") or []]
    text = max([*contents, str(entry.get("summary") or "")], key=len)
    tags = [str(tag.get("term") or "") for tag in entry.get("tags") or []]
    images = [
        *(entry.get("media_content") or []),
        *(entry.get("media_thumbnail") or []),
        *(entry.get("enclosures") or []),
    ]
    image = next((str(item.get("url") or item.get("href")) for item in images if _is_image(item)), None)
    return RssEntry(
        url=join_url(base, str(link)) if link else None,
        title=str(entry.get("title") or ""),
        text=text,
        guid=str(guid) if guid else None,
        published=_date_text(entry, "published", "created", "updated"),
        updated=_date_text(entry, "updated"),
        author=str(entry.get("author") or "") or None,
        section=next((tag for tag in tags if tag), None),
        image=image,
        language=str(entry.get("language") or language or "") or None,
    )


def _is_image(item: Mapping[str, Any]) -> bool:
    kind = str(item.get("type") or item.get("medium") or "")
    return bool(item.get("url") or item.get("href")) and (kind.startswith("image") or not kind)


def _date_text(entry: Mapping[str, Any], *names: str) -> str | None:
    """Give the first date as ISO 8601 in UTC when we or feedparser understood it, else as it was written."""
    # plain look-ups: feedparser's own answer for one date with another, and warn of it
    plain = dict(entry.items())
    for name in names:
        written, parsed = plain.get(name), plain.get(f"{name}_parsed")
        if not written:
            continue
        found = _read_date(str(written))
        if found is not None:
            return found.at.date().isoformat() if found.precision == "day" else found.at.isoformat()
        if parsed is not None:
            return datetime.fromtimestamp(timegm(parsed), tz=UTC).isoformat()
        return str(written)
    return None


def _read_date(written: str) -> FoundDate | None:
    return parse_machine_date(written, UTC, "source") or find_written_date(written, UTC)


def _parse_json_feed(content: bytes, url: str | None, charset: str | None) -> RssData:
    """Parse JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1)."""
    try:
        feed = json.loads(decode_page(content, charset))
    except (ValueError, RecursionError) as error:
        raise RejectedPage("malformed-line", f"not JSON: {error}") from error
    if (
        not isinstance(feed, dict)
        or "jsonfeed.org" not in str(feed.get("version", ""))
        or not isinstance(feed.get("items"), list)
    ):
        raise RejectedPage("malformed-line", "JSON, but not JSON Feed")
    base = _text(feed, "home_page_url") or url
    items = [item for item in feed["items"][:MAX_ENTRIES] if isinstance(item, dict)]
    return RssData(
        format="json",
        title=_text(feed, "title") or "",
        language=_text(feed, "language"),
        url=_text(feed, "home_page_url"),
        ttl_minutes=None,
        entries=tuple(_json_entry(item, base, _text(feed, "language")) for item in items),
    )


def _json_entry(item: dict[str, Any], base: str | None, language: str | None) -> RssEntry:
    link = _text(item, "url") or _text(item, "external_url")
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    tags = item.get("tags") if isinstance(item.get("tags"), list) else []
    return RssEntry(
        url=join_url(base, link) if link else None,
        title=_text(item, "title") or "",
        text=_text(item, "content_html") or _text(item, "content_text") or _text(item, "summary") or "",
        guid=_text(item, "id"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        author=next(
            (str(author["name"]) for author in authors or [] if isinstance(author, dict) and author.get("name")), None
        ),
        section=next((str(tag) for tag in tags or []), None),
        image=_text(item, "image") or _text(item, "banner_image"),
        language=_text(item, "language") or language,
    )


def _text(item: Mapping[str, Any], key: str) -> str | None:
    value = item.get(key)
    return str(value) if isinstance(value, str | int) and str(value).strip() else None
