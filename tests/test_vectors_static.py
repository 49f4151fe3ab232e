"""The direct path to static models, on a model the test trains in its own folder."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from clustering.config import EncoderConfig
from clustering.errors import EncoderError
from clustering.vectors.bundle import BUNDLED, read_static_model
from clustering.vectors.encoder import Encoder, embed_articles, find_fingerprint, load_encoder
from clustering.vectors.static import make_fallback_vector
from clustering.vectors.training.export import quantise_rows, write_model

WORDS = ["<unk>", "call", "minister", "звонок", "министр", "football", "match", "rain", "a", "b"]
TEXTS = ["Call minister", "звонок министр", "football match", "rain", "call match rain"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("static")
    tokenizer = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    matrix = np.random.default_rng(1).standard_normal((len(WORDS), 16)).astype(np.float32)
    matrix[3:5] = matrix[1:3] + 0.1 * matrix[3:5]
    write_model(path, matrix, tokenizer)
    return path


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return load_encoder(EncoderConfig(model=str(folder)))


def test_rows_are_unit_and_of_the_promised_shape(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dimension) == (5, 16)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    assert isinstance(encoder, Encoder)


def test_equal_to_sentence_transformers(folder: Path, encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    expected = SentenceTransformer(str(folder), device="cpu", local_files_only=True).encode(TEXTS)
    assert encoder.encode(TEXTS) == pytest.approx(expected, abs=1e-6)


def test_a_text_is_the_same_in_any_batch(encoder: Encoder) -> None:
    many = encoder.encode(TEXTS * 1000)
    assert many[-5:] == pytest.approx(encoder.encode(TEXTS), abs=1e-6)


@pytest.mark.parametrize("text", ["", "   ", "🎉", "💥💥", "ไทย", "\ud800", "x" * 1_000_000, "\x00"])
def test_texts_without_a_known_token_have_a_fixed_vector_of_their_own(encoder: Encoder, text: str) -> None:
    vectors = encoder.encode([text, text, "other unknown 🎈", "call"])
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert np.array_equal(vectors[0], vectors[1])
    assert abs(float(vectors[0] @ vectors[2])) < 0.95
    assert np.array_equal(vectors[0], encoder.encode([text])[0])


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(max_size=80) | st.sampled_from(WORDS), max_size=8))
def test_any_texts_give_unit_rows_that_do_not_depend_on_each_other(encoder: Encoder, texts: list[str]) -> None:
    vectors = encoder.encode(texts)
    assert np.isfinite(vectors).all()
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(len(texts)), abs=1e-5)
    backwards = encoder.encode(texts[::-1])[::-1]
    assert vectors == pytest.approx(backwards, abs=1e-6)


def test_unknown_words_do_not_move_a_known_text(encoder: Encoder) -> None:
    vectors = encoder.encode(["call minister", "call zzzz minister yyyy"])
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-6)


def test_a_long_text_is_read_to_a_limit(encoder: Encoder) -> None:
    vectors = encoder.encode(["call " * 200_000, "call"])
    assert vectors[0] == pytest.approx(vectors[1], abs=1e-4)


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 16)


def test_progress_adds_up(encoder: Encoder) -> None:
    seen: list[int] = []
    encoder.encode(TEXTS * 2000, progress=seen.append)
    assert sum(seen) == 10_000
    assert len(seen) > 1


def test_language_means_are_subtracted_and_unknown_languages_take_the_general_one(tmp_path: Path, folder: Path) -> None:
    model = read_static_model(folder)
    means = {"en": np.eye(16, dtype=np.float32)[0] * 0.5, "*": np.eye(16, dtype=np.float32)[1] * 0.5}
    write_model(tmp_path, model.matrix, model.tokenizer, language_means=means)
    encoder = load_encoder(EncoderConfig(model=str(tmp_path)))
    plain = load_encoder(EncoderConfig(model=str(folder))).encode(["call"])[0]
    english, unknown, variant = encoder.encode(["call"] * 3, languages=["en", None, "EN-gb"])
    for vector, mean in ((english, means["en"]), (unknown, means["*"]), (variant, means["en"])):
        expected = plain - mean
        assert vector == pytest.approx(expected / np.linalg.norm(expected), abs=0.02)
    assert encoder.encode(["", ""], languages=["en", "ru"])[0] == pytest.approx(make_fallback_vector("", 16))


def test_as_many_languages_as_texts(encoder: Encoder) -> None:
    with pytest.raises(ValueError):
        encoder.encode(["a"], languages=[])


def test_dimension_cuts_and_renormalises(folder: Path) -> None:
    cut = load_encoder(EncoderConfig(model=str(folder), dimension=8))
    assert cut.encode(TEXTS).shape == (5, 8)
    assert np.linalg.norm(cut.encode(TEXTS), axis=1) == pytest.approx(np.ones(5), abs=1e-5)
    with pytest.raises(EncoderError, match="dimension = 64"):
        load_encoder(EncoderConfig(model=str(folder), dimension=64))


def test_the_fingerprint_follows_content_settings_and_recipe(folder: Path, tmp_path: Path) -> None:
    model = read_static_model(folder)
    changed = model.matrix.copy()
    changed[1, 0] += 1
    write_model(tmp_path / folder.name, changed, model.tokenizer)
    configs = [
        EncoderConfig(model=str(folder)),
        EncoderConfig(model=str(tmp_path / folder.name)),
        EncoderConfig(model=str(folder), dimension=8),
        EncoderConfig(model=str(folder), title_weight=0.9),
        EncoderConfig(model=str(folder), lead_words=7),
    ]
    assert len({load_encoder(config).fingerprint for config in configs}) == len(configs)
    same = EncoderConfig(model=str(folder), batch_size=7, n_processes=2)
    assert load_encoder(same).fingerprint == load_encoder(configs[0]).fingerprint
    assert [find_fingerprint(config) for config in configs] == [load_encoder(config).fingerprint for config in configs]


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json", "NOTICE"])
def test_a_damaged_or_missing_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    damaged = tmp_path / name
    damaged.write_bytes(damaged.read_bytes()[:-1] + b"~")
    with pytest.raises(EncoderError, match=rf"{name}: checksum"):
        load_encoder(EncoderConfig(model=str(tmp_path)))
    damaged.unlink()
    if name != "tokenizer.json":
        with pytest.raises(EncoderError, match=f"{name} is missing"):
            load_encoder(EncoderConfig(model=str(tmp_path)))


def test_quantised_rows_are_near_and_zero_rows_stay_zero() -> None:
    matrix = np.random.default_rng(0).standard_normal((50, 32)).astype(np.float32)
    matrix[7] = 0
    rows, scales = quantise_rows(matrix)
    restored = rows * scales[:, None]
    assert np.abs(restored - matrix).max() <= scales.max() / 2 + 1e-6
    assert not restored[7].any()


def test_articles_are_embedded_by_the_recipe(folder: Path) -> None:
    config = EncoderConfig(model=str(folder), title_weight=0.5)
    encoder = load_encoder(config)
    vectors = embed_articles(
        encoder, config, ["call", None, None], ["rain", "rain", None], languages=["en", None, "ru"]
    )
    middle = encoder.encode(["call"])[0] + encoder.encode(["rain"])[0]
    assert vectors[0] == pytest.approx(middle / np.linalg.norm(middle), abs=1e-6)
    assert vectors[1] == pytest.approx(encoder.encode(["rain"])[0], abs=1e-6)
    assert vectors[2] == pytest.approx(make_fallback_vector("", 16))


@pytest.mark.skipif(not (BUNDLED / "checksums.json").is_file(), reason="the bundled model is not in this checkout")
class TestBundled:
    """The model that ships."""

    def test_size_and_notices(self) -> None:
        assert sum(path.stat().st_size for path in BUNDLED.rglob("*") if path.is_file()) <= 30_000_000
        notice = (BUNDLED / "NOTICE").read_text(encoding="utf-8")
        for owed in ("Tatoeba", "GeoNames", "Unicode", "TICO-19", "PanLex", "Wordnet"):
            assert owed in notice
        assert set(json.loads((BUNDLED / "checksums.json").read_text())) >= {"model.safetensors", "tokenizer.json"}

    def test_one_story_in_many_languages_is_nearer_than_another_story(self) -> None:
        call = [
            "The US Secretary of State spoke with the Russian foreign minister by phone",
            "Госсекретарь США поговорил по телефону с министром иностранных дел России",
            "El secretario de Estado de EE.UU. habló por teléfono con el ministro de Exteriores ruso",
            "Der US-Außenminister telefonierte mit dem russischen Außenminister",
            "美国国务卿与俄罗斯外交部长通电话",
        ]
        other = [
            "Heavy rain floods the city and closes the schools",
            "Сильный дождь затопил город, школы закрыты",
            "La lluvia inunda la ciudad y cierra las escuelas",
            "Starker Regen überschwemmt die Stadt, Schulen geschlossen",
            "暴雨淹没城市，学校关闭",
        ]
        vectors = load_encoder(EncoderConfig()).encode(call + other)
        similarity = vectors @ vectors.T
        np.fill_diagonal(similarity, -1)
        assert all((nearest < 5) == (index < 5) for index, nearest in enumerate(similarity.argmax(axis=1)))

    def test_a_name_meets_itself_across_scripts(self) -> None:
        encoder = load_encoder(EncoderConfig())
        names = encoder.encode(["Rubio", "Lavrov", "Putin", "Trump", "Macron"])
        forms = encoder.encode(["Рубио", "Лавров", "Путин", "Трамп", "Макрон"])
        assert list((forms @ names.T).argmax(axis=1)) == [0, 1, 2, 3, 4]
