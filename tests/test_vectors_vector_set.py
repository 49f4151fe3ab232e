"""Vectors of two fingerprints never meet."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from clustering.errors import EncoderError, FingerprintMismatch
from clustering.vectors.vector_set import VectorSet


def make_set(fingerprint: str, *ids: str, dimension: int = 3) -> VectorSet:
    rows = np.random.default_rng(len(ids)).standard_normal((len(ids), dimension)).astype(np.float32)
    return VectorSet(fingerprint, ids, rows / np.linalg.norm(rows, axis=1, keepdims=True))


@pytest.mark.parametrize("operation", [VectorSet.similarities, VectorSet.join])
def test_two_fingerprints_are_refused_by_name(operation: Callable[[VectorSet, VectorSet], object]) -> None:
    with pytest.raises(FingerprintMismatch, match=r"model-a.*model-b"):
        operation(make_set("model-a", "1"), make_set("model-b", "2"))


def test_two_dimensions_are_refused() -> None:
    with pytest.raises(FingerprintMismatch):
        make_set("m", "1").similarities(make_set("m", "2", dimension=4))


def test_similarities_are_cosines() -> None:
    one = make_set("m", "1", "2")
    assert one.similarities(one).diagonal() == pytest.approx([1, 1])


def test_join_and_select_keep_ids_with_their_rows() -> None:
    joined = make_set("m", "1", "2").join(make_set("m", "3"))
    assert joined.ids == ("1", "2", "3")
    assert len(joined) == 3
    chosen = joined.select(["3", "1"])
    assert chosen.ids == ("3", "1")
    assert np.array_equal(chosen.vectors, joined.vectors[[2, 0]])


def test_an_id_has_one_vector() -> None:
    with pytest.raises(EncoderError, match="article 1"):
        make_set("m", "1").join(make_set("m", "1", "2"))


def test_unknown_ids_and_wrong_shapes_are_named() -> None:
    with pytest.raises(EncoderError, match="article 9"):
        make_set("m", "1").select(["9"])
    with pytest.raises(EncoderError, match="2 ids"):
        VectorSet("m", ("1", "2"), np.zeros((1, 3), np.float32))
