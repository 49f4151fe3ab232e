"""Choose the forms of names, places and country adjectives that go into the shipped lexicon.

Takes rows of parallel names, gives the text of `lexicon.tsv` (kind, canonical key, forms). Pure apart from reading CLDR and Natural
Earth. Pairs that do not sound alike are dropped: the name files were aligned by machine and hold about a tenth of wrong pairs.
"""

from __future__ import annotations

from collections import defaultdict
from difflib import SequenceMatcher
from pathlib import Path

import regex

from clustering.names.countries import COUNTRIES, LANGUAGE_OF_COUNTRY
from clustering.names.han import name_weight
from clustering.names.keys import base, fold, skeletons
from clustering.names.lexicon import capital_names, is_uncased, normal_form, place_form, sound_marks
from clustering.names.romanise import romanise

__all__ = ["build_lexicon", "choose_names", "likeness"]

Row = tuple[str, str, str, str]
_LETTERS_ONLY = regex.compile(r"[\p{L}\p{M}'’\-]+")
_HAN_PAIR = regex.compile(r"\p{Han}{2}")
_MIN_PAIR_WEIGHT = 0.5
_MIN_LIKENESS = 0.6
_MAX_READINGS = 2
# Other spellings of a city in Latin letters, language unknown, hold abbreviations and old names (Yang for Yangzhou).
_MIN_CITY_LIKENESS = 0.75
# Cities whose name means something else in news far more often.
_NO_CITY = frozenset(["Olympia", "Mobile", "Of", "Split", "Orange", "Victoria", "Nice"])


def likeness(english: str, foreign: str) -> float:
    """Say how alike two romanised names sound, from 0 to 1: 1 when a skeleton is shared, else by common letters of skeletons."""
    ours, theirs = skeletons(english), skeletons(foreign)
    if set(ours) & set(theirs):
        return 0.9 + 0.1 * SequenceMatcher(None, fold(english), fold(foreign), autojunk=False).ratio()
    if not ours or not theirs:
        return SequenceMatcher(None, fold(english), fold(foreign), autojunk=False).ratio()
    return max(SequenceMatcher(None, a, b, autojunk=False).ratio() for a in ours for b in theirs) * 0.9


