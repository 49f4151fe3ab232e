"""Sources to raw pages, over a real server: rss, sitemaps, single pages; state, faults, archive."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback_server import Server, serving

from clustering.articles.batches import build_articles
from clustering.articles.context import load_context
from clustering.config import Config
from clustering.pages.archive import RawArchive
from clustering.pages.collect import SourceOutcome, collect_pages
from clustering.pages.polling import PollState
from clustering.pages.sources import FilesSource, PageSource, RssSource, SitemapSource, Source
from clustering.types import REJECT_REASONS, Article, RawPage, Reject

BASE = Config().ingest
FETCH = BASE.fetch.model_copy(
    update={
        "host_delay_seconds": 0.0,
        "retry_wait_seconds": 0.01,
        "allow_hosts": ("127.0.0.1",),
        "attempts": 2,
        "timeout_seconds": 3.0,
    }
)
CONFIG = BASE.model_copy(update={"fetch": FETCH})
NOW = datetime.now(UTC)


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


def body(number: int) -> str:
    text = (
        "<p>The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.</p>"
        * 3
    )
    return f"<html lang='en'><head><title>Bridge number {number} will be mended</title></head><body><h1>Bridge number {number} will be mended</h1>{text}</body></html>"


def rss(server: Server, numbers: list[int], path: str = "/rss", **headers: str) -> str:
    items = "".join(
        f"<item><title>Bridge number {n} will be mended</title><link>{server.url}/news/{n}</link><description>In short.</description><pubDate>{(NOW - timedelta(hours=n)).strftime('%a, %d %b %Y %H:%M:%S +0000')}</pubDate></item>"
        for n in numbers
    )
    for number in numbers:
        if f"/news/{number}" not in server.routes:
            server.page(f"/news/{number}", body(number))
    return server.page(
        path,
        f"<rss version='2.0'><channel><title>V</title><language>en</language>{items}</channel></rss>",
        kind="application/rss+xml",
        **headers,
    )


class Run:
    """One collecting run after another with the same memory, each a day later."""

    def __init__(self, *sources: Source, archive: RawArchive | None = None) -> None:
        self.sources = list(sources)
        self.states: dict[str, PollState] = {}
        self.archive = archive
        self.now = NOW

    def go(self) -> tuple[list[RawPage], list[Reject], list[SourceOutcome]]:
        outcomes: list[SourceOutcome] = []
        items = list(
            collect_pages(self.sources, self.states, CONFIG, archive=self.archive, now=self.now, outcomes=outcomes)
        )
        self.now += timedelta(days=2)
        return [i for i in items if isinstance(i, RawPage)], [i for i in items if isinstance(i, Reject)], outcomes


def test_an_rss_gives_its_pages_once(server: Server) -> None:
    run = Run(RssSource(name="valley", url=rss(server, [1, 2, 3], ETag='"1"')))
    pages, rejects, (outcome,) = run.go()
    assert not rejects
    assert {page.origin.url for page in pages} == {f"{server.url}/news/{n}" for n in (1, 2, 3)}
    assert pages[0].kind == "html"
    assert (outcome.n_entries, outcome.n_new, outcome.n_pages) == (3, 3, 3)
    articles = [a for a in build_articles(pages, load_context(Config())) if isinstance(a, Article)]
    assert len(articles) == 3
    assert all(
        a.methods["published_at"] == "source" and a.published_precision in ("minute", "second") for a in articles
    )
    rss(server, [3, 4])
    pages, _, (outcome,) = run.go()
    assert [page.origin.url for page in pages] == [f"{server.url}/news/4"]
    assert run.states["valley"].n_failures == 0


def test_a_source_is_not_asked_before_its_time(server: Server) -> None:
    run = Run(RssSource(name="valley", url=rss(server, [1])))
    run.go()
    run.now = NOW
    pages, _, (outcome,) = run.go()
    assert (pages, outcome.is_due) == ([], False)
    assert server.asked["/rss"] == 1


def test_not_modified_is_no_news(server: Server) -> None:
    run = Run(RssSource(name="valley", url=rss(server, [1])))
    run.go()
    server.routes["/rss"] = lambda h: h.give(b"", status=304)
    pages, rejects, (outcome,) = run.go()
    assert (pages, rejects, outcome.is_not_modified) == ([], [], True)


def test_entries_can_be_articles_themselves(server: Server) -> None:
    run = Run(RssSource(name="valley", url=rss(server, [1]), fetch_pages=False))
    ((page,), _, _) = run.go()
    assert page.kind == "record"
    assert server.asked["/news/1"] == 0
    (article,) = build_articles([page], load_context(Config()))
    assert isinstance(article, Article)
    assert (article.title, article.text, article.language) == ("Bridge number 1 will be mended", "In short.", "en")


def test_pages_that_fail_for_now_are_asked_again_and_others_not(server: Server) -> None:
    url = rss(server, [1, 2, 3])
    server.page("/news/1", "", status=503)
    server.page("/news/2", "", status=410)
    run = Run(RssSource(name="valley", url=url))
    pages, rejects, _ = run.go()
    assert sorted(page.kind for page in pages) == ["html", "record"]
    assert [(reject.reason, reject.origin.url) for reject in rejects] == [("not-fetched", f"{server.url}/news/1")]
    assert all(reject.reason in REJECT_REASONS for reject in rejects)
    server.page("/news/1", body(1))
    pages, rejects, _ = run.go()
    assert [page.origin.url for page in pages] == [f"{server.url}/news/1"]
    assert server.asked["/news/2"] == 1


def test_a_dead_source_is_kept_and_comes_back(server: Server) -> None:
    server.page("/rss", "gone", status=404)
    run = Run(
        RssSource(name="valley", url=server.url + "/rss"), RssSource(name="other", url=rss(server, [7], path="/other"))
    )
    for _ in range(2):
        pages, _, (first, second) = run.go()
        assert "404" in (first.error or "")
        assert second.error is None
    assert run.states["valley"].n_failures == 2
    rss(server, [1])
    pages, _, _ = run.go()
    assert [page.origin.url for page in pages] == [f"{server.url}/news/1"]
    assert run.states["valley"].n_failures == 0


def test_a_hostile_source_is_a_counted_reject(server: Server) -> None:
    server.page(
        "/rss",
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>',
        kind="application/rss+xml",
    )
    run = Run(RssSource(name="valley", url=server.url + "/rss"))
    pages, (reject,), (outcome,) = run.go()
    assert pages == []
    assert (reject.reason, reject.origin.source, outcome.n_rejects) == ("malformed-line", "valley", 1)
    assert run.states["valley"].n_failures == 1


def test_more_than_one_poll_can_take_comes_with_the_next(server: Server) -> None:
    run = Run(RssSource(name="valley", url=rss(server, list(range(1, 8))), max_pages=5))
    assert len(run.go()[0]) == 5
    assert len(run.go()[0]) == 2


def test_a_moved_source_is_followed_for_good_after_three_times(server: Server) -> None:
    rss(server, [1], path="/new")
    server.routes["/rss"] = lambda h: h.give(b"", status=301, Location="/new")
    run = Run(RssSource(name="valley", url=server.url + "/rss"))
    for _ in range(4):
        run.go()
    assert run.states["valley"].url == server.url + "/new"
    assert server.asked["/rss"] == 3
    run.sources = [RssSource(name="valley", url=server.url + "/elsewhere")]
    run.go()
    assert server.asked["/elsewhere"] == 1


def sitemap(server: Server, path: str, numbers: list[int], hours: float = 1) -> str:
    when = (NOW - timedelta(hours=hours)).isoformat()
    for number in numbers:
        server.page(f"/news/{number}", body(number))
    urls = "".join(f"<url><loc>{server.url}/news/{n}</loc><lastmod>{when}</lastmod></url>" for n in numbers)
    return server.page(
        path, f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>", kind="application/xml"
    )


def test_sitemaps_and_their_indexes(server: Server) -> None:
    first, old = sitemap(server, "/s1.xml", [1, 2]), sitemap(server, "/s2.xml", [3], hours=24 * 30)
    index = server.page(
        "/index.xml",
        f"<sitemapindex><sitemap><loc>{first}</loc></sitemap><sitemap><loc>{old}</loc></sitemap><sitemap><loc>{server.url}/none.xml</loc></sitemap></sitemapindex>",
    )
    run = Run(SitemapSource(name="valley", url=index))
    pages, rejects, (outcome,) = run.go()
    assert {page.origin.url for page in pages} == {f"{server.url}/news/1", f"{server.url}/news/2"}
    assert [reject.reason for reject in rejects] == ["not-fetched"]
    assert outcome.n_entries == 3


def test_single_pages_are_fetched_once(server: Server) -> None:
    run = Run(PageSource(name="mine", urls=(server.page("/a", body(1)), server.url + "/none")))
    pages, rejects, _ = run.go()
    assert [page.origin.url for page in pages] == [f"{server.url}/a"]
    assert [reject.reason for reject in rejects] == ["not-fetched"]
    assert run.go()[0] == []


def test_files_are_a_source_too(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"title": "One"}\n{', encoding="utf-8")
    pages, rejects, (outcome,) = Run(FilesSource(name="mine", paths=(str(tmp_path),))).go()
    assert (len(pages), len(rejects), outcome.n_pages, outcome.n_rejects) == (1, 1, 1, 1)


def test_robots_and_private_addresses_are_counted(server: Server) -> None:
    url = rss(server, [1, 2])
    server.page("/robots.txt", "User-agent: *\nDisallow: /news/1\n", kind="text/plain")
    server.routes["/news/2"] = lambda h: h.give(b"", status=302, Location="http://10.0.0.1/secret")
    pages, rejects, _ = Run(SitemapSource(name="valley", url=sitemap(server, "/s.xml", []))).go()
    pages, rejects, _ = Run(RssSource(name="valley", url=url)).go()
    # the entries carry text of their own, so the articles are not lost
    assert [page.kind for page in pages] == ["record", "record"]
    pages, rejects, _ = Run(PageSource(name="mine", urls=(f"{server.url}/news/1", f"{server.url}/news/2"))).go()
    assert pages == []
    assert [reject.reason for reject in rejects] == ["fetch-refused", "fetch-refused"]
    assert "robots.txt" in rejects[0].detail
    assert "10.0.0.1" in rejects[1].detail


def test_the_archive_keeps_what_came_in_and_gives_the_same_ids(server: Server, tmp_path: Path) -> None:
    context = load_context(Config())
    with RawArchive(tmp_path) as archive:
        run = Run(
            RssSource(name="valley", url=rss(server, [1, 2])),
            RssSource(name="short", url=rss(server, [5], path="/short"), fetch_pages=False),
            archive=archive,
        )
        live = {a.article_id: a for a in build_articles(run.go()[0], context) if isinstance(a, Article)}
    again = {a.article_id: a for a in build_articles(archive.read(CONFIG), context) if isinstance(a, Article)}
    assert len(live) == 3
    assert again == live


def test_a_run_cut_off_in_the_middle_asks_again(server: Server) -> None:
    states: dict[str, PollState] = {}
    source = RssSource(name="valley", url=rss(server, [1, 2]))
    stream = collect_pages([source], states, CONFIG, now=NOW)
    next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert states == {}
    assert len(list(collect_pages([source], states, CONFIG, now=NOW))) == 2


def test_many_sources_are_asked_at_once(server: Server) -> None:
    def slow(handler: Any) -> None:
        time.sleep(0.2)
        handler.give("<rss version='2.0'><channel><title>x</title></channel></rss>", kind="application/rss+xml")

    sources: list[Source] = []
    for number in range(20):
        server.routes[f"/rss{number}"] = slow
        sources.append(RssSource(name=f"s{number}", url=f"{server.url}/rss{number}"))
    config = CONFIG.model_copy(update={"fetch": FETCH.model_copy(update={"host_connections": 20})})
    began = time.monotonic()
    assert list(collect_pages(sources, {}, config)) == []
    assert time.monotonic() - began < 2.5
