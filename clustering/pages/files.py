"""Files and folders given by the user, as raw pages.

Takes paths, gives pages and rejects in path order; reads lazily, one file at a time. What a file is, its ending says; each kind has
its own module. A file of no known kind inside a folder is left alone; given by name, it is an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from clustering.config import IngestConfig
from clustering.errors import InputError
from clustering.types import RawPage, Reject

__all__ = ["KNOWN_ENDINGS", "find_files", "read_paths"]

Reader = Callable[[Path, IngestConfig], Iterator[RawPage | Reject]]


def _readers() -> dict[str, Reader]:
    from clustering.pages.html import read_html
    from clustering.pages.jsonl import read_jsonl
    from clustering.pages.tables import read_csv, read_parquet
    from clustering.pages.text import read_text
    from clustering.pages.warc import read_warc

    return {
        ".jsonl": read_jsonl,
        ".ndjson": read_jsonl,
        ".json": read_jsonl,
        ".jsonl.gz": read_jsonl,
        ".ndjson.gz": read_jsonl,
        ".json.gz": read_jsonl,
        ".csv": read_csv,
        ".csv.gz": read_csv,
        ".tsv": read_csv,
        ".parquet": read_parquet,
        ".html": read_html,
        ".htm": read_html,
        ".xhtml": read_html,
        ".txt": read_text,
        ".warc": read_warc,
        ".warc.gz": read_warc,
    }


KNOWN_ENDINGS = (
    ".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz", ".csv", ".csv.gz", ".tsv", ".parquet", ".html", ".htm", ".xhtml",
    ".txt", ".warc", ".warc.gz",
)  # fmt: skip


def _ending(path: Path) -> str | None:
    name = path.name.lower()
    found = [ending for ending in KNOWN_ENDINGS if name.endswith(ending)]
    return max(found, key=len) if found else None


def find_files(paths: Sequence[Path]) -> list[Path]:
    """List the files to read: each path in turn, folders recursively in name order, hidden files and unknown kinds left out.

    Errors: ``InputError`` for a path that is not there, is of no known kind, or a folder without anything to read.
    """
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(
                p for p in path.rglob("*") if _is_visible(p, path) and p.is_file() and _ending(p) is not None
            )
            inside = [p for p in inside if not _is_expectation(p, inside)]
            if not inside:
                raise InputError(f"{path}: no file to read (known: {', '.join(KNOWN_ENDINGS)})")
            files += inside
        elif path.is_file():
            if _ending(path) is None:
                raise InputError(f"{path}: unknown kind of file (known: {', '.join(KNOWN_ENDINGS)})")
            files.append(path)
        else:
            raise InputError(f"no file or folder {path}")
    return list(dict.fromkeys(files))


def _is_expectation(path: Path, others: list[Path]) -> bool:
    """Say whether a file holds what golden pages beside it must give: an object whose every key names one of them."""
    if path.name != "expected.json":
        return False
    try:
        keys = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    names = {other.name for other in others}
    return isinstance(keys, dict) and bool(keys) and all(key in names for key in keys)


def _is_visible(path: Path, root: Path) -> bool:
    return not any(part.startswith((".", "__")) for part in path.relative_to(root).parts)


def read_paths(paths: Sequence[Path], config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read files and folders as raw pages; what cannot be read is a ``Reject`` with file and line.

    Paths are checked before anything is read. Errors: ``InputError`` for a missing path, or a file that cannot be opened.
    """
    files = find_files(paths)
    return _read_files(files, config)


def _read_files(files: list[Path], config: IngestConfig) -> Iterator[RawPage | Reject]:
    readers = _readers()
    for path in files:
        ending = _ending(path)
        if ending is None:
            continue
        try:
            yield from readers[ending](path, config)
        except (PermissionError, IsADirectoryError, FileNotFoundError) as error:
            raise InputError(f"{path}: cannot be read: {error.strerror}") from error
