"""Two languages or two countries side by side: what one tells and the other does not.

Takes an open snapshot and two values, gives the widest stories told by one only, and by both, with the counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb

from clustering.feeds.story_rows import StoryRow, read_rows

__all__ = ["Comparison", "compare_sides", "read_sides"]

Side = Literal["language", "country"]
_LISTS: dict[Side, str] = {"language": "languages", "country": "countries"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Stories of the left side only, of both, of the right side only: counts and the widest of each."""

    by: Side
    left: str
    right: str
    n_left: int
    n_both: int
    n_right: int
    only_left: tuple[StoryRow, ...]
    both: tuple[StoryRow, ...]
    only_right: tuple[StoryRow, ...]


def read_sides(connection: duckdb.DuckDBPyConnection, by: Side, *, limit: int = 60) -> list[tuple[str, int]]:
    """Give the languages or countries there are, with their numbers of stories, most first."""
    rows = connection.execute(
        "SELECT value, n_stories FROM sides WHERE kind = ? ORDER BY n_stories DESC, value LIMIT ?",
        [by, limit],
    ).fetchall()
    return [(side, n) for side, n in rows]


def compare_sides(
    connection: duckdb.DuckDBPyConnection,
    by: Side,
    left: str,
    right: str,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 40,
) -> Comparison:
    """Compare two sides; ``since`` and ``until`` bound the time in which a story has articles."""
    column = _LISTS[by]
    bounds, times = "true", list[Any]()
    if since is not None:
        bounds, times = bounds + " AND last_seen >= ?", [*times, since]
    if until is not None:
        bounds, times = bounds + " AND first_seen < ?", [*times, until]
    rows = connection.execute(
        f"""
        SELECT part, count(*), list(story_id ORDER BY n_outlets DESC, n_articles DESC, story_id)[1:{limit}]
        FROM (SELECT *, CASE WHEN list_contains({column}, ?) THEN CASE WHEN list_contains({column}, ?) THEN 'both' ELSE 'left' END
                             WHEN list_contains({column}, ?) THEN 'right' END AS part FROM stories WHERE {bounds})
        WHERE part IS NOT NULL GROUP BY part
        """,
        [left, right, right, *times],
    ).fetchall()
    counts = {part: (n, ids) for part, n, ids in rows}
    nothing: tuple[int, list[str]] = (0, [])
    parts = {part: counts.get(part, nothing) for part in ("left", "both", "right")}
    return Comparison(
        by=by,
        left=left,
        right=right,
        n_left=parts["left"][0],
        n_both=parts["both"][0],
        n_right=parts["right"][0],
        only_left=tuple(read_rows(connection, parts["left"][1])),
        both=tuple(read_rows(connection, parts["both"][1])),
        only_right=tuple(read_rows(connection, parts["right"][1])),
    )
