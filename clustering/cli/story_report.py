"""``samestory story ID``: one story's coverage in time order, who was first, and how it grew."""

from __future__ import annotations

from pathlib import Path

from clustering.cli.console import format_time, print_json, print_table, print_text
from clustering.errors import UnknownId

__all__ = ["print_story_report", "read_rows"]

_COLUMNS = [
    "time", "precision", "outlet", "country", "language", "headline", "kind", "wire", "original_id", "share_copied", "url", "article_id",
]
_SQL = """
SELECT published_at AS time, published_precision AS precision, outlet, country, language, title AS headline,
       CASE WHEN is_reprint THEN 'reprint' ELSE 'original' END AS kind, CASE WHEN wire_role = 'text' THEN wire END AS wire,
       original_id, share_copied, url, article_id
FROM articles WHERE story_id = ? ORDER BY published_at NULLS LAST, article_id
"""


def print_story_report(workspace: Path, story_id: str, *, as_json: bool) -> None:
    """Print the coverage of one story. Errors: ``UnknownId``, ``StoreMissing``."""
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    snapshot = Workspace(workspace).current_snapshot()
    columns, rows = query_snapshot(snapshot, _SQL, [story_id])
    if not rows:
        raise UnknownId(f"no story {story_id!r} in the published snapshot: `samestory stories` lists the ids")
    if as_json:
        print_json(columns, rows)
        return
    _, [(headline, n_outlets, n_languages, n_articles, n_reprints, n_origins, thread_id)] = query_snapshot(
        snapshot,
        "SELECT headline, n_outlets, n_languages, n_articles, n_reprints, n_origins, thread_id FROM stories WHERE story_id = ?",
        [story_id],
    )
    print_text(f"{story_id}  {headline}")
    print_text(
        f"{n_articles} articles in {n_outlets} outlets and {n_languages} languages: {n_articles - n_reprints} originals,"
        f" {n_reprints} reprints, {n_origins} independent texts" + (f"; thread {thread_id}" if thread_id else "")
    )
    _, first = query_snapshot(snapshot, "SELECT outlet, published_at, is_certain FROM first_reports WHERE story_id = ?", [story_id])
    if first:
        who = " and ".join(sorted({outlet or "unknown outlet" for outlet, _, _ in first}))
        doubt = "" if all(certain for _, _, certain in first) else " (not certain: a tie, or an article known to the day only)"
        print_text(f"first: {who}, {format_time(first[0][1])} UTC{doubt}")
    else:
        print_text("first: unknown, no article has a time of day")
    print_text("")
    shown = [(format_time(r[0], r[1]), r[2], r[4], r[5], r[6], r[7]) for r in rows]
    print_table(["time (UTC)", "outlet", "language", "headline", "kind", "wire"], shown, wide="headline")
