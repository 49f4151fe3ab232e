"""WARC files: Common Crawl's CC-NEWS, any crawler's, and our own archive.

Takes ``.warc`` or ``.warc.gz``, gives the pages of its ``response`` records (and of our own ``resource`` records) one at a time, so memory stays
flat whatever the file's size. A truncated file gives everything up to the tear, then one reject.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clustering.config import IngestConfig
from clustering.pages.jsonl import path_text
from clustering.types import PageKind, PageOrigin, RawPage, Reject

__all__ = ["HINTS_HEADER", "RECORD_TYPE", "read_warc", "split_media_type"]

HINTS_HEADER = "X-Samestory-Hints"
"""Carries the source's name and hints as JSON in our own archive."""
RECORD_TYPE = "application/vnd.samestory.record+json"
"""Media type of a kept record (an rss entry)."""

_PAGE_TYPES = ("text/html", "application/xhtml+xml", "text/plain")


def read_warc(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read the pages of one WARC file, in file order; ``line`` is the number of the record."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    number = 0
    with path.open("rb") as stream:
        records = iter(ArchiveIterator(stream))
        while True:
            number += 1
            try:
                record = next(records)
            except StopIteration:
                return
            except (ArchiveLoadFailed, EOFError, OSError, ValueError, AttributeError) as error:
                # warcio meets a record without its address with an AttributeError
                yield Reject(
                    PageOrigin("files", path_text(path), number),
                    "malformed-line",
                    f"the WARC file is torn or damaged here: {error}",
                )
                return
            if record.rec_type not in ("response", "resource"):
                continue
            try:
                page = _read_record(path, number, record, config)
            except (EOFError, OSError, ValueError) as error:
                yield Reject(
                    PageOrigin("files", path_text(path), number), "malformed-line", f"record cannot be read: {error}"
                )
                continue
            if page is not None:
                yield page


def _read_record(path: Path, number: int, record: Any, config: IngestConfig) -> RawPage | Reject | None:
    headers = record.rec_headers
    url = (headers.get_header("WARC-Target-URI") or "").strip("<> ")
    origin = PageOrigin("files", path_text(path), number, url or None)
    if not url.startswith(("http://", "https://")):
        return None
    if record.rec_type == "response":
        if record.http_headers is None or record.http_headers.get_statuscode() != "200":
            return None
        declared = record.http_headers.get_header("Content-Type") or ""
    else:
        declared = headers.get_header("Content-Type") or ""
    media_type, charset = split_media_type(declared)
    is_record = media_type == RECORD_TYPE
    if media_type and media_type not in _PAGE_TYPES and not is_record:
        return None
    content = record.content_stream().read(config.max_page_bytes + 1)
    if len(content) > config.max_page_bytes:
        return Reject(origin, "too-large", f"more than {config.max_page_bytes} bytes")
    if not _is_whole(record, headers, content):
        return Reject(origin, "malformed-line", "the WARC file is torn inside this record")
    source, hints = _read_facts(headers.get_header(HINTS_HEADER))
    if source is not None:
        origin = PageOrigin(source, origin.path, origin.line, origin.url)
    fetched_at = _read_time(headers.get_header("WARC-Date"))
    if is_record:
        fields = json.loads(content)
        return RawPage(origin, "record", fetched_at, fields=fields, media_type=media_type, hints=hints)
    kind: PageKind = "text" if media_type == "text/plain" else "html"
    return RawPage(
        origin, kind, fetched_at, content=content, media_type=media_type or None, charset=charset, hints=hints
    )


def _is_whole(record: Any, headers: Any, content: bytes) -> bool:
    """Say whether the record was read to its declared end."""
    limit = getattr(record.raw_stream, "limit", 0)
    return not limit or bool(record.raw_stream.read(1))


def split_media_type(declared: str) -> tuple[str, str | None]:
    """Split a Content-Type header into (media type, charset)."""
    media_type, _, rest = declared.partition(";")
    charset = None
    for part in rest.split(";"):
        key, _, value = part.partition("=")
        if key.strip().lower() == "charset" and value.strip():
            charset = value.strip().strip("\"'").lower()
    return media_type.strip().lower(), charset


def _read_time(value: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(value or "")
    except ValueError:
        return datetime.now(UTC)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _read_facts(value: str | None) -> tuple[str | None, dict[str, str]]:
    """Give (source, hints) of a page that we archived ourselves."""
    try:
        facts = json.loads(value or "null")
    except ValueError:
        return None, {}
    if not isinstance(facts, dict) or not isinstance(facts.get("hints"), dict):
        return None, {}
    return str(facts.get("source") or "files"), {str(key): str(item) for key, item in facts["hints"].items()}
