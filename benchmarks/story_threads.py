"""How long linking stories into threads takes.

Makes two months of stories with names as news has them (a few in thousands of stories, most in one), affairs that run for weeks, and centroids; times
``link_threads``. Usage: ``python benchmarks/story_threads.py [--stories 20000]``.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from clustering.config import StoryConfig
from clustering.stories.records import StoryProfile
from clustering.stories.threads import link_threads

START = datetime(2025, 1, 1, tzinfo=UTC)


def make_stories(n_stories: int, dim: int, seed: int) -> tuple[list[StoryProfile], dict[str, int]]:
    """Make stories; one in five belongs to an affair of 2 to 20 stories that share two names and a direction. Gives story -> affair too."""
    random = np.random.default_rng(seed)
    n_names = n_stories
    famous = 1 / np.arange(1, n_names + 1)
    famous /= famous.sum()
    stories: list[StoryProfile] = []
    affair_of: dict[str, int] = {}
    affair, left, names, direction, begin = -1, 0, [], np.zeros(dim), 0.0
    for i in range(n_stories):
        vector = random.standard_normal(dim)
        share = {f"n:{k}": float(random.uniform(0.3, 1)) for k in random.choice(n_names, 8, p=famous)}
        days = float(random.uniform(0, 60))
        if left == 0 and random.random() < 0.04:
            affair, left = affair + 1, int(2 + min(random.geometric(0.25), 18))
            names = [f"n:a{affair}", f"n:b{affair}"]
            direction, begin = random.standard_normal(dim) * 1.2, float(random.uniform(0, 40))
        if left:
            left -= 1
            share |= dict.fromkeys(names, 0.9)
            vector += direction
            days = begin + float(random.uniform(0, 20))
            affair_of[f"s{i}"] = affair
        at = START + timedelta(days=days)
        stories.append(
            StoryProfile(f"s{i}", share, vector.astype(np.float32), at, at + timedelta(hours=20), 5, 4, f"Story {i}")
        )
    return stories, affair_of


def main() -> None:
    """Time one linking and compare it with the affairs that were planted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--stories", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    stories, affair_of = make_stories(options.stories, options.dim, options.seed)
    started = time.perf_counter()
    found = link_threads(stories, StoryConfig())
    seconds = time.perf_counter() - started
    sizes = sorted((len(thread.story_ids) for thread in found.threads), reverse=True)
    whole = sum(
        len({affair_of.get(story) for story in thread.story_ids}) == 1
        and affair_of.get(thread.story_ids[0]) is not None
        for thread in found.threads
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(stories)} stories, {len(set(affair_of.values()))} affairs: {seconds:.1f} s, peak {peak:.0f} MiB")
    print(f"{len(found.threads)} threads, {whole} of one affair only; largest {sizes[:5]}; {len(found.links)} links")


if __name__ == "__main__":
    main()
