"""The search index of a snapshot, through plain SQL: words in any script, unfinished words, names across scripts, meaning."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.feeds.search import search_stories
from clustering.feeds.story_rows import Selection
from clustering.store.snapshot import open_snapshot
from clustering.store.snapshot_search import make_tokens
from clustering.store.workspace import Workspace
from tests.story_store import Told, publish_stories


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    told = [
        Told("a1", "Rubio and Lavrov speak by phone", "call", "a.example"),
        Told("a2", "Лавров и Рубио поговорили по телефону", "call", "b.example", "ru", 5),
        Told("a3", "لافروف وروبيو يتحدثان", "call", "c.example", "ar", 7),
        Told("a4", "拉夫罗夫与鲁比奥通电话", "call", "d.example", "zh", 9),
        Told("b1", "Quake shakes Athens", "quake", "a.example"),
        Told("b2", "Сильное землетрясение в Афинах", "quake", "b.example", "ru", 3),
        Told("c1", "Putin phones Trump, Rubio in the room", "other", "a.example"),
        Told("c2", "Trump speaks with Putin", "other", "b.example", minutes=2),
        Told("n1", "Runaway emu found", None, "a.example"),
    ]
    return publish_stories(tmp_path_factory.mktemp("search"), told).current_snapshot()


def find(folder: Path, text: str) -> list[str]:
    with duckdb.connect(str(folder / "samestory.duckdb"), read_only=True) as plain_client:
        rows = plain_client.execute("SELECT coalesce(story_id, article_id) FROM search(?)", [text]).fetchall()
    return [row[0] for row in rows]


@pytest.mark.parametrize(
    "text",
    ["Lavrov", "lavrov", "Лавров", "лаврова", "لافروف", "拉夫罗夫", "Lavr", "LAVROV phone", "землетр телефон Лавров"],
)
def test_a_name_is_found_from_every_script(folder: Path, text: str) -> None:
    assert find(folder, text)[0] == "call"


def test_more_of_the_words_come_first(folder: Path) -> None:
    assert find(folder, "Putin Trump Rubio")[0] == "other"
    assert find(folder, "Rubio Lavrov") == ["call", "other"]


def test_an_article_in_no_story_is_found_too(folder: Path) -> None:
    assert find(folder, "emu") == ["n1"]


@pytest.mark.parametrize("text", ["", "  ", "!?", "zebra", "' OR 1=1 --", '"', "%", "\\"])
def test_nothing_is_found_for_nothing(folder: Path, text: str) -> None:
    assert find(folder, text) == []


def test_a_selection_holds_within_a_search(folder: Path) -> None:
    with open_snapshot(folder) as connection:
        assert [s.story_id for s in search_stories(connection, "Rubio", Selection(language="zh"))] == ["call"]
        assert [s.story_id for s in search_stories(connection, "Rubio", Selection(outlet="c.example"))] == ["call"]
        assert search_stories(connection, "Rubio", Selection(country="FR")) == []
        assert len(search_stories(connection, "Rubio", limit=1)) == 1


def test_nearest_in_meaning_finds_the_other_calls(published: Path) -> None:
    with open_snapshot(Workspace(published).current_snapshot()) as connection:
        row = connection.execute("SELECT story_id FROM search('Rubio Lavrov')").fetchone()
        assert row is not None
        near = connection.execute("SELECT story_id, similarity FROM nearest_stories(?, most := 5)", [row[0]]).fetchall()
    assert len(near) == 5
    assert row[0] not in [story for story, _ in near]
    assert [s for _, s in near] == sorted((s for _, s in near), reverse=True)
    assert all(-1.001 <= s <= 1.001 for _, s in near)


@settings(max_examples=200)
@given(st.text(st.characters(categories=("L", "M", "N")), min_size=1, max_size=20))
def test_every_word_has_tokens(word: str) -> None:
    tokens = make_tokens(word.lower(), with_names=False)
    assert len(tokens) == 1
    assert tokens[0]


def test_every_column_of_the_snapshot_says_what_it_is(folder: Path) -> None:
    with open_snapshot(folder) as connection:
        silent = connection.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL"
        ).fetchall()
        row = connection.execute(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'stories' AND column_name = 'n_origins'"
        ).fetchone()
    assert silent == []
    assert row == ("Independent texts behind all articles: near-duplicates count once",)
