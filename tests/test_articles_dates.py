"""Dates that machines and people wrote."""

from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.dates import date_from_url, find_zone, parse_machine_date
from clustering.articles.relative_dates import find_relative_date
from clustering.articles.written_dates import find_written_date, persian_to_gregorian

KYIV = ZoneInfo("Europe/Kyiv")
EVENING = datetime(2025, 2, 15, 23, 43, tzinfo=UTC)
DAY = datetime(2025, 2, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected", "precision"),
    [
        ("2025-02-15T23:43:00Z", EVENING, "second"),
        ("2025-02-15T23:43:10.5Z", EVENING.replace(second=10, microsecond=500_000), "second"),
        ("2025-02-16T01:43+02:00", EVENING, "minute"),
        ("2025-02-16 02:43:00 +0300", EVENING, "second"),
        ("2025-02-15 23:43:00 UTC", EVENING, "second"),
        ("2025-02-15", DAY, "day"),
        ("20250215", DAY, "day"),
        ("2025-02", datetime(2025, 2, 1, tzinfo=UTC), "month"),
        ("Sat, 15 Feb 2025 23:43:00 GMT", EVENING, "second"),
        ("15 Feb 2025 23:43 +0000", EVENING, "minute"),
        ("1739662980", EVENING, "second"),
        (1739662980, EVENING, "second"),
        (1739662980000, EVENING, "second"),
        (datetime(2025, 2, 16, 1, 43, tzinfo=timezone(timedelta(hours=2))), EVENING, "second"),
        (date(2025, 2, 15), DAY, "day"),
    ],
)
def test_machine_dates_are_read_with_their_precision(value: object, expected: datetime, precision: str) -> None:
    found = parse_machine_date(value, UTC)
    assert found is not None
    assert (found.at, found.precision) == (expected, precision)


def test_local_times_are_read_in_the_outlets_zone_and_days_in_none() -> None:
    local = parse_machine_date("2025-02-15T23:43:00", KYIV)
    assert local is not None
    assert local.at == datetime(2025, 2, 15, 21, 43, tzinfo=UTC)
    day = parse_machine_date("2025-02-15", KYIV)
    assert day is not None
    assert day.at == DAY


@pytest.mark.parametrize(
    "value",
    [
        "",
        "0000-00-00",
        "2025-13-40",
        "yesterday",
        "42",
        "NaN",
        float("nan"),
        True,
        None,
        [],
        "9999-99-99T00:00",
        "1e400",
    ],
)
def test_what_is_no_date_is_none(value: object) -> None:
    assert parse_machine_date(value, UTC) is None


@given(st.text(max_size=40) | st.integers() | st.floats())
@settings(deadline=None)
def test_no_value_breaks_the_reader(value: object) -> None:
    found = parse_machine_date(value, KYIV)
    assert found is None or found.at.tzinfo is UTC


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
@settings(deadline=None)
def test_iso_dates_survive_the_round_trip(moment: datetime) -> None:
    found = parse_machine_date(moment.replace(tzinfo=UTC).isoformat(), UTC)
    assert found is not None
    assert found.at == moment.replace(tzinfo=UTC)


