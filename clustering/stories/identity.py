"""Which known story each cluster of a run is, and how every story changed.

Takes the known stories, the run's clusters and the story config; gives ids, members, states and transitions. Pure: reads no store, no clock, no
order of its inputs.

The rules, in the order they apply:

1. A cluster may continue a story when it holds at least ``min_overlap`` of the story's members *that were clustered in this run*. Noise does
   not vote, nor do members outside the window, which were not clustered again and stay in their story.
2. Of all one-to-one matchings the one is taken under which the most articles keep their story: a pair weighs the members they share, plus
   the members outside the window in the same proportion, weighed by the similarity of the centroids (for what the run could not see).
   Ties fall to the closer pair, then to the older story.
3. ``gone`` stories take part with the last members they had, when they would make up at least half of the cluster: a merge that comes apart again, or is
   undone by hand, gives both ids back. What a gone story claims is left out when it is asked whether the story that had taken it is continued.
4. A cluster none of whose articles was known may continue a story that lies wholly outside the window, when their centroids are almost the
   same and no more than ``idle_hours`` lie between them (the story that crosses the window's edge).
5. Every other cluster is a new story; its id is a hash of its members.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from clustering.config import StoryConfig
from clustering.stories.matching import assign_optimally, make_id
from clustering.stories.records import KnownStory, NewCluster, StoryMatch
from clustering.stories.similarity import cosine, stack_unit
from clustering.stories.transitions import Evidence, derive_transitions

__all__ = ["follow_merged", "match_stories", "weigh_pair"]

_EDGE_SIMILARITY = 0.9
"""Rule 4 matches without one shared article, so only near-identity of centroids may do it: the monthly calls of one affair, which must
stay apart, reach 0.8 with small multilingual encoders."""

_TIE = 1e-2
_GONE_SHARE = 0.99


def match_stories(
    known: Sequence[KnownStory],
    clusters: Sequence[NewCluster],
    config: StoryConfig,
    *,
    taken: Collection[str] = (),
    window: Collection[str] | None = None,
    now: datetime | None = None,
    merged: Mapping[str, str] | None = None,
) -> StoryMatch:
    """Match this run's clusters to the known stories, one to one.

    ``taken``: every story id ever given; none is given again. ``window``: every article clustered in this run, noise included; a known member in
    it that is in no cluster leaves its story. Without it, members in no cluster are taken to lie outside and stay. ``now``: the time
    by which a story is idle; default the newest article. ``merged``: story id -> the id that a correction says it is part of.

    Errors: ``ValueError`` when an article is in two stories or two clusters, or an id or label is given twice (bugs of the caller).
    """
    live = _fold_merged([story for story in known if story.state != "gone"], merged or {})
    gone = [story for story in known if story.state == "gone"]
    by_key = _key_clusters(clusters)
    home = _index_members(live)
    evidence = _collect_evidence(live, by_key, None if window is None else frozenset(window))

    lost = {
        one: replace(e, outside=frozenset()) for one, e in _collect_evidence(gone, by_key, None).items() if e.shared
    }
    back = _weigh_back(lost, by_key, config)
    claimed = frozenset(member for story_id in {one for one, _ in back} for member in lost[story_id].story.members)
    pairs = assign_optimally(_weigh(evidence, by_key, claimed, config) | back)
    evidence |= {story_id: lost[story_id] for story_id in pairs if story_id in lost}
    free = {key: cluster for key, cluster in by_key.items() if key not in set(pairs.values())}
    if free:
        unknown = {key: c for key, c in free.items() if not any(member in home for member in c.members)}
        pairs |= assign_optimally(_weigh_edge(evidence, unknown, config))

    story_ids = {key: story_id for story_id, key in pairs.items()}
    used = {*taken, *(story.story_id for story in known)}
    for key in sorted(by_key):
        if key not in story_ids:
            made = make_id("s", by_key[key].members, used)
            used.add(made)
            story_ids[key] = made
    if now is None:
        times = [*(story.last_at for story in known), *(cluster.last_at for cluster in clusters)]
        now = max((time for time in times if time is not None), default=None)
    members, states, transitions = derive_transitions(
        evidence, by_key, story_ids, home, config, now, merged or {}, known
    )
    return StoryMatch({by_key[key].label: story_ids[key] for key in sorted(by_key)}, members, states, transitions)


def weigh_pair(story: Evidence, key: str, cluster: NewCluster) -> float:
    """Give the weight of one allowed pair: the articles that keep their story if it is made (rule 2), plus a tie-breaker below 0.02."""
    shared = story.shared[key]
    share = shared / story.n_clustered
    similarity = cosine(story.story.centroid, cluster.centroid)
    closeness = 1.0 if similarity is None else max(similarity, 0.0)
    n_outside = len(story.outside)
    jaccard = shared / (story.n_clustered + len(cluster.members) - shared)
    first_at = story.story.first_at
    age = 0.0 if first_at is None else 1.0 - min(max(first_at.timestamp() / 4e9, 0.0), 1.0)
    return shared + n_outside * share * closeness + _TIE * (0.5 * jaccard + 0.5 * closeness) + _TIE * 1e-2 * age


def _weigh(
    evidence: Mapping[str, Evidence], by_key: Mapping[str, NewCluster], claimed: frozenset[str], config: StoryConfig
) -> dict[tuple[str, str], float]:
    weights: dict[tuple[str, str], float] = {}
    for story_id, one in evidence.items():
        own = (
            one.story.members - claimed
            if claimed and one.shared and not claimed.isdisjoint(one.story.members)
            else None
        )
        n_own = sum(len(own & by_key[key].members) for key in one.shared) if own else 0
        for key, shared in one.shared.items():
            share = shared / one.n_clustered
            if own and n_own:
                share = max(share, len(own & by_key[key].members) / n_own)
            if share >= config.min_overlap:
                weights[story_id, key] = weigh_pair(one, key, by_key[key])
    return weights


def _weigh_back(
    lost: Mapping[str, Evidence], by_key: Mapping[str, NewCluster], config: StoryConfig
) -> dict[tuple[str, str], float]:
    """Weigh the pairs of rule 3. A gone story never takes a cluster from a living one that has as good a claim."""
    return {
        (story_id, key): _GONE_SHARE * weigh_pair(one, key, by_key[key])
        for story_id, one in lost.items()
        for key, shared in one.shared.items()
        if shared / one.n_clustered >= config.min_overlap and 2 * shared >= len(by_key[key].members)
    }


def _weigh_edge(
    evidence: Mapping[str, Evidence], unknown: Mapping[str, NewCluster], config: StoryConfig
) -> dict[tuple[str, str], float]:
    """Weigh the pairs of rule 4. Only stories that ended shortly before the earliest unknown cluster are looked at."""
    starts = [c.first_at for c in unknown.values() if c.first_at is not None and c.centroid is not None]
    if not starts:
        return {}
    idle = timedelta(hours=config.idle_hours)
    earliest = min(starts)
    old = [
        one
        for one in evidence.values()
        if not one.shared
        and len(one.outside) == len(one.story.members)
        and one.story.centroid is not None
        and one.story.last_at is not None
        and one.story.last_at >= earliest - idle
    ]
    new = [(key, c) for key, c in sorted(unknown.items()) if c.first_at is not None and c.centroid is not None]
    if not old or not new:
        return {}
    similarities = (
        stack_unit([one.story.centroid for one in old if one.story.centroid is not None])
        @ stack_unit([c.centroid for _, c in new if c.centroid is not None]).T
    )
    weights: dict[tuple[str, str], float] = {}
    for i, j in np.argwhere(similarities >= _EDGE_SIMILARITY):
        story, (key, cluster) = old[int(i)].story, new[int(j)]
        if story.last_at is None or cluster.first_at is None or abs(cluster.first_at - story.last_at) > idle:
            continue
        weights[story.story_id, key] = float(similarities[i, j])
    return weights


def _key_clusters(clusters: Sequence[NewCluster]) -> dict[str, NewCluster]:
    """Name each cluster by its smallest member, so that labels and their order decide nothing."""
    by_key = {min(cluster.members): cluster for cluster in clusters if cluster.members}
    seen = Counter(member for cluster in clusters for member in cluster.members)
    twice = sorted(member for member, n in seen.items() if n > 1)
    if twice:
        raise ValueError(f"articles in more than one cluster: {', '.join(twice[:5])}")
    labels = Counter(cluster.label for cluster in clusters)
    if len(by_key) != len(clusters) or len(labels) != len(clusters):
        raise ValueError("clusters must be non-empty and have labels of their own")
    return dict(sorted(by_key.items()))


def _index_members(live: Sequence[KnownStory]) -> dict[str, str]:
    home: dict[str, str] = {}
    for story in live:
        for member in story.members:
            other = home.setdefault(member, story.story_id)
            if other != story.story_id:
                raise ValueError(f"article {member} is in two stories: {other}, {story.story_id}")
    return home


def _collect_evidence(
    stories: Sequence[KnownStory], by_key: Mapping[str, NewCluster], window: frozenset[str] | None
) -> dict[str, Evidence]:
    key_of = {member: key for key, cluster in by_key.items() for member in cluster.members}
    evidence: dict[str, Evidence] = {}
    clustered = frozenset(key_of)
    for story in stories:
        if story.story_id in evidence:
            raise ValueError(f"story {story.story_id} is given twice")
        seen = story.members & clustered
        outside = story.members - seen if window is None else story.members - seen - window
        shared = Counter(key_of[member] for member in seen) if seen else Counter[str]()
        evidence[story.story_id] = Evidence(story, dict(sorted(shared.items())), len(seen), outside)
    return evidence


def _fold_merged(live: list[KnownStory], merged: Mapping[str, str]) -> list[KnownStory]:
    """Give the members of stories merged by hand to the story that stays."""
    if not merged:
        return live
    by_id = {story.story_id: story for story in live}
    for story_id in sorted(merged):
        source = by_id.get(story_id)
        target_id = follow_merged(story_id, merged)
        target = by_id.get(target_id)
        if source is None or target is None or source is target:
            continue
        del by_id[story_id]
        by_id[target_id] = replace(
            target,
            members=target.members | source.members,
            first_at=min((t for t in (target.first_at, source.first_at) if t is not None), default=None),
            last_at=max((t for t in (target.last_at, source.last_at) if t is not None), default=None),
        )
    return list(by_id.values())


def follow_merged(story_id: str, merged: Mapping[str, str]) -> str:
    """Follow merges made by hand to the story that stays; a circle ends where it began."""
    seen = {story_id}
    while story_id in merged and merged[story_id] not in seen:
        story_id = merged[story_id]
        seen.add(story_id)
    return story_id
