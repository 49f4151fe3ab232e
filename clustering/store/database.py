"""Opening the private database and bringing it to the newest schema.

One writing process at a time; migrations are SQL files named in order, each applied in one transaction and recorded by
name. A database that knows a migration this code does not is refused: it was written by a newer samestory.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from typing import Any

import duckdb
import pyarrow as pa

from clustering import __version__
from clustering.errors import StoreBusy, StoreError, StoreNewer
from clustering.store.workspace import Workspace

__all__ = ["apply_migrations", "arrow_view", "fetch_row", "list_migrations", "open_database", "transaction"]


def list_migrations() -> list[tuple[str, str]]:
    """Give ``(name, sql)`` of every shipped migration, in order."""
    folder = resources.files("clustering.store") / "migrations"
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".sql")), key=lambda entry: entry.name)
    return [(entry.name.removesuffix(".sql"), entry.read_text(encoding="utf-8")) for entry in files]


def apply_migrations(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Apply what is missing; give the names applied. Errors: ``StoreNewer``."""
    connection.execute(
        "CREATE TABLE IF NOT EXISTS migrations (name VARCHAR PRIMARY KEY, applied_at TIMESTAMPTZ NOT NULL, code_version VARCHAR NOT NULL)"
    )
    done = []
    for name, sql in _list_missing(connection):
        with transaction(connection):
            connection.execute(sql)
            connection.execute("INSERT INTO migrations VALUES (?, ?, ?)", [name, datetime.now(UTC), __version__])
        done.append(name)
    return done


def _list_missing(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Give the migrations still to apply. Errors: ``StoreNewer``."""
    applied = {name for (name,) in connection.execute("SELECT name FROM migrations").fetchall()}
    shipped = list_migrations()
    unknown = sorted(applied - {name for name, _ in shipped})
    if unknown:
        raise StoreNewer(
            f"the database has migration {unknown[-1]!r}, which samestory {__version__} does not know: "
            "it was written by a newer samestory; upgrade samestory or use another workspace"
        )
    return [(name, sql) for name, sql in shipped if name not in applied]


def _require_newest(connection: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Errors: ``StoreNewer``; ``StoreError`` for a database that lacks migrations, which a reader must not apply."""
    try:
        missing = _list_missing(connection)
    except duckdb.CatalogException as error:
        raise StoreError(f"{workspace.database} is not a samestory database: it has no table of migrations") from error
    if missing:
        raise StoreError(
            f"{workspace.database} was written by an older samestory and lacks migration {missing[0][0]!r}:"
            f" `samestory embed --workspace {workspace.root}` brings it up to date"
        )


@contextmanager
def open_database(workspace: Workspace, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the private database, created and migrated when needed.

    ``read_only`` opens an existing one without migrating. The session's time zone is UTC.
    Errors: ``StoreMissing``, ``StoreBusy``, ``StoreNewer``, ``StoreError``.
    """
    if read_only:
        workspace.require()
    else:
        workspace.create()
    try:
        connection = duckdb.connect(str(workspace.database), read_only=read_only)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise StoreBusy(f"{workspace.database} is held by another process: wait for its run to end") from error
        raise StoreError(f"cannot open {workspace.database}: {str(error).splitlines()[0]}") from error
    except duckdb.Error as error:
        raise StoreError(
            f"{workspace.database} is not a DuckDB database this version can read: {str(error).splitlines()[0]}"
        ) from error
    try:
        try:
            connection.execute("SET TimeZone = 'UTC'")
            if read_only:
                _require_newest(connection, workspace)
            else:
                apply_migrations(connection)
        except duckdb.IOException as error:
            raise StoreError(f"{workspace.database} is damaged: {str(error).splitlines()[0]}") from error
        yield connection
    finally:
        connection.close()


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Commit the block as a whole or not at all."""
    connection.execute("BEGIN")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def fetch_row(connection: duckdb.DuckDBPyConnection, sql: str, parameters: object = None) -> tuple[Any, ...]:
    """Give the only row of a query and leave nothing unread: DuckDB refuses other work while a result is open."""
    [row] = connection.execute(sql, parameters).fetchall()
    return tuple(row)


@contextmanager
def arrow_view(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> Iterator[None]:
    """Let SQL read an Arrow table under a name within the block."""
    connection.register(name, table)
    try:
        yield
    finally:
        connection.unregister(name)