WRITTEN = [
    ("en", "Saturday, February 15, 2025 at 11:43 p.m. GMT"), ("en", "Feb. 15, 2025 23:43"), ("ru", "15 февраля 2025, 23:43"),
    ("ru", "15.02.2025, 23:43"), ("uk", "15 лютого 2025 р., 23:43"), ("be", "15 лютага 2025, 23:43"), ("de", "15. Februar 2025, 23:43 Uhr"),
    ("fr", "Publié le 15 février 2025 à 23h43"), ("es", "15 de febrero de 2025 23:43"), ("pt", "15 de fev. de 2025 às 23h43"),
    ("it", "15 febbraio 2025 ore 23:43"), ("ro", "15 februarie 2025, 23:43"), ("pl", "15 lutego 2025, 23:43"), ("cs", "15. února 2025 23:43"),
    ("sk", "15. februára 2025 23:43"), ("sl", "15. februar 2025 ob 23.43"), ("hr", "15. veljače 2025. u 23:43"), ("sr", "15. фебруар 2025. 23:43"),
    ("bg", "15 февруари 2025 г., 23:43"), ("mk", "15 февруари 2025, 23:43"), ("hu", "2025. február 15., 23:43"),
    ("lt", "2025 m. vasario 15 d. 23:43"), ("lv", "2025. gada 15. februāris 23:43"), ("et", "15. veebruar 2025 23:43"),
    ("fi", "15. helmikuuta 2025 klo 23.43"), ("sv", "15 februari 2025 kl. 23.43"), ("no", "15. februar 2025 kl. 23:43"),
    ("da", "15. februar 2025 kl. 23.43"), ("nl", "15 februari 2025 23:43"), ("tr", "15 Şubat 2025 23:43"), ("az", "15 fevral 2025, 23:43"),
    ("kk", "2025 жылғы 15 ақпан, 23:43"), ("el", "15 Φεβρουαρίου 2025, 23:43"), ("ar", "١٥ فبراير ٢٠٢٥ - ٢٣:٤٣"), ("ar", "15 شباط/فبراير 2025 23:43"),
    ("fa", "۲۷ بهمن ۱۴۰۳ ساعت ۲۳:۴۳"), ("fa", "۱۴۰۳/۱۱/۲۷ - ۲۳:۴۳"), ("ur", "15 فروری 2025 23:43"), ("he", "15 בפברואר 2025, 23:43"),
    ("hi", "15 फ़रवरी 2025, 23:43"), ("hi", "15 फरवरी 2025, 11:43 PM"), ("bn", "১৫ ফেব্রুয়ারি ২০২৫, ২৩:৪৩"), ("zh", "2025年2月15日 23:43"),
    ("zh", "2025-02-15 23:43"), ("ja", "2025年2月15日 23時43分"), ("ja", "令和7年2月15日 23:43"), ("ko", "2025년 2월 15일 오후 11:43"),
    ("ko", "2025.02.15 23:43"), ("vi", "Thứ bảy, 15/2/2025, 23:43"), ("vi", "15 tháng 2 năm 2025 23:43"), ("th", "15 ก.พ. 2568 23:43 น."),
    ("id", "15 Februari 2025 23:43"), ("ka", "15 თებერვალი 2025, 23:43"), ("hy", "15 փետրվարի, 2025 23:43"), ("sw", "15 Februari 2025 23:43"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), WRITTEN)
def test_written_dates_are_read_with_and_without_the_language(language: str, text: str) -> None:
    for known in (language, None):
        found = find_written_date(text, UTC, known)
        assert found is not None
        assert (found.at, found.precision) == (EVENING, "minute")


def test_written_dates_cover_many_languages() -> None:
    assert len({language for language, _ in WRITTEN}) >= 40


def test_zone_names_win_over_the_outlets_zone() -> None:
    found = find_written_date("15 февраля 2025, 23:43 МСК", UTC, "ru")
    assert found is not None
    assert found.at == EVENING - timedelta(hours=3)
    found = find_written_date("Thứ bảy, 15/2/2025, 23:43 (GMT+7)", UTC, "vi")
    assert found is not None
    assert found.at == EVENING - timedelta(hours=7)


def test_names_of_zones_in_summer_and_where_they_are_ambiguous() -> None:
    summer = find_written_date("July 15, 2025, 11:43 p.m. ET", UTC, "en")
    assert summer is not None
    assert summer.at == datetime(2025, 7, 16, 3, 43, tzinfo=UTC)
    for zone, hours in (("Asia/Kolkata", 5.5), ("Asia/Jerusalem", 2.0)):
        found = find_written_date("15 February 2025, 23:43 IST", find_zone(zone), "en")
        assert found is not None
        assert found.at == EVENING - timedelta(hours=hours)


def test_month_first_only_where_told() -> None:
    american = find_written_date("02/03/2025", UTC, "en", month_first=True)
    european = find_written_date("02/03/2025", UTC, "en")
    assert american is not None
    assert european is not None
    assert (american.at.month, european.at.month) == (2, 3)


def test_a_word_that_names_two_months_goes_by_language() -> None:
    czech, croatian = find_written_date("5. listopad 2024", UTC, "cs"), find_written_date("5. listopad 2024", UTC, "hr")
    assert czech is not None
    assert croatian is not None
    assert (czech.at.month, croatian.at.month) == (11, 10)