def choose_names(rows: list[Row], ordinary: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """Give canonical name -> forms: each foreign form goes to the one or two English names that sound most like it.

    A name known in many languages wins over a rarer one that sounds the same (Trump before Tramp). Forms in ``ordinary`` (frequent
    words of running text in scripts without capitals) are left out, and so are pairs of Chinese characters rare in names.
    """
    languages: dict[str, set[str]] = defaultdict(set)
    kept: dict[str, dict[str, float]] = defaultdict(dict)
    for _, language, english, foreign in rows:
        if len(english) < 2 or not _LETTERS_ONLY.fullmatch(english) or not _LETTERS_ONLY.fullmatch(foreign):
            continue
        canonical = base(fold(romanise(sound_marks(english))))
        roman = romanise(foreign)
        form = normal_form(foreign) if is_uncased(foreign) else base(fold(roman))
        if len(canonical) < 2 or len(form) < 2 or form in ordinary:
            continue
        if len(form) == 2 and _HAN_PAIR.fullmatch(form) and min(name_weight(char) for char in form) < _MIN_PAIR_WEIGHT:
            continue
        alike = likeness(romanise(sound_marks(english)), roman)
        if alike < _MIN_LIKENESS:
            continue
        languages[canonical].add(language)
        kept[form][canonical] = max(kept[form].get(canonical, 0.0), alike)
    chosen: dict[str, set[str]] = {canonical: set() for canonical in languages}
    for form, candidates in kept.items():
        ranked = sorted(candidates, key=lambda c: (-(candidates[c] + 0.1 * len(languages[c])), c))
        best = candidates[ranked[0]] + 0.1 * len(languages[ranked[0]])
        for canonical in ranked[:_MAX_READINGS]:
            if candidates[canonical] + 0.1 * len(languages[canonical]) > best - 0.12 and form != canonical:
                chosen[canonical].add(form)
    return chosen


def _choose_places(
    parallel_rows: list[Row], cities: list[Row], major: list[Row], names: set[str], ordinary: frozenset[str]
) -> dict[str, set[str]]:
    """Countries from CLDR, the cities of Natural Earth, and those of GeoNames that are no person's name as well."""
    places: dict[str, set[str]] = defaultdict(set)
    taken: set[str] = set()
    parallel_rows = [*parallel_rows, *_uncased_adjectives(parallel_rows)]
    for _, _, english, foreign in parallel_rows:
        code = COUNTRIES.get(english)
        if code is None:
            continue
        for name in (english, foreign):
            form = place_form(regex.sub(r"\s*\(.*?\)", "", name))
            if len(form) >= 2 and form not in taken:
                places[code].add(form)
                taken.add(form)
    known_cities = {row[2] for row in major}
    capitals = capital_names()
    for _, language, english, foreign in [*major, *cities]:
        canonical = place_form(english)
        # Capitals are places whoever else bears the name; other cities give way to people.
        is_free = english in capitals
        if english in _NO_CITY or (not is_free and english not in known_cities and base(canonical) in names):
            continue
        for name in (english, foreign):
            form = place_form(name)
            shortest = 2 if _HAN_PAIR.match(form) else 4 if is_uncased(name) or english in known_cities else 5
            if form in taken or (form in ordinary and not is_free) or len(form) < shortest or form.count(" ") > 2:
                continue
            same = base(form) == base(canonical) and english in known_cities
            if not is_free and not same and base(form) in names:
                continue
            if language == "xx" and SequenceMatcher(None, form, canonical, autojunk=False).ratio() < _MIN_CITY_LIKENESS:
                continue
            taken.add(form)
            places[canonical].add(form)
    return places


def _uncased_adjectives(rows: list[Row]) -> list[Row]:
    """Give Arabic, Persian, Hebrew and Hindi names of languages, masculine and feminine, as names of their countries."""
    country_name = {code: name for name, code in reversed(COUNTRIES.items())}
    found = []
    for _, language, english, foreign in rows:
        code = LANGUAGE_OF_COUNTRY.get(english)
        if code is None or language not in ("ar", "fa", "he", "hi"):
            continue
        bare = foreign.removeprefix("ال") if language == "ar" else foreign
        variants = [bare]
        if language == "ar" and bare.endswith("ية"):
            variants.append(bare[:-1])
        if language == "he" and bare.endswith("ית"):
            variants += [bare[:-1], bare[:-1] + "ם"]
        found += [("en", language, country_name[code], variant) for variant in variants if " " not in variant]
    return found


_ADJECTIVE_END = regex.compile(
    r"(?:kii|skyi|kiy|kyy|ska|ski|sky|ska|sch|sisch|ese|iska|aise?|ais|ois|ano|ana|ino|ul|ului|ca|ce|esc|ii|yi|iy|yy|aya|a|o|e|i|y)$"
)
_ADJECTIVE_LANGUAGES = frozenset(["de", "fr", "es", "it", "pt", "pl", "ru", "uk", "nl", "ro", "sr", "sv", "bg", "hu"])


def _country_stem(name: str) -> str:
    """Cut a country's name to the stem its adjective shares (Algerien: algeri-sch); empty when that would be too short."""
    stem = romanise(name)
    stem = stem[:-2] if stem.endswith("en") else stem[:-1] if stem[-1:] in "aeiouy" else stem
    return stem if len(stem) >= 6 and stem.isalpha() else ""


def _choose_adjectives(rows: list[Row]) -> dict[str, set[str]]:
    adjectives: dict[str, set[str]] = defaultdict(set)
    for _, language, english, foreign in rows:
        country = COUNTRIES.get(english)
        if country is not None and language in _ADJECTIVE_LANGUAGES:
            for one, name in (("en", english), (language, foreign)):
                stem = _country_stem(name)
                if stem:
                    adjectives[country].add(f"{one}:{stem}")
        code = LANGUAGE_OF_COUNTRY.get(english)
        if code is None:
            continue
        adjectives[code].add(f"en:{english.lower()}")
        if language in _ADJECTIVE_LANGUAGES and " " not in foreign:
            stem = _adjective_stem(romanise(foreign))
            if stem:
                adjectives[code].add(f"{language}:{stem}")
    return adjectives


def _adjective_stem(roman: str) -> str:
    shorter = str(_ADJECTIVE_END.sub("", roman))
    if len(shorter) < 4:
        shorter = roman
    return shorter if len(shorter) >= 4 else ""


def _line(kind: str, canonical: str, forms: set[str]) -> str:
    return f"{kind}\t{canonical}\t{'|'.join(sorted(forms))}"


def build_lexicon(parallel: Path, names: list[Row], cities: list[Row], ordinary: frozenset[str]) -> str:
    """Give the whole lexicon as text, sorted, one canonical key a line."""
    from clustering.names.training import read_pairs

    cldr = list(read_pairs(parallel / "cldr.tsv.zst"))
    major = list(read_pairs(parallel / "natural_earth.tsv.zst"))
    people = choose_names(names, ordinary)
    lines = [
        _line("p", key, forms)
        for key, forms in sorted(_choose_places(cldr, cities, major, set(people), ordinary).items())
    ]
    lines += [_line("a", key, forms) for key, forms in sorted(_choose_adjectives(cldr).items())]
    lines += [_line("n", key, forms) for key, forms in sorted(people.items())]
    return "\n".join(lines) + "\n"
