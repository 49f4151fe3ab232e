"""Quarantine: try the kept pages again, or give them up."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence

from clustering.articles.batches import build_articles
from clustering.articles.context import load_context
from clustering.config import Config
from clustering.pages.quarantine import Quarantine, Quarantined
from clustering.progress import Progress, SilentProgress
from clustering.steps.summary import StepSummary
from clustering.store.articles import PageOutcome, page_hash, release_page, store_outcomes
from clustering.store.database import open_database
from clustering.store.runs import run_step
from clustering.store.workspace import Workspace
from clustering.types import Reject

__all__ = ["run_drop", "run_retry"]


def run_retry(
    workspace: Workspace, config: Config, *, progress: Progress | None = None, pipeline_id: str | None = None
) -> StepSummary:
    """Build every quarantined page again. Counts as ingest does; pages that fail again stay."""
    started = time.monotonic()
    progress = progress or SilentProgress()
    workspace.require()
    context = load_context(config)
    kept = Quarantine(workspace.quarantine)
    counts: Counter[str] = Counter({"pages": 0, "new": 0, "quarantine": 0})
    with open_database(workspace) as connection, run_step(connection, "retry", config, pipeline_id=pipeline_id) as run:
        items = list(kept.list_items())
        progress.start("retry", len(items))
        for item, result in zip(items, build_articles([item.page for item in items], context), strict=True):
            page_id = page_hash(item.page)
            if isinstance(result, Quarantined):
                kept_as = f"{workspace.quarantine.relative_to(workspace.root)}/{kept.put(result)}.json"
                outcome = PageOutcome(page_id, item.page.origin, item.page.kind, item.page.fetched_at, result, kept_as)
            else:
                outcome = PageOutcome(page_id, item.page.origin, item.page.kind, item.page.fetched_at, result)
            counts.update(store_outcomes(connection, run.run_id, [outcome]))
            if not isinstance(result, Quarantined):
                release_page(connection, page_id)
                kept.drop(item.key)
            progress.advance()
        progress.finish()
        run.counts.update(counts)
        return StepSummary("retry", run.run_id, dict(counts), time.monotonic() - started)


def run_drop(workspace: Workspace, config: Config, keys: Sequence[str]) -> StepSummary:
    """Give quarantined pages up. Errors: ``UnknownId`` for a key that is not there, before any is dropped."""
    started = time.monotonic()
    workspace.require()
    kept = Quarantine(workspace.quarantine)
    items = [kept.get(key) for key in keys]
    with open_database(workspace) as connection, run_step(connection, "drop", config) as run:
        for item in items:
            page_id = page_hash(item.page)
            reject = Reject(item.page.origin, "dropped", item.error)
            store_outcomes(
                connection,
                run.run_id,
                [PageOutcome(page_id, item.page.origin, item.page.kind, item.page.fetched_at, reject)],
            )
            release_page(connection, page_id)
            kept.drop(item.key)
        run.counts.update(dropped=len(items))
        return StepSummary("drop", run.run_id, dict(run.counts), time.monotonic() - started)
