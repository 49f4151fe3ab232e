"""Many raw pages to articles: in order, with learned furniture, on two processes when they are HTML, and with the quarantine seam.

Takes the stream of a source (pages and rejects), gives one outcome for each item, in the same order: ``Article``, ``Reject`` or ``Quarantined``.
Nothing is lost, nothing ends the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

from clustering.articles.build import build_article
from clustering.articles.context import ArticleContext
from clustering.articles.datelines import make_lead
from clustering.articles.furniture import HostFurniture
from clustering.errors import RejectedPage
from clustering.pages.quarantine import Quarantined
from clustering.types import Article, RawPage, Reject

__all__ = ["Outcome", "build_articles", "build_one", "drop_learned_furniture"]

Outcome = Article | Reject | Quarantined

BATCH = 512
"""Pages taken together: furniture is learned from a batch before it is dropped from it."""
BATCH_BYTES = 64_000_000
"""A batch ends at this much content: memory stays flat whatever a file's pages weigh."""
PARALLEL_FROM = 192
"""HTML pages in a batch from which starting processes (0.6 s each) pays: one page takes about 10 ms (benchmarks/ingest_extraction.py)."""
CHUNK = 16


def build_one(page: RawPage, context: ArticleContext) -> Outcome:
    """Build one article; a refusal becomes a ``Reject``, a failure of our code is ``Quarantined``."""
    try:
        return build_article(page, context)
    except RejectedPage as error:
        given = (page.fields or {}).get("id")
        return Reject(page.origin, error.reason, error.detail, str(given) if given else None)
    except Exception as error:  # noqa: BLE001 - the quarantine seam
        return Quarantined.from_error(page, "build_article", error, context.now)


def build_articles(
    pages: Iterable[RawPage | Reject],
    context: ArticleContext,
    *,
    furniture: HostFurniture | None = None,
    n_processes: int | None = None,
) -> Iterator[Outcome]:
    """Build articles from a stream, lazily, in order.

    ``furniture`` is what is known of hosts so far; it is updated, so that the caller can keep it. Its effect depends on the order of pages
    within a batch not at all, and across batches only in that later ones know more; article ids never depend on it.
    """
    known = furniture if furniture is not None else HostFurniture()
    wanted = context.config.n_processes if n_processes is None else n_processes
    stream = iter(pages)
    pool: ProcessPoolExecutor | None = None
    try:
        while batch := _take_batch(stream):
            n_html = sum(isinstance(p, RawPage) and p.kind == "html" for p in batch)
            if pool is None and wanted > 1 and n_html >= PARALLEL_FROM:
                # spawned, not forked: the parent may hold threads of torch or of a database
                pool = ProcessPoolExecutor(
                    wanted, mp_context=get_context("spawn"), initializer=_start, initargs=(context,)
                )
            yield from drop_learned_furniture(_build_batch(batch, context, pool), known, context.config.furniture_pages)
    finally:
        if pool is not None:
            pool.shutdown(cancel_futures=True)


def _take_batch(stream: Iterator[RawPage | Reject]) -> list[RawPage | Reject]:
    """Take up to ``BATCH`` items, fewer when their content is large."""
    batch: list[RawPage | Reject] = []
    n_bytes = 0
    for item in stream:
        batch.append(item)
        n_bytes += len(item.content) if isinstance(item, RawPage) else 0
        if len(batch) >= BATCH or n_bytes >= BATCH_BYTES:
            break
    return batch


_context: ArticleContext | None = None


def _start(context: ArticleContext) -> None:
    global _context
    _context = context


def _build_in_process(pages: list[RawPage]) -> list[Outcome]:
    if _context is None:
        raise RuntimeError("the worker process was not started by build_articles")
    return [build_one(page, _context) for page in pages]


def _build_batch(
    batch: list[RawPage | Reject], context: ArticleContext, pool: ProcessPoolExecutor | None
) -> list[Outcome]:
    outcomes: list[Outcome | None] = [item if isinstance(item, Reject) else None for item in batch]
    todo = [(i, item) for i, item in enumerate(batch) if isinstance(item, RawPage)]
    if pool is None:
        for index, page in todo:
            outcomes[index] = build_one(page, context)
    else:
        chunks = [todo[start : start + CHUNK] for start in range(0, len(todo), CHUNK)]
        results = pool.map(_build_in_process, [[page for _, page in chunk] for chunk in chunks])
        for chunk, built in zip(chunks, results, strict=True):
            for (index, _), outcome in zip(chunk, built, strict=True):
                outcomes[index] = outcome
    return [outcome for outcome in outcomes if outcome is not None]


def drop_learned_furniture(outcomes: list[Outcome], known: HostFurniture, min_pages: int) -> Iterator[Outcome]:
    """Learn the lines of a batch's pages, then drop from each what its host repeats.

    Only pages are learned from, not records: those come without furniture. An article of which most would go is left whole: its
    host published it more than once.
    """
    learned: set[str] = set()
    for outcome in outcomes:
        if _is_from_page(outcome) and isinstance(outcome, Article) and outcome.article_id not in learned:
            learned.add(outcome.article_id)
            known.learn(outcome.outlet or "", outcome.text.split("\n"))
    for outcome in outcomes:
        if not isinstance(outcome, Article) or not _is_from_page(outcome) or not outcome.outlet:
            yield outcome
            continue
        lines = outcome.text.split("\n")
        kept = [line for line in lines if not known.is_furniture(outcome.outlet, line, min_pages)]
        if len(kept) == len(lines) or sum(map(len, kept)) < 0.4 * sum(map(len, lines)):
            yield outcome
            continue
        text = "\n".join(kept).strip()
        while "\n\n\n" in text:
            text = text.replace("\n\n\n", "\n\n")
        yield replace(outcome, text=text, lead=make_lead(text))


def _is_from_page(outcome: Outcome) -> bool:
    return isinstance(outcome, Article) and outcome.methods.get("text") != "given"
