"""Memory over a large WARC file.

`python benchmarks/ingest_warc.py [MB]` writes a WARC file of that many megabytes (uncompressed records, 2,000 by default) in a temporary
folder, then extracts its articles, and prints pages per second and the peak of memory after each quarter: it must not grow. The pages
are the golden pages in a portal's clothes, padded with comments to 200 KB, so that the file is large and the run is not hours.
"""

from __future__ import annotations

import random
import resource
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from ingest_extraction import ROOT, dress
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from clustering.articles.batches import build_articles
from clustering.articles.context import load_context
from clustering.articles.decoding import decode_page
from clustering.config import Config
from clustering.pages.files import read_paths
from clustering.types import Article


def write_warc(path: Path, megabytes: int) -> int:
    rng = random.Random(0)
    sources = [decode_page(page.read_bytes()) for page in sorted((ROOT / "tests" / "golden").glob("*.html"))]
    clothed = [dress(page, rng).replace("charset=windows-1251", "charset=utf-8").encode() for page in sources]
    clothed = [page + b"<!--" + b"padding " * max(0, (200_000 - len(page)) // 8) + b"-->" for page in clothed]
    n = 0
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=False)
        while stream.tell() < megabytes * 1_000_000:
            body = clothed[n % len(clothed)]
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            url = f"https://bench{n % 50}.example/news/{n}"
            writer.write_record(
                writer.create_warc_record(
                    url, "response", payload=BytesIO(body), length=len(body), http_headers=headers
                )
            )
            n += 1
    return n


def main() -> None:
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    context = load_context(Config())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.warc"
        n = write_warc(path, megabytes)
        print(
            f"{path.stat().st_size / 1e6:.0f} MB, {n} pages; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB before"
        )
        began, cpu = time.monotonic(), time.process_time()
        n_articles = 0
        for k, outcome in enumerate(build_articles(read_paths([path], context.config), context, n_processes=1), 1):
            n_articles += isinstance(outcome, Article)
            if k % max(1, n // 4) == 0:
                peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
                print(
                    f"after {k} pages: {n_articles} articles, {k / (time.monotonic() - began):.1f} pages/s, {k / (time.process_time() - cpu):.1f} by CPU, peak {peak:.0f} MB"
                )


if __name__ == "__main__":
    main()
