"""Agreement with gold on every labelled set, beside the usual ways to cluster the same vectors.

    python benchmarks/quality.py FOLDER [--sets og2021 ecbplus] [--umap] [--bertopic] [--peers-only]

FOLDER holds one folder per set (``articles.jsonl[.gz]``, optional ``pairs.tsv``). The peers get what they are usually given, the
encoder's vectors: plain hdbscan with min_cluster_size 2, average linkage on cosine distance, UMAP to five dimensions and then hdbscan
(``--umap``: what BERTopic does inside, with min_cluster_size 2 and 10), and BERTopic itself (``--bertopic``: with min_topic_size 2, and
with its defaults, which are 10). Average linkage has one threshold for all sets, the best on average over them (which favours it). Outliers
(-1) count as stories of one article, for everyone. ``--peers-only`` leaves our own engine out.

Packages that only this benchmark needs, and that samestory does not install: umap-learn (``--umap``), bertopic (``--bertopic``, brings
umap-learn; vectors are given to it, so it downloads no model).
"""

from __future__ import annotations

import argparse
import importlib.util
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

    reduced = umap.UMAP(
        n_neighbors=min(15, len(vectors) - 1), n_components=5, min_dist=0.0, metric="cosine", random_state=0
    ).fit_transform(vectors)
    return np.asarray(hdbscan.HDBSCAN(min_cluster_size=min_cluster_size).fit_predict(reduced))


def cluster_bertopic(gold: GoldSet, vectors: NDArray[np.float32], min_topic_size: int) -> NDArray[np.int64]:
    """BERTopic, documents title and text, vectors given; its default UMAP with the seed fixed, everything else its defaults."""
    import umap
    from bertopic import BERTopic

    reducer = umap.UMAP(
        n_neighbors=min(15, len(vectors) - 1), n_components=5, min_dist=0.0, metric="cosine", random_state=0
    )
    documents = [f"{title}\n{text}".strip() for title, text in zip(gold.titles, gold.texts, strict=True)]
    model = BERTopic(umap_model=reducer, min_topic_size=min_topic_size)
    topics, _ = model.fit_transform(documents, embeddings=vectors)
    return np.asarray(topics, dtype=np.int64)


def link_average(vectors: NDArray[np.float32]) -> dict[float, NDArray[np.int64]]:
    """Average linkage at every threshold."""
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    distance = np.maximum(1 - vectors @ vectors.T, 0)
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), "average")
    return {float(t): fcluster(tree, t, "distance") for t in LINKAGE_THRESHOLDS}


def print_row(gold: GoldSet, method: str, labels: NDArray[np.int64], seconds: float | None = None) -> None:
    """Print one line: set, method, agreement, and the time it took where that is known."""
    took = "" if seconds is None else f"  [{seconds:.1f} s]"
    print(f"{gold.name:18s} {method:15s} {describe(judge_labels(gold, labels, n_confusions=0))}{took}", flush=True)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--sets", nargs="*")
    parser.add_argument("--umap", action="store_true")
    parser.add_argument("--bertopic", action="store_true")
    parser.add_argument("--peers-only", action="store_true")
    options = parser.parse_args()
    for wanted, module, package in ((options.umap, "umap", "umap-learn"), (options.bertopic, "bertopic", "bertopic")):
        if wanted and importlib.util.find_spec(module) is None:
            parser.error(f"--{module} needs the package {package}, which is not installed: pip install {package}")
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
        if not options.peers_only:
            begin = time.perf_counter()
            found = cluster_articles(inputs, config.cluster)
            print_row(gold, "samestory", found.labels, time.perf_counter() - begin)
        print_row(gold, "hdbscan 2", cluster_hdbscan(inputs.vectors))
        for size in (2, 10):
            if options.umap:
                print_row(gold, f"umap+hdbscan {size}", cluster_umap(inputs.vectors, size))
            if options.bertopic:
                print_row(gold, f"bertopic {size}", cluster_bertopic(gold, inputs.vectors, size))
        linked[name] = gold, link_average(inputs.vectors)
    means = {}
    for t in LINKAGE_THRESHOLDS:
        values = [pick_measures(judge_labels(gold, trees[float(t)], n_confusions=0)) for gold, trees in linked.values()]
        means[float(t)] = np.mean([value.get("bcubed_f1", value.get("labelled_pair_f1", 0.0)) for value in values])
    best = max(means, key=lambda t: means[t])
    for gold, trees in linked.values():
        print_row(gold, f"average {best:.2f}", trees[best])


if __name__ == "__main__":
    main()
