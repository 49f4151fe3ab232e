"""What the engine gives back, and how it is read off the merged groups.

Takes a group table after merging, gives labels, strengths, medoids and for every clustered article the edge that explains it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.groups import EVIDENCE, GroupTable
from clustering.clusters.model import StoryModel
from clustering.clusters.workers import run_blocks

__all__ = ["Clustering", "EdgeTable", "JoiningEdge", "Pairs", "summarise_groups"]

Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]
"""Judged pairs of articles: row, row, probability of one story."""

_BLOCK = 65_536
"""Articles read off at once."""


@dataclass(frozen=True, slots=True)
class JoiningEdge:
    """Why an article is where it is: its most probable partner in the cluster, and the log-odds each kind of evidence adds.

    The part ``copy`` alone means a near-duplicate of the partner, which was never judged.
    """

    article: int
    partner: int
    probability: float
    parts: dict[str, float]


@dataclass(frozen=True, slots=True)
class EdgeTable:
    """Joining edges by article row, in columns; reads like a mapping from row to ``JoiningEdge``."""

    articles: NDArray[np.int64]
    partners: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    parts: dict[str, NDArray[np.float32]]

    @classmethod
    def empty(cls) -> EdgeTable:
        """Give a table without edges."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0), {})

    def __len__(self) -> int:
        """Give the number of articles that have an edge."""
        return len(self.articles)

    def __iter__(self) -> Iterator[int]:
        """Give the article rows in ascending order."""
        return iter(self.articles.tolist())

    def __contains__(self, article: object) -> bool:
        """Say whether an article row has an edge."""
        return isinstance(article, int | np.integer) and self.get(int(article)) is not None

    def __getitem__(self, article: int) -> JoiningEdge:
        """Give the edge of an article row. Errors: ``KeyError``."""
        edge = self.get(article)
        if edge is None:
            raise KeyError(article)
        return edge

    def get(self, article: int) -> JoiningEdge | None:
        """Give the edge of an article row, None for one without."""
        k = int(np.searchsorted(self.articles, article))
        if k >= len(self.articles) or self.articles[k] != article:
            return None
        parts = {name: float(value[k]) for name, value in self.parts.items() if not np.isnan(value[k])}
        return JoiningEdge(int(article), int(self.partners[k]), float(self.probabilities[k]), parts)

    def rename(self, row: NDArray[np.int64]) -> EdgeTable:
        """Give the same edges with row i called ``row[i]``."""
        articles = row[self.articles]
        order = np.argsort(articles, kind="stable")
        return EdgeTable(
            articles[order], row[self.partners][order], self.probabilities[order],
            {name: value[order] for name, value in self.parts.items()},
        )  # fmt: skip

    def with_copies(self, copies: NDArray[np.int64], originals: NDArray[np.int64]) -> EdgeTable:
        """Add an edge of probability 1 from each copy to its original."""
        if not len(copies):
            return self
        articles = np.concatenate([self.articles, copies])
        order = np.argsort(articles, kind="stable")
        nothing = np.full(len(copies), np.nan, np.float32)
        parts = {name: np.concatenate([value, nothing])[order] for name, value in self.parts.items()}
        is_copy = np.concatenate([np.full(len(self.articles), np.nan, np.float32), np.ones(len(copies), np.float32)])
        return EdgeTable(
            articles[order], np.concatenate([self.partners, originals])[order],
            np.concatenate([self.probabilities, np.ones(len(copies))])[order], parts | {"copy": is_copy[order]},
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clustering:
    """One run's clusters, rows in the order of the input.

    ``labels`` (n,), noise -1, numbered by first article in (time, id) order; ``probabilities`` (n,): how sure membership is; ``persistence``
    (n_clusters,): mean of those; ``medoids`` (n_clusters,): the row nearest to the centre; ``edges``: by row, for clustered articles; ``pairs``: the
    judged pairs that were kept, for "why".
    """

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    persistence: NDArray[np.float64]
    medoids: NDArray[np.int64]
    edges: EdgeTable
    pairs: Pairs = (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))


