"""Groups of articles and how alike two of them are.

A group is a set of articles known by its root, one of its members; a lone article is a group of one. Group
sums are kept, never distance matrices: the mean similarity over all pairs of two groups is the product of their sums divided by the number
of pairs, so a pair that was never a candidate is still counted for what it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.features import KINDS, ArticleFeatures
from clustering.clusters.sums import GroupSums

__all__ = ["EVIDENCE", "GroupTable"]

EVIDENCE = (
    "meaning", "words", "names", "numbers", "places",
    "meaning_centre", "words_centre", "names_centre",
    "gap_days", "mean_gap_days", "is_undated", "cross_share", "numbers_apart", "names_missing", "looseness",
    "log_small", "log_large", "same_outlet", "company", "company_centre",
)  # fmt: skip
"""Columns of ``GroupTable.compare``. The first five are means over all pairs; ``_centre`` compares sums after scaling to unit length;
``cross_share`` is the share of pairs in two languages; ``looseness`` how much less alike the two are than the less cohesive of them is inside;
``log_small`` and ``log_large`` the logarithms of the sizes; ``same_outlet``: two lone articles of one known outlet within a day, in much the same words;
``company``: how far they are alike to the same articles, a mean over all pairs like the first five."""

_CHUNK = 2_048
"""Pairs whose vectors are multiplied at once. Judging 680,000 pairs on one core: 512 to 2,048 take 0.50 s, 8,192 takes 0.54, 32,768 takes 0.65."""
_OUTLET_HOURS = 24.0
_ALIKE_WORDS = 0.3
"""An outlet seldom tells one story twice within a day in much the same words; it does fill one template twice."""
_LARGE = 60.0
"""Sizes beyond count as this one, so that a story does not attract the more the larger it is."""


@dataclass(slots=True)
class GroupTable:
    """What is known of every group, indexed by root; rows of articles that are no roots are stale."""

    features: ArticleFeatures
    root: NDArray[np.int64]
    size: NDArray[np.float32]
    sums: GroupSums
    first_hour: NDArray[np.float64]
    last_hour: NDArray[np.float64]
    hour_sum: NDArray[np.float64]
    n_dated: NDArray[np.float64]

    @classmethod
    def of_articles(cls, features: ArticleFeatures) -> GroupTable:
        """Begin with every article alone."""
        n = len(features)
        is_dated = ~np.isnan(features.hours)
        hours = np.where(is_dated, features.hours, 0.0)
        return cls(
            features, np.arange(n), np.ones(n, np.float32), GroupSums.of_articles(features),
            np.where(is_dated, hours, np.inf), np.where(is_dated, hours, -np.inf), hours, is_dated.astype(np.float64),
        )  # fmt: skip

    def join(self, children: NDArray[np.int64], parents: NDArray[np.int64]) -> None:
        """Add each child root to its parent root. No child may be a parent of another in one call."""
        if not len(children):
            return
        self.sums.join(children, parents)
        for sums in (self.size, self.hour_sum, self.n_dated):
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
        column = {name: out[:, i] for i, name in enumerate(EVIDENCE)}
        touched, first, second = _number_roots(a, b, len(self.root))
        size = self.size[touched]
        self._compare_meaning(column, touched, first, second)
        self._compare_terms(column, touched, first, second)
        log_size = np.log(np.minimum(size, _LARGE))
        column["log_small"][:] = np.minimum(log_size[first], log_size[second])
        column["log_large"][:] = np.maximum(log_size[first], log_size[second])
        is_dated = (self.n_dated[a] > 0) & (self.n_dated[b] > 0)
        with np.errstate(invalid="ignore"):
            gap = np.maximum(self.first_hour[a] - self.last_hour[b], self.first_hour[b] - self.last_hour[a])
        middle = self.hour_sum[touched] / np.maximum(self.n_dated[touched], 1e-9)
        column["gap_days"][:] = np.where(is_dated, np.maximum(gap, 0.0) / 24, 0.0)
        column["mean_gap_days"][:] = np.where(is_dated, np.abs(middle[first] - middle[second]) / 24, 0.0)
        column["is_undated"][:] = ~is_dated
        column["same_outlet"][:] = self._is_same_outlet(a, b) & (column["words"] > _ALIKE_WORDS)
        return out

    def _compare_meaning(
        self,
        column: dict[str, NDArray[np.float32]],
        touched: NDArray[np.int64],
        first: NDArray[np.int64],
        second: NDArray[np.int64],
    ) -> None:
        rows, size = self.sums.sum_vectors(touched), self.size[touched]
        product = _multiply_rows(rows, first, second)
        mean = product / (size[first] * size[second])
        square = np.einsum("ij,ij->i", rows, rows)
        length = np.sqrt(np.maximum(square, 1e-12)).astype(np.float32)
        with np.errstate(divide="ignore", invalid="ignore"):
            inside = np.where(size > 1, (square - size) / (size * (size - 1)), np.nan)
        tight = np.fmin(inside[first], inside[second])
        column["meaning"][:] = mean
        column["meaning_centre"][:] = product / (length[first] * length[second])
        column["looseness"][:] = np.where(np.isnan(tight), 0.0, np.maximum(tight - mean, 0.0))

    def _compare_terms(
        self,
        column: dict[str, NDArray[np.float32]],
        touched: NDArray[np.int64],
        first: NDArray[np.int64],
        second: NDArray[np.int64],
    ) -> None:
        sums, size = self.sums.sum_terms(touched), self.size[touched]
        products, norms = sums.multiply(first, second), np.sqrt(sums.measure_squares())
        n_pairs = size[first] * size[second]
        for k, kind in enumerate(KINDS):
            shared, norm_a, norm_b = products[:, k], norms[first, k], norms[second, k]
            column[kind][:] = shared / n_pairs
            if f"{kind}_centre" in column:
                column[f"{kind}_centre"][:] = shared / np.maximum(norm_a * norm_b, 1e-9)
            if kind == "numbers":
                column["numbers_apart"][:] = (norm_a > 0) & (norm_b > 0) & (shared == 0)
            if kind == "names":
                column["names_missing"][:] = (norm_a == 0) | (norm_b == 0)
        column["cross_share"][:] = 1 - products[:, len(KINDS)] / n_pairs

    def _is_same_outlet(self, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
        outlets = self.features.outlets
        with np.errstate(invalid="ignore"):
            is_near = np.abs(self.features.hours[a] - self.features.hours[b]) < _OUTLET_HOURS
        is_lone = (self.size[a] == 1) & (self.size[b] == 1)
        return np.asarray(is_lone & is_near & (outlets[a] >= 0) & (outlets[a] == outlets[b]))


def _multiply_rows(rows: NDArray[np.float32], i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float32]:
    out = np.empty(len(i), dtype=np.float32)
    for start in range(0, len(i), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = np.einsum("ij,ij->i", rows[i[part]], rows[j[part]])
    return out


def _number_roots(
    a: NDArray[np.int64], b: NDArray[np.int64], n: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Distinct roots of some pairs in ascending order, and the place of either end among them."""
    low, high = int(min(a.min(), b.min())), int(max(a.max(), b.max())) + 1
    is_touched = np.zeros(high - low, dtype=bool)
    is_touched[a - low] = is_touched[b - low] = True
    place = np.cumsum(is_touched) - 1
    return np.flatnonzero(is_touched) + low, place[a - low], place[b - low]
