"""Judge candidate pairs of articles: by their texts alone, then with the company they keep.

Takes features and candidate pairs, gives the pairs worth keeping with their log-odds, and the features with the company that was found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.company import measure_company
from clustering.clusters.features import ArticleFeatures
from clustering.clusters.groups import GroupTable
from clustering.clusters.model import StoryModel, judge_groups
from clustering.clusters.series import find_series_pairs

__all__ = ["JudgedCandidates", "judge_candidates"]


@dataclass(frozen=True, slots=True)
class JudgedCandidates:
    """``features`` with company; rows ``first`` < ``second``, their ``log_odds`` and whether they are instances of a series, all (n_pairs,)."""

    features: ArticleFeatures
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    is_series: NDArray[np.bool_]


def judge_candidates(
    features: ArticleFeatures,
    first: NDArray[np.int64],
    second: NDArray[np.int64],
    model: StoryModel,
    *,
    min_probability: float,
    keep_all: bool = False,
) -> JudgedCandidates:
    """Judge distinct candidate pairs; a pair less likely than ``min_probability``, with or without company, is dropped, or only without it
    if ``keep_all`` (for a fit that tries other models on the same pairs). Instances of a series are no company.
    """
    floor = float(np.log(min_probability / (1 - min_probability)))
    if model.alone is not None:
        log_odds = judge_groups(GroupTable.of_articles(features), model.alone, first, second)
        keep = log_odds >= floor
        first, second = first[keep], second[keep]
        probability = 1 / (1 + np.exp(-log_odds[keep]))
        probability[_find_series(features, first, second)] = 0.0
        features = features.with_company(measure_company(len(features), first, second, probability))
    log_odds = judge_groups(GroupTable.of_articles(features), model, first, second)
    keep = (log_odds >= floor) | keep_all
    first, second = first[keep], second[keep]
    return JudgedCandidates(features, first, second, log_odds[keep], _find_series(features, first, second))


def _find_series(features: ArticleFeatures, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    if features.series is None:
        return np.zeros(len(first), dtype=bool)
    return find_series_pairs(
        features.series, features.terms["words"], features.outlets, features.languages, first, second
    )
