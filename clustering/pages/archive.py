"""Our own archive of raw pages: WARC files that any WARC tool reads, and that give the same articles again.

Takes raw pages, appends them to ``.warc.gz`` files in one folder; gives them back. Every opening for writing begins a new file, so a crash tears
only the end of one, and what stands before the tear is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from clustering.config import IngestConfig
from clustering.pages.warc import HINTS_HEADER, RECORD_TYPE, read_warc
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["RawArchive"]

FILE_BYTES = 256 * 1024 * 1024
"""A file is closed when it is larger: small enough to copy, large enough that a year is a few hundred."""


class RawArchive:
    """A folder of WARC files. Use as a context manager for writing; reading needs no opening."""

    def __init__(self, folder: Path, *, file_bytes: int = FILE_BYTES) -> None:
        self.folder = folder
        self._file_bytes = file_bytes
        self._stream: BinaryIO | None = None
        self._writer: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def append(self, page: RawPage) -> None:
        """Keep one raw page. A page without URL and without fields (a local file) is not kept: it is its own archive."""
        url = page.origin.url
        if page.kind == "record":
            content = json.dumps(page.fields, ensure_ascii=False, default=str).encode("utf-8", "replace")
            media_type = RECORD_TYPE
            url = url or str((page.fields or {}).get("url") or "")
        else:
            content, media_type = (
                page.content,
                page.media_type or ("text/html" if page.kind == "html" else "text/plain"),
            )
            if page.charset:
                media_type = f"{media_type}; charset={page.charset}"
        if not url:
            return
        self._write(url, page, content, media_type)

    def _write(self, url: str, page: RawPage, content: bytes, media_type: str) -> None:
        from warcio.statusandheaders import StatusAndHeaders

        writer = self._open()
        facts = {"hints": page.hints, "source": page.origin.source}
        headers = {
            "WARC-Date": page.fetched_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            HINTS_HEADER: json.dumps(facts, ensure_ascii=True, sort_keys=True),
        }
        http = StatusAndHeaders(
            "200 OK", [("Content-Type", media_type), ("Content-Length", str(len(content)))], protocol="HTTP/1.1"
        )
        is_record = page.kind == "record"
        record = writer.create_warc_record(
            url,
            "resource" if is_record else "response",
            payload=BytesIO(content),
            # without it warcio copies every page through a file
            length=len(content),
            warc_content_type=media_type if is_record else "",
            warc_headers_dict=headers,
            http_headers=None if is_record else http,
        )
        writer.write_record(record)
        if self._stream is not None:
            self._stream.flush()

    def _open(self) -> Any:
        from warcio.warcwriter import WARCWriter

        if self._stream is not None and self._stream.tell() >= self._file_bytes:
            self.close()
        if self._stream is None:
            self.folder.mkdir(parents=True, exist_ok=True)
            stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            path = self.folder / f"raw-{stamp}.warc.gz"
            self._stream = path.open("xb")
            self._writer = WARCWriter(self._stream, gzip=True)
            info = self._writer.create_warcinfo_record(
                path.name, {"software": "samestory", "format": "WARC File Format 1.1"}
            )
            self._writer.write_record(info)
        return self._writer

    def close(self) -> None:
        """Close the file being written, if any."""
        if self._stream is not None:
            self._stream.close()
            self._stream = self._writer = None

    def list_files(self) -> list[Path]:
        """Give the archive's files, oldest first."""
        return sorted(self.folder.glob("raw-*.warc.gz")) if self.folder.is_dir() else []

    def read(self, config: IngestConfig, *, newest_only: bool = True) -> Iterator[RawPage | Reject]:
        """Give the pages kept, oldest first; with ``newest_only`` each URL's latest capture alone. Torn files end with a reject."""
        latest: dict[str, tuple[str, int]] = {}
        if newest_only:
            for item in self._read_all(config):
                if isinstance(item, RawPage):
                    latest[_key(item)] = _place(item)
        for item in self._read_all(config):
            if isinstance(item, RawPage) and newest_only and latest.get(_key(item)) != _place(item):
                continue
            yield item

    def _read_all(self, config: IngestConfig) -> Iterator[RawPage | Reject]:
        for path in self.list_files():
            yield from read_warc(path, config)


def _key(page: RawPage) -> str:
    # an rss entry and the page behind it are two pages of one URL
    return f"{page.kind} {page.origin.url}"


def _place(page: RawPage) -> tuple[str, int]:
    origin: PageOrigin = page.origin
    return origin.path or "", origin.line or 0
