"""Group things by their similarities, as groups and not along chains.

Takes a sparse similarity, gives groups. Two groups are as close as their members are to the *best* counterpart each has in the other group, on average
over both sides: stricter than single linkage, where one bridge joins everything, and kinder than average linkage, where a running affair
falls apart because its first and its last story have little in common.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping

__all__ = ["link_groups"]


def link_groups(similarity: Mapping[tuple[str, str], float], least: float) -> list[tuple[str, ...]]:
    """Join the closest two groups again and again while they are at least ``least`` close; give all groups that have a pair.

    ``similarity``: of unordered pairs; a missing pair is 0. Order-free: ties go to the smaller keys.
    """
    near: dict[str, dict[str, float]] = {}
    for (left, right), value in similarity.items():
        if value > 0:
            near.setdefault(left, {})[right] = value
            near.setdefault(right, {})[left] = value
    groups: dict[str, tuple[str, ...]] = {key: (key,) for key in near}
    home = {key: key for key in near}
    heap = [(-value, left, right, 1, 1) for left, row in near.items() for right, value in row.items() if left < right]
    heapq.heapify(heap)
    while heap:
        closeness, left, right, n_left, n_right = heapq.heappop(heap)
        if -closeness < least:
            break
        if len(groups.get(left, ())) != n_left or len(groups.get(right, ())) != n_right:
            continue
        merged = tuple(sorted((*groups.pop(left), *groups.pop(right))))
        name = merged[0]
        groups[name] = merged
        for member in merged:
            home[member] = name
        around = {home[other] for member in merged for other in near[member]} - {name}
        for other in around:
            value = _measure(merged, groups[other], near)
            a, b = sorted((name, other))
            heapq.heappush(heap, (-value, a, b, len(groups[a]), len(groups[b])))
    return sorted(groups.values())


def _measure(left: tuple[str, ...], right: tuple[str, ...], near: Mapping[str, Mapping[str, float]]) -> float:
    """Give the mean, over both sides, of each member's similarity to its best counterpart."""
    best_left = [max((near[a].get(b, 0.0) for b in right), default=0.0) for a in left]
    best_right = [max((near[b].get(a, 0.0) for a in left), default=0.0) for b in right]
    return round((sum(best_left) / len(left) + sum(best_right) / len(right)) / 2, 9)
