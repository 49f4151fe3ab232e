"""The window of articles a cluster run looks at, with their vectors, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.store.database import arrow_view, fetch_row

__all__ = ["ArticleWindow", "StoredText", "find_window_start", "read_texts", "read_window"]


@dataclass(frozen=True, slots=True)
class ArticleWindow:
    """Columns of length n_articles, ordered by article id.

    ``published_hours`` (n,) float64: hours since the epoch, UTC, nan when unknown. ``vectors`` (n, dim) float32 unit rows.
    ``story_ids``: the story each is in now, None when none or never clustered; ``clustered``: whether it ever was.
    """

    ids: list[str]
    titles: list[str]
    texts: list[str]
    languages: list[str | None]
    outlets: list[str | None]
    wires: list[str | None]
    wire_roles: list[str]
    precisions: list[str]
    canonical_urls: list[str | None]
    published_hours: NDArray[np.float64]
    vectors: NDArray[np.float32]
    story_ids: list[str | None]
    clustered: NDArray[np.bool_]


def find_window_start(
    connection: duckdb.DuckDBPyConnection, window_days: float, horizon_hours: float
) -> datetime | None:
    """Give the time from which articles are clustered again; None when the store is empty.

    That is ``window_days`` before the newest article, or one horizon before the earliest article never clustered,
    whichever is earlier: so an archive ingested at once is clustered whole, and a daily run looks at its window only.
    """
    newest, earliest_new = fetch_row(
        connection,
        """
        SELECT max(coalesce(published_at, ingested_at)),
               min(coalesce(published_at, ingested_at)) FILTER (WHERE c.article_id IS NULL)
        FROM articles a LEFT JOIN (SELECT DISTINCT article_id FROM assignments) c USING (article_id)
        """,
    )
    if newest is None:
        return None
    start: datetime = newest - timedelta(days=window_days)
    if earliest_new is not None:
        start = min(start, earliest_new - timedelta(hours=horizon_hours))
    return start


def read_window(
    connection: duckdb.DuckDBPyConnection,
    start: datetime,
    fingerprint: str,
    *,
    text_chars: int,
    also: Sequence[str] = (),
) -> ArticleWindow:
    """Read every article published (or, undated, ingested) since ``start`` that has a vector of ``fingerprint``.

    ``also``: ids of older articles to read with them (those a correction by hand speaks of).
    """
    table = connection.sql(
        """
        SELECT a.article_id, a.title, a.text[1:$chars] AS text, a.language, a.outlet, a.wire, a.wire_role, a.published_precision, a.canonical_url,
               epoch(a.published_at) / 3600.0 AS hours, v.vector, c.story_id, c.article_id IS NOT NULL AS clustered
        FROM articles a
        JOIN vectors v ON v.content_hash = a.content_hash AND v.fingerprint = $fingerprint
        LEFT JOIN current_assignments c ON c.article_id = a.article_id
        WHERE coalesce(a.published_at, a.ingested_at) >= $start OR list_contains($also, a.article_id)
        ORDER BY a.article_id
        """,
        params={"chars": text_chars, "fingerprint": fingerprint, "start": start, "also": list(also)},
    ).to_arrow_table()
    n = table.num_rows
    flat = table["vector"].combine_chunks().flatten().to_numpy(zero_copy_only=False)
    hours = table["hours"].to_numpy().astype(np.float64) if n else np.empty(0)
    return ArticleWindow(
        ids=table["article_id"].to_pylist(),
        titles=table["title"].to_pylist(),
        texts=table["text"].to_pylist(),
        languages=table["language"].to_pylist(),
        outlets=table["outlet"].to_pylist(),
        wires=table["wire"].to_pylist(),
        wire_roles=table["wire_role"].to_pylist(),
        precisions=table["published_precision"].to_pylist(),
        canonical_urls=table["canonical_url"].to_pylist(),
        published_hours=hours,
        vectors=flat.reshape(n, -1).astype(np.float32, copy=False) if n else np.empty((0, 0), np.float32),
        story_ids=table["story_id"].to_pylist(),
        clustered=table["clustered"].to_numpy().astype(bool) if n else np.empty(0, bool),
    )


@dataclass(frozen=True, slots=True)
class StoredText:
    """One stored article as a story's description needs it. ``vector`` (dim,) float32; None without one of the fingerprint."""

    article_id: str
    title: str
    text: str
    language: str | None
    published_at: datetime | None
    outlet: str | None
    is_reprint: bool
    vector: NDArray[np.float32] | None


def read_texts(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str], fingerprint: str, *, text_chars: int
) -> list[StoredText]:
    """Read articles by id, in order of id; ids that are not stored are left out."""
    with arrow_view(connection, "wanted", pa.table({"article_id": pa.array(article_ids, pa.string())})):
        table = connection.sql(
            """
            SELECT a.article_id, a.title, a.text[1:$chars] AS text, a.language, a.published_at, a.outlet,
                   coalesce(c.is_reprint, false) AS is_reprint, v.vector
            FROM wanted JOIN articles a USING (article_id)
            LEFT JOIN current_assignments c USING (article_id)
            LEFT JOIN vectors v ON v.content_hash = a.content_hash AND v.fingerprint = $fingerprint
            ORDER BY a.article_id
            """,
            params={"chars": text_chars, "fingerprint": fingerprint},
        ).to_arrow_table()
    vectors = table["vector"].combine_chunks()
    flat = vectors.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
    offsets = np.concatenate([[0], np.cumsum([0 if not v.is_valid else len(v) for v in vectors])]).astype(int)
    rows = table.drop_columns(["vector"]).to_pylist()
    return [
        StoredText(**row, vector=flat[offsets[i] : offsets[i + 1]] if offsets[i + 1] > offsets[i] else None)
        for i, row in enumerate(rows)
    ]
