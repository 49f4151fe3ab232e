"""What the matching of a run means for every story: members, state, and the transitions with their numbers.

Takes the evidence and the decided ids, gives the three; decides no match itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clustering.config import StoryConfig
from clustering.stories.records import KnownStory, NewCluster, StoryState, Transition, TransitionKind
from clustering.stories.similarity import cosine

__all__ = ["Evidence", "derive_transitions"]

_ORDER: dict[TransitionKind, int] = {
    "emerged": 0,
    "revived": 1,
    "survived": 2,
    "grew": 3,
    "absorbed": 4,
    "split": 5,
    "ended": 6,
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where the members of one known story are in this run.

    ``shared``: cluster key -> members found there. ``n_clustered``: members found in any cluster. ``outside``: members that were not
    clustered again and stay.
    """

    story: KnownStory
    shared: Mapping[str, int]
    n_clustered: int
    outside: frozenset[str]


def derive_transitions(
    evidence: Mapping[str, Evidence],
    by_key: Mapping[str, NewCluster],
    story_ids: Mapping[str, str],
    home: Mapping[str, str],
    config: StoryConfig,
    now: datetime | None,
    merged: Mapping[str, str],
    known: Sequence[KnownStory],
) -> tuple[dict[str, frozenset[str]], dict[str, StoryState], tuple[Transition, ...]]:
    """Give members, states and transitions of every story touched by the run.

    ``story_ids``: cluster key -> story id. ``home``: article -> live story before the run, merges by hand already applied. ``known``: the stories
    before those merges. A story may have several transitions: it grew, was split, and ended.
    """
    judge = _Judge(evidence, by_key, story_ids, home, config, now)
    for key in sorted(by_key):
        story_id = story_ids[key]
        if story_id in evidence:
            judge.continue_story(evidence[story_id], key)
        else:
            judge.begin_story(story_id, key)
    matched = set(story_ids.values())
    for story_id, one in evidence.items():
        if story_id not in matched and one.story.state != "gone":
            judge.leave_story(one)
    for story in known:
        if story.state != "gone" and story.story_id not in evidence and story.story_id in merged:
            judge.record("absorbed", story.story_id, (merged[story.story_id],), len(story.members), 0, 1.0)
            judge.members[story.story_id] = frozenset()
            judge.states[story.story_id] = "gone"
    _count_merges_as_growth(judge, merged, known)
    ordered = sorted(judge.transitions, key=lambda t: (t.story_id, _ORDER[t.kind]))
    return judge.members, judge.states, tuple(ordered)


def _count_merges_as_growth(judge: _Judge, merged: Mapping[str, str], known: Sequence[KnownStory]) -> None:
    """Let a story that took in another by hand have grown from what it was before: the merge was applied before it was judged."""
    before = {story.story_id: len(story.members) for story in known}
    taken: dict[str, list[str]] = {}
    for transition in judge.transitions:
        if transition.kind == "absorbed" and merged.get(transition.story_id) in transition.related_ids:
            taken.setdefault(transition.related_ids[0], []).append(transition.story_id)
    for i, transition in enumerate(judge.transitions):
        sources = taken.get(transition.story_id)
        if sources and transition.kind in ("survived", "grew"):
            related = (*sorted(sources), *(one for one in transition.related_ids if one not in sources))
            judge.transitions[i] = replace(
                transition, kind="grew", related_ids=related, n_before=before[transition.story_id]
            )


