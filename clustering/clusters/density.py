"""HDBSCAN over a sparse graph of known distances.

Takes the edges of a symmetric graph (a missing edge means "further than anything known"), gives hdbscan's labels, probabilities
and persistence. Mutual reachability, minimum spanning forest, condensed tree and flat selection follow Campello, Moulavi and Sander
(2013) and McInnes and Healy (2017) as the hdbscan package defines them; the trees are condensed and cut by that package itself.

Several components, isolated points, fewer neighbours than ``min_samples``, zero distances, and zero or one article are all fine.
Ties are broken by a total order (distance, lower index, higher index), so the forest is unique.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Density", "DistanceGraph", "build_graph", "find_density_clusters", "measure_core_distances", "span_forest"]


@dataclass(frozen=True, slots=True)
class DistanceGraph:
    """Undirected edges, each once with ``first < second``, sorted by (first, second). ``distances`` >= 0, shape (n_edges,)."""

    n_points: int
    first: NDArray[np.int64]
    second: NDArray[np.int64]
    distances: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Density:
    """``labels`` (n,) with noise -1, ``probabilities`` (n,), ``persistence`` (n_clusters,), hdbscan's meanings and numbering."""

    labels: NDArray[np.int64]
    probabilities: NDArray[np.float64]
    persistence: NDArray[np.float64]


def build_graph(
    n_points: int, first: NDArray[np.int64], second: NDArray[np.int64], distances: NDArray[np.float64]
) -> DistanceGraph:
    """Order edges, drop loops, and keep the smallest distance of a repeated edge. Infinite distances are missing edges."""
    low, high = np.minimum(first, second), np.maximum(first, second)
    keep = (low != high) & np.isfinite(distances)
    low, high, kept = low[keep], high[keep], np.asarray(distances, dtype=np.float64)[keep]
    keys = low * n_points + high
    if (keys[1:] > keys[:-1]).all():
        return DistanceGraph(n_points, low, high, kept)
    order = np.lexsort((kept, keys))
    low, high, kept, keys = low[order], high[order], kept[order], keys[order]
    is_new = np.ones(len(low), dtype=bool)
    is_new[1:] = keys[1:] != keys[:-1]
    return DistanceGraph(n_points, low[is_new], high[is_new], kept[is_new])


def measure_core_distances(graph: DistanceGraph, min_samples: int) -> NDArray[np.float64]:
    """Distance to the ``min_samples``-th nearest other point, shape (n_points,); infinite with fewer known neighbours.

    As hdbscan: at most n - 1 neighbours are asked for, so a complete graph has no infinite core distance.
    """
    rank = min(min_samples, max(graph.n_points - 1, 1))
    core = np.full(graph.n_points, np.inf)
    if rank == 1:
        np.minimum.at(core, graph.first, graph.distances)
        np.minimum.at(core, graph.second, graph.distances)
        return core
    points = np.concatenate([graph.first, graph.second])
    distances = np.concatenate([graph.distances, graph.distances])
    order = np.lexsort((distances, points))
    degree = np.bincount(points, minlength=graph.n_points)
    start = np.concatenate([[0], np.cumsum(degree)])[:-1]
    has_enough = degree >= rank
    core[has_enough] = distances[order][start[has_enough] + rank - 1]
    return core


