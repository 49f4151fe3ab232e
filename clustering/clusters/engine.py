"""Articles to clusters: candidates, probability, density, merging, parting.

Takes the columns of a batch of articles (``ClusterInput``), gives one label per article (``Clustering``). Nothing is read from or written to
anywhere. The input is sorted by (time, id) first, so any order of the same articles gives the same clusters.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.candidates import search_candidates
from clustering.clusters.chains import lift_odds, part_chains
from clustering.clusters.density import build_graph, find_density_clusters
from clustering.clusters.features import ArticleFeatures, build_features
from clustering.clusters.groups import GroupTable
from clustering.clusters.judging import JudgedCandidates, judge_candidates
from clustering.clusters.merging import merge_groups
from clustering.clusters.model import StoryModel, judge_groups, load_model
from clustering.clusters.outcome import Clustering, EdgeTable, JoiningEdge, summarise_groups
from clustering.config import ClusterConfig
from clustering.errors import CorrectionError, InputError

__all__ = [
    "ClusterInput",
    "Clustering",
    "JoiningEdge",
    "PreparedBatch",
    "cluster_articles",
    "cluster_features",
    "cluster_judged",
    "cluster_prepared",
    "encode_names",
    "find_originals",
    "give_back",
    "prepare_articles",
    "sort_articles",
]

Progress = Callable[[str, int, int], None]

_COPY_GAP_HOURS = 72.0
_MAX_PROBABILITY = 1 - 1e-6
"""No pair is certain, so no distance is zero and no density infinite."""


@dataclass(frozen=True, slots=True)
class ClusterInput:
    """Columns of equal length, in any order.

    ``published_hours``: hours since the epoch, UTC, nan unknown. ``vectors`` (n, dim) float32 unit rows of one fingerprint.
    ``duplicate_groups``: equal values are near-duplicates of one text. ``must_link``, ``cannot_link``: human corrections, pairs of ids.
    """

    ids: Sequence[str]
    titles: Sequence[str]
    leads: Sequence[str]
    languages: Sequence[str | None]
    published_hours: NDArray[np.float64]
    outlets: Sequence[str | None]
    vectors: NDArray[np.float32]
    duplicate_groups: NDArray[np.int64]
    must_link: Sequence[tuple[str, str]] = ()
    cannot_link: Sequence[tuple[str, str]] = ()


def sort_articles(ids: Sequence[str], published_hours: NDArray[np.float64]) -> NDArray[np.int64]:
    """Give the order by (time, id), undated last."""
    rank = np.empty(len(ids), dtype=np.int64)
    rank[sorted(range(len(ids)), key=lambda i: ids[i])] = np.arange(len(ids))
    return np.lexsort((rank, published_hours)).astype(np.int64)


@dataclass(frozen=True, slots=True)
class PreparedBatch:
    """A batch read into features: one row per original text, in (time, id) order.

    ``order`` (n,): input row of each sorted article; ``kept``: sorted article of each feature row; ``rank`` (n,): feature row of each sorted
    article; ``n_copies``: articles behind each feature row; ``must_link``, ``cannot_link``: pairs of feature rows.
    """

    features: ArticleFeatures
    order: NDArray[np.int64]
    kept: NDArray[np.int64]
    rank: NDArray[np.int64]
    n_copies: NDArray[np.int64]
    must_link: list[tuple[int, int]]
    cannot_link: list[tuple[int, int]]


def cluster_articles(inputs: ClusterInput, config: ClusterConfig, *, progress: Progress | None = None) -> Clustering:
    """Cluster a batch of articles.

    ``progress(stage, done, total)``. Errors: ``InputError`` for columns of unequal length or a repeated id; ``CorrectionError`` for
    corrections that name an unknown id or contradict one another.
    """
    return cluster_prepared(prepare_articles(inputs, progress=progress), config, progress=progress)


def prepare_articles(inputs: ClusterInput, *, progress: Progress | None = None) -> PreparedBatch:
    """Check, sort, collapse copies and read the texts; the part of the work that no setting changes."""
    from clustering.names import surface_features_batch

    n = len(inputs.ids)
    _check_columns(inputs)
    order = sort_articles(inputs.ids, inputs.published_hours)
    place = {inputs.ids[int(i)]: k for k, i in enumerate(order)}
    must, cannot = _find_corrections(inputs, place)
    report = progress or (lambda _stage, _done, _total: None)
    hours = np.asarray(inputs.published_hours, dtype=np.float64)[order]
    original = find_originals(np.asarray(inputs.duplicate_groups, dtype=np.int64)[order], hours)
    for a, b in cannot:
        if original[a] == original[b]:
            original[max(a, b)] = max(a, b)
    kept = np.flatnonzero(original == np.arange(n))
    rows = order[kept]
    surface = surface_features_batch(
        [inputs.titles[i] for i in rows], [inputs.leads[i] for i in rows], [inputs.languages[i] for i in rows],
        progress=lambda done, total: report("features", done, total),
    )  # fmt: skip
    features = build_features(
        np.asarray(inputs.vectors, dtype=np.float32)[rows] if n else np.empty((0, 1), np.float32),
        surface, hours[kept], encode_names([inputs.languages[i] for i in rows]), encode_names([inputs.outlets[i] for i in rows]),
    )  # fmt: skip
    rank = np.searchsorted(kept, original)
    return PreparedBatch(
        features, order, kept, rank, np.bincount(rank, minlength=len(kept)),
        [(int(rank[a]), int(rank[b])) for a, b in must], [(int(rank[a]), int(rank[b])) for a, b in cannot],
    )  # fmt: skip


def cluster_prepared(
    batch: PreparedBatch, config: ClusterConfig, *, model: StoryModel | None = None, progress: Progress | None = None
) -> Clustering:
    """Cluster a prepared batch; rows of the result are in the order of the input."""
    found = cluster_features(
        batch.features, config, model=model, n_copies=batch.n_copies, must_link=batch.must_link,
        cannot_link=batch.cannot_link, progress=progress,
    )  # fmt: skip
    return give_back(found, batch)


def cluster_features(
    features: ArticleFeatures,
    config: ClusterConfig,
    *,
    model: StoryModel | None = None,
    n_copies: NDArray[np.int64] | None = None,
    must_link: Sequence[tuple[int, int]] = (),
    cannot_link: Sequence[tuple[int, int]] = (),
    progress: Progress | None = None,
) -> Clustering:
    """Cluster articles whose features are ready and in (time, id) order; the engine without text.

    ``n_copies`` (n,): how many articles each row stands for; a text printed twice is a cluster even if nobody else tells it.
    """
    model = model or load_model()
    n = len(features)
    if n == 0:
        return Clustering(np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0, np.int64), EdgeTable.empty())
    report = progress or (lambda _stage, _done, _total: None)
    first, second = search_candidates(features, config)
    report("candidates", n, n)
    judged = judge_candidates(features, first, second, model, min_probability=config.min_probability)
    del first, second  # ten times the pairs that are kept
    report("pairs", n, n)
    return cluster_judged(
        judged, config, model=model, n_copies=n_copies, must_link=must_link, cannot_link=cannot_link, progress=progress
    )


def cluster_judged(
    judged: JudgedCandidates,
    config: ClusterConfig,
    *,
    model: StoryModel,
    n_copies: NDArray[np.int64] | None = None,
    must_link: Sequence[tuple[int, int]] = (),
    cannot_link: Sequence[tuple[int, int]] = (),
    progress: Progress | None = None,
) -> Clustering:
    """Cluster articles whose pairs are judged: density, merging, parting."""
    report = progress or (lambda _stage, _done, _total: None)
    features, first, second = judged.features, judged.first, judged.second
    n = len(features)
    series = (first[judged.is_series], second[judged.is_series])
    probability = np.minimum(1 / (1 + np.exp(-judged.log_odds)), _MAX_PROBABILITY)
    distances = np.where(judged.is_series, np.inf, -np.log(probability))
    density = find_density_clusters(
        build_graph(n, first, second, distances), min_cluster_size=2, min_samples=config.min_samples,
        method=config.cluster_selection_method, epsilon=-np.log(config.core_probability), background=-np.log(config.min_probability),
    )  # fmt: skip
    report("density", n, n)
    table = GroupTable.of_articles(features)
    forbidden = (np.array([a for a, _ in cannot_link], np.int64), np.array([b for _, b in cannot_link], np.int64))
    must = (np.array([a for a, _ in must_link], np.int64), np.array([b for _, b in must_link], np.int64))
    _join_linked(table, must)
    suspect = (np.concatenate([forbidden[0], series[0]]), np.concatenate([forbidden[1], series[1]]))
    _join_cores(table, density.labels, density.probabilities, suspect)
    threshold = np.log(config.merge_probability / (1 - config.merge_probability))
    merge_groups(
        table, first, second, lambda t, a, b: judge_groups(t, model, a, b) - threshold, forbidden=forbidden, series=series
    )  # fmt: skip
    is_cross = features.languages[first] != features.languages[second]
    reported = model.give_probability(judged.log_odds, is_cross)
    holds = lift_odds(judged.log_odds, is_cross) >= 0
    parted = part_chains(features, table.root, model, (first[holds], second[holds]), must)
    if (parted != table.root).any():
        table = GroupTable.of_articles(features)
        _join_sets(table, parted)
    report("merging", n, n)
    copies = np.ones(n, np.int64) if n_copies is None else n_copies
    return summarise_groups(table, model, config.min_cluster_size, copies, (first, second, reported))


def _join_linked(table: GroupTable, pairs: tuple[NDArray[np.int64], NDArray[np.int64]]) -> None:
    """Join the connected sets of must-linked rows."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if not len(pairs[0]):
        return
    n = len(table.root)
    _, component = connected_components(coo_matrix((np.ones(len(pairs[0])), pairs), shape=(n, n)), directed=False)
    _join_sets(table, component.astype(np.int64))


