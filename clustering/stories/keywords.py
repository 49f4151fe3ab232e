"""The words that tell one story from its neighbours.

Takes texts, gives counts and ranked words. Words are compared by their log-odds with an informative Dirichlet prior (Monroe, Colaresi and
Quinn, "Fightin' Words", Political Analysis 16(4), 2008): a word every neighbour uses as often ranks low however frequent it is.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

import regex

from clustering.names import content_words

__all__ = ["Keyword", "WordCounts", "count_words", "rank_keywords", "split_words"]

_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’ʼ\-–][\p{L}\p{N}][\p{L}\p{M}\p{N}]*)*")
_UNSPACED = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]+")
_PRIOR = 0.5
"""Pseudo-articles of prior per article of evidence; measured on the sample corpus, where 0.1 lets words of one article through and 2
drowns stories of three articles."""

_ONCE = 0.5


@dataclass(frozen=True, slots=True)
class Keyword:
    """One word as most articles write it. ``weight``: z of its log-odds against the neighbours; ``n_texts`` of the story that use it."""

    word: str
    weight: float
    n_texts: int


@dataclass(frozen=True, slots=True)
class WordCounts:
    """How many of ``n_texts`` texts use each word (lower case). ``shown``: lower case -> the commonest written form."""

    counts: Mapping[str, int] = field(default_factory=dict)
    n_texts: int = 0
    shown: Mapping[str, str] = field(default_factory=dict)

    def plus(self, other: WordCounts) -> WordCounts:
        """Give the counts of both together."""
        return WordCounts(
            dict(Counter(self.counts) + Counter(other.counts)),
            self.n_texts + other.n_texts,
            {**other.shown, **self.shown},
        )


def split_words(text: str) -> list[str]:
    """Give the words of a text as written; scripts without spaces give overlapping pairs of characters."""
    words: list[str] = []
    for found in _WORD.findall(text):
        runs = _UNSPACED.findall(found)
        if runs:
            for run in runs:
                words += [run[i : i + 2] for i in range(len(run) - 1)]
            words += [rest for rest in _UNSPACED.sub(" ", found).split() if len(rest) > 2]
        elif len(found) > 2 and not found.isdigit():
            words.append(found)
    return words


def count_words(texts: Iterable[str], language: str | None = None) -> WordCounts:
    """Count in how many texts each content word occurs; function words of the language are left out."""
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[str]] = {}
    n_texts = 0
    for text in texts:
        n_texts += 1
        written = {word.lower(): word for word in reversed(split_words(text)) if _is_content(word, language)}
        counts.update(written.keys())
        for low, word in written.items():
            forms.setdefault(low, Counter())[word] += 1
    shown = {
        low: min(found.items(), key=lambda item: (len(low) > 4 and item[0].isupper(), -item[1], item[0]))[0]
        for low, found in forms.items()
    }
    return WordCounts(dict(counts), n_texts, shown)


@lru_cache(maxsize=100_000)
def _is_content(word: str, language: str | None) -> bool:
    return bool(content_words(word, language))


def rank_keywords(
    story: WordCounts, neighbours: WordCounts | None = None, background: WordCounts | None = None, *, n: int = 8
) -> tuple[Keyword, ...]:
    """Rank a story's words by how surely it uses them more than its neighbours do.

    ``neighbours``: the other stories of its thread, or the related ones. ``background``: all stories of the run; it is the prior, and stands in for
    the neighbours when there are none. A word of a single text
    counts half.
    Inflected forms of one word are one keyword, shown in its shorter form.
    """
    other = neighbours if neighbours is not None and neighbours.n_texts else background or WordCounts()
    every = story.plus(other).plus(background or WordCounts())
    weights: dict[str, float] = {}
    for word, count in story.counts.items():
        rate = every.counts[word] / max(every.n_texts, 1)
        z = _weigh_odds(count, story.n_texts, other.counts.get(word, 0), other.n_texts, rate)
        if z > 0 or not other.n_texts:
            weights[word] = z if count > 1 else _ONCE * z
    ranked = sorted(weights, key=lambda word: (-weights[word], -story.counts[word], -len(word), word))
    kept: dict[str, Keyword] = {}
    for word in ranked:
        form = next((one for one in kept if _is_form_of(word, one)), None)
        if form is not None:
            if len(word) < len(kept[form].word) and 2 * story.counts[word] >= kept[form].n_texts:
                kept[form] = replace(kept[form], word=story.shown.get(word, word))
        elif len(kept) < n:
            kept[word] = Keyword(story.shown.get(word, word), round(weights[word], 3), story.counts[word])
    return tuple(kept.values())


def _weigh_odds(count: int, n: int, other_count: int, other_n: int, rate: float) -> float:
    """Give z of the log-odds ratio of a word used by ``count`` of ``n`` texts against ``other_count`` of ``other_n``."""
    prior, other_prior = _PRIOR * max(n, 1), _PRIOR * max(other_n, 1)
    used, other_used = count + prior * rate, other_count + other_prior * rate
    unused = max(n + prior - used, 1e-9)
    other_unused = max(other_n + other_prior - other_used, 1e-9)
    odds = math.log(used / unused) - math.log(other_used / other_unused) if other_n else math.log1p(count)
    return odds / math.sqrt(1 / used + 1 / other_used + 1 / unused + 1 / other_unused)


def _is_form_of(word: str, kept: str) -> bool:
    """Say whether two words look like inflected forms of one: they share all but a short ending."""
    shorter = min(len(word), len(kept))
    stem = shorter - (2 if shorter > 6 else 1)
    return stem >= 4 and word[:stem] == kept[:stem] and abs(len(word) - len(kept)) <= 3
