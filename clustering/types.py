"""The records that pass between the rooms, named by their stage.

Takes nothing, gives frozen records, holds no behaviour beyond trivial properties. All times are timezone-aware UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

__all__ = [
    "REJECT_REASONS",
    "Article",
    "DatePrecision",
    "Outlet",
    "PageKind",
    "PageOrigin",
    "RawPage",
    "Reject",
    "WireRole",
]

PageKind = Literal["record", "html", "text"]
DatePrecision = Literal["second", "minute", "hour", "day", "month", "unknown"]
WireRole = Literal["text", "cited", "none"]

REJECT_REASONS: dict[str, str] = {
    "malformed-line": "a line or row that is not one record",
    "missing-column": "the file lacks every column an article needs",
    "undecodable": "the bytes are not text in any charset we could find",
    "empty": "neither title nor text",
    "duplicate-id": "an id already stored with other content",
    "future-date": "published later than it was fetched, beyond the allowed clock error",
    "bad-date": "a date that cannot be read",
    "bad-url": "an URL that is not http(s)",
    "not-article": "a page without an article: index, search, login",
    "too-large": "longer than the configured limit",
    "not-fetched": "the server did not give the page: gone, forbidden, or failing at every attempt",
    "fetch-refused": "never fetched on purpose: robots.txt, a private address, too many redirects",
    "dropped": "given up by a person after it had been in quarantine",
    "tombstone": "the article was forgotten on request and must not come back",
}


@dataclass(frozen=True, slots=True)
class PageOrigin:
    """Where a raw page came from: enough to find it again and to name it in a message.

    ``path`` and ``line`` for files (``line`` is the 1-based line or row, or the record number in a WARC), ``url`` for
    fetched pages, ``source`` the name of the configured source (``files`` for paths given on the command line).
    """

    source: str
    path: str | None = None
    line: int | None = None
    url: str | None = None

    def describe(self) -> str:
        """Give ``file:line`` or the URL, as a message names it."""
        if self.path is not None:
            return f"{self.path}:{self.line}" if self.line is not None else self.path
        return self.url or self.source


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page or record as it was obtained, before anything was understood.

    ``kind`` ``record`` carries a JSON object (``fields``) from JSONL, CSV, Parquet or a feed entry; ``html`` and ``text`` carry
    ``content`` bytes. ``fetched_at`` is the time of the fetch, or the file's modification time. ``hints`` are facts the
    source knows (``outlet``, ``language``, ``published_at``, ``title``) that the page itself need not repeat.
    """

    origin: PageOrigin
    kind: PageKind
    fetched_at: datetime
    content: bytes = b""
    fields: dict[str, object] | None = None
    media_type: str | None = None
    charset: str | None = None
    hints: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Article:
    """One text published by one outlet at one URL.

    ``article_id``: the id the input gave, else ``a`` + 16 hex digits of a hash of the canonical URL (or of outlet, title
    and text when there is no URL). ``outlet`` is the host without ``www.`` or the name the input gave. ``wire`` is the agency whose
    text it is (``wire_role`` ``text``) or which it only quotes (``cited``). ``methods`` says for each found attribute how it
    was found (``json-ld``, ``meta``, ``visible``, ``given``...).
    """

    article_id: str
    title: str
    text: str
    lead: str = ""
    url: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    published_precision: DatePrecision = "unknown"
    modified_at: datetime | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    wire: str | None = None
    wire_role: WireRole = "none"
    methods: dict[str, str] = field(default_factory=dict)
    fetched_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A page that did not become an article, and why. ``reason`` is a key of ``REJECT_REASONS``."""

    origin: PageOrigin
    reason: str
    detail: str = ""
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Outlet:
    """What the config says about one outlet. ``host`` is its id; ``kind`` tells wires (agencies) from outlets."""

    host: str
    name: str
    country: str | None = None
    language: str | None = None
    timezone: str | None = None
    kind: Literal["outlet", "wire"] = "outlet"
    owner: str | None = None
    lean: str | None = None
