"""How long matching a run's clusters against all known stories takes.

Makes a year of stories (median 2 articles, some large), one run over the last two weeks with growth, splits, merges and noise, and times
``match_stories``. Usage: ``python benchmarks/story_matching.py [--stories 100000] [--clusters 5000]``. Goal: under 5 s on 2 cores.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import numpy as np

from clustering.config import StoryConfig
from clustering.stories.identity import match_stories
from clustering.stories.records import KnownStory, NewCluster

START = datetime(2025, 1, 1, tzinfo=UTC)


def make_run(
    n_stories: int, n_clusters: int, dim: int, seed: int
) -> tuple[list[KnownStory], list[NewCluster], frozenset[str]]:
    """Make known stories over a year and the clusters of one run over its end."""
    random = np.random.default_rng(seed)
    sizes = np.minimum(
        2 + random.geometric(0.35, n_stories) - 1 + (random.pareto(2.0, n_stories) * 0.7).astype(int), 500
    )
    starts = np.sort(random.uniform(0, 365 * 24, n_stories))
    centroids = random.standard_normal((n_stories, dim)).astype(np.float32)
    known: list[KnownStory] = []
    article = 0
    for i in range(n_stories):
        first = START + timedelta(hours=float(starts[i]))
        last = first + timedelta(hours=float(random.exponential(20)))
        members = frozenset(f"a{article + k:08d}" for k in range(int(sizes[i])))
        article += int(sizes[i])
        is_old = last < START + timedelta(days=361)
        known.append(KnownStory(f"s{i:010d}", members, centroids[i], first, last, "ended" if is_old else "active"))
    recent = known[-int(n_clusters * 0.9) :]
    groups: list[tuple[set[str], KnownStory]] = []
    for story in recent:
        members = set(sorted(story.members)[len(story.members) // 3 if random.random() < 0.3 else 0 :])
        fate = random.random()
        if fate < 0.05 and groups:
            groups[-1][0].update(members)
        elif fate < 0.10 and len(members) > 3:
            cut = len(members) // 2
            listed = sorted(members)
            groups += [(set(listed[:cut]), story), (set(listed[cut:]), story)]
        else:
            groups.append((members, story))
    for members, _ in groups[::3]:
        members.update(f"a{article + k:08d}" for k in range(2))
        article += 2
    clusters = [
        NewCluster(i, frozenset(members), story.centroid, story.first_at, story.last_at)
        for i, (members, story) in enumerate(groups)
    ]
    while len(clusters) < n_clusters:
        members = frozenset(f"a{article + k:08d}" for k in range(2))
        article += 2
        at = START + timedelta(days=float(random.uniform(351, 365)))
        vector = random.standard_normal(dim).astype(np.float32)
        clusters.append(NewCluster(len(clusters), members, vector, at, at))
    window = frozenset(member for cluster in clusters for member in cluster.members)
    return known, clusters, window


def main() -> None:
    """Time one matching, and the same run again, which must change nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--clusters", type=int, default=5_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    known, clusters, window = make_run(options.stories, options.clusters, options.dim, options.seed)
    config = StoryConfig()
    taken = {story.story_id for story in known}
    started = time.perf_counter()
    match = match_stories(known, clusters, config, taken=taken, window=window)
    seconds = time.perf_counter() - started
    kinds = Counter(transition.kind for transition in match.transitions)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    n_articles = sum(len(story.members) for story in known)
    print(
        f"{len(known)} stories ({n_articles} articles) x {len(clusters)} clusters: {seconds:.2f} s, peak {peak:.0f} MiB"
    )
    print(", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())))
    print("goal < 5 s:", "met" if seconds < 5 else "MISSED")


if __name__ == "__main__":
    main()
