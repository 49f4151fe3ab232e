"""CSV of the public tables, safe to open in a spreadsheet.

Takes an open snapshot, writes files. No cell can be a formula (OWASP); lists are joined with a space; times are ISO 8601 UTC.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from clustering.feeds.safe_text import safe_cell

__all__ = ["CSV_QUERIES", "write_csv"]

CSV_QUERIES: dict[str, str] = {
    "stories": "SELECT story_id, headline, headline_language, state, n_articles, n_outlets, n_languages, n_countries, n_originals, n_reprints,"
    " n_origins, first_seen, last_seen, languages, countries, wires, thread_id, keywords FROM stories ORDER BY last_seen DESC NULLS LAST, story_id",
    "coverage": "SELECT c.* FROM coverage c JOIN stories s USING (story_id) ORDER BY s.last_seen DESC NULLS LAST, c.story_id, c.first_at, c.outlet",
    "articles": "SELECT article_id, story_id, outlet, outlet_name, country, language, published_at, published_precision, title, url, wire,"
    " wire_role, is_reprint, original_id, share_copied FROM articles WHERE story_id IS NOT NULL"
    " ORDER BY published_at DESC NULLS LAST, article_id",
    "first_reports": "SELECT * EXCLUDE (title) FROM first_reports ORDER BY published_at DESC, story_id, article_id",
    "outlets": "SELECT * FROM outlets ORDER BY n_articles DESC, outlet",
}
"""File -> what it holds. The newest come first, so a cut file holds the newest."""


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path, *, max_rows: int) -> int:
    """Write up to ``max_rows`` rows of a query; give how many. Lines end as RFC 4180 says."""
    cursor = connection.execute(f"{query} LIMIT {int(max_rows)}")
    n = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([column[0] for column in cursor.description or []])
        while rows := cursor.fetchmany(10_000):
            writer.writerows([safe_cell(_plain(value)) for value in row] for row in rows)
            n += len(rows)
    return n


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, str) or not isinstance(value, Iterable):
        return value
    return " ".join(str(item) for item in value)
