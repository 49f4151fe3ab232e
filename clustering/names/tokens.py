"""Cut a text into words and sentence marks, and remember what is known about each word form.

Takes text and a language, gives tokens and, for each, a `Word` (romanised form, stem, name keys, place). News repeats its words, so every
form is analysed once and kept; the memory of a language is dropped when it passes `_MAX_KEPT` forms.
"""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache

from clustering.names.clitics import strip_clitics
from clustering.names.data_files import data_file
from clustering.names.keys import base, case_stems, fold, has_case_endings
from clustering.names.lexicon import is_uncased, load_lexicon, name_key, normal_form, sound_marks
from clustering.names.romanise import romanise

__all__ = ["Reading", "Vocabulary", "Word", "is_without_spaces", "vocabulary_for", "word_lists"]

# Marks are not \w, but belong to words: combining Latin, Hebrew and Arabic points, Indic and Thai vowel signs.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0e31-\u0e4e\u200c\u200d"
TOKEN = re.compile(rf"[\w{_MARKS}]+(?:['’ʼ״׳\"](?=[^\W\d_])[\w{_MARKS}]+)*|[.!?…:;\n|—–«»“”„\"(),]")

_MAX_KEPT = 300_000
# English writes months and weekdays with a capital; the numbers reader takes the months.
_ENGLISH_CALENDAR = (
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)
_CALENDAR = frozenset(_ENGLISH_CALENDAR.split())
# Longer "words" are encoded data or broken markup.
_LONGEST_WORD = 64
_STEM_LETTERS = 6


@cache
def word_lists() -> dict[tuple[str, str], frozenset[str]]:
    """Read the word lists, once: (language, "stop" or "common") -> lower-case words."""
    lists: dict[tuple[str, str], frozenset[str]] = {}
    packed = data_file("words.tsv.gz")
    if packed.exists():
        with gzip.open(packed, "rt", encoding="utf-8") as lines:
            for line in lines:
                language, kind, words = line.rstrip("\n").split("\t")
                lists[language, kind] = frozenset(words.split())
    return lists


@dataclass(slots=True)
class Word:
    """What is known about one form: ``term`` is empty for function words; ``tells`` when it may be part of a name;
    ``cases`` are the folded form and its stems."""

    surface: str
    term: str = ""
    is_capital: bool = False
    is_upper: bool = False
    is_common: bool = False
    is_known: bool = False
    names: tuple[str, ...] = ()
    place: str = ""
    folded: str = ""
    adjective: str = ""
    opens_place: bool = False
    tells: bool = False
    cases: tuple[str, ...] = ()


@dataclass(slots=True)
class Reading:
    """A text cut into tokens, the word behind each token, and the tokens without spaces."""

    tokens: list[str]
    words: list[Word | None]
    spaceless: list[str]


_SPACELESS = re.compile(
    r"[\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々]"
)


def is_without_spaces(token: str) -> bool:
    """Say whether a token is of a script that writes no spaces between words."""
    return not token.isascii() and _SPACELESS.search(token) is not None


