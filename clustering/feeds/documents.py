"""The public JSON documents, one model each: what feeds and the API say, in words that stay.

Takes the parts of ``document_parts``, gives pydantic models whose JSON Schemas are shipped beside (``schema_files/``) and tested against them. Every
document begins with ``schema_version``; a change that could break a reader raises it.
"""

from __future__ import annotations

from typing import Literal

from clustering.feeds.document_parts import (
    FEED_SCHEMA_VERSION,
    ArticleDocument,
    Document,
    EventDocument,
    FirstReportDocument,
    Gaps,
    HourDocument,
    NeighbourDocument,
    OriginDocument,
    OutletPart,
    Snapshot,
    StorySummary,
    Text,
    Time,
)

__all__ = [
    "ChangedStory",
    "DeltaDocument",
    "GapsDocument",
    "HistoryDocument",
    "Manifest",
    "ManifestFile",
    "OutletDocument",
    "OutletsDocument",
    "SearchDocument",
    "StoriesDocument",
    "StoryDocument",
    "ThreadDocument",
    "ThreadSummary",
    "ThreadsDocument",
    "WhyDocument",
]


class StoriesDocument(Document):
    """``stories.json`` and a page of ``/v1/stories``. ``next``: cursor of the next page, null on the last."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    n_total: int
    next: str | None = None
    stories: list[StorySummary]


class StoryDocument(Document):
    """``stories/ID.json``: one story with everything about it."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    story: StorySummary
    thread_title: Text | None
    n_independent_origins: int
    hours_to_half: float | None
    """Hours until half of all outlets had it."""
    first_report: FirstReportDocument
    articles: list[ArticleDocument]
    coverage: list[OutletPart]
    origins: list[OriginDocument]
    growth: list[HourDocument]
    gaps: Gaps
    history: list[EventDocument]
    thread: list[NeighbourDocument]
    related: list[NeighbourDocument]


class HistoryDocument(Document):
    """``/v1/stories/ID/history``."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    story_id: str
    history: list[EventDocument]


class GapsDocument(Document):
    """``/v1/gaps?story=ID``."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    story_id: str
    gaps: Gaps


class ThreadSummary(Document):
    """One thread in a list."""

    thread_id: str
    title: Text
    n_stories: int
    n_articles: int
    first_seen: Time | None
    last_seen: Time | None
    url: str


class ThreadDocument(Document):
    """``threads/ID.json``: a running affair, its stories in time order."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    thread: ThreadSummary
    stories: list[StorySummary]


class ThreadsDocument(Document):
    """A page of ``/v1/threads``. ``next``: cursor of the next page, null on the last."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    next: str | None = None
    threads: list[ThreadSummary]


class SearchDocument(Document):
    """``/v1/search``: stories, the best match first."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    query: str
    by: Literal["words", "meaning"]
    stories: list[StorySummary]


class WhyDocument(Document):
    """``/v1/articles/ID/why``: the article, and the evidence that put it into its story."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    article: ArticleDocument
    probability: float | None
    """Strength of membership in the story, 0 to 1."""
    story: StorySummary | None


class OutletDocument(Document):
    """One outlet and what it published."""

    outlet: Text
    name: Text
    country: str | None
    language: str | None
    kind: str
    owner: Text | None
    lean: Text | None
    n_articles: int
    n_stories: int
    n_reprints: int
    first_article_at: Time | None
    last_article_at: Time | None
    languages: list[str]


class OutletsDocument(Document):
    """``/v1/outlets``."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    outlets: list[OutletDocument]


class ChangedStory(Document):
    """One story that changed: ``kinds`` are its transitions since, oldest first."""

    story_id: str
    is_gone: bool
    """It has no articles any more: absorbed, split up or forgotten."""
    kinds: list[str]
    new_outlets: list[Text]
    """Outlets that joined it since."""
    new_articles: list[str]
    story: StorySummary | None


class DeltaDocument(Document):
    """``delta.json`` (since the snapshot before) and ``/v1/delta?since_run=N``: what changed."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    since_run: int
    n_total: int
    """Stories that changed; ``stories`` may hold only the last changed of them."""
    stories: list[ChangedStory]


class ManifestFile(Document):
    """One file of the feeds: its path under the folder, size and checksum."""

    path: str
    bytes: int
    sha256: str


class Manifest(Document):
    """``manifest.json``: every other file, so that a mirror can tell it is complete."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    samestory: str
    files: list[ManifestFile]
