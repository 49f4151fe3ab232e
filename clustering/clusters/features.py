"""What the engine knows of each article, in comparable form.

Takes unit vectors and surface features, gives matrices whose row products are similarities. Every kind of evidence is a matrix of unit rows,
so that the mean similarity of two groups of articles is the product of their sums: average linkage without a distance matrix.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustering.names import SurfaceFeatures

__all__ = ["KINDS", "ArticleFeatures", "build_features", "remove_background", "weigh_terms"]

KINDS: tuple[Literal["words", "names", "numbers", "places"], ...] = ("words", "names", "numbers", "places")
"""The sparse kinds of evidence, in the order of ``ArticleFeatures.terms``."""
_BACKGROUND_ARTICLES = 100.0
"""Weight of the assumption that a batch has no common direction: a batch of a few articles keeps its vectors as they are."""
_PRIOR_ARTICLES = 500.0
"""Articles assumed outside the batch when document frequencies are counted: without them a small batch has no rare words."""
_PRIOR_FREQUENCY = 2.0


@dataclass(frozen=True, slots=True)
class ArticleFeatures:
    """Columns of n articles sorted by (time, id), undated last.

    ``meaning`` (n, dim) float32 unit rows without the batch's common direction; ``terms`` one CSR matrix (n, n_keys) of unit rows (or empty rows) per
    kind; ``hours`` (n,) nan unknown; ``languages`` and ``outlets`` (n,) codes, -1 unknown; ``copies`` (n,) near-duplicate groups.
    """

    meaning: NDArray[np.float32]
    terms: dict[str, Any]
    hours: NDArray[np.float64]
    languages: NDArray[np.int64]
    outlets: NDArray[np.int64]
    copies: NDArray[np.int64]

    def __len__(self) -> int:
        """Give the number of articles."""
        return len(self.hours)


def remove_background(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Take the common direction of the batch out of unit vectors and give unit vectors again, shape (n, dim).

    In a stream of one domain (sport, one war) everything is alike; what tells stories apart is what remains.
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    if not len(vectors):
        return vectors
    mean = vectors.sum(axis=0, dtype=np.float64) / (len(vectors) + _BACKGROUND_ARTICLES)
    rest = vectors - mean.astype(np.float32)
    norm = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.maximum(norm, 1e-9), dtype=np.float32)


def weigh_terms(counts: Any) -> Any:
    """Give unit rows of square-root weights times inverse document frequency, from raw weights, CSR (n, n_keys)."""
    matrix = counts.tocsr().astype(np.float32).copy()
    n, n_keys = matrix.shape
    frequency = np.bincount(matrix.indices, minlength=n_keys)
    rarity = np.log((n + _PRIOR_ARTICLES) / (frequency + _PRIOR_FREQUENCY)).astype(np.float32)
    matrix.data = np.sqrt(np.maximum(matrix.data, 0)) * rarity[matrix.indices]
    lengths = np.sqrt(np.add.reduceat(np.append(matrix.data**2, 0), matrix.indptr[:-1])) if n else np.empty(0)
    lengths = np.where(np.diff(matrix.indptr) > 0, lengths, 1.0)
    matrix.data = (matrix.data / np.repeat(np.maximum(lengths, 1e-9), np.diff(matrix.indptr))).astype(np.float32)
    return matrix


def build_features(
    vectors: NDArray[np.float32],
    surface: Sequence[SurfaceFeatures],
    hours: NDArray[np.float64],
    languages: NDArray[np.int64],
    outlets: NDArray[np.int64],
    copies: NDArray[np.int64],
) -> ArticleFeatures:
    """Build the matrices of articles already in (time, id) order."""
    from clustering.names import to_csr

    terms = {kind: weigh_terms(to_csr(list(surface), kind=kind)[0]) for kind in KINDS}
    return ArticleFeatures(remove_background(vectors), terms, hours, languages, outlets, copies)
