"""A labelled set made ready for fitting: what no coefficient changes is done once.

Takes a gold set and its prepared batch, gives its candidate pairs with their evidence, and the agreement of the finished clusters under any model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.candidates import search_candidates
from clustering.clusters.engine import PreparedBatch, cluster_judged, give_back
from clustering.clusters.groups import GroupTable
from clustering.clusters.judging import JudgedCandidates, judge_candidates
from clustering.clusters.model import StoryModel
from clustering.config import ClusterConfig
from clustering.evaluation.evaluate import judge_labels
from clustering.evaluation.gate import pick_measures
from clustering.evaluation.goldsets import GoldSet

__all__ = ["FitBatch", "label_pairs"]


@dataclass(frozen=True, slots=True)
class FitBatch:
    """``judged``: the candidates that texts alone leave, with company; ``evidence`` (n_pairs, len(EVIDENCE)) of them."""

    gold: GoldSet
    batch: PreparedBatch
    config: ClusterConfig
    judged: JudgedCandidates
    evidence: NDArray[np.float32]

    @classmethod
    def prepare(cls, gold: GoldSet, batch: PreparedBatch, config: ClusterConfig, start: StoryModel) -> FitBatch:
        """Find the candidates and, by ``start.alone``, the company of a set."""
        first, second = search_candidates(batch.features, config)
        judged = judge_candidates(
            batch.features, first, second, start, min_probability=config.min_probability, keep_all=True
        )
        evidence = GroupTable.of_articles(judged.features).compare(judged.first, judged.second)
        return cls(gold, batch, config, judged, evidence)

    def measure(self, model: StoryModel) -> float:
        """Agreement in 0..1: BCubed F1, three to one with cross-language pair F1 where there are languages, or labelled pair F1."""
        log_odds = model.judge(self.evidence)
        keep = log_odds >= np.log(self.config.min_probability / (1 - self.config.min_probability))
        one = self.judged
        judged = JudgedCandidates(
            one.features, one.first[keep], one.second[keep], log_odds[keep], one.is_series[keep]
        )  # fmt: skip
        found = cluster_judged(
            judged, self.config, model=model, n_copies=self.batch.n_copies, must_link=self.batch.must_link,
            cannot_link=self.batch.cannot_link,
        )  # fmt: skip
        measures = pick_measures(judge_labels(self.gold, give_back(found, self.batch).labels, n_confusions=0))
        if "bcubed_f1" not in measures:
            return measures["labelled_pair_f1"]
        if "cross_language_pair_f1" in measures:
            return (3 * measures["bcubed_f1"] + measures["cross_language_pair_f1"]) / 4
        return measures["bcubed_f1"]


def label_pairs(
    gold: GoldSet, batch: PreparedBatch, first: NDArray[np.int64], second: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Say of pairs of feature rows what gold says: 1 one story, 0 two, -1 not known, shape (n_pairs,)."""
    row = {gold.ids[int(article)]: int(batch.rank[place]) for place, article in enumerate(batch.order)}
    named = {tuple(sorted((row[a], row[b]))): int(same) for a, b, same in gold.pairs}
    stories = [gold.stories[int(batch.order[place])] for place in batch.kept]

    def label(a: int, b: int) -> int:
        known = stories[a] is not None and stories[b] is not None
        return named.get((a, b), int(stories[a] == stories[b]) if known else -1)

    return np.array([label(a, b) for a, b in zip(first.tolist(), second.tolist(), strict=True)], dtype=np.int64)
