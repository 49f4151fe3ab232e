"""The documentation is true: every query runs, every command and config key is described."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clustering.store.snapshot import PUBLIC_TABLES, open_snapshot, query_snapshot
from clustering.store.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
QUERIES = re.findall(
    r"^## (\d+\..*?)\n+```sql\n(.*?)```", (ROOT / "docs/queries.md").read_text(encoding="utf-8"), re.M | re.S
)


def test_there_are_ten_queries() -> None:
    assert len(QUERIES) == 10


@pytest.mark.parametrize(("title", "sql"), QUERIES, ids=[title.split(".")[0] for title, _ in QUERIES])
def test_query_runs_and_finds_something(published: Path, title: str, sql: str) -> None:
    columns, rows = query_snapshot(Workspace(published).current_snapshot(), sql)
    assert columns
    assert rows, f"query {title!r} finds nothing in the sample corpus"


def test_every_public_table_is_commented_and_documented(published: Path) -> None:
    text = (ROOT / "docs/queries.md").read_text(encoding="utf-8")
    with open_snapshot(Workspace(published).current_snapshot()) as connection:
        rows = connection.execute(
            "SELECT table_name, comment FROM duckdb_tables() UNION ALL SELECT view_name, comment FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    comments = dict(rows)
    assert set(PUBLIC_TABLES) <= set(comments)
    for name, comment in comments.items():
        assert comment, f"{name} has no comment"
        assert f"`{name}`" in text, f"{name} is not in docs/queries.md"
