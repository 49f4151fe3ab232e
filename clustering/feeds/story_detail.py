"""One story with everything about it: articles, coverage, first report, origins, gaps, history, thread, related stories.

Takes an open snapshot and an id, gives a ``StoryDetail``. What coverage means is decided in ``clustering.stories``; here it is only read
together. The story page, ``stories/ID.json`` and the API are all made from this.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from clustering.feeds.story_rows import StoryRow, read_rows
from clustering.stories.coverage import Coverage, describe_coverage
from clustering.stories.gaps import Gaps, find_gaps
from clustering.stories.records import ArticleRow, OutletActivity

__all__ = [
    "StoryArticle",
    "StoryDetail",
    "StoryEvent",
    "ThreadStory",
    "read_article",
    "read_gaps",
    "read_history",
    "read_story_detail",
    "read_story_details",
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
    return next(iter(read_story_details(connection, [story_id])), None)


def read_story_details(connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str]) -> list[StoryDetail]:
    """Read the stories of these ids that exist, in the order asked for: as many queries for a hundred as for one."""
    rows = read_rows(connection, story_ids)
    ids = [row.story_id for row in rows]
    articles, coverage_rows = _read_articles(connection, "story_id", ids)
    activity = _read_activity(connection, rows)
    threads = _read_threads(connection, sorted({row.thread_id for row in rows if row.thread_id is not None}))
    history, related = _read_histories(connection, ids), _read_related(connection, ids)
    details = []
    for row in rows:
        title, thread = threads.get(row.thread_id or "", (None, ()))
        theirs = coverage_rows[row.story_id]
        details.append(
            StoryDetail(
                row=row,
                thread_title=title,
                articles=tuple(articles[row.story_id]),
                coverage=describe_coverage(theirs),
                gaps=find_gaps(theirs, activity[row.story_id]),
                history=tuple(history[row.story_id]),
                thread=thread,
                related=tuple(related[row.story_id]),
            )
        )
    return details


def read_article(connection: duckdb.DuckDBPyConnection, article_id: str) -> tuple[str | None, StoryArticle] | None:
    """Read one article with the story it is in; None when the snapshot has none of that id."""
    found, _ = _read_articles(connection, "article_id", [article_id])
    return next(((story_id, theirs[0]) for story_id, theirs in found.items()), None)


def read_gaps(connection: duckdb.DuckDBPyConnection, row: StoryRow) -> Gaps:
    """Compare one story's outlets with all that were publishing while it ran."""
    _, coverage_rows = _read_articles(connection, "story_id", [row.story_id])
    return find_gaps(coverage_rows[row.story_id], _read_activity(connection, [row])[row.story_id])


def read_history(connection: duckdb.DuckDBPyConnection, story_id: str) -> tuple[StoryEvent, ...]:
    """Give what runs did to a story, oldest first; also of a story that is gone."""
    return tuple(_read_histories(connection, [story_id])[story_id])


def _among(column: str, keys: Sequence[str]) -> tuple[str, list[Any]]:
    """Give a condition and its parameters: equality for one key, which an index answers, a join for many."""
    return (
        (f"{column} = ?", [keys[0]]) if len(keys) == 1 else (f"{column} IN (SELECT unnest(?::VARCHAR[]))", [list(keys)])
    )


def _read_articles(
    connection: duckdb.DuckDBPyConnection, column: str, keys: Sequence[str]
) -> tuple[dict[str | None, list[StoryArticle]], dict[str | None, list[ArticleRow]]]:
    """Give the articles of each story in time order, undated last: as published, and as coverage is decided on."""
    articles: dict[str | None, list[StoryArticle]] = defaultdict(list)
    coverage_rows: dict[str | None, list[ArticleRow]] = defaultdict(list)
    if not keys:
        return articles, coverage_rows
    where, parameters = _among(f"a.{column}", keys)
    rows = connection.execute(
        f"""
        SELECT a.article_id, a.outlet, a.outlet_name, a.country, a.language, a.published_at, a.published_precision, a.title, a.url, a.wire,
               a.wire_role, a.is_reprint, a.original_id, a.share_copied, a.probability, a.joined_by, a.joined_probability, a.joined_parts,
               a.story_id, a.duplicate_group, o.owner, o.lean, coalesce(o.kind, 'outlet')
        FROM articles a LEFT JOIN outlets o USING (outlet) WHERE {where} ORDER BY a.published_at NULLS LAST, a.article_id
        """,
        parameters,
    ).fetchall()
    known = {row[0]: (row[2] or row[1], row[7]) for row in rows}
    elsewhere = sorted({i for row in rows for i in (row[12], row[15]) if i is not None and i not in known})
    if elsewhere:
        where, parameters = _among("article_id", elsewhere)
        known |= {
            key: (name, title)
            for key, name, title in connection.execute(
                f"SELECT article_id, coalesce(outlet_name, outlet), title FROM articles WHERE {where}", parameters
            ).fetchall()
        }
    for row in rows:
        story_id, duplicate_group, owner, lean, kind = row[18:]
        articles[story_id].append(_make_article(row, known))
        coverage_rows[story_id].append(
            ArticleRow(
                row[0],
                outlet=row[1],
                language=row[4],
                published_at=row[5],
                precision=row[6],
                title=row[7],
                wire=row[9],
                wire_role=row[10],
                duplicate_group=duplicate_group,
                original_id=row[12],
                share_copied=row[13],
                country=row[3],
                owner=owner,
                lean=lean,
                outlet_kind=kind,
            )
        )
    return articles, coverage_rows


