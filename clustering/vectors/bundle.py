"""The folder of a static model: what is in it, and that it is what was shipped.

Takes a folder, gives its verified parts: tokenizer, matrix, language means. A folder written by training holds
``model.safetensors`` (``embeddings`` int8 (n_pieces, dim), ``weights`` float32 (n_pieces,), ``language_means`` float32 (n_languages, dim)),
``tokenizer.json``, ``modules.json`` and ``config_sentence_transformers.json`` (so that sentence-transformers loads it as a
plain folder), ``NOTICE`` and ``checksums.json``. Must not import torch.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.errors import EncoderError

__all__ = ["BUNDLED", "CHECKSUMS", "StaticModel", "is_static_folder", "read_static_model", "verify_checksums"]

BUNDLED = Path(__file__).parent / "bundled"
CHECKSUMS = "checksums.json"
ALL_LANGUAGES = "*"


@dataclass(frozen=True, slots=True)
class StaticModel:
    """One verified folder: ``matrix`` (n_pieces, dim), ``language_means`` by ISO 639-1 code, ``"*"`` for unknown ones."""

    tokenizer: Any
    matrix: NDArray[np.float32]
    language_means: dict[str, NDArray[np.float32]]
    digest: str


def is_static_folder(folder: Path) -> bool:
    """Tell whether training wrote this folder, so that the direct path can read it."""
    return (folder / CHECKSUMS).is_file() and (folder / "tokenizer.json").is_file()


def verify_checksums(folder: Path) -> str:
    """Compare every listed file with its SHA-256 and give a digest of the list.

    Errors: ``EncoderError`` naming the first file that is missing or differs.
    """
    path = folder / CHECKSUMS
    try:
        listed: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EncoderError(
            f"{folder}: {CHECKSUMS} cannot be read ({error}): reinstall samestory or train again"
        ) from error
    for name, expected in sorted(listed.items()):
        file = folder / name
        if not file.is_file():
            raise EncoderError(f"{file} is missing: reinstall samestory or train again")
        found = hashlib.sha256(file.read_bytes()).hexdigest()
        if found != expected:
            raise EncoderError(
                f"{file}: checksum {found[:12]} is not the expected {expected[:12]}: the file is damaged or was replaced; "
                "reinstall samestory or train again"
            )
    return hashlib.sha256(json.dumps(listed, sort_keys=True).encode()).hexdigest()[:12]


def read_static_model(folder: Path) -> StaticModel:
    """Read and verify a folder. Errors: ``EncoderError`` saying which file is wrong and what to do."""
    from safetensors import SafetensorError, safe_open
    from tokenizers import Tokenizer

    if not folder.is_dir():
        raise EncoderError(f"no model folder {folder}: reinstall samestory, or name another model in [encoder] model")
    digest = verify_checksums(folder)
    try:
        with safe_open(folder / "model.safetensors", framework="np") as tensors:
            embeddings, weights = tensors.get_tensor("embeddings"), tensors.get_tensor("weights")
            metadata = tensors.metadata() or {}
            means = tensors.get_tensor("language_means") if "language_means" in tensors.keys() else None  # noqa: SIM118
    except (SafetensorError, OSError) as error:
        raise EncoderError(f"{folder / 'model.safetensors'} cannot be read: {error}") from error
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    if tokenizer.get_vocab_size() != len(embeddings):
        raise EncoderError(f"{folder}: {tokenizer.get_vocab_size()} pieces but {len(embeddings)} rows")
    matrix = embeddings.astype(np.float32)
    matrix *= weights[:, None]
    names = [name for name in metadata.get("languages", "").split(",") if name]
    by_language = {} if means is None else {name: means[index] for index, name in enumerate(names)}
    return StaticModel(tokenizer, matrix, by_language, digest)
