"""Group things by their similarities, as groups and not along chains.

Takes a sparse similarity, gives groups. Two groups are as close as the members of the smaller one are, on average, to the few best counterparts each
has in the other, where a member that knows only one story there counts as a stranger: stricter than single linkage, where one bridge joins everything, and kinder than average linkage, where a running
affair falls apart because its first and its last story have little in common.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from itertools import islice

__all__ = ["link_groups"]


def link_groups(
    similarity: Mapping[tuple[str, str], float],
    least: float,
    *,
    n_counterparts: int = 3,
    is_comparable: Callable[[str, str], bool] | None = None,
) -> list[tuple[str, ...]]:
    """Join the closest two groups again and again while they are at least ``least`` close; give all groups that have a pair.

    ``similarity``: of unordered pairs; a missing pair is 0. ``n_counterparts``: how many best counterparts count for each member (1 is near single
    linkage, many is average linkage). ``is_comparable``: pairs it denies say nothing for or against (they lie too far apart in time). Order-free: ties go to the smaller keys.
    """
    near: dict[str, dict[str, float]] = {}
    for (left, right), value in similarity.items():
        if value > 0:
            near.setdefault(left, {})[right] = value
            near.setdefault(right, {})[left] = value
    # A group can only be close enough when at least one pair is: only such pairs are followed.
    strong = {key: [other for other, value in row.items() if value >= least] for key, row in near.items()}
    groups: dict[str, tuple[str, ...]] = {key: (key,) for key in near}
    home = {key: key for key in near}
    heap = [(-near[a][b], a, b, 1, 1) for a, row in strong.items() for b in row if a < b]
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
        around = {home[other] for member in merged for other in strong[member]} - {name}
        for other in around:
            value = _measure(merged, groups[other], near, n_counterparts, is_comparable)
            if value >= least:
                a, b = sorted((name, other))
                heapq.heappush(heap, (-value, a, b, len(groups[a]), len(groups[b])))
    return sorted(groups.values())


def _measure(
    left: tuple[str, ...],
    right: tuple[str, ...],
    near: Mapping[str, Mapping[str, float]],
    n_counterparts: int,
    is_comparable: Callable[[str, str], bool] | None,
) -> float:
    small, large = (left, right) if (len(left), left) <= (len(right), right) else (right, left)
    inside = set(large)
    total, n_judged = 0.0, 0
    for member in small:
        n = min(n_counterparts, len(large))
        if is_comparable is not None:
            n = sum(1 for _ in islice((1 for other in large if is_comparable(member, other)), n))
        if n == 0:
            continue
        n_judged += 1
        row = near[member]
        if len(large) < len(row):
            found = heapq.nlargest(n, (row[other] for other in large if other in row))
        else:
            found = heapq.nlargest(n, (value for other, value in row.items() if other in inside))
        if len(found) >= min(2, n):
            total += sum(found) / n
    return round(total / n_judged, 9) if n_judged else 0.0
