"""The `Encoder` seam: texts to unit vectors that know what made them.

Takes an `EncoderConfig`, gives an encoder: the bundled model by the direct path, or any sentence-transformers model. Loading the
bundled model imports neither torch nor sentence-transformers and touches no network.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from clustering.config import EncoderConfig
from clustering.errors import EncoderError
from clustering.vectors.bundle import BUNDLED, is_static_folder, read_static_model, verify_checksums
from clustering.vectors.presets import find_preset
from clustering.vectors.recipe import Recipe, combine_parts, make_texts
from clustering.vectors.static import StaticEncoder

__all__ = ["Encoder", "embed_articles", "find_fingerprint", "load_encoder", "make_fingerprint", "make_recipe"]


@runtime_checkable
class Encoder(Protocol):
    """What the embedding step needs. ``fingerprint`` names model, settings and recipe; vectors of two of them never meet."""

    fingerprint: str
    dimension: int

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Give unit rows (n_texts, dim) in the texts' order, never NaN; ``progress`` gets counts of texts done."""
        ...


@dataclass(frozen=True, slots=True)
class _Source:
    """Where a config's model lies, what it is called, and the config with its preset's settings filled in."""

    name: str
    folder: Path
    is_static: bool
    config: EncoderConfig


def load_encoder(config: EncoderConfig) -> Encoder:
    """Load the encoder a config names: ``bundled``, a preset, a folder or a hub model.

    Errors: ``EncoderError``, one line that says what to do.
    """
    source = _find_source(config)
    settled = source.config
    if source.is_static:
        model = read_static_model(source.folder)
        return StaticEncoder(
            model,
            fingerprint=make_fingerprint(settled, source.name, model.digest),
            dimension=settled.dimension,
            batch_size=settled.batch_size,
        )
    from clustering.vectors.transformer import TransformerEncoder, load_sentence_transformer

    loaded = load_sentence_transformer(
        source.folder,
        backend=settled.backend,
        device=settled.device,
        half_precision=settled.half_precision,
        max_tokens=settled.max_tokens,
        dimension=None,
    )
    return TransformerEncoder(
        loaded,
        fingerprint=make_fingerprint(settled, source.name, _digest_folder(source.folder)),
        dimension=settled.dimension,
        batch_size=settled.batch_size,
        query_prefix=settled.query_prefix or "",
        passage_prefix=settled.passage_prefix or "",
        n_processes=settled.n_processes,
        device=settled.device,
    )


def find_fingerprint(config: EncoderConfig) -> str:
    """Give the fingerprint ``load_encoder`` would give, without loading the model. Errors: ``EncoderError``."""
    source = _find_source(config)
    digest = verify_checksums(source.folder) if source.is_static else _digest_folder(source.folder)
    return make_fingerprint(source.config, source.name, digest)


def _find_source(config: EncoderConfig) -> _Source:
    preset = find_preset(config.model)
    name = preset.model if preset else config.model
    folder: Path | None = BUNDLED if name == "bundled" else _find_folder(name)
    if folder is not None and is_static_folder(folder):
        return _Source("bundled" if folder == BUNDLED else folder.name, folder, True, config)
    if name == "bundled":
        raise EncoderError(
            f"the bundled model is missing from {BUNDLED}: reinstall samestory or run samestory train-encoder"
        )
    if folder is None:
        from clustering.vectors.transformer import fetch_from_hub

        folder = fetch_from_hub(name, config.revision, config.backend)
    query, passage = config.query_prefix, config.passage_prefix
    settled = {
        "query_prefix": (preset.query_prefix if preset else "") if query is None else query,
        "passage_prefix": (preset.passage_prefix if preset else "") if passage is None else passage,
        "max_tokens": config.max_tokens or (preset.max_tokens if preset else None),
    }
    return _Source(name, folder, False, config.model_copy(update=settled))


def _find_folder(name: str) -> Path | None:
    path = Path(name).expanduser()
    if path.is_dir():
        return path
    # "org/name" may be a hub model; anything else that looks like a path is a path that is not there.
    if name.startswith((".", "/", "~")) or name.count("/") != 1:
        raise EncoderError(f"no model folder {name}, and it is neither a preset nor a hub name like org/name")
    return None


def _digest_folder(folder: Path) -> str:
    """Digest the small files and the sizes and heads of the large ones: enough to tell two models apart in no time."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")):
        digest.update(f"{path.relative_to(folder)}:{path.stat().st_size}:".encode())
        with path.open("rb") as file:
            digest.update(file.read(1 << 20))
            file.seek(max(0, path.stat().st_size - (1 << 20)))
            digest.update(file.read())
    return digest.hexdigest()[:12]


def make_recipe(config: EncoderConfig) -> Recipe:
    """Give the recipe of the texts. The bundled model averages title and lead by weight, a transformer reads one text."""
    folder = None if find_preset(config.model) else Path(config.model).expanduser()
    is_static = config.model == "bundled" or (folder is not None and is_static_folder(folder))
    return Recipe(config.title_weight, config.lead_words, config.long_text, separate=is_static)


def make_fingerprint(config: EncoderConfig, name: str, digest: str) -> str:
    """Name everything a vector depends on: model, content, backend, precision, prefixes, lengths, dimension and recipe.

    Batch size, device and number of processes do not change a vector beyond rounding and are left out.
    """
    settings = {
        "backend": config.backend,
        "dimension": config.dimension,
        "half_precision": config.half_precision,
        "max_tokens": config.max_tokens,
        "passage_prefix": config.passage_prefix or "",
        "query_prefix": config.query_prefix or "",
        "revision": config.revision,
    }
    short = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
    return f"{name}:{digest}:{short}:{make_recipe(config).id}"


def embed_articles(
    encoder: Encoder,
    config: EncoderConfig,
    titles: Sequence[str | None],
    bodies: Sequence[str | None],
    *,
    languages: Sequence[str | None] | None = None,
    progress: Callable[[int], None] | None = None,
) -> NDArray[np.float32]:
    """Embed articles by the config's recipe: unit rows (n_articles, dim) in the articles' order.

    ``progress`` gets counts of texts done; an article has one text or more.
    """
    parts = make_texts(titles, bodies, make_recipe(config))
    of_parts = None if languages is None else [languages[owner] for owner in parts.owners]
    vectors = encoder.encode(parts.texts, languages=of_parts, progress=progress)
    return combine_parts(parts, vectors)
