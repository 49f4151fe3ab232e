"""Tokenise the training pairs once and cut seeded batches from them.

A batch is made of chunks; all pairs of a chunk come from one pool (source and language pair), so that its
negatives are hard ones: same language, same domain. Half of the chunks are turned round, so that neither side is always English.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.vectors.training.parallel import ParallelText

__all__ = ["Bags", "Batch", "BatchPlan", "NameStock", "TokenPool", "cut_batch", "pool_weights", "tokenise_pools"]


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
    named_share: float = 0.4
    """Share of sentence chunks that are made into hard negatives: every sentence occurs in several bags, with other names."""
    twins: int = 4
    """How many bags of a named chunk share their sentences."""
    number_share: float = 0.3
    """Share of named bags that get a number as well."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Aligned bags a and b, and the key of each bag for masking equal texts: (n_bags,)."""

    sides: tuple[Bags, Bags]
    keys: tuple[NDArray[np.int64], NDArray[np.int64]]


def tokenise_pools(text: ParallelText, tokenizer: Any) -> list[TokenPool]:
    """Tokenise all pools in a fixed order; pairs with an empty side are left out."""
    # A bag model knows no order, so equal bags are equal texts: a sum of one random number per piece identifies them.
    marks = np.random.default_rng(0).integers(-(2**62), 2**62, tokenizer.get_vocab_size())
    pools = []
    for (kind, source, language_a, language_b), pairs in sorted(text.pools.items()):
        sides = [_tokenise([pair[side] for pair in pairs], tokenizer) for side in (0, 1)]
        kept = np.flatnonzero((sides[0].lengths > 0) & (sides[1].lengths > 0))
        if not len(kept):
            continue
        ids, starts, keys = [], [], []
        for side in sides:
            own = _take(side.ids, np.concatenate([[0], np.cumsum(side.lengths)]), kept)
            ids.append(own.ids)
            starts.append(np.concatenate([[0], np.cumsum(own.lengths)]))
            keys.append(np.add.reduceat(marks[own.ids], starts[-1][:-1]))
        pools.append(
            TokenPool(
                kind,
                source,
                (language_a, language_b),
                (ids[0], ids[1]),
                (starts[0], starts[1]),
                (keys[0], keys[1]),
            )
        )
    return pools


def _tokenise(texts: list[str], tokenizer: Any) -> Bags:
    encoded = [encoding.ids for encoding in tokenizer.encode_batch_fast(texts, add_special_tokens=False)]
    lengths = np.fromiter(map(len, encoded), dtype=np.int64, count=len(encoded))
    return Bags(np.fromiter(chain.from_iterable(encoded), dtype=np.int32, count=int(lengths.sum())), lengths)


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


def _draw_pairs(pool: TokenPool, n_wanted: int, rng: np.random.Generator) -> NDArray[np.int64]:
    # A permutation avoids equal pairs in a batch; in a large pool they are rare anyway, and it would be slow.
    if pool.n_pairs >= 50_000 or pool.n_pairs < n_wanted:
        return rng.integers(0, pool.n_pairs, n_wanted)
    return rng.permutation(pool.n_pairs)[:n_wanted]


# Languages that write foreign names as English does, and those whose names are near enough to Russian ones.
_LATIN = frozenset("en cs de es fi fr hu id it nl pl pt ro sv tr vi".split())
_LIKE_RUSSIAN = frozenset({"bg", "uk"})
_NAME_SOURCES = frozenset({"wikidata_names", "geonames_cities", "natural_earth"})


Added = tuple[Bags, NDArray[np.int64]]
"""Tokens to add, and the bag each text of them belongs to."""


