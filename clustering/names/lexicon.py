"""Look up names, places and country adjectives in the shipped lexicon.

Reads `data/lexicon.tsv.gz` (built by `clustering.names.training`) and `data/aliases.tsv` (written by hand) once, on first use. A form is
looked up raw for scripts without capitals (`normal_form`) and folded (`clustering.names.keys`) for the others. Must not decide
what in a text is a name; that is `entities`.
"""

from __future__ import annotations

import gzip
import unicodedata
from dataclasses import dataclass, field
from functools import cache

import regex

from clustering.names.data_files import data_file
from clustering.names.han import SIMPLIFIED
from clustering.names.keys import base, case_stems, fold, has_case_endings, skeletons
from clustering.names.romanise import romanise

__all__ = [
    "Lexicon",
    "capital_names",
    "is_uncased",
    "load_lexicon",
    "name_key",
    "normal_form",
    "place_form",
    "sound_marks",
]

_UNCASED = regex.compile(
    r"[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0fff\u1000-\u109f\u10d0-\u10ff\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufdff\ufe70-\ufeff]"
)
_HAN_ARABIC = dict(SIMPLIFIED)
_HAN_ARABIC.update({ord(a): b for a, b in zip("أإآٱىیېکگةۀھہےؤئ", "ااااييييككههههيوي", strict=False)})
_HAN_ARABIC[ord("ک")] = "ك"
_HAN_ARABIC[ord("گ")] = "ك"
_HAN_ARABIC.update(dict.fromkeys([*range(0x64B, 0x660), 0x640, 0x670, 0x200C, 0x200D, 0x200E, 0x200F], ""))
_HAN_ARABIC.update(dict.fromkeys(map(ord, "・·‧••＝=゠"), ""))
# Marks that change the sound, spelled out before diacritics are stripped, for name keys only.
_SOUND_MARKS = str.maketrans(
    {"č": "ch", "š": "sh", "ž": "zh", "ć": "ch", "ş": "sh", "ș": "sh", "ś": "sh", "ź": "zh", "ż": "zh", "ř": "rzh", "ţ": "ts", "ț": "ts",
     "ç": "s", "ñ": "ny", "Č": "ch", "Š": "sh", "Ž": "zh", "Ć": "ch", "Ş": "sh", "Ș": "sh", "Ś": "sh", "Ż": "zh", "Ř": "rzh", "Ç": "s",
     "ö": "o", "ü": "u", "ä": "a"}
)  # fmt: skip


def is_uncased(text: str) -> bool:
    """Say whether the text holds a letter of a script without capitals (Arabic, Hebrew, Indic, Thai, CJK, Georgian...)."""
    return _UNCASED.search(text) is not None


def normal_form(form: str) -> str:
    """Give the form under which a raw spelling is kept: NFKC, lower case, simplified Chinese, unified Arabic letters."""
    return unicodedata.normalize("NFKC", form).lower().translate(_HAN_ARABIC)


def sound_marks(form: str) -> str:
    """Spell out č, š, ž and their like, so that Šešelj meets Шешель."""
    return form if form.isascii() else form.translate(_SOUND_MARKS)


_SPACELESS = regex.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def place_form(form: str) -> str:
    """Give the form a place of one or more words is kept under: raw for scripts without capitals, else folded."""
    if is_uncased(form):
        return normal_form(form).replace(" ", "") if _SPACELESS.search(form) else normal_form(form)
    words = (fold(romanise(sound_marks(word))) for word in regex.split(r"[\s\-]+", form))
    return " ".join(word for word in words if word)


@dataclass
class Lexicon:
    """All known forms.

    ``names`` and ``places`` map a form to its canonical keys (countries: ISO 3166 codes; cities: folded English name);
    ``place_stems`` are place forms without their final vowel, for languages with case endings; ``adjectives`` maps
    "language:stem" to a country; ``capital_of`` a capital city to its country; ``multi_first`` holds the first words of places
    of several words; ``prominent`` the hand-written names, ``settled`` their
    canonical forms.
    """

    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    adjectives: dict[str, str] = field(default_factory=dict)
    capital_of: dict[str, str] = field(default_factory=dict)
    place_stems: dict[str, str] = field(default_factory=dict)
    multi_first: set[str] = field(default_factory=set)
    prominent: set[str] = field(default_factory=set)
    settled: set[str] = field(default_factory=set)

    def add_name(self, form: str, canonical: str) -> None:
        known = self.names.get(form)
        if known is None:
            self.names[form] = (canonical,)
        elif canonical not in known:
            self.names[form] = (*known, canonical)

    def add_place(self, form: str, canonical: str) -> None:
        self.places.setdefault(form, canonical)
        first, _, rest = form.partition(" ")
        if rest:
            self.multi_first.add(first)
        elif form.isascii():
            stem = base(form)
            if stem != form:
                self.place_stems.setdefault(stem, canonical)

    def country_of_adjective(self, romanised: str, language: str | None) -> str | None:
        """Find the country an adjective or demonym belongs to, by its longest known stem."""
        for end in range(len(romanised), max(2, len(romanised) - 7), -1):
            code = self.adjectives.get(f"{language}:{romanised[:end]}")
            if code is not None:
                return code
        return None


