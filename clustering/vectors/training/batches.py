"""Tokenise the training pairs once and cut seeded batches from them.

A batch is made of chunks; all pairs of a chunk come from one pool (source and language pair), so that its
negatives are hard ones: same language, same domain. Half of the chunks are turned round, so that neither side is always English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.vectors.training.parallel import ParallelText

__all__ = ["Bags", "Batch", "BatchPlan", "TokenPool", "cut_batch", "tokenise_pools"]


@dataclass(frozen=True, slots=True)
class Bags:
    """Token ids of many texts: ``ids`` (n_tokens,), ``lengths`` (n_texts,)."""

    ids: NDArray[np.int32]
    lengths: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class TokenPool:
    """Both sides of one pool, tokenised; ``keys_*`` (n_pairs,) identify equal texts, ``starts_*`` are offsets into ids."""

    kind: str
    source: str
    languages: tuple[str, str]
    ids: tuple[NDArray[np.int32], NDArray[np.int32]]
    starts: tuple[NDArray[np.int64], NDArray[np.int64]]
    keys: tuple[NDArray[np.int64], NDArray[np.int64]]
    taught: NDArray[np.int32] | None = None
    """Row of the English side in the teacher's vectors, -1 where it has none: (n_pairs,)."""

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return len(self.keys[0])


@dataclass(frozen=True, slots=True)
class BatchPlan:
    """What a batch is made of; the defaults are the bundled model's."""

    n_pairs: int = 2048
    n_chunks: int = 16
    lexicon_share: float = 0.3
    exponent: float = 0.6
    """A pool of n pairs is drawn with weight n ** exponent."""
    bag_sizes: tuple[float, ...] = (0.4, 0.25, 0.15, 0.1, 0.1)
    """Probability that a bag joins 1, 2, 3... sentences."""
    name_bag_sizes: tuple[float, ...] = (0.5, 0.35, 0.15)
    token_dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class Batch:
    """Aligned bags a and b, and the key of each bag for masking equal texts: (n_bags,)."""

    sides: tuple[Bags, Bags]
    keys: tuple[NDArray[np.int64], NDArray[np.int64]]
    taught: NDArray[np.int32]
    """Rows of the teacher's vectors that make up each bag, padded with -2; -1 where one has none: (n_bags, largest bag)."""


def tokenise_pools(text: ParallelText, tokenizer: Any, taught: Mapping[str, int] | None = None) -> list[TokenPool]:
    """Tokenise all pools in a fixed order; pairs with an empty side are left out.

    ``taught`` gives an English text's row in the teacher's vectors.
    """
    pools = []
    for (kind, source, language_a, language_b), pairs in sorted(text.pools.items()):
        sides = []
        for side in (0, 1):
            encodings = tokenizer.encode_batch_fast([pair[side] for pair in pairs], add_special_tokens=False)
            sides.append([np.array(encoding.ids, dtype=np.int32) for encoding in encodings])
        kept = [index for index in range(len(pairs)) if len(sides[0][index]) and len(sides[1][index])]
        if not kept:
            continue
        ids, starts, keys = [], [], []
        for tokens in sides:
            chosen = [tokens[index] for index in kept]
            ids.append(np.concatenate(chosen))
            starts.append(np.concatenate([[0], np.cumsum([len(one) for one in chosen])]).astype(np.int64))
            keys.append(np.array([_key(one) for one in chosen], dtype=np.int64))
        rows = None
        if taught and language_a == "en":
            rows = np.array([taught.get(pairs[index][0], -1) for index in kept], dtype=np.int32)
        pools.append(
            TokenPool(
                kind,
                source,
                (language_a, language_b),
                (ids[0], ids[1]),
                (starts[0], starts[1]),
                (keys[0], keys[1]),
                rows,
            )
        )
    return pools


def _key(tokens: NDArray[np.int32]) -> int:
    # Not `hash`: it is salted per process, and a seeded run must be repeatable.
    import zlib

    return zlib.crc32(tokens.tobytes()) | (len(tokens) & 0x7FFF) << 32


def pool_weights(pools: list[TokenPool], plan: BatchPlan, boosts: Mapping[str, float]) -> NDArray[np.float64]:
    """Give each pool's probability: lexicon and sentence pools share the batch as planned."""
    weights = np.array(
        [
            pool.n_pairs**plan.exponent * boosts.get(pool.languages[1], 1.0) * boosts.get(pool.source, 1.0)
            for pool in pools
        ]
    )
    is_lexicon = np.array([pool.kind == "lexicon" for pool in pools])
    for mask, share in ((is_lexicon, plan.lexicon_share), (~is_lexicon, 1 - plan.lexicon_share)):
        if mask.any():
            weights[mask] *= share / weights[mask].sum()
    return np.asarray(weights / weights.sum())


def _take(ids: NDArray[np.int32], starts: NDArray[np.int64], chosen: NDArray[np.int64]) -> Bags:
    lengths = starts[chosen + 1] - starts[chosen]
    offsets = np.repeat(starts[chosen] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return Bags(ids[offsets + np.arange(lengths.sum())], lengths)


def _drop_tokens(bags: Bags, share: float, rng: np.random.Generator) -> Bags:
    keep = rng.random(len(bags.ids)) >= share
    ends = np.cumsum(bags.lengths)
    keep[ends - 1] |= np.add.reduceat(keep, ends - bags.lengths) == 0
    return Bags(bags.ids[keep], np.add.reduceat(keep, ends - bags.lengths).astype(np.int64))


def cut_batch(pools: list[TokenPool], weights: NDArray[np.float64], plan: BatchPlan, rng: np.random.Generator) -> Batch:
    """Cut one batch of ``plan.n_pairs`` bags."""
    per_chunk = plan.n_pairs // plan.n_chunks
    ids: tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]] = ([], [])
    lengths: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = ([], [])
    keys: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = ([], [])
    taught: list[NDArray[np.int32]] = []
    largest = max(len(plan.bag_sizes), len(plan.name_bag_sizes))
    for index in rng.choice(len(pools), size=plan.n_chunks, p=weights):
        pool = pools[index]
        sizes = plan.bag_sizes if pool.kind == "sentence" else plan.name_bag_sizes
        size = int(rng.choice(len(sizes), p=sizes)) + 1
        n_bags = min(per_chunk, max(1, pool.n_pairs // size))
        chosen = (
            rng.permutation(pool.n_pairs)[: n_bags * size]
            if pool.n_pairs < 50_000
            else rng.integers(0, pool.n_pairs, n_bags * size)
        )
        turned = int(rng.random() < 0.5)
        known = np.full((n_bags, largest), -2, dtype=np.int32)
        known[:, :size] = -1 if pool.taught is None else pool.taught[chosen].reshape(-1, size)
        taught.append(known)
        for side in (0, 1):
            own = side ^ turned
            bags = _take(pool.ids[own], pool.starts[own], chosen)
            ids[side].append(bags.ids)
            lengths[side].append(bags.lengths.reshape(-1, size).sum(axis=1))
            keys[side].append(pool.keys[own][chosen].reshape(-1, size).sum(axis=1))
    sides = [
        _drop_tokens(Bags(np.concatenate(ids[side]), np.concatenate(lengths[side])), plan.token_dropout, rng)
        for side in (0, 1)
    ]
    return Batch((sides[0], sides[1]), (np.concatenate(keys[0]), np.concatenate(keys[1])), np.concatenate(taught))
