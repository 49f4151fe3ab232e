"""``samestory story ID --history`` and ``--as-of``: how a story changed, and what it was at a run or a date."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from clustering.cli.console import print_json, print_table, print_text
from clustering.errors import InputError, UnknownId

__all__ = ["describe_fate", "print_history", "print_story_as_of"]

_HISTORY = """
SELECT t.run_id AS run, r.started_at AS at, t.kind, t.related, t.n_before AS before, t.n_after AS after, t.overlap, t.similarity
FROM transitions t LEFT JOIN runs r USING (run_id) WHERE t.story_id = ?
ORDER BY t.run_id, array_position(['emerged', 'revived', 'survived', 'grew', 'absorbed', 'split', 'ended'], t.kind)
"""
_AS_OF = """
SELECT a.published_at AS time, a.outlet, a.language, a.title AS headline,
       CASE WHEN t.is_reprint THEN 'reprint' ELSE 'original' END AS kind, t.article_id
FROM story_as_of(?, ?) t JOIN articles a USING (article_id) ORDER BY a.published_at NULLS LAST, t.article_id
"""


def print_history(workspace: Path, story_id: str, *, as_json: bool) -> None:
    """Print a story's transitions, oldest first. Works for stories that are gone. Errors: ``UnknownId``."""
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    columns, rows = query_snapshot(Workspace(workspace).current_snapshot(), _HISTORY, [story_id])
    if not rows:
        raise UnknownId(f"no story {story_id!r} in the history of the published snapshot")
    (print_json if as_json else print_table)(columns, rows)


def print_story_as_of(workspace: Path, story_id: str, moment: str, *, as_json: bool) -> None:
    """Print a story as it was after a run (a number) or at a time (ISO; a date means its end; without a zone, UTC).

    Errors: ``InputError`` for a moment that cannot be read or lies before the first run; ``UnknownId`` when the story was not there.
    """
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    snapshot = Workspace(workspace).current_snapshot()
    run = find_run(snapshot, moment)
    columns, rows = query_snapshot(snapshot, _AS_OF, [story_id, run])
    if not rows:
        raise UnknownId(
            f"no story {story_id!r} as of run {run}: `samestory story {story_id} --history` tells when it was"
        )
    if as_json:
        print_json(columns, rows)
        return
    print_text(f"{story_id} as of run {run}: {len(rows)} articles, {len({row[1] for row in rows})} outlets")
    print_table(columns, rows, wide="headline")


def describe_fate(snapshot: Path, story_id: str) -> str:
    """Say what became of a story that is no longer published, as the end of a sentence; empty when it never was."""
    from clustering.store.snapshot import query_snapshot

    _, rows = query_snapshot(
        snapshot,
        "SELECT kind, related, run_id FROM transitions WHERE story_id = ? AND n_after = 0 ORDER BY run_id DESC LIMIT 1",
        [story_id],
    )
    if not rows:
        return ""
    kind, related, run = rows[0]
    into = f" by {', '.join(related)}" if kind == "absorbed" and related else ""
    into = f" into {', '.join(related)}" if kind == "split" and related else into
    return f"it {'was ' if kind != 'ended' else ''}{kind}{into} in run {run}"


def find_run(snapshot: Path, moment: str) -> int:
    """Give the last run at or before a moment: a run's number, or a time. Errors: ``InputError``."""
    from clustering.store.snapshot import query_snapshot

    if re.fullmatch(r"\d{1,9}", moment):
        _, rows = query_snapshot(snapshot, "SELECT max(run_id) FROM runs WHERE run_id <= ?", [int(moment)])
    else:
        try:
            at = datetime.fromisoformat(moment)
        except ValueError as error:
            raise InputError(f"--as-of {moment!r} is neither a run's number nor an ISO date or time") from error
        if len(moment) == 10:
            at = at.replace(hour=23, minute=59, second=59, microsecond=999_999)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        _, rows = query_snapshot(
            snapshot, "SELECT max(run_id) FROM runs WHERE coalesce(ended_at, started_at) <= ?", [at]
        )
    if rows[0][0] is None:
        raise InputError(f"--as-of {moment}: the first run is later: `samestory status` lists the runs")
    return int(rows[0][0])
