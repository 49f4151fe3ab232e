"""Numbers: typed normal forms in the languages of the news, and what tells instances of a series apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.names import find_numbers
from clustering.names.months import find_month

CASES = [
    ("en", "1,234.5 metres", {"n:1234.5"}),
    ("en", "12,000 people", {"n:12000"}),
    ("de", "1.234,5 Meter", {"n:1234.5"}),
    ("de", "12.000 Menschen", {"n:12000"}),
    ("fr", "12 000 personnes", {"n:12000"}),
    ("ru", "12 000 человек", {"n:12000"}),
    ("es", "3,5 metros", {"n:3.5"}),
    ("en", "magnitude 6.1", {"n:6.1"}),
    ("ar", "٦٫١ درجة", {"n:6.1"}),
    ("fa", "۶٫۱ ریشتر", {"n:6.1"}),
    ("ja", "マグニチュード６．１", {"n:6.1"}),
    ("hi", "तीव्रता ५.४", {"n:5.4"}),
    ("en", "2 billion", {"n:2000000000"}),
    ("de", "2 Mrd.", {"n:2000000000"}),
    ("ru", "2 млрд", {"n:2000000000"}),
    ("ja", "20億", {"n:2000000000"}),
    ("zh", "20亿", {"n:2000000000"}),
    ("ko", "20억", {"n:2000000000"}),
    ("es", "2 mil millones", {"n:2000"}),
    ("fr", "2 milliards", {"n:2000000000"}),
    ("uk", "3 мільйони", {"n:3"}),
    ("uk", "3 млн", {"n:3000000"}),
    ("ar", "٢ مليار", {"n:2000000000"}),
    ("en", "$2.5bn", {"m:USD:2500000000"}),
    ("en", "€3m", {"m:EUR:3000000"}),
    ("ru", "5 млн рублей", {"m:RUB:5000000"}),
    ("de", "2 Milliarden Euro", {"m:EUR:2000000000"}),
    ("ja", "20億円", {"m:JPY:2000000000"}),
    ("en", "4.5%", {"%:4.5"}),
    ("en", "4.5 percent", {"%:4.5"}),
    ("de", "4,5 Prozent", {"%:4.5"}),
    ("fr", "4,5 %", {"%:4.5"}),
    ("tr", "yüzde 4,5", {"%:4.5"}),
    ("ar", "٤٫٥٪", {"%:4.5"}),
    ("en", "16th package", {"o:16"}),
    ("en", "the sixteenth package", {"o:16"}),
    ("ru", "16-й пакет", {"o:16"}),
    ("ru", "шестнадцатого пакета", {"o:16"}),
    ("uk", "16-й пакет", {"o:16"}),
    ("uk", "шістнадцятий пакет", {"o:16"}),
    ("de", "das 16. Sanktionspaket", {"o:16"}),
    ("de", "sechzehntes Paket", {"o:16"}),
    ("pl", "16. pakiet", {"o:16"}),
    ("pl", "szesnasty pakiet", {"o:16"}),
    ("cs", "16. balíček", {"o:16"}),
    ("fr", "16e paquet", {"o:16"}),
    ("fr", "seizième paquet", {"o:16"}),
    ("es", "16º paquete", {"o:16"}),
    ("it", "sedicesimo pacchetto", {"o:16"}),
    ("pt", "16.º pacote", {"o:16"}),
    ("zh", "第16轮", {"o:16"}),
    ("zh", "第十六轮", {"o:16"}),
    ("ja", "第16回", {"o:16"}),
    ("ko", "제16차", {"o:16"}),
    ("en", "won 3-1", {"s:3-1"}),
    ("de", "gewinnt 3:1", {"s:3-1"}),
    ("ru", "счётом 3:1", {"s:3-1"}),
    ("es", "ganó 3–1", {"s:3-1"}),
    ("en", "at 14:30", {"t:14:30"}),
    ("en", "in 2025", {"y:2025"}),
    ("en", "three dead", {"n:3"}),
    ("ru", "трое погибших", {"n:3"}),
    ("de", "drei Tote", {"n:3"}),
]


@pytest.mark.parametrize(("language", "text", "forms"), CASES)
def test_numbers_come_in_one_form(language: str, text: str, forms: set[str]) -> None:
    assert set(find_numbers(text, language).forms) == forms


DATES = {
    "en": ["15 February", "February 15", "Feb. 15", "15th of February", "February 15th"], "de": ["15. Februar"], "fr": ["15 février"],
    "es": ["15 de febrero"], "it": ["15 febbraio"], "pt": ["15 de fevereiro"], "nl": ["15 februari"], "sv": ["15 februari"],
    "pl": ["15 lutego"], "cs": ["15. února"], "ru": ["15 февраля"], "uk": ["15 лютого"], "bg": ["15 февруари"], "sr": ["15. фебруара", "15. februara"],
    "ro": ["15 februarie"], "el": ["15 Φεβρουαρίου"], "tr": ["15 Şubat"], "fi": ["15. helmikuuta"], "hu": ["február 15-én", "február 15."],
    "id": ["15 Februari"], "vi": ["15/2", "15 tháng 2"], "ar": ["15 فبراير", "١٥ فبراير", "15 شباط"], "fa": ["۱۵ فوریه"], "he": ["15 בפברואר"], "hi": ["15 फरवरी"],
    "ja": ["2月15日"], "zh": ["2月15日", "二月十五日"], "ko": ["2월 15일"],
}  # fmt: skip


@pytest.mark.parametrize("language", DATES)
def test_a_date_is_found_in_each_language(language: str) -> None:
    for written in DATES[language]:
        assert "d:02-15" in find_numbers(f"x {written} x", language).forms, written


def test_full_dates_give_day_and_year() -> None:
    for language, written in [
        ("en", "15 February 2025"),
        ("de", "15.02.2025"),
        ("ru", "15.02.2025"),
        ("en", "2025-02-15"),
        ("zh", "2025年2月15日"),
    ]:
        assert {"d:02-15", "y:2025"} <= set(find_numbers(written, language).forms), written


def test_impossible_dates_are_not_dates() -> None:
    assert not find_numbers("31 February, 45 March, 2025-13-40", "en").of_kind("d")


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("en", "EU adopts 12th sanctions package", "EU adopts 13th sanctions package"),
        ("ru", "ЕС принял двенадцатый пакет санкций", "ЕС принял тринадцатый пакет санкций"),
        ("de", "EU beschließt 12. Sanktionspaket", "EU beschließt 13. Sanktionspaket"),
        ("en", "Dynamo beat Spartak 3-1", "Dynamo beat Spartak 2-0"),
        ("es", "Sismo de magnitud 6,1", "Sismo de magnitud 5,4"),
        ("zh", "第十二轮制裁", "第十三轮制裁"),
        ("ar", "القمة ١٢ مارس", "القمة ١٣ مارس"),
    ],
)
def test_instances_of_a_series_differ(language: str, first: str, second: str) -> None:
    a, b = set(find_numbers(first, language).forms), set(find_numbers(second, language).forms)
    assert a
    assert b
    assert not a & b


def test_months_are_told_from_look_alikes() -> None:
    assert find_month("marketing") == 0
    assert find_month("mayor") == 0
    assert find_month("марта") == 3
    assert find_month("maart") == 3
    for word in ("мартин", "martin", "травм", "квіти", "липы", "lipa", "кварта", "junior"):
        assert find_month(word) == 0, word
    assert find_month("") == 0


@given(st.text(), st.sampled_from([None, "en", "de", "ru", "zh", "ar", "vi"]))
def test_any_text_is_taken(text: str, language: str | None) -> None:
    forms = find_numbers(text, language).forms
    assert all(weight > 0 for weight in forms.values())
    assert find_numbers(text, language).forms == forms


@given(st.integers(min_value=2100, max_value=10**12))
def test_plain_integers_survive_in_any_grouping(number: int) -> None:
    assert f"n:{number}" in find_numbers(f"x {number} x", "en").forms
    assert f"n:{number}" in find_numbers(f"x {number:,} x", "en").forms
    assert f"n:{number}" in find_numbers("x " + f"{number:,}".replace(",", ".") + " x", "de").forms
