"""Publish: the current picture -> an immutable snapshot, switched to atomically."""

from __future__ import annotations

import time

from clustering.config import Config
from clustering.progress import Progress, SilentProgress
from clustering.steps.summary import StepSummary
from clustering.store.database import fetch_row, open_database
from clustering.store.runs import run_step
from clustering.store.snapshot import publish_snapshot
from clustering.store.workspace import Workspace

__all__ = ["run_publish"]


def run_publish(
    workspace: Workspace, config: Config, *, progress: Progress | None = None, pipeline_id: str | None = None
) -> StepSummary:
    """Publish a snapshot. Counts: ``articles``, ``stories``. Errors: ``StoreMissing``, ``StoreBusy``."""
    started = time.monotonic()
    workspace.require()
    with (
        open_database(workspace) as connection,
        run_step(connection, "publish", config, pipeline_id=pipeline_id) as run,
    ):
        publish_snapshot(
            connection,
            workspace,
            run.run_id,
            config=config.publish,
            progress=progress or SilentProgress(),
        )
        n_articles, n_stories = fetch_row(
            connection,
            "SELECT (SELECT count(*) FROM articles), (SELECT count(DISTINCT story_id) FROM current_assignments)",
        )
        run.counts.update(articles=n_articles, stories=n_stories)
        return StepSummary("publish", run.run_id, dict(run.counts), time.monotonic() - started)
