"""What changed since a run: stories with their transitions, new outlets and new articles.

Takes an open snapshot and a run, gives ``ChangedStory``s with the last changed first. A mirror that applies every delta in turn ends where the snapshot is.
"""

from __future__ import annotations

import duckdb

from clustering.feeds.documents import ChangedStory
from clustering.feeds.making import Addresses, make_summary
from clustering.feeds.story_rows import read_rows

__all__ = ["count_changed", "find_run_before", "read_changed"]

_CHANGED = """
    SELECT story_id, max(run_id) AS last_run, list(kind ORDER BY run_id, kind) AS kinds FROM transitions WHERE run_id > ? GROUP BY story_id
"""


def find_run_before(connection: duckdb.DuckDBPyConnection) -> int:
    """Give the run of the snapshot published before this one; 0 when this is the first."""
    row = connection.execute(
        "SELECT max(run_id) FROM runs WHERE step = 'publish' AND state = 'completed' AND run_id < (SELECT run_id FROM meta)"
    ).fetchone()
    return int(row[0]) if row and row[0] is not None else 0


def count_changed(connection: duckdb.DuckDBPyConnection, since_run: int) -> int:
    """Count the stories changed by runs after ``since_run``."""
    row = connection.execute(f"SELECT count(*) FROM ({_CHANGED})", [since_run]).fetchone()
    return int(row[0]) if row else 0


def read_changed(
    connection: duckdb.DuckDBPyConnection, since_run: int, addresses: Addresses, *, limit: int = 5_000
) -> list[ChangedStory]:
    """Give up to ``limit`` changed stories."""
    changed = connection.execute(
        f"SELECT story_id, kinds FROM ({_CHANGED}) ORDER BY last_run DESC, story_id LIMIT ?", [since_run, limit]
    ).fetchall()
    ids = [story_id for story_id, _ in changed]
    rows = {row.story_id: row for row in read_rows(connection, ids)}
    new = _read_new(connection, since_run, ids)
    return [
        ChangedStory(
            story_id=story_id,
            is_gone=story_id not in rows,
            kinds=list(kinds),
            new_outlets=new.get(story_id, ([], []))[0],
            new_articles=new.get(story_id, ([], []))[1],
            story=make_summary(rows[story_id], addresses) if story_id in rows else None,
        )
        for story_id, kinds in changed
    ]


def _read_new(
    connection: duckdb.DuckDBPyConnection, since_run: int, story_ids: list[str]
) -> dict[str, tuple[list[str], list[str]]]:
    """Give for each story the outlets and the articles that joined it after the run."""
    if not story_ids:
        return {}
    rows = connection.execute(
        """
        WITH wanted AS (SELECT unnest(?::VARCHAR[]) AS story_id),
        joined AS (
            SELECT a.story_id, a.outlet, a.article_id, min(h.run_id) AS run_id
            FROM articles a JOIN wanted USING (story_id)
            JOIN assignments h ON h.article_id = a.article_id AND h.story_id = a.story_id
            GROUP BY ALL
        ), outlets_joined AS (
            SELECT story_id, outlet FROM joined WHERE outlet IS NOT NULL GROUP BY ALL HAVING min(run_id) > ?
        )
        SELECT j.story_id, (SELECT list(o.outlet ORDER BY o.outlet) FROM outlets_joined o WHERE o.story_id = j.story_id),
               list(j.article_id ORDER BY j.article_id)
        FROM joined j WHERE j.run_id > ? GROUP BY j.story_id
        """,
        [story_ids, since_run, since_run],
    ).fetchall()
    return {story_id: (list(outlets or ()), list(articles)) for story_id, outlets, articles in rows}
