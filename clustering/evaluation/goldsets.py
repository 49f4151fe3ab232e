"""Labelled sets on disk: articles with a gold story, or labelled pairs of articles.

Takes a JSONL file (optionally gzipped) of ``{"id", "title", "text", "language", "published_at", "outlet", "story"}``, with an
optional ``pairs.tsv`` (``id, id, 0|1``) beside it. Gives a frozen ``GoldSet``; the gold never reaches the engine, which sees only
the ``ClusterInput`` built from the other columns.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.errors import InputError

__all__ = ["GoldSet", "find_gold_sets", "hash_gold_file", "load_gold_set"]


@dataclass(frozen=True, slots=True)
class GoldSet:
    """One labelled set, columns of equal length. ``stories`` holds None for unlabelled articles; ``published_hours`` nan for unknown."""

    name: str
    path: Path
    ids: list[str]
    titles: list[str]
    texts: list[str]
    languages: list[str | None]
    outlets: list[str | None]
    published_hours: NDArray[np.float64]
    stories: list[str | None]
    pairs: list[tuple[str, str, bool]]

    def __len__(self) -> int:
        """Give the number of articles."""
        return len(self.ids)


def find_gold_sets(folder: Path) -> dict[str, Path]:
    """Give name -> articles file for every set with texts under the folder (``<name>/articles.jsonl[.gz]``)."""
    found: dict[str, Path] = {}
    if folder.is_dir():
        for entry in sorted(folder.iterdir()):
            for name in ("articles.jsonl.gz", "articles.jsonl"):
                if (entry / name).is_file():
                    found[entry.name] = entry / name
                    break
    return found


def hash_gold_file(path: Path) -> str:
    """Give 16 hex digits of the uncompressed content with its ``gold.tsv``, the checksum the quality gate pins."""
    digest = hashlib.blake2b(digest_size=8)
    folder = path if path.is_dir() else path.parent
    for file in [*(sorted(path.glob("*.jsonl")) if path.is_dir() else [path]), folder / "gold.tsv"]:
        for line in _read_lines(file) if file.is_file() else ():
            digest.update(line.encode())
    return digest.hexdigest()


def load_gold_set(path: Path, *, name: str | None = None) -> GoldSet:
    """Read one labelled set: a file, or a folder of JSONL files. A ``gold.tsv`` beside them (``article_id``, ``story``) names stories too.

    Errors: ``InputError`` naming file and line for a missing file, a line that is not one record, or a repeated id.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    folder = path if path.is_dir() else path.parent
    if not files or not files[0].is_file():
        raise InputError(f"no gold file {path}")
    stories = _read_stories(folder / "gold.tsv")
    rows: list[dict[str, object]] = []
    seen: set[str] = set()
    for file, number, line in _number_lines(files):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            article_id = str(row["id"])
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise InputError(f"{file}:{number}: not a gold record with an id: {error}") from error
        if article_id in seen:
            raise InputError(f"{file}:{number}: id {article_id!r} appears twice")
        seen.add(article_id)
        rows.append(row)
    return GoldSet(
        name=name or (folder.name if path.is_dir() or path.name.startswith("articles.") else path.name.split(".")[0]),
        path=path,
        ids=[str(row["id"]) for row in rows],
        titles=[_text(row.get("title")) for row in rows],
        texts=[_text(row.get("text")) for row in rows],
        languages=[_text(row.get("language")) or None for row in rows],
        outlets=[_text(row.get("outlet")) or None for row in rows],
        published_hours=np.array([_hours(row.get("published_at"), path) for row in rows], dtype=np.float64),
        stories=[_text(row.get("story")) or stories.get(str(row["id"])) for row in rows],
        pairs=list(_read_pairs(folder / "pairs.tsv")),
    )


def _read_lines(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as stream:
            yield from stream
    else:
        with path.open(encoding="utf-8") as stream:
            yield from stream


def _number_lines(files: list[Path]) -> Iterator[tuple[Path, int, str]]:
    for file in files:
        for number, line in enumerate(_read_lines(file), 1):
            yield file, number, line


def _read_stories(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    header, *lines = path.read_text(encoding="utf-8").splitlines()
    columns = header.split("\t")
    if "article_id" not in columns or "story" not in columns:
        raise InputError(f"{path}: needs the columns article_id and story")
    at, story = columns.index("article_id"), columns.index("story")
    return {
        cells[at]: cells[story] for cells in (line.split("\t") for line in lines) if len(cells) > story and cells[story]
    }


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _hours(value: object, path: Path) -> float:
    if not value:
        return float("nan")
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise InputError(f"{path}: published_at {value!r} is not an ISO 8601 time") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.timestamp() / 3600.0


def _read_pairs(path: Path) -> Iterator[tuple[str, str, bool]]:
    if not path.is_file():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        cells = line.split("\t")
        if len(cells) < 3 or (number == 1 and cells[2].strip() not in ("0", "1")):
            continue
        yield cells[0], cells[1], cells[2].strip() == "1"
