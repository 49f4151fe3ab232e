"""Texts to sets of hashed word shingles, vectorised over many texts at once.

Takes strings, gives arrays of 64-bit hashes; numpy only. A shingle is three words in a row, romanised letter by letter, so that a
text in Serbian Cyrillic and its Latin twin share most shingles; where words are not spaced (Chinese, Japanese, Thai) it is six characters.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["ShingleSets", "hash_titles", "make_shingles"]

Words = npt.NDArray[np.uint64]
_TABLE_SIZE = 0x30000
_SEPARATOR, _LETTER, _IGNORED, _IDEOGRAPH, _UNKNOWN = 0, 1, 2, 3, 255
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MAX_WORD = 128
_OWN_FORMS = {"ј": "j", "ђ": "dj", "đ": "dj", "љ": "lj", "њ": "nj", "џ": "dz"}
"""Serbian in its two alphabets, letter for letter, where names are romanised by sound."""
CHUNK_CHARS = 2_000_000
"""Characters hashed at once: about 100 MB of temporary arrays."""


class ShingleSets(NamedTuple):
    """Sets of shingles: those of text ``i`` are ``hashes[starts[i]:starts[i + 1]]``, sorted, unique. ``starts`` (n + 1,)."""

    hashes: Words
    starts: npt.NDArray[np.int64]

    def of(self, index: int) -> Words:
        """Give one text's shingles."""
        return self.hashes[self.starts[index] : self.starts[index + 1]]


class _LetterTable:
    """For every character: its class, how many Latin letters it becomes, and their joint value."""

    def __init__(self) -> None:
        self.kind = np.full(_TABLE_SIZE, _UNKNOWN, dtype=np.uint8)
        self.length = np.zeros(_TABLE_SIZE, dtype=np.int64)
        self.value = np.zeros(_TABLE_SIZE, dtype=np.uint64)
        powers = np.empty(_MAX_WORD, dtype=np.uint64)
        powers[0] = 1
        with np.errstate(over="ignore"):
            for i in range(1, _MAX_WORD):
                powers[i] = powers[i - 1] * _BASE
        self.powers = powers

    def learn(self, codes: npt.NDArray[np.uint32]) -> None:
        """Fill in the characters not seen before."""
        from clustering.names import romanise

        for code in codes[self.kind[codes] == _UNKNOWN].tolist():
            char = chr(code)
            category = unicodedata.category(char)
            if _is_ideograph(code):
                self.kind[code], self.length[code], self.value[code] = _IDEOGRAPH, 1, _mix_int(code)
            elif category[0] in "LN":
                letters = [c for c in _OWN_FORMS.get(char.lower(), "") or romanise(char) if c.isalnum()] or [char]
                self.kind[code], self.length[code] = _LETTER, len(letters)
                self.value[code] = self._join(letters)
            elif category in ("Mn", "Mc", "Me", "Cf") or char in "'’ʼ`´":
                self.kind[code] = _IGNORED
            else:
                self.kind[code] = _SEPARATOR

    def _join(self, letters: list[str]) -> np.uint64:
        total, power = 0, 1
        for letter in letters:
            total += int(_mix_int(ord(letter))) * power
            power = power * int(_BASE) % 2**64
        return np.uint64(total % 2**64)


@lru_cache(maxsize=1)
def _table() -> _LetterTable:
    return _LetterTable()


def _is_ideograph(code: int) -> bool:
    return (
        0x3040 <= code <= 0x30FF or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x2FFFF
        or 0x0E00 <= code <= 0x0EFF or 0x1000 <= code <= 0x109F or 0x1780 <= code <= 0x17FF
    )  # fmt: skip


def _mix_int(value: int) -> np.uint64:
    value = (value + 0x9E3779B97F4A7C15) % 2**64
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9 % 2**64
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB % 2**64
    return np.uint64(value ^ (value >> 31))


