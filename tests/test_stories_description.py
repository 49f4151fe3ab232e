"""Descriptions say what a story is in the outlets' own words, and what tells it from its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.config import StoryConfig
from clustering.stories.description import (
    Description,
    add_words,
    choose_medoid,
    describe_story,
    find_lead_sentence,
    show_number,
    story_words,
)
from clustering.stories.keywords import count_words, rank_keywords, split_words
from clustering.stories.records import StoryText

CONFIG = StoryConfig()
NOON = datetime(2025, 2, 15, 12, tzinfo=UTC)


def text(article_id: str, title: str, lead: str = "", language: str | None = "en", **more: object) -> StoryText:
    return StoryText(article_id, title, lead, language, NOON + timedelta(minutes=int(article_id[1:])), **more)  # type: ignore[arg-type]


CALL = [
    text("a1", "Rubio and Lavrov speak by phone", "The two ministers agreed to stay in touch.", vector=np.array([1, 0.1])),
    text("a2", "Rubio, Lavrov hold first call on Ukraine", "The ministers spoke on Saturday.", vector=np.array([1, 0.0])),
    text("a3", "Лавров и Рубио поговорили по телефону", "Министры договорились.", "ru", vector=np.array([0.9, 0.1])),
    text("a4", "Will it last?", "The ministers spoke by phone.", vector=np.array([1, 0.05])),
]  # fmt: skip


def test_headline_is_a_statement_of_the_medoid_in_the_wanted_language() -> None:
    described = describe_story(CALL, CONFIG)
    assert described.headline == "Rubio and Lavrov speak by phone"
    assert (described.headline_language, described.headline_id) == ("en", "a1")
    assert described.lead_sentence == "The two ministers agreed to stay in touch."
    assert described.representatives == {"en": "a1", "ru": "a3"}


def test_headline_of_another_language_when_the_wanted_one_is_missing() -> None:
    described = describe_story(CALL, StoryConfig(headline_language="ru"))
    assert (described.headline, described.headline_language) == ("Лавров и Рубио поговорили по телефону", "ru")
    assert describe_story(CALL[2:3], CONFIG).headline_language == "ru"


def test_reprints_do_not_pull_the_medoid() -> None:
    wire = [
        text(f"a{i}", f"Wire text number {i} as it came", is_reprint=True, vector=np.array([0.0, 1]))
        for i in range(10, 20)
    ]
    assert choose_medoid([*CALL, *wire], [*CALL, *wire]) == CALL[0]


def test_without_vectors_the_words_of_titles_decide() -> None:
    texts = [
        text("a1", "Something else entirely happened"),
        text("a2", "Minister resigns after vote in parliament"),
        text("a3", "Minister resigns after lost vote"),
        text("a4", "After vote minister resigns, parliament says"),
    ]
    chosen = choose_medoid(texts, texts)
    assert chosen is not None
    assert chosen.article_id == "a2"


def test_story_without_titles_is_headed_by_its_lead() -> None:
    described = describe_story([text("a1", "", "KYIV — A very short statement came at night. More followed.")], CONFIG)
    assert described.headline == "A very short statement came at night."
    assert describe_story([], CONFIG).headline == ""


@pytest.mark.parametrize(
    ("lead", "sentence"),
    [
        ("NEW ORLEANS — The Eagles won on Sunday night. Hurts threw two.", "The Eagles won on Sunday night."),
        ("МОСКВА, 15 фев — РИА Новости. Лавров поговорил с Рубио по телефону. Ещё.", "Лавров поговорил с Рубио по телефону."),
        ("MOSCOW, February 15. /TASS/. The ministers spoke by phone. More.", "The ministers spoke by phone."),
        ("The either/or and the TCP/IP/UDP stacks are old. Next.", "The either/or and the TCP/IP/UDP stacks are old."),
        ("BERLIN (dpa) - Die Minister haben am Samstag telefoniert. Mehr folgt.", "Die Minister haben am Samstag telefoniert."),
        ("The U.S. and Russia will talk again, Mr. Rubio said on Saturday. Then", "The U.S. and Russia will talk again, Mr. Rubio said on Saturday."),
        ("普京与特朗普通电话。双方讨论乌克兰问题。", "普京与特朗普通电话。"),
        ("تحدث لافروف وروبيو هاتفيا يوم السبت. وأضاف البيان", "تحدث لافروف وروبيو هاتفيا يوم السبت."),
        ("Lavrov – the minister – spoke to Rubio by phone.", "Lavrov – the minister – spoke to Rubio by phone."),
        ("no end at all", "no end at all"),
        ("", ""),
    ],
)  # fmt: skip
def test_lead_sentence_has_no_dateline_and_ends_where_it_ends(lead: str, sentence: str) -> None:
    assert find_lead_sentence(lead) == sentence


def test_keywords_tell_a_call_from_the_next_call_of_the_thread() -> None:
    february = [text(f"a{i}", "Rubio and Lavrov in phone call, prepare summit in Riyadh") for i in range(4)]
    march = [text(f"a{i}", "Rubio and Lavrov in phone call about Houthi strikes") for i in range(4, 8)]
    words = [k.word for k in describe_story(february, CONFIG, neighbours=story_words(march)).keywords]
    assert set(words[:3]) == {"Riyadh", "summit", "prepare"}
    assert not {"Rubio", "Lavrov", "phone", "and"} & set(words)


def test_keywords_are_compared_within_one_language() -> None:
    english = [text(f"a{i}", "The minister and the bridge") for i in range(3)]
    russian = [text(f"b{i}", "Министр и мост", language="ru") for i in range(30)]
    others = [text(f"c{i}", "The minister and the harbour") for i in range(3)]
    around = add_words([story_words(russian), story_words(others)])
    assert [k.word for k in describe_story(english, CONFIG, neighbours=around).keywords] == ["bridge"]


def test_inflected_forms_are_one_keyword() -> None:
    story = count_words(["Лаврова ждали в Эр-Рияде", "Лавров приехал", "Лаврову и Лаврова ждали, Лавров сам ждал"])
    assert [k.word for k in rank_keywords(story, n=2)] == ["Лавров", "ждали"]


def test_words_of_scripts_without_spaces_are_pairs() -> None:
    assert split_words("普京通电话 Bybit 2025") == ["普京", "京通", "通电", "电话", "Bybit"]


def test_numbers_are_written_for_readers() -> None:
    keys = ["n:59", "o:16", "%:4.5", "m:USD:1500000000", "s:3-1", "d:02-15", "t:14:30", "n:2", "n:150000"]
    shown = [show_number(key) for key in keys]
    assert shown == ["59", "16", "4.5%", "USD 1,500,000,000", "3-1", "", "", "", "150,000"]


def test_mentions_are_counted_once_per_article_and_shown_in_the_headline_language() -> None:
    texts = [
        text("a1", "One", names={"n:lavrov": "Lavrov"}, numbers=("15",)),
        text("a2", "Deux", language="ru", names={"n:lavrov": "Лавров", "n:rubio": "Рубио"}),
        text("a3", "Trois", language="ru", names={"n:lavrov": "Лавров", "n:rubio": "Рубио"}, numbers=("15", "7")),
        text("a4", "Quatre", names={"n:once": "Once"}, places={"US": "America"}),
    ]
    described = describe_story(texts, CONFIG)
    assert [(m.shown, m.n_articles) for m in described.names] == [("Lavrov", 3), ("Рубио", 2)]
    assert described.places == ()
    assert described.numbers == ("15",)


def test_summariser_is_called_with_the_most_central_text_first() -> None:
    class Fake:
        def summarise(self, texts: Sequence[StoryText], description: Description, language: str) -> str | None:
            return f"{language}: {texts[0].article_id} {description.headline_id}"

    assert describe_story(CALL, CONFIG).summary is None
    assert describe_story(CALL, CONFIG, summariser=Fake()).summary == "en: a4 a1"


@given(st.permutations(CALL))
def test_order_decides_nothing(texts: list[StoryText]) -> None:
    assert describe_story(texts, CONFIG) == describe_story(CALL, CONFIG)


@given(
    st.lists(st.tuples(st.text(max_size=200), st.text(max_size=300), st.sampled_from(["en", "zh", None])), max_size=6)
)
def test_any_text_can_be_described(found: list[tuple[str, str, str | None]]) -> None:
    texts = [text(f"a{i}", title, lead, language) for i, (title, lead, language) in enumerate(found)]
    described = describe_story(texts, CONFIG)
    assert described.headline_id is None or described.headline_id in {t.article_id for t in texts}
    assert len({k.word for k in described.keywords}) == len(described.keywords)
