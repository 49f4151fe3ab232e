"""Learn which English words translate a word of another language, from sentences that say the same.

Takes pairs of (English words, foreign words), gives a lexicon: language -> word -> [(gloss, share), ...], and its text for
`data/glosses.tsv.gz`. Words are the stems of `clustering.names.words`, glosses their first five letters. Pure apart from
`read_sentence_pairs`; the same pairs give the same lexicon. Method: IBM model 1 (Brown et al. 1993, "The Mathematics of
Statistical Machine Translation"), learned in both directions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.names.glosses import GLOSS_LETTERS
from clustering.names.words import content_words

__all__ = ["GlossLexicon", "SentencePair", "learn_glosses", "learn_lexicon", "read_sentence_pairs", "write_lexicon"]

SentencePair = tuple[Sequence[str], Sequence[str]]
Glosses = dict[str, list[tuple[str, float]]]
GlossLexicon = dict[str, Glosses]

# In this order: text near the news, then everyday sentences, and what is left under the cap for wordnets. With wordnets before Tatoeba their lemma
# pairs take all places of Italian, and meantime's cross-language average precision is 0.994 instead of 0.999.
_SOURCES = ("tico19", "open_sdg", "cldr", "tatoeba_mirror", "tatoeba_manythings", "omw_permissive")
# The licence of the Hebrew wordnet is stated in two ways (WordNet-like, GPL), so it is not used.
_UNUSED = {("omw_permissive", "he")}
_PAIRS_PER_LANGUAGE = 120_000
# Longer rows are whole paragraphs, in which every word meets every other.
_LONGEST_ENGLISH, _LONGEST_FOREIGN = 40, 60
_ROUNDS = 6
# A gloss is kept when it is likely by itself, likely in both directions, and was met about twice, or once and hardly in doubt. So kept,
# shared glosses give an average precision of 0.804 and 0.798 over the engine's cross-language candidates on two halves of og2021, words 0.701
# and 0.679.
_MIN_PROBABILITY = 0.1
_MIN_AGREEMENT = 0.05
_MIN_COUNT = 1.8
_MIN_COUNT_SURE, _MIN_AGREEMENT_SURE = 0.9, 0.3
_MAX_GLOSSES = 2


def read_sentence_pairs(
    parallel: Path, read_words: Callable[[str, str], list[str]] = content_words
) -> dict[str, list[SentencePair]]:
    """Read the sources with English on one side: language -> pairs of content words, at most 120,000 a language."""
    from clustering.names.training import read_pairs

    pairs: dict[str, list[SentencePair]] = defaultdict(list)
    for source in _SOURCES:
        for language_a, language, text_a, text in read_pairs(parallel / f"{source}.tsv.zst"):
            if language_a != "en" or language == "en" or (source, language) in _UNUSED:
                continue
            if len(pairs[language]) >= _PAIRS_PER_LANGUAGE:
                continue
            english, foreign = read_words(text_a, "en"), read_words(text, language)
            if english and foreign and len(english) <= _LONGEST_ENGLISH and len(foreign) <= _LONGEST_FOREIGN:
                pairs[language].append((english, foreign))
    return dict(pairs)


def learn_lexicon(pairs: Mapping[str, Iterable[SentencePair]]) -> GlossLexicon:
    """Learn the glosses of every language from its pairs of (English words, foreign words)."""
    return {language: learn_glosses(pairs[language]) for language in sorted(pairs)}


def learn_glosses(pairs: Iterable[SentencePair]) -> Glosses:
    """Learn the glosses of one language: word -> at most two (gloss, share), the likelier first; shares of a word sum to 1.

    A word that has no gloss worth keeping is left out. Repeats within a sentence count once.
    """
    english: dict[str, int] = {}
    foreign: dict[str, int] = {}
    row: list[int] = []
    left: list[int] = []
    right: list[int] = []
    for number, (english_words, foreign_words) in enumerate(pairs):
        ours = [english.setdefault(word, len(english)) for word in dict.fromkeys(english_words)]
        for word in dict.fromkeys(foreign_words):
            left.extend([foreign.setdefault(word, len(foreign))] * len(ours))
            right.extend(ours)
            row.extend([number] * len(ours))
    if not row:
        return {}
    of_foreign, of_english, of_row = (np.asarray(ids, dtype=np.int64) for ids in (left, right, row))
    couples, couple = np.unique(of_foreign * len(english) + of_english, return_inverse=True)
    couple_foreign, couple_english = np.divmod(couples, len(english))
    probability, count = _translate(couple, of_row * len(english) + of_english, couple_foreign)
    backward, _ = _translate(couple, of_row * len(foreign) + of_foreign, couple_english)
    agreement = np.sqrt(probability * backward)
    is_sure = (count >= _MIN_COUNT_SURE) & (agreement > _MIN_AGREEMENT_SURE)
    is_kept = (probability > _MIN_PROBABILITY) & (agreement > _MIN_AGREEMENT) & ((count >= _MIN_COUNT) | is_sure)
    english_words, foreign_words = list(english), list(foreign)
    merged: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for at in np.flatnonzero(is_kept):
        gloss = english_words[couple_english[at]][:GLOSS_LETTERS]
        merged[foreign_words[couple_foreign[at]]][gloss] += float(probability[at])
    return {word: _choose(merged[word]) for word in sorted(merged)}


def _translate(
    couple: NDArray[np.intp], slot: NDArray[np.int64], source: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Learn how likely a source word is translated by a target word, and how often it was, by expectation-maximisation.

    ``couple`` (n_meetings,): the couple of words that meet; ``slot`` (n_meetings,): the target word of one sentence they meet at, which
    exactly one source word of the sentence brought forth; ``source`` (n_couples,): the source word of each couple.
    """
    slots = np.unique(slot, return_inverse=True)[1]
    probability = count = np.ones(len(source))
    for _ in range(_ROUNDS):
        met = probability[couple]
        count = _sum_by(couple, met / _sum_by(slots, met)[slots])
        probability = count / _sum_by(source, count)[source]
    return probability, count


def _sum_by(group: NDArray[np.integer], values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.bincount(group, values).astype(np.float64, copy=False)


def _choose(glosses: Mapping[str, float]) -> list[tuple[str, float]]:
    """Take the likeliest glosses and give their shares in whole hundredths."""
    best = sorted(glosses, key=lambda gloss: (-glosses[gloss], gloss))[:_MAX_GLOSSES]
    total = sum(glosses[gloss] for gloss in best)
    shares = [round(glosses[gloss] / total, 2) for gloss in best]
    shares[0] = round(1 - sum(shares[1:]), 2)
    return list(zip(best, shares, strict=True))


def write_lexicon(lexicon: GlossLexicon) -> str:
    """Give the lexicon as text, sorted: language, word, glosses with their shares."""
    lines = []
    for language in sorted(lexicon):
        for word in sorted(lexicon[language]):
            glosses = " ".join(f"{gloss} {share:.2f}" for gloss, share in lexicon[language][word])
            lines.append(f"{language}\t{word}\t{glosses}\n")
    return "".join(lines)