def _mix(values: Words) -> Words:
    """Finish hashes (splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _hash_words(texts: Sequence[str]) -> tuple[Words, npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Give word hashes of all texts in a row, the text of each word, and whether it is an ideograph."""
    table = _table()
    joined = "\n".join(text.replace("\n", " ") for text in texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "replace"), dtype=np.uint32)
    codes = np.where(codes < _TABLE_SIZE, codes, np.uint32(0x20))
    seen = np.zeros(_TABLE_SIZE, dtype=bool)
    seen[codes] = True
    table.learn(np.flatnonzero(seen).astype(np.uint32))
    kind = table.kind[codes]
    text_of_char = np.cumsum(codes == 10)
    keep = kind != _IGNORED
    if not keep.all():
        codes, kind, text_of_char = codes[keep], kind[keep], text_of_char[keep]
    in_word = kind != _SEPARATOR
    ideograph = kind == _IDEOGRAPH
    before = np.empty_like(in_word)
    before[0], before[1:] = False, in_word[:-1] & ~ideograph[:-1]
    start = in_word & (~before | ideograph)
    starts = np.flatnonzero(start)
    if not len(starts):
        return np.empty(0, np.uint64), np.empty(0, np.int64), np.empty(0, bool)
    lengths = table.length[codes]
    place = np.cumsum(lengths) - lengths
    word_of_char = np.cumsum(start) - 1
    offset = place - place[starts][np.maximum(word_of_char, 0)]
    weighted = table.value[codes] * table.powers[np.minimum(offset, _MAX_WORD - 1)]
    total = np.cumsum(weighted, dtype=np.uint64)
    ends = np.append(starts[1:], len(codes)) - 1
    words = total[ends] - total[starts] + weighted[starts]
    return _mix(words), text_of_char[starts], ideograph[starts]


def _shingle(
    words: Words, text_of: npt.NDArray[np.int64], ideograph: npt.NDArray[np.bool_]
) -> tuple[Words, npt.NDArray[np.int64]]:
    """Give the shingles of consecutive words and their texts."""
    if len(words) < 3:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    shingles = _mix(words[:-2] * np.uint64(3) + words[1:-1] * _BASE + words[2:])
    last = text_of[2:].copy()
    if ideograph.any():
        wide = np.flatnonzero(ideograph[: len(shingles)])
        wide = wide[wide + 5 < len(words)]
        more = words[wide + 3] * np.uint64(7) + words[wide + 4] * np.uint64(11) + words[wide + 5] * np.uint64(13)
        shingles[wide] = _mix(shingles[wide] + more)
        last[wide] = text_of[wide + 5]
        # too near the end for six: not a shingle
        short = np.flatnonzero(ideograph[: len(shingles)])
        last[short[short + 5 >= len(words)]] = -1
    valid = last == text_of[:-2]
    return shingles[valid], text_of[:-2][valid]


def make_shingles(texts: Sequence[str]) -> ShingleSets:
    """Give the shingle sets of texts."""
    hashes: list[Words] = []
    counts = np.zeros(len(texts), dtype=np.int64)
    first = 0
    while first < len(texts):
        size, last = 0, first
        while last < len(texts) and (last == first or size + len(texts[last]) <= CHUNK_CHARS):
            size += len(texts[last])
            last += 1
        shingles, text_of = _shingle(*_hash_words(texts[first:last]))
        # sort by text, then hash: texts come in order already
        order = np.lexsort((shingles, text_of))
        shingles, text_of = shingles[order], text_of[order]
        if len(shingles):
            fresh = np.empty(len(shingles), dtype=bool)
            fresh[0] = True
            fresh[1:] = (shingles[1:] != shingles[:-1]) | (text_of[1:] != text_of[:-1])
            shingles, text_of = shingles[fresh], text_of[fresh]
        counts[first:last] = np.bincount(text_of, minlength=last - first)
        hashes.append(shingles)
        first = last
    starts = np.zeros(len(texts) + 1, dtype=np.int64)
    np.cumsum(counts, out=starts[1:])
    return ShingleSets(np.concatenate(hashes) if hashes else np.empty(0, np.uint64), starts)


def hash_titles(titles: Sequence[str]) -> tuple[Words, npt.NDArray[np.int64]]:
    """Give one hash for each title's sequence of words, and its number of words (an ideograph counts half)."""
    n = len(titles)
    combined = np.zeros(n, dtype=np.uint64)
    lengths = np.zeros(n, dtype=np.int64)
    for first in range(0, n, 20_000):
        part = titles[first : first + 20_000]
        words, text_of, ideograph = _hash_words(part)
        if not len(words):
            continue
        begin = np.searchsorted(text_of, np.arange(len(part)))
        place = np.arange(len(words)) - begin[text_of]
        values = _mix(words + _mix(place.astype(np.uint64)))
        np.add.at(combined, text_of + first, values)
        weight = np.bincount(text_of, weights=np.where(ideograph, 0.5, 1.0), minlength=len(part))
        lengths[first : first + len(part)] = np.floor(weight).astype(np.int64)
    return combined, lengths
