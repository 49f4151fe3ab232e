"""Agreement with gold on every labelled set, beside the usual ways to cluster the same vectors.

    python benchmarks/quality.py FOLDER [--sets og2021 ecbplus] [--bertopic]

FOLDER holds one folder per set (``articles.jsonl[.gz]``, optional ``pairs.tsv``). The baselines get what they are usually given, the
encoder's vectors: plain hdbscan with min_cluster_size 2, average linkage on cosine distance, and what BERTopic does by default inside
(UMAP to five dimensions, then hdbscan), with its own min_cluster_size of 10 and with 2. Average linkage has one threshold for all sets, the best on
average over them (which favours it). UMAP rows need the umap-learn package and are left out without it.
"""

from __future__ import annotations

import argparse
import time
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.engine import cluster_articles
from clustering.config import Config
from clustering.evaluation.evaluate import Report, build_inputs, judge_labels
from clustering.evaluation.gate import pick_measures
from clustering.evaluation.goldsets import GoldSet, find_gold_sets, load_gold_set

LINKAGE_THRESHOLDS = np.arange(0.2, 0.75, 0.05)


def describe(report: Report) -> str:
    """BCubed F1 (precision/recall), cross-language pair F1, labelled pair F1, English."""
    parts = []
    if report.clusters is not None:
        c = report.clusters
        parts.append(f"F1 {c.bcubed_f1:.3f} (P {c.bcubed_precision:.3f} R {c.bcubed_recall:.3f})")
    if report.cross_language is not None:
        parts.append(f"cross {report.cross_language.f1:.3f}")
        english = [row.bcubed_f1 for row in report.by_language if row.name == "en"]
        parts += [f"en {value:.3f}" for value in english]
    if report.labelled_pairs is not None:
        p = report.labelled_pairs
        parts.append(f"pair F1 {p.f1:.3f} (P {p.precision:.3f} R {p.recall:.3f})")
    return " ".join(parts)


def cluster_hdbscan(vectors: NDArray[np.float32], min_cluster_size: int = 2) -> NDArray[np.int64]:
    """Plain hdbscan on unit vectors."""
    import hdbscan

    return np.asarray(
        hdbscan.HDBSCAN(min_cluster_size=min_cluster_size, min_samples=1).fit_predict(vectors.astype(np.float64))
    )


def cluster_umap(vectors: NDArray[np.float32], min_cluster_size: int) -> NDArray[np.int64]:
    """BERTopic's default insides."""
    import hdbscan
    import umap

    n_neighbors = min(15, len(vectors) - 1)
    reduced = umap.UMAP(
        n_neighbors=n_neighbors, n_components=5, min_dist=0.0, metric="cosine", random_state=0
    ).fit_transform(vectors)
    return np.asarray(hdbscan.HDBSCAN(min_cluster_size=min_cluster_size).fit_predict(reduced))


def link_average(vectors: NDArray[np.float32]) -> dict[float, NDArray[np.int64]]:
    """Average linkage at every threshold."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = np.maximum(1 - vectors @ vectors.T, 0)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return {float(t): fcluster(tree, t, "distance") for t in LINKAGE_THRESHOLDS}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--umap", action="store_true")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    config = Config()
    linked: dict[str, tuple[GoldSet, dict[float, NDArray[np.int64]]]] = {}
    for name, path in find_gold_sets(options.folder).items():
        if options.sets and name not in options.sets:
            continue
        gold = load_gold_set(path)
        if not any(gold.titles) and not any(gold.texts):
            continue
        inputs = build_inputs(gold, config)
        begin = time.perf_counter()
        found = cluster_articles(inputs, config.cluster)
        seconds = time.perf_counter() - begin
        print(
            f"{name:18s} samestory       {describe(judge_labels(gold, found.labels, n_confusions=0))}  [{seconds:.1f} s]",
            flush=True,
        )
        print(
            f"{name:18s} hdbscan 2       {describe(judge_labels(gold, cluster_hdbscan(inputs.vectors), n_confusions=0))}",
            flush=True,
        )
        if options.umap:
            for size in (2, 10):
                labels = cluster_umap(inputs.vectors, size)
                print(
                    f"{name:18s} umap+hdbscan {size:<2d} {describe(judge_labels(gold, labels, n_confusions=0))}",
                    flush=True,
                )
        linked[name] = gold, link_average(inputs.vectors)
    means = {}
    for t in LINKAGE_THRESHOLDS:
        values = [pick_measures(judge_labels(gold, trees[float(t)], n_confusions=0)) for gold, trees in linked.values()]
        means[float(t)] = np.mean([value.get("bcubed_f1", value.get("labelled_pair_f1", 0.0)) for value in values])
    best = max(means, key=lambda t: means[t])
    for name, (gold, trees) in linked.items():
        print(
            f"{name:18s} average {best:.2f}    {describe(judge_labels(gold, trees[best], n_confusions=0))}", flush=True
        )


if __name__ == "__main__":
    main()
