"""CSV of the public tables, safe to open in a spreadsheet.

Takes an open snapshot, writes files. No cell can be a formula (OWASP); lists are joined with a space; times are ISO 8601 UTC.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

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


_FORBIDDEN = r"[\x00-\x08\x0b-\x1f\x7f-\x{9f}\x{202a}-\x{202e}\x{2066}-\x{2069}]"
_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"


def write_csv(connection: duckdb.DuckDBPyConnection, query: str, path: Path, *, max_rows: int) -> None:
    """Write up to ``max_rows`` rows of a query. The rule of ``safe_text.safe_cell``, applied by DuckDB."""
    columns = connection.execute(f"DESCRIBE {query}").fetchall()
    cells = ", ".join(_cell(str(column[0]), str(column[1])) for column in columns)
    target = str(path).replace("'", "''")
    connection.execute(f"COPY (SELECT {cells} FROM ({query}) LIMIT {int(max_rows)}) TO '{target}' (FORMAT csv, HEADER)")


def _cell(name: str, kind: str) -> str:
    column = f'"{name}"'
    if kind.startswith("TIMESTAMP"):
        return f"strftime({column} AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%SZ') AS {column}"
    if kind.endswith("[]"):
        text = f"array_to_string({column}, ' ')"
    elif kind == "VARCHAR":
        text = column
    else:
        return column
    clean = f"regexp_replace({text}, '{_FORBIDDEN}', '', 'g')"
    return f"CASE WHEN regexp_matches({clean}, '{_FORMULA}') THEN chr(39) || {clean} ELSE {clean} END AS {column}"
