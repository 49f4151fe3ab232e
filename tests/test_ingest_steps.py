"""Ingest through the store: quarantine and back, raw pages again, sources polled from a real server on loopback."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import clustering.articles.batches as batches
from clustering.config import Config
from clustering.errors import InputError, UnknownId
from clustering.pages.quarantine import Quarantine
from clustering.steps.cluster import run_cluster
from clustering.steps.embed import run_embed
from clustering.steps.forget import run_forget
from clustering.steps.ingest import run_ingest
from clustering.steps.publish import run_publish
from clustering.steps.retry import run_drop, run_retry
from clustering.store.database import fetch_row, open_database
from clustering.store.workspace import Workspace
from clustering.types import Article, RawPage

BODY = (
    "The council of the small harbour town voted on Monday to rebuild the old pier, which a storm destroyed last winter. "
    * 4
)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Pier News</title>
<item><title>Council votes to rebuild the pier</title><link>{base}/pier</link><guid>pier-1</guid>
<pubDate>Mon, 10 Feb 2025 12:00:00 +0000</pubDate></item></channel></rss>"""
PAGE = """<html lang="en"><head><title>Council votes to rebuild the pier</title>
<meta property="article:published_time" content="2025-02-10T12:00:00Z"></head>
<body><article><h1>Council votes to rebuild the pier</h1><p>{body}</p></article></body></html>"""


@pytest.fixture
def site() -> Iterator[tuple[str, list[str]]]:
    """A real HTTP server on loopback with one rss and one page; gives its address and the paths asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            base = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]
            pages = {
                "/rss": ("application/rss+xml", RSS.format(base=base)),
                "/pier": ("text/html", PAGE.format(body=BODY)),
            }
            kind, text = pages.get(self.path, ("text/plain", ""))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()
    thread.join()


def polite_to_loopback(sources_file: Path) -> Config:
    return Config.model_validate(
        {
            "sources_file": str(sources_file),
            "ingest": {"fetch": {"allow_hosts": ["127.0.0.1"], "host_delay_seconds": 0, "http2": False}},
        }
    )


def stored(workspace: Workspace) -> list[tuple[object, ...]]:
    with open_database(workspace, read_only=True) as connection:
        return connection.execute("SELECT article_id, title, published_at FROM articles ORDER BY article_id").fetchall()


def test_a_source_is_polled_once_and_its_raw_page_gives_the_same_article_again(
    site: tuple[str, list[str]], tmp_path: Path
) -> None:
    base, asked = site
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[rss]]\nname = "pier"\nurl = "{base}/rss"\n', encoding="utf-8")
    workspace, config = Workspace(tmp_path / "w"), polite_to_loopback(sources)
    first = run_ingest(workspace, config)
    assert first.counts["new"] == 1
    assert first.counts["failed_sources"] == 0
    [(article_id, title, published_at)] = stored(workspace)
    assert title == "Council votes to rebuild the pier"
    assert published_at == datetime(2025, 2, 10, 12, tzinfo=UTC)
    n_asked = len(asked)
    again = run_ingest(workspace, config)
    assert again.counts["pages"] == 0
    assert len(asked) == n_asked, "polled again before it was due"
    from_raw = run_ingest(workspace, config, from_raw=True)
    assert from_raw.counts["new"] == from_raw.counts["updated"] == 0
    assert from_raw.counts["known"] == 1
    assert [row[0] for row in stored(workspace)] == [article_id]


def test_a_changed_extraction_updates_the_article(
    site: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    base, _ = site
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[rss]]\nname = "pier"\nurl = "{base}/rss"\n', encoding="utf-8")
    workspace, config = Workspace(tmp_path / "w"), polite_to_loopback(sources)
    run_ingest(workspace, config)
    build = batches.build_article

    def better(page: RawPage, context: object) -> Article:
        from dataclasses import replace

        return replace(build(page, context), title="Council votes for the pier")  # type: ignore[arg-type]

    monkeypatch.setattr(batches, "build_article", better)
    assert run_ingest(workspace, config, from_raw=True).counts["updated"] == 1
    assert [row[1] for row in stored(workspace)] == ["Council votes for the pier"]


def test_a_forgotten_page_leaves_the_raw_archive_and_does_not_come_back(
    site: tuple[str, list[str]], tmp_path: Path
) -> None:
    base, _ = site
    sources = tmp_path / "sources.toml"
    sources.write_text(f'[[rss]]\nname = "pier"\nurl = "{base}/rss"\n', encoding="utf-8")
    workspace, config = Workspace(tmp_path / "w"), polite_to_loopback(sources)
    other = tmp_path / "other.jsonl"
    other.write_text('{"id": "other", "title": "Choir wins a prize", "outlet": "choir.example"}\n', encoding="utf-8")
    run_ingest(workspace, config, [other])
    run_embed(workspace, config)
    run_cluster(workspace, config)
    run_publish(workspace, config)
    article_id = next(str(row[0]) for row in stored(workspace) if row[0] != "other")
    archived = [gzip.decompress(path.read_bytes()) for path in workspace.raw.rglob("*.warc.gz")]
    assert any(b"harbour town voted" in content for content in archived)

    forgotten = run_forget(workspace, config, article_id, author="editor", reason="asked to")

    assert forgotten.remnants == ()
    assert forgotten.n_places > 0
    archived = [gzip.decompress(path.read_bytes()) for path in workspace.raw.rglob("*.warc.gz")]
    assert not any(b"harbour town voted" in content for content in archived)
    assert [row[0] for row in stored(workspace)] == ["other"]
    again = run_ingest(workspace, config, from_raw=True)
    assert again.counts["new"] == 0
    assert [row[0] for row in stored(workspace)] == ["other"]


def test_quarantine_keeps_the_page_until_it_works_or_is_dropped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a1", "title": "One"}\n{"id": "a2", "title": "Two"}\n', encoding="utf-8")
    workspace, config = Workspace(tmp_path / "w"), Config()
    build = batches.build_article

    def broken(page: RawPage, context: object) -> Article:
        raise ZeroDivisionError("a bug of ours")

    monkeypatch.setattr(batches, "build_article", broken)
    counts = run_ingest(workspace, config, [path]).counts
    assert counts["quarantine"] == 2
    kept = Quarantine(workspace.quarantine)
    assert [item.error for item in kept.list_items()] == ["ZeroDivisionError: a bug of ours"] * 2
    assert run_retry(workspace, config).counts["quarantine"] == 2
    with pytest.raises(UnknownId, match="qnothing"):
        run_drop(workspace, config, ["qnothing"])
    dropped = next(kept.list_items())
    run_drop(workspace, config, [dropped.key])
    monkeypatch.setattr(batches, "build_article", build)
    assert run_retry(workspace, config).counts["new"] == 1
    assert list(kept.list_items()) == []
    with open_database(workspace, read_only=True) as connection:
        outcomes = connection.execute("SELECT outcome, reason FROM pages ORDER BY outcome").fetchall()
        assert outcomes == [("article", None), ("reject", "dropped")]
        assert fetch_row(connection, "SELECT count(*) FROM quarantine") == (0,)


def test_nothing_to_ingest_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to ingest"):
        run_ingest(Workspace(tmp_path / "w"), Config())
    assert not (tmp_path / "w").exists()
