"""The density step on a graph of k neighbours against hdbscan on all distances: adjusted Rand index.

    python benchmarks/cluster_density.py GOLD [--k 25]

GOLD is one labelled set; only its texts are used. Both get the same cosine distances of the encoder's vectors, without a horizon.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import hdbscan
import numpy as np
from sklearn.metrics import adjusted_rand_score

from clustering.clusters.density import build_graph, find_density_clusters
from clustering.clusters.neighbours import find_neighbours
from clustering.config import ClusterConfig, Config
from clustering.evaluation.evaluate import build_inputs
from clustering.evaluation.goldsets import load_gold_set


def main() -> None:
    """Print one row per setting: (min_cluster_size, min_samples), method, the index with noise as one cluster, clusters and noise of both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("gold", type=Path)
    parser.add_argument("--k", type=int, default=ClusterConfig().n_neighbours)
    options = parser.parse_args()
    vectors = build_inputs(load_gold_set(options.gold), Config()).vectors
    n = len(vectors)
    distances = np.maximum(1 - (vectors @ vectors.T).astype(np.float64), 0)
    distances = np.maximum(distances, distances.T)
    np.fill_diagonal(distances, 0)
    near = find_neighbours(vectors, np.full(n, np.nan), k=options.k, horizon_hours=1.0)
    rows, columns = np.nonzero(near.indices >= 0)
    others = near.indices[rows, columns].astype(np.int64)
    graph = build_graph(n, rows, others, distances[rows, others])
    print(f"{n} articles, {options.k} neighbours")
    for size, samples in ((2, 1), (5, 5)):
        for method in ("leaf", "eom"):
            reference = hdbscan.HDBSCAN(
                metric="precomputed", min_cluster_size=size, min_samples=samples, cluster_selection_method=method
            ).fit_predict(distances.copy())
            found = find_density_clusters(graph, min_cluster_size=size, min_samples=samples, method=method).labels
            print(
                f"({size}, {samples}) {method:4s} ARI {adjusted_rand_score(reference, found):.4f}"
                f"  clusters {reference.max() + 1} {found.max() + 1}  noise {(reference < 0).sum()} {(found < 0).sum()}"
            )


if __name__ == "__main__":
    main()
