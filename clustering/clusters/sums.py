"""Sums of vectors and of term rows, kept for groups of two or more articles.

Takes joins of groups, gives the sums of any groups asked for; a lone article is read from the features. So neither memory nor the time of a round of
merging grows with the articles that stay alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.features import ArticleFeatures
from clustering.clusters.rows import TermRows, add_rows, join_rows, stack_kinds

__all__ = ["GroupSums"]

_BLOCK_ROWS = 32_768
"""Rows added up at once: 32 MB of vectors at 256 dimensions."""


@dataclass(slots=True)
class GroupSums:
    """Sums by root.

    ``kinds``: one CSR matrix (n, n_keys) per kind of ``KINDS``, then one that marks languages. ``slot`` (n,): the slot of a root of two or more articles,
    else -1; slot s has ``vectors[s]`` and row ``term_row[s]`` of ``terms``, where rows that grew are appended anew.
    """

    articles: NDArray[np.float32]
    kinds: list[Any]
    slot: NDArray[np.int64]
    vectors: NDArray[np.float32]
    terms: TermRows
    n_slots: int = 0
    term_row: NDArray[np.int64] = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of_articles(cls, features: ArticleFeatures) -> GroupSums:
        """Begin with every article alone."""
        kinds = [*features.list_terms(), _mark_languages(features.languages)]
        nobody = np.empty(0, np.int64)
        return cls(
            features.meaning, kinds, np.full(len(features), -1), features.meaning[nobody], stack_kinds(kinds, nobody)
        )

    def sum_vectors(self, roots: NDArray[np.int64]) -> NDArray[np.float32]:
        """Give the sums of the vectors of some groups, shape (len(roots), dim)."""
        slots = self.slot[roots]
        is_lone = slots < 0
        if is_lone.all():
            return self.articles[roots]
        if not is_lone.any():
            return self.vectors[slots]
        rows = np.empty((len(roots), self.articles.shape[1]), np.float32)
        rows[is_lone], rows[~is_lone] = self.articles[roots[is_lone]], self.vectors[slots[~is_lone]]
        return rows

    def sum_terms(self, roots: NDArray[np.int64]) -> TermRows:
        """Give the sums of the term rows of some groups, kinds in their order and languages last."""
        slots = self.slot[roots]
        is_lone = slots < 0
        if is_lone.all():
            return stack_kinds(self.kinds, roots)
        grouped = self.terms.take(self.term_row[slots[~is_lone]])
        if not is_lone.any():
            return grouped
        lone = stack_kinds(self.kinds, roots[is_lone])
        place = np.empty(len(roots), np.int64)
        place[is_lone], place[~is_lone] = np.arange(len(lone)), np.arange(len(lone), len(roots))
        return join_rows([lone, grouped]).take(place)

    def join(self, children: NDArray[np.int64], parents: NDArray[np.int64]) -> None:
        """Add the sums of each child root to its parent root. No child may be a parent of another in one call."""
        order = np.argsort(parents, kind="stable")
        children, parents = children[order], parents[order]
        grown, starts = np.unique(parents, return_index=True)
        stops = np.append(starts[1:], len(parents))
        self._reserve(self.n_slots + int(np.count_nonzero(self.slot[grown] < 0)))
        found = [self.terms]
        begin = 0
        while begin < len(grown):
            end = max(begin + 1, int(np.searchsorted(stops, starts[begin] + _BLOCK_ROWS, side="right")))
            part, roots = slice(starts[begin], stops[end - 1]), grown[begin:end]
            members = np.concatenate([roots, children[part]])
            place = np.concatenate([np.arange(len(roots)), np.searchsorted(roots, parents[part])])
            vectors = add_rows(self.sum_vectors(members), place, len(roots))
            found.append(self.sum_terms(members).add(place, len(roots)))
            fresh = roots[self.slot[roots] < 0]
            self.slot[fresh] = np.arange(self.n_slots, self.n_slots + len(fresh))
            self.n_slots += len(fresh)
            self.vectors[self.slot[roots]] = vectors
            begin = end
        self.term_row[self.slot[grown]] = np.arange(len(self.terms), len(self.terms) + len(grown))
        self.terms = join_rows(found)
        if len(self.terms) > 2 * self.n_slots + _BLOCK_ROWS:
            self.terms = self.terms.take(self.term_row[: self.n_slots])
            self.term_row[: self.n_slots] = np.arange(self.n_slots)

    def _reserve(self, n_slots: int) -> None:
        if n_slots <= len(self.vectors):
            return
        size = max(n_slots, len(self.vectors) * 5 // 4)
        vectors = np.empty((size, self.articles.shape[1]), np.float32)
        vectors[: self.n_slots] = self.vectors[: self.n_slots]
        self.vectors = vectors
        self.term_row = np.concatenate([self.term_row, np.full(size - len(self.term_row), -1)])


def _mark_languages(languages: NDArray[np.int64]) -> Any:
    """A row with a 1 in the column of the article's language, so that the product of two sums counts the pairs in one language."""
    from scipy.sparse import csr_matrix

    n = len(languages)
    codes, index = np.unique(languages, return_inverse=True)
    return csr_matrix((np.ones(n, np.float32), index.reshape(-1), np.arange(n + 1)), shape=(n, len(codes)))
