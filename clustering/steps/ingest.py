"""Ingest: paths and sources -> pages -> articles in the store.

Every page ends as an article, a reject with a named reason, or in quarantine. Pages are taken in batches, each stored in one
transaction, so a run that is cut off has stored whole batches and the next run skips what is known.
"""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from clustering.articles.build import ArticleContext, build_article, load_context
from clustering.config import Config
from clustering.errors import RejectedPage
from clustering.pages.files import read_paths
from clustering.progress import Progress, SilentProgress
from clustering.steps.summary import StepSummary
from clustering.store.articles import PageOutcome, Quarantined, page_hash, store_outcomes, store_outlets
from clustering.store.database import open_database
from clustering.store.runs import run_step
from clustering.store.workspace import Workspace
from clustering.types import Article, RawPage, Reject

__all__ = ["run_ingest"]

_BATCH_PAGES = 1_000
T = TypeVar("T")


def run_ingest(
    workspace: Workspace,
    config: Config,
    paths: Sequence[Path],
    *,
    progress: Progress | None = None,
    pipeline_id: str | None = None,
) -> StepSummary:
    """Ingest files and folders.

    Counts: ``pages``, ``new``, ``known``, ``reject``, ``quarantine``, ``reject:REASON``.
    Errors: ``InputError`` for a missing path, before anything is written; ``StoreBusy``.
    """
    started = time.monotonic()
    progress = progress or SilentProgress()
    context = load_context(config)
    pages = read_paths(paths, config.ingest)
    first = next(pages, None)  # a missing path fails here, before the workspace is made
    counts: Counter[str] = Counter({"pages": 0, "new": 0, "known": 0, "reject": 0, "quarantine": 0})
    with open_database(workspace) as connection, run_step(connection, "ingest", config, pipeline_id=pipeline_id) as run:
        store_outlets(connection, context.outlets.values())
        progress.start("ingest", None)
        for batch in _in_batches(_chain(first, pages), _BATCH_PAGES):
            outcomes = [_decide(page, context, workspace) for page in batch]
            counts.update(store_outcomes(connection, run.run_id, outcomes))
            progress.advance(len(batch))
        progress.finish()
        run.counts.update(counts)
        return StepSummary("ingest", run.run_id, dict(counts), time.monotonic() - started)


def _decide(page: RawPage | Reject, context: ArticleContext, workspace: Workspace) -> PageOutcome:
    """Turn one page into its outcome. The quarantine seam: the only place that catches every exception."""
    page_id = page_hash(page)
    if isinstance(page, Reject):
        return PageOutcome(page_id, page.origin, "record", None, page)
    result: Article | Reject | Quarantined
    try:
        result = build_article(page, context)
    except RejectedPage as error:
        result = Reject(page.origin, error.reason, error.detail, _given_id(page))
    except Exception as error:  # noqa: BLE001 - the quarantine seam
        kept = _keep(page, page_id, workspace)
        result = Quarantined(f"{type(error).__name__}: {error}", kept)
    return PageOutcome(page_id, page.origin, page.kind, page.fetched_at, result)


def _given_id(page: RawPage) -> str | None:
    given = page.fields.get("id") if page.fields else None
    return str(given) if given is not None else None


def _keep(page: RawPage, page_id: str, workspace: Workspace) -> str:
    path = workspace.quarantine / f"{page_id}.{page.kind}"
    if page.fields is not None:
        path.write_text(json.dumps(page.fields, ensure_ascii=True, default=str), encoding="utf-8")
    else:
        path.write_bytes(page.content)
    return str(path.relative_to(workspace.root))


def _chain(first: T | None, rest: Iterator[T]) -> Iterator[T]:
    if first is not None:
        yield first
    yield from rest


def _in_batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    batch: list[T] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
