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
from clustering.errors import InputError, StoreError
from clustering.progress import Progress
from clustering.store.workspace import Workspace

__all__ = ["PUBLIC_TABLES", "SCHEMA_VERSION", "open_snapshot", "publish_snapshot", "query_snapshot"]

SCHEMA_VERSION = 1
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


def publish_snapshot(
    connection: duckdb.DuckDBPyConnection,
    workspace: Workspace,
    run_id: int,
    *,
    keep: int,
    parquet: bool,
    progress: Progress,
) -> Path:
    """Write the snapshot of the current picture and switch to it; give its folder.

    ``keep`` snapshots stay, the newest first.
    """
    published_at = datetime.now(UTC)
    snapshot_id = f"r{run_id:06d}"
    target = workspace.snapshots / snapshot_id
    draft = workspace.snapshots / f".{snapshot_id}"
    for leftover in workspace.snapshots.glob(".r*"):
        shutil.rmtree(leftover)
    draft.mkdir(parents=True)
    steps = 1 + (len(PUBLIC_TABLES) if parquet else 0)
    progress.start("publish", steps)
    _write_database(connection, draft / "samestory.duckdb", snapshot_id, run_id, published_at)
    progress.advance()
    with open_snapshot(draft) as snapshot:
        if parquet:
            (draft / "parquet").mkdir()
            for table in PUBLIC_TABLES:
                snapshot.execute(
                    f"COPY (FROM {table}) TO '{_quote(draft / 'parquet' / table)}.parquet' (FORMAT parquet)"
                )
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
    for old in sorted((p for p in workspace.snapshots.glob("r*") if p.is_dir()), reverse=True)[keep:]:
        shutil.rmtree(old)
    progress.finish()
    return target


def _write_database(
    connection: duckdb.DuckDBPyConnection, path: Path, snapshot_id: str, run_id: int, published_at: datetime
) -> None:
    sql = (resources.files("clustering.store") / "snapshot.sql").read_text(encoding="utf-8")
    private = connection.execute("SELECT current_database()").fetchone()
    assert private is not None
    connection.execute(f"ATTACH '{_quote(path)}' AS snapshot")
    try:
        connection.execute(sql)
        connection.execute(
            "CREATE TABLE snapshot.meta AS SELECT ? AS snapshot_id, ?::BIGINT AS run_id, ?::TIMESTAMPTZ AS published_at,"
            " ? AS samestory_version, ?::INTEGER AS schema_version",
            [snapshot_id, run_id, published_at, __version__, SCHEMA_VERSION],
        )
        connection.execute("COMMENT ON TABLE snapshot.meta IS 'One row: which snapshot this is and what wrote it'")
    finally:
        connection.execute(f'USE "{private[0]}"')
        connection.execute("DETACH snapshot")


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
