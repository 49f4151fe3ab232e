"""A story's articles, read from a published snapshot as the records that coverage is decided on."""

from __future__ import annotations

import duckdb

from clustering.stories.records import ArticleRow

__all__ = ["read_coverage_rows"]


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