def span_forest(graph: DistanceGraph, core: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exact minimum spanning forest of the mutual reachability graph.

    Gives rows (point, point, mutual reachability) ascending by (reachability, lower index, higher index), shape (n_points - n_components, 3).
    Edges of infinite reachability (a point without enough neighbours) are not spanned.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import minimum_spanning_tree

    reach = np.maximum(graph.distances, np.maximum(core[graph.first], core[graph.second]))
    known = np.flatnonzero(np.isfinite(reach))
    if not len(known):
        return np.empty((0, 3))
    first, second, reach = graph.first[known], graph.second[known], reach[known]
    # ranks instead of distances: scipy drops zero weights and breaks ties as its sort happens to
    order = np.argsort(reach, kind="stable")  # edges come by (first, second)
    rank = np.empty(len(order))
    rank[order] = np.arange(1, len(order) + 1)
    shape = (graph.n_points, graph.n_points)
    tree = minimum_spanning_tree(coo_matrix((rank, (first, second)), shape=shape).tocsr())
    chosen = order[np.sort(tree.data).astype(np.int64) - 1]
    return np.column_stack([first[chosen], second[chosen], reach[chosen]]).astype(np.float64)


def find_density_clusters(
    graph: DistanceGraph,
    *,
    min_cluster_size: int = 2,
    min_samples: int = 1,
    method: Literal["eom", "leaf"] = "eom",
    epsilon: float = 0.0,
    background: float = np.inf,
) -> Density:
    """Find hdbscan's flat clusters.

    ``background`` is the distance at which everything is held to be connected: ``inf`` as in hdbscan, or the distance beyond which edges
    were not kept. With a finite background a graph of one component may be one cluster, since the background is its parent.
    ``epsilon`` is hdbscan's ``cluster_selection_epsilon``.
    """
    n = graph.n_points
    labels = np.full(n, -1, dtype=np.int64)
    probabilities = np.zeros(n)
    if n < 2 or len(graph.first) == 0:
        return Density(labels, probabilities, np.empty(0))
    is_complete = len(graph.first) == n * (n - 1) // 2
    core = measure_core_distances(graph, min_samples)
    if is_complete and np.isinf(background):
        forest = _span_complete(graph, core)
    else:
        forest = span_forest(graph, core)
    if not len(forest):
        return Density(labels, probabilities, np.empty(0))
    touched = np.unique(forest[:, :2].astype(np.int64))
    tree = _join_components(forest, touched, background, n_outside=n - len(touched), min_cluster_size=min_cluster_size)
    found, strength, persistence = _cut_tree(tree, min_cluster_size, method, epsilon)
    real = found[: len(touched)]
    numbers = np.unique(real[real >= 0])
    labels[touched] = np.where(real >= 0, np.searchsorted(numbers, real), -1)
    probabilities[touched] = strength[: len(touched)]
    return Density(labels, probabilities, persistence[numbers])


def _span_complete(graph: DistanceGraph, core: NDArray[np.float64]) -> NDArray[np.float64]:
    """All distances are known: hdbscan's own dense tree, so that even its choices among ties are the same."""
    from hdbscan._hdbscan_linkage import mst_linkage_core

    n = graph.n_points
    reach = np.zeros((n, n))
    values = np.maximum(graph.distances, np.maximum(core[graph.first], core[graph.second]))
    reach[graph.first, graph.second] = values
    reach[graph.second, graph.first] = values
    tree = mst_linkage_core(reach)
    return np.asarray(tree[np.argsort(tree.T[2]), :])


def _join_components(
    forest: NDArray[np.float64], touched: NDArray[np.int64], background: float, *, n_outside: int, min_cluster_size: int
) -> NDArray[np.float64]:
    """Give one spanning tree over the touched points, components chained through a virtual point at the background distance.

    A single component gets a virtual sibling as large as a cluster, so that hdbscan does not take the component for the root, which is never
    a cluster. Virtual points come after the touched ones.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    n = len(touched)
    rows = forest.copy()
    rows[:, 0] = np.searchsorted(touched, forest[:, 0])
    rows[:, 1] = np.searchsorted(touched, forest[:, 1])
    edges = rows[:, :2].astype(np.int64)
    if len(forest) == n - 1 and np.isinf(background) and n_outside == 0:
        return rows
    n_components, component = connected_components(
        coo_matrix((np.ones(len(edges)), (edges[:, 0], edges[:, 1])), shape=(n, n)), directed=False
    )
    _, representative = np.unique(component, return_index=True)
    n_virtual = min_cluster_size if n_components == 1 else 1
    virtual = np.arange(n, n + n_virtual)
    sibling = np.column_stack([virtual[:-1], virtual[1:]])
    joints = np.concatenate([sibling, np.column_stack([representative, np.full(n_components, n)])])
    return np.concatenate([rows, np.column_stack([joints, np.full(len(joints), background)])]).astype(np.float64)


def _cut_tree(
    tree: NDArray[np.float64], min_cluster_size: int, method: str, epsilon: float
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Condense and cut one spanning tree sorted by distance with hdbscan's functions."""
    from hdbscan._hdbscan_linkage import label
    from hdbscan._hdbscan_tree import compute_stability, condense_tree, get_clusters

    linkage = label(np.ascontiguousarray(tree))
    condensed = condense_tree(linkage, min_cluster_size)
    stability = compute_stability(condensed)
    labels, probabilities, persistence = get_clusters(condensed, stability, method, False, False, epsilon, 0)
    return np.asarray(labels, dtype=np.int64), np.asarray(probabilities), np.asarray(persistence)
