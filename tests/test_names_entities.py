"""Names in running text: headlines of one event in many languages share their people and places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.names import find_names, name_key

HEADLINES = [
    ("en", "Rubio and Lavrov discuss Ukraine in phone call"),
    ("en", "Rubio, Lavrov Discuss Ukraine In Phone Call"),
    ("ru", "Рубио и Лавров обсудили Украину по телефону"),
    ("uk", "Рубіо та Лавров обговорили Україну телефоном"),
    ("ar", "روبيو ولافروف يبحثان الأزمة في أوكرانيا"),
    ("fa", "گفت‌وگوی تلفنی روبیو و لاوروف درباره اوکراین"),
    ("zh", "鲁比奥与拉夫罗夫通电话讨论乌克兰问题"),
    ("zh", "盧比歐與拉夫羅夫通話討論烏克蘭"),
    ("ja", "ルビオ国務長官とラブロフ外相がウクライナについて電話会談"),
    ("ko", "루비오와 라브로프, 우크라이나 문제 전화 통화"),
    ("el", "Τηλεφωνική συνομιλία Ρούμπιο και Λαβρόφ για την Ουκρανία"),
    ("he", "רוביו ולברוב שוחחו על אוקראינה"),
    ("hi", "रुबियो और लावरोव ने यूक्रेन पर बात की"),
    ("de", "Rubio telefoniert mit Lawrow über die Ukraine"),
    ("fr", "Marco Rubio s'entretient avec Sergueï Lavrov de l'Ukraine"),
    ("es", "Rubio y Lavrov hablan por teléfono sobre Ucrania"),
    ("it", "Telefonata tra Rubio e Lavrov sull'Ucraina"),
    ("pt", "Rubio e Lavrov discutem a Ucrânia por telefone"),
    ("pl", "Rubio rozmawiał z Ławrowem o Ukrainie"),
    ("cs", "Rubio a Lavrov jednali o Ukrajině"),
    ("sr", "Рубио и Лавров разговарали о Украјини"),
    ("bg", "Рубио и Лавров обсъдиха Украйна"),
    ("ro", "Rubio și Lavrov au discutat despre Ucraina"),
    ("hu", "Rubio és Lavrov Ukrajnáról tárgyalt"),
    ("fi", "Rubio ja Lavrov keskustelivat Ukrainasta"),
    ("sv", "Rubio och Lavrov talade om Ukraina"),
    ("nl", "Rubio en Lavrov bespreken Oekraïne"),
    ("tr", "Rubio ile Lavrov Ukrayna'yı görüştü"),
    ("id", "Rubio dan Lavrov membahas Ukraina"),
    ("vi", "Rubio và Lavrov thảo luận về Ukraine"),
]


@pytest.mark.parametrize(("language", "headline"), HEADLINES)
def test_one_call_in_many_languages_shares_people_and_place(language: str, headline: str) -> None:
    found = find_names(headline, "", language)
    assert {"n:rubi", "n:lavrov"} <= set(found.names), found.names
    assert "UA" in found.places, found.places


def test_adjectives_and_capitals_point_to_their_country() -> None:
    assert "RU" in find_names("", "Об этом сообщил российский министр", "ru").places
    assert "US" in find_names("", "le secrétaire d'État américain", "fr").places
    assert "US" in find_names("", "der amerikanische Präsident", "de").places
    assert "RU" in find_names("Talks held in Moscow", "", "en").places
    assert "RU" in find_names("", "الوزير الروسي", "ar").places


@pytest.mark.parametrize(
    ("country", "forms"),
    [
        ("PL", "en:Warsaw de:Warschau fr:Varsovie pl:Warszawie ru:Варшаве uk:Варшаві zh:华沙 ja:ワルシャワ ar:وارسو"),
        ("DE", "en:Berlin es:Berlín ru:Берлине el:Βερολίνο zh:柏林 ja:ベルリン ko:베를린 he:ברלין"),
        ("RU", "en:Moscow de:Moskau it:Mosca es:Moscú pt:Moscou ru:Москве zh:莫斯科 ja:モスクワ ar:موسكو ko:모스크바"),
        ("UA", "en:Kyiv en:Kiev de:Kiew ru:Киеве uk:Києві zh:基辅 ja:キーウ ar:كييف pl:Kijowie"),
        ("US", "en:Washington ru:Вашингтоне zh:华盛顿 ja:ワシントン ar:واشنطن ko:워싱턴"),
        ("CN", "en:Beijing de:Peking ru:Пекине ar:بكين zh:北京 ko:베이징"),
    ],
)
def test_capitals_point_to_their_country_in_many_languages(country: str, forms: str) -> None:
    for item in forms.split(" "):
        language, _, form = item.partition(":")
        assert country in find_names("", f"x {form} x", language).places, item


def test_months_and_weekdays_are_no_names() -> None:
    assert find_names("", "They met on Tuesday in May and again in October.", "en").names == {}


def test_places_of_several_words_are_one_place() -> None:
    assert find_names("Talks in the United States", "", "en").places.keys() == {"US"}
    assert "SA" in find_names("Встреча в Саудовской Аравии", "", "ru").places
    assert "US" in find_names("", "وزير خارجية الولايات المتحدة", "ar").places
    assert "US" in find_names("", "im Weißen Haus", "de").places
    assert "SA" in find_names("", "на встрече в Эр-Рияде", "ru").places


def test_sentence_starts_and_german_nouns_are_no_names() -> None:
    assert find_names("", "The weather was good. However, nobody came.", "en").names == {}
    german = find_names("", "Der Vater kauft ein Haus und die Regierung plant eine Untersuchung.", "de")
    assert german.names == {}


def test_title_counts_more_than_body() -> None:
    title, body = find_names("Lavrov speaks", "", "en"), find_names("", "word " * 80 + "then Lavrov spoke", "en")
    assert title.names["n:lavrov"] > body.names["n:lavrov"] > 0


def test_surface_forms_are_kept_for_display() -> None:
    found = find_names("Лавровым и Рубио", "", "ru")
    assert found.surface["n:lavrov"] == "Лавровым"


def test_unseen_transcription_in_chinese_is_found() -> None:
    found = find_names("外长沃兹涅先科夫斯基抵达", "", "zh")
    assert any(key[0] == "s" for key in found.names)


def test_all_capitals_do_not_make_every_word_a_name() -> None:
    found = find_names("RUBIO AND LAVROV DISCUSS THE WAR", "", "en")
    assert {"n:rubi", "n:lavrov"} <= set(found.names)
    assert not {f"n:{word}" for word in ("and", "discus", "the", "var")} & set(found.names)


def test_name_key_is_what_find_names_uses() -> None:
    assert set(name_key("Лавров", "ru")) <= set(find_names("", "x Лавров x", "ru").names)


@given(st.text(), st.text(), st.sampled_from([None, "en", "de", "ru", "zh", "ja", "ar", "ko", "hu", "zz"]))
def test_any_text_is_taken(title: str, text: str, language: str | None) -> None:
    found = find_names(title, text, language)
    assert all(0 < weight <= 8 for weight in (*found.names.values(), *found.places.values()))
    assert set(found.places) <= set(found.surface)
