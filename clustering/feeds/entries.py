"""Stories as feed entries, and outlets joining a story as entries of a saved search.

Takes story rows, gives ``FeedEntry``s. A list feed has one entry per story, updated when it grows; a saved search has one entry per outlet that joined
one of its stories, so that "tell me when a new outlet joins" is a new entry, not a changed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb

from clustering.feeds.atom import FeedEntry
from clustering.feeds.making import Addresses
from clustering.feeds.safe_text import shorten
from clustering.feeds.story_rows import StoryRow
from clustering.names.stable_hash import stable_hash

__all__ = ["make_entries", "read_joining_entries"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_entries(rows: Sequence[StoryRow], addresses: Addresses) -> list[FeedEntry]:
    """Make one entry per story."""
    return [
        FeedEntry(
            key=f"story:{row.story_id}",
            title=row.headline,
            text=_describe(row),
            url=addresses.story(row.story_id),
            published_at=row.first_seen or _EPOCH,
            updated_at=row.last_seen or row.first_seen or _EPOCH,
            language=row.headline_language,
            tags=(*row.languages, *row.keywords[:5]),
        )
        for row in rows
    ]


def _describe(row: StoryRow) -> str:
    wires = f" Wires: {', '.join(row.wires)}." if row.wires else ""
    lead = f"{shorten(row.lead, 500)} " if row.lead else ""
    return (
        f"{lead}{row.n_outlets} outlets in {row.n_languages} languages ({', '.join(row.languages)}): {row.n_originals} originals,"
        f" {row.n_reprints} reprints.{wires}"
    )


def read_joining_entries(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[StoryRow], addresses: Addresses, *, limit: int = 200
) -> list[FeedEntry]:
    """Give an entry for each outlet that joined one of the stories, the newest first."""
    by_id = {row.story_id: row for row in rows}
    found = connection.execute(
        """
        SELECT a.story_id, a.outlet, any_value(a.outlet_name), min(a.published_at) AS first_at,
               arg_min(a.title, coalesce(a.published_at, a.ingested_at)), arg_min(a.language, coalesce(a.published_at, a.ingested_at)),
               min(a.ingested_at)
        FROM articles a WHERE a.story_id IN (SELECT unnest(?::VARCHAR[])) AND a.outlet IS NOT NULL
        GROUP BY a.story_id, a.outlet ORDER BY coalesce(first_at, min(a.ingested_at)) DESC, a.story_id, a.outlet LIMIT ?
        """,
        [list(by_id), limit],
    ).fetchall()
    return [
        FeedEntry(
            key=f"story:{story_id}:outlet:{stable_hash(outlet):016x}",
            title=f"{name or outlet}: {shorten(title, 300)}",
            text=f"{name or outlet} joined the story “{shorten(by_id[story_id].headline, 200)}”. {_describe(by_id[story_id])}",
            url=addresses.story(story_id),
            published_at=first_at or ingested_at,
            updated_at=first_at or ingested_at,
            language=language,
            authors=(name or outlet,),
        )
        for story_id, outlet, name, first_at, title, language, ingested_at in found
    ]
