"""Well-known multilingual models by a short name, with the prefixes their authors ask for.

Takes a name, gives what `[encoder]` would have to say. The hub cannot be reached where samestory is tested, so the entries come from
the models' cards; the code they run through is tested with small folders.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PRESETS", "Preset", "find_preset"]


@dataclass(frozen=True, slots=True)
class Preset:
    """One model: hub name, width, longest input and prefixes. Articles are encoded with ``passage_prefix``."""

    model: str
    dimension: int
    max_tokens: int | None
    query_prefix: str = ""
    passage_prefix: str = ""
    cuts: tuple[int, ...] = ()
    """Dimensions the model was trained to be cut to (Matryoshka)."""
    note: str = ""


# E5: "use 'query: ' for symmetric tasks such as semantic similarity, clustering". Two articles are symmetric.
_E5_NOTE = "both sides take 'query: ', as its card asks for clustering"
_QWEN_TASK = "Instruct: Identify the news event that the article reports\nQuery: "

PRESETS: dict[str, Preset] = {
    "multilingual-e5-small": Preset("intfloat/multilingual-e5-small", 384, 512, "query: ", "query: ", note=_E5_NOTE),
    "multilingual-e5-base": Preset("intfloat/multilingual-e5-base", 768, 512, "query: ", "query: ", note=_E5_NOTE),
    "multilingual-e5-large": Preset("intfloat/multilingual-e5-large", 1024, 512, "query: ", "query: ", note=_E5_NOTE),
    "paraphrase-multilingual-MiniLM-L12-v2": Preset(
        "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2", 384, 128
    ),
    "LaBSE": Preset("sentence-transformers/LaBSE", 768, 256),
    "bge-m3": Preset(
        "BAAI/bge-m3",
        1024,
        8192,
        note="needs a revision with safetensors: its main branch has been published as a pickle",
    ),
    "static-similarity-mrl-multilingual-v1": Preset(
        "sentence-transformers/static-similarity-mrl-multilingual-v1", 1024, None, cuts=(512, 256, 128, 64, 32)
    ),
    "embeddinggemma-300m": Preset(
        "google/embeddinggemma-300m",
        768,
        2048,
        "task: clustering | query: ",
        "task: clustering | query: ",
        cuts=(512, 256, 128),
        note="gated: accept its licence on the hub first; no half precision in float16",
    ),
    "qwen3-embedding-0.6b": Preset(
        "Qwen/Qwen3-Embedding-0.6B", 1024, 32768, _QWEN_TASK, _QWEN_TASK, cuts=(768, 512, 256, 128, 64, 32)
    ),
}


def find_preset(name: str) -> Preset | None:
    """Find a preset by its short name or its hub name, whatever the case; None when there is none."""
    wanted = name.casefold()
    for short, preset in PRESETS.items():
        if wanted in (short.casefold(), preset.model.casefold()):
            return preset
    return None
