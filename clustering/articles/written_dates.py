"""Dates written for people, in any language of ``month_names``: "15 февраля 2025, 23:43", "2025年2月15日", "۲۷ بهمن ۱۴۰۳".

Takes a short text (a header line, a dateline, a meta value), gives the first date in it with its precision. Relative dates ("2 hours
ago") are read in ``relative_dates``. Numeric dates are day first, except where the caller says month first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from clustering.articles.dates import FoundDate, find_zone, make_day, make_moment
from clustering.articles.month_names import PERSIAN_MONTHS, find_month, normalise_token, to_ascii_digits

__all__ = ["find_clock", "find_written_date", "persian_to_gregorian"]

_WORD = r"[^\W\d_][^\s\d,;:/()\[\]|–—\-<>\"«»]*"
_YEAR = r"(?P<y>\d{4})(?!\d)"
_LINK = r"(?:\s*(?:de|del|of|d['’]|ta['’])\s*|[\s.,\-/]*)"
_DAY = r"(?<![\d.:/])(?P<d>\d{1,2})(?:st|nd|rd|th|er|ème|º|ª|-?(?:го|е|ше|ші|га))?"

_EASTERN = re.compile(
    r"(?:(?P<era>令和|平成|昭和|民國|民国)\s*)?(?P<y>\d{1,4}|元)\s*[年년]\s*(?P<m>\d{1,2})\s*[月월]\s*(?P<d>\d{1,2})\s*[日号號일]?"
)
_YEAR_FIRST = re.compile(r"(?<!\d)(?P<y>\d{4})\s?(?P<s>[-/.])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<d>\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(
    r"(?<![\d.:/])(?P<d>\d{1,2})\s?(?P<s>[-/.])\s?(?P<m>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4}|\d{2}(?![:\d]))(?!\d)"
)
# Arabic pages print both names of a month: شباط/فبراير
_DAY_WORD_YEAR = re.compile(rf"{_DAY}{_LINK}(?P<w>{_WORD})(?:\s?/\s?{_WORD})?{_LINK}{_YEAR}", re.IGNORECASE)
_WORD_DAY_YEAR = re.compile(rf"(?P<w>{_WORD})[\s.]*{_DAY}\s*[,،]?\s*{_YEAR}", re.IGNORECASE)
_YEAR_WORD_DAY = re.compile(
    rf"(?<!\d)(?P<y>\d{{4}})\.?\s*(?:m\.|gada|оны|ж\.|-?(?:жыл|йил)\w*)?\s*(?P<w>{_WORD})\s*(?P<d>\d{{1,2}})(?!\d)",
    re.IGNORECASE,
)
_YEAR_DAY_WORD = re.compile(
    rf"(?<!\d)(?P<y>\d{{4}})\.?\s*(?:gada|жылғы|жылы|йил|-)\s*{_DAY}[\s.\-]*(?P<w>{_WORD})", re.IGNORECASE
)
_VIETNAMESE = re.compile(
    r"(?P<d>\d{1,2})\s*(?:tháng|thg)\s*(?P<m>\d{1,2})\s*(?:,|năm|-|/)?\s*(?P<y>\d{4})", re.IGNORECASE
)
_DAY_WORD = re.compile(rf"{_DAY}{_LINK}(?P<w>{_WORD})(?!\s*\d{{4}})", re.IGNORECASE)
_WORD_DAY = re.compile(rf"(?P<w>{_WORD})[\s.]+{_DAY}(?![\d:])", re.IGNORECASE)

_CLOCK = re.compile(
    r"(?P<pre>오전|오후|上午|下午|午前|午後|凌晨|晚上|晚|早上|中午|傍晚|पूर्वाह्न|अपराह्न|SA|CH)?\s*"
    r"(?<![\d.:/])(?P<h>[01]?\d|2[0-4])\s?(?:[:：.]|h|[時时点點시]|시\s|\s?u\.\s?)\s?(?P<min>[0-5]\d)(?:\s?[:：.分분]\s?(?P<sec>[0-5]\d))?(?![\d])"
    r"\s?(?:분|分)?\s?(?P<post>[ap]\.?\s?m\.?|[πμ]\.?\s?μ\.?|ص|م|مساءً?|صباحاً?|ÖÖ|ÖS|SA|CH)?(?!\w)",
    re.IGNORECASE,
)
_HOUR_ONLY = re.compile(r"(?<![\d.:/])(?P<h>1[0-2]|0?[1-9])\s?(?P<post>[ap]\.?m\.?)(?!\w)", re.IGNORECASE)
_PM = re.compile(r"p|오후|下午|午後|晚|傍晚|अप|μ\.?\s?μ|م|CH|ÖS", re.IGNORECASE)
_AM = re.compile(r"a|오전|上午|午前|凌晨|早|पू|π|ص|SA|ÖÖ", re.IGNORECASE)
_ZONE = re.compile(r"\s*\(?\s*(?P<name>[A-Z]{2,5}|МСК|мск|по мск)?\)?\s*(?P<off>[+−-]\d{1,2}(?::?\d{2})?)?(?![\d:])")
_ZONE_HOURS = {
    "UTC": 0.0, "GMT": 0.0, "WET": 0.0, "BST": 1.0, "CET": 1.0, "MEZ": 1.0, "CEST": 2.0, "MESZ": 2.0, "EET": 2.0, "EEST": 3.0, "MSK": 3.0,
    "МСК": 3.0, "TRT": 3.0, "IST": 5.5, "ICT": 7.0, "WIB": 7.0, "WITA": 8.0, "WIT": 9.0, "HKT": 8.0, "SGT": 8.0, "JST": 9.0, "KST": 9.0,
    "EST": -5.0, "EDT": -4.0, "CDT": -5.0, "MST": -7.0, "MDT": -6.0, "PST": -8.0, "PDT": -7.0, "BRT": -3.0, "ART": -3.0,
}  # fmt: skip
_GENERIC_ZONES = {"ET": "America/New_York", "PT": "America/Los_Angeles"}
"""Names that hold in summer and winter."""
_AMBIGUOUS = frozenset({"IST", "BST", "EST", "CDT", "MST"})
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}

_Candidate = tuple[int, int, int, int, int]
"""start, end, year, month, day"""


def persian_to_gregorian(year: int, month: int, day: int) -> tuple[int, int, int]:
    """Turn a solar Hijri date into a Gregorian one (33-year cycle; exact for 1178-1633 AP).

    Source: the arithmetic form of the calendar as given by Roozbeh Pournader and Mohammad Toossi (jalali.c).
    """
    past = year - 979
    days = 365 * past + (past // 33) * 8 + (past % 33 + 3) // 4 + (day - 1)
    days += 31 * (month - 1) if month <= 7 else 186 + 30 * (month - 7)
    moment = datetime(1600, 3, 20) + timedelta(days=days + 1 - 1)  # noqa: DTZ001 - a plain day count
    return moment.year, moment.month, moment.day


def _to_year(number: int, text_length: int) -> int:
    if text_length == 2:
        return 2000 + number if number < 70 else 1900 + number
    # Thai pages count from the Buddha: 2568 is 2025
    return number - 543 if 2440 <= number <= 2643 else number


def _numeric(match: re.Match[str], month_first: bool) -> _Candidate | None:
    year_text = match["y"]
    year, month, day = _to_year(int(year_text), len(year_text)), int(match["m"]), int(match["d"])
    if 1300 <= year <= 1450 and len(year_text) == 4:
        year, month, day = _from_persian(year, month, day)
    elif month_first and match["s"] == "/" and match.start("d") < match.start("m") and day <= 12:
        month, day = day, month
    if month > 12 and day <= 12:
        month, day = day, month
    return (match.start(), match.end(), year, month, day)


def _from_persian(year: int, month: int, day: int) -> tuple[int, int, int]:
    if 1 <= month <= 12 and 1 <= day <= 31:
        return persian_to_gregorian(year, month, day)
    return year, month, day


def _eastern(match: re.Match[str], language: str | None) -> _Candidate | None:
    number = 1 if match["y"] == "元" else int(match["y"])
    if match["era"]:
        number += _ERAS[match["era"]]
    elif number < 100:
        number += 2000
    return (match.start(), match.end(), number, int(match["m"]), int(match["d"]))


def _named(match: re.Match[str], language: str | None) -> _Candidate | None:
    year = _to_year(int(match["y"]), 4)
    word, day = match["w"], int(match["d"])
    if 1300 <= year <= 1450:
        persian = PERSIAN_MONTHS.get(word.strip("،,."))
        if persian is None:
            return None
        return (match.start(), match.end(), *_from_persian(year, persian, day))
    month = find_month(word, language)
    return None if month is None else (match.start(), match.end(), year, month, day)


def _candidates(text: str, language: str | None, month_first: bool) -> Iterator[_Candidate]:
    numeric: Callable[[re.Match[str]], _Candidate | None] = lambda m: _numeric(m, month_first)  # noqa: E731
    for pattern in (_YEAR_FIRST, _DAY_FIRST):
        for match in pattern.finditer(text):
            found = numeric(match)
            if found:
                yield found
    for match in _EASTERN.finditer(text):
        found = _eastern(match, language)
        if found:
            yield found
    for match in _VIETNAMESE.finditer(text):
        yield (match.start(), match.end(), int(match["y"]), int(match["m"]), int(match["d"]))
    for pattern in (_DAY_WORD_YEAR, _WORD_DAY_YEAR, _YEAR_WORD_DAY, _YEAR_DAY_WORD):
        start = 0
        # overlapping search: "Tuesday 15 February 2025" must not die on the word before the day
        while match_ := pattern.search(text, start):
            found = _named(match_, language)
            if found:
                yield found
            start = match_.start() + 1


def find_written_date(
    text: str, zone: tzinfo, language: str | None = None, *, month_first: bool = False, near: datetime | None = None
) -> FoundDate | None:
    """Give the first date in a text, method ``visible``.

    ``language`` decides between words that name two months. ``month_first`` reads 02/03/2025 as 3 February. ``near`` (the time of the
    fetch) gives the year of dates without one; without it they are not dates.
    """
    text = to_ascii_digits(text)
    best: tuple[int, FoundDate] | None = None
    for start, end, year, month, day in _candidates(text, language, month_first):
        if best is not None and start >= best[0]:
            continue
        found = _add_clock(text, start, end, (year, month, day), zone)
        if found is not None:
            best = (start, found)
    if best is not None:
        return best[1]
    return _without_year(text, zone, language, near) if near is not None else None


def _without_year(text: str, zone: tzinfo, language: str | None, near: datetime) -> FoundDate | None:
    for pattern in (_DAY_WORD, _WORD_DAY):
        for match in pattern.finditer(text):
            month = find_month(match["w"], language) if len(normalise_token(match["w"])) >= 3 else None
            if month is None:
                continue
            for year in (near.year, near.year - 1):
                found = _add_clock(text, match.start(), match.end(), (year, month, int(match["d"])), zone)
                if found is not None and found.at <= near + timedelta(days=1):
                    return found
    return None


def _add_clock(text: str, start: int, end: int, day: tuple[int, int, int], zone: tzinfo) -> FoundDate | None:
    plain = make_day(*day, method="visible")
    if plain is None:
        return None
    after, before = text[end : end + 40], text[max(0, start - 30) : start]
    return find_clock(after, before, day, zone) or plain


def find_clock(after: str, before: str, day: tuple[int, int, int], zone: tzinfo) -> FoundDate | None:
    """Give the time of a day that stands after a date, or else before it; ``None`` when there is none."""
    match = _CLOCK.search(after) or _HOUR_ONLY.search(after)
    tail = after
    if match is None:
        clocks = list(_CLOCK.finditer(before)) or list(_HOUR_ONLY.finditer(before))
        match, tail = (clocks[-1] if clocks else None), before
    if match is None:
        return None
    parts = match.groupdict()
    hour, minute = int(parts["h"]), int(parts.get("min") or 0)
    mark = (parts.get("pre") or "") + (parts.get("post") or "")
    if mark and _PM.match(mark) and hour < 12:
        hour += 12
    elif mark and _AM.match(mark) and not _PM.match(mark) and hour == 12:
        hour = 0
    if hour >= 24:
        return None
    second = parts.get("sec")
    local = datetime(*day, hour, minute, int(second or 0))  # noqa: DTZ001 - the zone is set by make_moment
    found_zone = _read_zone(tail[match.end() :], zone) or (_read_zone(after, zone) if tail is before else None) or zone
    return make_moment(local, found_zone, "second" if second else "minute", "visible")


def _read_zone(text: str, own: tzinfo) -> tzinfo | None:
    """Read a zone after a time. Names that several countries use are the outlet's own when its zone is known."""
    match = _ZONE.match(text)
    if not match:
        return None
    name = (match["name"] or "").upper().removeprefix("ПО ")
    offset = match["off"]
    if offset and (name in ("UTC", "GMT", "") or name in _ZONE_HOURS):
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
        if hours > 14:
            return None
        sign = 1 if offset[0] == "+" else -1
        return timezone(sign * timedelta(hours=hours, minutes=minutes))
    if name in _GENERIC_ZONES:
        return find_zone(_GENERIC_ZONES[name])
    if name in _AMBIGUOUS and own is not UTC:
        return None
    if name in _ZONE_HOURS:
        return timezone(timedelta(hours=_ZONE_HOURS[name]))
    return None
