"""Write any text in lower-case Latin letters, so that forms of one name in different scripts come near each other.

Takes text, gives text. Table driven: one `str.translate` for alphabets, one regular expression more for the scripts in
which letters depend on their neighbours. Chinese characters get the sound they most often stand for in names
(`clustering.names.han`). Not for display and not reversible.
"""

from __future__ import annotations

import unicodedata

import regex

from clustering.names.han import HAN_RUN, sound_han
from clustering.names.letters import LATIN_FORMS
from clustering.names.sounds import NEEDS_REWRITE, rewrite_runs

__all__ = ["romanise"]

_HAN = regex.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〇]")


def romanise(text: str) -> str:
    """Give the lower-case Latin form of a text: ASCII for every covered script, other scripts as they are.

    Covered: Latin, Cyrillic, Greek, Arabic and Persian, Hebrew, Georgian, Armenian, Devanagari, kana, Hangul, and the Chinese
    characters of the sound table. Idempotent; never raises.
    """
    if text.isascii():
        return text.lower().translate(LATIN_FORMS) if not text.isprintable() else text.lower()
    text = unicodedata.normalize("NFKC", text)
    if NEEDS_REWRITE.search(text) is not None:
        text = rewrite_runs(text)
    if _HAN.search(text) is not None:
        text = HAN_RUN.sub(lambda match: sound_han(match[0]), text)
    return text.translate(LATIN_FORMS)
