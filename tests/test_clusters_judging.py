"""Company and the two passes of judging: what company says, and that nothing is judged twice or lost."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix, random_array

from clustering.clusters.company import measure_company
from clustering.clusters.features import TEXT_KINDS, ArticleFeatures, weigh_terms
from clustering.clusters.groups import EVIDENCE, GroupTable
from clustering.clusters.judging import judge_candidates
from clustering.clusters.model import load_model


def _make_features(n: int, seed: int) -> ArticleFeatures:
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(n, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    terms = {kind: weigh_terms(csr_matrix(random_array((n, 12), density=0.3, rng=rng))) for kind in TEXT_KINDS}
    return ArticleFeatures(vectors, terms, np.sort(rng.uniform(0, 90, n)), rng.integers(0, 2, n), np.full(n, -1))


def test_articles_alike_to_the_same_articles_keep_the_same_company() -> None:
    first, second = np.array([0, 0, 1, 1, 4]), np.array([2, 3, 2, 3, 5])
    rows = measure_company(7, first, second, np.full(5, 0.9)).toarray()
    likeness = rows @ rows.T
    assert likeness[0, 1] > 0.9  # never compared with one another, but both with 2 and 3
    assert likeness[0, 4] == 0
    assert likeness[6, 6] == pytest.approx(1)
    assert likeness[6].sum() == pytest.approx(1)  # an article without company is alike to itself alone


def test_unlikely_pairs_are_no_company() -> None:
    rows = measure_company(3, np.array([0]), np.array([1]), np.array([0.04])).toarray()
    assert (rows == np.eye(3, dtype=np.float32)).all()


@given(st.integers(2, 12), st.integers(0, 10_000))
def test_rows_are_of_unit_length_and_symmetric_in_meaning(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second = np.triu_indices(n, 1)
    keep = rng.random(len(first)) < 0.5
    first, second = first[keep], second[keep]
    probability = rng.random(len(first))
    rows = measure_company(n, first, second, probability)
    assert np.allclose(np.asarray(rows.multiply(rows).sum(axis=1)).ravel(), 1, atol=1e-5)
    turned = measure_company(n, second[::-1], first[::-1], probability[::-1])
    assert np.allclose(rows.toarray(), turned.toarray(), atol=1e-6)


@given(st.integers(0, 10_000))
def test_the_second_judgement_sees_the_company_the_first_one_found(seed: int) -> None:
    features, model = _make_features(14, seed), load_model()
    assert model.alone is not None
    first, second = np.triu_indices(14, 1)
    judged = judge_candidates(features, first, second, model, min_probability=0.02)
    alone = model.alone.judge(GroupTable.of_articles(features).compare(first, second))
    kept = alone >= np.log(0.02 / 0.98)
    probability = 1 / (1 + np.exp(-alone[kept]))
    company = measure_company(14, first[kept], second[kept], probability).toarray()
    assert np.allclose(judged.features.terms["company"].toarray(), company, atol=1e-6)
    evidence = GroupTable.of_articles(judged.features).compare(judged.first, judged.second)
    column = evidence[:, EVIDENCE.index("company")]
    assert np.allclose(column, (company[judged.first] * company[judged.second]).sum(axis=1), atol=1e-5)
    assert np.allclose(model.judge(evidence), judged.log_odds, atol=1e-6)
    assert "company" not in features.terms


def test_a_model_without_a_first_pass_judges_texts_once() -> None:
    features = _make_features(10, 3)
    model = replace(load_model(), alone=None)
    first, second = np.triu_indices(10, 1)
    judged = judge_candidates(features, first, second, model, min_probability=0.02)
    assert judged.features is features
    evidence = GroupTable.of_articles(features).compare(judged.first, judged.second)
    assert not evidence[:, EVIDENCE.index("company")].any()
    assert not evidence[:, EVIDENCE.index("company_centre")].any()
