"""Vectors that remember what made them.

A `VectorSet` carries the fingerprint of its encoder and recipe; every operation on two sets of different
fingerprints raises `FingerprintMismatch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.errors import EncoderError, FingerprintMismatch

__all__ = ["VectorSet"]


@dataclass(frozen=True, slots=True, eq=False)
class VectorSet:
    """Unit rows ``vectors`` (n, dim) of articles ``ids`` (n,), made by the encoder ``fingerprint``."""

    fingerprint: str
    ids: tuple[str, ...]
    vectors: NDArray[np.float32]

    def __post_init__(self) -> None:
        """Check shapes. Errors: ``EncoderError`` naming the sizes, or the first id that occurs twice."""
        if self.vectors.ndim != 2 or len(self.ids) != len(self.vectors):
            raise EncoderError(f"{len(self.ids)} ids do not fit vectors of shape {self.vectors.shape}")
        if len(set(self.ids)) != len(self.ids):
            seen: set[str] = set()
            twice = next(one for one in self.ids if one in seen or seen.add(one))  # type: ignore[func-returns-value]
            raise EncoderError(f"article {twice} has two vectors in one set")

    def __len__(self) -> int:
        """Count the vectors."""
        return len(self.ids)

    @property
    def dimension(self) -> int:
        """Length of a row."""
        return int(self.vectors.shape[1])

    def _check(self, other: VectorSet) -> None:
        if self.fingerprint != other.fingerprint:
            raise FingerprintMismatch(
                f"vectors of {self.fingerprint} and of {other.fingerprint} cannot be compared: embed again with one encoder"
            )
        if self.dimension != other.dimension:
            raise FingerprintMismatch(f"{self.fingerprint}: {self.dimension} and {other.dimension} dimensions")

    def similarities(self, other: VectorSet) -> NDArray[np.float32]:
        """Give all cosines, (len(self), len(other))."""
        self._check(other)
        return np.asarray(self.vectors @ other.vectors.T, dtype=np.float32)

    def join(self, other: VectorSet) -> VectorSet:
        """Put two sets together, self first. Errors: ``EncoderError`` when an id is in both."""
        self._check(other)
        return VectorSet(self.fingerprint, self.ids + other.ids, np.concatenate([self.vectors, other.vectors]))

    def select(self, ids: Sequence[str]) -> VectorSet:
        """Give the vectors of ``ids`` in that order. Errors: ``EncoderError`` naming the first id that is not here."""
        at = {one: index for index, one in enumerate(self.ids)}
        missing = next((one for one in ids if one not in at), None)
        if missing is not None:
            raise EncoderError(f"article {missing} has no vector of {self.fingerprint}")
        return VectorSet(self.fingerprint, tuple(ids), self.vectors[[at[one] for one in ids]])
