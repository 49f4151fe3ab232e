"""Turn one written name into the keys under which its forms in other scripts and cases are found.

Takes a romanised token (`clustering.names.romanise`), gives strings. Two grades:

- `fold`: one spelling for what Latin spellings and near scripts vary in (w/v, y/i, ph/f, ck/k, doubled letters);
- `skeleton`: consonant classes only, for scripts that cannot write all sounds (Arabic, Hebrew, kana, Chinese, Hangul).

Both are pure functions of the Latin form. Whether a name is known, and by which canonical form, is `lexicon`'s business.
"""

from __future__ import annotations

from functools import lru_cache

import regex

__all__ = ["base", "case_stems", "fold", "has_case_endings", "skeletons"]

_KEPT_FORMS = 100_000

_FOLDS = [
    (r"[^a-z0-9]+", ""),
    (r"shch|schtsch|szcz", "sh"),
    (r"tsch|tch|cz|tx", "ch"),
    (r"dzh|dsch|dj", "j"),
    (r"sch|sz|sj", "sh"),
    (r"(?<=[aeiou])ij|(?<=[^aeiou])y(?=i)|iy|yy|yi|ij$|ii", "i"),
    (r"ks", "x"),
    (r"ck|q|cq", "k"),
    (r"ph", "f"),
    (r"w", "v"),
    (r"kh", "h"),
    (r"c(?=[eiy])", "s"),
    (r"c(?!h)", "k"),
    (r"y", "i"),
    (r"ou|oo", "u"),
    (r"ee", "i"),
    (r"(?<=[oe])ff$", "v"),
    (r"(.)\1+", r"\1"),
]
_FOLD_STEPS = [(regex.compile(pattern), to) for pattern, to in _FOLDS]


@lru_cache(maxsize=_KEPT_FORMS)
def fold(form: str) -> str:
    """Give one spelling for the variants of a romanised name: zelensky, zelenskiy, zelenskyy and zelenskij are one."""
    for pattern, to in _FOLD_STEPS:
        form = str(pattern.sub(to, form))
    return form


# Class letters: P lips, T teeth, S hisses, K throat, L liquids, M and N. h is a throat sound at the start of a word and
# between vowels only. Letters read in several ways (j, ch, g before e and i) are settled by the reading chosen before.
_PREPARE = [
    (r"[^a-zSK]+", ""),
    (r"(?<=[ie])[ck]h?$", "S"),
    (r"^x", "S"),
    (r"x", "KS"),
    (r"shch|schtsch|szcz|tsch|tch|dzh|dsch|sch|sh|zh|cz|sz|ch(?![rlt])|ts|tz|dz|dj|s|z|j|c(?=[eiy])", "S"),
    (r"ch|ck|kh|gh|k|q|c|g(?!n)", "K"),
    (r"ph|b|p|f|v|w", "P"),
    (r"th|dh|d|t", "T"),
    (r"(?<!^)(?:n|nK|ng)(?=P)", "M"),
    (r"nK(?![aeiouyr])|ng(?![aeiouyr])", "N"),
    (r"g", "K"),
    (r"n", "N"),
    (r"m", "M"),
    (r"l|r(?=[aeiouy])", "L"),
    (r"^h|(?<=[aeiouy])h(?=[aeiouy])", "K"),
    (r"h", ""),
]
_PREPARE_STEPS = [(regex.compile(pattern), to) for pattern, to in _PREPARE]
_VOWELS = regex.compile(r"[aeiouy]+")
_REPEAT = regex.compile(r"([A-Z])\1+")
_SOFT_G = regex.compile(r"g(?=[eiy])|gg(?=[eiy])")
# Read in two ways: Charles and Christian, Gerhard and George, Latham in 莱瑟姆 and Латам, Browning in Браунинг and Kaczyński.
_READINGS = regex.compile(r"j|ch|th|g(?=[eiy])|(?<=[ao])w(?![aeiouy])")
_SILENT_W = regex.compile(r"(?<=[ao])w(?![aeiouy])")
_VOWEL_CLASS = {"a": "a", "e": "i", "i": "i", "y": "i", "o": "u", "u": "u"}
_MAX_SKELETONS = 6


