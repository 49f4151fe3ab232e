"""Surface features in batches and as matrices: same results in any way of asking, stable columns."""

import subprocess
import sys

import numpy as np
import pytest

from clustering.names import stable_hash, surface_features, surface_features_batch, to_csr

TITLES = ["Rubio and Lavrov discuss Ukraine", "Рубио и Лавров обсудили Украину", None, "盧比歐與拉夫羅夫通話"]
TEXTS = ["They spoke on 15 February 2025.", "Разговор состоялся 15 февраля.", None, "2月15日"]
LANGUAGES = ["en", "ru", None, "zh"]


def test_features_of_one_event_meet_across_languages() -> None:
    english, russian, nothing, chinese = surface_features_batch(TITLES, TEXTS, LANGUAGES)
    assert "n:lavrov" in english.names.keys() & russian.names.keys() & chinese.names.keys()
    assert "d:02-15" in english.numbers.keys() & russian.numbers.keys() & chinese.numbers.keys()
    assert "UA" in english.places.keys() & russian.places.keys()
    assert (nothing.names, nothing.places, nothing.numbers, nothing.words, nothing.glosses) == ({}, {}, {}, {}, {})


def test_only_the_lead_is_read() -> None:
    far = surface_features("x", "word " * 300 + "Lavrov", "en", lead_chars=100)
    assert "n:lavrov" not in far.names


def test_batch_equals_one_by_one_and_reports_progress() -> None:
    seen: list[tuple[int, int]] = []
    batch = surface_features_batch(TITLES, TEXTS, LANGUAGES, progress=lambda done, total: seen.append((done, total)))
    assert batch == [surface_features(*one) for one in zip(TITLES, TEXTS, LANGUAGES, strict=True)]
    assert seen[-1] == (4, 4)


@pytest.mark.slow
def test_processes_give_the_same_features() -> None:
    many = 300
    titles, texts, languages = TITLES * many, TEXTS * many, LANGUAGES * many
    assert surface_features_batch(titles, texts, languages, n_processes=2) == surface_features_batch(
        titles, texts, languages
    )


@pytest.mark.parametrize("kind", ["words", "names", "places", "numbers", "glosses"])
def test_matrix_holds_the_weights_in_hash_order(kind: str) -> None:
    features = surface_features_batch(TITLES, TEXTS, LANGUAGES)
    matrix, keys = to_csr(features, kind)  # type: ignore[arg-type]
    assert matrix.shape == (4, len(keys))
    assert keys == sorted(keys, key=lambda key: (stable_hash(key), key))
    for row, one in enumerate(features):
        weights = getattr(one, kind)
        assert matrix[row].nnz == len(weights)
        for column in matrix[row].indices:
            assert matrix[row, column] == np.float32(weights[keys[column]])


def test_no_articles_give_an_empty_matrix() -> None:
    matrix, keys = to_csr([])
    assert matrix.shape == (0, 0)
    assert keys == []


def test_hash_is_the_same_in_every_process() -> None:
    code = "from clustering.names.stable_hash import stable_hash; print(stable_hash('Лавров'))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert int(out) == stable_hash("Лавров")
