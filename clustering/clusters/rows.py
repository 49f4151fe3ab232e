"""Products of chosen rows of sparse matrices, in blocks of bounded memory.

``row_products`` compares rows of two matrices. ``TermRows`` holds the rows of several kinds of evidence side by side in one matrix, so that all kinds of
one pair are multiplied at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["TermRows", "add_rows", "join_rows", "row_products", "stack_kinds"]

_CHUNK = 16_384
"""Pairs multiplied at once. Judging 680,000 pairs of the synthetic stream on one core: 4,096 takes 0.62 s, 16,384 takes 0.54, 32,768 takes 0.52, 65,536 takes 0.64."""


def row_products(left: Any, right: Any, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float32]:
    """Products of row i of one CSR matrix with row j of another, shape (len(i),)."""
    out = np.empty(len(i), dtype=np.float32)
    for start in range(0, len(i), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = np.asarray(left[i[part]].multiply(right[j[part]]).sum(axis=1)).ravel()
    return out


@dataclass(frozen=True, slots=True)
class TermRows:
    """Rows of several kinds side by side: ``matrix`` CSR (n_rows, sum of the kinds' keys), columns of kind k from ``starts[k]`` to ``starts[k + 1]``."""

    matrix: Any
    starts: NDArray[np.int64]

    def __len__(self) -> int:
        """Give the number of rows."""
        return int(self.matrix.shape[0])

    def take(self, rows: NDArray[np.int64]) -> TermRows:
        """Give some rows."""
        return TermRows(self.matrix[rows], self.starts)

    def add(self, place: NDArray[np.int64], n_sums: int) -> TermRows:
        """Add up rows, ``place[i]`` being the sum that row i belongs to."""
        sums = add_rows(self.matrix, place, n_sums)
        sums.sort_indices()
        return TermRows(sums, self.starts)

    def multiply(self, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float32]:
        """Products of row i with row j by kind, shape (len(i), n_kinds)."""
        out = np.empty((len(i), len(self.starts) - 1), np.float32)
        for start in range(0, len(i), _CHUNK):
            part = slice(start, start + _CHUNK)
            out[part] = self._sum_by_kind(self.matrix[i[part]].multiply(self.matrix[j[part]]))
        return out

    def measure_squares(self) -> NDArray[np.float32]:
        """Product of each row with itself by kind, shape (n_rows, n_kinds)."""
        return self._sum_by_kind(self.matrix.multiply(self.matrix))

    def _sum_by_kind(self, products: Any) -> NDArray[np.float32]:
        n_rows, n_kinds = products.shape[0], len(self.starts) - 1
        place = np.repeat(np.arange(0, n_rows * n_kinds, n_kinds), np.diff(products.indptr))
        for start in self.starts[1:-1]:
            place += products.indices >= start
        sums = np.bincount(place, weights=products.data, minlength=n_rows * n_kinds)
        return sums.reshape(n_rows, n_kinds).astype(np.float32)


def stack_kinds(matrices: Sequence[Any], rows: NDArray[np.int64]) -> TermRows:
    """Put the chosen rows of CSR matrices, one per kind, side by side."""
    from scipy.sparse import hstack

    starts = np.concatenate([[0], np.cumsum([matrix.shape[1] for matrix in matrices])]).astype(np.int64)
    stacked = hstack([matrix[rows] for matrix in matrices], format="csr")
    return TermRows(stacked, starts)


def join_rows(parts: Sequence[TermRows]) -> TermRows:
    """Put rows of the same kinds below one another."""
    from scipy.sparse import vstack

    return TermRows(vstack([part.matrix for part in parts], format="csr"), parts[0].starts)


def add_rows(matrix: Any, place: NDArray[np.int64], n_sums: int) -> Any:
    """Add up rows, ``place[i]`` being the sum that row i belongs to. Gives the sums, dense or CSR as ``matrix`` is."""
    from scipy.sparse import csr_matrix

    n = len(place)
    gather = csr_matrix((np.ones(n, np.float32), (place, np.arange(n))), shape=(n_sums, n))
    return gather @ matrix
