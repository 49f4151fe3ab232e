"""A takedown names everything it touches, leaves a tombstone that tells no text, and its scan finds what was left behind."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import InputError, UnknownId
from clustering.stories.takedown import (
    ForgetPlan,
    StoredArticle,
    StoredFile,
    find_block,
    find_remnants,
    list_needles,
    parse_target,
    plan_forgetting,
)

NOW = datetime(2025, 3, 1, tzinfo=UTC)
TEXT = "The bridge over the river was closed on Monday after inspectors found cracks in two of its pillars, the mayor said."
ARTICLES = [
    StoredArticle("a1", "https://www.north.example/news/1", "https://north.example/news/1", "north.example", "Bridge closed after cracks", TEXT),
    StoredArticle("a2", "https://north.example/news/22", None, "north.example", "School opens its doors again", "Pupils came back."),
    StoredArticle("a3", "https://south.example/x", None, "south.example", "Bridge closed after cracks", TEXT),
    StoredArticle("a4", "https://north.example.other.example/news/1", None, "other.example", "Something else altogether", "No."),
]  # fmt: skip
FILES = [
    StoredFile("raw/1.warc", "raw", frozenset({"a1"})),
    StoredFile("raw/2.warc", "raw", frozenset({"a1", "a3"})),
    StoredFile("raw/3.warc", "raw", frozenset({"a3"})),
    StoredFile("snapshots/5/stories.json", "snapshot", None),
]


def plan(text: str) -> ForgetPlan:
    target = parse_target(text, ARTICLES)
    return plan_forgetting(target, ARTICLES, FILES, {"a1": "s1", "a3": "s1"}, at=NOW, author="ann", reason="asked")


def test_one_article_is_planned_with_its_files_stories_and_tombstone() -> None:
    made = plan("a1")
    assert made.article_ids == ("a1",)
    assert made.story_ids == ("s1",)
    assert (made.delete, made.rewrite, made.search) == (("raw/1.warc",), ("raw/2.warc",), ("snapshots/5/stories.json",))
    assert made.rows["vectors"] == "article_id"
    assert [stone.kind for stone in made.tombstones] == ["article"]


def test_outlet_and_prefix_take_all_theirs_and_block_what_may_come() -> None:
    assert plan("north.example").article_ids == ("a1", "a2")
    assert plan("https://north.example").article_ids == ("a1", "a2")
    assert plan("http://north.example/news/1").article_ids == ("a1",)
    assert plan("https://nowhere.example/").article_ids == ()
    stones = plan("https://north.example/news/").tombstones
    new = StoredArticle("a9", "https://www.north.example/news/99", None, "north.example", "New", "New text")
    assert find_block(new, stones) is not None
    assert find_block(StoredArticle("a9", "https://north.example/sport/1"), stones) is None


def test_tombstone_blocks_the_article_under_another_id_or_url_but_not_other_outlets() -> None:
    stones = plan("a1").tombstones
    assert find_block(ARTICLES[0], stones) is not None
    assert find_block(StoredArticle("new", "http://north.example/news/1"), stones) is not None
    assert find_block(
        StoredArticle("new", "https://north.example/moved", None, "north.example", "T", TEXT.upper()), stones
    )
    assert find_block(ARTICLES[2], stones) is None
    assert find_block(ARTICLES[1], stones) is None


def test_tombstone_of_an_article_repeats_nothing_of_it() -> None:
    kept = repr(plan("a1").tombstones)
    assert not any(needle in kept for needle in list_needles(ARTICLES[0]))


@pytest.mark.parametrize("text", ["https://", "http://com/", "https://example"])
def test_prefix_that_takes_the_web_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="too wide"):
        parse_target(text, ARTICLES)


def test_unknown_target_is_named() -> None:
    with pytest.raises(UnknownId, match="a77"):
        parse_target("a77", ARTICLES)


def test_scan_finds_text_titles_and_urls_however_they_are_written() -> None:
    places: list[tuple[str, str | bytes]] = [
        ("plain", f"... {TEXT} ..."),
        ("broken lines", TEXT.replace(" ", "\n  ")),
        ("bytes", TEXT[50:].encode()),
        ("url", b"<a href='https://www.north.example/news/1'>"),
        ("clean", "nothing to see, a1"),
    ]
    assert {hit.place for hit in find_remnants(ARTICLES[:1], places)} == {"plain", "broken lines", "bytes", "url"}


def test_scan_reads_json_escapes_in_any_script() -> None:
    article = StoredArticle("r1", title="Мост закрыт: трещины 🌉 в опорах", text="")
    assert find_remnants([article], [("feed", json.dumps({"title": article.title}))])
    assert "\\u041c" in json.dumps({"title": article.title})


def test_reprint_that_stays_in_another_outlet_is_no_remnant() -> None:
    places: list[tuple[str, str | bytes]] = [("snapshot", TEXT)]
    assert find_remnants(ARTICLES[:1], places)
    assert not find_remnants(ARTICLES[:1], places, kept=[ARTICLES[2]])


@given(st.text(min_size=60), st.text(max_size=30), st.text(max_size=30))
def test_whole_text_is_always_found(text: str, before: str, after: str) -> None:
    article = StoredArticle("x", text=text)
    if list_needles(article):
        assert find_remnants([article], [("p", f"{before} {text} {after}")])
