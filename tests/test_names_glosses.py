"""Glosses: words of many languages as beginnings of English words, without making weight."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.names import content_words, gloss_words, surface_features
from clustering.names.data_files import data_file
from clustering.names.glosses import GLOSS_LETTERS, glosses_of

# Those with parallel text.
LANGUAGES = "ar bg cs de el es fa fi fr he hi hu id it ja ko nl pl pt ro ru sr sv tr uk vi zh".split()
# Language, word, the English word it must lead to.
TRANSLATIONS = [
    ("es", "tifón", "typhoon"), ("de", "Taifun", "typhoon"), ("ru", "тайфун", "typhoon"), ("zh", "台风", "typhoon"), ("zh", "戰爭", "war"),
    ("ja", "台風", "typhoon"), ("ru", "первый", "first"), ("ru", "землетрясение", "earthquake"), ("uk", "землетрус", "earthquake"),
    ("bg", "земетресение", "earthquake"), ("hi", "भूकंप", "earthquake"), ("tr", "deprem", "earthquake"), ("ja", "地震", "earthquake"),
    ("fi", "maanjäristys", "earthquake"), ("hu", "földrengés", "earthquake"), ("id", "gempa", "earthquake"), ("ro", "cutremur", "earthquake"),
    ("fa", "زلزله", "earthquake"), ("pl", "trzęsienie", "earthquake"), ("ar", "حرب", "war"), ("he", "מלחמה", "war"), ("ko", "전쟁", "war"),
    ("fr", "guerre", "war"), ("sr", "рат", "war"), ("sr", "rat", "war"), ("cs", "válka", "war"), ("sv", "krig", "war"), ("nl", "oorlog", "war"),
    ("el", "πόλεμος", "war"), ("it", "guerra", "war"), ("pt", "guerra", "war"), ("ja", "オリンピック", "olympics"),
]  # fmt: skip
WEIGHTS = st.dictionaries(st.text(min_size=1, max_size=6), st.floats(0, 100), max_size=30)
KNOWN = st.sampled_from([None, "en", "xx", "sl", "es", "zh"])


def _gloss(text: str, language: str | None) -> dict[str, float]:
    return gloss_words(dict.fromkeys(content_words(text, language), 1.0), language)


@pytest.mark.parametrize(("language", "word", "english"), TRANSLATIONS)
def test_words_lead_to_their_translation(language: str, word: str, english: str) -> None:
    glosses = _gloss(word, language)
    # Persian has two words in English for this one, of which the other is likelier.
    assert max(glosses, key=lambda gloss: glosses[gloss]) in (english[:GLOSS_LETTERS], "tremo")
    assert glosses.keys() & _gloss(english, "en").keys()


def test_one_event_in_three_scripts_shares_words() -> None:
    english = surface_features("Typhoon delays first Olympic events", None, "en").glosses
    spanish = surface_features("Un tifón retrasa las primeras pruebas olímpicas", None, "es").glosses
    russian = surface_features("Тайфун мешает первым олимпийским соревнованиям", None, "ru").glosses
    assert {"typho", "first", "olymp"} <= english.keys() & spanish.keys() & russian.keys()
    assert english["typho"] == 3.0


@given(WEIGHTS, KNOWN)
def test_weight_is_never_made(words: dict[str, float], language: str | None) -> None:
    glosses = gloss_words(words, language)
    assert all(weight >= 0 for weight in glosses.values())
    assert sum(glosses.values()) <= sum(words.values()) * (1 + 1e-9)
    assert all(len(gloss) <= GLOSS_LETTERS for gloss in glosses)


@given(st.lists(st.sampled_from(sorted(glosses_of("es"))), max_size=20, unique=True), st.floats(0.1, 9))
def test_known_words_keep_their_whole_weight(words: list[str], weight: float) -> None:
    glosses = gloss_words(dict.fromkeys(words, weight), "es")
    assert sum(glosses.values()) == pytest.approx(weight * len(words))


@given(WEIGHTS, KNOWN)
def test_the_order_of_words_does_not_matter(words: dict[str, float], language: str | None) -> None:
    glosses = gloss_words(words, language)
    assert gloss_words(words, language) == glosses
    assert gloss_words(dict(sorted(words.items(), reverse=True)), language) == pytest.approx(glosses)


@given(WEIGHTS, WEIGHTS, KNOWN)
def test_glosses_of_two_texts_add_up(first: dict[str, float], second: dict[str, float], language: str | None) -> None:
    both = {word: first.get(word, 0.0) + second.get(word, 0.0) for word in first | second}
    apart = (gloss_words(first, language), gloss_words(second, language))
    assert gloss_words(both, language) == {
        gloss: pytest.approx(apart[0].get(gloss, 0.0) + apart[1].get(gloss, 0.0)) for gloss in apart[0] | apart[1]
    }


def test_english_words_are_cut_and_keep_their_weight() -> None:
    assert gloss_words({"electi": 3.0, "electe": 1.0, "war": 2.0}, "en") == {"elect": 4.0, "war": 2.0}


@pytest.mark.parametrize("language", [None, "", "xx", "en-GB", "e", "es\t"])
def test_words_of_unknown_languages_stand_for_themselves(language: str | None) -> None:
    assert not glosses_of(language)
    assert gloss_words({"guerra": 2.0, "medal": 1.0}, language) == pytest.approx({"guerr": 1.4, "medal": 0.7})


def test_unknown_words_of_known_languages_stand_for_themselves() -> None:
    assert gloss_words({"zzqqzz": 1.0}, "ru") == pytest.approx({"zzqqz": 0.7})
    assert gloss_words({}, "ru") == {}


@pytest.mark.parametrize(
    ("language", "relative"), [("sl", "sr"), ("hr", "sr"), ("bs", "sr"), ("sk", "cs"), ("mk", "bg"), ("be", "ru"), ("gl", "es"), ("ca", "es"),
                               ("ms", "id"), ("no", "sv"), ("nb", "sv"), ("nn", "sv"), ("da", "sv")]
)  # fmt: skip
def test_languages_without_a_lexicon_borrow_their_relatives(language: str, relative: str) -> None:
    assert glosses_of(language) == glosses_of(relative) != {}


def test_every_line_of_the_shipped_lexicon_is_sound() -> None:
    lines = gzip.decompress(data_file("glosses.tsv.gz").read_bytes()).decode("utf-8").split("\n")
    assert lines.pop() == ""
    entries = [line.split("\t") for line in lines]
    assert sorted({language for language, _, _ in entries}) == LANGUAGES
    assert [entry[:2] for entry in entries] == sorted(entry[:2] for entry in entries)
    for _, word, written in entries:
        parts = written.split(" ")
        glosses, shares = parts[::2], [float(share) for share in parts[1::2]]
        assert word
        assert 1 <= len(glosses) == len(set(glosses)) == len(shares) <= 2
        assert all(0 < len(gloss) <= GLOSS_LETTERS for gloss in glosses)
        assert shares == sorted(shares, reverse=True)
        assert sum(shares) == pytest.approx(1)


def test_each_language_reads_only_its_own_lines() -> None:
    lines = gzip.decompress(data_file("glosses.tsv.gz").read_bytes()).decode("utf-8").split("\n")[:-1]
    for language in LANGUAGES:
        own = {line.split("\t")[1] for line in lines if line.startswith(f"{language}\t")}
        assert glosses_of(language).keys() == own
