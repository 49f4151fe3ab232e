"""One story with everything about it: articles, coverage, first report, origins, gaps, history, thread, related stories.

Takes an open snapshot and an id, gives a ``StoryDetail``. What coverage means is decided in ``clustering.stories``; here it is only read
together. The story page, ``stories/ID.json`` and the API are all made from this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from clustering.feeds.story_rows import StoryRow, read_row
from clustering.store.coverage_rows import read_coverage_rows
from clustering.stories.coverage import Coverage, describe_coverage
from clustering.stories.gaps import Gaps, find_gaps
from clustering.stories.records import OutletActivity

__all__ = [
    "StoryArticle",
    "StoryDetail",
    "StoryEvent",
    "ThreadStory",
    "read_article",
    "read_gaps",
    "read_history",
    "read_story_detail",
]


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """One article of a story, as published: see the comments on the columns of ``articles``.

    ``copied_from``: outlet of the article it copies. ``joined_by_outlet`` and ``joined_by_title`` name the article that joined it.
    """

    article_id: str
    outlet: str | None
    outlet_name: str | None
    country: str | None
    language: str | None
    published_at: datetime | None
    published_precision: str
    title: str
    url: str | None
    wire: str | None
    wire_role: str
    is_reprint: bool
    original_id: str | None
    share_copied: float
    copied_from: str | None
    probability: float | None
    joined_by: str | None
    joined_by_outlet: str | None
    joined_by_title: str | None
    joined_probability: float | None
    joined_parts: dict[str, float | None]


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One transition of the story: what a run did to it."""

    run_id: int
    at: datetime | None
    kind: str
    related: tuple[str, ...]
    n_before: int
    n_after: int
    overlap: float | None
    similarity: float | None


@dataclass(frozen=True, slots=True)
class ThreadStory:
    """A neighbour: a story of the same thread, or a related one (then with a similarity and the names they share)."""

    story_id: str
    headline: str
    headline_language: str | None
    first_seen: datetime | None
    last_seen: datetime | None
    n_outlets: int
    n_articles: int
    n_languages: int
    similarity: float | None = None
    shared_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryDetail:
    """Everything the snapshot says about one story. Articles are in time order, undated last."""

    row: StoryRow
    thread_title: str | None
    articles: tuple[StoryArticle, ...]
    coverage: Coverage
    gaps: Gaps
    history: tuple[StoryEvent, ...]
    thread: tuple[ThreadStory, ...]
    related: tuple[ThreadStory, ...]


def read_story_detail(connection: duckdb.DuckDBPyConnection, story_id: str) -> StoryDetail | None:
    """Read one story; None when the snapshot has none of that id."""
    row = read_row(connection, story_id)
    if row is None:
        return None
    coverage_rows = read_coverage_rows(connection, story_id)
    thread_title, thread = _read_thread(connection, row.thread_id)
    return StoryDetail(
        row=row,
        thread_title=thread_title,
        articles=_read_articles(connection, "story_id", story_id),
        coverage=describe_coverage(coverage_rows),
        gaps=find_gaps(coverage_rows, _read_activity(connection, row)),
        history=read_history(connection, story_id),
        thread=thread,
        related=_read_related(connection, story_id),
    )


def read_article(connection: duckdb.DuckDBPyConnection, article_id: str) -> tuple[str | None, StoryArticle] | None:
    """Read one article with the story it is in; None when the snapshot has none of that id."""
    found = _read_articles(connection, "article_id", article_id)
    if not found:
        return None
    row = connection.execute("SELECT story_id FROM articles WHERE article_id = ?", [article_id]).fetchone()
    return (row[0] if row else None), found[0]


def read_gaps(connection: duckdb.DuckDBPyConnection, row: StoryRow) -> Gaps:
    """Compare one story's outlets with all that were publishing while it ran."""
    return find_gaps(read_coverage_rows(connection, row.story_id), _read_activity(connection, row))