def test_a_date_without_year_is_the_last_such_day() -> None:
    near = datetime(2025, 2, 20, tzinfo=UTC)
    found = find_written_date("15 февраля, 12:30", UTC, "ru", near=near)
    assert found is not None
    assert found.at == datetime(2025, 2, 15, 12, 30, tzinfo=UTC)
    earlier = find_written_date("15 ноября", UTC, "ru", near=near)
    assert earlier is not None
    assert earlier.at.year == 2024
    assert find_written_date("15 февраля", UTC, "ru") is None


@pytest.mark.parametrize(
    "text", ["", "10 причин любить весну", "2 из 3", "Room 15, 2025 seats", "call 555-12-34", "1.2.3"]
)
def test_numbers_are_not_dates(text: str) -> None:
    assert find_written_date(text, UTC) is None


@given(st.text(max_size=60))
@settings(deadline=None, max_examples=200)
def test_no_text_breaks_the_written_reader(text: str) -> None:
    found = find_written_date(text, KYIV, near=DAY)
    assert found is None or found.at.tzinfo is UTC


AGO = [
    "2 hours ago", "2 часа назад", "2 години тому", "hace 2 horas", "vor 2 Stunden", "il y a 2 heures", "2 ore fa", "há 2 horas", "2 saat önce", "πριν από 2 ώρες",
    "قبل 2 ساعة", "۲ ساعت پیش", "2 घंटे पहले", "2小时前", "2時間前", "2시간 전", "2 giờ trước", "2 jam yang lalu", "2 timmar sedan", "2 godziny temu", "před 2 hodinami",
    "2 órával ezelőtt", "2 uur geleden", "לפני 2 שעות",
]  # fmt: skip


@pytest.mark.parametrize("text", AGO)
def test_relative_dates_count_from_the_fetch(text: str) -> None:
    found = find_relative_date(text, UTC, None, EVENING)
    assert found is not None
    assert (EVENING - found.at, found.precision) == (timedelta(hours=2), "hour")


@pytest.mark.parametrize(
    "text",
    [
        "Yesterday, 15:30",
        "Вчера в 15:30",
        "Вчора, 15:30",
        "Ayer, 15:30 h",
        "Gestern, 15:30 Uhr",
        "Hier à 15h30",
        "Dün 15:30",
        "昨天 15:30",
        "어제 15:30",
        "أمس 15:30",
    ],
)
def test_yesterday_with_its_time(text: str) -> None:
    found = find_relative_date(text, UTC, None, EVENING)
    assert found is not None
    assert (found.at, found.precision) == (datetime(2025, 2, 14, 15, 30, tzinfo=UTC), "minute")


def test_today_and_days_are_days() -> None:
    for text, day in (("Today", 15), ("3 days ago", 12), ("Сегодня", 15), ("3天前", 12)):
        found = find_relative_date(text, UTC, None, EVENING)
        assert found is not None
        assert (found.at, found.precision) == (datetime(2025, 2, day, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    "text", ["2 hours of talks", "The hour has come", "5 min read", "Chicago 12", "", "3 Tage Regen"]
)
def test_what_only_sounds_relative_is_not(text: str) -> None:
    assert find_relative_date(text, UTC, None, EVENING) is None


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://example.org/2025/02/15/slug", DAY),
        ("https://example.org/news-20250215.html", DAY),
        ("https://example.org/2025/feb/15/slug", DAY),
        ("https://example.org/15/02/2025/slug", DAY),
        ("https://example.org/news/123456789", None),
        ("https://example.org/2025/99/99/x", None),
        ("https://example.org", None),
    ],
)
def test_days_in_urls(url: str, day: datetime | None) -> None:
    found = date_from_url(url)
    assert (found.at if found else None) == day


@pytest.mark.parametrize(
    ("solar", "gregorian"),
    [((1403, 11, 27), (2025, 2, 15)), ((1400, 1, 1), (2021, 3, 21)), ((1399, 12, 30), (2021, 3, 20))],
)
def test_solar_calendar(solar: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert persian_to_gregorian(*solar) == gregorian


def test_unknown_zones_are_named() -> None:
    with pytest.raises(ValueError, match="Europe/Atlantis"):
        find_zone("Europe/Atlantis")
