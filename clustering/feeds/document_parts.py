"""The parts public documents are made of: what every document shares, a story in a list, and the pieces of one story.

Each is a closed pydantic model whose docstrings become the descriptions of the shipped JSON Schemas. Times are UTC. Text is cleaned of control characters.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer

from clustering.feeds.safe_text import clean_text, safe_url

__all__ = [
    "FEED_SCHEMA_VERSION",
    "ArticleDocument",
    "Document",
    "EventDocument",
    "FirstReportDocument",
    "GapOutlet",
    "Gaps",
    "HourDocument",
    "NeighbourDocument",
    "OriginDocument",
    "OutletPart",
    "ShareDocument",
    "Snapshot",
    "StorySummary",
    "Text",
    "Time",
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
