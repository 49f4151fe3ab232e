"""A simple stand-in for near-duplicate detection, for labelled sets that come without it.

The pipeline finds near-duplicates when it takes articles in; an evaluation starts from a bare gold file, and compares texts by their
romanised five-word shingles (titles alone by their words).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["find_simple_copies"]

_SHINGLE_WORDS = 5
_MIN_JACCARD = 0.6
_MAX_BUCKET = 200


def find_simple_copies(titles: Sequence[str], texts: Sequence[str]) -> NDArray[np.int64]:
    """Give a group number per article, shape (n,): equal for texts whose shingle sets overlap by a Jaccard of 0.6 or more.

    An article without a body is a copy only of one with exactly the same title words.
    """
    from clustering.names import romanise

    shingles: list[frozenset[str]] = []
    buckets: dict[str, list[int]] = defaultdict(list)
    for i, (title, text) in enumerate(zip(titles, texts, strict=True)):
        words = romanise(text[:2_000] or title).split()
        if len(words) < 2 * _SHINGLE_WORDS:
            found = frozenset({" ".join(words)})
        else:
            found = frozenset(" ".join(words[k : k + _SHINGLE_WORDS]) for k in range(len(words) - _SHINGLE_WORDS + 1))
        shingles.append(found)
        for shingle in sorted(found)[:40]:
            buckets[shingle].append(i)
    group = np.arange(len(titles), dtype=np.int64)

    def lead(i: int) -> int:
        while group[i] != i:
            group[i] = group[group[i]]
            i = int(group[i])
        return i

    for members in buckets.values():
        if 1 < len(members) <= _MAX_BUCKET:
            for i in members[1:]:
                a, b = lead(members[0]), lead(i)
                if a != b and _overlap(shingles[members[0]], shingles[i]) >= _MIN_JACCARD:
                    group[max(a, b)] = min(a, b)
    return np.array([lead(i) for i in range(len(titles))], dtype=np.int64)


def _overlap(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)