class _Judge:
    def __init__(
        self,
        evidence: Mapping[str, Evidence],
        by_key: Mapping[str, NewCluster],
        story_ids: Mapping[str, str],
        home: Mapping[str, str],
        config: StoryConfig,
        now: datetime | None,
    ) -> None:
        self.evidence = evidence
        self.by_key = by_key
        self.story_ids = story_ids
        self.home = home
        self.config = config
        self.now = now
        self.live = {story_id for story_id, one in evidence.items() if one.story.state != "gone"}
        self.members: dict[str, frozenset[str]] = {}
        self.states: dict[str, StoryState] = {}
        self.transitions: list[Transition] = []

    def record(
        self,
        kind: TransitionKind,
        story_id: str,
        related: Iterable[str] = (),
        n_before: int = 0,
        n_after: int = 0,
        overlap: float | None = None,
        similarity: float | None = None,
    ) -> None:
        self.transitions.append(
            Transition(kind, story_id, tuple(related), n_before, n_after, _round(overlap), _round(similarity))
        )

    def begin_story(self, story_id: str, key: str) -> None:
        cluster = self.by_key[key]
        origins = _rank(Counter(self.home[m] for m in cluster.members if m in self.home))
        self.members[story_id] = cluster.members
        self.record("emerged", story_id, origins, 0, len(cluster.members))
        self._settle(story_id, None, cluster.last_at, len(cluster.members))

    def continue_story(self, one: Evidence, key: str) -> None:
        story, cluster = one.story, self.by_key[key]
        final = cluster.members | one.outside
        added = final - story.members
        overlap = one.shared.get(key, 0) / one.n_clustered if one.n_clustered else None
        similarity = cosine(story.centroid, cluster.centroid)
        self.members[story.story_id] = final
        last_at = _latest(cluster.last_at, story.last_at if one.outside else None)
        is_back = story.state == "gone" or (story.state == "ended" and not self._is_idle(last_at))
        kind: TransitionKind = "revived" if is_back else "grew" if added else "survived"
        came_from = Counter(self.home[m] for m in added if m in self.home)
        lost_to = Counter({self.story_ids[k]: n for k, n in one.shared.items() if k != key and story.state != "gone"})
        n_before = 0 if story.state == "gone" else len(story.members)
        self.record(kind, story.story_id, _rank(came_from + lost_to), n_before, len(final), overlap, similarity)
        pieces = self._pieces(one)
        if pieces:
            share = sum(pieces.values()) / one.n_clustered
            self.record("split", story.story_id, _rank(pieces), n_before, len(final), share, similarity)
        self._settle(story.story_id, "active" if is_back else story.state, last_at, len(final))

    def leave_story(self, one: Evidence) -> None:
        story = one.story
        n_before, n_after = len(story.members), len(one.outside)
        if n_after != n_before:
            self.members[story.story_id] = one.outside
        if one.shared:
            parts = Counter({self.story_ids[key]: n for key, n in one.shared.items()})
            takers = Counter({sid: n for sid, n in parts.items() if sid in self.live})
            n_taken = sum(takers.values())
            if 2 * n_taken >= one.n_clustered:
                self.record("absorbed", story.story_id, _rank(takers), n_before, n_after, n_taken / one.n_clustered)
            born = parts - takers
            if born:
                share = sum(born.values()) / one.n_clustered
                self.record("split", story.story_id, _rank(born), n_before, n_after, share)
        elif 0 < n_after < n_before:
            self.record("survived", story.story_id, (), n_before, n_after)
        if n_after == 0:
            if not one.shared:
                self.record("ended", story.story_id, (), n_before, 0)
            self.states[story.story_id] = "gone"
        else:
            self._settle(story.story_id, story.state, story.last_at, n_after)

    def _pieces(self, one: Evidence) -> Counter[str]:
        """Give the new or returned stories that are mostly made of this one, or hold a large part of it."""
        pieces: Counter[str] = Counter()
        if one.story.state == "gone":
            return pieces
        for key, n in one.shared.items():
            story_id = self.story_ids[key]
            if story_id in self.live:
                continue
            if 2 * n >= len(self.by_key[key].members) or n / one.n_clustered >= self.config.min_overlap:
                pieces[story_id] = n
        return pieces

    def _settle(self, story_id: str, before: StoryState | None, last_at: datetime | None, n_members: int) -> None:
        is_idle = self._is_idle(last_at)
        if is_idle and before != "ended":
            self.record("ended", story_id, (), n_members, n_members)
        if story_id in self.members or is_idle != (before == "ended"):
            self.states[story_id] = "ended" if is_idle else "active"

    def _is_idle(self, last_at: datetime | None) -> bool:
        if last_at is None or self.now is None:
            return False
        return self.now - last_at > timedelta(hours=self.config.idle_hours)


def _rank(counts: Counter[str]) -> list[str]:
    return [key for key, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def _latest(*times: datetime | None) -> datetime | None:
    return max((t for t in times if t is not None), default=None)


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
