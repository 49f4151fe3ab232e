"""``samestory status``: runs, counts, rejects by reason, and whether every page is accounted for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from clustering.cli.console import print_objects, print_table, print_text

if TYPE_CHECKING:
    from clustering.store.workspace import Workspace

__all__ = ["print_status_report"]

_RUNS = """
SELECT run_id AS run, step, state, started_at AS started, epoch(ended_at - started_at) AS seconds, encoder,
       CAST(counts AS VARCHAR) AS counts, message
FROM runs ORDER BY run_id DESC LIMIT 20
"""
_PAGES = """
SELECT outcome, coalesce(reason, '') AS reason, count(*) AS pages, min(coalesce(path || coalesce(':' || line, ''), url)) AS example
FROM pages GROUP BY ALL ORDER BY outcome, pages DESC, reason
"""
_TOTALS = """
SELECT (SELECT count(*) FROM pages) AS pages, (SELECT count(*) FROM articles) AS articles,
       (SELECT count(*) FROM pages WHERE outcome = 'article') AS new,
       (SELECT count(*) FROM pages WHERE outcome = 'known') AS known,
       (SELECT count(*) FROM pages WHERE outcome = 'updated') AS updated,
       (SELECT count(*) FROM pages WHERE outcome = 'reject') AS rejects,
       (SELECT count(*) FROM pages WHERE outcome = 'quarantine') AS quarantined,
       (SELECT count(DISTINCT content_hash) FROM vectors) AS vectors,
       (SELECT count(*) FROM current_stories WHERE state <> 'gone') AS stories,
       (SELECT max(snapshot_id) FROM snapshots) AS snapshot
"""


def print_status_report(workspace: Path, *, as_json: bool) -> None:
    """Read the private database (read-only) and print runs and page outcomes. Errors: ``StoreMissing``, ``StoreBusy``."""
    from clustering.errors import StoreBusy, StoreMissing
    from clustering.store.database import open_database
    from clustering.store.workspace import Workspace

    opened = Workspace(workspace)
    tables = {}
    try:
        with open_database(opened, read_only=True) as connection:
            for name, sql in (("total", _TOTALS), ("pages", _PAGES), ("run", _RUNS)):
                cursor = connection.execute(sql)
                tables[name] = ([column[0] for column in cursor.description or []], cursor.fetchall())
    except StoreBusy as busy:
        try:
            _print_published(opened, as_json=as_json)
        except StoreMissing:
            raise busy from None
        return
    if as_json:
        print_objects(
            [
                {"kind": kind, **dict(zip(columns, row, strict=True))}
                for kind, (columns, rows) in tables.items()
                for row in rows
            ]
        )
        return
    total = dict(zip(tables["total"][0], tables["total"][1][0], strict=True))
    print_text(
        f"{total['pages']} pages = {total['new']} articles + {total['known']} known again + {total['updated']} updates"
        f" + {total['rejects']} rejects + {total['quarantined']} in quarantine"
    )
    print_text(f"{total['vectors']} vectors, {total['stories']} stories, snapshot {total['snapshot'] or 'none'}\n")
    print_table(*tables["pages"], title="Pages by outcome", wide="example")
    print_text("")
    shown = [
        (run, step, state, started, round(seconds or 0, 1), message or _list_counts(counts))
        for run, step, state, started, seconds, _, counts, message in tables["run"][1]
    ]
    print_table(
        ["run", "step", "state", "started", "seconds", "counts"], shown, title="Runs, newest first", wide="counts"
    )


def _print_published(workspace: Workspace, *, as_json: bool) -> None:
    """While a step holds the database: the runs and rejects of the last published snapshot."""
    from clustering.store.snapshot import query_snapshot

    folder = workspace.current_snapshot()
    columns, runs = query_snapshot(
        folder,
        "SELECT run_id AS run, step, state, started_at AS started, epoch(ended_at - started_at) AS seconds,"
        " CAST(counts AS VARCHAR) AS counts FROM runs ORDER BY run_id DESC LIMIT 20",
    )
    _, rejects = query_snapshot(folder, "SELECT reason, count(*) FROM rejects GROUP BY reason ORDER BY 2 DESC, 1")
    if as_json:
        objects = [{"kind": "published run", **dict(zip(columns, row, strict=True))} for row in runs]
        print_objects(objects + [{"kind": "published rejects", "reason": r, "pages": n} for r, n in rejects])
        return
    print_text(f"a step is running; this is what the snapshot {folder.name} says\n")
    print_table(["reason", "pages"], rejects, title="Rejected pages")
    print_text("")
    shown = [(*row[:4], round(row[4] or 0, 1), _list_counts(row[5])) for row in runs]
    print_table(
        ["run", "step", "state", "started", "seconds", "counts"], shown, title="Runs, newest first", wide="counts"
    )


def _list_counts(counts: str | None) -> str:
    return ", ".join(f"{value:,} {name}" for name, value in json.loads(counts or "{}").items() if value)