def summarise_groups(
    table: GroupTable, model: StoryModel, min_cluster_size: int, n_copies: NDArray[np.int64], pairs: Pairs
) -> Clustering:
    """Read clusters off merged groups. ``n_copies`` (n,): articles behind each row, counted for ``min_cluster_size``."""
    n = len(table.root)
    size = np.bincount(table.root, weights=n_copies, minlength=n)
    is_clustered = size[table.root] >= min_cluster_size
    clustered = np.flatnonzero(is_clustered)
    roots, first_member, inverse = np.unique(table.root[clustered], return_index=True, return_inverse=True)
    by_first = np.argsort(first_member)
    number = np.empty(len(roots), np.int64)
    number[by_first] = np.arange(len(roots))
    roots = roots[by_first]
    labels = np.full(n, -1, np.int64)
    labels[clustered] = number[inverse.reshape(-1)]
    medoids = _find_medoids(table, roots, labels, clustered)
    first, second, probability = pairs
    inside = np.flatnonzero((labels[first] >= 0) & (labels[first] == labels[second]))
    partner = _find_partners(labels, medoids, first[inside], second[inside], probability[inside])
    articles = np.flatnonzero((partner >= 0) & (partner != np.arange(n)))
    likelihood, parts = _explain(GroupTable.of_articles(table.features), model, articles, partner[articles])
    strength = np.zeros(n)
    strength[articles] = likelihood
    strength[clustered] = np.where(n_copies[clustered] > 1, 1.0, strength[clustered])
    total = np.bincount(labels[clustered], weights=strength[clustered], minlength=len(roots))
    persistence = total / np.maximum(np.bincount(labels[clustered], minlength=len(roots)), 1)
    return Clustering(
        labels, strength, persistence, medoids, EdgeTable(articles, partner[articles], likelihood, parts), pairs
    )


def _explain(
    articles: GroupTable, model: StoryModel, rows: NDArray[np.int64], partners: NDArray[np.int64]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float32]]]:
    """The probability that each row and its partner tell one story, and the log-odds each kind of evidence adds."""

    def explain(part: slice) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float32]]]:
        evidence = articles.compare(rows[part], partners[part])
        is_cross = evidence[:, EVIDENCE.index("cross_share")] > 0.5
        parts = {name: value.astype(np.float32) for name, value in model.split_parts(evidence).items()}
        return model.give_probability(model.judge(evidence), is_cross), parts

    blocks = [slice(start, start + _BLOCK) for start in range(0, max(len(rows), 1), _BLOCK)]
    likelihoods, parts = zip(*run_blocks(explain, blocks, has_products=True), strict=True)
    return np.concatenate(likelihoods), {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def _find_medoids(
    table: GroupTable, roots: NDArray[np.int64], labels: NDArray[np.int64], clustered: NDArray[np.int64]
) -> NDArray[np.int64]:
    """The member nearest in meaning to the centre of each group; the earlier one of equals."""
    if not len(clustered):
        return np.empty(0, np.int64)
    order = clustered[np.argsort(labels[clustered], kind="stable")]
    theirs = labels[order]
    closeness = np.empty(len(order), np.float32)
    for start in range(0, len(order), _BLOCK):
        part = slice(start, start + _BLOCK)
        numbers = theirs[part]
        sums = table.sums.sum_vectors(roots[numbers[0] : numbers[-1] + 1])
        closeness[part] = np.einsum("ij,ij->i", table.features.meaning[order[part]], sums[numbers - numbers[0]])
    return _find_best(theirs, closeness, order, len(roots))


def _find_partners(
    labels: NDArray[np.int64], medoids: NDArray[np.int64],
    first: NDArray[np.int64], second: NDArray[np.int64], probability: NDArray[np.float64],
) -> NDArray[np.int64]:  # fmt: skip
    """The most probable partner of each clustered article inside its cluster; the medoid when no judged pair lies inside; else -1."""
    partner = np.full(len(labels), -1, np.int64)
    is_clustered = labels >= 0
    partner[is_clustered] = medoids[labels[is_clustered]]
    ends, others = np.concatenate([first, second]), np.concatenate([second, first])
    best = _find_best(ends, np.concatenate([probability, probability]), others, len(labels))
    return np.where(best >= 0, best, partner)


def _find_best(
    groups: NDArray[np.int64], values: NDArray[Any], rows: NDArray[np.int64], n_groups: int
) -> NDArray[np.int64]:
    """The row of the largest value of each group, the earlier one of equals, -1 for a group without rows. Shape (n_groups,)."""
    largest = np.full(n_groups, -np.inf, values.dtype)
    np.maximum.at(largest, groups, values)
    is_largest = values == largest[groups]
    best = np.full(n_groups, np.iinfo(np.int64).max)
    np.minimum.at(best, groups[is_largest], rows[is_largest])
    return np.where(np.isneginf(largest), -1, best)