def _finish(prepared: str) -> str:
    consonants = str(_VOWELS.sub("", _REPEAT.sub(r"\1", prepared)))
    key = str(_REPEAT.sub(r"\1", consonants))
    if prepared[:1] in _VOWEL_CLASS:
        key = "A" + key
    if len(key) >= 3:
        return key
    if len(consonants) >= 3:
        return consonants
    if len(consonants) + (key[:1] == "A") < 2:
        return ""
    # Two consonants say too little: the vowels between them are kept, in three classes.
    return str(_VOWELS.sub(lambda match: _VOWEL_CLASS[match[0][0]], _REPEAT.sub(r"\1", prepared).rstrip("aeiouy")))


def _readings(form: str) -> list[str]:
    if _READINGS.search(form) is None:
        return [form]
    other = _SILENT_W.sub("", _SOFT_G.sub("S", form.replace("ch", "K").replace("th", "S")))
    if "j" not in form:
        return [form, other]
    return [form, other.replace("j", "K"), other.replace("j", "y")]


@lru_cache(maxsize=_KEPT_FORMS)
def skeletons(form: str) -> tuple[str, ...]:
    """Give the consonant skeletons of a romanised name, at most six; none when only one consonant class is there.

    Two consonant classes are given with their vowels in three classes. A name with a syllable-final r has two skeletons, with it
    and without, because Japanese, Chinese and Korean leave many out (Carter: カーター, but Merkel: メルケル); a name with j, ch or
    soft g has one for each way to read it.
    """
    found: list[str] = []
    for reading in _readings(form):
        prepared = reading
        for pattern, to in _PREPARE_STEPS:
            prepared = pattern.sub(to, prepared)
        found.append(_finish(prepared.replace("r", "L")))
        if "r" in prepared:
            found.append(_finish(prepared.replace("r", "")))
    return tuple(dict.fromkeys(key for key in found if key))[:_MAX_SKELETONS]


# Case endings on the folded Latin form by family of languages; enough to bring a name back to its stem. The Slavic -ov of the
# genitive plural is left out: it ends half of the Russian surnames.
_ENDING_LISTS = {
    "slavic": "ogo oho omu omi iego iemu ego emu ovi evi ami iami imi iem om em im oi ei oiu eiu ia iu ie ah ih a u i e o",
    "fi": "ila ista isa iksi ile ilta sa sta la lta le ksi in en an na ia ta a n",
    "hu": "nak nek val vel al el ban ben bol tol rol hoz hez ert nal nel on en ek ak ra re ba be ot et at t k",
    "tr": "nin nun dan den tan ten da de ta te ya ye i u a e",
    "baltic": "as is us os es ui io a o s",
    "greek": "os as is us u o a i",
    "germanic": "s",
    "romance": "s",
}
_ENDINGS = {family: sorted(listed.split(), key=lambda e: (len(e), e)) for family, listed in _ENDING_LISTS.items()}
_FAMILY = {
    **dict.fromkeys(("ru", "uk", "be", "bg", "sr", "hr", "bs", "mk", "pl", "cs", "sk", "sl"), "slavic"),
    **dict.fromkeys(("de", "nl", "sv", "da", "no", "nb", "en"), "germanic"),
    **dict.fromkeys(("fi", "et"), "fi"),
    **dict.fromkeys(("lt", "lv"), "baltic"),
    **dict.fromkeys(("es", "pt", "fr", "ro"), "romance"),
    "hu": "hu",
    "tr": "tr",
    "az": "tr",
    "el": "greek",
}
_MIN_STEM = 3
_FINAL_VOWEL = frozenset("aeiou")


def case_stems(folded: str, language: str | None) -> list[str]:
    """Give the folded form and its stems without case endings of the language, the least cut first."""
    stems = [folded]
    for ending in _ENDINGS.get(_FAMILY.get(language or "", ""), ()):
        if folded.endswith(ending) and len(folded) - len(ending) >= _MIN_STEM:
            stem = folded[: -len(ending)]
            if stem not in stems:
                stems.append(stem)
    return stems


def has_case_endings(language: str | None) -> bool:
    """Say whether names of the language change their final vowel with the case (Moskva, Moskvy)."""
    return _FAMILY.get(language or "", "") in ("slavic", "baltic", "fi", "hu", "tr", "greek")


def base(folded: str) -> str:
    """Cut one final vowel from a folded form of five letters or more: the form names are compared by."""
    return folded[:-1] if len(folded) >= 5 and folded[-1] in _FINAL_VOWEL else folded
