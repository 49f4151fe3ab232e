"""Stories' articles as the records that coverage is decided on: one story of a published snapshot, many of the private database."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from clustering.store.database import arrow_view
from clustering.stories.records import ArticleRow

__all__ = ["read_coverage_rows", "read_current_rows"]


def read_coverage_rows(connection: duckdb.DuckDBPyConnection, story_id: str) -> list[ArticleRow]:
    """Give the articles of one story in time order, undated last; empty when there is no such story."""
    rows = connection.execute(
        """
        SELECT a.article_id, a.outlet, a.language, a.published_at, a.published_precision, a.title, a.wire, a.wire_role,
               a.duplicate_group, a.original_id, a.share_copied, a.country, o.owner, o.lean, coalesce(o.kind, 'outlet')
        FROM articles a LEFT JOIN outlets o USING (outlet)
        WHERE a.story_id = ? ORDER BY a.published_at NULLS LAST, a.article_id
        """,
        [story_id],
    ).fetchall()
    return [ArticleRow(*row) for row in rows]


def read_current_rows(connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str]) -> dict[str, list[ArticleRow]]:
    """Give the articles that are in these stories now, by story, in time order; reads the private database."""
    with arrow_view(connection, "wanted", pa.table({"story_id": pa.array(story_ids, pa.string())})):
        rows = connection.execute(
            """
            SELECT c.story_id, a.article_id, a.outlet, a.language, a.published_at, a.published_precision, a.title, a.wire,
                   a.wire_role, c.duplicate_group, c.original_id, c.share_copied, o.country, o.owner, o.lean, coalesce(o.kind, 'outlet')
            FROM current_assignments c JOIN wanted USING (story_id) JOIN articles a USING (article_id)
            LEFT JOIN outlets o ON o.outlet = a.outlet
            ORDER BY c.story_id, a.published_at NULLS LAST, a.article_id
            """
        ).fetchall()
    found: dict[str, list[ArticleRow]] = {}
    for story_id, *values in rows:
        found.setdefault(story_id, []).append(ArticleRow(*values))
    return found
