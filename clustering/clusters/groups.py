"""Groups of articles and how alike two of them are.

A group is a set of articles known by its root, one of its members; a lone article is a group of one. Group
sums are kept, never distance matrices: the mean similarity over all pairs of two groups is the product of their sums divided by the number
of pairs, so a pair that was never a candidate is still counted for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.features import KINDS, ArticleFeatures
from clustering.clusters.rows import row_products

__all__ = ["EVIDENCE", "GroupTable"]

EVIDENCE = (
    "meaning", "words", "names", "numbers", "places",
    "meaning_centre", "words_centre", "names_centre",
    "gap_days", "mean_gap_days", "is_undated", "cross_share", "numbers_apart", "names_missing", "looseness",
    "log_small", "log_large", "same_outlet",
)  # fmt: skip
"""Columns of ``GroupTable.compare``. The first five are means over all pairs; ``_centre`` compares sums after scaling to unit length;
``cross_share`` is the share of pairs in two languages; ``looseness`` how much less alike the two are than the less cohesive of them is inside;
``log_small`` and ``log_large`` the logarithms of the sizes; ``same_outlet``: two lone articles of one known outlet within a day, in much the same words."""

_CHUNK = 100_000
_OUTLET_HOURS = 24.0
_ALIKE_WORDS = 0.3
"""An outlet seldom tells one story twice within a day in much the same words; it does fill one template twice."""
_LARGE = 60.0
"""Sizes beyond count as this one, so that a story does not attract the more the larger it is."""


def _dense_products(rows: NDArray[np.float32], i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float32]:
    out = np.empty(len(i), dtype=np.float32)
    for start in range(0, len(i), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = np.einsum("ij,ij->i", rows[i[part]], rows[j[part]])
    return out


@dataclass(slots=True)
class GroupTable:
    """Sums of every group, indexed by root; rows of articles that are no roots are stale."""

    features: ArticleFeatures
    root: NDArray[np.int64]
    size: NDArray[np.float32]
    meaning: NDArray[np.float32]
    language_share: NDArray[np.float32]
    first_hour: NDArray[np.float64]
    last_hour: NDArray[np.float64]
    hour_sum: NDArray[np.float64]
    n_dated: NDArray[np.float64]

    @classmethod
    def of_articles(cls, features: ArticleFeatures) -> GroupTable:
        """Begin with every article alone."""
        n = len(features)
        codes, index = np.unique(features.languages, return_inverse=True)
        shares = np.zeros((n, len(codes)), np.float32)
        shares[np.arange(n), index.reshape(-1)] = 1
        is_dated = ~np.isnan(features.hours)
        hours = np.where(is_dated, features.hours, 0.0)
        return cls(
            features, np.arange(n), np.ones(n, np.float32), features.meaning, shares,
            np.where(is_dated, hours, np.inf), np.where(is_dated, hours, -np.inf), hours, is_dated.astype(np.float64),
        )  # fmt: skip

    def join(self, children: NDArray[np.int64], parents: NDArray[np.int64]) -> None:
        """Add each child root to its parent root. No child may be a parent of another in one call."""
        if not len(children):
            return
        if self.meaning is self.features.meaning:
            self.meaning = self.features.meaning.copy()
        for sums in (self.size, self.meaning, self.language_share, self.hour_sum, self.n_dated):
            np.add.at(sums, parents, sums[children])
        np.minimum.at(self.first_hour, parents, self.first_hour[children])
        np.maximum.at(self.last_hour, parents, self.last_hour[children])
        replace = np.arange(len(self.root))
        replace[children] = parents
        self.root = replace[self.root]

    def compare(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the evidence for pairs of roots, shape (n_pairs, len(EVIDENCE))."""
        out = np.zeros((len(a), len(EVIDENCE)), np.float32)
        if not len(a):
            return out
        column = {name: i for i, name in enumerate(EVIDENCE)}
        n_pairs = self.size[a] * self.size[b]
        product = _dense_products(self.meaning, a, b)
        out[:, column["meaning"]] = product / n_pairs
        touched, where = np.unique(np.concatenate([a, b]), return_inverse=True)
        first, second = where[: len(a)], where[len(a) :]
        square = np.einsum("ij,ij->i", self.meaning[touched], self.meaning[touched])
        length = np.sqrt(np.maximum(square, 1e-12)).astype(np.float32)
        out[:, column["meaning_centre"]] = product / (length[first] * length[second])
        size = self.size[touched]
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.where(size > 1, (square - size) / (size * (size - 1)), np.nan)
        tight = np.fmin(inside[first], inside[second])
        out[:, column["looseness"]] = np.where(np.isnan(tight), 0.0, np.maximum(tight - product / n_pairs, 0.0))
        for kind in KINDS:
            sums = self._sum_terms(kind, touched)
            shared = row_products(sums, sums, first, second)
            out[:, column[kind]] = shared / n_pairs
            norms = np.sqrt(np.asarray(sums.multiply(sums).sum(axis=1)).ravel())
            if f"{kind}_centre" in column:
                out[:, column[f"{kind}_centre"]] = shared / np.maximum(norms[first] * norms[second], 1e-9)
            if kind == "numbers":
                out[:, column["numbers_apart"]] = (norms[first] > 0) & (norms[second] > 0) & (shared == 0)
            if kind == "names":
                out[:, column["names_missing"]] = (norms[first] == 0) | (norms[second] == 0)
        log_a, log_b = np.log(np.minimum(self.size[a], _LARGE)), np.log(np.minimum(self.size[b], _LARGE))
        out[:, column["log_small"]] = np.minimum(log_a, log_b)
        out[:, column["log_large"]] = np.maximum(log_a, log_b)
        is_dated = (self.n_dated[a] > 0) & (self.n_dated[b] > 0)
        with np.errstate(invalid="ignore"):
            gap = np.maximum(self.first_hour[a] - self.last_hour[b], self.first_hour[b] - self.last_hour[a])
        middle = self.hour_sum / np.maximum(self.n_dated, 1e-9)
        out[:, column["gap_days"]] = np.where(is_dated, np.maximum(gap, 0.0) / 24, 0.0)
        out[:, column["mean_gap_days"]] = np.where(is_dated, np.abs(middle[a] - middle[b]) / 24, 0.0)
        out[:, column["is_undated"]] = ~is_dated
        out[:, column["same_outlet"]] = self._is_same_outlet(a, b) & (out[:, column["words"]] > _ALIKE_WORDS)
        out[:, column["cross_share"]] = 1 - (self.language_share[a] * self.language_share[b]).sum(axis=1) / n_pairs
        return out

    def _is_same_outlet(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        outlets = self.features.outlets
        with np.errstate(invalid="ignore"):
            is_near = np.abs(self.features.hours[a] - self.features.hours[b]) < _OUTLET_HOURS
        is_lone = (self.size[a] == 1) & (self.size[b] == 1)
        return np.asarray(is_lone & is_near & (outlets[a] >= 0) & (outlets[a] == outlets[b]))

    def _sum_terms(self, kind: str, roots: NDArray[np.int64]) -> Any:
        """Sums of term rows of some groups, CSR (len(roots), n_keys)."""
        from scipy.sparse import csr_matrix

        rows = self.features.terms[kind]
        position = np.full(len(self.root), -1)
        position[roots] = np.arange(len(roots))
        group = position[self.root]
        members = np.flatnonzero(group >= 0)
        if len(members) == len(roots):  # all are alone
            return rows[members[np.argsort(group[members])]]
        ones = np.ones(len(members), np.float32)
        gather = csr_matrix((ones, (group[members], members)), shape=(len(roots), len(self.root)))
        return (gather @ rows).tocsr()
