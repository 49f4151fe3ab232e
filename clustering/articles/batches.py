"""Many raw pages to articles: in order, with learned furniture, on two processes when they are HTML, and with the quarantine seam.

Takes the stream of a source (pages and rejects), gives one outcome for each item, in the same order: ``Article``, ``Reject`` or ``Quarantined``.
Nothing is lost, nothing ends the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clustering.articles.build import build_article
from clustering.articles.context import ArticleContext
from clustering.articles.datelines import make_lead
from clustering.articles.furniture import HostFurniture
from clustering.articles.workers import Outcome, Workers
from clustering.errors import RejectedPage
from clustering.pages.quarantine import Quarantined
from clustering.types import Article, RawPage, Reject

__all__ = ["Outcome", "build_articles", "build_one", "drop_learned_furniture"]

BATCH = 512
"""Pages taken together: furniture is learned from a batch before it is dropped from it."""
BATCH_BYTES = 64_000_000
"""A batch ends at this much content: memory stays flat whatever a file's pages weigh."""
PARALLEL_FROM = 192
"""HTML pages in a batch from which starting processes (0.6 s each) pays: one page takes about 10 ms (benchmarks/ingest_extraction.py)."""


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
    stream = iter(pages)
    with Workers(context.config.n_processes if n_processes is None else n_processes, build_one, context) as workers:
        while batch := _take_batch(stream):
            yield from drop_learned_furniture(_build_batch(batch, workers), known, context.config.furniture_pages)


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


def _build_batch(batch: list[RawPage | Reject], workers: Workers) -> list[Outcome]:
    pages = [item for item in batch if isinstance(item, RawPage)]
    n_html = sum(page.kind == "html" for page in pages)
    built = iter(workers.build(pages, is_worth_it=n_html >= PARALLEL_FROM))
    return [item if isinstance(item, Reject) else next(built) for item in batch]


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
