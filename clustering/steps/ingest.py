"""Ingest: paths and sources -> pages -> articles in the store.

Every page ends as an article, a reject with a named reason, or in quarantine. Pages are taken in batches, each stored in one
transaction, so a run that is cut off has stored whole batches and the next run skips what is known.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

from clustering.articles.batches import build_articles
from clustering.articles.context import ArticleContext, load_context
from clustering.config import Config
from clustering.errors import InputError
from clustering.pages.archive import RawArchive
from clustering.pages.collect import SourceOutcome, collect_pages
from clustering.pages.files import read_paths
from clustering.pages.quarantine import Quarantine, Quarantined
from clustering.pages.sources import Source, load_sources
from clustering.progress import Progress, SilentProgress
from clustering.steps.summary import StepSummary
from clustering.store.articles import PageOutcome, page_hash, store_outcomes, store_outlets
from clustering.store.database import open_database
from clustering.store.runs import run_step
from clustering.store.sources import read_poll_states, write_poll_states
from clustering.store.takedown import read_tombstones
from clustering.store.workspace import Workspace
from clustering.stories.takedown import StoredArticle, Tombstone, find_block
from clustering.types import Article, RawPage, Reject

__all__ = ["is_forgotten", "run_ingest"]

_BATCH_PAGES = 1_000
T = TypeVar("T")


def run_ingest(
    workspace: Workspace,
    config: Config,
    paths: Sequence[Path] = (),
    *,
    sources: Sequence[Source] | None = None,
    from_raw: bool = False,
    progress: Progress | None = None,
    pipeline_id: str | None = None,
) -> StepSummary:
    """Ingest files and folders, every kept raw page again with today's code (``from_raw``), and what is new at the sources.

    ``sources``: by default those of the config's ``sources_file``; none are polled by ``from_raw``.
    Counts: ``pages``, ``new``, ``known``, ``updated``, ``reject``, ``quarantine``, ``reject:REASON``, and for sources ``sources``,
    ``failed_sources``. Errors: ``InputError`` for a missing path or nothing to ingest, before anything is written; ``StoreBusy``.
    """
    started = time.monotonic()
    progress = progress or SilentProgress()
    context = load_context(config)
    if sources is None:
        sources = load_sources(Path(config.sources_file)) if config.sources_file and not from_raw else []
    if not (paths or sources or from_raw):
        raise InputError("nothing to ingest: give files or folders, or name a sources_file in the config")
    files = read_paths(paths, config.ingest)
    first = next(files, None)  # a missing path fails here, before the workspace is made
    counts: Counter[str] = Counter({"pages": 0, "new": 0, "known": 0, "updated": 0, "reject": 0, "quarantine": 0})
    polled: list[SourceOutcome] = []
    with (
        open_database(workspace) as connection,
        run_step(connection, "ingest", config, pipeline_id=pipeline_id) as run,
        RawArchive(workspace.raw) as archive,
    ):
        store_outlets(connection, context.outlets)
        states = read_poll_states(connection)
        every = chain(
            [first] if first is not None else [],
            files,
            archive.read(config.ingest) if from_raw else [],
            collect_pages(
                sources, states, config.ingest, archive=archive if config.ingest.keep_raw else None, outcomes=polled
            ),
        )
        tombstones = read_tombstones(connection)
        progress.start("ingest", None)
        for batch in _in_batches(_build_outcomes(every, context, workspace, tombstones), _BATCH_PAGES):
            counts.update(store_outcomes(connection, run.run_id, batch))
            progress.advance(len(batch))
        progress.finish()
        write_poll_states(connection, {s.name: states[s.name] for s in sources if s.name in states}, run.run_id)
        if polled:
            counts.update(sources=len(polled), failed_sources=sum(outcome.error is not None for outcome in polled))
        run.counts.update(counts)
        return StepSummary("ingest", run.run_id, dict(counts), time.monotonic() - started)


def _build_outcomes(
    pages: Iterator[RawPage | Reject],
    context: ArticleContext,
    workspace: Workspace,
    tombstones: Sequence[Tombstone] = (),
) -> Iterator[PageOutcome]:
    """Give one outcome a page, in order; quarantined pages are kept in the workspace, forgotten articles stay away."""
    waiting: deque[RawPage | Reject] = deque()

    def remember() -> Iterator[RawPage | Reject]:
        for page in pages:
            waiting.append(page)
            yield page

    quarantine = Quarantine(workspace.quarantine)
    for result in build_articles(remember(), context):
        page = waiting.popleft()
        kind, fetched_at = ("record", None) if isinstance(page, Reject) else (page.kind, page.fetched_at)
        if isinstance(result, Reject) and isinstance(page, RawPage) and result.article_id is None:
            result = replace(result, article_id=_given_id(page))
        if tombstones and isinstance(result, Article) and is_forgotten(result, tombstones):
            result = Reject(page.origin, "tombstone", "forgotten on request", result.article_id)
        kept_as = None
        if isinstance(result, Quarantined):
            kept_as = f"{workspace.quarantine.relative_to(workspace.root)}/{quarantine.put(result)}.json"
        yield PageOutcome(page_hash(page), page.origin, kind, fetched_at, result, kept_as)


def is_forgotten(article: Article, tombstones: Sequence[Tombstone]) -> bool:
    """Say whether an article was taken down and must not come back."""
    stored = StoredArticle(
        article.article_id, article.url, article.canonical_url, article.outlet, article.title, article.text
    )
    return find_block(stored, tombstones) is not None


def _given_id(page: RawPage) -> str | None:
    given = page.fields.get("id") if page.fields else None
    return str(given) if given is not None else None


def _in_batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
