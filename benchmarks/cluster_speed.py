"""Time of the clustering step beside hdbscan and fast_hdbscan, on the same synthetic vectors, in one run.

    python benchmarks/cluster_speed.py [--sizes 200 10000 100000] [--hdbscan-limit 10000]

The whole step is measured (candidates by meaning, words and names, probability, density, merging); text features and vectors are made
before. fast_hdbscan compiles at its first call; that time is reported apart. hdbscan is quadratic and only runs up to the limit.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent))

from synthetic_stream import make_stream

from clustering.clusters.engine import cluster_features
from clustering.clusters.neighbours import find_neighbours
from clustering.config import ClusterConfig


def measure(name: str, size: int, run: Callable[[], object]) -> float:
    """Time one call and print a row."""
    begin_wall, begin_cpu = time.perf_counter(), time.process_time()
    run()
    wall, cpu = time.perf_counter() - begin_wall, time.process_time() - begin_cpu
    print(f"{name:34s} {size:8d} {wall:9.2f} s wall {cpu:9.2f} s cpu", flush=True)
    return wall


def measure_product_speed() -> float:
    """GFLOP/s of one float32 matrix product of the shape the neighbour step uses, all cores."""
    rows = np.random.default_rng(0).standard_normal((22_000, 256), dtype=np.float32)
    out = np.empty((22_000, 1_024), np.float32)
    np.matmul(rows, rows[:1_024].T, out=out)
    begin = time.perf_counter()
    for _ in range(10):
        np.matmul(rows, rows[:1_024].T, out=out)
    return 10 * 2 * out.size * 256 / (time.perf_counter() - begin) / 1e9


def main() -> None:
    """Print one row per system and size, then the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 10_000, 100_000])
    parser.add_argument("--hdbscan-limit", type=int, default=10_000)
    options = parser.parse_args()
    config = ClusterConfig()
    times: dict[tuple[str, int], float] = {}
    print(f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    try:
        import fast_hdbscan

        warm = make_stream(500, 1).vectors
        times["compile", 0] = measure(
            "fast_hdbscan first call (compiles)",
            500,
            lambda: fast_hdbscan.HDBSCAN(min_cluster_size=2, min_samples=1).fit(warm),
        )
    except ImportError as error:
        fast_hdbscan = None
        print(f"fast_hdbscan cannot be used: {error}")
    for size in options.sizes:
        days = max(1.0, size / 2_740)
        stream = make_stream(size, days)
        times["ours", size] = measure(
            "samestory, whole step", size, lambda s=stream: cluster_features(s.features, config)
        )
        search = measure(
            "  of which neighbours", size,
            lambda s=stream: find_neighbours(
                s.features.meaning, s.features.hours, k=config.n_neighbours, horizon_hours=config.horizon_hours,
                languages=s.features.languages, k_cross=config.n_cross_neighbours,
            ),
        )  # fmt: skip
        hours = stream.features.hours
        width = np.searchsorted(hours, hours + config.horizon_hours) - np.searchsorted(
            hours, hours - config.horizon_hours
        )
        speed, peak = float(width.sum()) * 2 * 256 / search / 1e9, measure_product_speed()
        print(f"  neighbours reach {speed:.0f} GFLOP/s of {peak:.0f} by the plain product: {speed / peak:.0%}")
        if fast_hdbscan is not None:
            times["fast", size] = measure(
                "fast_hdbscan",
                size,
                lambda s=stream: fast_hdbscan.HDBSCAN(min_cluster_size=2, min_samples=1).fit(s.vectors),
            )
            print(f"  samestory / fast_hdbscan = {times['ours', size] / times['fast', size]:.2f}")
        if size <= options.hdbscan_limit:
            import hdbscan

            times["hdbscan", size] = measure(
                "hdbscan", size, lambda s=stream: hdbscan.HDBSCAN(min_cluster_size=2, min_samples=1).fit(s.vectors)
            )
            print(f"  hdbscan / samestory = {times['hdbscan', size] / times['ours', size]:.1f}")


if __name__ == "__main__":
    main()
