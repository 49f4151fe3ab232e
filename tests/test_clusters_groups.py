"""Sums of groups against what all pairs of their articles say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array

from clustering.clusters import sums
from clustering.clusters.features import KINDS, ArticleFeatures, weigh_terms
from clustering.clusters.groups import EVIDENCE, GroupTable


def _draw(seed: int, n: int) -> ArticleFeatures:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = {kind: weigh_terms(csr_matrix(random_array((n, 12), density=0.3, rng=rng))) for kind in KINDS}
    hours = np.sort(rng.random(n) * 100)
    hours[n - n // 5 :] = np.nan
    return ArticleFeatures(vectors, terms, hours, rng.integers(-1, 3, n), rng.integers(-1, 4, n))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), n=st.integers(4, 30), n_rounds=st.integers(0, 5))
def test_the_evidence_of_groups_is_the_mean_over_their_pairs(seed: int, n: int, n_rounds: int) -> None:
    features, rng = _draw(seed, n), np.random.default_rng(seed)
    table = GroupTable.of_articles(features)
    for _ in range(n_rounds):
        roots = rng.permutation(np.unique(table.root))
        if len(roots) < 3:
            break
        parents, children = roots[: len(roots) // 3], roots[len(roots) // 3 : -1]
        table.join(children, parents[rng.integers(0, len(parents), len(children))])
    roots = np.unique(table.root)
    first, second = (roots[index] for index in np.triu_indices(len(roots), 1))
    evidence = table.compare(first, second)
    for row, (a, b) in enumerate(zip(first, second, strict=True)):
        here, there = np.flatnonzero(table.root == a), np.flatnonzero(table.root == b)
        assert table.size[a] == len(here)
        found = dict(zip(EVIDENCE, evidence[row].tolist(), strict=True))
        mean = float((features.meaning[here] @ features.meaning[there].T).mean())
        assert found["meaning"] == pytest.approx(mean, abs=1e-5)
        for kind in KINDS:
            mean = float((features.terms[kind][here] @ features.terms[kind][there].T).mean())
            assert found[kind] == pytest.approx(mean, abs=1e-5)
        is_cross = features.languages[here][:, None] != features.languages[there][None]
        assert found["cross_share"] == pytest.approx(float(is_cross.mean()), abs=1e-5)
        hours, others = (features.hours[rows][~np.isnan(features.hours[rows])] for rows in (here, there))
        assert found["is_undated"] == float(not (len(hours) and len(others)))
        if len(hours) and len(others):
            assert found["mean_gap_days"] == pytest.approx(abs(hours.mean() - others.mean()) / 24, abs=1e-4)


def test_small_blocks_give_what_one_block_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    """Joined in blocks, appended and compacted, the sums are the same."""
    features = _draw(7, 90)
    whole, parts = GroupTable.of_articles(features), GroupTable.of_articles(features)
    first, second = np.array([0, 10, 20, 40]), np.array([10, 20, 40, 80])
    rounds = [(np.arange(1, 10), np.zeros(9, np.int64)), (np.arange(11, 60), np.repeat([10, 20, 40], [9, 20, 20]))]
    rounds = [
        (children[~np.isin(children, parents)], parents[~np.isin(children, parents)]) for children, parents in rounds
    ]
    rounds += [(np.array([k]), np.array([0])) for k in range(60, 75)]
    for children, parents in rounds:
        whole.join(children, parents)
    monkeypatch.setattr(sums, "_BLOCK_ROWS", 5)
    for children, parents in rounds:
        parts.join(children, parents)
    assert len(parts.sums.terms) < len(whole.sums.terms)
    np.testing.assert_allclose(parts.compare(first, second), whole.compare(first, second), atol=1e-6)
