"""Vectors in the private database: one per (content, encoder fingerprint)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.store.database import arrow_view, fetch_row, transaction

__all__ = ["UnembeddedText", "count_unembedded", "next_unembedded", "store_encoder", "store_vectors"]


@dataclass(frozen=True, slots=True)
class UnembeddedText:
    """One content that has no vector of an encoder yet."""

    content_hash: str
    title: str
    text: str
    language: str | None


def store_encoder(connection: duckdb.DuckDBPyConnection, fingerprint: str, dimension: int, run_id: int) -> None:
    """Record an encoder the first time it is used."""
    connection.execute("INSERT OR IGNORE INTO encoders VALUES (?, ?, ?)", [fingerprint, dimension, run_id])


_UNEMBEDDED = """
    FROM articles a
    WHERE ($since IS NULL OR coalesce(a.published_at, a.ingested_at) >= $since)
      AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.content_hash = a.content_hash AND v.fingerprint = $fingerprint)
"""


def count_unembedded(connection: duckdb.DuckDBPyConnection, fingerprint: str, since: datetime | None = None) -> int:
    """Count contents without a vector of this fingerprint, of articles since ``since`` (None: all)."""
    [n] = fetch_row(
        connection, f"SELECT count(DISTINCT a.content_hash) {_UNEMBEDDED}", {"fingerprint": fingerprint, "since": since}
    )
    return int(n)


def next_unembedded(
    connection: duckdb.DuckDBPyConnection, fingerprint: str, limit: int, since: datetime | None = None
) -> list[UnembeddedText]:
    """Give up to ``limit`` contents without a vector, in the order they were ingested."""
    rows = connection.execute(
        "SELECT a.content_hash, arg_min(a.title, a.article_id), arg_min(a.text, a.article_id), arg_min(a.language, a.article_id)"
        f" {_UNEMBEDDED} GROUP BY a.content_hash ORDER BY min(a.ingested_run_id), a.content_hash LIMIT $limit",
        {"fingerprint": fingerprint, "since": since, "limit": limit},
    ).fetchall()
    return [UnembeddedText(*row) for row in rows]


def store_vectors(
    connection: duckdb.DuckDBPyConnection, fingerprint: str, hashes: Sequence[str], vectors: NDArray[np.float32]
) -> None:
    """Store ``vectors`` (n, dim) under their content hashes, in one transaction; ones already there stay."""
    values = pa.FixedSizeListArray.from_arrays(pa.array(np.ascontiguousarray(vectors).ravel()), vectors.shape[1])
    table = pa.table({"content_hash": pa.array(hashes, pa.string()), "vector": values})
    with transaction(connection), arrow_view(connection, "new_vectors", table):
        connection.execute(
            "INSERT OR IGNORE INTO vectors SELECT content_hash, ?, vector FROM new_vectors", [fingerprint]
        )
