"""Content words: function words go, stems come near, scripts without spaces give pairs of characters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.names import content_words
from clustering.names.tokens import word_lists

FUNCTION_WORDS = {
    "ar": "في من على", "bg": "на и от", "cs": "a na se", "de": "der und nicht", "el": "και το να", "en": "the and of", "es": "de la que",
    "fa": "و در به", "fi": "on ja ei", "fr": "de la les", "he": "את של לא", "hi": "है के में", "hu": "a az nem", "id": "yang di dan",
    "it": "di che non", "nl": "de het een", "pl": "się nie na", "pt": "de que não", "ro": "de să nu", "ru": "в и не", "sr": "je da u",
    "sv": "det att och", "tr": "bir bu ve", "uk": "в не на", "vi": "là có không",
}  # fmt: skip


@pytest.mark.parametrize("language", FUNCTION_WORDS)
def test_function_words_are_removed(language: str) -> None:
    assert content_words(FUNCTION_WORDS[language], language) == []


@pytest.mark.parametrize("language", FUNCTION_WORDS)
def test_stop_lists_are_short(language: str) -> None:
    assert 20 <= len(word_lists()[language, "stop"]) <= 120


def test_words_are_romanised_and_cut() -> None:
    assert content_words("Переговоры министров", "ru") == ["perego", "minist"]
    assert content_words("Переговоров министру", "ru") == ["perego", "minist"]
    assert content_words("The ministers' negotiations", "en") == ["minist", "negoti"]


def test_scripts_without_spaces_give_pairs() -> None:
    assert content_words("外长会谈", "zh") == ["外长", "长会", "会谈"]
    assert content_words("外長會談", "zh") == ["外长", "长会", "会谈"]
    assert "サミット" in content_words("サミットで会談した", "ja")
    assert content_words("ประชุม", "th")


def test_clitics_do_not_hide_a_word() -> None:
    assert set(content_words("روسيا", "ar")) & set(content_words("وروسيا", "ar"))
    assert set(content_words("러시아", "ko")) & set(content_words("러시아는", "ko"))


@given(st.text(), st.sampled_from([None, "en", "de", "ru", "zh", "ja", "ar", "ko", "th", "??"]))
def test_any_text_is_taken(text: str, language: str | None) -> None:
    words = content_words(text, language)
    assert all(words)
    assert content_words(text, language) == words
