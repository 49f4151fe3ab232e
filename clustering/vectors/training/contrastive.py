"""Train the embedding matrix: symmetric InfoNCE over bags of tokens, by numpy and scipy alone.

Takes tokenised pools, gives the matrix (n_pieces, dim). No torch: the step is three matrix products and one sparse gather,
its gradient is short enough to write down, and one thread of numpy gives the same bits on every run.

van den Oord et al. 2018 (InfoNCE); Reimers & Gurevych 2020 and Aarsen 2025 for static models trained this way.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.vectors.training.batches import Batch, BatchPlan, NameStock, TokenPool, cut_batch, pool_weights

__all__ = ["SparseAdam", "TrainingPlan", "contrast", "train_matrix"]


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Everything the matrix depends on besides the data; the defaults are the bundled model's."""

    dimension: int = 256
    n_steps: int = 1200
    is_spelled: bool = True
    """Whether pieces share what their character n-grams learn; without it rows are trained alone."""
    learning_rate: float = 0.05
    warm_up: float = 0.05
    scale: float = 20.0
    initial_spread: float = 0.1
    batch: BatchPlan = field(default_factory=BatchPlan)
    boosts: Mapping[str, float] = field(default_factory=dict)
    """Factors on a pool's weight by its second language or its source."""


class SparseAdam:
    """Adam that touches only the rows a batch has seen (Kingma & Ba 2015)."""

    def __init__(self, matrix: NDArray[np.float32], beta_1: float = 0.9, beta_2: float = 0.999) -> None:
        self.matrix = matrix
        self.first = np.zeros_like(matrix)
        self.second = np.zeros_like(matrix)
        self.beta_1, self.beta_2 = beta_1, beta_2
        self.n_steps = 0

    def step(self, rows: NDArray[np.int32], gradient: NDArray[np.float32], learning_rate: float) -> None:
        """Move ``matrix[rows]`` against ``gradient`` (n_rows, dim)."""
        self.n_steps += 1
        first, second = self.first[rows], self.second[rows]
        first += (1 - self.beta_1) * (gradient - first)
        second += (1 - self.beta_2) * (np.square(gradient) - second)
        self.first[rows], self.second[rows] = first, second
        size = learning_rate * math.sqrt(1 - self.beta_2**self.n_steps) / (1 - self.beta_1**self.n_steps)
        np.sqrt(second, out=second)
        second += 1e-8
        first /= second
        first *= size
        self.matrix[rows] -= first


def _mask_equal(keys: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give (rows, columns) off the diagonal whose bags have equal keys."""
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
    ends = np.append(starts[1:], len(keys))
    rows, columns = [], []
    for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1], strict=True):
        group = order[start:end]
        left, right = np.repeat(group, len(group)), np.tile(group, len(group))
        apart = left != right
        rows.append(left[apart])
        columns.append(right[apart])
    if not rows:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    return np.concatenate(rows), np.concatenate(columns)


def contrast(
    left: NDArray[np.float32], right: NDArray[np.float32], batch: Batch, scale: float
) -> tuple[float, NDArray[np.float32], NDArray[np.float32]]:
    """Give the loss and its gradient with respect to both sides' unit rows (n, dim).

    Cosines are bounded, so exp(scale * (cosine - 1)) needs no running maximum and one pass serves both directions.
    """
    n = len(left)
    similarity = left @ right.T
    diagonal = similarity.diagonal().copy()
    similarity -= 1.0
    similarity *= scale
    np.exp(similarity, out=similarity)
    for keys in batch.keys:
        similarity[_mask_equal(keys)] = 0.0
    by_row, by_column = similarity.sum(axis=1), similarity.sum(axis=0)
    loss = float((0.5 * (np.log(by_row) + np.log(by_column)) - scale * (diagonal - 1)).mean())
    similarity *= (0.5 / n / by_row)[:, None] + (0.5 / n / by_column)[None, :]
    similarity[np.arange(n), np.arange(n)] -= 1 / n
    similarity *= scale
    return loss, np.asarray(similarity @ right), np.asarray(similarity.T @ left)


def _through_unit(
    vectors: NDArray[np.float32], norms: NDArray[np.float32], gradient: NDArray[np.float32]
) -> NDArray[np.float32]:
    gradient = gradient - vectors * (vectors * gradient).sum(axis=1, keepdims=True)
    gradient /= norms
    return gradient


def train_matrix(
    pools: list[TokenPool],
    n_pieces: int,
    plan: TrainingPlan,
    *,
    seed: int,
    start: NDArray[np.float32] | None = None,
    shares: Any = None,
    number_ids: NDArray[np.int32] | None = None,
    progress: Callable[[int, float], None] | None = None,
) -> NDArray[np.float32]:
    """Train from noise, or from ``start`` (n_pieces, dim); ``progress`` gets (step, loss).

    ``number_ids`` are the pieces that are a whole number each, for hard negatives.
    ``shares`` (n_pieces, n_ngrams) of `make_ngram_shares` adds what pieces spelled alike have in common.
    """
    from scipy.sparse import csr_array

    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((n_pieces, plan.dimension), dtype=np.float32) * np.float32(plan.initial_spread)
    matrix = noise if start is None else start.astype(np.float32, copy=True)
    adam = SparseAdam(matrix)
    spelling = None
    if shares is not None:
        # Rows that are already trained must not be covered with noise.
        spread = np.float32(plan.initial_spread if start is None else 0.0)
        spelled = rng.standard_normal((shares.shape[1], plan.dimension), dtype=np.float32) * spread
        spelling = SparseAdam(spelled)
    weights = pool_weights(pools, plan.batch, plan.boosts)
    stock = NameStock(pools, np.empty(0, np.int32) if number_ids is None else number_ids)
    for step in range(plan.n_steps):
        warm = min(1.0, (step + 1) / max(1.0, plan.warm_up * plan.n_steps))
        rate = plan.learning_rate * warm * max(1e-3, 0.5 * (1 + math.cos(math.pi * step / plan.n_steps)))
        batch = cut_batch(pools, weights, plan.batch, rng, stock)
        ids = np.concatenate([side.ids for side in batch.sides])
        lengths = np.concatenate([side.lengths for side in batch.sides])
        rows, columns = np.unique(ids, return_inverse=True)
        parts = np.repeat((1 / lengths).astype(np.float32), lengths)
        bags = csr_array(
            (parts, columns.astype(np.int32), np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)),
            shape=(len(lengths), len(rows)),
        )
        current = matrix[rows]
        if spelling is not None:
            ngrams, local = _compact(shares[rows])
            current += local @ spelling.matrix[ngrams]
        means = bags @ current
        norms = np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
        means /= norms
        n = len(batch.keys[0])
        loss, gradient_left, gradient_right = contrast(means[:n], means[n:], batch, plan.scale)
        gradient = _through_unit(means, norms, np.concatenate([gradient_left, gradient_right]))
        gradient = np.asarray(bags.T @ gradient)
        adam.step(rows, gradient, rate)
        if spelling is not None:
            spelling.step(ngrams, np.asarray(local.T @ gradient), rate)
        if progress is not None:
            progress(step, loss)
    return matrix if spelling is None else matrix + shares @ spelling.matrix


def _compact(shares: Any) -> tuple[NDArray[np.int32], Any]:
    """Give the columns that occur, and the array over these columns only."""
    from scipy.sparse import csr_array

    columns, local = np.unique(shares.indices, return_inverse=True)
    return columns, csr_array(
        (shares.data, local.astype(np.int32), shares.indptr), shape=(shares.shape[0], len(columns))
    )
