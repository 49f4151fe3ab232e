"""Fit the model that judges two articles by their texts alone, on labelled candidate pairs.

Takes labelled sets, gives a ``StoryModel``: logistic regression with fixed signs, one set of coefficients for pairs in one language and one
for pairs in two. Every set weighs the same, or as the caller says, so its probabilities are those of the mixture.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.candidates import search_candidates
from clustering.clusters.engine import PreparedBatch
from clustering.clusters.groups import EVIDENCE, GroupTable
from clustering.clusters.model import MAX_GAP_DAYS, StoryModel
from clustering.config import ClusterConfig
from clustering.evaluation.fit_batch import label_pairs
from clustering.evaluation.goldsets import GoldSet

__all__ = ["FREE", "NEVER_POSITIVE", "SCALE", "fit_alone"]

_USED = ("meaning", "words", "names", "numbers", "places", "gap_days", "is_undated", "numbers_apart", "names_missing")
"""Evidence of two lone articles that is not said twice: centres equal means, sizes are 1, nobody is loose."""
NEVER_POSITIVE = {"gap_days", "mean_gap_days", "numbers_apart", "looseness", "same_outlet"}
FREE = {"bias", "is_undated", "names_missing", "log_small", "log_large"}
"""Evidence whose coefficient is never above 0, and whose may have any sign; all other is never below 0."""
SCALE = 8.0
"""Log-odds per unit of the weighted sum; only the size of probabilities depends on it, not who merges."""
_RIDGE = 5e-4
_SAME_OUTLET = -0.0625
"""Set by hand as in the model itself: hardly any pair of one outlet is labelled."""


def fit_alone(
    prepared: Mapping[str, tuple[GoldSet, PreparedBatch]],
    config: ClusterConfig,
    *,
    weights: Mapping[str, float] | None = None,
) -> StoryModel:
    """Fit on the candidate pairs of all sets with stories; sets of labelled pairs take no part, because their pairs were picked to be hard."""
    designs, labels, shares = [], [], []
    for name, (gold, batch) in prepared.items():
        if gold.pairs:
            continue
        first, second = search_candidates(batch.features, config)
        label = label_pairs(gold, batch, first, second)
        known = label >= 0
        if not known.any():
            continue
        evidence = GroupTable.of_articles(batch.features).compare(first[known], second[known])
        designs.append(_lay_out(evidence))
        labels.append(label[known].astype(np.float64))
        shares.append(np.full(int(known.sum()), (weights or {}).get(name, 1.0) / known.sum()))
    coefficients = _regress(np.concatenate(designs), np.concatenate(labels), np.concatenate(shares)) / SCALE
    same, cross = coefficients.reshape(2, -1)
    return StoryModel(_name(same), _name(cross), SCALE, tuple(prepared))


def _name(side: NDArray[np.float64]) -> dict[str, float]:
    return dict(zip((*_USED, "bias"), side.tolist(), strict=True)) | {"same_outlet": _SAME_OUTLET}


def _lay_out(evidence: NDArray[np.float32]) -> NDArray[np.float64]:
    """Columns for pairs in one language, then for pairs in two, each with a constant; shape (n_pairs, 2 * (len(_USED) + 1))."""
    columns = evidence[:, [EVIDENCE.index(name) for name in _USED]].astype(np.float64)
    days = _USED.index("gap_days")
    columns[:, days] = np.minimum(columns[:, days], MAX_GAP_DAYS)
    columns = np.column_stack([columns, np.ones(len(columns))])
    cross = evidence[:, [EVIDENCE.index("cross_share")]].astype(np.float64)
    return np.column_stack([columns * (1 - cross), columns * cross])


def _regress(x: NDArray[np.float64], label: NDArray[np.float64], weight: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.optimize import minimize

    weight = weight / weight.sum()
    spread = np.sqrt((weight[:, None] * x**2).sum(axis=0)) + 1e-6
    scaled = x / spread
    half = x.shape[1] // 2
    ridge = np.full(x.shape[1], _RIDGE)
    ridge[[half - 1, -1]] = 0.0
    side = [(None, None) if name in FREE else (None, 0) if name in NEVER_POSITIVE else (0, None) for name in _USED]

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        odds = scaled @ w
        probability = 1 / (1 + np.exp(-odds))
        value = float(weight @ (np.logaddexp(0.0, odds) - label * odds) + 0.5 * (ridge * w * w).sum())
        return value, scaled.T @ (weight * (probability - label)) + ridge * w

    start = np.zeros(x.shape[1])
    bounds = [*side, (None, None)] * 2
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300})
    return np.asarray(found.x / spread)
