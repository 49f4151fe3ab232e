"""Part groups that hold together by their sums alone: chains of loosely related articles.

Takes the groups left by merging, gives them again with the side of the weakest joint taken off where no article of that side is probably of one story
with any article of the other. Merging compares sums, so a latecomer can be taken in that nobody inside knows.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.features import ArticleFeatures
from clustering.clusters.groups import GroupTable
from clustering.clusters.model import StoryModel, judge_groups

__all__ = ["lift_odds", "part_chains"]

_MIN_MEMBERS = 4
_MAX_MEMBERS = 300
"""Larger groups are not looked at: all their pairs would have to be judged."""
_BLOCK_PAIRS = 100_000
_MAX_ACROSS = -3.0
_MIN_INSIDE = -1.0
"""Mean lifted log-odds across the joint and inside the two sides. Chosen among some thirty variants on the tuning sets: these two give allsides2021 +0.005,
vi_mds +0.002, fin_pairs +0.005, ecbplus -0.002, og2021 -0.0002; without the second ecbplus loses 0.004, with -2 across the sample corpus loses 0.006."""

_CROSS_SLOPE, _CROSS_OFFSET = 0.7, 1.3
"""Pairs in two languages are likelier of one story than they are judged; without this the sample corpus falls from 0.995 to 0.986."""


def lift_odds(log_odds: NDArray[np.float64], is_cross: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Give the log-odds by which groups are parted, shape (n_pairs,). ``is_cross``: in two languages."""
    return np.where(is_cross, _CROSS_SLOPE * log_odds + _CROSS_OFFSET, log_odds)


def part_chains(
    features: ArticleFeatures,
    root: NDArray[np.int64],
    model: StoryModel,
    holds: tuple[NDArray[np.int64], NDArray[np.int64]],
    must: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> NDArray[np.int64]:
    """Give a root for every article, shape (n,).

    ``holds``: judged pairs more likely of one story than not; a group connected by them has no weak joint. ``must``: pairs that no joint may part.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(root)
    first, second = (np.concatenate([holds[k], must[k]]) for k in (0, 1))
    inside = root[first] == root[second]
    links = coo_matrix((np.ones(int(inside.sum())), (first[inside], second[inside])), shape=(n, n))
    _, component = connected_components(links, directed=False)
    n_parts = np.bincount(root[np.unique(component, return_index=True)[1]], minlength=n)
    size = np.bincount(root, minlength=n)
    order = np.argsort(root, kind="stable")
    start = np.concatenate([[0], np.cumsum(size)])
    chosen = np.flatnonzero((n_parts > 1) & (size >= _MIN_MEMBERS) & (size <= _MAX_MEMBERS))
    groups = [order[start[group] : start[group + 1]] for group in chosen]
    result = root.copy()
    for members, is_off in _find_loose_sides(features, model, groups):
        off = members[is_off]
        must_off = np.isin(must[0], off)
        if not (must_off != np.isin(must[1], off)).any():
            result[off] = off[0]
            stays = members[~is_off]
            result[stays] = stays[0]
    return result


def _find_loose_sides(
    features: ArticleFeatures, model: StoryModel, groups: list[NDArray[np.int64]]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.bool_]]]:
    """Give the groups that have a loose side, and who is on it. Groups are judged many at a time, because each is small."""
    articles = GroupTable.of_articles(features)
    begin = 0
    while begin < len(groups):
        n_pairs = np.cumsum(
            [len(members) * (len(members) - 1) // 2 for members in groups[begin : begin + _BLOCK_PAIRS]]
        )
        end = begin + max(1, int(np.searchsorted(n_pairs, _BLOCK_PAIRS, side="right")))
        block = groups[begin:end]
        corners = [np.triu_indices(len(members), 1) for members in block]
        first = np.concatenate([members[i] for members, (i, _) in zip(block, corners, strict=True)])
        second = np.concatenate([members[j] for members, (_, j) in zip(block, corners, strict=True)])
        is_cross = features.languages[first] != features.languages[second]
        odds = lift_odds(judge_groups(articles, model, first, second), is_cross)
        for members, theirs in zip(block, np.split(odds, n_pairs[: end - begin - 1]), strict=True):
            # a mean below asks for one value below at least
            side = _find_loose_side(len(members), theirs) if theirs.min() < _MAX_ACROSS else None
            if side is not None:
                yield members, side
        begin = end


def _find_loose_side(n: int, odds: NDArray[np.float64]) -> NDArray[np.bool_] | None:
    """The smaller side of the last merge of average linkage, shape (n,), if it is loose. Equal sides: the later one.

    ``odds``: lifted log-odds of all pairs, in the order of ``np.triu_indices(n, 1)``.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    i, j = np.triu_indices(n, 1)
    side = fcluster(linkage(odds.max() - odds, "average"), 2, "maxclust") == 1
    if side.sum() > n - side.sum() or (2 * side.sum() == n and side[0]):
        side = ~side
    across = side[i] != side[j]
    if not across.any() or across.all():
        return None
    is_loose = odds[across].max() < 0 and odds[across].mean() < _MAX_ACROSS and odds[~across].mean() > _MIN_INSIDE
    return np.asarray(side) if is_loose else None
