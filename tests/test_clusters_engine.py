"""The whole engine on small hand-made batches: order, corrections, copies, odd inputs, and what it tells about itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustering.clusters.engine import Clustering, ClusterInput, cluster_articles, find_originals, prepare_articles
from clustering.clusters.groups import GroupTable
from clustering.clusters.merging import merge_groups
from clustering.config import ClusterConfig
from clustering.errors import CorrectionError, InputError

_STORIES = [
    (
        "Quake of magnitude 6.8 hits Tingri county",
        "A strong earthquake struck Tingri in Tibet, 126 people died, rescuers said.",
    ),
    (
        "Keys beats Sabalenka in Melbourne final",
        "Madison Keys won the Australian Open against Aryna Sabalenka in three sets.",
    ),
    (
        "Port workers in Halvik end their strike",
        "Dockers at the Halvik container port accepted a new wage offer on Friday.",
    ),
    (
        "Central bank of Norland cuts rates",
        "The Norland central bank lowered its key rate to 3.25 percent, Governor Ilse Brandt said.",
    ),
]


def _make_batch(n_per_story: int = 3, seed: int = 0, noise: float = 0.3) -> ClusterInput:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(_STORIES), 64))
    ids, titles, leads, hours, vectors = [], [], [], [], []
    for k, (title, lead) in enumerate(_STORIES):
        for copy in range(n_per_story):
            ids.append(f"a{k}{copy}")
            titles.append(f"{title} {['', '- update', 'today', 'now'][copy % 4]}")
            leads.append(f"{lead} {['Officials spoke.', 'More soon.', 'Photos inside.', 'See map.'][copy % 4]}")
            hours.append(480_000.0 + 5 * k + 2 * copy)
            row = centres[k] + noise * rng.normal(size=64)
            vectors.append(row / np.linalg.norm(row))
    n = len(ids)
    return ClusterInput(
        ids, titles, leads, ["en"] * n, np.array(hours), [f"outlet{i % 5}.example" for i in range(n)],
        np.array(vectors, dtype=np.float32), np.arange(n),
    )  # fmt: skip


def _reorder(batch: ClusterInput, order: list[int]) -> ClusterInput:
    return replace(
        batch,
        ids=[batch.ids[i] for i in order], titles=[batch.titles[i] for i in order], leads=[batch.leads[i] for i in order],
        languages=[batch.languages[i] for i in order], outlets=[batch.outlets[i] for i in order],
        published_hours=batch.published_hours[order], vectors=batch.vectors[order], duplicate_groups=batch.duplicate_groups[order],
    )  # fmt: skip


def _by_id(batch: ClusterInput, found: Clustering) -> dict[str, int]:
    return dict(zip(batch.ids, found.labels.tolist(), strict=True))


def test_four_stories_are_found() -> None:
    batch = _make_batch()
    labels = _by_id(batch, cluster_articles(batch, ClusterConfig()))
    for k in range(4):
        assert len({labels[f"a{k}{c}"] for c in range(3)}) == 1
    assert len(set(labels.values())) == 4
    assert labels["a00"] == 0, "numbering follows time"


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(list(range(12))), seed=st.integers(0, 5))
def test_any_order_gives_the_same_result(order: list[int], seed: int) -> None:
    batch = _make_batch(seed=seed, noise=0.9)
    batch.published_hours[3] = np.nan
    one, two = cluster_articles(batch, ClusterConfig()), cluster_articles(_reorder(batch, order), ClusterConfig())
    np.testing.assert_array_equal(two.labels, one.labels[order])
    np.testing.assert_allclose(two.probabilities, one.probabilities[order], atol=1e-6)
    assert [order[i] for i in two.medoids] == one.medoids.tolist()
    for row in two.edges:
        assert order[two.edges[row].partner] == one.edges[order[row]].partner


def test_corrections_win_over_evidence() -> None:
    batch = _make_batch()
    apart = replace(batch, cannot_link=[("a00", "a01")])
    labels = _by_id(apart, cluster_articles(apart, ClusterConfig()))
    assert labels["a00"] != labels["a01"]
    joined = replace(batch, must_link=[("a00", "a10")])
    labels = _by_id(joined, cluster_articles(joined, ClusterConfig()))
    assert labels["a00"] == labels["a10"]


def test_bad_corrections_are_refused() -> None:
    batch = _make_batch()
    with pytest.raises(CorrectionError, match="nobody"):
        cluster_articles(replace(batch, must_link=[("a00", "nobody")]), ClusterConfig())
    contradiction = replace(batch, must_link=[("a00", "a01"), ("a01", "a02")], cannot_link=[("a00", "a02")])
    with pytest.raises(CorrectionError, match="forbidden"):
        cluster_articles(contradiction, ClusterConfig())


def test_a_text_printed_twice_is_a_cluster() -> None:
    batch = _make_batch(n_per_story=1)
    copies = np.array([0, 1, 2, 2])
    batch.published_hours[3] = batch.published_hours[2] + 1
    labels = cluster_articles(replace(batch, duplicate_groups=copies), ClusterConfig())
    assert labels.labels[2] == labels.labels[3] >= 0
    edge = labels.edges[3]
    assert (edge.partner, edge.probability, edge.parts) == (2, 1.0, {"copy": 1.0})


def test_copies_do_not_move_the_others() -> None:
    """Sixty reprints of one text leave the partition of all other articles as it was."""
    batch = _make_batch()
    order = list(range(12)) + [0] * 60
    many = _reorder(batch, order)
    many = replace(
        many, ids=[*batch.ids, *(f"r{i}" for i in range(60))], duplicate_groups=np.array([*range(12), *([0] * 60)])
    )
    few = cluster_articles(batch, ClusterConfig()).labels
    lots = cluster_articles(many, ClusterConfig()).labels
    np.testing.assert_array_equal(lots[:12], few)
    assert set(lots[12:].tolist()) == {int(few[0])}


def test_near_duplicates_months_apart_are_new_texts() -> None:
    original = find_originals(np.array([7, 7, 7, 8, 7]), np.array([0.0, 10.0, 500.0, 501.0, 510.0]))
    assert original.tolist() == [0, 0, 2, 3, 2]


@pytest.mark.parametrize("n", [0, 1])
def test_tiny_batches(n: int) -> None:
    batch = _reorder(_make_batch(), list(range(n)))
    found = cluster_articles(batch, ClusterConfig())
    assert found.labels.tolist() == [-1] * n
    assert len(found.medoids) == 0
    assert len(found.edges) == 0


def test_no_dates_no_text_no_language() -> None:
    batch = _make_batch()
    n = len(batch.ids)
    bare = replace(
        batch,
        titles=[""] * n,
        leads=[""] * n,
        languages=[None] * n,
        outlets=[None] * n,
        published_hours=np.full(n, np.nan),
    )
    found = cluster_articles(bare, ClusterConfig())
    assert found.labels.shape == (n,)
    assert np.isfinite(found.probabilities).all()


def test_articles_beyond_the_horizon_do_not_meet() -> None:
    batch = _make_batch(n_per_story=2)
    batch.published_hours[1::2] += 24 * 60
    found = cluster_articles(batch, ClusterConfig())
    for k in range(4):
        assert found.labels[2 * k] == -1 or found.labels[2 * k] != found.labels[2 * k + 1]


def test_the_verdict_is_the_sum_of_its_parts() -> None:
    from clustering.clusters.model import load_model

    found = cluster_articles(_make_batch(), ClusterConfig())
    model = load_model()
    for row in found.edges:
        edge = found.edges[row]
        assert {"meaning", "words", "names", "numbers", "places", "company", "hours"} <= set(edge.parts)
        logit = np.array([sum(edge.parts.values()) + model.scale * model.same["bias"]])
        assert edge.probability == pytest.approx(model.give_probability(logit, np.array([False]))[0], abs=1e-4)


def test_uneven_columns_and_repeated_ids_are_refused() -> None:
    batch = _make_batch()
    with pytest.raises(InputError, match="titles has 1 rows"):
        cluster_articles(replace(batch, titles=["x"]), ClusterConfig())
    with pytest.raises(InputError, match="a00"):
        cluster_articles(replace(batch, ids=["a00", *batch.ids[:-1]]), ClusterConfig())


def _judge_all_alike(table: GroupTable, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.full(len(a), 3.0) + 0.1 * (a == 0)


@settings(max_examples=60, deadline=None)
@given(
    forbidden=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda p: p[0] != p[1]), max_size=12)
)
def test_forbidden_pairs_never_meet_through_a_third_group(forbidden: list[tuple[int, int]]) -> None:
    """Everything looks alike, so one round would take all in at once; forbidden pairs must end apart all the same."""
    table = GroupTable.of_articles(prepare_articles(_make_batch()).features)
    first, second = (index.astype(np.int64) for index in np.triu_indices(12, 1))
    left, right = np.array([a for a, _ in forbidden], np.int64), np.array([b for _, b in forbidden], np.int64)
    merge_groups(table, first, second, _judge_all_alike, forbidden=(left, right))
    assert (table.root[left] != table.root[right]).all()
    if not forbidden:
        assert len(set(table.root.tolist())) == 1


@pytest.mark.parametrize("apart", [("a00", "a01"), ("a00", "a02"), ("a01", "a02")])
def test_a_dense_core_does_not_override_a_correction(apart: tuple[str, str]) -> None:
    """Three near-identical articles are one core; a correction parts two of them, and a must-link beside it holds."""
    batch = _make_batch(noise=0.01)
    assert len({_by_id(batch, cluster_articles(batch, ClusterConfig()))[name] for name in ("a00", "a01", "a02")}) == 1
    third = ({"a00", "a01", "a02"} - set(apart)).pop()
    corrected = replace(batch, cannot_link=[apart], must_link=[(apart[0], third)])
    labels = _by_id(corrected, cluster_articles(corrected, ClusterConfig()))
    assert labels[apart[0]] == labels[third] != labels[apart[1]]
