"""Products of chosen rows of sparse matrices, in blocks of bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["row_products"]

_CHUNK = 100_000


def row_products(left: Any, right: Any, i: NDArray[np.int64], j: NDArray[np.int64]) -> NDArray[np.float32]:
    """Products of row i of one CSR matrix with row j of another, shape (len(i),)."""
    out = np.empty(len(i), dtype=np.float32)
    for start in range(0, len(i), _CHUNK):
        part = slice(start, start + _CHUNK)
        out[part] = np.asarray(left[i[part]].multiply(right[j[part]]).sum(axis=1)).ravel()
    return out
