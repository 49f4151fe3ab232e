"""Turn surface features into sparse matrices with stable column order.

Takes a list of `SurfaceFeatures`, gives a `scipy.sparse.csr_matrix` and its vocabulary. Columns are sorted by the stable 64-bit hash of
their key, so the same articles give the same matrix on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from clustering.names.features import SurfaceFeatures
from clustering.names.stable_hash import stable_hash

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["to_csr"]

Kind = Literal["words", "names", "places", "numbers", "glosses"]


def to_csr(features: Sequence[SurfaceFeatures], kind: Kind = "words") -> tuple[csr_matrix, list[str]]:
    """Give the weights of one kind as (n_articles, n_keys) float32 matrix, and the keys in column order."""
    from scipy.sparse import csr_matrix

    first_seen: dict[str, int] = {}
    indptr = np.zeros(len(features) + 1, dtype=np.int64)
    columns: list[int] = []
    values: list[float] = []
    for row, one in enumerate(features):
        weights: dict[str, float] = getattr(one, kind)
        for key, weight in weights.items():
            columns.append(first_seen.setdefault(key, len(first_seen)))
            values.append(weight)
        indptr[row + 1] = len(columns)
    keys = list(first_seen)
    order = sorted(range(len(keys)), key=lambda i: (stable_hash(keys[i]), keys[i]))
    position = np.empty(len(keys), dtype=np.int32)
    position[order] = np.arange(len(keys), dtype=np.int32)
    indices = position[np.asarray(columns, dtype=np.int64)] if columns else np.zeros(0, dtype=np.int32)
    matrix = csr_matrix((np.asarray(values, dtype=np.float32), indices, indptr), shape=(len(features), len(keys)))
    matrix.sort_indices()
    return matrix, [keys[i] for i in order]