def _read_articles(connection: duckdb.DuckDBPyConnection, column: str, key: str) -> tuple[StoryArticle, ...]:
    rows = connection.execute(
        f"""
        SELECT article_id, outlet, outlet_name, country, language, published_at, published_precision, title, url, wire, wire_role,
               is_reprint, original_id, share_copied, probability, joined_by, joined_probability, joined_parts
        FROM articles WHERE {column} = ? ORDER BY published_at NULLS LAST, article_id
        """,
        [key],
    ).fetchall()
    known = {row[0]: (row[2] or row[1], row[7]) for row in rows}
    elsewhere = {i for row in rows for i in (row[12], row[15]) if i is not None and i not in known}
    if elsewhere:
        marks = ", ".join("?" for _ in elsewhere)
        known |= {
            key: (name, title)
            for key, name, title in connection.execute(
                f"SELECT article_id, coalesce(outlet_name, outlet), title FROM articles WHERE article_id IN ({marks})",
                sorted(elsewhere),
            ).fetchall()
        }
    return tuple(_make_article(row, known) for row in rows)


def _make_article(row: tuple[Any, ...], known: Mapping[str, tuple[str | None, str | None]]) -> StoryArticle:
    original_id, probability, joined_by, joined_probability, joined_parts = row[12], *row[14:18]
    copied_from, _ = known.get(original_id, (None, None))
    by_outlet, by_title = known.get(joined_by, (None, None))
    parts = json.loads(joined_parts or "{}")
    return StoryArticle(
        *(*row[:14], copied_from, probability, joined_by, by_outlet, by_title, joined_probability, parts)
    )


def _read_activity(connection: duckdb.DuckDBPyConnection, row: StoryRow) -> list[OutletActivity]:
    """Count what every outlet published while the story ran (at least 24 hours, as the view ``gaps``)."""
    if row.first_seen is None:
        return []
    rows = connection.execute(
        """
        SELECT outlet, count(*), list_sort(list(DISTINCT language) FILTER (WHERE language IS NOT NULL)), any_value(country)
        FROM articles WHERE outlet IS NOT NULL AND published_at BETWEEN ? AND greatest(?, ?::TIMESTAMPTZ + INTERVAL 24 HOUR)
        GROUP BY outlet ORDER BY outlet
        """,
        [row.first_seen, row.last_seen, row.first_seen],
    ).fetchall()
    return [OutletActivity(outlet, n, tuple(languages or ()), country) for outlet, n, languages, country in rows]


def read_history(connection: duckdb.DuckDBPyConnection, story_id: str) -> tuple[StoryEvent, ...]:
    """Give what runs did to a story, oldest first; also of a story that is gone."""
    rows = connection.execute(
        """
        SELECT t.run_id, r.started_at, t.kind, t.related, t.n_before, t.n_after, t.overlap, t.similarity
        FROM transitions t LEFT JOIN runs r USING (run_id) WHERE t.story_id = ? ORDER BY t.run_id, t.kind
        """,
        [story_id],
    ).fetchall()
    return tuple(StoryEvent(r[0], r[1], r[2], tuple(r[3] or ()), *r[4:]) for r in rows)


_THREAD_COLUMNS = (
    "s.story_id, coalesce(s.headline, s.story_id), s.headline_language, s.first_seen, s.last_seen, s.n_outlets, s.n_articles,"
    " s.n_languages"
)


def _read_thread(
    connection: duckdb.DuckDBPyConnection, thread_id: str | None
) -> tuple[str | None, tuple[ThreadStory, ...]]:
    if thread_id is None:
        return None, ()
    title = connection.execute("SELECT title FROM threads WHERE thread_id = ?", [thread_id]).fetchone()
    rows = connection.execute(
        f"SELECT {_THREAD_COLUMNS} FROM stories s WHERE s.thread_id = ? ORDER BY s.first_seen NULLS LAST, s.story_id",
        [thread_id],
    ).fetchall()
    return (title[0] if title else None), tuple(ThreadStory(*row) for row in rows)


def _read_related(connection: duckdb.DuckDBPyConnection, story_id: str, limit: int = 12) -> tuple[ThreadStory, ...]:
    rows = connection.execute(
        f"SELECT {_THREAD_COLUMNS}, r.similarity, r.shared_names FROM related_stories r JOIN stories s ON s.story_id = r.related_id"
        " WHERE r.story_id = ? ORDER BY r.similarity DESC, s.story_id LIMIT ?",
        [story_id, limit],
    ).fetchall()
    return tuple(ThreadStory(*(*row[:9], tuple(row[9] or ()))) for row in rows)
