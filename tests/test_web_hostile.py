"""Hostile headlines, ids, outlets and addresses are inert in every output."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote
from xml.etree import ElementTree

import feedparser
import jsonschema
import pytest
from starlette.testclient import TestClient

from clustering.config import Config, PublishConfig, SavedSearch
from clustering.feeds.schemas import read_schema
from clustering.store.workspace import Workspace
from clustering.web.app import make_app
from clustering.web.site import build_site
from tests.hostile_titles import HOSTILE_TOLD
from tests.story_store import publish_stories

THREAD = "<t>/../\"'"


class Reader(HTMLParser):
    """Collects what a browser would see: elements, and attributes that could do something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.scripts: list[str | None] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script":
            self.scripts.append(values.get("src"))
        if tag in ("img", "iframe", "object", "embed", "i", "base"):
            self.images += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "action", "xlink:href")]
        self.handlers += [name for name, _ in attrs if name.startswith("on") or name == "style"]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    search = SavedSearch(name="all")
    config = Config(publish=PublishConfig(searches=(search,)))
    return publish_stories(tmp_path_factory.mktemp("hostile"), HOSTILE_TOLD, threads={"s1": THREAD}, config=config)


@pytest.fixture(scope="module")
def client(workspace: Workspace) -> Iterator[TestClient]:
    with TestClient(make_app(workspace, Config())) as client:
        yield client


def check_page(text: str, n_scripts: int = 1) -> None:
    reader = Reader()
    reader.feed(text)
    assert len(reader.scripts) == n_scripts
    assert all(src and src.endswith("samestory.js") for src in reader.scripts)
    assert reader.images == 0
    assert reader.handlers == []
    for link in reader.links:
        assert not re.match(r"\s*(javascript|data|vbscript):", link, re.I), link
    assert not re.search("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/stories/s1",
        "/stories/s1?by=language",
        "/threads",
        "/outlets",
        "/compare",
        "/?q=%3Cscript%3E",
        "/nope%3Cscript%3E",
    ],
)
def test_pages_run_nothing(client: TestClient, path: str) -> None:
    check_page(client.get(path).text)


def test_hostile_ids_lead_to_their_pages(client: TestClient) -> None:
    thread = client.get(f"/threads/{quote(THREAD, safe='')}")
    assert thread.status_code in (200, 404)  # a slash in an id is not a path of ours
    check_page(thread.text)
    for told in HOSTILE_TOLD:
        page = client.get(f"/outlets/{quote(told.outlet, safe='')}")
        assert page.status_code == 200, told.outlet
        check_page(page.text)


def test_long_titles_are_cut_on_pages_and_kept_in_documents(client: TestClient) -> None:
    assert "x" * 500 not in client.get("/stories/s1").text
    titles = [a["title"] for a in client.get("/v1/stories/s1").json()["articles"]]
    assert "x" * 10_000 in titles


def test_pictures_are_well_formed_and_run_nothing(client: TestClient) -> None:
    for path in ("/stories/s1/swimlane.svg", "/outlets.svg"):
        root = ElementTree.fromstring(client.get(path).text)
        names = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not names & {"script", "foreignObject", "image", "b", "i", "img"}
        for element in root.iter():
            assert not [name for name in element.keys() if name.startswith("on")]  # noqa: SIM118
            assert not element.get("href", "").lower().startswith(("javascript", "data"))


def test_documents_are_valid_and_their_addresses_plain(client: TestClient) -> None:
    story = client.get("/v1/stories/s1").json()
    jsonschema.validate(story, read_schema("story"))
    assert len(story["articles"]) == len(HOSTILE_TOLD)
    assert all(a["url"] is None or a["url"].startswith("https://") for a in story["articles"])


def test_feeds_are_read_back_and_run_nothing(workspace: Workspace) -> None:
    feeds = workspace.current_snapshot() / "feeds"
    files = sorted(feeds.rglob("*.atom"))
    assert len(files) >= 4
    for path in files:
        ElementTree.fromstring(path.read_bytes())
        parsed = feedparser.parse(path.read_bytes())
        assert not parsed.bozo, path
        for entry in parsed.entries:
            assert entry.title_detail.type == entry.summary_detail.type == "text/plain"
            assert entry.link.startswith(("/", "http"))
    for path in feeds.rglob("*.json"):
        json.loads(path.read_text(encoding="utf-8"))


def test_no_cell_of_a_csv_is_a_formula(workspace: Workspace) -> None:
    for path in (workspace.current_snapshot() / "feeds" / "csv").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.reader(file):
                assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_static_site_stays_in_its_folder_and_runs_nothing(workspace: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "site"
    build_site(workspace.current_snapshot(), target, PublishConfig())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site"]
    pages = sorted(target.rglob("*.html"))
    assert len(pages) > len(HOSTILE_TOLD)
    for path in pages:
        check_page(path.read_text(encoding="utf-8"))
    for path in target.rglob("*.svg"):
        ElementTree.fromstring(path.read_bytes())
