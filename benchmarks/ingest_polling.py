"""Poll many feeds from a local server.

`python benchmarks/ingest_polling.py [N]` serves N feeds (500) of 30 entries from a server of its own process on loopback, with politeness 0, and polls
them all: first with entries as articles, then once more when nothing has changed. The goal is 60 seconds for 500.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from clustering.config import Config
from clustering.pages.collect import SourceOutcome, collect_pages
from clustering.pages.polling import PollState
from clustering.pages.sources import RssSource

ENTRIES = 30


class Feeds(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        number = self.path.strip("/")
        tag = f'"{number}"'
        if self.headers.get("If-None-Match") == tag:
            self.send_response(304)
            self.end_headers()
            return
        items = "".join(
            f"<item><title>Story {k} of feed {number}</title><link>https://feed{number}.example/{k}</link><pubDate>Sat, 15 Feb 2025 {k % 24:02d}:00:00 +0000</pubDate>"
            f"<description>&lt;p&gt;{'Words of the story. ' * 20}&lt;/p&gt;</description></item>"
            for k in range(ENTRIES)
        )
        body = f"<rss version='2.0'><channel><title>{number}</title>{items}</channel></rss>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("ETag", tag)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


def serve(port: Any) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Feeds)
    port.send(server.server_port)
    server.serve_forever()


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    port = ours.recv()
    base = Config().ingest
    fetch = base.fetch.model_copy(
        update={"host_delay_seconds": 0.0, "host_connections": 32, "allow_hosts": ("127.0.0.1",)}
    )
    config = base.model_copy(update={"fetch": fetch})
    sources = [RssSource(name=f"feed {k}", url=f"http://127.0.0.1:{port}/{k}", fetch_pages=False) for k in range(n)]
    states: dict[str, PollState] = {}
    for turn, now in (("first", datetime.now(UTC)), ("unchanged", datetime.now(UTC) + timedelta(days=2))):
        outcomes: list[SourceOutcome] = []
        began = time.monotonic()
        pages = list(collect_pages(sources, states, config, now=now, outcomes=outcomes))
        failed = [outcome for outcome in outcomes if outcome.error]
        print(
            f"{turn}: {n} feeds in {time.monotonic() - began:.1f} s, {len(pages)} entries, {len(failed)} failed, {sum(o.is_not_modified for o in outcomes)} not modified"
        )
    process.terminate()


if __name__ == "__main__":
    main()
