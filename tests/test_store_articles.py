"""Storing page outcomes: idempotent, conflicts are rejects, counts add up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.pages.quarantine import Quarantined
from clustering.store.articles import PageOutcome, content_hash, page_hash, store_outcomes
from clustering.store.database import open_database
from clustering.store.workspace import Workspace
from clustering.types import Article, PageOrigin, RawPage, Reject

NOW = datetime(2025, 2, 16, tzinfo=UTC)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(Workspace(tmp_path)) as opened:
        yield opened


def outcome(number: int, result: Article | Reject | Quarantined) -> PageOutcome:
    origin = PageOrigin("files", path="x.jsonl", line=number)
    return PageOutcome(f"page{number}", origin, "record", NOW, result)


def quarantined(number: int, error: str) -> Quarantined:
    page = RawPage(PageOrigin("files", path="x.jsonl", line=number), "record", NOW, fields={"id": str(number)})
    return Quarantined(page, "build_article", error, "", NOW)


def article(article_id: str, text: str = "Text.") -> Article:
    return Article(article_id, "Title", text, outlet="a.example", published_at=NOW, published_precision="second")


def test_every_page_is_counted_once(connection: duckdb.DuckDBPyConnection) -> None:
    outcomes = [
        outcome(1, article("a")),
        outcome(2, article("b")),
        outcome(3, Reject(PageOrigin("files", "x.jsonl", 3), "empty")),
        outcome(4, quarantined(4, "ValueError: boom")),
    ]
    counts = store_outcomes(connection, 1, outcomes)
    assert counts == {"pages": 4, "new": 2, "reject": 1, "reject:empty": 1, "quarantine": 1}
    stored = dict(connection.execute("SELECT outcome, count(*) FROM pages GROUP BY outcome").fetchall())
    assert stored == {"article": 2, "reject": 1, "quarantine": 1}


def test_a_second_run_changes_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    store_outcomes(connection, 1, [outcome(1, article("a"))])
    before = connection.execute("SELECT * FROM articles").fetchall()
    counts = store_outcomes(connection, 2, [outcome(1, article("a"))])
    assert counts["known"] == 1
    assert counts["new"] == 0
    assert connection.execute("SELECT * FROM articles").fetchall() == before
    assert connection.execute("SELECT outcome, first_run_id, last_run_id FROM pages").fetchall() == [("article", 1, 2)]


def test_same_id_with_other_content_is_a_reject_and_the_first_stays(connection: duckdb.DuckDBPyConnection) -> None:
    counts = store_outcomes(connection, 1, [outcome(1, article("a", "One.")), outcome(2, article("a", "Two."))])
    assert counts["reject:duplicate-id"] == 1
    later = store_outcomes(connection, 2, [outcome(3, article("a", "Three."))])
    assert later["reject:duplicate-id"] == 1
    assert connection.execute("SELECT text FROM articles").fetchall() == [("One.",)]
    detail = connection.execute("SELECT detail, line FROM pages WHERE outcome = 'reject' ORDER BY line").fetchall()
    assert detail == [
        ("id 'a' is already stored with other content", 2),
        ("id 'a' is already stored with other content", 3),
    ]


def test_lone_surrogates_are_stored_as_question_marks(connection: duckdb.DuckDBPyConnection) -> None:
    """JSON escapes, tables that are not UTF-8 and file names bring them; one such page must not end a run."""
    place = PageOrigin("files", "bad\udcffname.csv", 2)
    bad = [
        PageOutcome("p1", place, "record", NOW, article("id\ud800", "Text \udfff.")),
        PageOutcome("p2", place, "record", NOW, Reject(place, "missing-column", "columns \udcff\udcfe", "x\ud801")),
        PageOutcome("p3", place, "record", NOW, quarantined(3, "ValueError: '\ud802'")),
    ]
    counts = store_outcomes(connection, 1, bad)
    assert (counts["new"], counts["reject"], counts["quarantine"]) == (1, 1, 1)
    assert store_outcomes(connection, 2, bad)["known"] == 1
    assert connection.execute("SELECT article_id, text FROM articles").fetchall() == [("id?", "Text ?.")]
    rows = connection.execute("SELECT path, detail, article_id FROM pages ORDER BY page_id").fetchall()
    assert rows == [
        ("bad?name.csv", None, "id?"),
        ("bad?name.csv", "columns ??", "x?"),
        ("bad?name.csv", "ValueError: '?'", None),
    ]


def test_a_page_that_failed_can_become_an_article_later(connection: duckdb.DuckDBPyConnection) -> None:
    store_outcomes(connection, 1, [outcome(1, quarantined(1, "KeyError: x"))])
    store_outcomes(connection, 2, [outcome(1, article("a"))])
    assert connection.execute("SELECT outcome, article_id FROM pages").fetchall() == [("article", "a")]


@given(st.text(), st.text(), st.text(), st.text())
def test_content_hash_tells_title_from_text(a: str, b: str, c: str, d: str) -> None:
    if "\x00" not in a + b + c + d:
        assert (content_hash(a, b) == content_hash(c, d)) == ((a, b) == (c, d))


def test_page_hash_depends_on_place_and_content() -> None:
    def page(line: int, title: str) -> RawPage:
        return RawPage(PageOrigin("files", "x.jsonl", line), "record", NOW, fields={"title": title})

    assert page_hash(page(1, "a")) == page_hash(page(1, "a"))
    assert len({page_hash(page(1, "a")), page_hash(page(2, "a")), page_hash(page(1, "b"))}) == 3