class Vocabulary(dict[str, "Word | None"]):
    """Everything remembered about the tokens of one language (``None`` when unknown): token -> `Word`.

    Sentence marks, and tokens of scripts without spaces (read by `spaceless`), are None.
    """

    def __init__(self, language: str | None) -> None:
        super().__init__()
        self.language = language
        lists = word_lists()
        languages = [language] if (language, "stop") in lists else sorted({key for key, _ in lists})
        self.stop: set[str] = set()
        self.common: set[str] = set()
        for one in languages:
            self.stop |= lists.get((one or "", "stop"), frozenset())
            self.common |= lists.get((one or "", "common"), frozenset())

    def __missing__(self, token: str) -> Word | None:
        if len(token) > _LONGEST_WORD:
            return None
        if len(self) > _MAX_KEPT:
            self.clear()
        known = None if not token[0].isalnum() or is_without_spaces(token) else self._analyse(token)
        self[token] = known
        return known

    def read(self, text: str) -> Reading:
        """Cut a text into tokens and look each of them up."""
        tokens = TOKEN.findall(text)
        words = [self[token] for token in tokens]
        spaceless = (
            [] if text.isascii() else [token for token in tokens if self[token] is None and is_without_spaces(token)]
        )
        return Reading(tokens, words, spaceless)

    def _analyse(self, surface: str) -> Word:
        if not surface.isascii() and is_uncased(surface):
            return self._analyse_uncased(surface)
        head = _head(surface)
        lower = head.lower()
        is_digit = surface[0].isdigit()
        roman = romanise(head)
        is_stop = lower in self.stop or surface.lower() in self.stop
        word = Word(surface, term="" if is_stop or is_digit or len(roman) < 3 else roman[:_STEM_LETTERS])
        if head[:1] != lower[:1]:
            self._analyse_capital(word, head, is_stop)
        if not word.place and (word.is_capital or self.language != "en"):
            word.adjective = load_lexicon().country_of_adjective(roman, self.language) or ""
        word.tells = word.is_capital or bool(word.adjective)
        return word

    def _analyse_capital(self, word: Word, head: str, is_stop: bool) -> None:
        """Look a word with a capital up as a place and as a name, cutting case endings one by one."""
        lexicon = load_lexicon()
        lower = head.lower()
        word.is_capital = True
        word.is_upper = len(head) > 1 and head == head.upper()
        word.is_common = is_stop or not self.common.isdisjoint((lower, lower.removesuffix("s"), word.surface.lower()))
        word.folded = fold(romanise(sound_marks(head)))
        stems = case_stems(word.folded, self.language)
        word.cases = tuple(stems)
        has_cases = has_case_endings(self.language)
        known_base = ""
        for stem in stems:
            if known_base and base(stem) != known_base:
                break
            if len(stem) > 3 or word.is_upper or len(lower) == len(stem) + 1 > 3:
                word.place = lexicon.places.get(stem, "")
                if not word.place and has_cases:
                    word.place = lexicon.place_stems.get(base(stem), "")
            if base(stem) in lexicon.names:
                word.is_known, known_base = True, base(stem)
            if word.place:
                break
        if not is_stop and any(base(stem) in lexicon.prominent for stem in stems):
            word.is_common = False
            # A hand-written name is more than a city of that name, not more than a country.
            word.place = word.place if len(word.place) == 2 else ""
        if not is_stop and lower not in _CALENDAR:
            word.names = name_key(head, self.language)
        word.opens_place = word.folded in lexicon.multi_first

    def _analyse_uncased(self, surface: str) -> Word:
        """Look a word of a script without capitals up, stripping clitics one by one."""
        lexicon = load_lexicon()
        is_stop = surface in self.stop
        place, is_known, has_article, opens_place = "", False, False, False
        candidates = strip_clitics(surface, self.language)
        chosen, folded = candidates[0], normal_form(surface)
        for candidate in candidates:
            form = normal_form(candidate)
            place, is_known, opens_place = (
                lexicon.places.get(form, ""),
                form in lexicon.names,
                form in lexicon.multi_first,
            )
            if place or is_known or opens_place:
                chosen, folded = candidate, form if opens_place else folded
                # An ordinary Arabic noun has the article (السلة, "the basket"); a foreign name hardly ever.
                has_article = is_known and not place and candidate != surface and surface.endswith("ال" + candidate)
                break
        roman = romanise(chosen)
        names = () if is_stop or len(roman) < 2 or surface[0].isdigit() else name_key(chosen, self.language)
        return Word(
            surface,
            term="" if is_stop or len(roman) < 3 or surface[0].isdigit() else roman[:_STEM_LETTERS],
            is_common=has_article or is_stop or surface in self.common,
            is_known=is_known,
            names=names,
            place=place,
            folded=folded,
            opens_place=opens_place,
            tells=bool(names or opens_place),
            cases=(folded,),
        )


def _head(surface: str) -> str:
    """Cut what an apostrophe ties to a word: endings behind it (Trump's, Trump'ın), articles before it (l'Ukraine)."""
    for mark in "'’ʼ":
        left, found, right = surface.partition(mark)
        if found:
            return right if right[:1].isupper() or (len(left) <= 2 and len(right) > 2) else left
    return surface


@cache
def vocabulary_for(language: str | None) -> Vocabulary:
    """Give the one vocabulary of a language in this process."""
    return Vocabulary(language)