def _join_cores(
    table: GroupTable,
    labels: NDArray[np.int64],
    strength: NDArray[np.float64],
    forbidden: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> None:
    """Join the members of density cores, on top of must-links; a core that holds a forbidden pair is left to the merging."""
    n = len(table.root)
    is_core = (labels >= 0) & (strength > 0)
    sets = np.where(is_core, labels, labels.max(initial=-1) + 1 + np.arange(n))
    broken = sets[forbidden[0]][(sets[forbidden[0]] == sets[forbidden[1]]) | (table.root[forbidden[0]] != forbidden[0])]
    linked = np.flatnonzero(np.bincount(table.root, minlength=n) > 1)
    broken = np.concatenate([broken, sets[np.isin(table.root, linked)]]) if len(forbidden[0]) else broken
    hurt = np.isin(sets, broken)
    sets[hurt] = sets.max(initial=0) + 1 + table.root[hurt]
    _join_sets(table, sets)


def _join_sets(table: GroupTable, sets: NDArray[np.int64]) -> None:
    """Join all roots whose rows carry one set number; sets that share a root become one."""
    roots = np.flatnonzero(table.root == np.arange(len(table.root)))
    numbers, first, inverse = np.unique(sets[roots], return_index=True, return_inverse=True)
    parents = roots[first][inverse.reshape(-1)]
    del numbers
    is_child = parents != roots
    table.join(roots[is_child], parents[is_child])


def find_originals(groups: NDArray[np.int64], hours: NDArray[np.float64]) -> NDArray[np.int64]:
    """For articles in (time, id) order, the row of the earliest near-duplicate each one copies (its own row if none), shape (n,).

    A near-duplicate printed more than ``_COPY_GAP_HOURS`` after the copy before it is a new text: monthly figures and daily counts
    repeat their words.
    """
    original = np.arange(len(groups))
    order = np.lexsort((np.arange(len(groups)), groups))
    same = groups[order][1:] == groups[order][:-1]
    with np.errstate(invalid="ignore"):
        is_near = ~(np.abs(np.diff(hours[order])) > _COPY_GAP_HOURS)
    starts = np.concatenate([[True], ~(same & is_near)]) if len(order) else np.empty(0, bool)
    original[order] = order[np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))] if len(order) else order
    return original


