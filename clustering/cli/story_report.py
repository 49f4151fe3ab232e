"""``samestory story ID``: one story's coverage in time order, who was first, where it came from and how it grew."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from clustering.cli.console import format_time, print_json, print_table, print_text
from clustering.cli.gap_report import print_gaps
from clustering.cli.history import describe_fate
from clustering.errors import UnknownId

if TYPE_CHECKING:
    from clustering.stories.coverage import Coverage
    from clustering.stories.spread import Bucket

__all__ = ["print_story_report"]

_SQL = """
SELECT published_at AS time, published_precision AS precision, outlet, country, language, title AS headline,
       CASE WHEN is_reprint THEN 'reprint' ELSE 'original' END AS kind, CASE WHEN wire_role = 'text' THEN wire END AS wire,
       original_id, share_copied, url, article_id
FROM articles WHERE story_id = ? ORDER BY published_at NULLS LAST, article_id
"""
_NEIGHBOURS = """
SELECT s.first_seen, s.story_id, s.headline, s.n_outlets, s.n_languages
FROM stories s WHERE s.thread_id = (SELECT thread_id FROM stories WHERE story_id = ?) ORDER BY s.first_seen, s.story_id
"""
_BAR_WIDTH = 40


def print_story_report(workspace: Path, story_id: str, *, as_json: bool) -> None:
    """Print the coverage of one story. Errors: ``UnknownId``, ``StoreMissing``."""
    from clustering.store.coverage_rows import read_coverage_rows
    from clustering.store.snapshot import open_snapshot, query_snapshot
    from clustering.store.workspace import Workspace
    from clustering.stories.coverage import describe_coverage

    snapshot = Workspace(workspace).current_snapshot()
    columns, rows = query_snapshot(snapshot, _SQL, [story_id])
    if not rows:
        fate = describe_fate(snapshot, story_id) or "`samestory stories` lists the ids"
        raise UnknownId(f"no story {story_id!r} in the published snapshot: {fate}")
    if as_json:
        print_json(columns, rows)
        return
    with open_snapshot(snapshot) as connection:
        coverage = describe_coverage(read_coverage_rows(connection, story_id))
    _, [(headline,)] = query_snapshot(snapshot, "SELECT headline FROM stories WHERE story_id = ?", [story_id])
    print_text(f"{story_id}  {headline}")
    print_summary(coverage)
    print_gaps(snapshot, story_id)
    print_text("")
    shown = [(format_time(r[0], r[1]), r[2], r[4], r[5], r[6], r[7]) for r in rows]
    print_table(["time (UTC)", "outlet", "language", "headline", "kind", "wire"], shown, wide="headline")
    print_growth(coverage.spread.hourly)
    _, neighbours = query_snapshot(snapshot, _NEIGHBOURS, [story_id])
    if len(neighbours) > 1:
        print_text("")
        marked = [("*" if n[1] == story_id else "", *n) for n in neighbours]
        print_table(
            ["", "first seen", "story", "headline", "outlets", "languages"],
            marked,
            title="Stories of the same thread",
            wide="headline",
        )


def print_summary(coverage: Coverage) -> None:
    """Print the counts, who was first and the independent origins."""
    languages = ", ".join(f"{language} {n}" for language, n in coverage.languages.items())
    print_text(
        f"{coverage.n_articles} articles in {len(coverage.outlets)} outlets: {coverage.n_originals} originals,"
        f" {coverage.n_reprints} reprints, {coverage.n_independent_origins} independent origins; languages: {languages}"
    )
    first = coverage.first_report
    if first.outlets:
        certainty = "" if first.certain else " (not certain)"
        print_text(
            f"first: {first.outlets[0]}, {format_time(first.at, first.precision)} UTC{certainty}: {first.reason}"
        )
    else:
        print_text(f"first: unknown, {first.reason}")
    carried = [origin for origin in coverage.origins if origin.n_reprints]
    for origin in carried:
        print_text(
            f"reprinted from {origin.kind} {origin.name} {_times(origin.n_reprints)}, in {', '.join(origin.outlets)}"
        )


def print_growth(hourly: Sequence[Bucket]) -> None:
    """Print a bar per hour: # originals, = reprints, with the outlets so far."""
    if not hourly:
        return
    print_text("\nHow it grew, by hour (# original, = reprint; outlets and languages so far)")
    widest = max(bucket.n_articles for bucket in hourly)
    scale = min(1.0, _BAR_WIDTH / widest)
    for bucket in hourly:
        bar = "#" * round(bucket.n_originals * scale) + "=" * round(bucket.n_reprints * scale)
        print_text(
            f"{format_time(bucket.start_at)}  {bar:<{min(widest, _BAR_WIDTH)}}  {bucket.n_outlets:>3} outlets {bucket.n_languages:>2} languages"
        )


def _times(n: int) -> str:
    return "once" if n == 1 else f"{n} times"
