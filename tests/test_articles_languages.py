"""Languages: told by script, letters, small words, and only then by the detector."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.languages import detect_language, normalise_language

TEXTS = {
    "en": "The council has said that the bridge will be open again before the end of the week.",
    "de": "Der Rat hat mitgeteilt, dass die Brücke noch vor dem Ende der Woche wieder geöffnet wird.",
    "fr": "Le conseil a fait savoir que le pont sera de nouveau ouvert avant la fin de la semaine.",
    "es": "El consejo ha dicho que el puente volverá a estar abierto antes del fin de la semana.",
    "pt": "O conselho informou que a ponte voltará a estar aberta antes do fim da semana, mas não disse quando.",
    "gl": "O concello informou de que a ponte ha estar aberta dende o luns, xa que unha empresa fixo a obra.",
    "ca": "El consell ha dit que el pont tornarà a estar obert abans de la fi de la setmana, però no quan.",
    "it": "Il consiglio ha detto che il ponte sarà di nuovo aperto prima della fine della settimana.",
    "ro": "Consiliul a anunțat că podul va fi din nou deschis până la sfârșitul săptămânii.",
    "nl": "De raad heeft gezegd dat de brug voor het einde van de week weer open zal zijn.",
    "sv": "Rådet har sagt att bron ska vara öppen igen före slutet av veckan, och det är bra.",
    "no": "Rådet sier at broen skal være åpen igjen før slutten av uken, men ikke når.",
    "da": "Rådet siger, at broen skal være åben igen inden ugens udgang, men ikke hvornår, og hvad det koster.",
    "fi": "Neuvosto sanoi, että silta on jälleen auki ennen viikon loppua, mutta se ei kertonut milloin.",
    "pl": "Rada poinformowała, że most zostanie ponownie otwarty przed końcem tygodnia, ale nie wiadomo kiedy.",
    "cs": "Rada uvedla, že most bude znovu otevřen ještě před koncem týdne, ale není jasné kdy.",
    "hu": "A tanács azt mondta, hogy a híd még a hét vége előtt újra nyitva lesz, de nem tudni, mikor.",
    "tr": "Meclis, köprünün hafta sonundan önce yeniden açılacağını ve bunun için çok çalışıldığını açıkladı.",
    "id": "Dewan mengatakan bahwa jembatan itu akan dibuka kembali sebelum akhir pekan ini untuk umum.",
    "vi": "Hội đồng cho biết cây cầu sẽ được mở lại trước cuối tuần này và không có thay đổi.",
    "ru": "Совет сообщил, что мост будет снова открыт до конца недели, но не сказал когда.",
    "uk": "Рада повідомила, що міст буде знову відкрито до кінця тижня, але не сказала коли.",
    "be": "Рада паведаміла, што мост будзе зноў адчынены да канца тыдня, але не сказала калі ў горадзе.",
    "bg": "Съветът съобщи, че мостът ще бъде отворен отново преди края на седмицата.",
    "sr": "Веће је саопштило да ће мост поново бити отворен пре краја недеље, али није рекло када.",
    "mk": "Советот соопшти дека мостот ќе биде повторно отворен пред крајот на неделата, рече ѕидарот.",
    "kk": "Кеңес көпірдің апта соңына дейін қайта ашылатынын хабарлады, бірақ қашан екенін айтқан жоқ.",
    "el": "Το συμβούλιο είπε ότι η γέφυρα θα ανοίξει ξανά πριν από το τέλος της εβδομάδας.",
    "ar": "قال المجلس إن الجسر سيفتح مرة أخرى قبل نهاية الأسبوع.",
    "fa": "شورا گفت پل پیش از پایان هفته دوباره باز خواهد شد و چند روز دیگر گشایش می‌یابد.",
    "ur": "کونسل نے کہا ہے کہ پل ہفتے کے آخر سے پہلے دوبارہ کھول دیا جائے گا۔",
    "he": "המועצה אמרה שהגשר ייפתח שוב לפני סוף השבוע.",
    "hi": "परिषद ने कहा कि पुल सप्ताह के अंत से पहले फिर से खुल जाएगा।",
    "bn": "পরিষদ বলেছে সপ্তাহ শেষের আগেই সেতু আবার খুলবে।",
    "ta": "வார இறுதிக்குள் பாலம் மீண்டும் திறக்கப்படும் என்று மன்றம் கூறியது.",
    "th": "สภากล่าวว่าสะพานจะเปิดอีกครั้งก่อนสิ้นสัปดาห์",
    "ka": "საბჭომ თქვა, რომ ხიდი კვირის ბოლომდე გაიხსნება.",
    "hy": "Խորհուրդն ասել է, որ կամուրջը կբացվի մինչև շաբաթվա վերջ։",
    "zh": "委员会表示，大桥将在本周结束前重新开放，具体时间还没有决定。",
    "zh-Hant": "委員會表示，大橋將在本週結束前重新開放，具體時間還沒有決定。",
    "ja": "評議会は、橋が週末までに再び開通すると述べた。",
    "ko": "의회는 다리가 이번 주 안에 다시 열릴 것이라고 말했다.",
}


@pytest.mark.parametrize(("code", "text"), TEXTS.items())
def test_sentences_are_recognised(code: str, text: str) -> None:
    assert detect_language(text).code == code


def test_serbian_in_latin_letters_says_so() -> None:
    text = "Vlada je saopštila da će šta god bude posle izbora ostati tokom godine, takođe i ko je bio."
    assert detect_language(text, "sr").code == "sr-Latn"


@pytest.mark.parametrize("text", ["", "12:30", "—", "...", "1 2 3"])
def test_unknown_is_a_value_and_the_prior_helps(text: str) -> None:
    assert detect_language(text).code is None
    assert detect_language(text, "pt").code == "pt"


def test_the_prior_loses_against_letters_it_does_not_use() -> None:
    assert detect_language(TEXTS["ru"], "en").code == "ru"
    assert detect_language(TEXTS["uk"], "ru").code == "uk"
    assert detect_language(TEXTS["de"], "en").code == "de"


def test_the_prior_wins_between_twins() -> None:
    text = "U gradu je danas otvoren most i na njemu su bili ljudi koji se vole."
    assert detect_language(text, "hr").code == "hr"
    assert detect_language(text, "bs").code == "bs"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-US", "en"), ("EN_gb", "en"), ("eng", "en"), ("English", "en"), ("nb-NO", "no"), ("zh-CN", "zh"), ("zh-TW", "zh-Hant"), ("zh_Hant_HK", "zh-Hant"),
        ("sr-Latn-RS", "sr-Latn"), ("iw", "he"), ("ua", "uk"), ("und", None), ("", None), (None, None), ("no language", None), ("pt-BR", "pt"),
    ],
)  # fmt: skip
def test_tags_are_normalised(tag: str | None, code: str | None) -> None:
    assert normalise_language(tag) == code


@given(st.text(max_size=200), st.sampled_from([None, "ru", "en", "zh"]))
@settings(deadline=None, max_examples=60)
def test_no_text_breaks_the_detector(text: str, prior: str | None) -> None:
    found = detect_language(text, prior)
    assert found.code is None or normalise_language(found.code) == found.code
