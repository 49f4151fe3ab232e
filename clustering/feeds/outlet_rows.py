"""Outlets: what each covers, how often first, how much it reprints, and with whom it shares stories.

Takes an open snapshot, gives plain records.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

__all__ = [
    "OutletDetail",
    "OutletRow",
    "OutletStory",
    "Overlap",
    "SharedStories",
    "read_outlet",
    "read_outlets",
    "read_overlap",
]

_COLUMNS = "outlet, name, country, language, kind, owner, lean, n_articles, n_stories, n_reprints, first_article_at, last_article_at, languages"


@dataclass(frozen=True, slots=True)
class OutletRow:
    """One row of ``outlets``."""

    outlet: str
    name: str
    country: str | None
    language: str | None
    kind: str
    owner: str | None
    lean: str | None
    n_articles: int
    n_stories: int
    n_reprints: int
    first_article_at: datetime | None
    last_article_at: datetime | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutletStory:
    """A story as one outlet told it. ``is_first``: it may have been first."""

    story_id: str
    headline: str
    headline_language: str | None
    first_at: datetime | None
    n_articles: int
    n_reprints: int
    n_outlets: int
    is_first: bool


@dataclass(frozen=True, slots=True)
class SharedStories:
    """Another outlet that tells some of the same stories. ``share``: of the stories of the outlet asked for."""

    outlet: str
    name: str
    n_shared: int
    share: float


@dataclass(frozen=True, slots=True)
class OutletDetail:
    """One outlet: its row, its newest stories, how often it was first (surely, perhaps), and its neighbours."""

    row: OutletRow
    stories: tuple[OutletStory, ...]
    n_first: int
    n_maybe_first: int
    wires: tuple[tuple[str, int], ...]
    shared: tuple[SharedStories, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """How much of each outlet's stories each other tells: ``shares`` (n, n), row's stories told by the column, 0 to 1."""

    outlets: tuple[str, ...]
    names: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]


def read_outlets(connection: duckdb.DuckDBPyConnection, *, limit: int = 1_000) -> list[OutletRow]:
    """Give the outlets that published something, most articles first."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM outlets WHERE n_articles > 0 ORDER BY n_articles DESC, outlet LIMIT ?", [limit]
    ).fetchall()
    return [OutletRow(*(*row[:12], tuple(row[12] or ()))) for row in rows]


def read_outlet(connection: duckdb.DuckDBPyConnection, outlet: str, *, n_stories: int = 100) -> OutletDetail | None:
    """Give one outlet; None when the snapshot has none of that name."""
    row = connection.execute(f"SELECT {_COLUMNS} FROM outlets WHERE outlet = ?", [outlet]).fetchone()
    if row is None:
        return None
    stories = connection.execute(
        """
        WITH told AS (
            SELECT story_id, min(published_at) AS first_at, count(*) AS n_articles, count(*) FILTER (WHERE is_reprint) AS n_reprints
            FROM articles WHERE outlet = ? AND story_id IS NOT NULL GROUP BY story_id
            ORDER BY first_at DESC NULLS LAST, story_id LIMIT ?
        )
        SELECT t.story_id, coalesce(s.headline, s.story_id), s.headline_language, t.first_at, t.n_articles, t.n_reprints, s.n_outlets,
               list_contains(s.first_outlets, ?)
        FROM told t JOIN stories s USING (story_id) ORDER BY t.first_at DESC NULLS LAST, t.story_id
        """,
        [outlet, n_stories, outlet],
    ).fetchall()
    first = connection.execute(
        "SELECT count(*) FILTER (WHERE first_is_certain), count(*) FROM stories WHERE list_contains(first_outlets, ?)",
        [outlet],
    ).fetchone()
    wires = connection.execute(
        "SELECT wire, count(*) AS n FROM articles WHERE outlet = ? AND is_reprint AND wire IS NOT NULL AND wire_role = 'text'"
        " GROUP BY wire ORDER BY n DESC, wire LIMIT 20",
        [outlet],
    ).fetchall()
    detail = OutletRow(*(*row[:12], tuple(row[12] or ())))
    return OutletDetail(
        row=detail,
        stories=tuple(OutletStory(*story) for story in stories),
        n_first=int(first[0]) if first else 0,
        n_maybe_first=int(first[1]) if first else 0,
        wires=tuple((wire, n) for wire, n in wires),
        shared=_read_shared(connection, detail),
    )


def _read_shared(connection: duckdb.DuckDBPyConnection, row: OutletRow) -> tuple[SharedStories, ...]:
    rows = connection.execute(
        """
        WITH mine AS (SELECT DISTINCT story_id FROM articles WHERE outlet = ? AND story_id IS NOT NULL)
        SELECT a.outlet, any_value(a.outlet_name), count(DISTINCT a.story_id) AS n
        FROM articles a JOIN mine USING (story_id) WHERE a.outlet <> ? GROUP BY a.outlet ORDER BY n DESC, a.outlet LIMIT 15
        """,
        [row.outlet, row.outlet],
    ).fetchall()
    total = max(1, row.n_stories)
    return tuple(SharedStories(outlet, name or outlet, n, n / total) for outlet, name, n in rows)


def read_overlap(connection: duckdb.DuckDBPyConnection, *, limit: int = 20) -> Overlap:
    """Give the overlap of the outlets with most stories."""
    rows = connection.execute(
        """
        WITH top AS (SELECT outlet, name, n_stories FROM outlets WHERE n_stories > 0 ORDER BY n_stories DESC, outlet LIMIT ?),
        told AS (SELECT DISTINCT outlet, story_id FROM articles WHERE story_id IS NOT NULL AND outlet IN (SELECT outlet FROM top)),
        pairs AS (SELECT a.outlet AS mine, b.outlet AS other, count(*) AS n FROM told a JOIN told b USING (story_id) GROUP BY ALL)
        SELECT m.outlet, m.name, o.outlet, coalesce(p.n, 0) / m.n_stories
        FROM top m CROSS JOIN top o LEFT JOIN pairs p ON p.mine = m.outlet AND p.other = o.outlet
        ORDER BY m.n_stories DESC, m.outlet, o.n_stories DESC, o.outlet
        """,
        [limit],
    ).fetchall()
    outlets = tuple(dict.fromkeys(row[0] for row in rows))
    names = {row[0]: row[1] for row in rows}
    n = len(outlets)
    shares = [float(row[3]) for row in rows]
    return Overlap(outlets, tuple(names[o] for o in outlets), tuple(tuple(shares[i * n : i * n + n]) for i in range(n)))
