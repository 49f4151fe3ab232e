"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/) of the same entries as Atom."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from clustering.feeds.atom import FeedEntry, FeedHead
from clustering.feeds.safe_text import clean_text, shorten

__all__ = ["write_json_feed"]


def write_json_feed(head: FeedHead, entries: Sequence[FeedEntry]) -> bytes:
    """Write the feed as UTF-8."""
    feed: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": clean_text(head.title),
        "home_page_url": head.page_url,
        "feed_url": head.feed_url,
    }
    if head.language:
        feed["language"] = head.language
    feed["items"] = [_item(entry) for entry in entries]
    return (json.dumps(feed, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": f"urn:samestory:{entry.key}",
        "url": entry.url,
        "title": shorten(entry.title, 1_000),
        "content_text": clean_text(entry.text),
        "date_published": _time(entry.published_at),
        "date_modified": _time(entry.updated_at),
    }
    if entry.language:
        item["language"] = entry.language
    if entry.tags:
        item["tags"] = [clean_text(tag) for tag in entry.tags]
    if entry.authors:
        item["authors"] = [{"name": shorten(author, 100)} for author in entry.authors]
    return item


def _time(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
