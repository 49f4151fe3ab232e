"""Publishing: an immutable folder with a read-only DuckDB file, Parquet and JSON, switched to atomically.

Reads the private database, writes ``snapshots/SNAPSHOT/``, points ``current`` at it, removes snapshots beyond the number kept.
A crashed publish leaves only a folder whose name begins with a dot, which the next publish removes.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any

import duckdb

from clustering import __version__
from clustering.config import PublishConfig
from clustering.errors import InputError, StoreError
from clustering.feeds.publishing import write_feeds
from clustering.progress import Progress
from clustering.store.snapshot_comments import comment_columns
from clustering.store.snapshot_search import build_search_index
from clustering.store.workspace import Workspace

__all__ = ["PUBLIC_TABLES", "SCHEMA_VERSION", "open_snapshot", "publish_snapshot", "query_snapshot"]

SCHEMA_VERSION = 1
_ROWS_TO_PARTITION = 200_000
"""Larger ``articles`` become ``parquet/articles/day=YYYY-MM-DD/``: a reader of one day need not read a year."""
PUBLIC_TABLES = (
    "articles",
    "stories",
    "outlets",
    "runs",
    "rejects",
    "transitions",
    "assignments",
    "threads",
    "related_stories",
    "coverage",
    "timeline",
    "first_reports",
)


_MEMORY = "1200MB"
"""What DuckDB may use while it writes the snapshot; beyond it spills to disk. Measured with benchmarks/web_serve.py."""


_IDLE_MEMORY = "200MB"
"""What the private database may keep meanwhile: its blocks were read once and are not needed again."""


def publish_snapshot(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    run_id: int,
    *,
    config: PublishConfig,
    progress: Progress,
) -> Path:
    """Write the snapshot of the current picture, with Parquet and feeds as configured, and switch to it; give its folder."""
    published_at = datetime.now(UTC)
    snapshot_id = f"r{run_id:06d}"
    target = workspace.snapshots / snapshot_id
    draft = workspace.snapshots / f".{snapshot_id}"
    for leftover in workspace.snapshots.glob(".r*"):
        shutil.rmtree(leftover)
    draft.mkdir(parents=True)
    progress.start("publish", 1 + len(PUBLIC_TABLES) * config.parquet + config.feeds)
    with _memory_limit(connection, _MEMORY):
        _write_database(connection, draft / "samestory.duckdb", snapshot_id, run_id, published_at)
    progress.advance()
    with _memory_limit(connection, _IDLE_MEMORY), open_snapshot(draft) as snapshot:
        snapshot.execute(f"SET memory_limit = '{_MEMORY}'")
        if config.parquet:
            (draft / "parquet").mkdir()
            for table in PUBLIC_TABLES:
                _write_parquet(snapshot, table, draft / "parquet")
                progress.advance()
        if config.feeds:
            write_feeds(snapshot, draft / "feeds", config)
            progress.advance()
    (draft / "snapshot.json").write_text(
        json.dumps(
            {
                "schema_version": SCHEMA_VERSION,
                "snapshot_id": snapshot_id,
                "run_id": run_id,
                "published_at": published_at.isoformat(),
                "samestory": __version__,
                "tables": list(PUBLIC_TABLES),
            },
            indent=2,
        )
        + "\n",
        encoding="utf-8",
    )
    draft.rename(target)
    workspace.switch_current(target)
    connection.execute("INSERT OR REPLACE INTO snapshots VALUES (?, ?, ?)", [snapshot_id, run_id, published_at])
    for old in sorted((p for p in workspace.snapshots.glob("r*") if p.is_dir()), reverse=True)[config.keep_snapshots :]:
        shutil.rmtree(old)
    progress.finish()
    return target


@contextmanager
def _memory_limit(connection: duckdb.DuckDBPyConnection, limit: str) -> Iterator[None]:
    """Hold the connection's database to a memory limit within the block."""
    row = connection.execute("SELECT current_setting('memory_limit')").fetchone()
    assert row is not None
    connection.execute(f"SET memory_limit = '{limit}'")
    try:
        yield
    finally:
        connection.execute("SET memory_limit = ?", [row[0]])


def _write_database(
    connection: duckdb.DuckDBPyConnection, path: Path, snapshot_id: str, run_id: int, published_at: datetime
) -> None:
    sql = (resources.files("clustering.store") / "snapshot.sql").read_text(encoding="utf-8")
    private = connection.execute("SELECT current_database()").fetchone()
    assert private is not None
    connection.execute(f"ATTACH '{_quote(path)}' AS snapshot")
    try:
        connection.execute(sql)
        connection.execute(f'USE "{private[0]}"')
        build_search_index(connection)
        connection.execute(
            "CREATE TABLE snapshot.meta AS SELECT ? AS snapshot_id, ?::BIGINT AS run_id, ?::TIMESTAMPTZ AS published_at,"
            " ? AS samestory_version, ?::INTEGER AS schema_version",
            [snapshot_id, run_id, published_at, __version__, SCHEMA_VERSION],
        )
        connection.execute("COMMENT ON TABLE snapshot.meta IS 'One row: which snapshot this is and what wrote it'")
        comment_columns(connection)
    finally:
        connection.execute(f'USE "{private[0]}"')
        connection.execute("DETACH snapshot")


def _write_parquet(snapshot: duckdb.DuckDBPyConnection, table: str, folder: Path) -> None:
    """Write one table as a file, or, when it has many dated rows, as a folder of one part per day."""
    row = snapshot.execute(f"SELECT count(*) FROM {table}").fetchone()
    if table == "articles" and row is not None and row[0] > _ROWS_TO_PARTITION:
        snapshot.execute(
            f"COPY (SELECT *, coalesce(CAST(published_at AS DATE)::VARCHAR, 'unknown') AS day FROM {table})"
            f" TO '{_quote(folder / table)}' (FORMAT parquet, PARTITION_BY (day))"
        )
    else:
        snapshot.execute(f"COPY (FROM {table}) TO '{_quote(folder / table)}.parquet' (FORMAT parquet)")


def _quote(path: Path) -> str:
    return str(path).replace("'", "''")


@contextmanager
def open_snapshot(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a snapshot's database read-only, in UTC. Errors: ``StoreError``."""
    try:
        connection = duckdb.connect(str(folder / "samestory.duckdb"), read_only=True)
    except duckdb.Error as error:
        raise StoreError(f"cannot open the snapshot {folder}: {str(error).splitlines()[0]}") from error
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def query_snapshot(
    folder: Path, sql: str, parameters: list[Any] | None = None
) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run one query against a snapshot; give column names and rows. Errors: ``InputError`` with DuckDB's reason."""
    with open_snapshot(folder) as connection:
        try:
            cursor = connection.execute(sql, parameters or [])
            names = [column[0] for column in cursor.description or []]
            return names, cursor.fetchall()
        except duckdb.Error as error:
            raise InputError(f"the query failed: {error}") from error
