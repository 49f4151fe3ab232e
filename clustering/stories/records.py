"""The records that stories are decided on and described by.

Takes nothing, gives frozen records without behaviour beyond trivial properties. Times are timezone-aware UTC. Vectors are left
out of equality: two records with the same facts are the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from clustering.types import DatePrecision, WireRole

__all__ = [
    "ArticleRow",
    "KnownStory",
    "KnownThread",
    "NewCluster",
    "OutletActivity",
    "StoryLink",
    "StoryMatch",
    "StoryProfile",
    "StoryState",
    "StoryText",
    "Thread",
    "ThreadLinks",
    "Transition",
    "TransitionKind",
    "Vector",
]

Vector = NDArray[np.float32]
"""One article's or story's vector, shape ``(dim,)``; need not be of unit length."""

StoryState = Literal["active", "ended", "gone"]
"""``active``: still fed. ``ended``: no new article for ``idle_hours``; keeps its members and may be revived. ``gone``: absorbed by
another story or dissolved; has no members, its id is never given to another story, but it may come back as itself."""

TransitionKind = Literal["emerged", "survived", "grew", "absorbed", "split", "revived", "ended"]


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A story as the runs before left it.

    ``members`` are all its articles, inside and outside the window; of a ``gone`` story, the last it had.
    """

    story_id: str
    members: frozenset[str]
    centroid: Vector | None = field(default=None, compare=False, repr=False)
    first_at: datetime | None = None
    last_at: datetime | None = None
    state: StoryState = "active"


@dataclass(frozen=True, slots=True)
class NewCluster:
    """One cluster of this run: a label without meaning and the articles that got it. Noise is no cluster."""

    label: int
    members: frozenset[str]
    centroid: Vector | None = field(default=None, compare=False, repr=False)
    first_at: datetime | None = None
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Transition:
    """How one story changed in one run, with the numbers that decided.

    ``related_ids``: for ``absorbed`` the stories that took the members, largest part first; for ``split`` the new stories that left;
    for ``emerged`` the stories its members came from; for ``survived`` and ``grew`` the stories members were lost to or taken from.
    ``overlap``: share of the story's members that were clustered in this run and are found in its cluster (for ``absorbed`` and ``split``:
    in the related stories). ``similarity``: of the centroids before and after, when both are known.
    """

    kind: TransitionKind
    story_id: str
    related_ids: tuple[str, ...] = ()
    n_before: int = 0
    n_after: int = 0
    overlap: float | None = None
    similarity: float | None = None


@dataclass(frozen=True, slots=True)
class StoryMatch:
    """What a run's clusters mean for the stories.

    ``story_ids``: label -> story id, every label once. ``members``: the members after this run of every story that has a cluster or whose
    members changed; a story missing here kept its members. ``states``: the same stories and those that ended.
    """

    story_ids: Mapping[int, str]
    members: Mapping[str, frozenset[str]]
    states: Mapping[str, StoryState]
    transitions: tuple[Transition, ...]

    @property
    def has_changes(self) -> bool:
        """Say whether anything happened beyond survival without loss."""
        return any(t.kind != "survived" or t.n_before != t.n_after for t in self.transitions)


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """One article of a story as coverage sees it.

    ``duplicate_group``: id shared by near-duplicates. ``original_id``: the article this one copies, when that is decided.
    ``share_copied``: share of its text found in the original, 0 to 1. ``outlet_kind`` ``wire`` marks an agency's own page.
    """

    article_id: str
    outlet: str | None = None
    language: str | None = None
    published_at: datetime | None = None
    precision: DatePrecision = "unknown"
    title: str = ""
    wire: str | None = None
    wire_role: WireRole = "none"
    duplicate_group: str | None = None
    original_id: str | None = None
    share_copied: float = 0.0
    country: str | None = None
    owner: str | None = None
    lean: str | None = None
    outlet_kind: Literal["outlet", "wire"] = "outlet"


@dataclass(frozen=True, slots=True)
class OutletActivity:
    """What one outlet published in an interval, whatever the story: the denominator of gaps."""

    outlet: str
    n_articles: int
    languages: tuple[str, ...] = ()
    country: str | None = None
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class StoryText:
    """One article of a story as its description sees it.

    ``names``, ``places`` and ``numbers`` are keys that meet across scripts (romanised, lower case), each with the form to show.
    """

    article_id: str
    title: str
    lead: str = ""
    language: str | None = None
    published_at: datetime | None = None
    outlet: str | None = None
    is_reprint: bool = False
    vector: Vector | None = field(default=None, compare=False, repr=False)
    names: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoryProfile:
    """One story as threads see it.

    ``names``: romanised name key -> share of the story's articles that carry it, 0 to 1.
    """

    story_id: str
    names: Mapping[str, float] = field(default_factory=dict)
    centroid: Vector | None = field(default=None, compare=False, repr=False)
    first_at: datetime | None = None
    last_at: datetime | None = None
    n_articles: int = 0
    n_outlets: int = 0
    headline: str = ""


@dataclass(frozen=True, slots=True)
class StoryLink:
    """How two stories are related: the similarity and its parts."""

    story_id: str
    other_id: str
    similarity: float
    name_similarity: float
    centroid_similarity: float | None
    shared_names: tuple[str, ...]
    gap_hours: float | None


@dataclass(frozen=True, slots=True)
class KnownThread:
    """A thread as the runs before left it. ``story_ids`` may name stories that are gone."""

    thread_id: str
    story_ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Thread:
    """Stories of one running affair, in time order.

    ``cohesion``: mean similarity of its pairs of stories that are close enough in time to be compared.
    """

    thread_id: str
    title: str
    story_ids: tuple[str, ...]
    names: tuple[str, ...]
    first_at: datetime | None
    last_at: datetime | None
    n_articles: int
    cohesion: float


@dataclass(frozen=True, slots=True)
class ThreadLinks:
    """Every thread, and every pair of stories similar enough to be called related, whether or not in one thread."""

    threads: tuple[Thread, ...]
    links: tuple[StoryLink, ...]
    thread_ids: Mapping[str, str]
    """Story id -> thread id, for stories that are in a thread."""

    def related(self, story_id: str) -> tuple[StoryLink, ...]:
        """Give the stories related to one, most similar first; ``story_id`` is the given one in each link."""
        found = [
            link
            if link.story_id == story_id
            else StoryLink(
                story_id,
                link.story_id,
                link.similarity,
                link.name_similarity,
                link.centroid_similarity,
                link.shared_names,
                link.gap_hours,
            )
            for link in self.links
            if story_id in (link.story_id, link.other_id)
        ]
        return tuple(sorted(found, key=lambda link: (-link.similarity, link.other_id)))
