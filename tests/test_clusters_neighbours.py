"""Blocked neighbour search against a search that looks at everything."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustering.clusters import neighbours
from clustering.clusters.neighbours import find_neighbours


def _draw(seed: int, n: int, n_undated: int) -> tuple[NDArray[np.float32], NDArray[np.float64], NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 12)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hours = np.sort(rng.random(n) * 400)
    hours[n - min(n_undated, n) :] = np.nan
    return vectors, hours, rng.integers(-1, 3, n)


def _look_at_everything(
    vectors: NDArray[np.float32], hours: NDArray[np.float64], horizon: float, allowed: NDArray[np.bool_], k: int
) -> NDArray[np.float32]:
    similarity = vectors @ vectors.T
    with np.errstate(invalid="ignore"):
        hidden = (np.abs(hours[:, None] - hours[None]) > horizon) | ~allowed
    similarity[hidden] = -9
    np.fill_diagonal(similarity, -9)
    best = -np.sort(-similarity, axis=1)[:, :k]
    best = np.pad(best, ((0, 0), (0, max(0, k - best.shape[1]))), constant_values=-9)
    return np.where(best < -5, np.float32(-1), best)


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000), n=st.integers(2, 250), n_undated=st.integers(0, 60), k=st.integers(1, 40), k_cross=st.integers(0, 9)
)  # fmt: skip
def test_exact(seed: int, n: int, n_undated: int, k: int, k_cross: int) -> None:
    vectors, hours, languages = _draw(seed, n, n_undated)
    table = find_neighbours(vectors, hours, k=k, horizon_hours=50, languages=languages, k_cross=k_cross)
    everywhere = np.ones((n, n), bool)
    np.testing.assert_allclose(table.similarities, _look_at_everything(vectors, hours, 50, everywhere, k), atol=1e-5)
    known = languages >= 0
    foreign = (languages[:, None] != languages[None]) & known[:, None] & known[None]
    if table.cross_indices.shape[1]:
        expected = _look_at_everything(vectors, hours, 50, foreign, k_cross)
        np.testing.assert_allclose(table.cross_similarities, expected, atol=1e-5)
    rows, columns = np.nonzero(table.indices >= 0)
    others = table.indices[rows, columns]
    np.testing.assert_allclose((vectors[rows] * vectors[others]).sum(1), table.similarities[rows, columns], atol=1e-5)
    assert (rows != others).all()


def test_many_blocks_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, hours, languages = _draw(1, 300, 40)
    whole = find_neighbours(vectors, hours, k=7, horizon_hours=60, languages=languages, k_cross=3)
    monkeypatch.setattr(neighbours, "_BLOCK_FLOATS", 4_000)
    parts = find_neighbours(vectors, hours, k=7, horizon_hours=60, languages=languages, k_cross=3, n_workers=1)
    np.testing.assert_array_equal(whole.indices, parts.indices)
    np.testing.assert_array_equal(whole.cross_indices, parts.cross_indices)


def test_only_the_new_day_is_asked_for() -> None:
    vectors, hours, _ = _draw(2, 200, 0)
    whole = find_neighbours(vectors, hours, k=5, horizon_hours=60)
    new = find_neighbours(vectors, hours, k=5, horizon_hours=60, since=150)
    np.testing.assert_array_equal(new.indices[150:], whole.indices[150:])
    assert (new.indices[:150] == -1).all()


def test_unsorted_hours_are_refused() -> None:
    with pytest.raises(ValueError, match="sorted"):
        find_neighbours(np.eye(3, dtype=np.float32), np.array([3.0, 1.0, 2.0]), k=1, horizon_hours=5)
    with pytest.raises(ValueError, match="sorted"):
        find_neighbours(np.eye(3, dtype=np.float32), np.array([1.0, np.nan, 2.0]), k=1, horizon_hours=5)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(1, 300), k=st.integers(1, 30), n_levels=st.integers(1, 400))
def test_the_largest_values_are_found_among_equal_ones_too(seed: int, n: int, k: int, n_levels: int) -> None:
    values = np.random.default_rng(seed).integers(0, n_levels, (5, n)).astype(np.float32)
    found = neighbours._find_largest(values, k)
    assert found.shape == (5, min(k, n))
    assert (np.diff(found, axis=1) > 0).all()
    expected = np.sort(values, axis=1)[:, n - min(k, n) :]
    np.testing.assert_array_equal(np.sort(np.take_along_axis(values, found, axis=1), axis=1), expected)
