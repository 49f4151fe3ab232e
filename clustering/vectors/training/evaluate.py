"""Measure an encoder on what was held out of training: translations of sentences, and names across scripts.

Takes an encoder and the held-out part of the split, gives numbers per language. Both tests are nearest-neighbour retrieval by
cosine, without any correction for hubs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from clustering.vectors.encoder import Encoder
from clustering.vectors.training.parallel import HeldOutName, HeldOutPair

__all__ = ["Evaluation", "evaluate_encoder"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Shares of right first answers, by language; ``n_sentences`` candidates differ between languages (see the model card)."""

    to_english: dict[str, float]
    from_english: dict[str, float]
    names: dict[str, float]
    n_sentences: dict[str, int]
    n_names: dict[str, int]

    @property
    def mean_to_english(self) -> float:
        """Mean over languages, each counting the same."""
        return float(np.mean(list(self.to_english.values()))) if self.to_english else 0.0

    @property
    def mean_names(self) -> float:
        """Share of all forms of all names whose own English form is the nearest."""
        total = sum(self.n_names.values())
        return sum(self.names[one] * n for one, n in self.n_names.items()) / total if total else 0.0

    def format(self) -> str:
        """Write a table, worst language first."""
        lines = [f"sentences to English: mean {self.mean_to_english:.3f} over {len(self.to_english)} languages"]
        for language, share in sorted(self.to_english.items(), key=lambda item: item[1]):
            back = self.from_english[language]
            lines.append(f"  {language}  to en {share:.3f}  from en {back:.3f}  of {self.n_sentences[language]}")
        lines.append(f"names across scripts: {self.mean_names:.3f} of {sum(self.n_names.values())} forms")
        lines += [
            f"  {language}  {share:.3f}  of {self.n_names[language]}" for language, share in sorted(self.names.items())
        ]
        return "\n".join(lines)


def evaluate_encoder(encoder: Encoder, sentences: Sequence[HeldOutPair], names: Sequence[HeldOutName]) -> Evaluation:
    """Measure both tests; a name's candidates are the English forms of all held-out names."""
    pairs: dict[str, list[HeldOutPair]] = defaultdict(list)
    for pair in sentences:
        pairs[pair.language].append(pair)
    to_english, from_english = {}, {}
    for language, chosen in sorted(pairs.items()):
        english = encoder.encode([pair.english for pair in chosen], languages=["en"] * len(chosen))
        other = encoder.encode([pair.other for pair in chosen], languages=[language] * len(chosen))
        similarity, right = other @ english.T, np.arange(len(chosen))
        to_english[language] = float((similarity.argmax(axis=1) == right).mean())
        from_english[language] = float((similarity.argmax(axis=0) == right).mean())
    forms: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for index, name in enumerate(names):
        for language, form in name.forms:
            forms[language].append((index, form))
    known = encoder.encode([name.english for name in names])
    found = {}
    for language, listed in sorted(forms.items()):
        nearest = (encoder.encode([form for _, form in listed], languages=[language] * len(listed)) @ known.T).argmax(
            axis=1
        )
        found[language] = float((nearest == np.array([index for index, _ in listed])).mean())
    return Evaluation(
        to_english,
        from_english,
        found,
        {language: len(chosen) for language, chosen in pairs.items()},
        {language: len(listed) for language, listed in forms.items()},
    )
