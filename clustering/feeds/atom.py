"""Atom (RFC 4287) feeds of stories.

Takes entries, gives XML that is well-formed whatever the headlines say. An entry's id never changes; it is updated when the story is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

from clustering.feeds.safe_text import clean_text, shorten

__all__ = ["FeedEntry", "FeedHead", "write_atom"]


@dataclass(frozen=True, slots=True)
class FeedHead:
    """What a feed is: its stable key (unique among the feeds of this samestory), title, and addresses."""

    key: str
    title: str
    page_url: str
    feed_url: str
    updated_at: datetime
    language: str | None = None


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One entry: a stable key, what to show, when it began and was last updated."""

    key: str
    title: str
    text: str
    url: str
    published_at: datetime
    updated_at: datetime
    language: str | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()


def write_atom(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Write the feed as UTF-8."""
    lang = f" xml:lang={quoteattr(head.language)}" if head.language else ""
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n',
        f'<feed xmlns="http://www.w3.org/2005/Atom"{lang}>\n',
        f"  <id>{_text(f'urn:samestory:feed:{head.key}')}</id>\n  <title>{_text(head.title)}</title>\n",
        f"  <updated>{_time(head.updated_at)}</updated>\n  <generator>samestory</generator>\n",
        f'  <link rel="self" type="application/atom+xml" href={_attribute(head.feed_url)}/>\n',
        f'  <link rel="alternate" type="text/html" href={_attribute(head.page_url)}/>\n',
    ]
    parts += [_entry(entry) for entry in entries]
    parts.append("</feed>\n")
    return "".join(parts).encode("utf-8")


def _entry(entry: FeedEntry) -> str:
    lang = f" xml:lang={_attribute(entry.language)}" if entry.language else ""
    authors = "".join(
        f"<author><name>{_text(shorten(a, 100))}</name></author>" for a in entry.authors or ("samestory",)
    )
    tags = "".join(f"<category term={_attribute(tag)}/>" for tag in entry.tags)
    return (
        f'  <entry{lang}>\n    <id>{_text(f"urn:samestory:{entry.key}")}</id>\n    <title type="text">{_text(shorten(entry.title, 1_000))}</title>\n'
        f"    <published>{_time(entry.published_at)}</published><updated>{_time(entry.updated_at)}</updated>\n"
        f'    <link rel="alternate" type="text/html" href={_attribute(entry.url)}/>\n    {authors}{tags}\n'
        f'    <summary type="text">{_text(entry.text)}</summary>\n  </entry>\n'
    )


def _text(text: str) -> str:
    return escape(clean_text(text), {'"': "&quot;"})


def _attribute(text: str) -> str:
    return quoteattr(clean_text(text))


def _time(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
