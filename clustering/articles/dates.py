"""Dates that machines wrote: ISO 8601, RFC 2822, epoch numbers, native timestamps, dates in URLs.

Takes a value and the zone in which to read a local time, gives an instant in UTC with its precision and never guesses: what
cannot be read is ``None``. A date without a time has precision ``day`` and stands as 00:00 UTC of the day it names: a
label for that day, not an instant, so ``day only`` never turns into the day before by a change of zone. Dates written for people are
read in ``written_dates``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from clustering.types import DatePrecision

__all__ = ["FoundDate", "date_from_url", "find_zone", "make_day", "make_moment", "parse_machine_date"]

FIRST_YEAR = 1700
"""Older dates are typing errors: the first newspapers with archives online begin about here."""
LAST_YEAR = 2200

_ISO_LOOKALIKE = re.compile(r"\d{4}-?\d\d-?\d\d")
_MONTH_ONLY = re.compile(r"(\d{4})-(\d\d)")
_EPOCH = re.compile(r"\d{9,10}(?:\.\d+)?|\d{13}")
_LOOSE_ZONE = re.compile(r"\s*(?:Z|UTC|GMT)$|\s+([+-]\d\d):?(\d\d)$")
_FRACTION = re.compile(r"[.,]\d+")
_URL_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([/_-]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_URL_DAY_LAST = re.compile(r"/(0[1-9]|[12]\d|3[01])[/-](0[1-9]|1[0-2])[/-]((?:19|20)\d\d)(?=[/_.-]|$)")
_URL_MONTH_NAME = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})(?=[/_.-]|$)", re.IGNORECASE
)
_ENGLISH_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class FoundDate:
    """An instant in UTC, how exact it is, and how it was found (``given``, ``json-ld``, ``meta``, ``url``, ``visible``)."""

    at: datetime
    precision: DatePrecision
    method: str = "given"


@lru_cache(maxsize=1024)
def find_zone(name: str) -> tzinfo:
    """Give the IANA zone of a name. Errors: ``ValueError`` when there is no such zone."""
    if name == "UTC":
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone {name!r}") from error


def make_moment(local: datetime, zone: tzinfo, precision: DatePrecision, method: str = "given") -> FoundDate | None:
    """Turn a local or zoned time into UTC; ``None`` when the year is absurd."""
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        return None
    if local.tzinfo is None:
        local = local.replace(tzinfo=zone)
    try:
        return FoundDate(local.astimezone(UTC), precision, method)
    except (OverflowError, ValueError):
        return None


def make_day(year: int, month: int, day: int, method: str = "given") -> FoundDate | None:
    """Give the day as 00:00 UTC of its name; ``None`` when there is no such day."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return FoundDate(datetime(year, month, day, tzinfo=UTC), "day", method)
    except ValueError:
        return None


def parse_machine_date(value: object, zone: tzinfo, method: str = "given") -> FoundDate | None:
    """Read a date that a machine wrote.

    ``value`` is a string (ISO 8601, RFC 2822, epoch seconds or milliseconds), a number (epoch), or a native ``datetime`` or ``date``.
    ``zone`` is used for local times only. Gives ``None`` for anything else.
    """
    if isinstance(value, str):
        return _parse_string(value, zone, method)
    if isinstance(value, datetime):
        return make_moment(value, zone, "second", method)
    if isinstance(value, date):
        return make_day(value.year, value.month, value.day, method)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_epoch(float(value), method)
    return None


def _parse_string(value: str, zone: tzinfo, method: str) -> FoundDate | None:
    text = value.strip()
    if _ISO_LOOKALIKE.match(text):
        found = _parse_iso(text, zone, method)
        if found is not None:
            return found
    month = _MONTH_ONLY.fullmatch(text)
    if month:
        first = make_day(int(month[1]), int(month[2]), 1, method)
        return FoundDate(first.at, "month", method) if first else None
    if _EPOCH.fullmatch(text):
        return _from_epoch(float(text), method)
    if len(text) >= 11 and text[-1:].isascii() and any(c.isalpha() for c in text[:9]):
        return _parse_rfc2822(text, zone, method)
    return None


def _parse_iso(text: str, zone: tzinfo, method: str) -> FoundDate | None:
    if len(text) == 10 or len(text) == 8:
        try:
            day = date.fromisoformat(text)
        except ValueError:
            return None
        return make_day(day.year, day.month, day.day, method)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        loose = _LOOSE_ZONE.search(text)
        if loose is None:
            return None
        # "2025-02-15 23:43:00 +0300" and "... UTC" are common in exports, and no ISO 8601
        tail = f"{loose[1]}:{loose[2]}" if loose[1] else "+00:00"
        try:
            moment = datetime.fromisoformat(text[: loose.start()] + tail)
        except ValueError:
            return None
    clock = _FRACTION.sub("", text[11:]).rstrip("Zz")
    clock = re.split(r"[+\- ]", clock, maxsplit=1)[0]
    digits = sum(c.isdigit() for c in clock)
    precision: DatePrecision = "hour" if digits <= 2 else "minute" if digits <= 4 else "second"
    return make_moment(moment, zone, precision, method)


def _parse_rfc2822(text: str, zone: tzinfo, method: str) -> FoundDate | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if ":" not in text:
        return make_day(moment.year, moment.month, moment.day, method)
    return make_moment(moment, zone, "second" if text.count(":") >= 2 else "minute", method)


def _from_epoch(seconds: float, method: str) -> FoundDate | None:
    if seconds != seconds or abs(seconds) > 1e14:
        return None
    if abs(seconds) > 1e11:
        seconds /= 1000.0
    # below 1e8 (March 1973) a number is a year, an id or 20250215, not an epoch
    if seconds < 1e8:
        return None
    return make_moment(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds), UTC, "second", method)


def date_from_url(url: str) -> FoundDate | None:
    """Read the day in an URL's path (``/2025/02/15/``, ``-20250215``, ``/2025/feb/15/``), precision ``day``."""
    path = url.split("://", 1)[-1].split("?", 1)[0]
    slash = path.find("/")
    if slash < 0:
        return None
    path = path[slash:]
    named = _URL_MONTH_NAME.search(path)
    if named:
        return make_day(int(named[1]), _ENGLISH_MONTHS.index(named[2].lower()) + 1, int(named[3]), "url")
    match = _URL_DAY.search(path)
    if match and (match[2] or len(match[0]) == 8):
        return make_day(int(match[1]), int(match[3]), int(match[4]), "url")
    match = _URL_DAY_LAST.search(path)
    if match:
        return make_day(int(match[3]), int(match[2]), int(match[1]), "url")
    return None