def _read(lexicon: Lexicon, line: str) -> None:
    if not line or line.startswith("#"):
        return
    kind, canonical, forms = line.split("\t")
    if kind == "n":
        lexicon.add_name(canonical, canonical)
        if forms:
            for form in forms.split("|"):
                lexicon.add_name(form, canonical)
    elif kind == "p":
        for form in forms.split("|"):
            lexicon.add_place(form, canonical)
    elif kind == "a":
        for form in forms.split("|"):
            lexicon.adjectives.setdefault(form, canonical)


def _read_alias(lexicon: Lexicon, line: str) -> None:
    if not line or line.startswith("#"):
        return
    kind, canonical, forms = line.split("\t")
    written = forms.split("|")
    if kind == "name":
        for form in [canonical, *written]:
            key = normal_form(form).replace(" ", "") if is_uncased(form) else base(fold(romanise(sound_marks(form))))
            lexicon.names[key] = (base(fold(canonical)),)
    elif kind == "place":
        for form in written:
            lexicon.add_place(place_form(form), canonical)
    elif kind == "capital":
        for form in written:
            lexicon.capital_of[place_form(form)] = canonical
    elif kind == "adjective":
        for form in written:
            language, _, stem = form.partition(":")
            lexicon.adjectives[f"{language}:{romanise(stem)}"] = canonical


def capital_names() -> frozenset[str]:
    """Give the English names of capital cities, from the hand-written file."""
    lines = data_file("aliases.tsv").read_text(encoding="utf-8").split("\n")
    return frozenset(line.split("\t")[2] for line in lines if line.startswith("capital\t"))


@cache
def load_lexicon() -> Lexicon:
    """Read the lexicon, once in a process; hand-written entries win."""
    lexicon = Lexicon()
    aliases = data_file("aliases.tsv")
    if aliases.exists():
        for line in aliases.read_text(encoding="utf-8").split("\n"):
            _read_alias(lexicon, line)
    fixed = dict(lexicon.names)
    # Words that are a name wherever they have a capital, although some language uses them in lower case (Rubio is "blond").
    lexicon.settled = {canonical for known in fixed.values() for canonical in known}
    lexicon.prominent = {form for form in fixed if form.isascii() and len(form) > 3}
    packed = data_file("lexicon.tsv.gz")
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            for line in lines:
                _read(lexicon, line.rstrip("\n"))
    lexicon.names.update(fixed)
    return lexicon


_MAX_SKELETONS = 8
_GREEK = regex.compile(r"\p{Greek}")
_GREEK_SECOND = [(regex.compile(r"nd"), "d"), (regex.compile(r"^g(?=[ei])"), "y")]


def _canonical(token: str, folded: str, language: str | None) -> tuple[tuple[str, ...], list[str]]:
    """Find the canonical forms of a name, and the folded forms that its skeletons are made of."""
    names = load_lexicon().names
    if is_uncased(token):
        known = names.get(normal_form(token))
        if known is not None:
            return known, []
    stems = case_stems(folded, language)
    for stem in stems:
        known = names.get(base(stem))
        if known is not None:
            # A final s may be an ending or part of the name (Trumps, Rochus): the uncut form keeps its skeleton.
            return known, [stem] if has_case_endings(language) else [*stems[:1], stem]
    return (), [folded] if len(folded) <= 5 or not has_case_endings(language) else [folded, stems[-1]]


def name_key(token: str, language: str | None = None) -> tuple[str, ...]:
    """Give the keys of a written name: exact keys ("n:..."), then skeleton keys ("s:...").

    Two forms of one name share at least one key as far as the lexicon or the sounds allow; hand-written names have no
    skeleton. An exact key is the canonical English
    form where the lexicon knows the form (or its stem without case ending), else the folded form and its likeliest stem.
    """
    roman = romanise(sound_marks(token))
    folded = fold(roman)
    if not folded:
        return ()
    canonical, stems = _canonical(token, folded, language)
    if canonical and load_lexicon().settled.issuperset(canonical):
        # Written by hand in every script: a skeleton would only add look-alikes (Putin and Biden are both PTN).
        return tuple(f"n:{form}" for form in canonical)
    exact = dict.fromkeys(canonical or (base(stem) for stem in stems))
    bones: dict[str, None] = {}
    for form in (roman, *stems[1:]) if not stems or stems[0] == folded else stems:
        bones.update(dict.fromkeys(skeletons(form)))
    if not token.isascii() and _GREEK.search(token) is not None:
        for pattern, to in _GREEK_SECOND:
            bones.update(dict.fromkeys(skeletons(pattern.sub(to, roman))))
    for form in canonical:
        bones.update(dict.fromkeys(skeletons(form)))
    return (*(f"n:{form}" for form in exact), *(f"s:{bone}" for bone in list(bones)[:_MAX_SKELETONS]))
