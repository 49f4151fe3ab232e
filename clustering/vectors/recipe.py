"""How a title and a body become the text an encoder reads.

Takes titles and bodies, gives parts: for each article one or more texts with a weight, whose vectors are averaged by `combine_parts`.
Everything here is pure; the recipe's id is a part of the encoder's fingerprint, so changing a rule here must change
`RECIPE_VERSION`.

An article without title and body gets one empty part: encoders answer an empty text with a fixed direction of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["RECIPE_VERSION", "Recipe", "TextParts", "combine_parts", "cut_lead", "make_texts"]

RECIPE_VERSION = 1

# A sentence ends at closing punctuation followed by a blank, or at once for scripts that write no blanks. "3.5" and "U.S.A" do
# not end one; "Mr. Smith" does, which costs nothing here: the cut only lands there when the budget is used up.
_SENTENCE_END = re.compile(r"[.!?…؟।]+[\"'»”’)\]]*\s+|[。！？｡]+[」』”’）]*|\n+")
# Words are counted by blanks, and by single characters where a script writes none.
_UNSPACED = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿\u0e00-\u0e7f]")
_WORD = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿\u0e00-\u0e7f]|[^\s぀-ヿ㐀-䶿一-鿿豈-﫿\u0e00-\u0e7f]+")
# Two Chinese characters make about one word, so a character counts half.
_MAX_TITLE_CHARS = 1_000
_BLOCK = 8192


@dataclass(frozen=True, slots=True)
class Recipe:
    """What the vector sees of an article."""

    title_weight: float = 0.4
    """Share of the title when there is a lead too; None of the two is ever lost when the other is missing."""
    lead_words: int = 200
    """Budget of the lead (words; a Chinese or Japanese character counts half a word)."""
    long_text: str = "cut"
    """"cut" keeps the lead only; "mean" averages all chunks of ``lead_words``."""
    separate: bool = True
    """True: title and lead are encoded apart and averaged by weight. False: one text "title. lead" (transformers)."""

    @property
    def id(self) -> str:
        """Name the recipe; two recipes with one id make the same texts."""
        way = "parts" if self.separate else "joined"
        return f"r{RECIPE_VERSION}-{way}-t{self.title_weight:g}-w{self.lead_words}-{self.long_text}"


@dataclass(frozen=True, slots=True)
class TextParts:
    """Texts to encode: ``texts[i]`` belongs to article ``owners[i]`` (n_texts,) with weight ``weights[i]`` (n_texts,).

    Owners are sorted, every article has at least one part, and an article's weights add up to one.
    """

    texts: list[str]
    owners: NDArray[np.intp]
    weights: NDArray[np.float32]
    n_articles: int


def cut_lead(
    text: str, budget: int, *, tolerance: float = 0.2, count_tokens: Callable[[str], int] | None = None
) -> str:
    """Keep the first ``budget`` words of a text, ending on a sentence when one ends in the last ``tolerance`` of the budget.

    ``count_tokens`` measures in an encoder's own tokens instead. The work is bounded by the budget, not by the text's length.
    """
    head = text[: max(64, budget * 40)].strip()
    end = _find_word_end(head, budget)
    kept = head[:end]
    if count_tokens is not None:
        while kept and count_tokens(kept) > budget:
            kept = kept[: int(len(kept) * min(0.9, budget / count_tokens(kept)))]
    if len(kept) >= len(head) and len(head) >= len(text.strip()):
        return kept.strip()
    best = 0
    for match in _SENTENCE_END.finditer(kept):
        if match.end() >= len(kept) * (1 - tolerance):
            best = match.end()
    if best:
        return kept[:best].strip()
    # No sentence ends near: cut between words where there are any.
    blank = kept.rfind(" ", int(len(kept) * (1 - tolerance)))
    return (kept[:blank] if blank > 0 and end < len(head) and not head[end : end + 1].isspace() else kept).strip()


@lru_cache(maxsize=64)
def _match_words(budget: int) -> re.Pattern[str]:
    return re.compile(rf"\s*+(?:\S++\s*+){{0,{budget}}}+")


def _find_word_end(text: str, budget: int) -> int:
    if not _UNSPACED.search(text):
        match = _match_words(budget).match(text)
        return match.end() if match else 0
    half_words = 0
    for match in _WORD.finditer(text):
        half_words += 1 if len(match.group()) == 1 and match.group() > "\u0e00" else 2
        if half_words > 2 * budget:
            return match.start()
    return len(text)


def _cut_chunks(text: str, budget: int, max_chunks: int = 32) -> list[str]:
    chunks: list[str] = []
    rest = text.strip()
    while rest and len(chunks) < max_chunks:
        chunk = cut_lead(rest, budget) or rest[:budget]
        chunks.append(chunk)
        rest = rest[len(chunk) :].strip()
    return chunks


def _drop_repeated_title(title: str, body: str) -> str:
    # Feeds and text pages often open the body with the title; counting it twice would double its weight.
    if title and body[: len(title)].casefold() == title.casefold():
        return body[len(title) :].lstrip(" .:-–—\n\t")
    return body


def make_texts(
    titles: Sequence[str | None],
    bodies: Sequence[str | None],
    recipe: Recipe,
    *,
    count_tokens: Callable[[str], int] | None = None,
) -> TextParts:
    """Make the parts of each article, in the articles' order.

    Parameters: ``titles`` and ``bodies`` (n_articles,), None or "" where missing.
    Errors: ``ValueError`` when the two differ in length.
    """
    texts: list[str] = []
    owners: list[int] = []
    weights: list[float] = []
    for index, (raw_title, raw_body) in enumerate(zip(titles, bodies, strict=True)):
        title = " ".join((raw_title or "")[:_MAX_TITLE_CHARS].split())
        body = _drop_repeated_title(title, (raw_body or "").strip())
        if recipe.lead_words == 0:
            chunks = [] if title else [cut_lead(body, 30)]
        elif recipe.long_text == "mean":
            chunks = _cut_chunks(body, recipe.lead_words)
        else:
            chunks = [cut_lead(body, recipe.lead_words, count_tokens=count_tokens)]
        chunks = [chunk for chunk in chunks if chunk]
        if recipe.separate:
            parts = _weigh_apart(title, chunks, recipe.title_weight)
        else:
            parts = _weigh_joined(title, chunks)
        for text, weight in parts:
            texts.append(text)
            owners.append(index)
            weights.append(weight)
    return TextParts(texts, np.array(owners, dtype=np.intp), np.array(weights, dtype=np.float32), len(titles))


def _weigh_apart(title: str, chunks: list[str], title_weight: float) -> list[tuple[str, float]]:
    if not chunks:
        return [(title, 1.0)]
    if not title or title_weight == 0:
        return [(chunk, 1 / len(chunks)) for chunk in chunks]
    if title_weight == 1:
        return [(title, 1.0)]
    return [(title, title_weight)] + [(chunk, (1 - title_weight) / len(chunks)) for chunk in chunks]


def _weigh_joined(title: str, chunks: list[str]) -> list[tuple[str, float]]:
    if not chunks:
        return [(title, 1.0)]
    head = f"{title}{'' if title[-1:] in '.!?…。！？' else '.'} " if title else ""
    return [(head + chunk, 1 / len(chunks)) for chunk in chunks]


def combine_parts(parts: TextParts, vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Average the vectors of each article's parts by weight and make unit rows: (n_articles, dim).

    ``vectors`` (n_texts, dim) are unit rows. Parts that cancel out exactly leave the first part's vector.
    """
    if len(parts.texts) == parts.n_articles:
        return vectors
    starts = np.searchsorted(parts.owners, np.arange(parts.n_articles + 1))
    combined = np.empty((parts.n_articles, vectors.shape[1]), dtype=np.float32)
    # In blocks, so that a hundred thousand articles do not need their vectors three times over.
    for first in range(0, parts.n_articles, _BLOCK):
        own = starts[first : min(first + _BLOCK, parts.n_articles) + 1]
        rows, firsts = slice(own[0], own[-1]), own[:-1]
        sums = np.add.reduceat(vectors[rows] * parts.weights[rows, None], firsts - own[0], axis=0)
        norms = np.linalg.norm(sums, axis=1, keepdims=True)
        combined[first : first + _BLOCK] = np.where(norms > 1e-6, sums / np.maximum(norms, 1e-6), vectors[firsts])
    return combined
