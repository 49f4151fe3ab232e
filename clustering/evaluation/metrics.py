"""How well predicted clusters agree with gold stories.

Takes plain labels, gives plain numbers; no files, no config. An article without a predicted cluster (``None`` or -1) is a
cluster of its own and agrees with nobody. Only articles with a gold story are judged.

Definitions: BCubed (Bagga & Baldwin 1998), V-measure (Rosenberg & Hirschberg 2007), adjusted Rand index (Hubert & Arabie
1985), adjusted mutual information with arithmetic normalisation (Vinh et al. 2010).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ClusterMetrics",
    "PrecisionRecall",
    "encode_labels",
    "measure_adjusted_mutual_information",
    "measure_clusters",
    "measure_cross_language_pairs",
    "measure_labelled_pairs",
    "measure_language_pairs",
]


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall in 0..1 with the counts behind them (``n_predicted``, ``n_gold`` pairs or articles)."""

    precision: float
    recall: float
    n_predicted: int
    n_gold: int

    @property
    def f1(self) -> float:
        """Harmonic mean; 0 when both are 0."""
        return _harmonic(self.precision, self.recall)


@dataclass(frozen=True, slots=True)
class ClusterMetrics:
    """Agreement of one partition with gold; every rate in 0..1 (ARI may be below 0)."""

    n_articles: int
    n_gold_stories: int
    n_predicted_clusters: int
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    pair_precision: float
    pair_recall: float
    pair_f1: float
    homogeneity: float
    completeness: float
    v_measure: float
    adjusted_rand: float

    def as_dict(self) -> dict[str, float | int]:
        """Give name -> value, for reports and JSON."""
        return asdict(self)


def encode_labels(labels: Sequence[Hashable | None]) -> NDArray[np.int64]:
    """Number labels 0.. in order of first appearance; each ``None`` or -1 gets a number of its own. Shape (n,)."""
    codes: dict[Hashable, int] = {}
    out = np.empty(len(labels), dtype=np.int64)
    next_code = 0
    for i, label in enumerate(labels):
        if label is None or label == -1:
            out[i] = next_code
            next_code += 1
            continue
        code = codes.get(label)
        if code is None:
            code = codes[label] = next_code
            next_code += 1
        out[i] = code
    return out


