"""Stories as rows: what lists, feeds and the front page show of each.

Takes an open snapshot and a selection, gives ``StoryRow``s. Reads the ``stories`` table only; one story with everything about it is
``story_detail``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import duckdb

from clustering.feeds.cursors import Cursor

__all__ = ["SORTS", "Selection", "Sort", "StoryRow", "count_stories", "read_row", "read_rows", "select_rows"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Sort = Literal["now", "new", "widest", "languages", "largest", "latest"]

SORTS: dict[Sort, tuple[str, str]] = {
    "now": ("n_last_day", "most articles in the last day"),
    "new": ("epoch_us(first_seen)", "newest first"),
    "latest": ("epoch_us(last_seen)", "last article newest first"),
    "widest": ("n_outlets", "most outlets"),
    "languages": ("n_languages", "most languages"),
    "largest": ("n_articles", "most articles"),
}
"""Sort -> the number stories are ordered by, descending, and what it means. Ties: most outlets, then the id."""

_COLUMNS = (
    "story_id, headline, headline_language, state, n_articles, n_outlets, n_languages, n_countries, n_reprints, n_originals,"
    " n_origins, n_last_day, first_seen, last_seen, languages, countries, wires, thread_id, keywords, names, places, lead, trust,"
    " growth, changed_run_id, first_outlets, first_is_certain"
)


@dataclass(frozen=True, slots=True)
class StoryRow:
    """One row of ``stories``: see the comments on its columns. ``trust`` is the parsed JSON object."""

    story_id: str
    headline: str
    headline_language: str | None
    state: str
    n_articles: int
    n_outlets: int
    n_languages: int
    n_countries: int
    n_reprints: int
    n_originals: int
    n_origins: int
    n_last_day: int
    first_seen: datetime | None
    last_seen: datetime | None
    languages: tuple[str, ...]
    countries: tuple[str, ...]
    wires: tuple[str, ...]
    thread_id: str | None
    keywords: tuple[str, ...]
    names: tuple[str, ...]
    places: tuple[str, ...]
    lead: str | None
    trust: dict[str, Any]
    growth: tuple[int, ...]
    changed_run_id: int
    first_outlets: tuple[str, ...]
    first_is_certain: bool | None

    def sort_value(self, sort: Sort) -> int:
        """Give the number this story has in a sort: what a cursor holds."""
        if sort in ("new", "latest"):
            at = self.first_seen if sort == "new" else self.last_seen
            return 0 if at is None else (at - _EPOCH) // timedelta(microseconds=1)
        return {
            "now": self.n_last_day,
            "widest": self.n_outlets,
            "languages": self.n_languages,
            "largest": self.n_articles,
        }[sort]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which stories: every condition given must hold.

    ``since`` and ``until`` bound the time in which a story has articles. ``min_outlets`` leaves out narrow stories.
    ``changed_since_run``: only stories that a later run changed.
    """

    language: str | None = None
    country: str | None = None
    outlet: str | None = None
    thread_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_outlets: int | None = None
    changed_since_run: int | None = None

    def to_sql(self) -> tuple[str, list[Any]]:
        """Give a condition on ``stories`` and its parameters."""
        parts: list[tuple[str, Any]] = []
        if self.language is not None:
            parts.append(("list_contains(languages, ?)", self.language))
        if self.country is not None:
            parts.append(("list_contains(countries, ?)", self.country))
        if self.outlet is not None:
            parts.append(("story_id IN (SELECT story_id FROM articles WHERE outlet = ?)", self.outlet))
        if self.thread_id is not None:
            parts.append(("thread_id = ?", self.thread_id))
        if self.since is not None:
            parts.append(("last_seen >= ?", self.since))
        if self.until is not None:
            parts.append(("first_seen < ?", self.until))
        if self.min_outlets is not None:
            parts.append(("n_outlets >= ?", self.min_outlets))
        if self.changed_since_run is not None:
            parts.append(("changed_run_id > ?", self.changed_since_run))
        return " AND ".join(part for part, _ in parts) or "true", [value for _, value in parts]


def select_rows(
    connection: duckdb.DuckDBPyConnection,
    selection: Selection | None = None,
    *,
    sort: Sort = "widest",
    limit: int = 50,
    after: Cursor | None = None,
) -> list[StoryRow]:
    """Give up to ``limit`` stories in order; ``after`` is the cursor of the last one of the page before."""
    where, parameters = (selection or Selection()).to_sql()
    key = f"coalesce({SORTS[sort][0]}, 0)"
    if after is not None:
        where += f" AND ({key} < ? OR ({key} = ? AND (n_outlets < ? OR (n_outlets = ? AND story_id > ?))))"
        parameters += [after.value, after.value, after.n_outlets, after.n_outlets, after.story_id]
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM stories WHERE {where} ORDER BY {key} DESC, n_outlets DESC, story_id LIMIT ?",
        [*parameters, limit],
    ).fetchall()
    return [_make(row) for row in rows]


def count_stories(connection: duckdb.DuckDBPyConnection, selection: Selection | None = None) -> int:
    """Count the stories of a selection."""
    where, parameters = (selection or Selection()).to_sql()
    row = connection.execute(f"SELECT count(*) FROM stories WHERE {where}", parameters).fetchone()
    return int(row[0]) if row else 0


def read_row(connection: duckdb.DuckDBPyConnection, story_id: str) -> StoryRow | None:
    """Give one story; None when the snapshot has none of that id."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM stories WHERE story_id = ?", [story_id]).fetchone()
    return _make(row) if row else None


def read_rows(connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str]) -> list[StoryRow]:
    """Give the stories of these ids that exist, in the order asked for."""
    if not story_ids:
        return []
    marks = ", ".join("?" for _ in story_ids)
    rows = connection.execute(f"SELECT {_COLUMNS} FROM stories WHERE story_id IN ({marks})", list(story_ids)).fetchall()
    found = {row[0]: _make(row) for row in rows}
    return [found[story_id] for story_id in story_ids if story_id in found]


def _make(row: tuple[Any, ...]) -> StoryRow:
    values = dict(zip(StoryRow.__slots__, row, strict=True))
    for name in ("languages", "countries", "wires", "keywords", "names", "places", "growth", "first_outlets"):
        values[name] = tuple(values[name] or ())
    values["headline"] = values["headline"] or values["story_id"]
    values["trust"] = json.loads(values["trust"] or "{}")
    return StoryRow(**values)
