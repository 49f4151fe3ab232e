"""Datelines are split off, sentences are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.datelines import make_lead, split_dateline

NEWS = {
    "ВАШИНГТОН, 15 февраля. /ТАСС/.": "Госсекретарь провёл телефонный разговор.",
    "МОСКВА, 15 фев — РИА Новости.": "Министр провёл телефонный разговор.",
    "Москва. 15 февраля. INTERFAX.RU -": "Министр провёл телефонный разговор.",
    "WASHINGTON, Feb 15 (Reuters) -": "The secretary held a call.",
    "WASHINGTON (AP) —": "The secretary held a call.",
    "MUNICH —": "By dinnertime the summaries were passed around.",
    "Madrid, 15 feb (EFE).-": "El ministro habló por teléfono.",
    "Berlin (dpa) -": "Der Minister hat telefoniert.",
    "PARIS, 15 fév 2025 (AFP) -": "Le ministre a téléphoné.",
    "(ANSA) - ROMA, 15 FEB -": "Il ministro ha telefonato.",
    "ANKARA (AA) -": "Bakan telefonda görüştü.",
    "الرياض (رويترز) -": "تحدث الوزير هاتفيا.",
    "新华社北京2月15日电（记者 甲乙）": "外交部长通了电话。",
    "【AFP=時事】": "国務長官が電話会談した。",
    "(서울=연합뉴스) 홍길순 기자 =": "장관이 전화 통화를 했다.",
}


@pytest.mark.parametrize(("dateline", "news"), NEWS.items())
def test_datelines_of_many_wires(dateline: str, news: str) -> None:
    found, rest = split_dateline(f"{dateline} {news}")
    assert rest == news
    assert found == dateline.strip()


@pytest.mark.parametrize(
    "text",
    [
        "The secretary of state spoke on the telephone - for an hour - with his colleague.",
        "Рубио и Лавров поговорили по телефону (в пятый раз за год) и условились о встрече.",
        "NATO and the EU - as well as Japan - agreed to the plan.",
        "He said: “No.”",
        "外交部长在二月十五日的电话中表示同意。",
        "",
    ],
)
def test_sentences_are_left_whole(text: str) -> None:
    assert split_dateline(text) == ("", text)


def test_the_lead_is_the_first_paragraph_without_its_dateline() -> None:
    text = "WASHINGTON (AP) — The secretary held a call with his colleague that lasted for most of an hour on Saturday.\n\nMore follows."
    assert (
        make_lead(text) == "The secretary held a call with his colleague that lasted for most of an hour on Saturday."
    )
    assert make_lead(
        "Short.\n\nA second line that makes the lead long enough to say something about the news of the day."
    ).startswith("Short. A second")
    assert len(make_lead("word " * 1_000)) <= 600


@given(st.text(max_size=300))
@settings(deadline=None)
def test_nothing_is_lost(text: str) -> None:
    dateline, rest = split_dateline(text)
    assert len(dateline) + len(rest) <= len(text)
    assert text.endswith(rest)
    assert bool(rest) == bool(text)
