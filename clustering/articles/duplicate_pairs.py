"""Pairs of near-duplicate texts: sampled shingles propose, exact comparison decides.

Takes texts in time order, gives pairs with their shares; numpy only. Memory is bounded: samples are kept as 32-bit values (64 a text at most on
average), and the index is built for one slice of the hash range at a time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from clustering.articles.shingles import make_shingles

__all__ = ["MIN_SHINGLES", "Pairs", "find_pairs"]

MIN_SHINGLES = 10
"""Texts with fewer shingles (12 words) are too short to be told from a shared quotation."""
MIN_LONGER_SHARE = 0.2
"""A near-duplicate holds at least this much of the longer text: a fifth is two paragraphs of ten."""
SAMPLES = 64
"""Sampled shingles a text. A cut to a tenth of a 1,000-word text is then proposed with probability 0.99."""
REACH = 3
"""Each sampled shingle proposes a text to this many earlier ones that hold it, so that cost stays linear in copies."""
MIN_VOTES = 0.12
"""Of the votes that chance lets expect, this share is enough to compare: comparing is cheap, missing is not."""
_SLICES = 16
_TEXTS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Pairs:
    """m pairs over n texts: ``first``, ``second`` (m,) indices, ``share`` (m,) of the shorter text's shingles in common, ``jaccard`` (m,);
    ``n_shingles`` (n,) of every text."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    share: npt.NDArray[np.float64]
    jaccard: npt.NDArray[np.float64]
    n_shingles: npt.NDArray[np.int64]


def find_pairs(
    texts: list[str],
    order: npt.NDArray[np.int64],
    hours: npt.NDArray[np.float64],
    *,
    horizon_hours: float,
    min_share: float,
) -> Pairs:
    """Find near-duplicate pairs. ``order`` (n,) lists the texts in time order, unknown times last."""
    samples, n_shingles = _sample(texts, order)
    codes, votes = _propose(samples, order, hours, horizon_hours)
    del samples
    n = max(len(texts), 1)
    early, late = codes // n, codes % n
    a, b = order[early], order[late]
    smaller, larger = np.minimum(n_shingles[a], n_shingles[b]), np.maximum(n_shingles[a], n_shingles[b])
    expected = min_share * smaller / np.exp2(_level(larger))
    likely = (votes >= np.maximum(1.0, MIN_VOTES * expected)) & (smaller >= MIN_LONGER_SHARE * larger)
    return _compare(texts, a[likely], b[likely], n_shingles, min_share)


def _level(n_shingles: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Give the sampling level: at level v every 2^v-th shingle is kept."""
    return np.maximum(0.0, np.ceil(np.log2(np.maximum(n_shingles, 1) / SAMPLES)))


class _Samples(NamedTuple):
    """Sampled shingles (their high 32 bits) of a run of texts in time order, ``first`` on; ``counts`` says how many are each text's."""

    first: int
    hashes: npt.NDArray[np.uint32]
    counts: npt.NDArray[np.int32]


def _sample(texts: list[str], order: npt.NDArray[np.int64]) -> tuple[list[_Samples], npt.NDArray[np.int64]]:
    """Give the sampled shingles in time order, and the number of shingles by text."""
    n_shingles = np.zeros(len(texts), dtype=np.int64)
    parts: list[_Samples] = []
    for first in range(0, len(order), _TEXTS_AT_ONCE):
        some = order[first : first + _TEXTS_AT_ONCE]
        sets = make_shingles([texts[i] for i in some.tolist()])
        sizes = np.diff(sets.starts)
        n_shingles[some] = sizes
        owner = np.repeat(np.arange(len(some)), sizes)
        # level 64 keeps nothing; the low bits choose, the high bits are kept
        level = np.where(sizes >= MIN_SHINGLES, _level(sizes), 64).astype(np.uint64)
        mask = (np.uint64(1) << np.minimum(level, 31)) - np.uint64(1)
        chosen = ((sets.hashes & mask[owner]) == 0) & (level[owner] < 64)
        hashes = (sets.hashes[chosen] >> np.uint64(32)).astype(np.uint32)
        parts.append(_Samples(first, hashes, np.bincount(owner[chosen], minlength=len(some)).astype(np.int32)))
    return parts, n_shingles


def _propose(
    samples: list[_Samples], order: npt.NDArray[np.int64], hours: npt.NDArray[np.float64], horizon_hours: float
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Give pairs of places in time order, as ``earlier * n + later``, with the number of sampled shingles that propose them."""
    n = len(order)
    when = hours[order] if n else np.empty(0)
    all_codes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    all_votes: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
    for part in range(_SLICES):
        keys = _slice_keys(samples, part)
        value, holder = keys >> np.uint64(32), (keys & np.uint64(0xFFFFFFFF)).astype(np.int64)
        del keys
        found: list[npt.NDArray[np.int64]] = [np.empty(0, np.int64)]
        for step in range(1, REACH + 1):
            same = value[step:] == value[:-step]
            early, late = holder[:-step][same], holder[step:][same]
            near = ~(when[late] - when[early] > horizon_hours) & (early != late)
            found.append(early[near] * n + late[near])
        codes, votes = np.unique(np.concatenate(found), return_counts=True)
        all_codes.append(codes)
        all_votes.append(votes)
    codes, where = np.unique(np.concatenate(all_codes), return_inverse=True)
    return codes, np.bincount(where, weights=np.concatenate(all_votes), minlength=len(codes)).astype(np.int64)


def _slice_keys(samples: list[_Samples], part: int) -> npt.NDArray[np.uint64]:
    """Give the samples of one slice of the hash range, each with the place of its text in the low bits, sorted."""
    width = 2**32 // _SLICES
    keys: list[npt.NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    for some in samples:
        inside = (some.hashes >= part * width) & (some.hashes < (part + 1) * width)
        place = np.repeat(np.arange(some.first, some.first + len(some.counts), dtype=np.uint64), some.counts)
        keys.append((some.hashes[inside].astype(np.uint64) << np.uint64(32)) | place[inside])
    joined = np.concatenate(keys)
    joined.sort()
    return joined


def _compare(
    texts: list[str],
    a: npt.NDArray[np.int64],
    b: npt.NDArray[np.int64],
    n_shingles: npt.NDArray[np.int64],
    min_share: float,
) -> Pairs:
    """Compare candidates exactly, keep those that share enough."""
    common = np.zeros(len(a), dtype=np.int64)
    step = _TEXTS_AT_ONCE // 2
    for first in range(0, len(a), step):
        left, right = a[first : first + step], b[first : first + step]
        needed, where = np.unique(np.concatenate([left, right]), return_inverse=True)
        sets = make_shingles([texts[i] for i in needed.tolist()])
        m = len(left)
        for k in range(m):
            one, two = sets.of(where[k]), sets.of(where[m + k])
            if len(one) > len(two):
                one, two = two, one
            spot = np.minimum(np.searchsorted(two, one), len(two) - 1)
            common[first + k] = np.count_nonzero(two[spot] == one)
    smaller, larger = np.minimum(n_shingles[a], n_shingles[b]), np.maximum(n_shingles[a], n_shingles[b])
    share = common / np.maximum(smaller, 1)
    keep = (share >= min_share) & (common >= MIN_LONGER_SHARE * larger)
    total = n_shingles[a] + n_shingles[b] - common
    return Pairs(a[keep], b[keep], share[keep], (common / np.maximum(total, 1))[keep], n_shingles)
