"""JSON Lines: one article a line. Also plain JSON files that hold one list of objects or one object.

A line that is not a JSON object is a reject with its number. gzip is read on the fly; a torn gzip file gives everything up to the tear.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any, cast

from clustering.config import IngestConfig
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["file_time", "path_text", "read_jsonl", "record_page"]


def path_text(path: Path) -> str:
    """Give a path as text that can be stored: bytes that are not UTF-8 are written out."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def file_time(path: Path) -> datetime:
    """Give a file's modification time: the best guess of when its pages were obtained."""
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC).replace(microsecond=0)


def record_page(path: Path, line: int, fields: dict[str, object], fetched_at: datetime) -> RawPage:
    """Wrap one record of a file. The hint ``clock = file`` says that the time is the file's, not the fetch's."""
    return RawPage(
        PageOrigin("files", path_text(path), line), "record", fetched_at, fields=fields, hints={"clock": "file"}
    )


def read_jsonl(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read one file of JSON Lines (or a JSON list), gzipped or not."""
    fetched_at = file_time(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        if path.name.lower().removesuffix(".gz").endswith(".json"):
            yield from _read_json(path, stream, fetched_at, config)
        else:
            yield from _read_lines(path, stream, fetched_at, config)


def _read_lines(
    path: Path, stream: IO[bytes], fetched_at: datetime, config: IngestConfig
) -> Iterator[RawPage | Reject]:
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(config.max_page_bytes + 1)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Reject(
                PageOrigin("files", path_text(path), number), "malformed-line", f"the gzip file is torn here: {error}"
            )
            return
        if not line:
            return
        if len(line) > config.max_page_bytes:
            while line and not line.endswith(b"\n"):
                line = stream.readline(1 << 20)
            yield Reject(
                PageOrigin("files", path_text(path), number),
                "too-large",
                f"line longer than {config.max_page_bytes} bytes",
            )
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        if line.isspace():
            continue
        found = _parse(line)
        if isinstance(found, dict):
            yield record_page(path, number, found, fetched_at)
        else:
            yield Reject(PageOrigin("files", path_text(path), number), *found)


def _parse(line: bytes) -> dict[str, object] | tuple[str, str]:
    """Give the object of a line, or (reason, detail)."""
    try:
        value: Any = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return "undecodable", f"not UTF-8 at byte {error.start}"
    except json.JSONDecodeError as error:
        return "malformed-line", f"not JSON: {error.msg} at character {error.pos + 1}"
    except (RecursionError, ValueError) as error:
        return "malformed-line", f"not JSON: {type(error).__name__}"
    if not isinstance(value, dict):
        return "malformed-line", f"a JSON {type(value).__name__}, not an object"
    return value


def _read_json(path: Path, stream: IO[bytes], fetched_at: datetime, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read a ``.json`` file: lines of objects, or one list, or one object."""
    try:
        start = stream.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()
        stream.seek(0)
        if not start.startswith(b"["):
            first = stream.readline(config.max_page_bytes)
            stream.seek(0)
            if isinstance(_parse(first.removeprefix(b"\xef\xbb\xbf")), dict):
                yield from _read_lines(path, stream, fetched_at, config)
                return
        content = stream.read().removeprefix(b"\xef\xbb\xbf")
        value: Any = json.loads(content.decode("utf-8"))
    except UnicodeDecodeError as error:
        yield Reject(PageOrigin("files", path_text(path)), "undecodable", f"not UTF-8 at byte {error.start}")
        return
    except (json.JSONDecodeError, RecursionError, ValueError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Reject(PageOrigin("files", path_text(path)), "malformed-line", f"not JSON: {error}")
        return
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        if isinstance(item, dict):
            yield record_page(path, number, item, fetched_at)
        else:
            yield Reject(
                PageOrigin("files", path_text(path), number),
                "malformed-line",
                f"a JSON {type(item).__name__}, not an object",
            )
