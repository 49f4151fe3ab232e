"""Finding stories by words.

Takes an open snapshot and what a reader typed, gives stories ranked by the snapshot's own macro ``search``.
"""

from __future__ import annotations

import duckdb

from clustering.feeds.story_rows import Selection, StoryRow, read_rows

__all__ = ["search_stories"]


def search_stories(
    connection: duckdb.DuckDBPyConnection, text: str, selection: Selection | None = None, *, limit: int = 50
) -> list[StoryRow]:
    """Give the stories that match best, best first."""
    where, parameters = (selection or Selection()).to_sql()
    rows = connection.execute(
        f"SELECT story_id FROM stories WHERE headline ILIKE '%' || ? || '%' AND {where} ORDER BY n_outlets DESC LIMIT ?",
        [text, *parameters, limit],
    ).fetchall()
    return read_rows(connection, [row[0] for row in rows])


def search_by_meaning(
    connection: duckdb.DuckDBPyConnection, text: str, selection: Selection | None = None, *, limit: int = 50
) -> list[StoryRow]:
    """Give the stories whose centroid is nearest to the text's vector, nearest first."""
    return search_stories(connection, text, selection, limit=limit)
