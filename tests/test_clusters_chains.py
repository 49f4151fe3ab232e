"""Groups that no pair holds together are parted; held, forced, small and tight ones are left alone."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from clustering.clusters.chains import part_chains
from clustering.clusters.features import ArticleFeatures, build_features
from clustering.clusters.model import load_model
from clustering.names import surface_features_batch

_NOBODY = (np.empty(0, np.int64), np.empty(0, np.int64))
_QUAKE = "Strong quake of magnitude 6.8 hits Tingri county in Tibet, rescuers search for people"
_PORT = "Dockers at the Halvik container port accept wage offer and end their strike"


def _build(titles: list[str]) -> ArticleFeatures:
    """Articles an hour apart, one direction of meaning per title."""
    n = len(titles)
    vectors = np.zeros((n, 8), np.float32)
    vectors[np.arange(n), [sorted(set(titles)).index(title) for title in titles]] = 1
    surface = surface_features_batch(titles, [""] * n, ["en"] * n)
    return build_features(vectors, surface, 480_000.0 + np.arange(n), np.zeros(n, np.int64), np.full(n, -1))


def _part(
    titles: list[str], holds: tuple[NDArray[np.int64], NDArray[np.int64]] = _NOBODY,
    must: tuple[NDArray[np.int64], NDArray[np.int64]] = _NOBODY,
) -> list[int]:  # fmt: skip
    return part_chains(_build(titles), np.zeros(len(titles), np.int64), load_model(), holds, must).tolist()


def test_a_stranger_is_taken_off() -> None:
    assert _part([_QUAKE, _QUAKE, _PORT, _QUAKE, _QUAKE]) == [0, 0, 2, 0, 0]
    assert _part([_QUAKE, _PORT, _QUAKE, _PORT, _QUAKE]) == [0, 1, 0, 1, 0]


def test_one_story_and_small_groups_stay_whole() -> None:
    assert _part([_QUAKE] * 5) == [0] * 5
    assert _part([_QUAKE, _QUAKE, _PORT]) == [0, 0, 0]


def test_a_must_link_is_not_parted() -> None:
    linked = (np.array([2]), np.array([4]))
    assert _part([_QUAKE, _QUAKE, _PORT, _QUAKE, _QUAKE], must=linked) == [0] * 5


def test_a_group_held_by_likely_pairs_is_not_looked_at() -> None:
    chain = (np.array([0, 1, 2, 3]), np.array([1, 2, 3, 4]))
    assert _part([_QUAKE, _QUAKE, _PORT, _QUAKE, _QUAKE], holds=chain) == [0] * 5


@pytest.mark.parametrize("n", [0, 1])
def test_tiny(n: int) -> None:
    assert _part([_QUAKE] * n) == [0] * n


@settings(max_examples=20, deadline=None)
@given(st.lists(st.sampled_from([_QUAKE, _PORT]), min_size=4, max_size=9), st.randoms(use_true_random=False))
def test_the_name_of_the_root_does_not_matter(titles: list[str], random: Random) -> None:
    features, n = _build(titles), len(titles)
    root = random.randrange(n)
    a = part_chains(features, np.zeros(n, np.int64), load_model(), _NOBODY, _NOBODY)
    b = part_chains(features, np.full(n, root), load_model(), _NOBODY, _NOBODY)
    np.testing.assert_array_equal(a[:, None] == a[None, :], b[:, None] == b[None, :])
