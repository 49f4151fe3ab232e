"""The map from log-odds to frequencies finds a known distortion, and the reliability table counts what it says."""

from __future__ import annotations

import numpy as np
import pytest

from clustering.clusters.model import load_model
from clustering.evaluation.calibration import JudgedPairs, fit_map, measure_reliability


def _draw(slope: float, offset: float, n: int = 20_000, seed: int = 0) -> JudgedPairs:
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(scale=2, size=n)
    chance = 1 / (1 + np.exp(-(slope * log_odds + offset)))
    return JudgedPairs(log_odds, np.zeros(n, dtype=bool), rng.random(n) < chance)


@pytest.mark.parametrize(("slope", "offset"), [(1.0, 0.0), (0.5, 1.0), (1.6, -0.7)])
def test_a_known_distortion_is_found(slope: float, offset: float) -> None:
    assert fit_map([_draw(slope, offset)]) == pytest.approx((slope, offset), abs=0.1)


def test_no_pairs_and_separable_pairs_give_a_usable_map() -> None:
    nothing = JudgedPairs(np.empty(0), np.empty(0, dtype=bool), np.empty(0, dtype=bool))
    assert fit_map([nothing]) == (1.0, 0.0)
    log_odds = np.linspace(-3, 3, 60)
    slope, offset = fit_map([JudgedPairs(log_odds, np.zeros(60, dtype=bool), log_odds > 0)])
    assert 1 < slope <= 20
    assert abs(offset) < 1


def test_reliability_counts() -> None:
    found = measure_reliability(np.array([0.05, 0.05, 0.95, 1.0]), np.array([False, True, True, True]))
    assert [row[0] for row in found.rows] == [2, 2]
    assert found.rows[0][1:] == pytest.approx((0.05, 0.5))
    assert found.error == pytest.approx((2 * 0.45 + 2 * 0.025) / 4)


def test_the_shipped_maps_are_monotone_and_kept_apart_by_language() -> None:
    model = load_model()
    log_odds = np.linspace(-8, 8, 50)
    for cross in (False, True):
        assert (np.diff(model.give_probability(log_odds, np.full(50, cross))) > 0).all()
    assert model.give_probability(np.zeros(1), np.array([False]))[0] == pytest.approx(
        1 / (1 + np.exp(-model.same_map[1]))
    )
    assert model.give_probability(np.zeros(1), np.array([True]))[0] == pytest.approx(
        1 / (1 + np.exp(-model.cross_map[1]))
    )
