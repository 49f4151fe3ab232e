"""Share what is learned between pieces that are spelled alike.

While training, a piece's row is its own row plus the sum of its character n-grams' rows (Bojanowski et al. 2017 for whole
words); afterwards the sum is stored as one row, so encoding costs nothing more. Rare pieces, and with them names and
inflected forms, get a sensible row from their spelling, which the folding has made one alphabet for many scripts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["list_ngrams", "make_ngram_shares"]


def list_ngrams(piece: str, longest: int) -> list[str]:
    """List the n-grams of one piece, shortest first; the word mark ``▁`` counts as a character, but not alone."""
    found = []
    for size in range(1, longest + 1):
        found += [piece[at : at + size] for at in range(len(piece) - size + 1)]
    return [one for one in found if one != "▁" and one != piece]


def make_ngram_shares(pieces: Sequence[str], *, longest: int = 3, least: int = 3) -> Any:
    """Give a sparse float32 array (n_pieces, n_ngrams): which n-grams add to which piece.

    An n-gram counts when at least ``least`` pieces have it. A row's squares add up to one, so long pieces are not louder.
    """
    from scipy.sparse import csr_array

    lists = [list_ngrams(piece, longest) for piece in pieces]
    counts = Counter(one for found in lists for one in set(found))
    index = {one: at for at, one in enumerate(sorted(one for one, n in counts.items() if n >= least))}
    columns: list[int] = []
    starts = [0]
    for found in lists:
        columns += [index[one] for one in found if one in index]
        starts.append(len(columns))
    lengths = np.diff(starts)
    shares = np.repeat(1 / np.sqrt(np.maximum(lengths, 1)), lengths).astype(np.float32)
    shape = (len(pieces), len(index))
    return csr_array((shares, np.array(columns, np.int32), np.array(starts, np.int32)), shape=shape)
