"""The feeds of the sample corpus: valid by independent readers, equal to the tables, summed in the manifest."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import feedparser
import jsonschema
import pytest

from clustering.config import Config, PublishConfig, SavedSearch
from clustering.feeds.schemas import SCHEMAS, make_schema, read_schema
from clustering.store.snapshot import open_snapshot
from clustering.store.workspace import Workspace
from tests.story_store import Told, publish_stories


@pytest.fixture(scope="module")
def feeds(published: Path) -> Path:
    return Workspace(published).current_snapshot() / "feeds"


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def count(published: Path, sql: str) -> int:
    with open_snapshot(Workspace(published).current_snapshot()) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("name", SCHEMAS)
def test_shipped_schema_is_the_models_own(name: str) -> None:
    assert read_schema(name) == make_schema(name)
    jsonschema.Draft202012Validator.check_schema(read_schema(name))


def test_every_document_fits_its_schema(feeds: Path) -> None:
    checked = 0
    for pattern, name in (
        ("stories.json", "stories"),
        ("stories/*.json", "story"),
        ("delta.json", "delta"),
        ("manifest.json", "manifest"),
    ):
        validator = jsonschema.Draft202012Validator(read_schema(name))
        for path in feeds.glob(pattern):
            validator.validate(read(path))
            checked += 1
    validator = jsonschema.Draft202012Validator(read_schema("thread"))
    for path in feeds.glob("threads/*.json"):
        if not path.name.endswith(".feed.json"):
            validator.validate(read(path))
            checked += 1
    assert checked > 20


def test_schema_refuses_an_unknown_key(feeds: Path) -> None:
    document = read(feeds / "stories.json") | {"surprise": 1}
    with pytest.raises(jsonschema.ValidationError, match="surprise"):
        jsonschema.validate(document, read_schema("stories"))


def test_stories_file_agrees_with_the_table(feeds: Path, published: Path) -> None:
    document = read(feeds / "stories.json")
    assert len(document["stories"]) == document["n_total"] == count(published, "SELECT count(*) FROM stories")
    for story in document["stories"]:
        detail = read(feeds / "stories" / f"{story['story_id']}.json")
        assert detail["story"] == story
        assert len(detail["articles"]) == story["n_articles"] == story["n_originals"] + story["n_reprints"]
        assert sum(part["n_articles"] for part in detail["coverage"]) == story["n_articles"]
        assert sum(story["growth"]) == sum(a["published_at"] is not None for a in detail["articles"])


@pytest.mark.parametrize("path", ["feed.atom", "languages/ru.atom", "languages/en.atom"])
def test_feedparser_reads_the_atom_feed_back(feeds: Path, path: str) -> None:
    parsed = feedparser.parse((feeds / path).read_bytes())
    assert not parsed.bozo, parsed.get("bozo_exception")
    assert parsed.version == "atom10"
    as_json = read(
        feeds
        / path.replace("feed.atom", "feed.json").replace("ru.atom", "ru.feed.json").replace("en.atom", "en.feed.json")
    )
    assert [entry.id for entry in parsed.entries] == [item["id"] for item in as_json["items"]]
    assert [entry.title for entry in parsed.entries] == [item["title"] for item in as_json["items"]]
    assert len({entry.id for entry in parsed.entries}) == len(parsed.entries) > 0


def test_json_feed_has_what_version_1_1_asks(feeds: Path) -> None:
    feed = read(feeds / "feed.json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    for item in feed["items"]:
        assert item["id"]
        assert item["content_text"]
        assert item["date_published"] <= item["date_modified"]


def test_every_thread_has_its_feeds(feeds: Path, published: Path) -> None:
    assert len(list((feeds / "threads").glob("*.atom"))) == count(published, "SELECT count(*) FROM threads") > 0


def test_manifest_sums_every_other_file(feeds: Path) -> None:
    manifest = read(feeds / "manifest.json")
    listed = {file["path"]: file for file in manifest["files"]}
    there = {path.relative_to(feeds).as_posix(): path for path in feeds.rglob("*") if path.is_file()}
    assert set(listed) == set(there) - {"manifest.json"}
    for name, file in listed.items():
        content = there[name].read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_csv_holds_every_row_of_its_table(feeds: Path, published: Path) -> None:
    for name, table in (("stories", "stories"), ("coverage", "coverage"), ("outlets", "outlets")):
        with (feeds / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == count(published, f"SELECT count(*) FROM {table}")


def test_delta_tells_the_new_outlet_and_nothing_else(tmp_path: Path) -> None:
    first = [Told("a1", "One", outlet="a.example"), Told("a2", "Two", outlet="b.example", minutes=5)]
    other = [Told("b1", "Quake", "s2", "a.example"), Told("b2", "Quake felt", "s2", "b.example", minutes=3)]
    publish_stories(tmp_path, [*first, *other])
    workspace = publish_stories(tmp_path, [*first, Told("a3", "Three", outlet="c.example", minutes=9)])
    delta = read(workspace.current_snapshot() / "feeds" / "delta.json")
    changed = [(s["story_id"], s["kinds"], s["new_outlets"], s["new_articles"], s["is_gone"]) for s in delta["stories"]]
    assert changed == [("s1", ["grew"], ["c.example"], ["a3"], False)]
    assert delta["n_total"] == 1


def test_saved_search_has_an_entry_per_outlet_that_joined(tmp_path: Path) -> None:
    searches = (
        SavedSearch(name="calls", text="call"),
        SavedSearch(name="one-story", story="s2"),
        SavedSearch(name="nothing", text="zebra"),
    )
    config = Config(publish=PublishConfig(searches=searches, base_url="https://news.example/"))
    told = [
        Told("a1", "The call", "s1", "a.example"),
        Told("a2", "A call again", "s1", "b.example", minutes=5),
        Told("a3", "Call, a third report", "s1", "b.example", minutes=6),
        Told("b1", "Quake", "s2", "a.example"),
        Told("b2", "Quake felt", "s2", "c.example", minutes=3),
    ]
    folder = publish_stories(tmp_path, told, config=config).current_snapshot() / "feeds" / "searches"
    calls = read(folder / "calls.feed.json")
    assert [item["title"] for item in calls["items"]] == ["B: A call again", "A: The call"]
    assert calls["items"][0]["url"] == "https://news.example/stories/s1"
    assert {item["authors"][0]["name"] for item in read(folder / "one-story.feed.json")["items"]} == {"A", "C"}
    assert read(folder / "nothing.feed.json")["items"] == []
    assert not feedparser.parse((folder / "nothing.atom").read_bytes()).bozo


def test_feeds_can_be_left_out(tmp_path: Path) -> None:
    config = Config(publish=PublishConfig(feeds=False, parquet=False))
    told = [Told("a1", "One"), Told("a2", "Two", outlet="b.example")]
    folder = publish_stories(tmp_path, told, config=config).current_snapshot()
    assert sorted(path.name for path in folder.iterdir()) == ["samestory.duckdb", "snapshot.json"]
