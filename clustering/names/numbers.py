"""Find the numbers of a text and bring them to typed normal forms, so that instances of a series can be told apart.

Takes text and language, gives a `NumberSet`. Forms: "n:6.1" plain, "o:16" ordinal, "%:4.5" percent, "m:USD:2000000000" money,
"s:3-1" score, "d:02-15" day of a month, "y:2025" year, "t:14:30" clock time. Digits of any script; words up to twenty in the main
languages; English, continental and Chinese-Japanese-Korean magnitudes. Wrong dates (31 February) are plain numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from clustering.names.months import find_month
from clustering.names.number_values import (
    CURRENCIES,
    currency_of,
    is_day,
    number_value,
    plain,
    western_digits,
    write_han_numbers,
)
from clustering.names.number_words import CARDINALS, MAGNITUDES, ORDINALS

__all__ = ["NumberSet", "find_numbers", "read_into"]

_DOT_ORDINAL = frozenset(
    ["de", "cs", "sk", "sl", "hr", "sr", "bs", "da", "no", "nb", "fi", "et", "hu", "pl", "tr", "lv"]
)
_EAST_FACTORS = {
    "万": 1e4,
    "萬": 1e4,
    "億": 1e8,
    "亿": 1e8,
    "兆": 1e12,
    "만": 1e4,
    "억": 1e8,
    "조": 1e12,
    "千": 1e3,
    "천": 1e3,
    "百": 1e2,
}
_PERCENT = re.compile(
    r"\s?(?:%|٪|per ?cent|prozent|procent|pour cent|por ciento|por cento|per cento|процент|відсот|procent|százalék|τοις εκατό|prosent|"
    r"بالمئة|بالمائة|في المئة|درصد|אחוז|प्रतिशत|パーセント|퍼센트|yüzde|persen|phần trăm)"
)
# A number with its group and decimal marks; then what may follow or stand before is looked at by hand.
_NUMBER = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:[ \u00a0\u202f'’]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)(?!\d)|(?<=[^\W\d_])\d+(?:[.,]\d+)*"
)
_SCORE = re.compile(r"(?<![\d.,:\-–/])(\d{1,3})\s?[-–:]\s?(\d{1,3})(?![\d.,:\-–/]*\d)")
_CLOCK = re.compile(r"(?<![\d.:])([01]?\d|2[0-3])[:.hH]([0-5]\d)(?::[0-5]\d)?(?:\s?([ap])\.?m)?(?![\d.])")
_NUMERIC_DATE = re.compile(
    r"(?<![\d./-])(?:(\d{1,2})[./](\d{1,2})[./](\d{4}|\d{2})|(\d{4})-(\d{2})-(\d{2}))(?![\d/-]|\.\d)"
)
_EAST_DATE = re.compile(
    r"(?:(\d{4})\s?[年년]\s?)?(\d{1,2})\s?[月월]\s?(?:(\d{1,2})\s?[日号號일])?|(\d{1,2})\s?[日号號]"
)
_ORDINAL_TAIL = re.compile(
    r"(?:st|nd|rd|th|er|re|e|ème|eme|ième|nd|nde|de|ste|-(?:й|я|е|го|му|м|х|ый|ая|ой|ий|а|та|то|ти|ї|ої|ша|га)|й|го|ый|ая|ой|ий)(?![\w])|\.?[ºª°](?!\s?[CFС])|(?:-?(?:inci|ıncı|uncu|üncü|nci|ncı|"
    r"ci|cı|cu|cü))(?![\w])|(?:번째|차(?![\w])|回目|度目|番目)|:[aet](?![\w])"
)
_WORD_AFTER = re.compile(r"[\s\u00a0]*(?:de[ln]?\s|of\s|do\s|e\s)?([^\W\d_]+)")
_WORD = re.compile(r"[^\W\d_]+(?:['’\-][^\W\d_]+)*")
_YEAR_WINDOW = (1900, 2099)


@dataclass
class NumberSet:
    """Typed normal forms of the numbers of one text -> weight (how often they were found, title counted three times)."""

    forms: dict[str, float] = field(default_factory=dict)

    def add(self, form: str, weight: float = 1.0) -> None:
        self.forms[form] = self.forms.get(form, 0.0) + weight

    def of_kind(self, kind: str) -> set[str]:
        """Give the forms of one kind ("o", "s", "d"...)."""
        return {form for form in self.forms if form.startswith(kind + ":")}


class _Reader:
    """Read one text; spans already explained (dates, scores, times) are blanked out for the readers after them."""

    def __init__(self, text: str, language: str | None, weight: float, found: NumberSet) -> None:
        self.text, self.language, self.weight, self.found = text, language, weight, found
        self.explained: list[tuple[int, int]] = []

    def add(self, form: str) -> None:
        self.found.add(form, self.weight)

    def blank(self, start: int, end: int) -> None:
        self.explained.append((start, end))

    def blank_explained(self) -> None:
        if not self.explained:
            return
        pieces, position = [], 0
        for start, end in sorted(self.explained):
            pieces += [self.text[position:start], " " * (end - max(start, position))]
            position = max(position, end)
        self.text = "".join(pieces) + self.text[position:]
        self.explained.clear()

    def read(self) -> None:
        self.read_words()
        if not any(map(str.isdigit, self.text)):
            return
        readers = [self.read_numeric_dates, self.read_month_names, self.read_clock, self.read_scores]
        if not self.text.isascii():
            readers.insert(0, self.read_east_dates)
        for reader in readers:
            reader()
            self.blank_explained()
        self.read_numbers()

    def read_words(self) -> None:
        for word in _WORD.findall(self.text):
            if word in ORDINALS:
                self.add(f"o:{ORDINALS[word]}")
            elif word in CARDINALS:
                self.add(f"n:{CARDINALS[word]}")

    def read_east_dates(self) -> None:
        for match in _EAST_DATE.finditer(self.text):
            year, month, day, lone_day = match.groups()
            if lone_day is not None:
                continue
            if year:
                self.add(f"y:{year}")
            if day and is_day(int(month), int(day)):
                self.add(f"d:{int(month):02d}-{int(day):02d}")
            self.blank(*match.span())

    def read_numeric_dates(self) -> None:
        for match in _NUMERIC_DATE.finditer(self.text):
            first, second, year, iso_year, iso_month, iso_day = match.groups()
            if iso_year:
                day, month, full_year = int(iso_day), int(iso_month), iso_year
            else:
                day, month, full_year = int(first), int(second), year if len(year) == 4 else "20" + year
                if month > 12 or (self.language == "en" and "/" in match[0] and day <= 12):
                    day, month = month, day
            if is_day(month, day):
                self.add(f"d:{month:02d}-{day:02d}")
                if _YEAR_WINDOW[0] <= int(full_year) <= _YEAR_WINDOW[1]:
                    self.add(f"y:{full_year}")
                self.blank(*match.span())

    def read_month_names(self) -> None:
        text = self.text
        for match in re.finditer(r"(?<![\w.,])(\d{1,2})(?![\d%]|[.,:]\d)", text):
            day = int(match[1])
            if not 1 <= day <= 31:
                continue
            after = re.match(
                r"(?:st|nd|rd|th|er|º|\.|-?го|-?е)?[\s\u00a0]*(?:de\s|of\s|d[’'])?([^\W\d_]{3,})[\u0300-\u036f\u0900-\u094f]*",
                text[match.end() : match.end() + 24],
            )
            word = self._month_word(text, match.end() + after.start(1)) if after else ""
            month = find_month(word) if word else 0
            end = match.end()
            if not month:
                before = re.search(
                    r"([^\W\d_]{3,}[\u0900-\u094f]*)\.?[\s\u00a0]+$", text[max(0, match.start() - 16) : match.start()]
                )
                month = (
                    find_month(before[1].lower())
                    if before and self.language in ("en", "hu", "tr", "ko", "vi", None)
                    else 0
                )
                if not month and self.language == "vi":
                    dated = re.match(r"(?:[/-]|\s*tháng\s*)(\d{1,2})(?!\d)", text[end : end + 12])
                    month = int(dated[1]) if dated else 0
                    end += dated.end() if dated else 0
            elif after:
                end = match.end() + after.end()
            if month and is_day(month, day):
                self.add(f"d:{month:02d}-{day:02d}")
                self.blank(match.start(), min(end, len(self.text)))

    @staticmethod
    def _month_word(text: str, start: int) -> str:
        match = re.compile(r"[\w\u0900-\u094f]+").match(text, start)
        return match[0].lower() if match else ""

    def read_clock(self) -> None:
        for match in _CLOCK.finditer(self.text):
            if "." in match[0] and not match[3] and self.language not in ("de", "fi", "id", "pl"):
                continue
            if (
                "." in match[0]
                and not re.match(r"\s?(?:Uhr|WIB|uhr)", self.text[match.end() : match.end() + 5])
                and not match[3]
            ):
                continue
            hour = int(match[1]) % 12 + 12 if match[3] == "p" else int(match[1])
            if ":" in match[0] and len(match[1]) == 1 and not match[3]:
                continue
            self.add(f"t:{hour:02d}:{match[2]}")
            self.blank(*match.span())

    def read_scores(self) -> None:
        for match in _SCORE.finditer(self.text):
            left, right = int(match[1]), int(match[2])
            if ":" in match[0] and (len(match[2]) > 1 and right > 20):
                continue
            self.add(f"s:{left}-{right}")
            self.blank(*match.span())

    def read_numbers(self) -> None:
        text = self.text
        for match in _NUMBER.finditer(text):
            start, end = match.span()
            written = match[0].rstrip(".,")
            end = start + len(written)
            value = number_value(written, self.language)
            tail = text[end : end + 24]
            if self._read_ordinal(written, value, text, start, end, tail):
                continue
            factor, used = self._factor(tail)
            value *= factor
            rest = tail[used:]
            if (
                _PERCENT.match(rest.lower())
                or (text[start - 1 : start] in "%٪" and start)
                or text[max(0, start - 6) : start] == "yüzde "
            ):
                self.add(f"%:{plain(value)}")
                continue
            currency = self._money(text[max(0, start - 4) : start].lower(), rest.lower())
            if currency:
                self.add(f"m:{currency}:{plain(value)}")
            elif factor == 1 and len(written) == 4 and _YEAR_WINDOW[0] <= value <= _YEAR_WINDOW[1]:
                self.add(f"y:{written}")
            else:
                self.add(f"n:{plain(value)}")

    def _read_ordinal(self, written: str, value: float, text: str, start: int, end: int, tail: str) -> bool:
        if not written.isdigit() or len(written) > 3:
            return False
        before = text[max(0, start - 3) : start]
        is_ordinal = before.endswith(("第", "제", "ke-", "thứ ")) or _ORDINAL_TAIL.match(tail) is not None
        if not is_ordinal and self.language in _DOT_ORDINAL and tail.startswith(".") and len(written) <= 2:
            after = re.match(r"\.[\s\u00a0](\w)", tail)
            is_ordinal = after is not None and (after[1].islower() or self.language == "de")
        if is_ordinal:
            self.add(f"o:{int(value)}")
        return is_ordinal

    @staticmethod
    def _factor(tail: str) -> tuple[float, int]:
        if tail[:1] in _EAST_FACTORS:
            return _EAST_FACTORS[tail[0]], 1
        word = _WORD_AFTER.match(tail)
        if word is not None:
            factor = MAGNITUDES.get(word[1].lower())
            if factor is not None:
                return factor, word.end() + (1 if tail[word.end() : word.end() + 1] == "." else 0)
        if tail[:2].lower() in ("bn", "tn"):
            return (1e9 if tail[0] in "bB" else 1e12), 2
        if tail[:1] in ("m", "M") and not tail[1:2].isalnum():
            return 1e6, 1
        return 1.0, 0

    @staticmethod
    def _money(before: str, rest: str) -> str:
        stripped = before.rstrip()
        if stripped[-1:] in CURRENCIES:
            return CURRENCIES[stripped[-1:]]
        if stripped.endswith(("usd", "eur", "gbp")):
            return stripped[-3:].upper()
        sign = rest.lstrip()[:1]
        if sign in CURRENCIES and not sign.isalpha():
            return CURRENCIES[sign]
        word = re.match(r"\s?(?:de\s|of\s|US-|американск\w+\s|u\.?s\.?\s)?([^\W\d_]+)", rest)
        return currency_of(word[1]) if word else ""


def read_into(found: NumberSet, text: str, language: str | None, weight: float) -> None:
    """Add the numbers of a text to a set."""
    text = western_digits(text)
    text = write_han_numbers(text)
    _Reader(text, language, weight, found).read()


def find_numbers(text: str, language: str | None = None) -> NumberSet:
    """Find the numbers of a text (ISO 639-1 language, or None: both decimal conventions are then guessed)."""
    found = NumberSet()
    read_into(found, text, language, 1.0)
    return found
