"""Part groups that hold together by their sums alone: chains of loosely related articles.

Takes the groups left by merging, gives them again with the side of the weakest joint taken off where no article of that side is probably of one story
with any article of the other. Merging compares sums, so a latecomer can be taken in that nobody inside knows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.features import ArticleFeatures
from clustering.clusters.groups import GroupTable
from clustering.clusters.model import StoryModel, judge_groups

__all__ = ["part_chains"]

_MIN_MEMBERS = 4
_MAX_MEMBERS = 300
"""Larger groups are not looked at: all their pairs would have to be judged."""
_MAX_ACROSS = -3.0
_MIN_INSIDE = -1.0
"""Mean calibrated log-odds across the joint and inside the two sides. Chosen among some thirty variants on the tuning sets: these two give allsides2021 +0.005,
vi_mds +0.002, fin_pairs +0.005, ecbplus -0.002, og2021 -0.0002; without the second ecbplus loses 0.004, with -2 across the sample corpus loses 0.006."""


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
    result = root.copy()
    articles = GroupTable.of_articles(features)
    order = np.argsort(root, kind="stable")
    start = np.concatenate([[0], np.cumsum(size)])
    for group in np.flatnonzero((n_parts > 1) & (size >= _MIN_MEMBERS) & (size <= _MAX_MEMBERS)):
        members = order[start[group] : start[group + 1]]
        off = members[_find_loose_side(articles, model, members)]
        is_off = np.isin(must[0], off)
        if len(off) and not (is_off != np.isin(must[1], off)).any():
            result[off] = off[0]
            stays = np.setdiff1d(members, off)
            result[stays] = stays[0]
    return result


def _find_loose_side(articles: GroupTable, model: StoryModel, members: NDArray[np.int64]) -> NDArray[np.bool_]:
    """The smaller side of the last merge of average linkage if it is loose, else nobody, shape (n_members,). Equal sides: the later one."""
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(members)
    i, j = np.triu_indices(n, 1)
    languages = articles.features.languages[members]
    odds = model.calibrate(judge_groups(articles, model, members[i], members[j]), languages[i] != languages[j])
    side = fcluster(linkage(odds.max() - odds, "average"), 2, "maxclust") == 1
    if side.sum() > n - side.sum() or (2 * side.sum() == n and side[0]):
        side = ~side
    across = side[i] != side[j]
    nobody = np.zeros(n, dtype=bool)
    if not across.any() or across.all():
        return nobody
    is_loose = odds[across].max() < 0 and odds[across].mean() < _MAX_ACROSS and odds[~across].mean() > _MIN_INSIDE
    return np.asarray(side) if is_loose else nobody
