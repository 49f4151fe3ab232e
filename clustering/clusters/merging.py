"""Merge groups that tell one story, best pairs first.

Takes a group table, the pairs of groups that may meet, and a judge that turns evidence into a log-odds; merges all pairs that are each other's
best and above zero, again and again until none is left. Every order of the input gives the same result: ties go to the pair of earlier roots.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.groups import GroupTable

__all__ = ["merge_groups"]

Judge = Callable[[GroupTable, NDArray[np.int64], NDArray[np.int64]], NDArray[np.float64]]


def merge_groups(
    table: GroupTable,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    judge: Judge,
    *,
    forbidden: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None,
    max_rounds: int = 400,
) -> None:
    """Merge in place. ``first``, ``second``: pairs of articles whose groups may meet; ``forbidden``: pairs of articles that must stay apart.

    ``judge`` gives the log-odds that two groups tell one story; pairs above 0 merge, mutual best first.
    """
    n = len(table.root)
    a, b = _pair_roots(table.root, first, second, n)
    score = np.full(len(a), -np.inf)
    is_fresh = np.ones(len(a), dtype=bool)
    for _ in range(max_rounds):
        score[is_fresh] = judge(table, a[is_fresh], b[is_fresh])
        if forbidden is not None and len(forbidden[0]):
            apart = np.unique(_keys(table.root[forbidden[0]], table.root[forbidden[1]], n))
            score[np.isin(a * n + b, apart)] = -np.inf
        children, parents = _mutual_best(a, b, score, n)
        if not len(children):
            return
        table.join(children, parents)
        changed = np.zeros(n, dtype=bool)
        changed[parents] = True
        known, known_score = a * n + b, score
        a, b = _pair_roots(table.root, a, b, n)
        is_fresh = changed[a] | changed[b]
        score = np.full(len(a), -np.inf)
        position = np.minimum(np.searchsorted(known, a * n + b), max(len(known) - 1, 0))
        score[~is_fresh] = known_score[position[~is_fresh]]


def _keys(a: NDArray[np.int64], b: NDArray[np.int64], n: int) -> NDArray[np.int64]:
    return np.asarray(np.minimum(a, b) * n + np.maximum(a, b), dtype=np.int64)


def _pair_roots(
    root: NDArray[np.int64], first: NDArray[np.int64], second: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Distinct pairs of different roots, sorted."""
    a, b = root[first], root[second]
    keep = a != b
    keys = np.unique(_keys(a[keep], b[keep], n))
    return keys // n, keys % n


def _mutual_best(
    a: NDArray[np.int64], b: NDArray[np.int64], score: NDArray[np.float64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs above 0 that are the best of both, as (later root, earlier root)."""
    good = np.flatnonzero(score > 0)
    order = good[np.lexsort((b[good], a[good], -score[good]))]
    rank = np.full(n, len(order) + 1)
    place = np.arange(len(order))
    np.minimum.at(rank, a[order], place)
    np.minimum.at(rank, b[order], place)
    is_best = (rank[a[order]] == place) & (rank[b[order]] == place)
    chosen = order[is_best]
    return b[chosen], a[chosen]
