"""The direct path to a static model: tokenizer, one sparse product, unit rows.

Takes texts, gives the vectors `SentenceTransformer(folder).encode` gives for them, without importing torch and without its
per-batch overhead. Where the folder holds language means, the mean of the text's language is subtracted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from clustering.errors import EncoderError
from clustering.vectors.bundle import ALL_LANGUAGES, StaticModel

__all__ = ["StaticEncoder", "make_fallback_vector"]

# The mean of a bag does not get better with more tokens than this, and one megabyte of text should not cost a second.
_MAX_CHARS = 20_000


def make_fallback_vector(text: str, dimension: int) -> NDArray[np.float32]:
    """Give the unit vector of a text the encoder knows nothing of: fixed by the text, near to nothing else.

    One common vector for all such texts would make them all the same story.
    """
    seed = int.from_bytes(hashlib.blake2b(text.strip().encode("utf-8", "replace"), digest_size=8).digest(), "big")
    vector = np.random.default_rng(seed).standard_normal(dimension).astype(np.float32)
    return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)


class StaticEncoder:
    """Encode by the mean of token rows. Safe to share between threads; holds n_pieces * dim * 4 bytes."""

    def __init__(
        self, model: StaticModel, *, fingerprint: str, dimension: int | None = None, batch_size: int = 4096
    ) -> None:
        width = model.matrix.shape[1]
        if dimension is not None and dimension > width:
            raise EncoderError(f"[encoder] dimension = {dimension}, but the model has only {width}")
        self.fingerprint = fingerprint
        self.dimension = dimension or width
        self._tokenizer = model.tokenizer
        self._matrix = np.ascontiguousarray(model.matrix[:, : self.dimension])
        self._means = {name: mean[: self.dimension] for name, mean in model.language_means.items()}
        # Small batches, sized for transformers, would leave the tokenizer's threads idle.
        self._batch_size = max(2048, batch_size)

    def encode(
        self,
        texts: Sequence[str],
        *,
        languages: Sequence[str | None] | None = None,
        progress: Callable[[int], None] | None = None,
    ) -> NDArray[np.float32]:
        """Give unit rows (n_texts, dim) in the texts' order.

        ``languages`` (n_texts,) are ISO 639-1 codes or None; ``progress`` gets the number of texts done since its last call.
        """
        if languages is not None and len(languages) != len(texts):
            raise ValueError(f"{len(languages)} languages for {len(texts)} texts")
        vectors = np.empty((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(texts), self._batch_size):
            batch = [text[:_MAX_CHARS] for text in texts[start : start + self._batch_size]]
            part = vectors[start : start + len(batch)]
            is_unknown = self._encode_batch(batch, part)
            if self._means:
                part -= self._look_up_means(
                    None if languages is None else languages[start : start + len(batch)], len(batch)
                )
                part /= np.maximum(np.linalg.norm(part, axis=1, keepdims=True), 1e-12)
            for index in np.flatnonzero(is_unknown | (np.linalg.norm(part, axis=1) < 0.5)):
                part[index] = make_fallback_vector(batch[index], self.dimension)
            if progress is not None:
                progress(len(batch))
        return vectors

    def count_tokens(self, text: str) -> int:
        """Count the tokens of one text."""
        return len(self._tokenizer.encode(text, add_special_tokens=False).ids)

    def _encode_batch(self, batch: list[str], out: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Fill ``out`` with unit rows and tell which texts have no known token (n_texts,)."""
        from scipy.sparse import csr_array

        # A lone surrogate is legal in a Python string but not in UTF-8, which the tokenizer takes.
        clean = [text if text.isascii() else text.encode("utf-8", "replace").decode() for text in batch]
        encodings = self._tokenizer.encode_batch_fast(clean, add_special_tokens=False)
        ids = [encoding.ids for encoding in encodings]
        lengths = np.fromiter(map(len, ids), dtype=np.int32, count=len(ids))
        flat = np.fromiter(chain.from_iterable(ids), dtype=np.int32, count=int(lengths.sum()))
        ends = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
        bags = csr_array((np.ones(len(flat), np.float32), flat, ends), shape=(len(batch), len(self._matrix)))
        np.copyto(out, bags @ self._matrix)
        norms = np.linalg.norm(out, axis=1, keepdims=True)
        out /= np.maximum(norms, 1e-12)
        return np.asarray(norms[:, 0] < 1e-9)

    def _look_up_means(self, languages: Sequence[str | None] | None, n_texts: int) -> NDArray[np.float32]:
        unknown = self._means.get(ALL_LANGUAGES, np.zeros(self.dimension, np.float32))
        if languages is None:
            return np.broadcast_to(unknown, (n_texts, self.dimension))
        return np.stack([self._means.get((name or "").split("-")[0].lower(), unknown) for name in languages])
