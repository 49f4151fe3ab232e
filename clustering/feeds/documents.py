"""The public JSON documents, one model each: what feeds and the API say, in words that stay.

Takes the records of this package, gives pydantic models whose JSON Schemas are shipped beside (``schema_files/``) and tested against them. Every
document begins with ``schema_version``; a change that could break a reader raises it. Times are UTC. Text is cleaned of control characters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from clustering.feeds.safe_text import clean_text, safe_url

__all__ = [
    "FEED_SCHEMA_VERSION",
    "ArticleDocument",
    "ChangedStory",
    "DeltaDocument",
    "Document",
    "EventDocument",
    "FirstReportDocument",
    "GapOutlet",
    "Gaps",
    "GapsDocument",
    "HistoryDocument",
    "HourDocument",
    "Manifest",
    "ManifestFile",
    "NeighbourDocument",
    "OriginDocument",
    "OutletDocument",
    "OutletPart",
    "OutletsDocument",
    "SearchDocument",
    "ShareDocument",
    "Snapshot",
    "StoriesDocument",
    "StoryDocument",
    "StorySummary",
    "ThreadDocument",
    "ThreadSummary",
    "ThreadsDocument",
    "WhyDocument",
]

FEED_SCHEMA_VERSION: Literal[1] = 1


def _as_utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


Time = Annotated[datetime, PlainSerializer(_as_utc, return_type=str, when_used="json")]
Text = Annotated[str, BeforeValidator(clean_text)]
Url = Annotated[str | None, BeforeValidator(safe_url)]


class Document(BaseModel):
    """Base of every part of a document: closed, immutable, described."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        from_attributes=True,
        use_attribute_docstrings=True,
        json_schema_serialization_defaults_required=True,
    )


class Snapshot(Document):
    """Which snapshot a document was made from."""

    snapshot_id: str
    run_id: int
    published_at: Time


class StorySummary(Document):
    """One story in a list."""

    story_id: str
    """Opaque id that the story keeps from run to run."""
    headline: Text
    headline_language: str | None
    lead: Text
    state: str
    """``active`` while it is being fed, ``ended`` when nothing came for a while."""
    n_articles: int
    n_outlets: int
    n_languages: int
    n_countries: int
    n_originals: int
    n_reprints: int
    n_origins: int
    """Independent texts: near-duplicates count once."""
    n_last_day: int
    """Articles of the 24 hours before the newest article of the snapshot."""
    first_seen: Time | None
    last_seen: Time | None
    first_outlets: list[Text]
    """Outlets that may have been first."""
    first_is_certain: bool | None
    languages: list[str]
    countries: list[str]
    wires: list[Text]
    thread_id: str | None
    keywords: list[Text]
    names: list[Text]
    places: list[Text]
    growth: list[int]
    """Articles in each of 24 equal parts of the time from first_seen to last_seen."""
    trust: dict[str, Any]
    changed_run_id: int
    url: str
    """The story's page."""


class StoriesDocument(Document):
    """``stories.json`` and a page of ``/v1/stories``. ``next``: cursor of the next page, null on the last."""

    schema_version: Literal[1] = FEED_SCHEMA_VERSION
    snapshot: Snapshot
    n_total: int
    next: str | None = None
    stories: list[StorySummary]


class ArticleDocument(Document):
    """One article as part of its story, and why it is there."""

    article_id: str
    story_id: str | None
    outlet: Text | None
    outlet_name: Text | None
    country: str | None
    language: str | None
    published_at: Time | None
    published_precision: str
    """second, minute, hour, day, month or unknown: a day is given as its first moment."""
    title: Text
    url: Url
    wire: Text | None
    wire_role: str
    """``text``: the text is the wire's; ``cited``: it only quotes the wire; ``none``."""
    is_reprint: bool
    original_id: str | None
    share_copied: float
    copied_from: Text | None
    may_be_first: bool
    joined_by: str | None
    """The article whose similarity joined this one to the story."""
    joined_probability: float | None
    joined_parts: dict[str, float | None]
    """Log-odds each kind of evidence added to that verdict: meaning, words, names, numbers, places, hours; null when one side had nothing to compare."""
    why: Text
    """The same in one sentence."""


class OutletPart(Document):
    """One outlet's part in a story; outlets come in the order they came to the story."""

    outlet: Text
    first_at: Time | None
    last_at: Time | None
    n_articles: int
    n_originals: int
    n_reprints: int
    wires: dict[str, int]
    languages: list[str]


class FirstReportDocument(Document):
    """Who may have been first, best guess first, and how sure that is."""

    outlets: list[Text]
    certain: bool
    reason: Text
    at: Time | None
    precision: str
    article_ids: list[str]


class OriginDocument(Document):
    """One independent origin: a wire whose text was carried, or an outlet with a text of its own."""

    kind: Literal["wire", "outlet", "unknown"]
    name: Text
    n_texts: int
    n_reprints: int
    outlets: list[Text]
    article_ids: list[str]


class HourDocument(Document):
    """One hour of growth; ``n_outlets`` and ``n_languages`` are running totals."""

    start_at: Time
    n_articles: int
    n_originals: int
    n_reprints: int
    n_outlets: int
    n_languages: int


class ShareDocument(Document):
    """Of the outlets of one language or country that were publishing, how many told the story."""

    value: str
    n_covering: int
    n_publishing: int


class GapOutlet(Document):
    """An outlet that was publishing and did not tell it."""

    outlet: Text
    country: str | None
    languages: list[str]
    n_articles: int


class Gaps(Document):
    """Who did not tell the story, with the denominators."""

    n_covering: int
    n_publishing: int
    languages: list[ShareDocument]
    countries: list[ShareDocument]
    n_missing: int
    """Outlets that were publishing and did not tell it; ``outlets`` names those that published most."""
    outlets: list[GapOutlet]


class EventDocument(Document):
    """What a run did to the story."""

    run_id: int
    at: Time | None
    kind: str
    related: list[str]
    n_before: int
    n_after: int
    overlap: float | None
    similarity: float | None


class NeighbourDocument(Document):
    """A story of the same thread or a related one."""

    story_id: str
    headline: Text
    first_seen: Time | None
    last_seen: Time | None
    n_outlets: int
    n_articles: int
    similarity: float | None
    shared_names: list[Text]


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
