"""Metrics against values worked out by hand, against properties, and against the reference scorer where it is present."""

from __future__ import annotations

import importlib.util
import math
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.evaluation.goldsets import find_gold_sets, load_gold_set
from clustering.evaluation.metrics import (
    encode_labels,
    measure_adjusted_mutual_information,
    measure_clusters,
    measure_cross_language_pairs,
    measure_labelled_pairs,
    measure_language_pairs,
)
from tests.shared_data import SHARED

partitions = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60)


def test_five_articles_by_hand() -> None:
    """Gold {a,b,c}{d,e}, found {a,b}{c,d,e}: each article's precision and recall can be written down."""
    metrics = measure_clusters(np.array([0, 0, 0, 1, 1]), np.array([0, 0, 1, 1, 1]))
    assert metrics.bcubed_precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert metrics.bcubed_recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert (metrics.pair_precision, metrics.pair_recall, metrics.pair_f1) == (0.5, 0.5, 0.5)
    assert metrics.adjusted_rand == pytest.approx((2 - 1.6) / (4 - 1.6))


def test_noise_agrees_with_nobody() -> None:
    codes = encode_labels([-1, -1, None, "x", "x"])
    assert len(set(codes[:3])) == 3
    assert codes[3] == codes[4]
    metrics = measure_clusters(encode_labels(["s", "s", "t"]), encode_labels([-1, -1, -1]))
    assert metrics.bcubed_precision == 1.0
    assert metrics.bcubed_recall == pytest.approx(2 / 3)
    assert metrics.pair_f1 == 0.0


def test_no_articles() -> None:
    assert measure_clusters(encode_labels([]), encode_labels([])).n_articles == 0


def test_cross_language_pairs_by_hand() -> None:
    gold, found = np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1])
    language = np.array([0, 1, 0, 1])
    rates = measure_cross_language_pairs(gold, found, language)
    assert (rates.n_gold, rates.n_predicted) == (2, 2)
    assert rates.f1 == pytest.approx(0.5)
    by_pair = measure_language_pairs(gold, found, language)
    assert by_pair[0, 1].recall == rates.recall
    assert by_pair[0, 0].n_predicted == 1


def test_labelled_pairs_by_hand() -> None:
    found = {"a": 1, "b": 1, "c": -1, "d": None}
    rates = measure_labelled_pairs([("a", "b", True), ("c", "d", True), ("a", "c", False), ("a", "e", True)], found)
    assert (rates.precision, rates.recall) == (1.0, 1 / 3)


@given(partitions)
def test_perfect_up_to_renaming(rows: list[tuple[int, int]]) -> None:
    gold = encode_labels([a for a, _ in rows])
    renamed = encode_labels([f"x{9 - a}" for a, _ in rows])
    metrics = measure_clusters(gold, renamed)
    for value in (metrics.bcubed_f1, metrics.v_measure, metrics.adjusted_rand):
        assert value == pytest.approx(1.0)
    assert measure_adjusted_mutual_information(gold, renamed) == pytest.approx(1.0)


@given(partitions)
def test_swapping_sides_swaps_precision_and_recall(rows: list[tuple[int, int]]) -> None:
    gold, found = encode_labels([a for a, _ in rows]), encode_labels([b for _, b in rows])
    one, two = measure_clusters(gold, found), measure_clusters(found, gold)
    assert one.bcubed_precision == pytest.approx(two.bcubed_recall)
    assert one.homogeneity == pytest.approx(two.completeness)
    assert one.adjusted_rand == pytest.approx(two.adjusted_rand)
    for name, value in one.as_dict().items():
        assert math.isfinite(value), name


@given(partitions)
def test_bcubed_equals_its_definition(rows: list[tuple[int, int]]) -> None:
    precision = np.mean([np.mean([a == g for g, f in rows if f == b]) for a, b in rows])
    recall = np.mean([np.mean([b == f for g, f in rows if g == a]) for a, b in rows])
    metrics = measure_clusters(encode_labels([a for a, _ in rows]), encode_labels([b for _, b in rows]))
    assert metrics.bcubed_precision == pytest.approx(precision)
    assert metrics.bcubed_recall == pytest.approx(recall)


def _load_reference() -> ModuleType:
    path = SHARED / "evaldata" / "score.py"
    if not path.is_file():
        pytest.skip("the labelled sets are not here")
    spec = importlib.util.spec_from_file_location("reference_score", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_PAIRS = {
    "bcubed_precision": "bcubed_p", "bcubed_recall": "bcubed_r", "bcubed_f1": "bcubed_f1", "pair_precision": "pair_p",
    "pair_recall": "pair_r", "pair_f1": "pair_f1", "homogeneity": "homogeneity", "completeness": "completeness",
    "v_measure": "v_measure", "adjusted_rand": "ari", "n_gold_stories": "n_gold_clusters", "n_predicted_clusters": "n_pred_clusters",
}  # fmt: skip


def test_equal_to_the_reference_scorer_on_every_set() -> None:
    """Stories are damaged at random (noise, splits, merges); both scorers must agree on all of it."""
    reference = _load_reference()
    sets = find_gold_sets(SHARED / "evaldata")
    assert len(sets) >= 10
    rng = np.random.default_rng(7)
    n_compared = 0
    for path in sets.values():
        gold = load_gold_set(path)
        draw = rng.random(len(gold))
        damaged = [
            "-1" if u < 0.1 else f"{story}:{int(u * 2.5)}" if u < 0.9 else f"m{int(u * 300)}"
            for u, story in zip(draw, gold.stories, strict=True)
        ]
        predicted = dict(zip(gold.ids, damaged, strict=True))
        pairs = [(a, b, int(same)) for a, b, same in gold.pairs] or None
        expected = reference.score(reference.read_gold(str(path)), predicted, pairs, len(gold) < 300)
        labelled = [i for i, story in enumerate(gold.stories) if story is not None]
        if labelled:
            stories = encode_labels([gold.stories[i] for i in labelled])
            found = encode_labels([None if damaged[i] == "-1" else damaged[i] for i in labelled])
            metrics = measure_clusters(stories, found).as_dict()
            for ours, theirs in _PAIRS.items():
                assert metrics[ours] == pytest.approx(expected[theirs], abs=1e-9), (gold.name, ours)
                n_compared += 1
            if "ami" in expected:
                assert measure_adjusted_mutual_information(stories, found) == pytest.approx(expected["ami"], abs=1e-8)
            if "xling_pair_f1" in expected:
                languages = encode_labels([gold.languages[i] or "?" for i in labelled])
                cross = measure_cross_language_pairs(stories, found, languages)
                assert cross.f1 == pytest.approx(expected["xling_pair_f1"], abs=1e-9)
        if pairs:
            rates = measure_labelled_pairs(gold.pairs, {i: None if v == "-1" else v for i, v in predicted.items()})
            assert rates.f1 == pytest.approx(expected["pairs.f1"], abs=1e-9)
    assert n_compared > 80