def give_back(found: Clustering, batch: PreparedBatch) -> Clustering:
    """Give copies the label of their original and rows the order of the input."""
    rank, kept, order = batch.rank, batch.kept, batch.order
    n = len(order)
    labels, probabilities = np.empty(n, np.int64), np.empty(n)
    labels[order], probabilities[order] = found.labels[rank], found.probabilities[rank]
    source = order[kept]
    original = kept[rank]
    copies = np.flatnonzero((original != np.arange(n)) & (found.labels[rank] >= 0)) if n else np.empty(0, np.int64)
    probabilities[order[copies]] = 1.0
    probabilities[source[rank[copies]]] = 1.0
    edges = found.edges.rename(source).with_copies(order[copies], source[rank[copies]])
    pairs = (source[found.pairs[0]], source[found.pairs[1]], found.pairs[2])
    return Clustering(labels, probabilities, found.persistence, source[found.medoids], edges, pairs)


def encode_names(values: Sequence[str | None]) -> NDArray[np.int64]:
    """Number strings in sorted order; -1 for None."""
    known = {value: i for i, value in enumerate(sorted({value for value in values if value is not None}))}
    return np.array([-1 if value is None else known[value] for value in values], dtype=np.int64)


def _check_columns(inputs: ClusterInput) -> None:
    n = len(inputs.ids)
    columns: dict[str, Sized] = {
        "titles": inputs.titles, "leads": inputs.leads, "languages": inputs.languages, "published_hours": inputs.published_hours,
        "outlets": inputs.outlets, "vectors": inputs.vectors, "duplicate_groups": inputs.duplicate_groups,
    }  # fmt: skip
    for name, column in columns.items():
        if len(column) != n:
            raise InputError(f"{name} has {len(column)} rows for {n} articles")
    if len(set(inputs.ids)) != n:
        seen: set[str] = set()
        repeated = next(i for i in inputs.ids if i in seen or seen.add(i))  # type: ignore[func-returns-value]
        raise InputError(f"article id {repeated!r} appears twice in one batch")


def _find_corrections(
    inputs: ClusterInput, place: dict[str, int]
) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
    """Corrections by row; the connected sets of must-links must not contain a cannot-link."""
    for pair in [*inputs.must_link, *inputs.cannot_link]:
        for article_id in pair:
            if article_id not in place:
                raise CorrectionError(f"correction names unknown article {article_id!r}")
    leader = {i: i for i in place}

    def lead(i: str) -> str:
        while leader[i] != i:
            i = leader[i]
        return i

    for a, b in inputs.must_link:
        leader[lead(a)] = lead(b)
    for a, b in inputs.cannot_link:
        if lead(a) == lead(b):
            raise CorrectionError(f"{a!r} and {b!r} are forced together and forbidden together")
    return [(place[a], place[b]) for a, b in inputs.must_link], [(place[a], place[b]) for a, b in inputs.cannot_link]
