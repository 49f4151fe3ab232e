"""Wires: whose text it is, per language."""

from pathlib import Path

import pytest

from clustering.articles.wire_table import load_wires
from clustering.articles.wires import find_credit, is_source_line
from clustering.config import find_configs
from clustering.errors import ConfigError, InputError

TABLE = load_wires(find_configs() / "wires.toml")
REST = " Lorem ipsum dolor sit amet, consectetur." * 20

BEGINNINGS = [
    ("ru", "ВАШИНГТОН, 1 марта. /ТАСС/. Сенат принял закон.", "TASS", "text"),
    ("ru", "МОСКВА, 1 мар — РИА Новости. Депутаты собрались.", "RIA Novosti", "text"),
    ("ru", "Москва. 1 марта. INTERFAX.RU - Депутаты собрались.", "Interfax", "text"),
    ("ru", "Депутаты собрались, передаёт Интерфакс со ссылкой на палату.", "Interfax", "cited"),
    ("ru", "Об этом сообщает РИА Новости.", "RIA Novosti", "cited"),
    ("ru", "Как рассказали агентству Рейтер, депутаты собрались.", "Reuters", "cited"),
    ("uk", "КИЇВ. 1 березня. УНН. Депутати зібралися.", "UNN", "text"),
    ("uk", "Про це повідомляє Укрінформ.", "Ukrinform", "cited"),
    ("be", "Пра гэта паведамляе БЕЛТА.", "BelTA", "cited"),
    ("en", "WASHINGTON, March 1 (Reuters) - The Senate passed a bill.", "Reuters", "text"),
    ("en", "WASHINGTON (AP) — The Senate passed a bill.", "AP", "text"),
    ("en", "TASS, March 1. The Senate passed a bill.", "TASS", "text"),
    ("en", "The bill has passed, according to Reuters.", "Reuters", "cited"),
    ("en", "Two senators told the Associated Press that the bill has passed.", "AP", "cited"),
    ("de", "Berlin (dpa) - Der Bundestag hat getagt.", "dpa", "text"),
    ("de", "Der Bundestag hat laut dpa getagt.", "dpa", "cited"),
    ("fr", "PARIS, 1er mars 2025 (AFP) - Les députés ont voté.", "AFP", "text"),
    ("fr", "Les députés ont voté, selon l’AFP.", "AFP", "cited"),
    ("es", "Madrid, 1 mar (EFE).- Los diputados votaron.", "EFE", "text"),
    ("es", "Los diputados votaron, según EFE.", "EFE", "cited"),
    ("pt", "Os deputados votaram, disse à agência Lusa uma fonte.", "Lusa", "cited"),
    ("it", "(ANSA) - ROMA, 1 MAR - I deputati hanno votato.", "ANSA", "text"),
    ("it", "I deputati hanno votato, riferisce l'Ansa.", "ANSA", "cited"),
    ("ro", "Deputații au votat, potrivit Reuters.", "Reuters", "cited"),
    ("pl", "Warszawa (PAP) Sejm przyjął ustawę.", "PAP", "text"),
    ("pl", "Sejm przyjął ustawę, poinformował PAP rzecznik.", "PAP", "cited"),
    ("cs", "Mluvčí řekl ČTK, že poslanci hlasovali.", "ČTK", "cited"),
    ("sk", "Poslanci hlasovali, informovala agentúra TASR.", "TASR", "cited"),
    ("hu", "A képviselők szavaztak, az MTI szerint.", "MTI", "cited"),
    ("bg", "Депутатите гласуваха, съобщава БТА.", "BTA", "cited"),
    ("sr", "Посланици су гласали, преноси Танјуг.", "Tanjug", "cited"),
    ("hr", "Zastupnici su glasali, javlja Hina.", "Hina", "cited"),
    ("el", "Οι βουλευτές ψήφισαν, σύμφωνα με το Reuters.", "Reuters", "cited"),
    ("tr", "ANKARA (AA) - Milletvekilleri oy kullandı.", "Anadolu", "text"),
    ("tr", "Sözcü, AA muhabirine yaptığı açıklamada konuştu.", "Anadolu", "cited"),
    ("ar", "واشنطن (رويترز) - أقر المجلس القانون.", "Reuters", "text"),
    ("ar", "أقر المجلس القانون نقلا عن وكالة الأناضول.", "Anadolu", "cited"),
    ("ar", "وقال مسؤول لرويترز إن المجلس أقر القانون.", "Reuters", "cited"),
    ("fa", "مجلس قانون را تصویب کرد، به نقل از رویترز.", "Reuters", "cited"),
    ("he", "בכיר אמר לרויטרס כי החוק אושר.", "Reuters", "cited"),
    ("hi", "विधेयक पारित हुआ, रॉयटर्स के मुताबिक।", "Reuters", "cited"),
    ("bn", "বিল পাস হয়েছে, বার্তা সংস্থা রয়টার্স জানায়।", "Reuters", "cited"),
    ("zh", "新华社北京3月1日电（记者 甲乙）代表们投票通过。", "Xinhua", "text"),
    ("zh", "据新华社报道，代表们投票通过。", "Xinhua", "cited"),
    ("ja", "【AFP=時事】議員が投票した。", "AFP", "text"),
    ("ja", "【ワシントン共同】議員が投票した。", "Kyodo", "text"),
    ("ja", "ロイター通信によると、議員が投票した。", "Reuters", "cited"),
    ("ko", "(서울=연합뉴스) 홍길순 기자 = 의원들이 표결했다.", "Yonhap", "text"),
    ("ko", "연합뉴스에 따르면 의원들이 표결했다.", "Yonhap", "cited"),
    ("vi", "Các nghị sĩ bỏ phiếu, theo Reuters.", "Reuters", "cited"),
    ("id", "Anggota dewan memilih, dikutip dari Antara.", "Antara", "cited"),
    ("nl", "De Kamer stemde, zegt een woordvoerder tegen persbureau ANP.", "ANP", "cited"),
    ("sv", "Riksdagen röstade, uppger nyhetsbyrån TT.", "TT", "cited"),
    ("no", "Stortinget stemte, melder NTB.", "NTB", "cited"),
    ("fi", "Eduskunta äänesti, kertoo STT.", "STT", "cited"),
    ("lt", "Seimas balsavo, pranešė agentūra BNS.", "BNS", "cited"),
]  # fmt: skip

