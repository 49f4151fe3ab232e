"""Dates told from now: "2 hours ago", "вчера, 15:30", "hace 3 horas", "3小时前".

Takes a short text and the time of the fetch, gives the time it means. A table of the world's news languages answers at once; dateparser is asked
only where the language is known and the table is silent, because without a language it tries two hundred (a second a line).
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta, tzinfo

from clustering.articles.dates import FoundDate, make_day, make_moment
from clustering.articles.month_names import to_ascii_digits
from clustering.articles.written_dates import find_clock

__all__ = ["find_relative_date"]

_MINUTES = (
    "min|мин|хв|хвилин|dakika|dk|λεπτ|دقيق|دقائق|دقیقه|मिनट|মিনিট|分|분|phút|menit|perc|minuut|minuto|นาที|წუთ|րոպե|דק"
)
_HOURS = (
    "hour|hr|hora|heure|stund|std|час|годин|гадзін|saat|ώρ|ωρ|ساع|घंट|घण्ट|ঘণ্টা|小时|小時|時間|시간|giờ|jam|timm|time|tunti|tuntia|óra|órá|"
    "godzin|godz|hodin|uur|ore\\b|ora\\b|sat[ia]?\\b|саат|ชั่วโมง|საათ|ժամ|שעות|שעה|valand|stund|val\\.|st\\b|h\\b|ч\\b|год\\b"
)
_DAYS = "day|día|dia|jour|tag|giorn|дн|день|дзён|gün|μέρ|ημέρ|يوم|أيام|ايام|روز|दिन|দিন|天|日|일|ngày|hari|dag|päiv|nap|dni|den\\b|zi(?:le)?\\b|dana?\\b|วัน|დღ|օր|ימים|יום|dien"
_PAST = (
    "ago|назад|тому|таму|hace|il y a|vor\\b|fa\\b|há\\b|atrás|önce|πριν|قبل|منذ|پیش|पहले|আগে|前|전|trước|lalu|sedan|siden|sitten|geleden|"
    "temu|před|pred|ezelőtt|acum|prije|пре\\b|преди|თავ|წინ|առաջ|לפני|prieš|pirms|tagasi|ที่แล้ว|yang lalu|бұрын|əvvəl"
)
_ONE = "an?|une?|eine?[rm]?|un[ao]|один|одну|одна|bir|μία|ένα|едно|um|uma|jedn\\w+|en|ett|et"
_AMOUNT = re.compile(
    rf"(?<![\d.:])(?P<n>\d{{1,3}}|\\b(?:{_ONE})\\b)\s*(?:(?P<min>{_MINUTES})|(?P<hour>{_HOURS})|(?P<day>{_DAYS}))".replace(
        "\\\\", "\\"
    ),
    re.IGNORECASE,
)
_AGO = re.compile(_PAST.replace("\\\\", "\\"), re.IGNORECASE)
_YESTERDAY = re.compile(
    r"yesterday|вчера|вчора|учора|ayer|\bhier\b|gestern|\bieri\b|ontem|\bdün\b|χθες|χτες|أمس|امس|دیروز|昨天|昨日|어제|hôm qua|kemarin|i går|igår|\beilen\b|gisteren|"
    r"wczoraj|včera|tegnap|јуче|juče|jučer|вчерашн|אתמול|เมื่อวาน|გუშინ|երեկ|кеше|dünən",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"today|сегодня|сьогодні|сёння|\bhoy\b|aujourd[’']hui|\bheute\b|\boggi\b|\bhoje\b|\bbugün\b|σήμερα|اليوم|امروز|今天|今日|오늘|hôm nay|hari ini|\bi dag\b|\bidag\b|tänään|"
    r"vandaag|dzisiaj|\bdziś\b|\bdnes\b|днес|данас|\bdanas\b|\bastăzi\b|\bazi\b|היום|วันนี้|დღეს|այսօր|бүгін|\bbu gün\b",
    re.IGNORECASE,
)
_DATEPARSER_CHARS = 60


def find_relative_date(text: str, zone: tzinfo, language: str | None, now: datetime) -> FoundDate | None:
    """Read a relative date against ``now``, the time of the fetch; method ``visible``."""
    plain = to_ascii_digits(text[:160])
    amount = _AMOUNT.search(plain)
    if amount is not None and _AGO.search(plain):
        number = int(amount["n"]) if amount["n"].isdigit() else 1
        if amount["day"]:
            day = (now - timedelta(days=number)).astimezone(zone)
            return make_day(day.year, day.month, day.day, "visible")
        back = timedelta(minutes=number) if amount["min"] else timedelta(hours=number)
        return make_moment(now - back, zone, "minute" if amount["min"] else "hour", "visible")
    for pattern, days in ((_YESTERDAY, 1), (_TODAY, 0)):
        match = pattern.search(plain)
        if match is not None:
            day = (now - timedelta(days=days)).astimezone(zone)
            numbers = (day.year, day.month, day.day)
            return find_clock(plain[match.end() :][:30], plain[: match.start()][-30:], numbers, zone) or make_day(
                *numbers, "visible"
            )
    return _ask_dateparser(plain, zone, language, now) if language and len(plain) <= _DATEPARSER_CHARS else None


def _ask_dateparser(text: str, zone: tzinfo, language: str, now: datetime) -> FoundDate | None:
    if not any(c.isdigit() for c in text):
        return None
    import warnings

    with warnings.catch_warnings():
        # dateparser warns about its own use of deprecated clock functions
        warnings.simplefilter("ignore")
        import dateparser
        from dateparser.data.languages_info import language_order

        code = language.split("-")[0]
        if code not in language_order:
            return None
        found = dateparser.parse(
            text,
            languages=[code],
            settings={
                "RELATIVE_BASE": now.astimezone(zone).replace(tzinfo=None),
                "PREFER_DATES_FROM": "past",
                "PARSERS": ["relative-time"],
            },
        )
    return make_moment(found, zone, "hour", "visible") if found is not None else None
