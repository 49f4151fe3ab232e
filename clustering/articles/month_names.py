"""Month names of the world's news languages, as CLDR (through Babel) and, for Iran, the solar calendar has them.

Gives dictionaries from a normalised token to a month number; loads one language at a time, lazily.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

__all__ = ["DATE_LANGUAGES", "PERSIAN_MONTHS", "find_month", "normalise_token", "to_ascii_digits"]

DATE_LANGUAGES = (
    "en", "ru", "uk", "de", "fr", "es", "it", "pt", "ar", "fa", "tr", "el", "hi", "pl", "nl", "sv", "no", "da", "fi", "cs", "sk",
    "hu", "ro", "bg", "sr", "sr_Latn", "hr", "sl", "mk", "be", "lt", "lv", "et", "he", "id", "ms", "vi", "th", "ka", "hy", "az", "kk",
    "uz", "ky", "tg", "mn", "bn", "ur", "ta", "te", "mr", "gu", "pa", "ne", "sw", "ca", "gl", "eu", "is", "ga", "sq", "bs", "af", "tl", "am",
    "ps", "si", "my", "km", "lo", "ml", "kn",
)  # fmt: skip
"""Tried in this order when the language is unknown: an earlier language wins where one word means two months
(``listopad`` is November in Czech and Polish, October in Croatian)."""

_LOCALES = {
    "ar": ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_IQ"),
    "no": ("nb", "nn"),
    "de": ("de", "de_AT"),
    "tl": ("fil",),
    "sr": ("sr", "sr_Latn"),
    "pt": ("pt", "pt_PT"),
    "az": ("az", "az_Cyrl"),
    "uz": ("uz", "uz_Cyrl"),
}
_EXTRA = {
    "ru": {"январь": 1, "сент": 9, "нояб": 11, "мая": 5, "июн": 6, "июл": 7, "фев": 2, "сен": 9, "ноя": 11},
    "en": {"sept": 9},
    "el": {"μαιος": 5, "ιουνη": 6, "ιουλη": 7},
    "kk": {"ақпан": 2},
    "tr": {"subat": 2, "agustos": 8, "eylul": 9, "kasim": 11, "aralik": 12, "mayis": 5},
    "es": {"setiembre": 9},
    "id": {"pebruari": 2, "nopember": 11, "agu": 8},
    "hi": {"फरवरी": 2, "सितम्बर": 9, "नवम्बर": 11, "दिसम्बर": 12},
    "bn": {"জানুয়ারি": 1, "ফেব্রুয়ারি": 2},
}
PERSIAN_MONTHS = {
    "فروردین": 1, "اردیبهشت": 2, "خرداد": 3, "تیر": 4, "مرداد": 5, "شهریور": 6,
    "مهر": 7, "آبان": 8, "آذر": 9, "دی": 10, "بهمن": 11, "اسفند": 12,
}  # fmt: skip


def _digit_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in range(0x660, 0x1E960):
        char = chr(code)
        if unicodedata.category(char) == "Nd":
            table[code] = str(unicodedata.digit(char))
    return table


_DIGITS = _digit_table()
_DIGITS.update(
    dict.fromkeys(map(ord, "\u200b\u200c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"), "")
)
_DIGITS.update(dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u2007"), " "))


def to_ascii_digits(text: str) -> str:
    """Write every script's digits as 0-9; drop direction marks and joiners, make odd spaces plain."""
    return text if text.isascii() else text.translate(_DIGITS)


def normalise_token(token: str) -> str:
    """Fold case, dots and accents, so that ``Févr.`` and ``fevr`` are one token. Vowel signs that are letters stay."""
    folded = unicodedata.normalize("NFKD", token.casefold())
    kept = [c for c in folded if not ("\u0300" <= c <= "\u036f" or c in ".\u02bc'’`\u0640")]
    return "".join(kept).strip("-،,")


@lru_cache(maxsize=128)
def _months_of(language: str) -> dict[str, int]:
    from babel.core import Locale, UnknownLocaleError

    names: dict[str, int] = {}
    for code in _LOCALES.get(language, (language,)):
        try:
            locale = Locale.parse(code)
        except (UnknownLocaleError, ValueError):
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    for part in str(name).split("/"):
                        token = normalise_token(part.strip())
                        if len(token) >= 2 and not token.isdigit():
                            names.setdefault(token, int(number))
    for name, number in _EXTRA.get(language, {}).items():
        names.setdefault(normalise_token(name), number)
    return names


@lru_cache(maxsize=1)
def _all_months() -> dict[str, int]:
    names: dict[str, int] = {}
    for language in DATE_LANGUAGES:
        for name, number in _months_of(language).items():
            names.setdefault(name, number)
    return names


def find_month(token: str, language: str | None) -> int | None:
    """Give the month 1-12 a word names, in the language if it is known there, else in any."""
    key = normalise_token(token)
    if not key:
        return None
    if language is not None:
        number = _months_of(language.split("-")[0]).get(key)
        if number is not None:
            return number
    # Hebrew joins "in" to the month
    return _all_months().get(key) or _all_months().get(key.removeprefix("ב"))
