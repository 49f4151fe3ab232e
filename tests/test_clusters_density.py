"""Density on a sparse graph: hdbscan's own answers when all distances are known, and sense when they are not."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustering.clusters.density import (
    DistanceGraph,
    build_graph,
    find_density_clusters,
    measure_core_distances,
    span_forest,
)


def _complete(distances: NDArray[np.float64]) -> DistanceGraph:
    first, second = np.triu_indices(len(distances), 1)
    return build_graph(len(distances), first, second, distances[first, second])


def _draw(seed: int, n: int, decimals: int) -> NDArray[np.float64]:
    points = np.random.default_rng(seed).normal(size=(n, 2))
    distances = np.round(np.linalg.norm(points[:, None] - points[None], axis=2), decimals)
    np.fill_diagonal(distances, 0)
    return distances


@settings(max_examples=120, deadline=None)
@given(
    seed=st.integers(0, 10_000), n=st.integers(2, 70), decimals=st.integers(1, 9), min_samples=st.integers(1, 6),
    min_cluster_size=st.integers(2, 5), method=st.sampled_from(["eom", "leaf"]), epsilon=st.sampled_from([0.0, 0.2]),
)  # fmt: skip
def test_all_neighbours_known_equals_hdbscan(
    seed: int, n: int, decimals: int, min_samples: int, min_cluster_size: int, method: str, epsilon: float
) -> None:
    """Coarse rounding makes ties and zero distances common; the answer must be the same even then."""
    import hdbscan

    distances = _draw(seed, n, decimals)
    ours = find_density_clusters(
        _complete(distances), min_cluster_size=min_cluster_size, min_samples=min_samples, method=method, epsilon=epsilon  # type: ignore[arg-type]
    )  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = hdbscan.HDBSCAN(
            metric="precomputed", min_cluster_size=min_cluster_size, min_samples=min_samples,
            cluster_selection_method=method, cluster_selection_epsilon=epsilon,
        ).fit(distances.copy())  # fmt: skip
    np.testing.assert_array_equal(ours.labels, theirs.labels_)
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities_)
    np.testing.assert_allclose(ours.persistence, theirs.cluster_persistence_)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(3, 60), min_samples=st.integers(1, 4))
def test_sparse_forest_has_the_weight_of_the_dense_tree(seed: int, n: int, min_samples: int) -> None:
    from scipy.sparse.csgraph import minimum_spanning_tree

    distances = _draw(seed, n, 9)
    graph = _complete(distances)
    core = measure_core_distances(graph, min_samples)
    forest = span_forest(graph, core)
    reach = np.maximum(distances, np.maximum(core[:, None], core[None, :]))
    np.fill_diagonal(reach, 0)
    assert len(forest) == n - 1
    assert forest[:, 2].sum() == pytest.approx(minimum_spanning_tree(reach).sum())
    assert (np.diff(forest[:, 2]) >= 0).all()


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 50), share=st.floats(0.0, 0.5))
def test_any_order_of_edges_gives_the_same_labels(seed: int, n: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(n, 1)
    known = rng.random(len(first)) < share
    first, second = first[known], second[known]
    distances = np.round(rng.random(len(first)), 2)
    shuffle = rng.permutation(len(first))
    swap = rng.random(len(first)) < 0.5
    left, right = np.where(swap, second, first)[shuffle], np.where(swap, first, second)[shuffle]
    one = find_density_clusters(build_graph(n, first, second, distances), background=2.0)
    two = find_density_clusters(build_graph(n, left, right, distances[shuffle]), background=2.0)
    np.testing.assert_array_equal(one.labels, two.labels)
    np.testing.assert_array_equal(one.probabilities, two.probabilities)


def test_components_isolated_points_and_too_few_neighbours() -> None:
    graph = build_graph(8, np.array([0, 1, 3, 4, 6]), np.array([1, 2, 4, 5, 7]), np.array([0.1, 0.1, 0.2, 0.2, 0.0]))
    found = find_density_clusters(graph, background=1.0)
    assert found.labels[0] == found.labels[1] == found.labels[2] >= 0
    assert found.labels[3] == found.labels[4] == found.labels[5] >= 0
    assert found.labels[6] == found.labels[7] >= 0
    assert len(set(found.labels.tolist())) == 3
    lonely = find_density_clusters(graph, min_samples=5, background=1.0)
    assert (lonely.labels == -1).all()


@pytest.mark.parametrize("n", [0, 1, 2])
def test_tiny_inputs(n: int) -> None:
    found = find_density_clusters(build_graph(n, np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)))
    assert found.labels.tolist() == [-1] * n


def test_one_component_may_be_one_cluster_on_a_finite_background() -> None:
    graph = build_graph(3, np.array([0, 1]), np.array([1, 2]), np.array([0.1, 0.1]))
    assert find_density_clusters(graph, background=3.0).labels.tolist() == [0, 0, 0]


def test_repeated_edges_keep_the_smallest_distance() -> None:
    graph = build_graph(2, np.array([0, 1, 0]), np.array([1, 0, 1]), np.array([0.5, 0.2, np.inf]))
    assert graph.distances.tolist() == [0.2]
