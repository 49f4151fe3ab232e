"""Taking forgotten articles out of the private database, tombstones, and the search for what is left.

Carries out a ``ForgetPlan`` in one transaction, and rewrites the database file: a deleted row's bytes stay in a DuckDB file until it is written anew.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import duckdb
import pyarrow as pa

from clustering.store.database import arrow_view, fetch_row
from clustering.store.workspace import Workspace
from clustering.stories.takedown import ForgetPlan, StoredArticle, Tombstone

__all__ = [
    "delete_articles",
    "read_places",
    "read_stored_articles",
    "read_tombstones",
    "rewrite_database",
    "write_tombstones",
]

_CHUNK_BYTES = 32 << 20
_OVERLAP_BYTES = 4_096


def read_stored_articles(
    connection: duckdb.DuckDBPyConnection, article_ids: Sequence[str] | None = None
) -> list[StoredArticle]:
    """Give every article without its text, or those asked for with it, by id."""
    if article_ids is None:
        rows = connection.execute(
            "SELECT article_id, url, canonical_url, outlet, '', '' FROM articles ORDER BY article_id"
        ).fetchall()
    else:
        with arrow_view(connection, "wanted", pa.table({"article_id": pa.array(article_ids, pa.string())})):
            rows = connection.execute(
                "SELECT article_id, url, canonical_url, outlet, title, text FROM articles JOIN wanted USING (article_id)"
                " ORDER BY article_id"
            ).fetchall()
    return [StoredArticle(*row) for row in rows]


def read_tombstones(connection: duckdb.DuckDBPyConnection) -> list[Tombstone]:
    """Give every tombstone, one per key."""
    rows = connection.execute("SELECT kind, key, made_at, author, reason FROM tombstones ORDER BY kind, key").fetchall()
    return [Tombstone(kind, (key,), made_at, author, reason) for kind, key, made_at, author, reason in rows]


def write_tombstones(connection: duckdb.DuckDBPyConnection, tombstones: Sequence[Tombstone]) -> None:
    """Store tombstones; one already there stays as it is."""
    for stone in tombstones:
        for key in stone.keys:
            connection.execute(
                "INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?, ?, ?)",
                [stone.kind, key, stone.at, stone.author, stone.reason],
            )


def delete_articles(connection: duckdb.DuckDBPyConnection, plan: ForgetPlan, titles: Sequence[str]) -> dict[str, int]:
    """Delete the planned articles and every trace of them; give counts of rows by table. Call within a transaction.

    Versions of stories that were made from such an article lose description, trust and centroid: all versions of the stories it is in (the
    caller writes a new one), and the old versions of those it once was in. ``titles`` of forgotten articles are cut out of thread titles.
    """
    counts: dict[str, int] = {}
    ids = pa.table({"article_id": pa.array(plan.article_ids, pa.string())})
    with arrow_view(connection, "forgotten", ids):
        counts["story_versions"] = _count(
            connection,
            """
            UPDATE story_versions SET description = '{}', trust = '{}', centroid = NULL
            WHERE story_id IN (SELECT story_id FROM current_assignments JOIN forgotten USING (article_id))
               OR story_id IN (SELECT story_id FROM assignments JOIN forgotten USING (article_id))
              AND (story_id, run_id) NOT IN (SELECT (story_id, run_id) FROM current_stories)
            """,
        )
        counts["vectors"] = _count(
            connection,
            "DELETE FROM vectors WHERE content_hash IN (SELECT content_hash FROM articles JOIN forgotten USING (article_id))"
            " AND content_hash NOT IN (SELECT content_hash FROM articles ANTI JOIN forgotten USING (article_id))",
        )
        counts["assignments"] = _count(
            connection, "DELETE FROM assignments WHERE article_id IN (SELECT article_id FROM forgotten)"
        )
        connection.execute(
            "UPDATE assignments SET joined_by = NULL, joined_probability = NULL, joined_parts = NULL"
            " WHERE joined_by IN (SELECT article_id FROM forgotten)"
        )
        connection.execute(
            "UPDATE assignments SET original_id = NULL WHERE original_id IN (SELECT article_id FROM forgotten)"
        )
        counts["pages"] = _count(
            connection,
            "UPDATE pages SET outcome = 'reject', reason = 'tombstone', detail = 'forgotten on request', url = NULL"
            " WHERE article_id IN (SELECT article_id FROM forgotten)",
        )
        connection.execute("DELETE FROM contests WHERE article_id IN (SELECT article_id FROM forgotten)")
        connection.execute("DELETE FROM contests WHERE other_id IN (SELECT article_id FROM forgotten)")
        counts["articles"] = _count(
            connection, "DELETE FROM articles WHERE article_id IN (SELECT article_id FROM forgotten)"
        )
    for title in titles:
        if title:
            connection.execute(
                "UPDATE thread_versions SET title = trim(replace(title, ?, ''), ' :') WHERE contains(title, ?)",
                [title, title],
            )
    return counts


def rewrite_database(workspace: Workspace) -> None:
    """Write the database to a new file and put it in the old one's place, so that no deleted byte is left. No connection may be open."""
    fresh = workspace.database.with_suffix(".rewritten")
    fresh.unlink(missing_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{_quote(workspace.database)}' AS old")
        connection.execute(f"ATTACH '{_quote(fresh)}' AS fresh")
        connection.execute("COPY FROM DATABASE old TO fresh")
        connection.execute("DETACH fresh")
        connection.execute("DETACH old")
    fresh.replace(workspace.database)
    workspace.database.with_name(workspace.database.name + ".wal").unlink(missing_ok=True)


def read_places(path: Path) -> Iterator[tuple[str, str | bytes]]:
    """Give everything readable of a file or folder as (place, content): files in chunks of bytes, DuckDB and Parquet files column by column too.

    Those are compressed: their bytes alone would hide what is in them. Tombstones are left out: they keep the prefix a person named.
    """
    files = (
        sorted(one for one in path.rglob("*") if one.is_file() and not one.is_symlink()) if path.is_dir() else [path]
    )
    for file in files:
        if file.suffix == ".duckdb":
            with duckdb.connect(str(file), read_only=True) as connection:
                yield from _read_tables(connection, str(file))
        elif file.suffix == ".parquet":
            with duckdb.connect() as connection:
                connection.execute(f"CREATE VIEW data AS FROM read_parquet('{_quote(file)}')")
                yield from _read_tables(connection, str(file))
        if file.suffix == ".gz":
            with gzip.open(file) as stream:
                yield from _read_chunks(cast("BinaryIO", stream), str(file))
        with file.open("rb") as plain:
            yield from _read_chunks(plain, str(file))


def _read_chunks(stream: BinaryIO, place: str) -> Iterator[tuple[str, bytes]]:
    tail = b""
    while chunk := stream.read(_CHUNK_BYTES):
        yield place, tail + chunk
        tail = chunk[-_OVERLAP_BYTES:]


def _read_tables(connection: duckdb.DuckDBPyConnection, place: str) -> Iterator[tuple[str, str]]:
    columns = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND table_name <> 'tombstones'"
        " AND (data_type LIKE '%VARCHAR%' OR data_type LIKE '%JSON%')"
        " AND table_name IN (SELECT table_name FROM duckdb_tables() UNION SELECT 'data') ORDER BY ALL"
    ).fetchall()
    for table, column in columns:
        cursor = connection.execute(f'SELECT CAST("{column}" AS VARCHAR) FROM "{table}" WHERE "{column}" IS NOT NULL')
        while rows := cursor.fetchmany(10_000):
            yield f"{place}:{table}.{column}", "\n".join(row[0] for row in rows)


def _count(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Any = None) -> int:
    [n] = fetch_row(connection, sql, parameters)
    return int(n)


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")
