"""The private database: migrations, refusals, one writer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from clustering.errors import StoreBusy, StoreError, StoreMissing, StoreNewer
from clustering.store.database import apply_migrations, list_migrations, open_database, transaction
from clustering.store.workspace import Workspace


def test_migrations_are_applied_once_in_order(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with open_database(workspace) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM migrations ORDER BY applied_at, name").fetchall()
        ]
        assert names == [name for name, _ in list_migrations()]
        assert apply_migrations(connection) == []


def test_every_table_view_and_migration_is_commented(tmp_path: Path) -> None:
    with open_database(Workspace(tmp_path)) as connection:
        rows = connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() WHERE table_name <> 'migrations'"
            " UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    assert len(rows) > 10
    assert [name for name, comment in rows if not comment] == []


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with open_database(workspace) as connection:
        connection.execute("INSERT INTO migrations VALUES ('9999_future', now(), '9.9.9')")
    for read_only in (False, True):
        with pytest.raises(StoreNewer, match="9999_future"), open_database(workspace, read_only=read_only):
            pass
    raw = duckdb.connect(str(workspace.database), read_only=True)
    assert raw.execute("SELECT count(*) FROM migrations WHERE name = '9999_future'").fetchone() == (1,)
    raw.close()


def test_a_reader_of_an_older_database_is_told_what_brings_it_up_to_date(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with open_database(workspace) as connection:
        connection.execute("DELETE FROM migrations WHERE name = (SELECT max(name) FROM migrations)")
    with pytest.raises(StoreError, match="older samestory"), open_database(workspace, read_only=True):
        pass


def test_somebody_elses_or_a_damaged_database_is_one_clear_error(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.create()
    duckdb.connect(str(workspace.database)).close()
    with pytest.raises(StoreError, match="not a samestory database"), open_database(workspace, read_only=True):
        pass
    with open_database(workspace):
        pass
    with workspace.database.open("r+b") as file:
        file.truncate(300_000)
    with pytest.raises(StoreError, match="damaged"), open_database(workspace):
        pass


def test_a_failed_migration_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import clustering.store.database as database

    connection = duckdb.connect()
    monkeypatch.setattr(
        database, "list_migrations", lambda: [("0001_bad", "CREATE TABLE t (x INTEGER); SELECT * FROM nowhere;")]
    )
    with pytest.raises(duckdb.Error):
        apply_migrations(connection)
    assert connection.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = 't'").fetchone() == (0,)
    connection.close()


def test_missing_workspace_database_and_snapshot_say_so(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreMissing, match="no workspace"),
        open_database(Workspace(tmp_path / "absent"), read_only=True),
    ):
        pass
    with pytest.raises(StoreMissing, match="no database"), open_database(Workspace(tmp_path), read_only=True):
        pass
    with pytest.raises(StoreMissing, match="nothing is published"):
        Workspace(tmp_path).current_snapshot()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.create()
    workspace.database.write_bytes(b"not a database" * 1000)
    with pytest.raises(StoreError, match=r"samestory\.duckdb"), open_database(workspace):
        pass


def test_a_second_writer_is_told_the_store_is_busy(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    with open_database(workspace):
        code = (
            "from pathlib import Path; from clustering.store.database import open_database; from clustering.store.workspace import Workspace\n"
            f"with open_database(Workspace(Path({str(tmp_path)!r}))): pass"
        )
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert StoreBusy.__name__ in result.stderr
    assert "held by another process" in result.stderr


def test_transaction_rolls_back_as_a_whole(tmp_path: Path) -> None:
    def write_and_fail(connection: duckdb.DuckDBPyConnection) -> None:
        with transaction(connection):
            connection.execute("INSERT INTO outlets VALUES ('a.example', 'A', NULL, NULL, NULL, 'outlet', NULL, NULL)")
            raise ZeroDivisionError

    with open_database(Workspace(tmp_path)) as connection:
        with pytest.raises(ZeroDivisionError):
            write_and_fail(connection)
        assert connection.execute("SELECT count(*) FROM outlets").fetchall() == [(0,)]
