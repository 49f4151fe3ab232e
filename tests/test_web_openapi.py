"""The API keeps the promises of its own OpenAPI document, whatever is asked; its event stream tells of a new snapshot."""

from __future__ import annotations

import http.client
import json
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from clustering.config import Config, ServeConfig
from clustering.store.workspace import Workspace
from clustering.web.app import make_app
from tests.story_store import Told, publish_stories
from tests.web_server import run_server

pytestmark = pytest.mark.server

FIRST = [Told("a1", "Old headline"), Told("a2", "Second", outlet="b.example", minutes=5)]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestWarning")
def test_schemathesis_finds_no_broken_promise(published: Path) -> None:
    schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed")
    app = make_app(Workspace(published), Config(serve=ServeConfig(requests_per_second=100_000, burst=100_000)))
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", app)
    # a cursor that is none is well-formed and still 422: only the server knows its cursors
    ignored = [schemathesis.checks.CHECKS.get_one("positive_data_acceptance")]
    n_operations = 0
    for result in schema.get_all_operations():
        operation = result.ok()
        if operation.path == "/v1/events":
            continue  # it never ends
        n_operations += 1

        @settings(
            max_examples=8,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        def check(case: Any) -> None:
            case.call_and_validate(excluded_checks=ignored)

        given(case=operation.as_strategy())(check)()
    assert n_operations >= 12


def test_listeners_are_told_of_a_new_snapshot(tmp_path: Path) -> None:
    workspace = publish_stories(tmp_path, FIRST)
    address, stop = run_server(workspace)
    told: list[dict[str, Any]] = []
    ready = threading.Event()

    def listen() -> None:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        connection.request("GET", "/v1/events")
        answer = connection.getresponse()
        assert answer.headers["content-type"].startswith("text/event-stream")
        while len(told) < 2:
            line = answer.readline().decode()
            if line.startswith("data: "):
                told.append(json.loads(line.removeprefix("data: ")))
                ready.set()
        connection.close()

    listener = threading.Thread(target=listen)
    listener.start()
    try:
        assert ready.wait(20)
        publish_stories(tmp_path, [*FIRST, Told("a3", "Third", outlet="c.example", minutes=9)])
        listener.join(20)
        assert [event["n_articles"] for event in told] == [2, 3]
        assert told[0]["run_id"] < told[1]["run_id"]
    finally:
        stop()


def test_too_many_streams_are_refused(tmp_path: Path) -> None:
    address, stop = run_server(publish_stories(tmp_path, FIRST), max_streams=0)
    try:
        connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=20)
        connection.request("GET", "/v1/events")
        answer = connection.getresponse()
        assert answer.status == 503
        assert answer.headers["retry-after"]
        connection.close()
    finally:
        stop()
