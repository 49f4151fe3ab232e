"""SQL that a user typed, against a published snapshot: it reads the snapshot and nothing else.

A read-only DuckDB file still lets SQL read and write other files (``COPY TO``, ``read_text``), attach databases and load extensions from the
network; here all that is off, and cannot be turned on again by the SQL itself.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from clustering.errors import InputError
from clustering.store.snapshot import open_snapshot

__all__ = ["run_user_sql"]

_LOCKS = ("SET enable_external_access = false", "SET lock_configuration = true")


def run_user_sql(folder: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Run SQL against the snapshot in ``folder``; give column names and rows of its last statement.

    Errors: ``InputError`` with DuckDB's reason, also when there is no statement; ``StoreError``.
    """
    with open_snapshot(folder) as connection:
        for lock in _LOCKS:
            connection.execute(lock)
        try:
            cursor = connection.execute(sql)
            if cursor is None or cursor.description is None:
                raise InputError("the query failed: there is no statement in it")
            return [column[0] for column in cursor.description], cursor.fetchall()
        except duckdb.Error as error:
            raise InputError(f"the query failed: {error}") from error
