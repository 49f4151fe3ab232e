"""Choose the lines the tokenizer is trained on: every language gets about the same share.

Takes the split parallel text; gives lines in an order that depends on the seed only.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator

from clustering.vectors.training.parallel import ParallelText

__all__ = ["sample_lines"]


def sample_lines(text: ParallelText, *, seed: int, n_sentences: int = 30_000, n_lexicon: int = 20_000) -> Iterator[str]:
    """Give up to ``n_sentences`` + ``n_lexicon`` different lines per language.

    A language with too few sentences is repeated up to three times, so that its pieces are not pruned.
    """
    lines: dict[tuple[str, str], set[str]] = defaultdict(set)
    for (kind, _, language_a, language_b), pairs in text.pools.items():
        lines[kind, language_a].update(one for one, _ in pairs)
        lines[kind, language_b].update(other for _, other in pairs)
    chosen: list[str] = []
    for (kind, language), texts in sorted(lines.items()):
        wanted = n_sentences if kind == "sentence" else n_lexicon
        if language == "en":
            wanted *= 2
        ordered = sorted(texts)
        random.Random(f"{seed}-{kind}-{language}").shuffle(ordered)
        repeats = max(1, min(3, wanted // max(1, len(ordered))))
        chosen.extend(ordered[:wanted] * repeats)
    random.Random(seed).shuffle(chosen)
    yield from chosen
