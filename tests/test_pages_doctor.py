"""The doctor explains what it sees, and never raises for what a source does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from loopback_server import Server, serving

from clustering.config import Config, FetchConfig, IngestConfig
from clustering.pages.doctor import examine_source

CONFIG = Config(
    ingest=IngestConfig(
        fetch=FetchConfig(host_delay_seconds=0, retry_wait_seconds=0.01, attempts=1, allow_hosts=("127.0.0.1",))
    )
)
TEXT = (
    "<p>The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.</p>" * 3
)
PAGE = f"<html lang='en'><head><link rel='alternate' type='application/rss+xml' href='/rss'></head><body><h1>Old bridge to be mended</h1>{TEXT}</body></html>"


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def test_a_healthy_rss(server: Server) -> None:
    link = server.page("/a", PAGE)
    when = (datetime.now(UTC) - timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    server.page(
        "/new",
        f"<rss version='2.0'><channel><title>V</title><item><title>t</title><link>{link}</link><pubDate>{when}</pubDate></item></channel></rss>",
        ETag='"1"',
    )
    server.routes["/rss"] = lambda h: h.give(b"", status=301, Location="/new")
    report = examine_source(server.url + "/rss", CONFIG)
    seen = {check.name: check.detail for check in report.checks}
    assert report.is_ok
    assert report.kind == "rss"
    assert "1 entries" in seen["format"]
    assert "3 hours old" in seen["freshness"]
    assert "sends etag" in seen["conditional"]
    assert any("moved for good" in line for line in report.suggestions)
    assert report.article is not None
    assert report.article.title == "Old bridge to be mended"
    assert "by source" in seen["article"]


def test_a_page_names_its_feed(server: Server) -> None:
    report = examine_source(server.page("/a", PAGE), CONFIG)
    assert report.kind == "page"
    assert f"the page names a feed: {server.url}/rss" in report.suggestions


def test_a_sitemap(server: Server) -> None:
    link = server.page("/a", PAGE)
    report = examine_source(
        server.page("/s.xml", f"<urlset><url><loc>{link}</loc></url></urlset>", kind="application/xml"), CONFIG
    )
    assert (report.kind, report.is_ok) == ("sitemap", True)


@pytest.mark.parametrize("path", ["/none", "/broken", "/closed"])
def test_what_is_wrong_is_said(server: Server, path: str) -> None:
    server.page("/broken", "<rss", kind="application/rss+xml")
    url = "http://127.0.0.1:9/" if path == "/closed" else server.url + path
    report = examine_source(url, CONFIG)
    assert not report.is_ok
    assert next(check for check in report.checks if check.is_ok is False).detail


def test_private_addresses_are_named(server: Server) -> None:
    report = examine_source(f"http://localhost:{server.server_port}/", CONFIG)
    assert "not a public address" in report.checks[-1].detail
    assert not examine_source("nonsense", CONFIG).is_ok