def measure_clusters(gold: NDArray[np.int64], predicted: NDArray[np.int64]) -> ClusterMetrics:
    """Compare two partitions of the same articles, given as non-negative codes, shape (n,) each."""
    if gold.shape != predicted.shape:
        raise ValueError(f"gold has {gold.shape[0]} labels, predicted {predicted.shape[0]}")
    n = int(gold.shape[0])
    if n == 0:
        return ClusterMetrics(0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    gold_of_cell, predicted_of_cell, cell = _contingency(gold, predicted)
    gold_size, predicted_size = np.bincount(gold).astype(float), np.bincount(predicted).astype(float)
    b_precision = float((cell**2 / predicted_size[predicted_of_cell]).sum() / n)
    b_recall = float((cell**2 / gold_size[gold_of_cell]).sum() / n)
    pairs = _pair_rates(_n_pairs(cell), _n_pairs(predicted_size), _n_pairs(gold_size))
    gold_size, predicted_size = gold_size[gold_size > 0], predicted_size[predicted_size > 0]
    gold_entropy, predicted_entropy = _entropy(gold_size / n), _entropy(predicted_size / n)
    mutual = gold_entropy + predicted_entropy - _entropy(cell / n)
    homogeneity = mutual / gold_entropy if gold_entropy > 0 else 1.0
    completeness = mutual / predicted_entropy if predicted_entropy > 0 else 1.0
    return ClusterMetrics(
        n_articles=n,
        n_gold_stories=len(gold_size),
        n_predicted_clusters=len(predicted_size),
        bcubed_precision=b_precision,
        bcubed_recall=b_recall,
        bcubed_f1=_harmonic(b_precision, b_recall),
        pair_precision=pairs.precision,
        pair_recall=pairs.recall,
        pair_f1=pairs.f1,
        homogeneity=homogeneity,
        completeness=completeness,
        v_measure=_harmonic(homogeneity, completeness),
        adjusted_rand=_adjusted_rand(_n_pairs(cell), _n_pairs(predicted_size), _n_pairs(gold_size), n),
    )


def measure_cross_language_pairs(
    gold: NDArray[np.int64], predicted: NDArray[np.int64], language: NDArray[np.int64]
) -> PrecisionRecall:
    """Pairwise agreement over the pairs whose two articles are in different languages; codes of shape (n,)."""
    joint = _joint(gold, predicted)
    counts = [_n_cross_pairs(labels, language) for labels in (joint, predicted, gold)]
    return _pair_rates(*counts)


def measure_language_pairs(
    gold: NDArray[np.int64], predicted: NDArray[np.int64], language: NDArray[np.int64]
) -> dict[tuple[int, int], PrecisionRecall]:
    """Pairwise agreement for each unordered pair of language codes (a, a) and (a, b) that has gold or predicted pairs."""
    joint = _joint(gold, predicted)
    result: dict[tuple[int, int], PrecisionRecall] = {}
    tables = [_language_table(labels, language) for labels in (joint, predicted, gold)]
    n_languages = int(language.max()) + 1 if len(language) else 0
    for a in range(n_languages):
        for b in range(a, n_languages):
            both, found, wanted = (_pairs_between(table, a, b) for table in tables)
            if found or wanted:
                result[a, b] = _pair_rates(both, found, wanted)
    return result


def measure_labelled_pairs(
    pairs: Sequence[tuple[str, str, bool]], predicted: Mapping[str, Hashable | None]
) -> PrecisionRecall:
    """Positive-class precision and recall over labelled pairs only: (id, id, same story?). Articles without a cluster match nobody."""
    hits = n_predicted = n_gold = 0
    for first, second, is_same in pairs:
        a, b = predicted.get(first), predicted.get(second)
        is_joined = first == second or (a is not None and a != -1 and a == b)
        hits += is_joined and is_same
        n_predicted += is_joined
        n_gold += is_same
    return PrecisionRecall(
        hits / n_predicted if n_predicted else 0.0, hits / n_gold if n_gold else 0.0, n_predicted, n_gold
    )


def measure_adjusted_mutual_information(gold: NDArray[np.int64], predicted: NDArray[np.int64]) -> float:
    """Adjusted mutual information, arithmetic normalisation. Slow on many distinct sizes: for reports, not for loops."""
    from scipy.special import gammaln

    n = len(gold)
    gold_of_cell, predicted_of_cell, cell = _contingency(gold, predicted)
    gold_size, predicted_size = np.bincount(gold), np.bincount(predicted)
    if len(cell) == len(np.unique(gold_of_cell)) == len(np.unique(predicted_of_cell)):
        return 1.0
    mutual = float((cell / n * np.log(n * cell / (gold_size[gold_of_cell] * predicted_size[predicted_of_cell]))).sum())
    expected = 0.0
    sizes_a, times_a = np.unique(gold_size[gold_size > 0], return_counts=True)
    sizes_b, times_b = np.unique(predicted_size[predicted_size > 0], return_counts=True)
    for a, n_a in zip(sizes_a.tolist(), times_a.tolist(), strict=True):
        for b, n_b in zip(sizes_b.tolist(), times_b.tolist(), strict=True):
            shared = np.arange(max(1, a + b - n), min(a, b) + 1)
            log_chance = (
                gammaln(a + 1) + gammaln(b + 1) + gammaln(n - a + 1) + gammaln(n - b + 1) - gammaln(n + 1)
                - gammaln(shared + 1) - gammaln(a - shared + 1) - gammaln(b - shared + 1) - gammaln(n - a - b + shared + 1)
            )  # fmt: skip
            expected += n_a * n_b * float((shared / n * np.log(n * shared / (a * b)) * np.exp(log_chance)).sum())
    mean_entropy = (_entropy(gold_size[gold_size > 0] / n) + _entropy(predicted_size[predicted_size > 0] / n)) / 2
    spread = mean_entropy - expected
    return (mutual - expected) / spread if abs(spread) > 1e-12 else 0.0


def _harmonic(a: float, b: float) -> float:
    return 2 * a * b / (a + b) if a + b > 0 else 0.0


def _entropy(shares: NDArray[np.float64]) -> float:
    return -float((shares * np.log(shares)).sum())


def _n_pairs(sizes: NDArray[np.float64]) -> float:
    return float((sizes * (sizes - 1) / 2).sum())


def _joint(gold: NDArray[np.int64], predicted: NDArray[np.int64]) -> NDArray[np.int64]:
    width = int(predicted.max()) + 1 if len(predicted) else 1
    joint = np.unique(gold.astype(np.int64) * width + predicted, return_inverse=True)[1]
    return np.asarray(joint.reshape(-1), dtype=np.int64)


def _contingency(
    gold: NDArray[np.int64], predicted: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Non-empty cells of the contingency table: gold code, predicted code, count."""
    width = int(predicted.max()) + 1
    keys, counts = np.unique(gold.astype(np.int64) * width + predicted, return_counts=True)
    return keys // width, keys % width, counts.astype(float)


def _pair_rates(both: float, predicted: float, gold: float) -> PrecisionRecall:
    """Nothing predicted is fully precise only when there was nothing to find; nothing to find is fully recalled."""
    precision = both / predicted if predicted else float(not gold)
    return PrecisionRecall(precision, both / gold if gold else 1.0, int(predicted), int(gold))


def _adjusted_rand(both: float, predicted: float, gold: float, n: int) -> float:
    total = n * (n - 1) / 2
    expected = predicted * gold / total if total else 0.0
    largest = (predicted + gold) / 2
    return (both - expected) / (largest - expected) if largest != expected else 1.0


def _language_table(labels: NDArray[np.int64], language: NDArray[np.int64]) -> NDArray[np.float64]:
    """Counts by (label, language), shape (n_labels, n_languages)."""
    n_languages = int(language.max()) + 1
    flat = np.bincount(labels * n_languages + language, minlength=(int(labels.max()) + 1) * n_languages)
    return flat.reshape(-1, n_languages).astype(float)


def _pairs_between(table: NDArray[np.float64], a: int, b: int) -> float:
    return _n_pairs(table[:, a]) if a == b else float((table[:, a] * table[:, b]).sum())


def _n_cross_pairs(labels: NDArray[np.int64], language: NDArray[np.int64]) -> float:
    if not len(labels):
        return 0.0
    table = _language_table(labels, language)
    return _n_pairs(table.sum(axis=1)) - _n_pairs(table.ravel())
