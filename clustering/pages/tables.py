"""CSV and Parquet: one article a row, the columns named as the fields of JSON Lines.

A file without the columns ``title`` and ``text`` is one reject; a row with a wrong number of cells is a reject with its line.
"""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from clustering.config import IngestConfig
from clustering.pages.jsonl import file_time, path_text, record_page
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["read_csv", "read_parquet"]

_COLUMNS = frozenset({"id", "url", "outlet", "published_at", "language", "title", "text"})
_BATCH_ROWS = 2_000


def _no_columns(path: Path, columns: list[str]) -> Reject:
    return Reject(
        PageOrigin("files", path_text(path), 1),
        "missing-column",
        f"neither title nor text among the columns {', '.join(columns[:12]) or '(none)'}",
    )


def read_csv(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read a CSV file with a header line: UTF-8, separated by comma, semicolon or tab."""
    csv.field_size_limit(min(config.max_page_bytes, 2**31 - 1))
    fetched_at = file_time(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stream = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
        # bytes that are not UTF-8 pass as lone surrogates, so that one bad row does not end the file
        text = io.TextIOWrapper(stream, encoding="utf-8-sig", errors="surrogateescape", newline="")
        try:
            header_line = text.readline()
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            yield Reject(
                PageOrigin("files", path_text(path), 1), "malformed-line", f"the gzip file is torn here: {error}"
            )
            return
        delimiter = max(",;\t", key=lambda d: len(_COLUMNS & set(_names(header_line, d))))
        columns = _names(header_line, delimiter)
        if "title" not in columns and "text" not in columns:
            yield _no_columns(path, columns)
            return
        rows = csv.reader(text, delimiter=delimiter, strict=True)
        while True:
            line = rows.line_num + 2
            origin = PageOrigin("files", path_text(path), line)
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                reason = "too-large" if "field limit" in str(error) else "malformed-line"
                yield Reject(origin, reason, f"not CSV: {error}")
                continue
            except (EOFError, zlib.error, gzip.BadGzipFile) as error:
                yield Reject(origin, "malformed-line", f"the gzip file is torn here: {error}")
                return
            if not row:
                continue
            if len(row) != len(columns):
                yield Reject(origin, "malformed-line", f"{len(row)} cells where the header has {len(columns)}")
                continue
            if any(not cell.isascii() and _has_surrogate(cell) for cell in row):
                yield Reject(origin, "undecodable", "not UTF-8")
                continue
            yield record_page(
                path, line, {name: cell or None for name, cell in zip(columns, row, strict=True)}, fetched_at
            )


def _names(header: str, delimiter: str) -> list[str]:
    try:
        return [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _has_surrogate(cell: str) -> bool:
    return any("\udc80" <= c <= "\udcff" for c in cell)


def read_parquet(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read a Parquet file batch by batch; only the columns an article can use are loaded."""
    import pyarrow
    import pyarrow.parquet as parquet

    fetched_at = file_time(path)
    try:
        file = parquet.ParquetFile(path)
    except (pyarrow.ArrowInvalid, OSError) as error:
        yield Reject(
            PageOrigin("files", path_text(path)), "malformed-line", f"not Parquet: {str(error).splitlines()[0]}"
        )
        return
    with file:
        names = {name: name.strip().lower() for name in file.schema_arrow.names}
        if not {"title", "text"} & set(names.values()):
            yield _no_columns(path, list(names.values()))
            return
        wanted = [name for name, plain in names.items() if plain in _COLUMNS or plain in _EXTRA_COLUMNS]
        line = 0
        try:
            for batch in file.iter_batches(batch_size=_BATCH_ROWS, columns=wanted):
                columns = [_plain_values(column) for column in batch.columns]
                for values in zip(*columns, strict=True):
                    line += 1
                    row = {names[name]: value for name, value in zip(batch.schema.names, values, strict=True)}
                    yield record_page(path, line, row, fetched_at)
        except (pyarrow.ArrowInvalid, OSError, ValueError) as error:
            yield Reject(
                PageOrigin("files", path_text(path), line + 1),
                "malformed-line",
                f"Parquet ends here: {str(error).splitlines()[0]}",
            )


def _plain_values(column: Any) -> list[Any]:
    """Give a column's values as Python objects.

    Nanoseconds are cut to microseconds. A time beyond Python's years becomes its number, which no date reader takes for a date: that row
    alone is a bad date.
    """
    import pyarrow

    if not pyarrow.types.is_timestamp(column.type):
        return list(column.to_pylist())
    if column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", tz=column.type.tz), safe=False)
    try:
        return list(column.to_pylist())
    except (OverflowError, ValueError):
        return [_plain_time(value) for value in column]


def _plain_time(value: Any) -> Any:
    try:
        return value.as_py()
    except (OverflowError, ValueError):
        return f"beyond all years: {value.value}"


_EXTRA_COLUMNS = frozenset({"author", "section", "image", "lead", "modified_at", "fetched_at", "canonical_url"})
