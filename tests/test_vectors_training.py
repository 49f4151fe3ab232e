"""Training: folding, split, tokenizer, gradients, and a tiny model from invented parallel text."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clustering.config import EncoderConfig
from clustering.errors import InputError
from clustering.vectors.encoder import load_encoder
from clustering.vectors.training.batches import Bags, Batch, BatchPlan
from clustering.vectors.training.contrastive import TrainingPlan, contrast
from clustering.vectors.training.folding import FoldingPlan, fold_text, make_rules
from clustering.vectors.training.ngrams import list_ngrams, make_ngram_shares

TABLE = dict(make_rules(FoldingPlan()))


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Рубио", "rubio"),
        ("Лавров, 15-го", "lavrov 15 go"),
        ("루비오", "rubio"),
        ("ルビオ", "rubio"),
        ("रुबियो", "rubiyo"),
        ("Λαβρόφ", "lavrof"),
        ("Müller ŁÓDŹ İstanbul", "muller lodz istanbul"),
        ("１２ ١٢ १२", "12 12 12"),
        ("e\u0301te\u0301", "ete"),
        ("🎉 !?", ""),
        ("tab\tand\u00a0space", "tab and space"),
        ("zero\u200bwidth", "zerowidth"),
        ("中国", "中国"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold_text(text, TABLE) == folded


def test_folding_twice_changes_nothing() -> None:
    for point, folded in make_rules(FoldingPlan()):
        assert folded.translate(TABLE) == folded, hex(point)


def test_scripts_can_be_left_alone() -> None:
    plan = FoldingPlan(cyrillic=False, hangul="keep", arabic=False)
    table = dict(make_rules(plan))
    assert fold_text("Рубио 루비오", table) == "рубио 루비오"
    assert fold_text("إلى", table) == fold_text("الي", table)


def test_ngrams_leave_out_the_piece_itself_and_the_bare_mark() -> None:
    assert list_ngrams("▁ab", 3) == ["a", "b", "▁a", "ab"]
    shares = make_ngram_shares(["▁ab", "▁abc", "▁abd", "xyz"], longest=2, least=3)
    assert shares.shape == (4, 4)  # a, b, ▁a, ab
    assert np.asarray(shares.multiply(shares).sum(axis=1)) == pytest.approx([1, 1, 1, 0])


def _unit(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _check_gradient(
    loss_of: Callable[[NDArray[np.float64]], float], at: NDArray[np.float64], found: NDArray[np.float64]
) -> None:
    for row, column in itertools.product(range(at.shape[0]), range(at.shape[1])):
        step = np.zeros_like(at)
        step[row, column] = 1e-5
        numeric = (loss_of(at + step) - loss_of(at - step)) / 2e-5
        assert found[row, column] == pytest.approx(numeric, abs=1e-5)


@pytest.mark.parametrize("keys", [[0, 1, 2, 3, 4], [0, 1, 0, 3, 4]])
def test_the_contrastive_gradient_is_the_derivative(keys: list[int]) -> None:
    rng = np.random.default_rng(0)
    left, right = _unit(rng.standard_normal((5, 4))), _unit(rng.standard_normal((5, 4)))
    bags = Bags(np.zeros(5, np.int32), np.ones(5, np.int64))
    batch = Batch((bags, bags), (np.array(keys), np.arange(5)))
    _, gradient_left, gradient_right = contrast(left, right, batch, 5.0)
    _check_gradient(lambda one: contrast(one, right, batch, 5.0)[0], left, gradient_left)
    _check_gradient(lambda one: contrast(left, one, batch, 5.0)[0], right, gradient_right)


SUBJECTS = {
    "minister": "министр", "president": "президент", "player": "игрок", "teacher": "учитель", "doctor": "врач",
    "farmer": "фермер", "driver": "водитель", "artist": "художник", "soldier": "солдат", "singer": "певец",
}  # fmt: skip
VERBS = {
    "sees": "видит",
    "calls": "зовет",
    "leaves": "покидает",
    "knows": "знает",
    "likes": "любит",
    "paints": "рисует",
}
OBJECTS = {
    "city": "город", "house": "дом", "forest": "лес", "river": "реку", "school": "школу", "garden": "сад",
    "bridge": "мост", "letter": "письмо", "football": "футбол", "winter": "зиму",
}  # fmt: skip


def _write(path: Path, lines: list[tuple[str, str, str, str]]) -> None:
    import zstandard

    text = "lang_a\tlang_b\ttext_a\ttext_b\n" + "".join("\t".join(line) + "\n" for line in lines)
    path.write_bytes(zstandard.ZstdCompressor().compress(text.encode()))


@pytest.fixture(scope="module")
def parallel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("sentencepiece")
    folder = tmp_path_factory.mktemp("parallel")
    sentences = [
        ("en", "ru", f"the {one} {two} the {three}", f"{SUBJECTS[one]} {VERBS[two]} {OBJECTS[three]}")
        for one, two, three in itertools.product(SUBJECTS, VERBS, OBJECTS)
    ]
    _write(folder / "tatoeba_mirror.tsv.zst", sentences)
    words = {**SUBJECTS, **VERBS, **OBJECTS}
    _write(folder / "cldr.tsv.zst", [("en", "ru", one, other) for one, other in words.items()])
    return folder


def test_nothing_held_out_is_trained_on(parallel: Path) -> None:
    from clustering.vectors.training.parallel import split_parallel

    split = split_parallel(parallel, seed=1)
    held_out = {pair.english for pair in split.sentences} | {pair.other for pair in split.sentences}
    assert len(split.sentences) == 60
    trained = {side for pairs in split.pools.values() for pair in pairs for side in pair}
    assert not held_out & trained
    assert split.sentences == split_parallel(parallel, seed=1).sentences
    assert split.sentences != split_parallel(parallel, seed=2).sentences


def test_names_are_held_out_from_every_file(tmp_path: Path) -> None:
    pytest.importorskip("zstandard")
    from clustering.vectors.training.parallel import split_parallel

    forms = {"ar": "روبيو", "he": "רוביו", "ja": "ルビオ", "ko": "루비오", "ru": "Рубио"}
    _write(tmp_path / "wikidata_names.tsv.zst", [("en", one, "rubio", form) for one, form in forms.items()])
    _write(tmp_path / "natural_earth.tsv.zst", [("en", "ru", "Rubio", "Рубио"), ("en", "ru", "Moscow", "Москва")])
    split = split_parallel(tmp_path, seed=1)
    assert [name.english for name in split.names] == ["rubio"]
    assert list(split.pools.values()) == [[("Moscow", "Москва")]]


def test_both_tokenizers_agree(tmp_path: Path, parallel: Path) -> None:
    from clustering.vectors.training.parallel import split_parallel
    from clustering.vectors.training.sampling import sample_lines
    from clustering.vectors.training.tokenizer import train_tokenizer

    lines = list(sample_lines(split_parallel(parallel, seed=1), seed=1))
    processor, tokenizer = train_tokenizer(lines, tmp_path, n_pieces=200, plan=FoldingPlan())
    odd = ["Министр,  the CITY!", "e\u0301cole", "\t двойной   пробел ", "1,000 зим", "", "中文 x"]
    for text in lines[:200] + odd:
        assert tokenizer.encode(text, add_special_tokens=False).ids == processor.encode(text), text


PLAN = TrainingPlan(
    dimension=32, n_steps=60, batch=BatchPlan(n_pairs=256, n_chunks=4, bag_sizes=(1.0,), name_bag_sizes=(1.0,))
)


def test_a_tiny_model_learns_and_is_the_same_twice(parallel: Path, tmp_path: Path) -> None:
    from clustering.vectors.training.train import EncoderPlan, train_encoder

    stages: list[str] = []
    plan = EncoderPlan(n_pieces=200, stages=(PLAN, replace(PLAN, n_steps=5, is_spelled=False)))
    for name in ("one", "two"):
        evaluation = train_encoder(
            parallel, tmp_path / name, seed=3, plan=plan, progress=lambda stage, done, total: stages.append(stage)
        )
    assert evaluation.to_english["ru"] >= 0.8
    assert "ru" in evaluation.format()
    assert set(stages) == {"split", "tokenizer", "tokenise", "train", "evaluate"}
    for file in ("model.safetensors", "tokenizer.json", "checksums.json"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()
    vectors = load_encoder(EncoderConfig(model=str(tmp_path / "one"))).encode(
        ["the minister sees the river", "министр видит реку"]
    )
    assert float(vectors[0] @ vectors[1]) > 0.5


def test_no_parallel_files_is_said(tmp_path: Path) -> None:
    pytest.importorskip("sentencepiece")
    from clustering.vectors.training.train import train_encoder

    with pytest.raises(InputError, match="no parallel files"):
        train_encoder(tmp_path, tmp_path / "out")


def test_a_file_in_another_format_is_named(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    from clustering.vectors.training.parallel import read_pairs

    path = tmp_path / "cldr.tsv.zst"
    path.write_bytes(zstandard.ZstdCompressor().compress(b"a,b\n"))
    with pytest.raises(InputError, match=r"cldr.tsv.zst: not a parallel file"):
        list(read_pairs(path))
    path.write_bytes(zstandard.ZstdCompressor().compress(b"lang_a\tlang_b\ttext_a\ttext_b\nen\tru\tonly\n"))
    with pytest.raises(InputError, match=r"cldr.tsv.zst:2: 3 fields"):
        list(read_pairs(path))