class NameStock:
    """Names to put into sentences: the same person or place for both sides of a pair, each in its own script."""

    def __init__(self, pools: list[TokenPool], number_ids: NDArray[np.int32]) -> None:
        self.by_language: dict[str, list[TokenPool]] = {}
        for pool in pools:
            if pool.source in _NAME_SOURCES and pool.languages[0] == "en":
                self.by_language.setdefault(pool.languages[1], []).append(pool)
        self.number_ids = number_ids

    def find_pools(self, languages: tuple[str, str]) -> tuple[list[TokenPool], tuple[int, int]] | None:
        """Give the pools that hold names for both languages, and which side of the pool each language reads."""
        known = [one if one not in _LIKE_RUSSIAN else "ru" for one in languages]
        foreign = [one for one in known if one not in _LATIN]
        if len(set(foreign)) > 1:
            return None
        pools = self.by_language.get(foreign[0] if foreign else "ru", [])
        if not pools:
            return None
        return pools, (int(known[0] not in _LATIN), int(known[1] not in _LATIN))

    def draw(
        self, languages: tuple[str, str], n_bags: int, n_names: int, number_share: float, rng: np.random.Generator
    ) -> tuple[tuple[list[Added], list[Added]], NDArray[np.int64]] | None:
        """Give for each side the added tokens with the bags they belong to, and a key for each bag."""
        found = self.find_pools(languages)
        if found is None:
            return None
        pools, sides = found
        sizes = np.array([pool.n_pairs for pool in pools], dtype=np.float64)
        pool = pools[int(rng.choice(len(pools), p=sizes / sizes.sum()))]
        chosen = rng.integers(0, pool.n_pairs, n_bags * n_names)
        owners = np.repeat(np.arange(n_bags), n_names)
        added: list[list[Added]] = [[(_take(pool.ids[side], pool.starts[side], chosen), owners)] for side in sides]
        keys = pool.keys[0][chosen].reshape(n_bags, n_names).sum(axis=1)
        if len(self.number_ids):
            numbered = np.flatnonzero(rng.random(n_bags) < number_share)
            numbers = self.number_ids[rng.integers(0, len(self.number_ids), len(numbered))]
            for side in added:
                side.append((Bags(numbers, np.ones(len(numbers), np.int64)), numbered))
            keys[numbered] += numbers
        return (added[0], added[1]), keys


def _merge(bags: Bags, added: list[Added]) -> Bags:
    """Put added tokens into the bags they belong to."""
    n_bags = len(bags.lengths)
    ids = np.concatenate([bags.ids] + [one.ids for one, _ in added])
    owners = np.concatenate(
        [np.repeat(np.arange(n_bags), bags.lengths)] + [np.repeat(owner, one.lengths) for one, owner in added]
    )
    return Bags(ids[np.argsort(owners, kind="stable")], np.bincount(owners, minlength=n_bags))


def cut_batch(
    pools: list[TokenPool],
    weights: NDArray[np.float64],
    plan: BatchPlan,
    rng: np.random.Generator,
    stock: NameStock | None = None,
) -> Batch:
    """Cut one batch of ``plan.n_pairs`` bags."""
    per_chunk = plan.n_pairs // plan.n_chunks
    ids: tuple[list[NDArray[np.int32]], list[NDArray[np.int32]]] = ([], [])
    lengths: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = ([], [])
    keys: tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]] = ([], [])
    for index in rng.choice(len(pools), size=plan.n_chunks, p=weights):
        pool = pools[index]
        sizes = plan.bag_sizes if pool.kind == "sentence" else plan.name_bag_sizes
        size = int(rng.choice(len(sizes), p=sizes)) + 1
        n_bags = min(per_chunk, max(1, pool.n_pairs // size))
        names = None
        if stock is not None and pool.kind == "sentence" and rng.random() < plan.named_share:
            names = stock.draw(pool.languages, n_bags, int(rng.integers(1, 4)), plan.number_share, rng)
        n_different = n_bags if names is None else max(1, n_bags // plan.twins)
        chosen = _draw_pairs(pool, n_different * size, rng)
        if names is not None:
            chosen = np.resize(chosen.reshape(-1, size), (n_bags, size)).ravel()
        turned = int(rng.random() < 0.5)
        for side in (0, 1):
            own = side ^ turned
            bags = _take(pool.ids[own], pool.starts[own], chosen)
            bags = Bags(bags.ids, bags.lengths.reshape(-1, size).sum(axis=1))
            key = pool.keys[own][chosen].reshape(-1, size).sum(axis=1)
            if names is not None:
                bags = _merge(bags, names[0][own])
                key = key * 31 + names[1]
            ids[side].append(bags.ids)
            lengths[side].append(bags.lengths)
            keys[side].append(key)
    sides = [
        _drop_tokens(Bags(np.concatenate(ids[side]), np.concatenate(lengths[side])), plan.token_dropout, rng)
        for side in (0, 1)
    ]
    return Batch((sides[0], sides[1]), (np.concatenate(keys[0]), np.concatenate(keys[1])))
