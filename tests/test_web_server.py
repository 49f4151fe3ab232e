"""The server over the sample corpus: pages, API, errors, limits, caching, and a new snapshot while requests run."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from clustering.config import Config, ServeConfig
from clustering.errors import StoreMissing
from clustering.feeds.schemas import read_schema
from clustering.feeds.story_rows import SORTS
from clustering.store.snapshot import open_snapshot
from clustering.store.workspace import Workspace
from clustering.web.app import make_app
from clustering.web.guard import RateLimiter
from tests.story_store import Told, publish_stories


def serve(workspace: Workspace, **settings: Any) -> TestClient:
    return TestClient(
        make_app(
            workspace, Config(serve=ServeConfig(requests_per_second=100_000, burst=100_000).model_copy(update=settings))
        )
    )


@pytest.fixture(scope="module")
def client(published: Path) -> Iterator[TestClient]:
    with serve(Workspace(published)) as client:
        yield client


@pytest.fixture(scope="module")
def call(client: TestClient) -> dict[str, Any]:
    """Give the document of the call of 15 February."""
    found = client.get("/v1/search", params={"q": "Rubio Lavrov", "until": "2025-02-20"}).json()["stories"][0]
    document: dict[str, Any] = client.get(f"/v1/stories/{found['story_id']}").json()
    return document


def valid(name: str, document: Any) -> Any:
    jsonschema.Draft202012Validator(read_schema(name)).validate(document)
    return document


def test_every_page_answers_with_a_strict_policy_and_nothing_inline(client: TestClient, call: dict[str, Any]) -> None:
    story, outlet = call["story"], call["articles"][0]["outlet"]
    paths = ["/", "/?sort=new&language=ru&country=RU", "/?q=Rubio", "/threads", "/outlets", "/compare", "/compare?by=country&left=US&right=RU",
             f"/stories/{story['story_id']}", f"/stories/{story['story_id']}?by=language", f"/outlets/{outlet}", "/?outlet=" + outlet]  # fmt: skip
    if story["thread_id"]:
        paths.append(f"/threads/{story['thread_id']}")
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert " style=" not in answer.text
        assert "<style" not in answer.text
        assert " onclick" not in answer.text
        assert answer.text.count("<script") == 1
        assert "http://" not in answer.text.replace("http://www.w3.org/", "").replace("https://", "")


def test_the_story_page_shows_what_the_document_says(client: TestClient, call: dict[str, Any]) -> None:
    page = client.get(f"/stories/{call['story']['story_id']}").text
    for article in call["articles"]:
        assert f'id="a-{article["article_id"]}"' in page
        assert f'data-article="{article["article_id"]}"' in page
    assert page.count('class="mark reprint') == call["story"]["n_reprints"]
    assert page.count('class="mark original') == call["story"]["n_originals"]


@pytest.mark.parametrize("kind", ["story", "thread"])
def test_pictures_are_svg_documents(client: TestClient, call: dict[str, Any], kind: str) -> None:
    story = call["story"]
    if kind == "thread" and story["thread_id"] is None:
        pytest.skip("the call is in no thread")
    path = (
        f"/stories/{story['story_id']}/swimlane.svg"
        if kind == "story"
        else f"/threads/{story['thread_id']}/timeline.svg"
    )
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert client.get("/outlets.svg").status_code == 200


def test_documents_fit_their_schemas(client: TestClient, call: dict[str, Any]) -> None:
    story_id = call["story"]["story_id"]
    valid("story", call)
    valid("stories", client.get("/v1/stories").json())
    valid("history", client.get(f"/v1/stories/{story_id}/history").json())
    valid("gaps", client.get("/v1/gaps", params={"story": story_id}).json())
    threads = valid("threads", client.get("/v1/threads").json())
    valid("thread", client.get(f"/v1/threads/{threads['threads'][0]['thread_id']}").json())
    valid("search", client.get("/v1/search", params={"q": "Лавров"}).json())
    valid("search", client.get("/v1/search", params={"q": "foreign ministers", "by": "meaning"}).json())
    valid("outlets", client.get("/v1/outlets").json())
    valid("delta", client.get("/v1/delta", params={"since_run": 0}).json())
    why = valid("why", client.get(f"/v1/articles/{call['articles'][-1]['article_id']}/why").json())
    assert why["story"]["story_id"] == story_id
    assert why["article"]["why"]


@pytest.mark.parametrize("sort", SORTS)
def test_pages_of_a_list_follow_without_gap_or_repeat(client: TestClient, published: Path, sort: str) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get("/v1/stories", params={"sort": sort, "limit": 7, "cursor": cursor}).json()
        seen += [story["story_id"] for story in page["stories"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == page["n_total"]
    assert seen == [
        s["story_id"] for s in client.get("/v1/stories", params={"sort": sort, "limit": 200}).json()["stories"]
    ]


def test_threads_page_by_cursor_too(client: TestClient) -> None:
    every = [t["thread_id"] for t in client.get("/v1/threads", params={"limit": 100}).json()["threads"]]
    first = client.get("/v1/threads", params={"limit": 1}).json()
    second = client.get("/v1/threads", params={"limit": 1, "cursor": first["next"]}).json()
    assert [first["threads"][0]["thread_id"], second["threads"][0]["thread_id"]] == every[:2]


def test_selections_select(client: TestClient) -> None:
    for name, value, field in (("language", "ru", "languages"), ("country", "UA", "countries")):
        stories = client.get("/v1/stories", params={name: value, "limit": 200}).json()["stories"]
        assert stories
        assert all(value in story[field] for story in stories)
    none = client.get("/v1/stories", params={"since": "2031-01-01"}).json()
    assert (none["stories"], none["n_total"], none["next"]) == ([], 0, None)
    day = client.get("/v1/stories", params={"since": "2025-02-15", "until": "2025-02-15", "limit": 200}).json()[
        "stories"
    ]
    assert day
    assert all(s["first_seen"] < "2025-02-16" and s["last_seen"] >= "2025-02-15" for s in day)


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/v1/stories/nope", "story"), ("/v1/stories/nope/history", "story"), ("/v1/threads/nope", "thread"), ("/v1/articles/nope/why", "article"),
     ("/v1/gaps?story=nope", "story"), ("/feeds/nope.json", "feed"), ("/feeds/..%2fsamestory.duckdb", "feed"), ("/feeds/%2fetc/passwd", "feed"),
     ("/feeds/../samestory.duckdb", None), ("/v1/nothing", None)],
)  # fmt: skip
def test_what_is_not_there_is_404_with_a_body(client: TestClient, path: str, kind: str | None) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    if kind is not None:
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["type"] == f"urn:samestory:problem:no-such-{kind}"
        assert answer.json()["detail"]


@pytest.mark.parametrize(
    "path", ["/stories/nope", "/threads/nope", "/outlets/nope", "/nowhere", "/stories/%3Cscript%3E"]
)
def test_a_missing_page_is_a_page(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "<h1>" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    ("path", "parameter"),
    [("/v1/stories?limit=0", "limit"), ("/v1/stories?limit=x", "limit"), ("/v1/stories?sort=best", "sort"), ("/v1/stories?since=yesterday", "since"),
     ("/v1/stories?until=2025-02-31", "until"), ("/v1/stories?cursor=abc", "cursor"), ("/v1/stories?language=../x", "language"),
     ("/v1/search", "q"), ("/v1/search?q=", "q"), ("/v1/search?q=a&by=luck", "by"), ("/v1/search?q=a%00b", "q"), ("/v1/gaps", "story"),
     ("/v1/delta", "since_run"), ("/v1/delta?since_run=-1", "since_run"), ("/v1/search?q=" + "x" * 201, "q")],
)  # fmt: skip
def test_a_bad_parameter_is_422_and_named(client: TestClient, path: str, parameter: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [p["parameter"] for p in answer.json()["parameters"]] == [parameter]


def test_a_bad_parameter_of_a_page_is_a_page(client: TestClient) -> None:
    answer = client.get("/?sort=best")
    assert answer.status_code == 422
    assert "sort" in answer.text
    assert "<h1>" in answer.text


def test_etag_and_gzip(client: TestClient) -> None:
    first = client.get("/v1/stories", headers={"accept-encoding": "identity"})
    again = client.get("/v1/stories", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    assert not again.content
    other = client.get("/v1/stories?limit=3", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200
    with client.stream("GET", "/v1/stories", headers={"accept-encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
        assert packed.headers["vary"] == "Accept-Encoding"
    assert gzip.decompress(raw) == first.content
    assert len(raw) < len(first.content) / 2


def test_feeds_are_served_as_they_were_published(client: TestClient, published: Path) -> None:
    folder = Workspace(published).current_snapshot() / "feeds"
    for path, kind in (("stories.json", "application/json"), ("feed.json", "application/feed+json"), ("feed.atom", "application/atom+xml"),
                       ("csv/stories.csv", "text/csv"), ("languages/ru.feed.json", "application/feed+json")):  # fmt: skip
        answer = client.get(f"/feeds/{path}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.content == (folder / path).read_bytes()


def test_health_metrics_and_openapi(client: TestClient) -> None:
    health = client.get("/healthz").json()
    assert health["status"] == "ok"
    text = client.get("/metrics").text
    assert 'samestory_requests_total{route="/healthz",status="200"}' in text
    assert f"samestory_snapshot_run {int(health['snapshot_id'][1:])}" in text
    assert 'route="/v1/stories/{story_id}"' in text or "samestory_request_seconds_count" in text
    document = client.get("/v1/openapi.json").json()
    assert "/v1/stories/{story_id}" in document["paths"]
    assert client.post("/v1/stories").status_code == 405


def test_a_token_is_asked_for_when_set(published: Path) -> None:
    with serve(Workspace(published), token="secret-token") as client:
        refused = client.get("/v1/stories")
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert client.get("/", headers={"authorization": "Bearer wrong"}).status_code == 401
        assert client.get("/v1/stories", headers={"authorization": "Bearer secret-token"}).status_code == 200
        assert client.get("/healthz").status_code == 200


def test_rate_and_size_limits(published: Path) -> None:
    with serve(Workspace(published), requests_per_second=0.01, burst=3) as client:
        statuses = [client.get("/v1/outlets").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = client.get("/v1/outlets")
        assert int(refused.headers["retry-after"]) > 0
        assert refused.json()["type"] == "urn:samestory:problem:too-many-requests"
        assert client.get("/healthz").status_code == 200
    with serve(Workspace(published)) as client:
        assert client.get("/?q=" + "x" * 9_000).status_code == 414
        assert client.post("/v1/stories", content=b"x" * 100_000).status_code == 413


def test_the_rate_limiter_refills_and_forgets() -> None:
    limiter = RateLimiter(per_second=2, burst=2)
    assert [limiter.wait_seconds("a", 0.0) for _ in range(3)] == [0.0, 0.0, 0.5]
    assert limiter.wait_seconds("b", 0.0) == 0.0
    assert limiter.wait_seconds("a", 0.6) == 0.0


def test_cors_is_off_unless_configured(published: Path) -> None:
    origin = {"origin": "https://dash.example"}
    with serve(Workspace(published)) as client:
        assert "access-control-allow-origin" not in client.get("/v1/outlets", headers=origin).headers
    with serve(Workspace(published), cors_origins=("https://dash.example",)) as client:
        assert (
            client.get("/v1/outlets", headers=origin).headers["access-control-allow-origin"] == "https://dash.example"
        )
        assert (
            "access-control-allow-origin"
            not in client.get("/v1/outlets", headers={"origin": "https://evil.example"}).headers
        )


def test_nothing_published_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(StoreMissing, match=r"nothing is published|no workspace"):
        make_app(Workspace(tmp_path / "none"), Config())


FIRST = [Told("a1", "Old headline"), Told("a2", "Second", outlet="b.example", minutes=5)]
LATER = [*FIRST, Told("a3", "Third", outlet="c.example", minutes=9)]


def test_a_new_snapshot_is_taken_up_without_dropping_a_request(tmp_path: Path) -> None:
    workspace = publish_stories(tmp_path, FIRST)
    statuses: list[int] = []
    runs: list[int] = []
    stop = threading.Event()
    with serve(workspace) as client:

        def ask() -> None:
            while not stop.is_set():
                answer = client.get(f"/v1/stories/s1?x={len(statuses)}")
                statuses.append(answer.status_code)
                document = answer.json()
                runs.append(document["snapshot"]["run_id"])
                # one answer is of one snapshot: its counts agree with its articles
                assert len(document["articles"]) == document["story"]["n_articles"]

        threads = [threading.Thread(target=ask) for _ in range(3)]
        for thread in threads:
            thread.start()
        for n in range(2):
            publish_stories(
                tmp_path, LATER if n == 0 else [*LATER, Told("a4", "Fourth", outlet="d.example", minutes=11)]
            )
            stop.wait(1.2)
        stop.set()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200}
        assert len(set(runs)) == 3
        assert client.get("/v1/stories/s1").json()["story"]["n_articles"] == 4
        assert "samestory_snapshot_switches 2" in client.get("/metrics").text


def test_a_snapshot_opens_in_any_client_while_the_writer_works(tmp_path: Path) -> None:
    workspace = publish_stories(tmp_path, FIRST)
    with open_snapshot(workspace.current_snapshot()) as reader:
        before = reader.execute("SELECT count(*) FROM articles").fetchone()
        publish_stories(tmp_path, LATER)
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == before == (2,)
    with open_snapshot(workspace.current_snapshot()) as reader:
        assert reader.execute("SELECT count(*) FROM articles").fetchone() == (3,)
        run = reader.execute("SELECT min(run_id) FROM assignments").fetchone()
        assert run is not None
        assert len(reader.execute("SELECT * FROM story_as_of('s1', ?)", [run[0]]).fetchall()) == 2


def test_json_of_a_page_is_utf8_not_escapes(client: TestClient) -> None:
    text = client.get("/v1/search", params={"q": "Лавров"}).text
    assert "Лавров" in text
    assert json.loads(text)["query"] == "Лавров"
