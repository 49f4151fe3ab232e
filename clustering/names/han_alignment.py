"""Learn which Latin letters each Chinese character stands for, from pairs of names.

Takes (English name, Chinese name) pairs, gives a table of sounds and how far each character belongs to foreign names. Pure and
deterministic: expectation-maximisation over monotone segmentations (each character takes 0 to 5 letters), Viterbi training.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from math import log

__all__ = ["align_sounds", "name_weights"]

_MAX_LETTERS = 5
_ROUNDS = 6
_SMOOTH = 0.02


def _segment(han: str, latin: str, costs: dict[str, dict[str, float]], unseen: float) -> list[str] | None:
    """Cut the Latin name into one piece for each character, cheapest first; None when it cannot be done."""
    n, m = len(han), len(latin)
    infinity = float("inf")
    best = [[infinity] * (m + 1) for _ in range(n + 1)]
    back = [[0] * (m + 1) for _ in range(n + 1)]
    best[0][0] = 0.0
    for i in range(n):
        table = costs.get(han[i], {})
        row, following = best[i], best[i + 1]
        for j in range(m + 1):
            if row[j] == infinity:
                continue
            for k in range(j, min(m, j + _MAX_LETTERS) + 1):
                length = k - j
                prior = 0.35 * abs(length - 2) + (2.0 if length == 0 else 0.0)
                cost = row[j] + table.get(latin[j:k], unseen) + prior
                if cost < following[k]:
                    following[k] = cost
                    back[i + 1][k] = j
    if best[n][m] == infinity:
        return None
    pieces: list[str] = []
    k = m
    for i in range(n, 0, -1):
        j = back[i][k]
        pieces.append(latin[j:k])
        k = j
    return pieces[::-1]


def align_sounds(pairs: Iterable[tuple[str, str]]) -> dict[str, Counter[str]]:
    """Give for every Chinese character how often it stood for each piece of Latin letters.

    A first guess comes from the places the letters have in the word; then six rounds of best segmentation. Pairs that no
    segmentation explains well (a translated, not transcribed name) stop counting after the second round.
    """
    items = [
        (latin, han) for latin, han in pairs if 0 < len(han) <= 10 and len(han) <= len(latin) + 2 and len(latin) <= 24
    ]
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for latin, han in items:
        step = len(latin) / len(han)
        for i, char in enumerate(han):
            start = round(i * step)
            for end in range(start, min(len(latin), start + 4) + 1):
                counts[char][latin[start:end]] += 1
    for turn in range(_ROUNDS):
        costs: dict[str, dict[str, float]] = {}
        for char, table in counts.items():
            total = sum(table.values()) + 1.0
            costs[char] = {piece: -log((n + _SMOOTH) / total) for piece, n in table.items()}
        fresh: dict[str, Counter[str]] = defaultdict(Counter)
        for latin, han in items:
            pieces = _segment(han, latin, costs, 9.0)
            if pieces is None:
                continue
            if turn >= 2:
                cost = sum(costs.get(char, {}).get(piece, 9.0) for char, piece in zip(han, pieces, strict=True))
                if cost / len(han) > 5.0:
                    continue
            for char, piece in zip(han, pieces, strict=True):
                fresh[char][piece] += 1
        counts = fresh
    return dict(counts)


def name_weights(in_names: Counter[str], in_text: Counter[str]) -> dict[str, float]:
    """Give each character's log-odds of names against running text, cut to [-4, 4]."""
    n_names, n_text = sum(in_names.values()) + 1, sum(in_text.values()) + 1
    weights = {}
    for char in sorted(set(in_names) | set(in_text)):
        odds = log((in_names[char] + 0.5) / n_names) - log((in_text[char] + 0.5) / n_text)
        weights[char] = round(max(-4.0, min(4.0, odds)), 2)
    return weights
