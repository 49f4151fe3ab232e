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
    term: str
    is_capital: bool
    is_upper: bool
    is_common: bool
    is_known: bool
    names: tuple[str, ...]
    place: str
    folded: str
    adjective: str
    opens_place: bool
    tells: bool
    cases: tuple[str, ...]


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
        lower = surface.lower()
        uncased = is_uncased(surface)
        lexicon = load_lexicon()
        head = surface
        if not uncased:
            for mark in "'’ʼ":
                left, found, right = head.partition(mark)
                if found:
                    # English and Turkish endings follow the name (Trump's, Trump'ın), French and Italian articles precede it.
                    head = right if right[:1].isupper() or (len(left) <= 2 and len(right) > 2) else left
                    break
        candidates = strip_clitics(surface, self.language) if uncased else [head]
        is_stop = lower in self.stop or head.lower() in self.stop
        is_digit = surface[0].isdigit()
        is_capital = head[:1] != head[:1].lower()
        is_upper = len(head) > 1 and head == head.upper() and is_capital
        place, is_known, chosen = "", False, candidates[0]
        names: tuple[str, ...] = ()
        stems: list[str] = []
        has_article = False
        if uncased:
            for candidate in candidates:
                form = normal_form(candidate)
                place = lexicon.places.get(form, "")
                is_known = form in lexicon.names
                if place or is_known or form in lexicon.multi_first:
                    chosen = candidate
                    # An ordinary Arabic noun has the article (السلة, "the basket"); a foreign name hardly ever.
                    has_article = is_known and not place and candidate != surface and surface.endswith("ال" + candidate)
                    break
            folded = normal_form(chosen)
            if folded not in lexicon.multi_first:
                folded = normal_form(surface)
        else:
            folded = fold(romanise(sound_marks(head)))
            stems = case_stems(folded, self.language)
            has_cases = len(stems) > 1 or has_case_endings(self.language)
            for stem in stems:
                if not place and (len(stem) > 3 or is_upper):
                    place = lexicon.places.get(stem, "") or (
                        lexicon.place_stems.get(base(stem), "") if has_cases else ""
                    )
                is_known = is_known or base(stem) in lexicon.names
                if place or is_known:
                    break
        lower_head = head.lower()
        is_common = (
            has_article or is_stop or not self.common.isdisjoint((lower, lower_head, lower_head.removesuffix("s")))
        )
        if is_capital and not is_stop and any(base(stem) in lexicon.prominent for stem in stems):
            is_common = False
            if len(place) > 2:
                place = ""
        roman = romanise(chosen if uncased else head)
        if (is_capital or uncased) and not is_digit and (len(roman) > 1):
            names = name_key(chosen if uncased else head, self.language)
        term = "" if is_stop or len(roman) < 3 or is_digit else roman[:_STEM_LETTERS]
        adjective = ""
        if not uncased and not place and (is_capital or self.language != "en"):
            adjective = lexicon.country_of_adjective(roman, self.language) or ""
        opens_place = (is_capital or uncased) and folded in lexicon.multi_first
        tells = is_capital or bool(names or adjective or opens_place)
        return Word(
            surface,
            term,
            is_capital,
            is_upper,
            is_common,
            is_known,
            names,
            place,
            folded,
            adjective,
            opens_place,
            tells,
            tuple(stems) if is_capital else (folded,),
        )


@cache
def vocabulary_for(language: str | None) -> Vocabulary:
    """Give the one vocabulary of a language in this process."""
    return Vocabulary(language)
