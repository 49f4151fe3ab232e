"""Time and memory on a synthetic stream of up to a million articles over a year, and the cost of one new day.

    python benchmarks/cluster_stream.py [--articles 1000000] [--days 365]

Making the stream is not measured; the whole clustering step is. One new day is clustered with its horizon of context and compared with
clustering 100 days at once.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthetic_stream import Stream, make_stream

from clustering.clusters.engine import cluster_features
from clustering.clusters.features import ArticleFeatures
from clustering.config import ClusterConfig
from clustering.evaluation.metrics import encode_labels, measure_clusters


def read_peak_gib() -> float:
    """Peak resident memory of this process so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def cut_features(features: ArticleFeatures, start: int, stop: int) -> ArticleFeatures:
    """Give a range of rows."""
    rows = slice(start, stop)
    return ArticleFeatures(
        features.meaning[rows], {kind: terms[rows] for kind, terms in features.terms.items()}, features.hours[rows],
        features.languages[rows], features.outlets[rows],
    )  # fmt: skip


def run(name: str, features: ArticleFeatures, config: ClusterConfig) -> tuple[float, float]:
    """Cluster, print a row, give wall and processor seconds."""
    stages: list[str] = []
    wall, cpu = time.perf_counter(), time.process_time()
    marks = [time.perf_counter()]

    def note(stage: str, _done: int, _total: int) -> None:
        marks.append(time.perf_counter())
        stages.append(f"{stage} {marks[-1] - marks[-2]:.1f}")

    found = cluster_features(features, config, progress=note)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    n = len(features)
    print(
        f"{name:24s} {n:9d} articles {wall:8.1f} s wall {cpu:8.1f} s cpu {1e6 * cpu / n:7.1f} us/article "
        f"{int(found.labels.max()) + 1:8d} clusters, peak {read_peak_gib():.2f} GiB ({', '.join(stages)})",
        flush=True,
    )
    return wall, cpu


def check(stream: Stream, config: ClusterConfig) -> None:
    """Say how far the synthetic stories are found, so that speed is not bought with nonsense."""
    found = cluster_features(stream.features, config)
    metrics = measure_clusters(encode_labels(stream.stories.tolist()), encode_labels(found.labels.tolist()))
    print(f"sanity on {len(stream.stories)}: BCubed F1 {metrics.bcubed_f1:.3f}", flush=True)


def main() -> None:
    """Print one row per size, then the new day's share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=365.0)
    options = parser.parse_args()
    config = ClusterConfig()
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    rate = options.articles / options.days
    check(make_stream(5_000, 5_000 / rate), config)
    stream = make_stream(int(rate * 101), 101.0, seed=1)
    features = stream.features
    # stories begin on 101 days; what is told of them later thins out and is no day of news
    old, context, new = np.searchsorted(features.hours, [100 * 24.0, 100 * 24.0 - config.horizon_hours, 101 * 24.0])
    _, whole = run("100 days", cut_features(features, 0, int(old)), config)
    _, day = run("one new day + horizon", cut_features(features, int(context), int(new)), config)
    print(f"one new day costs {day / whole:.1%} of 100 days")
    del stream, features
    sizes = sorted({min(100_000, options.articles), options.articles})
    costs = {}
    for size in sizes:
        stream = make_stream(size, size / rate, seed=2)
        print(f"stream of {size} made, peak {read_peak_gib():.2f} GiB", flush=True)
        costs[size] = run("stream", stream.features, config)[1] / size
        del stream
    if len(sizes) > 1:
        print(f"cost per article at {sizes[1]} is {costs[sizes[1]] / costs[sizes[0]]:.2f} times that at {sizes[0]}")


if __name__ == "__main__":
    main()
