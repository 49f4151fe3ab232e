"""Colours and names of languages and countries in pictures and pages.

A language has the same colour everywhere: frequent ones have their own, chosen so that neighbours in the news stay apart; the others share what is
left by a stable hash. The stylesheet overrides the colours for dark screens by class.
"""

from __future__ import annotations

from functools import lru_cache

from clustering.names.stable_hash import stable_hash

__all__ = ["FALLBACK_COLOURS", "LANGUAGE_COLOURS", "language_class", "language_colour"]

LANGUAGE_COLOURS: dict[str, str] = {
    "en": "#2366db",
    "ru": "#ca322b",
    "uk": "#8e6500",
    "de": "#56607a",
    "fr": "#7b3fb5",
    "es": "#ad5310",
    "ar": "#0b7c51",
    "zh": "#c2187a",
    "tr": "#107586",
    "pl": "#8a5a2b",
    "pt": "#4c7710",
    "it": "#2d7968",
    "fa": "#5a6a00",
    "ja": "#a34a8c",
    "he": "#3f51b5",
    "ko": "#6d4cc2",
    "hi": "#ae511d",
    "nl": "#a0522d",
}
FALLBACK_COLOURS = ("#4b780f", "#0e7490", "#9d174d", "#6d28d9", "#92400e", "#475569")


@lru_cache(maxsize=1_000)
def language_class(language: str | None) -> str:
    """Give the class that carries a language's colour: ``l-en``, ``l-x3`` for one without its own, ``l-none`` when unknown."""
    if not language:
        return "l-none"
    if language in LANGUAGE_COLOURS:
        return f"l-{language}"
    return f"l-x{stable_hash(language) % len(FALLBACK_COLOURS)}"


def language_colour(language: str | None) -> str:
    """Give the colour on a light ground, as ``#rrggbb``."""
    if not language:
        return "#656c78"
    if language in LANGUAGE_COLOURS:
        return LANGUAGE_COLOURS[language]
    return FALLBACK_COLOURS[int(language_class(language).removeprefix("l-x"))]
