"""``samestory status``: runs, counts, rejects by reason, and whether every page is accounted for."""

from __future__ import annotations

import json
from pathlib import Path

from clustering.cli.console import print_json, print_table, print_text

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
    from clustering.store.database import open_database
    from clustering.store.workspace import Workspace

    with open_database(Workspace(workspace), read_only=True) as connection:
        tables = {}
        for name, sql in (("totals", _TOTALS), ("pages", _PAGES), ("runs", _RUNS)):
            cursor = connection.execute(sql)
            tables[name] = ([column[0] for column in cursor.description or []], cursor.fetchall())
    if as_json:
        columns, runs = tables["runs"]
        page_columns, pages = tables["pages"]
        total_columns, totals = tables["totals"]
        rows = [("total", dict(zip(total_columns, row, strict=True))) for row in totals]
        rows += [("pages", dict(zip(page_columns, row, strict=True))) for row in pages]
        rows += [("run", dict(zip(columns, row, strict=True))) for row in runs]
        print_json(["kind", "fields"], rows)
        return
    total = dict(zip(tables["totals"][0], tables["totals"][1][0], strict=True))
    print_text(
        f"{total['pages']} pages = {total['new']} articles + {total['known']} known again + {total['updated']} updates"
        f" + {total['rejects']} rejects + {total['quarantined']} in quarantine"
    )
    print_text(f"{total['vectors']} vectors, {total['stories']} stories, snapshot {total['snapshot'] or 'none'}\n")
    print_table(*tables["pages"], title="Pages by outcome", wide="example")
    print_text("")
    shown = [
        (run, step, state, started, round(seconds or 0, 1), message or _list_counts(counts))
        for run, step, state, started, seconds, _, counts, message in tables["runs"][1]
    ]
    print_table(
        ["run", "step", "state", "started", "seconds", "counts"], shown, title="Runs, newest first", wide="counts"
    )


def _list_counts(counts: str | None) -> str:
    return ", ".join(f"{value:,} {name}" for name, value in json.loads(counts or "{}").items() if value)
