"""Fold every character into the small alphabet the bundled tokenizer reads.

Takes one character, gives its folded form; writes the whole table in SentencePiece's rule format.
The table is the tokenizer's only normaliser: it becomes a precompiled trie, so no regular expression or chain of
replacements runs at encoding time. Each rule has one source character: the trie is applied to whole graphemes by
`tokenizers`, where rules of several characters would not match the way SentencePiece matches them.

Must not depend on the language of a text: the tokenizer does not know it.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator

__all__ = ["FoldingPlan", "fold_character", "fold_text", "make_rules"]

from dataclasses import dataclass

# Spelling follows what English-language news most often writes, so that Рубио meets Rubio without any training.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "e", "ж": "zh", "з": "z", "и": "i",
    "і": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t",
    "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "a", "ы": "y", "ь": "",
    "э": "e", "ю": "yu", "я": "ya", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz", "ѕ": "dz",
    "ў": "u", "ѣ": "e", "ѳ": "f", "ѵ": "i", "ә": "a", "ө": "o", "ү": "u", "ң": "n", "қ": "k", "ғ": "g", "һ": "h",
    "ұ": "u",
}  # fmt: skip
_GREEK = {
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k", "λ": "l",
    "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t", "υ": "y", "φ": "f",
    "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_LATIN = {
    "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "ħ": "h", "ŋ": "n",
    "ə": "a", "ŀ": "l", "ĳ": "ij",
}  # fmt: skip
# One letter for what Arabic, Persian and Urdu keyboards write in several ways; tatweel is dropped.
_ARABIC_UNITED = {
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ې": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ۀ": "ه",
    "ە": "ه", "ھ": "ه", "ہ": "ه", "ۃ": "ه", "ک": "ك", "ڪ": "ك", "ـ": "", "ء": "",
}  # fmt: skip
_ARABIC_LATIN = {
    "ا": "a", "ب": "b", "پ": "p", "ت": "t", "ث": "th", "ج": "j", "چ": "ch", "ح": "h", "خ": "kh", "د": "d", "ذ": "dh",
    "ر": "r", "ز": "z", "ژ": "zh", "س": "s", "ش": "sh", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "'", "غ": "gh",
    "ف": "f", "ڤ": "v", "ق": "q", "ك": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ه": "h", "و": "u", "ي": "i",
}  # fmt: skip
_HEBREW_LATIN = {
    "א": "a", "ב": "b", "ג": "g", "ד": "d", "ה": "h", "ו": "u", "ז": "z", "ח": "ch", "ט": "t", "י": "i", "כ": "k",
    "ך": "k", "ל": "l", "מ": "m", "ם": "m", "נ": "n", "ן": "n", "ס": "s", "ע": "a", "פ": "p", "ף": "f", "צ": "ts",
    "ץ": "ts", "ק": "k", "ר": "r", "ש": "sh", "ת": "t",
}  # fmt: skip
_DEVANAGARI = dict(
    zip(
        "अआइईउऊऋएऐओऔकखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहऑऍ",
        ["a", "a", "i", "i", "u", "u", "ri", "e", "ai", "o", "au", "k", "kh", "g", "gh", "n", "ch", "chh", "j", "jh", "n", "t", "th", "d", "dh", "n", "t", "th", "d", "dh", "n", "p", "ph", "b", "bh", "m", "y", "r", "l", "v", "sh", "sh", "s", "h", "o", "e"],
        strict=True,
    )
) | {"ा": "a", "ि": "i", "ी": "i", "ु": "u", "ू": "u", "ृ": "ri", "े": "e", "ै": "ai", "ो": "o", "ौ": "au", "ॉ": "o",
     "ॅ": "e", "ं": "n", "ँ": "n", "ः": "", "्": "", "़": ""}  # fmt: skip
_KATAKANA = dict(
    zip(
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲンガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ",
        ["a", "i", "u", "e", "o", "ka", "ki", "ku", "ke", "ko", "sa", "shi", "su", "se", "so", "ta", "chi", "tsu", "te", "to", "na", "ni", "nu", "ne", "no", "ha", "hi", "fu", "he", "ho", "ma", "mi", "mu", "me", "mo", "ya", "yu", "yo", "ra", "ri", "ru", "re", "ro", "wa", "i", "e", "o", "n", "ga", "gi", "gu", "ge", "go", "za", "ji", "zu", "ze", "zo", "da", "ji", "zu", "de", "do", "ba", "bi", "bu", "be", "bo", "pa", "pi", "pu", "pe", "po", "v"],
        strict=True,
    )
) | {"ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ャ": "ya", "ュ": "yu", "ョ": "yo", "ヮ": "wa", "ッ": "",
     "ー": "", "ヵ": "ka", "ヶ": "ke"}  # fmt: skip
_HANGUL_INITIAL = "g kk n d tt r m b pp s ss - j jj ch k t p h".replace("-", "").split(" ")
_HANGUL_VOWEL = [
    "a",
    "ae",
    "ya",
    "yae",
    "eo",
    "e",
    "yeo",
    "ye",
    "o",
    "wa",
    "wae",
    "oe",
    "yo",
    "u",
    "wo",
    "we",
    "wi",
    "yu",
    "eu",
    "ui",
    "i",
]
_HANGUL_FINAL = [
    "", "k", "k", "k", "n", "n", "n", "t", "l", "k", "m", "l", "l", "l", "p", "l", "m", "p", "p", "t", "t", "ng", "t",
    "t", "k", "t", "p", "t",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class FoldingPlan:
    """Which scripts are written in Latin letters before the tokenizer sees them."""

    cyrillic: bool = True
    greek: bool = True
    katakana: bool = True
    hangul: str = "latin"  # "latin", "jamo" or "keep"
    devanagari: bool = True
    arabic: bool = False
    hebrew: bool = False
    keep_vietnamese_tones: bool = False

    @property
    def letters(self) -> dict[str, str]:
        """Give the letter map of the chosen scripts."""
        table = dict(_LATIN)
        for chosen, letters in (
            (self.cyrillic, _CYRILLIC),
            (self.greek, _GREEK),
            (self.katakana, _KATAKANA),
            (self.devanagari, _DEVANAGARI),
            (self.hebrew, _HEBREW_LATIN),
        ):
            if chosen:
                table |= letters
        if self.arabic:
            table |= {letter: _ARABIC_LATIN.get(one, "") for letter, one in _ARABIC_UNITED.items()} | _ARABIC_LATIN
        else:
            table |= _ARABIC_UNITED
        return table


def _romanise_hangul(syllable: str) -> str:
    index = ord(syllable) - 0xAC00
    initial, rest = divmod(index, 21 * 28)
    vowel, final = divmod(rest, 28)
    return _HANGUL_INITIAL[initial] + _HANGUL_VOWEL[vowel] + _HANGUL_FINAL[final]


def _is_indic_sign(character: str) -> bool:
    # Vowel signs of the Brahmic scripts (Devanagari to Khmer) are marks by category but letters by use.
    return 0x0900 <= ord(character) <= 0x17FF


def _is_vietnamese(character: str) -> bool:
    return 0x1EA0 <= ord(character) <= 0x1EF9 or character in "ơưăƠƯĂ"


def fold_character(character: str, letters: dict[str, str], plan: FoldingPlan) -> str:
    """Fold one character; a mark, a control or a joiner gives "", punctuation and symbols give one space."""
    if "가" <= character <= "힣":
        if plan.hangul == "latin":
            return _romanise_hangul(character)
        return unicodedata.normalize("NFD", character) if plan.hangul == "jamo" else character
    folded: list[str] = []
    lowered = unicodedata.normalize("NFKC", character).lower()
    for whole in lowered:
        if plan.keep_vietnamese_tones and _is_vietnamese(whole):
            folded.append(whole)
            continue
        # ё, й, か+゛ and the like have a letter of their own before they lose their marks.
        if whole in letters:
            folded.append(letters[whole])
            continue
        if "ぁ" <= whole <= "ヿ" or "ᄀ" <= whole <= "ᇿ":
            folded.append(whole if unicodedata.category(whole)[0] in "LM" else " ")
            continue
        for part in unicodedata.normalize("NFD", whole):
            category = unicodedata.category(part)
            if part in letters:
                folded.append(letters[part])
            elif category[0] == "M":
                folded.append(part if _is_indic_sign(part) else "")
            elif category == "Nd":
                folded.append(str(unicodedata.decimal(part)))
            elif category[0] in "LN":
                folded.append(part)
            elif category in ("Cf", "Cc") and not part.isspace():
                folded.append("")
            else:
                folded.append(" ")
    return "".join(folded)


def make_rules(plan: FoldingPlan) -> Iterator[tuple[int, str]]:
    """Give (code point, folded text) of every assigned character that does not fold to itself."""
    letters = plan.letters
    for point in range(1, sys.maxunicode + 1):
        character = chr(point)
        if unicodedata.category(character) in ("Cn", "Co", "Cs"):
            continue
        folded = fold_character(character, letters, plan)
        if folded != character:
            yield point, folded


def fold_text(text: str, table: dict[int, str]) -> str:
    """Fold a text by the table of `make_rules` and leave single spaces; for comparing texts outside the tokenizer."""
    return " ".join(text.translate(table).split())
