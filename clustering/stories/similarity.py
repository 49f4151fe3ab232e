"""Cosine similarity of single vectors and of stacks of them, with missing vectors staying missing."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from clustering.stories.records import Vector

__all__ = ["cosine", "mean_vector", "stack_unit"]


def cosine(left: Vector | None, right: Vector | None) -> float | None:
    """Give the similarity of two vectors of shape ``(dim,)``, ``None`` when one is missing or zero."""
    if left is None or right is None:
        return None
    norm = float(np.linalg.norm(left)) * float(np.linalg.norm(right))
    return float(np.dot(left, right)) / norm if norm > 0 else None


def stack_unit(vectors: Iterable[Vector]) -> Vector:
    """Stack vectors to ``(n, dim)`` float32 rows of unit length; zero rows stay zero."""
    matrix: Vector = np.stack([np.asarray(vector, dtype=np.float32) for vector in vectors])
    norms: Vector = np.linalg.norm(matrix, axis=1, keepdims=True)
    norms[norms == 0] = 1
    matrix /= norms
    return matrix


def mean_vector(vectors: Iterable[Vector | None]) -> Vector | None:
    """Give the mean of the unit vectors that are there, shape ``(dim,)``; ``None`` when none is."""
    present = [vector for vector in vectors if vector is not None]
    if not present:
        return None
    mean: Vector = stack_unit(present).mean(axis=0)
    return mean
