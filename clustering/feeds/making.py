"""Records to documents: one function per kind of document.

Takes records read from a snapshot and the addresses pages have, gives the models of ``documents``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from clustering.feeds.document_parts import (
    ArticleDocument,
    EventDocument,
    FirstReportDocument,
    GapOutlet,
    Gaps,
    HourDocument,
    NeighbourDocument,
    OriginDocument,
    OutletPart,
    ShareDocument,
    Snapshot,
    StorySummary,
)
from clustering.feeds.documents import StoryDocument, ThreadDocument, ThreadSummary
from clustering.feeds.membership import explain_membership
from clustering.feeds.story_detail import StoryArticle, StoryDetail, StoryEvent, ThreadStory
from clustering.feeds.story_rows import StoryRow
from clustering.feeds.thread_rows import ThreadDetail, ThreadRow
from clustering.stories.gaps import Gaps as FoundGaps

__all__ = [
    "Addresses",
    "SnapshotLike",
    "make_article",
    "make_events",
    "make_gaps",
    "make_snapshot",
    "make_story",
    "make_summary",
    "make_thread",
    "make_thread_summary",
]


_MAX_GAP_OUTLETS = 100


class SnapshotLike(Protocol):
    """Anything that says which snapshot it is of."""

    @property
    def snapshot_id(self) -> str: ...
    @property
    def run_id(self) -> int: ...
    @property
    def published_at(self) -> Any: ...


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of stories and threads are: functions from id to URL."""

    story: Callable[[str], str]
    thread: Callable[[str], str]


def make_snapshot(facts: SnapshotLike) -> Snapshot:
    """Say which snapshot."""
    return Snapshot(snapshot_id=facts.snapshot_id, run_id=facts.run_id, published_at=facts.published_at)


def make_summary(row: StoryRow, addresses: Addresses) -> StorySummary:
    """Make one story of a list."""
    values = {name: getattr(row, name) for name in StoryRow.__slots__}
    lists = ("languages", "countries", "wires", "keywords", "names", "places", "growth", "first_outlets")
    return StorySummary(
        **{**values, **{name: list(values[name]) for name in lists}, "url": addresses.story(row.story_id)}
    )


def make_article(article: StoryArticle, story_id: str | None, *, may_be_first: bool) -> ArticleDocument:
    """Make one article."""
    skipped = {"probability", "joined_by_outlet", "joined_by_title"}
    values = {name: getattr(article, name) for name in StoryArticle.__slots__ if name not in skipped}
    return ArticleDocument(**values, story_id=story_id, may_be_first=may_be_first, why=explain_membership(article))


def make_story(detail: StoryDetail, snapshot: Snapshot, addresses: Addresses) -> StoryDocument:
    """Make the whole of one story."""
    coverage, first = detail.coverage, detail.coverage.first_report
    first_ids = set(first.article_ids)
    story_id = detail.row.story_id
    return StoryDocument(
        snapshot=snapshot,
        story=make_summary(detail.row, addresses),
        thread_title=detail.thread_title,
        n_independent_origins=coverage.n_independent_origins,
        hours_to_half=coverage.spread.hours_to_half,
        first_report=FirstReportDocument(
            outlets=list(first.outlets),
            certain=first.certain,
            reason=first.reason,
            at=first.at,
            precision=first.precision,
            article_ids=list(first.article_ids),
        ),
        articles=[make_article(a, story_id, may_be_first=a.article_id in first_ids) for a in detail.articles],
        coverage=[
            OutletPart(
                outlet=o.outlet,
                first_at=o.first_at,
                last_at=o.last_at,
                n_articles=o.n_articles,
                n_originals=o.n_originals,
                n_reprints=o.n_reprints,
                wires=dict(o.wires),
                languages=list(o.languages),
            )
            for o in coverage.outlets
        ],
        origins=[
            OriginDocument(
                kind=o.kind,
                name=o.name,
                n_texts=o.n_texts,
                n_reprints=o.n_reprints,
                outlets=list(o.outlets),
                article_ids=list(o.article_ids),
            )
            for o in coverage.origins
        ],
        growth=[HourDocument.model_validate(bucket) for bucket in coverage.spread.hourly],
        gaps=make_gaps(detail.gaps),
        history=make_events(detail.history),
        thread=[_make_neighbour(story) for story in detail.thread],
        related=[_make_neighbour(story) for story in detail.related],
    )


def make_gaps(gaps: FoundGaps) -> Gaps:
    """Make the gaps of one story."""
    return Gaps(
        n_covering=gaps.n_covering,
        n_publishing=gaps.n_publishing,
        languages=[ShareDocument.model_validate(share) for share in gaps.languages],
        countries=[ShareDocument.model_validate(share) for share in gaps.countries],
        n_missing=len(gaps.outlets),
        outlets=[
            GapOutlet(outlet=g.outlet, country=g.country, languages=list(g.languages), n_articles=g.n_articles)
            for g in gaps.outlets[:_MAX_GAP_OUTLETS]
        ],
    )


def make_events(events: Iterable[StoryEvent]) -> list[EventDocument]:
    """Make a story's history."""
    return [
        EventDocument(
            run_id=e.run_id,
            at=e.at,
            kind=e.kind,
            related=list(e.related),
            n_before=e.n_before,
            n_after=e.n_after,
            overlap=e.overlap,
            similarity=e.similarity,
        )
        for e in events
    ]


def _make_neighbour(story: ThreadStory) -> NeighbourDocument:
    return NeighbourDocument(
        story_id=story.story_id,
        headline=story.headline,
        first_seen=story.first_seen,
        last_seen=story.last_seen,
        n_outlets=story.n_outlets,
        n_articles=story.n_articles,
        similarity=story.similarity,
        shared_names=list(story.shared_names),
    )


def make_thread_summary(row: ThreadRow, addresses: Addresses) -> ThreadSummary:
    """Make one thread of a list."""
    return ThreadSummary(
        thread_id=row.thread_id,
        title=row.title,
        n_stories=row.n_stories,
        n_articles=row.n_articles,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
        url=addresses.thread(row.thread_id),
    )


def make_thread(detail: ThreadDetail, snapshot: Snapshot, addresses: Addresses) -> ThreadDocument:
    """Make the whole of one thread."""
    return ThreadDocument(
        snapshot=snapshot,
        thread=make_thread_summary(detail.row, addresses),
        stories=[make_summary(row, addresses) for row in detail.stories],
    )
