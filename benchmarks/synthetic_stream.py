"""A synthetic stream of news with the shape of a real one: topics, bursts, small stories and a few huge ones.

Sizes of stories: half have at most two articles, nine in ten at most seven, a few have 500. An article is topic + story + noise, so
that articles of one story have a cosine near 0.75 and those of one topic near 0.35. Words and names come from the story and from a Zipf
background. Nothing here says anything about quality; it is for time and memory.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from clustering.clusters.features import ArticleFeatures, remove_background, weigh_terms

DIMENSION = 256
N_LANGUAGES = 10
_BLOCK = 50_000
"""Articles made at once, so that making the stream costs no more memory than the stream."""


@dataclass(frozen=True, slots=True)
class Stream:
    """``features`` in time order, the ``vectors`` they were made from, and the true ``stories`` (n,)."""

    features: ArticleFeatures
    vectors: NDArray[np.float32]
    stories: NDArray[np.int64]


def make_stream(n_articles: int, days: float, *, seed: int = 0) -> Stream:
    """Make a stream of ``n_articles`` over ``days`` days."""
    rng = np.random.default_rng(seed)
    sizes = np.maximum(1, np.floor(rng.lognormal(np.log(2.4), 0.92, size=n_articles))).astype(np.int64)
    sizes = np.minimum(sizes, 200)
    n_huge = max(1, n_articles // 100_000)
    sizes = np.concatenate([np.full(n_huge, 500), sizes])
    n_stories = int(np.searchsorted(np.cumsum(sizes), n_articles) + 1)
    stories = np.repeat(np.arange(n_stories), sizes[:n_stories])[:n_articles]
    n = len(stories)
    start = rng.random(n_stories) * days * 24
    hours = start[stories] + rng.exponential(14.0, n)
    order = np.argsort(hours, kind="stable")
    hours, stories = hours[order], stories[order]
    vectors = _make_vectors(rng, stories, n_stories)
    languages = rng.choice(N_LANGUAGES, size=n, p=np.arange(N_LANGUAGES, 0, -1) / (N_LANGUAGES * (N_LANGUAGES + 1) / 2))
    terms = {
        "words": _make_terms(rng, stories, n_own=6, n_story=12, n_common=20, vocabulary=150_000),
        "names": _make_terms(rng, stories, n_own=1, n_story=5, n_common=5, vocabulary=60_000),
        "numbers": _make_terms(rng, stories, n_own=1, n_story=2, n_common=0, vocabulary=5_000),
        "places": _make_terms(rng, stories, n_own=0, n_story=1, n_common=0, vocabulary=300),
    }
    features = ArticleFeatures(
        remove_background(vectors, languages), terms, hours, languages.astype(np.int64), rng.integers(0, 500, n)
    )
    return Stream(features, vectors, stories)


def _make_vectors(rng: np.random.Generator, stories: NDArray[np.int64], n_stories: int) -> NDArray[np.float32]:
    scale = np.float32(1 / np.sqrt(DIMENSION))
    topics = rng.standard_normal((2_000, DIMENSION), dtype=np.float32) * scale
    topic = rng.integers(0, len(topics), n_stories)
    centre = 0.6 * topics[topic] + 0.62 * rng.standard_normal((n_stories, DIMENSION), dtype=np.float32) * scale
    out = np.empty((len(stories), DIMENSION), np.float32)
    for begin in range(0, len(stories), _BLOCK):
        part = stories[begin : begin + _BLOCK]
        rows = centre[part] + 0.5 * rng.standard_normal((len(part), DIMENSION), dtype=np.float32) * scale
        out[begin : begin + len(part)] = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return out


def _make_terms(
    rng: np.random.Generator, stories: NDArray[np.int64], *, n_own: int, n_story: int, n_common: int, vocabulary: int
) -> csr_matrix:
    """Terms of an article: two thirds of its story's, its own rare ones, and common ones after Zipf."""
    lengths, found = [], []
    for begin in range(0, len(stories), _BLOCK):
        part = stories[begin : begin + _BLOCK]
        parts = []
        if n_story:
            keys = (part[:, None] * 1_000_003 + np.arange(n_story)[None, :] * 7_919) % vocabulary
            parts.append(np.where(rng.random(keys.shape, dtype=np.float32) < 0.67, keys, -1))
        if n_own:
            parts.append(rng.integers(0, vocabulary, (len(part), n_own)))
        if n_common:
            zipf = (1 / np.maximum(rng.random((len(part), n_common)), 1e-6)) ** 1.2
            parts.append(np.minimum(zipf, vocabulary - 1).astype(np.int64))
        columns = np.sort(np.concatenate(parts, axis=1), axis=1)
        keep = columns >= 0
        keep[:, 1:] &= columns[:, 1:] != columns[:, :-1]
        lengths.append(keep.sum(axis=1))
        found.append(columns[keep].astype(np.int32))
    starts = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int32)
    counts = csr_matrix(
        (np.ones(int(starts[-1]), np.float32), np.concatenate(found), starts), shape=(len(stories), vocabulary)
    )
    return weigh_terms(counts)
