"""Articles that are instances of one series, not tellings of one story: results by state, quarterly figures, finals.

Takes candidate pairs, gives those that must not decide for one story. An outlet that fills one template twice ("Trump wins Ohio", "Trump wins Iowa")
tells two stories, although nearly all words agree. Looked for only between articles of one known outlet in one language: between outlets the
same signs are mostly the same story told with other figures (measured on the tuning sets: numbers that are all different with a word
similarity above 0.5 and a shared headline would part more right pairs than wrong ones (about 29 against 9)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.rows import row_products

if TYPE_CHECKING:
    from clustering.names import SurfaceFeatures

__all__ = ["SeriesSigns", "find_series_pairs", "read_series_signs"]

_STRESSED = 3.0
"""Weight from which a word or name is one of the headline (counted three times) or as frequent as one."""
_MIN_WORDS = 0.45
"""Word similarity from which two texts may share a template."""
_MIN_SHARED = 0.5
"""Share of the longer headline both have. Of the pairs the model takes for one story these signs call a series 13 on the traps, all wrong, and none right
on eleven tuning sets; with half of the *shorter* headline five right ones too, all of vi_mds, four of them under the name of an aggregator."""
_MIN_MAGNITUDE = 1_000.0


@dataclass(frozen=True, slots=True)
class SeriesSigns:
    """Indicator matrices, CSR (n, n_keys): all words and names, those ``stressed`` in each article, and its ``figures``.

    Figures are percents, sums of money, scores, and plain numbers of a thousand or more. Small numbers and dates are told differently too often.
    """

    words: Any
    stressed_words: Any
    names: Any
    stressed_names: Any
    figures: Any


def read_series_signs(surface: Sequence[SurfaceFeatures]) -> SeriesSigns:
    """Read the signs of articles, in order."""
    from clustering.names import to_csr

    words, _ = to_csr(surface, kind="words")
    names, name_keys = to_csr(surface, kind="names")
    numbers, number_keys = to_csr(surface, kind="numbers")
    is_name = np.array([key.startswith("n:") for key in name_keys], dtype=bool)
    is_figure = np.array([_is_figure(key) for key in number_keys], dtype=bool)
    return SeriesSigns(
        _mark(words, words.data > 0),
        _mark(words, words.data >= _STRESSED),
        _mark(names, names.data > 0),
        _mark(names, (names.data >= _STRESSED) & is_name[names.indices]),
        _mark(numbers, is_figure[numbers.indices]),
    )


def find_series_pairs(
    signs: SeriesSigns,
    word_rows: Any,
    outlets: NDArray[np.int64],
    languages: NDArray[np.int64],
    first: NDArray[np.int64],
    second: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Say which pairs are two instances of a series, shape (n_pairs,). ``word_rows``: unit rows of weighted words.

    One outlet and language; half of the longer headline shared; each headline with a word the other article never uses; and figures that are all
    different, or a name in each headline that the other article never uses.
    """
    found = np.zeros(len(first), dtype=bool)
    near = np.flatnonzero(
        (outlets[first] >= 0) & (outlets[first] == outlets[second]) & (languages[first] == languages[second])
    )
    near = near[row_products(word_rows, word_rows, first[near], second[near]) > _MIN_WORDS]
    a, b = first[near], second[near]
    n_words = np.asarray(signs.stressed_words.sum(axis=1)).ravel()
    shared = row_products(signs.stressed_words, signs.stressed_words, a, b)
    is_template = shared >= _MIN_SHARED * np.maximum(np.maximum(n_words[a], n_words[b]), 1)
    is_template &= _have_own(signs.stressed_words, signs.words, a, b)
    n_figures = np.asarray(signs.figures.sum(axis=1)).ravel()
    other_figures = (n_figures[a] > 0) & (n_figures[b] > 0) & (row_products(signs.figures, signs.figures, a, b) == 0)
    found[near] = is_template & (other_figures | _have_own(signs.stressed_names, signs.names, a, b))
    return found


def _have_own(stressed: Any, everything: Any, a: NDArray[np.int64], b: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Both articles stress something that the other never says."""
    count = np.asarray(stressed.sum(axis=1)).ravel()
    own_a = count[a] - row_products(stressed, everything, a, b)
    own_b = count[b] - row_products(stressed, everything, b, a)
    return np.asarray((own_a > 0) & (own_b > 0))


def _is_figure(key: str) -> bool:
    kind, _, value = key.partition(":")
    if kind != "n":
        return kind in ("%", "m", "s")
    try:
        return float(value) >= _MIN_MAGNITUDE
    except ValueError:
        return False


def _mark(matrix: Any, keep: NDArray[np.bool_]) -> Any:
    """The same rows with 1 where ``keep``."""
    from scipy.sparse import csr_matrix

    starts = np.concatenate([[0], np.cumsum(keep)])[matrix.indptr]
    return csr_matrix((np.ones(int(keep.sum()), np.float32), matrix.indices[keep], starts), shape=matrix.shape)
