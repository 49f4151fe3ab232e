"""Any sentence-transformers model behind the `Encoder` seam.

Takes a local folder (or a hub name, then fetched once into the hub cache), gives unit rows. Never runs a model's own code
and never unpickles weights: a folder without safetensors is refused. Importing torch and sentence-transformers happens here, and only when
such a model is loaded.
"""

from __future__ import annotations

import importlib.util
import json
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from clustering.errors import EncoderError
from clustering.vectors.static import make_fallback_vector

__all__ = ["TransformerEncoder", "check_folder", "fetch_from_hub", "load_sentence_transformer"]

logger = logging.getLogger(__name__)

_FILES = ["*.safetensors", "*.json", "*.txt", "*.model", "*.jinja"]
_BACKEND_FILES = {"torch": [], "onnx": ["*.onnx", "*.onnx_data"], "openvino": ["*.xml", "openvino/*.bin"]}
_BACKEND_PACKAGES = {"torch": [], "onnx": ["optimum", "onnxruntime"], "openvino": ["optimum", "openvino"]}
Backend = Literal["torch", "onnx", "openvino"]


def fetch_from_hub(model: str, revision: str | None, backend: Backend) -> Path:
    """Give the folder of a hub model, from the cache when it is there, else by one download.

    Errors: ``EncoderError`` (one line) when it is in neither. The only place in samestory's encoders that touches the network.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    wanted = _FILES + _BACKEND_FILES[backend]
    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=wanted, local_files_only=True))
    except LocalEntryNotFoundError:
        logger.info("%s is not in the hub cache, asking the hub", model)
    except HFValidationError as error:
        raise EncoderError(f"{model!r} is neither a folder, nor a preset, nor a hub name like org/name") from error
    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=wanted))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError, RuntimeError) as error:
        where = f"{model}@{revision}" if revision else model
        raise EncoderError(
            f"cannot get {where} from the model hub ({_first_line(error)}): check the name and the network, give a local folder in "
            '[encoder] model, or use model = "bundled"'
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]


def check_folder(folder: Path, backend: Backend) -> None:
    """Refuse what is not a model, needs remote code or holds pickled weights. Errors: ``EncoderError``."""
    if not folder.is_dir():
        raise EncoderError(f"no model folder {folder}")
    if not (folder / "modules.json").is_file() and not (folder / "config.json").is_file():
        raise EncoderError(
            f"{folder} is not a sentence-transformers model: it has neither modules.json nor config.json"
        )
    for path in sorted(folder.rglob("*.json")):
        if path.name not in ("config.json", "modules.json"):
            continue
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise EncoderError(f"{path} cannot be read: {error}") from error
        if isinstance(content, dict) and content.get("auto_map"):
            raise EncoderError(
                f"{folder} needs code from its own repository (auto_map in {path.name}): samestory runs no remote code"
            )
        if isinstance(content, list):
            foreign = [
                one.get("type", "")
                for one in content
                if not str(one.get("type", "")).startswith("sentence_transformers.")
            ]
            if foreign:
                raise EncoderError(
                    f"{folder} needs the module {foreign[0]}: samestory runs only sentence-transformers' own modules"
                )
    if backend == "torch":
        pickled = [path for path in sorted(folder.rglob("*.bin")) if path.name.startswith("pytorch_model")]
        if any(not list(path.parent.glob("*.safetensors")) for path in pickled) or not list(
            folder.rglob("*.safetensors")
        ):
            raise EncoderError(
                f"{folder} has no safetensors weights: samestory does not unpickle models; convert it or choose another revision"
            )


def load_sentence_transformer(
    folder: Path, *, backend: Backend, device: str, half_precision: bool, max_tokens: int | None, dimension: int | None
) -> Any:
    """Load a checked folder. Errors: ``EncoderError`` (one line) when sentence-transformers cannot."""
    check_folder(folder, backend)
    missing = [name for name in _BACKEND_PACKAGES[backend] if importlib.util.find_spec(name) is None]
    if missing:
        raise EncoderError(f"backend {backend} needs {' and '.join(missing)}: pip install 'samestory[{backend}]'")
    from safetensors import SafetensorError
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # Its bars would break the command line's own.
    transformers_logging.disable_progress_bar()
    options: dict[str, Any] = {}
    if half_precision:
        # float16 has no fast kernels on processors and overflows in some models; bfloat16 has float32's range.
        options["dtype"] = "bfloat16" if device == "cpu" else "float16"
    try:
        model = SentenceTransformer(
            str(folder),
            device=device,
            backend=backend,
            local_files_only=True,
            trust_remote_code=False,
            model_kwargs=options,
            truncate_dim=dimension,
        )
    except (
        ImportError,
        OSError,
        ValueError,
        KeyError,
        RuntimeError,
        AttributeError,
        TypeError,
        SafetensorError,
    ) as error:
        raise EncoderError(f"{folder} cannot be loaded: {_first_line(error)}") from error
    if max_tokens is not None:
        longest = model.max_seq_length
        model.max_seq_length = max_tokens if longest is None else min(max_tokens, longest)
    return model


class TransformerEncoder:
    """Encode through `SentenceTransformer.encode`; unit rows, never NaN."""

    def __init__(
        self,
        model: Any,
        *,
        fingerprint: str,
        dimension: int | None = None,
        batch_size: int = 32,
        query_prefix: str = "",
        passage_prefix: str = "",
        n_processes: int = 1,
        device: str = "cpu",
    ) -> None:
        width = int(getattr(model[-1], "embedding_dimension", 0) or model.get_embedding_dimension())
        if dimension is not None and dimension > width:
            raise EncoderError(f"[encoder] dimension = {dimension}, but the model has only {width}")
        self.fingerprint = fingerprint
        self.dimension = dimension or width
        self._model = model
        self._batch_size = batch_size
        self._prefixes = {"query": query_prefix, "passage": passage_prefix}
        self._n_processes = n_processes
        self._device = device

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Give unit rows (n_texts, dim) of articles in the texts' order; ``languages`` is not used."""
        return self._encode(texts, "passage", progress)

    def encode_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Give unit rows (n_texts, dim) of search queries."""
        return self._encode(texts, "query", None)

    def count_tokens(self, text: str) -> int:
        """Count the tokens of one text."""
        return len(self._model.tokenizer(text)["input_ids"])

    def _encode(self, texts: Sequence[str], role: str, progress: Callable[[int], None] | None) -> NDArray[np.float32]:
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        # Longest first, as sentence-transformers orders each call, so that slicing for progress costs no padding.
        order = np.argsort([-len(text) for text in texts], kind="stable")
        pool = (
            self._model.start_multi_process_pool([self._device] * self._n_processes) if self._n_processes > 1 else None
        )
        size = self._batch_size * 16 * self._n_processes
        try:
            for start in range(0, len(texts), size):
                chosen = order[start : start + size]
                vectors[chosen] = self._model.encode(
                    [texts[int(index)] for index in chosen],
                    batch_size=self._batch_size,
                    prompt=self._prefixes[role] or None,
                    normalize_embeddings=True,
                    convert_to_numpy=True,
                    show_progress_bar=False,
                    pool=pool,
                )[:, : self.dimension]
                if progress is not None:
                    progress(len(chosen))
        finally:
            if pool is not None:
                self._model.stop_multi_process_pool(pool)
        norms = np.linalg.norm(vectors, axis=1)
        for index in np.flatnonzero(~(np.abs(norms - 1) < 0.1)):
            logger.warning("text %d gives no usable vector (norm %s), using a fixed one", index, norms[index])
            vectors[index] = make_fallback_vector(texts[int(index)], self.dimension)
        return vectors
