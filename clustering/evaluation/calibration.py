"""Are the probabilities of pairs true, and the map that makes them truer.

Takes labelled sets and their prepared batches, gives the map ``slope * log-odds + offset`` (Platt 1999) from the model's log-odds to
the frequency of one story among the candidate pairs the engine keeps, and how reliable probabilities are.
``benchmarks/cluster_calibration.py`` prints both, each set under the map fitted without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.candidates import search_candidates
from clustering.clusters.engine import PreparedBatch
from clustering.clusters.judging import judge_candidates
from clustering.clusters.model import StoryModel
from clustering.config import ClusterConfig
from clustering.evaluation.fit_batch import label_pairs
from clustering.evaluation.goldsets import GoldSet

__all__ = ["JudgedPairs", "Reliability", "fit_map", "judge_pairs", "measure_reliability"]

_RIDGE = 0.002
"""Pull to the map that changes nothing: a set whose pairs are all told apart would make the slope endless."""
_MIN_PAIRS = 20


@dataclass(frozen=True, slots=True)
class JudgedPairs:
    """Labelled candidate pairs of one set: ``log_odds``, ``is_cross`` (two languages), ``is_same`` (one story), all (n_pairs,)."""

    log_odds: NDArray[np.float64]
    is_cross: NDArray[np.bool_]
    is_same: NDArray[np.bool_]

    def only(self, *, cross: bool) -> JudgedPairs:
        """Give the pairs in two languages, or those in one."""
        keep = self.is_cross == cross
        return JudgedPairs(self.log_odds[keep], self.is_cross[keep], self.is_same[keep])


@dataclass(frozen=True, slots=True)
class Reliability:
    """Rows (pairs, mean probability, share of one story) by tenth of probability, and their mean gap weighted by pairs (``error``, ECE)."""

    rows: tuple[tuple[int, float, float], ...]
    error: float


def judge_pairs(gold: GoldSet, batch: PreparedBatch, model: StoryModel, config: ClusterConfig) -> JudgedPairs:
    """Judge the candidate pairs of a set whose articles both have a story, or that are labelled as pairs."""
    features = batch.features
    first, second = search_candidates(features, config)
    judged = judge_candidates(features, first, second, model, min_probability=config.min_probability)
    label = label_pairs(gold, batch, judged.first, judged.second)
    known = label >= 0
    is_cross = features.languages[judged.first] != features.languages[judged.second]
    return JudgedPairs(judged.log_odds[known], is_cross[known], label[known] == 1)


def fit_map(sets: Sequence[JudgedPairs]) -> tuple[float, float]:
    """Give (slope, offset), slope > 0. A set weighs the square root of its pairs, so that no set decides alone; no pairs give (1, 0)."""
    from scipy.optimize import minimize

    used = [one for one in sets if len(one.log_odds) >= _MIN_PAIRS]
    if not used:
        return 1.0, 0.0
    x = np.concatenate([one.log_odds for one in used])
    y = np.concatenate([one.is_same for one in used]).astype(np.float64)
    weight = np.concatenate([np.full(len(one.log_odds), len(one.log_odds) ** -0.5) for one in used])
    weight /= weight.sum()

    def cost(p: NDArray[np.float64]) -> float:
        z = p[0] * x + p[1]
        return float(weight @ (np.logaddexp(0, z) - y * z) + _RIDGE * ((p[0] - 1) ** 2 + p[1] ** 2))

    found = minimize(cost, np.array([1.0, 0.0]), method="L-BFGS-B", bounds=[(0.05, 20.0), (-20.0, 20.0)])
    return float(found.x[0]), float(found.x[1])


def measure_reliability(probabilities: NDArray[np.float64], is_same: NDArray[np.bool_]) -> Reliability:
    """Compare probabilities (n_pairs,) with what was true, by tenths."""
    tenth = np.minimum((probabilities * 10).astype(int), 9)
    rows, gap = [], 0.0
    for k in np.unique(tenth):
        inside = tenth == k
        row = (int(inside.sum()), float(probabilities[inside].mean()), float(is_same[inside].mean()))
        rows.append(row)
        gap += row[0] * abs(row[1] - row[2])
    return Reliability(tuple(rows), gap / max(len(probabilities), 1))
