"""Candidate pairs against a search that looks at everything, and the blocks they are made in."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array

from clustering.clusters import candidates
from clustering.clusters.candidates import find_candidates, find_term_candidates
from clustering.clusters.features import KINDS, ArticleFeatures, weigh_terms
from clustering.clusters.pairs import make_keys, sort_distinct, split_keys
from clustering.clusters.workers import run_blocks


def _draw(seed: int, n: int, n_undated: int) -> ArticleFeatures:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = {kind: weigh_terms(csr_matrix(random_array((n, 40), density=0.1, rng=rng))) for kind in KINDS}
    hours = np.sort(rng.random(n) * 300)
    hours[n - min(n_undated, n) :] = np.nan
    return ArticleFeatures(vectors, terms, hours, rng.integers(-1, 3, n), np.full(n, -1))


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 120), n_undated=st.integers(0, 20), k=st.integers(1, 6))
def test_those_that_share_most_rare_terms_are_found(seed: int, n: int, n_undated: int, k: int) -> None:
    features = _draw(seed, n, n_undated)
    terms, hours = features.terms["words"], features.hours
    rows, others = find_term_candidates(terms, hours, k=k, horizon_hours=60)
    telling = candidates._keep_telling_terms(terms).toarray()
    alike = telling @ telling.T
    with np.errstate(invalid="ignore"):
        alike[np.abs(hours[:, None] - hours[None]) > 60] = 0
    np.fill_diagonal(alike, 0)
    alike[alike <= 0.1] = 0
    for row in range(n):
        expected = -np.sort(-alike[row])[:k]
        found = -np.sort(-alike[row, others[rows == row]])
        np.testing.assert_allclose(found, expected[expected > 0], atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(2, 90), n_undated=st.integers(0, 20))
def test_small_blocks_give_the_same_pairs(seed: int, n: int, n_undated: int) -> None:
    features = _draw(seed, n, n_undated)
    numbers = {"n_neighbours": 5, "n_cross": 2, "n_terms": 3}
    first, second = find_candidates(features, **numbers, horizon_hours=60)
    assert (first < second).all()
    assert (np.diff(first * n + second) > 0).all()
    with np.errstate(invalid="ignore"):
        assert not (np.abs(features.hours[first] - features.hours[second]) > 60).any()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(candidates, "_PAIR_BLOCK", 7)
        patch.setattr(candidates, "_TERM_BLOCK", 11)
        again = find_candidates(features, **numbers, horizon_hours=60)
    np.testing.assert_array_equal(np.stack(again), np.stack([first, second]))


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(0, 300), span=st.sampled_from([5, 1 << 22, 1 << 23]))
def test_rows_are_ranked_by_value_and_then_by_place(seed: int, n: int, span: int) -> None:
    rng = np.random.default_rng(seed)
    rows, others = rng.choice([0, 1, 2_047], n), 10_000_000 + rng.integers(0, span, n)
    values = rng.choice(np.array([0.11, 0.5, 1.0, 1.0000001, 2.0], np.float32), n)
    order = candidates._rank_by_row(rows, values, others)
    expected = np.lexsort((others, -values, rows))
    for column in (rows, values, others):
        np.testing.assert_array_equal(column[order], column[expected])


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))))
def test_keys_tell_pairs_apart(pairs: list[tuple[int, int]]) -> None:
    a, b = np.array([p[0] for p in pairs], np.int64), np.array([p[1] for p in pairs], np.int64)
    first, second = split_keys(sort_distinct(make_keys(a, b, 10)), 10)
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == sorted({(min(p), max(p)) for p in pairs})


@pytest.mark.parametrize("n_workers", [1, 3])
def test_results_come_in_the_order_of_the_blocks(n_workers: int) -> None:
    def wait(block: int) -> int:
        time.sleep(0.01 * (block % 3))
        return block

    assert list(run_blocks(wait, range(9), n_workers=n_workers, has_products=True)) == list(range(9))
    assert list(run_blocks(wait, [])) == []


def test_an_error_in_a_block_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        list(run_blocks(lambda block: 1 // block, [2, 1, 0], n_workers=2))
