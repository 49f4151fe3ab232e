"""Give the content words of a text as short romanised stems.

Takes text and its language (ISO 639-1 or None), gives words in reading order. Function words are removed (lists counted from parallel
text, `clustering.names.word_training`), words are cut to their first six letters, Chinese, Japanese and Thai are given as pairs of neighbouring
characters. Cheap evidence for "same words", not a linguistic stemmer.
"""

from __future__ import annotations

import re

from clustering.names.han import SIMPLIFIED
from clustering.names.tokens import Reading, vocabulary_for

__all__ = ["content_words", "pairs_of_characters", "words_of_reading"]

_RUN = re.compile(
    r"[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1000-\u109f]+|[\u1780-\u17ff]+|[\u30a0-\u30ff]+|[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々]+"
)
_KATAKANA = re.compile(r"[\u30a0-\u30ff]{3,}")
# Characters of Chinese grammar; a pair that holds one says little.
_GRAMMAR_CHARACTERS = frozenset("的了是在和与也就都而及着或这那有我你他她它们不为以于其被把将从到对等之所个")


def pairs_of_characters(token: str) -> list[str]:
    """Give neighbouring pairs of Chinese, Japanese or Thai characters; a katakana run of three or more is one word."""
    found: list[str] = []
    for run in _RUN.findall(token.translate(SIMPLIFIED)):
        if _KATAKANA.fullmatch(run):
            found.append(run)
        elif len(run) > 1:
            found.extend(
                run[i : i + 2]
                for i in range(len(run) - 1)
                if run[i] not in _GRAMMAR_CHARACTERS and run[i + 1] not in _GRAMMAR_CHARACTERS
            )
    return found


def words_of_reading(reading: Reading) -> list[str]:
    """Give the content words of a text read before; pairs of characters come last."""
    found = [word.term for word in reading.words if word is not None and word.term]
    for token in reading.spaceless:
        found.extend(pairs_of_characters(token))
    return found


def content_words(text: str, language: str | None = None) -> list[str]:
    """Give the content words of a text in reading order, with repeats."""
    return words_of_reading(vocabulary_for(language).read(text))
