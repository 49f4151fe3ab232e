"""Quarantine keeps a failed page with its bytes, once, and gives it back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from clustering.errors import UnknownId
from clustering.pages.quarantine import Quarantine, Quarantined
from clustering.types import PageOrigin, RawPage

MOMENT = datetime(2025, 2, 15, 12, tzinfo=UTC)


def failed(page: RawPage) -> Quarantined:
    try:
        raise KeyError("boom")
    except KeyError as error:
        return Quarantined.from_error(page, "build_article", error, MOMENT)


def test_a_page_comes_back_whole(tmp_path: Path) -> None:
    store = Quarantine(tmp_path / "q")
    html = RawPage(
        PageOrigin("valley", "a.warc", 7, "https://valley.example/a"),
        "html",
        MOMENT,
        b"\xff\x00<html>",
        None,
        "text/html",
        "cp1251",
        {"title": "Мост"},
    )
    record = RawPage(PageOrigin("files", "a.jsonl", 3), "record", MOMENT, fields={"title": "Мост", "n": 1})
    keys = [store.put(failed(page)) for page in (html, record)]
    assert len(set(keys)) == 2
    back = {item.key: item for item in store.list_items()}
    assert set(back) == set(keys)
    assert back[keys[0]].page == html
    assert back[keys[1]].page == record
    assert back[keys[0]].error == "KeyError: 'boom'"
    assert "test_pages_quarantine.py" in back[keys[0]].detail
    assert (back[keys[0]].step, back[keys[0]].at) == ("build_article", MOMENT)


def test_the_same_page_is_kept_once(tmp_path: Path) -> None:
    store = Quarantine(tmp_path)
    page = RawPage(PageOrigin("files", "a.jsonl", 3), "record", MOMENT, fields={"title": "Мост"})
    assert store.put(failed(page)) == store.put(failed(page))
    assert len(list(store.list_items())) == 1


def test_dropping_and_unknown_keys(tmp_path: Path) -> None:
    store = Quarantine(tmp_path)
    key = store.put(failed(RawPage(PageOrigin("files", "a.txt"), "text", MOMENT, b"x")))
    store.drop(key)
    assert list(store.list_items()) == []
    for unknown in (key, "../etc", ""):
        with pytest.raises(UnknownId):
            store.get(unknown)
    assert list(Quarantine(tmp_path / "none").list_items()) == []