def _make_article(row: tuple[Any, ...], known: Mapping[str, tuple[str | None, str | None]]) -> StoryArticle:
    original_id, probability, joined_by, joined_probability, joined_parts = row[12], *row[14:18]
    copied_from, _ = known.get(original_id, (None, None))
    by_outlet, by_title = known.get(joined_by, (None, None))
    parts = json.loads(joined_parts or "{}")
    return StoryArticle(
        *(*row[:14], copied_from, probability, joined_by, by_outlet, by_title, joined_probability, parts)
    )


def _read_activity(connection: duckdb.DuckDBPyConnection, rows: Sequence[StoryRow]) -> dict[str, list[OutletActivity]]:
    """Count what every outlet published while each story ran (at least 24 hours, as the view ``gaps``)."""
    spans = [
        (row.story_id, row.first_seen, max(row.last_seen, row.first_seen + timedelta(hours=24)))
        for row in rows
        if row.first_seen is not None and row.last_seen is not None
    ]
    found = _count_one(connection, spans[0]) if len(spans) == 1 else _count_many(connection, spans)
    activity: dict[str, list[OutletActivity]] = defaultdict(list)
    for (story_id, _), parts in groupby(found, key=itemgetter(0, 1)):
        activity[story_id].append(_make_activity(list(parts)))
    return activity


_Span = tuple[str, datetime, datetime]
_Count = tuple[str, str, str | None, str | None, int]


def _count_one(connection: duckdb.DuckDBPyConnection, span: _Span) -> list[_Count]:
    """Count the articles of an interval by outlet and language; rows are (story, outlet, language, country, n)."""
    story_id, since, until = span
    rows = connection.execute(
        "SELECT outlet, language, any_value(country), count(*) FROM articles"
        " WHERE outlet IS NOT NULL AND published_at BETWEEN ? AND ? GROUP BY outlet, language ORDER BY outlet, language",
        [since, until],
    ).fetchall()
    return [(story_id, *row) for row in rows]


def _count_many(connection: duckdb.DuckDBPyConnection, spans: Sequence[_Span]) -> list[_Count]:
    """Do the same for many intervals in one pass."""
    if not spans:
        return []
    return connection.execute(
        """
        SELECT w.story_id, a.outlet, a.language, any_value(a.country), count(*)
        FROM (SELECT unnest(?::VARCHAR[]) AS story_id, unnest(?::TIMESTAMPTZ[]) AS since, unnest(?::TIMESTAMPTZ[]) AS until) w
        JOIN articles a ON a.published_at BETWEEN w.since AND w.until
        WHERE a.outlet IS NOT NULL GROUP BY w.story_id, a.outlet, a.language ORDER BY w.story_id, a.outlet, a.language
        """,
        [[s for s, _, _ in spans], [since for _, since, _ in spans], [until for _, _, until in spans]],
    ).fetchall()


def _make_activity(parts: Sequence[_Count]) -> OutletActivity:
    languages = tuple(part[2] for part in parts if part[2] is not None)
    return OutletActivity(parts[0][1], sum(part[4] for part in parts), languages, parts[0][3])


def _read_histories(connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str]) -> dict[str, list[StoryEvent]]:
    history: dict[str, list[StoryEvent]] = defaultdict(list)
    if not story_ids:
        return history
    where, parameters = _among("t.story_id", story_ids)
    rows = connection.execute(
        f"""
        SELECT t.story_id, t.run_id, r.started_at, t.kind, t.related, t.n_before, t.n_after, t.overlap, t.similarity
        FROM transitions t LEFT JOIN runs r USING (run_id) WHERE {where} ORDER BY t.run_id, t.kind
        """,
        parameters,
    ).fetchall()
    for row in rows:
        history[row[0]].append(StoryEvent(*(*row[1:4], tuple(row[4] or ()), *row[5:])))
    return history


_THREAD_COLUMNS = (
    "s.story_id, coalesce(s.headline, s.story_id), s.headline_language, s.first_seen, s.last_seen, s.n_outlets, s.n_articles,"
    " s.n_languages"
)


def _read_threads(
    connection: duckdb.DuckDBPyConnection, thread_ids: Sequence[str]
) -> dict[str, tuple[str | None, tuple[ThreadStory, ...]]]:
    """Give each thread's title and stories in time order."""
    if not thread_ids:
        return {}
    where, parameters = _among("s.thread_id", thread_ids)
    rows = connection.execute(
        f"SELECT s.thread_id, t.title, {_THREAD_COLUMNS} FROM stories s LEFT JOIN threads t USING (thread_id) WHERE {where}"
        " ORDER BY s.first_seen NULLS LAST, s.story_id",
        parameters,
    ).fetchall()
    stories: dict[str, list[ThreadStory]] = defaultdict(list)
    titles = {row[0]: row[1] for row in rows}
    for row in rows:
        stories[row[0]].append(ThreadStory(*row[2:]))
    return {thread_id: (titles[thread_id], tuple(theirs)) for thread_id, theirs in stories.items()}


def _read_related(
    connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str], limit: int = 12
) -> dict[str, list[ThreadStory]]:
    related: dict[str, list[ThreadStory]] = defaultdict(list)
    if not story_ids:
        return related
    where, parameters = _among("r.story_id", story_ids)
    rows = connection.execute(
        f"SELECT r.story_id, {_THREAD_COLUMNS}, r.similarity, r.shared_names FROM related_stories r"
        f" JOIN stories s ON s.story_id = r.related_id WHERE {where} ORDER BY r.similarity DESC, s.story_id",
        parameters,
    ).fetchall()
    for row in rows:
        if len(related[row[0]]) < limit:
            names = tuple(dict.fromkeys(name.rpartition(":")[2] for name in row[10] or ()))  # keys are kind:name
            related[row[0]].append(ThreadStory(*(*row[1:10], names)))
    return related