ENDINGS = [
    ("ru", "Источник: ТАСС", "TASS"), ("uk", "Джерело: Укрінформ", "Ukrinform"), ("en", "Source: Reuters", "Reuters"),
    ("de", "Quelle: dpa/lby", "dpa"), ("fr", "Source : AFP", "AFP"), ("es", "Fuente: EFE", "EFE"), ("pt", "Fonte: Lusa", "Lusa"),
    ("it", "Fonte: ANSA", "ANSA"), ("pl", "Źródło: PAP", "PAP"), ("cs", "Zdroj: ČTK", "ČTK"), ("hu", "Forrás: MTI", "MTI"),
    ("el", "Πηγή: ΑΠΕ-ΜΠΕ", "AMNA"), ("tr", "Kaynak: AA", "Anadolu"), ("ar", "المصدر: رويترز", "Reuters"), ("fa", "منبع: ایسنا", "ISNA"),
    ("zh", "来源：新华社", "Xinhua"), ("ja", "提供：共同通信", "Kyodo"), ("ko", "출처: 연합뉴스", "Yonhap"), ("bg", "Източник: БТА", "BTA"),
    ("sr", "Извор: Танјуг", "Tanjug"), ("ro", "Sursa: Agerpres", "Agerpres"), ("nl", "Bron: ANP", "ANP"), ("vi", "Nguồn: TTXVN", "VNA"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "wire", "role"), BEGINNINGS)
