"""Find the names and places a text mentions, under keys that other languages share.

Takes a title, a text and the language, gives a `NameSet`. Cased scripts: capitalised words, with care for sentence starts, headlines in
title case, and German nouns. Scripts without capitals: lexicon hits, neighbours of hits, katakana runs, and runs of Chinese
characters that look like a transcription. Reading is by rules and frequency; nothing is trained per text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clustering.names.han import HAN_RUN, SIMPLIFIED, name_spans
from clustering.names.lexicon import load_lexicon, name_key
from clustering.names.tokens import Reading, Vocabulary, Word, vocabulary_for

__all__ = ["NameSet", "find_names", "names_of_readings"]

_TITLE_WEIGHT = 3.0
_LEAD_WEIGHT = 1.5
_BODY_WEIGHT = 1.0
_LEAD_TOKENS = 60
_MAX_WEIGHT = 8.0
_SKELETON_SHARE = 0.5
_DOUBTFUL = 0.4
_ADJECTIVE_SHARE = 0.5
_SENTENCE_END = frozenset('.!?…\n|:—–«»“”„"(')
_KATAKANA = re.compile(r"[ァ-ヺー]{2,}(?:[・＝=][ァ-ヺー]{2,})*")
_DOT = re.compile(r"[・·•＝=‧]")


@dataclass
class NameSet:
    """Names and places of one text.

    ``names``: key -> weight; keys are "n:<canonical>" and, with half the weight, "s:<consonant skeleton>". ``places``: ISO country code or
    folded city name -> weight. ``surface``: key (without "s:" keys) -> the form first met, for display. Weights grow with mentions
    (title 3, lead 1.5, body 1 each; at most 8).
    """

    names: dict[str, float] = field(default_factory=dict)
    places: dict[str, float] = field(default_factory=dict)
    surface: dict[str, str] = field(default_factory=dict)

    def add_name(self, keys: tuple[str, ...], weight: float, surface: str) -> None:
        names = self.names
        for key in keys:
            share = weight if key[0] == "n" else weight * _SKELETON_SHARE
            names[key] = min(_MAX_WEIGHT, names.get(key, 0.0) + share)
        if keys:
            self.surface.setdefault(keys[0], surface)

    def add_place(self, key: str, weight: float, surface: str) -> None:
        self.places[key] = min(_MAX_WEIGHT, self.places.get(key, 0.0) + weight)
        self.surface.setdefault(key, surface)


@dataclass(slots=True)
class _Standing:
    """Where a word stands."""

    starts: bool
    title_case: bool
    vocabulary: Vocabulary


def _add_place(found: NameSet, place: str, weight: float, surface: str) -> None:
    """Add a place, and with a capital its country."""
    found.add_place(place, weight, surface)
    country = load_lexicon().capital_of.get(place)
    if country is not None:
        found.add_place(country, weight * _ADJECTIVE_SHARE, surface)


def _is_title_case(words: list[Word | None]) -> bool:
    long_words = [word for word in words if word is not None and len(word.surface) > 3]
    return len(long_words) >= 4 and sum(word.is_capital for word in long_words) >= 0.75 * len(long_words)


# Endings that German puts on common nouns only, as far as news names go.
_GERMAN_NOUN = re.compile(
    r"(?:ung|ungen|heit|heiten|keit|keiten|schaft|schaften|tion|tionen|tät|täten|ismus|enz|enzen|nis|nisse|innen|ierung)s?$"
)


def _is_german_noun(word: Word, vocabulary: Vocabulary) -> bool:
    lower = word.surface.lower()
    if word.is_common or _GERMAN_NOUN.search(lower) is not None:
        return True
    common = vocabulary.common
    return any(lower[cut:] in common or lower[cut:].rstrip("ns") in common for cut in range(3, len(lower) - 3))


def _doubt(word: Word, starts: bool, title_case: bool, near_name: bool, vocabulary: Vocabulary) -> float:
    """Say how likely a capitalised word is a name, from 0 to 1."""
    if word.is_common and (starts or title_case or word.is_upper):
        return 0.0
    if vocabulary.language == "de":
        if _is_german_noun(word, vocabulary):
            return _DOUBTFUL if near_name and word.is_known else 0.0
        if not word.is_known:
            return _DOUBTFUL
    if word.is_known:
        return 0.7 if word.is_common else 1.0
    if starts or title_case:
        return _DOUBTFUL
    return _DOUBTFUL if word.is_common else 1.0


def _place_of_run(words: list[Word | None], index: int) -> tuple[str, int]:
    """Find a place of two or three words starting here: its key and how many words it takes."""
    places = load_lexicon().places
    for length in (3, 2):
        part = [word for word in words[index : index + length] if word is not None]
        if len(part) == length:
            start = " ".join(word.folded for word in part[:-1])
            for last in part[-1].cases:
                key = places.get(f"{start} {last}")
                if key is not None:
                    return key, length
    return "", 0


def _scan(reading: Reading, vocabulary: Vocabulary, found: NameSet, weight: float, *, is_title: bool) -> None:
    words = reading.words
    title_case = is_title and _is_title_case(words)
    starts = True
    skip_to = 0
    lead = 0 if is_title else _LEAD_TOKENS
    for index, word in enumerate(words):
        if word is None:
            starts = starts or reading.tokens[index] in _SENTENCE_END
            continue
        at_start, starts = starts, False
        if not word.tells or index < skip_to:
            continue
        share = _LEAD_WEIGHT if index < lead else weight
        if word.opens_place:
            place, length = _place_of_run(words, index)
            if place:
                run = words[index : index + length]
                _add_place(found, place, share, " ".join(w.surface for w in run if w is not None))
                skip_to = index + length
                continue
        if word.is_capital:
            _capital(words, index, word, found, share, _Standing(at_start, title_case, vocabulary))
        elif word.names:
            _uncased(words, index, word, found, share)
        elif word.adjective:
            found.add_place(word.adjective, share * _ADJECTIVE_SHARE, word.surface)
    for token in reading.spaceless:
        _scan_spaceless(token, found, weight)


def _capital(words: list[Word | None], index: int, word: Word, found: NameSet, share: float, where: _Standing) -> None:
    """Add what a capitalised word tells."""
    near = False
    for other in (index - 1, index + 1):
        neighbour = words[other] if 0 <= other < len(words) else None
        near = near or (
            neighbour is not None and neighbour.is_capital and neighbour.is_known and not neighbour.is_common
        )
    if word.place and not (word.is_common and (where.starts or where.title_case)):
        _add_place(found, word.place, share, word.surface)
        if near and word.is_known and len(word.place) > 2 and word.place not in load_lexicon().capital_of:
            found.add_name(word.names, share * _DOUBTFUL, word.surface)
    elif word.adjective:
        found.add_place(word.adjective, share * _ADJECTIVE_SHARE, word.surface)
    elif len(word.surface) > 1:
        doubt = _doubt(word, where.starts, where.title_case, near, where.vocabulary)
        if doubt:
            found.add_name(word.names, share * doubt, word.surface)


def _uncased(words: list[Word | None], index: int, word: Word, found: NameSet, share: float) -> None:
    if word.place:
        _add_place(found, word.place, share, word.surface)
    elif word.is_known and not word.is_common:
        found.add_name(word.names, share, word.surface)
    elif not word.is_common and len(word.surface) >= 4:
        for near in (index - 1, index + 1):
            neighbour = words[near] if 0 <= near < len(words) else None
            if neighbour is not None and neighbour.is_known and not neighbour.is_common:
                found.add_name(word.names, share * _DOUBTFUL, word.surface)
                break


def _scan_spaceless(token: str, found: NameSet, weight: float) -> None:
    lexicon = load_lexicon()
    for run in _KATAKANA.findall(token):
        for part in _DOT.split(run):
            place = lexicon.places.get(part)
            if place is not None:
                _add_place(found, place, weight, part)
            elif len(part) >= 2:
                found.add_name(name_key(part, "ja"), weight if part in lexicon.names else weight * _DOUBTFUL, part)
    for run in HAN_RUN.findall(token.translate(SIMPLIFIED)):
        _scan_han(run, found, weight)


def _scan_han(run: str, found: NameSet, weight: float) -> None:
    lexicon = load_lexicon()
    position, rest_from = 0, 0
    rests: list[str] = []
    while position < len(run):
        for length in range(min(8, len(run) - position), 1, -1):
            piece = run[position : position + length]
            place = lexicon.places.get(piece)
            if place is not None:
                _add_place(found, place, weight, piece)
            elif piece in lexicon.names:
                longer = name_spans(run[position : position + 8], min_length=3) if length == 2 else []
                if longer and run.startswith(longer[0], position):
                    # Two characters that begin a longer transcription: the longer one is the name.
                    found.add_name(name_key(longer[0], "zh"), weight * _DOUBTFUL, longer[0])
                    rests.append(run[rest_from:position])
                    position += len(longer[0])
                    rest_from = position
                    break
                found.add_name(name_key(piece, "zh"), weight, piece)
            else:
                continue
            rests.append(run[rest_from:position])
            position += length
            rest_from = position
            break
        else:
            position += 1
    rests.append(run[rest_from:])
    for rest in rests:
        if len(rest) >= 3:
            for span in name_spans(rest):
                found.add_name(name_key(span, "zh"), weight * _DOUBTFUL, span)


def names_of_readings(title: Reading, text: Reading, vocabulary: Vocabulary) -> NameSet:
    """Give the names and places of a title and a text read before."""
    found = NameSet()
    _scan(title, vocabulary, found, _TITLE_WEIGHT, is_title=True)
    _scan(text, vocabulary, found, _BODY_WEIGHT, is_title=False)
    return found


def find_names(title: str, text: str, language: str | None = None) -> NameSet:
    """Find names and places in a title and a text of one language (ISO 639-1, or None when unknown)."""
    vocabulary = vocabulary_for(language)
    return names_of_readings(vocabulary.read(title), vocabulary.read(text), vocabulary)
