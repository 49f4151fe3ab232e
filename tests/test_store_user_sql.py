"""SQL typed by a user reads the snapshot and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustering.errors import InputError
from clustering.store.user_sql import run_user_sql
from clustering.store.workspace import Workspace


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "SELECT * FROM read_text('{folder}/secret.txt')",
        "FROM glob('{folder}/*')",
        "ATTACH '{folder}/other.duckdb' AS other",
        "INSTALL httpfs",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling='json'; PRAGMA profiling_output='{folder}/out.json'; SELECT 1",
        "DELETE FROM meta",
        "",
        "-- nothing",
    ],
)
def test_it_neither_reads_nor_writes_other_files(published: Path, tmp_path: Path, sql: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    with pytest.raises(InputError, match="the query failed"):
        run_user_sql(Workspace(published).current_snapshot(), sql.format(folder=tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == ["secret.txt"]


def test_questions_are_answered(published: Path) -> None:
    folder = Workspace(published).current_snapshot()
    assert run_user_sql(folder, "SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2, 'y' ORDER BY a") == (
        ["a", "b"],
        [(1, "x"), (2, "y")],
    )
    _, [(n_stories,)] = run_user_sql(folder, "SELECT count(*) FROM stories")
    assert n_stories > 0