def test_datelines_and_citations(language: str, text: str, wire: str, role: str) -> None:
    credit = find_credit(TABLE, text + REST, language=language)
    assert (credit.wire, credit.role) == (wire, role)


@pytest.mark.parametrize(("language", "line", "wire"), ENDINGS)
def test_source_lines_make_the_text_the_wires(language: str, line: str, wire: str) -> None:
    credit = find_credit(TABLE, f"{REST}\n\n{line}", language=language)
    assert (credit.wire, credit.role, credit.evidence) == (wire, "text", "source-line")
    assert is_source_line(TABLE, line)


def test_the_cases_cover_many_languages() -> None:
    assert len({case[0] for case in BEGINNINGS} | {case[0] for case in ENDINGS}) >= 20


@pytest.mark.parametrize(
    "ending",
    [
        "(AFP)",
        "\nAFP/dpa",
        "\n/ritzau/",
        "\ndpa",
        "\n— Reuters",
        "(Reporting by A. Smith; Editing by B. Jones)",
        "\n(ANSA).",
    ],
)
def test_closing_signatures(ending: str) -> None:
    credit = find_credit(TABLE, REST + ending)
    assert (credit.role, credit.evidence) == ("text", "signature")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "She teaches an AP course at a school in Ohio."),
        ("en", "The app has a new map."),
        ("en", "Michael R. Bloomberg said on Monday that he would run."),
        ("en", "He passed a difficult AP class in a year."),
        ("en", "Her grandfather delivered Reuters telegrams as a boy."),
        ("ru", "Новый тренд моды покорил столицу."),
        ("it", "Una casa tra gli alberi, la mappa e il mare."),
        ("ja", "各国は共同で声明を出した。"),
    ],
)
def test_no_credit_is_seen_where_there_is_none(language: str, text: str) -> None:
    assert find_credit(TABLE, text + REST, language=language).wire is None


def test_host_and_author_are_believed_first() -> None:
    assert find_credit(TABLE, "по данным Интерфакса" + REST, host="tass.ru").evidence == "host"
    assert find_credit(TABLE, REST, host="sport.tass.ru").wire == "TASS"
    assert find_credit(TABLE, REST, host="nottass.ru").wire is None
    credit = find_credit(TABLE, REST, author="A. Smith, Associated Press")
    assert (credit.wire, credit.role, credit.evidence) == ("AP", "text", "author")


def test_a_users_table_adds_to_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "wires.toml"
    own.write_text(
        '[[wire]]\nname = "Lighthouse"\nhosts = ["lighthouse.example"]\nnames = ["Lighthouse"]\n', encoding="utf-8"
    )
    table = load_wires(find_configs() / "wires.toml", own)
    assert find_credit(table, "LONDON (Lighthouse) - Ships sail." + REST).wire == "Lighthouse"
    assert find_credit(table, "LONDON (Reuters) - Ships sail." + REST).wire == "Reuters"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[wire]]\nname = 3\n", "name: must be a non-empty string"),
        ('[[wire]]\nname = "A"\ncolour = "red"\n', "colour: unknown key"),
        ('[[wire]]\nname = "A"\nnames = "B"\n', "names: must be a list"),
        ('[[wire]]\nname = "A"\n[[wire]]\nname = "A"\n', "listed twice"),
        ('[[credit]]\nlanguage = "xx"\ncited = ["("]\n', "not a regular expression"),
        ("[[cheese]]\n", "cheese: unknown key"),
        ("[[wire\n", "not valid TOML"),
    ],
)
def test_errors_in_the_table_name_file_and_key(tmp_path: Path, content: str, message: str) -> None:
    own = tmp_path / "wires.toml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as caught:
        load_wires(find_configs() / "wires.toml", own)
    assert str(own) in str(caught.value)


def test_a_missing_table_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no wires file"):
        load_wires(tmp_path / "none.toml")
