"""Threads: running affairs with their stories.

Takes an open snapshot, gives ``ThreadRow``s and ``ThreadDetail``s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from clustering.feeds.story_rows import Selection, StoryRow, select_rows

__all__ = ["ThreadDetail", "ThreadRow", "read_thread", "read_threads"]

_COLUMNS = "thread_id, coalesce(title, thread_id), n_stories, n_articles, first_seen, last_seen"
_MAX_STORIES = 1_000


@dataclass(frozen=True, slots=True)
class ThreadRow:
    """One row of ``threads``."""

    thread_id: str
    title: str
    n_stories: int
    n_articles: int
    first_seen: datetime | None
    last_seen: datetime | None


@dataclass(frozen=True, slots=True)
class ThreadDetail:
    """One thread and its stories in time order (at most 1,000)."""

    row: ThreadRow
    stories: tuple[StoryRow, ...]


def read_threads(
    connection: duckdb.DuckDBPyConnection, *, limit: int = 200, after: tuple[int, str] | None = None
) -> list[ThreadRow]:
    """Give threads, most articles first; ``after`` is the (n_articles, id) of the last one of the page before."""
    where, parameters = "true", []
    if after is not None:
        where, parameters = "(n_articles < ? OR (n_articles = ? AND thread_id > ?))", [after[0], after[0], after[1]]
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM threads WHERE {where} ORDER BY n_articles DESC, thread_id LIMIT ?",
        [*parameters, limit],
    ).fetchall()
    return [ThreadRow(row[0], row[1], int(row[2]), int(row[3]), row[4], row[5]) for row in rows]


def read_thread(connection: duckdb.DuckDBPyConnection, thread_id: str) -> ThreadDetail | None:
    """Give one thread; None when the snapshot has none of that id."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM threads WHERE thread_id = ?", [thread_id]).fetchone()
    if row is None:
        return None
    stories = select_rows(connection, Selection(thread_id=thread_id), sort="new", limit=_MAX_STORIES)
    return ThreadDetail(ThreadRow(row[0], row[1], int(row[2]), int(row[3]), row[4], row[5]), tuple(reversed(stories)))
