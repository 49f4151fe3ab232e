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
from clustering.clusters.model import StoryModel
from clustering.clusters.rows import row_products
from clustering.clusters.series import find_series_pairs
from clustering.clusters.workers import run_blocks

__all__ = ["JudgedCandidates", "judge_candidates"]

_BLOCK_PAIRS = 65_536


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
    kept, alone_odds, log_odds = _judge_texts(features, first, second, model, floor)
    first, second = first[kept], second[kept]
    is_series = _find_series(features, first, second)
    if model.alone is not None:
        company = measure_company(len(features), first, second, np.where(is_series, 0.0, 1 / (1 + np.exp(-alone_odds))))
        features = features.with_company(company)
        is_cross = features.languages[first] != features.languages[second]
        log_odds = log_odds + model.judge_company(row_products(company, company, first, second), is_cross)
    keep = (log_odds >= floor) | keep_all
    return JudgedCandidates(features, first[keep], second[keep], log_odds[keep], is_series[keep])


def _judge_texts(
    features: ArticleFeatures, first: NDArray[np.int64], second: NDArray[np.int64], model: StoryModel, floor: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """The pairs whose log-odds by texts alone reach ``floor`` (all without a model for that), those log-odds, and those of the model before company."""
    table = GroupTable.of_articles(features)

    def judge(start: int) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        part = slice(start, start + _BLOCK_PAIRS)
        evidence = table.compare(first[part], second[part])
        if model.alone is None:
            log_odds = model.judge(evidence)
            return start + np.arange(len(log_odds)), log_odds, log_odds
        alone = model.alone.judge(evidence)
        kept = np.flatnonzero(alone >= floor)
        return start + kept, alone[kept], model.judge(evidence[kept])

    found = list(run_blocks(judge, range(0, max(len(first), 1), _BLOCK_PAIRS), has_products=True))
    kept, alone, log_odds = (np.concatenate(columns) for columns in zip(*found, strict=True))
    return kept, alone, log_odds


def _find_series(features: ArticleFeatures, first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    if features.series is None:
        return np.zeros(len(first), dtype=bool)
    return find_series_pairs(
        features.series, features.terms["words"], features.outlets, features.languages, first, second
    )
