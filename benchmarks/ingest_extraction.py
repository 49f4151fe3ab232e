"""Pages per second and core: our extraction against bare trafilatura on the same pages.

`python benchmarks/ingest_extraction.py [N]` takes the golden and sample pages, dresses each in what real pages carry (menus, cards of other
stories, scripts, a long footer: 90 KB on average), and extracts N of them with both. CPU seconds, one process; then two processes by the wall clock.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from clustering.articles.batches import build_articles
from clustering.articles.build import build_article
from clustering.articles.context import load_context
from clustering.articles.decoding import decode_page
from clustering.config import Config
from clustering.errors import RejectedPage
from clustering.types import PageOrigin, RawPage

ROOT = Path(__file__).resolve().parents[1]
WORDS = "council bridge harbour winter minister budget election storm festival museum railway school hospital market river".split()


def dress(page: str, rng: random.Random) -> str:
    """Put a page into a portal's clothes."""
    sentence = lambda n: " ".join(rng.choice(WORDS) for _ in range(n))  # noqa: E731
    menu = "".join(
        f'<li class="nav__item"><a href="/{rng.choice(WORDS)}/{k}">{sentence(2)}</a></li>' for k in range(120)
    )
    cards = "".join(
        f'<div class="card teaser"><a href="/news/{k}"><img src="/{k}.jpg" alt=""><h3 class="card__title">{sentence(9)}</h3><p>{sentence(20)}</p></a></div>'
        for k in range(60)
    )
    script = "<script>window.__state=" + '{"a":[' + ",".join(str(rng.random()) for _ in range(2_000)) + "]}</script>"
    footer = "".join(f'<a href="/{k}">{sentence(2)}</a>' for k in range(150))
    before = f'<header class="site-header"><nav><ul>{menu}</ul></nav></header>'
    after = f'<section class="related"><h2>Most read</h2>{cards}</section><footer>{footer}</footer>{script}'
    start = page.find(">", page.lower().find("<body")) + 1
    end = page.lower().rfind("</body>")
    if start <= 0 or end < start:
        return before + page + after
    return page[:start] + before + page[start:end] + after + page[end:]


def load_pages(n: int) -> list[RawPage]:
    rng = random.Random(0)
    paths = sorted((ROOT / "tests" / "golden").glob("*.html")) + sorted(
        (ROOT / "samples" / "pages" / "html").glob("*.html")
    )
    texts = [(path, decode_page(path.read_bytes())) for path in paths]
    pages = []
    for k in range(n):
        path, text = texts[k % len(texts)]
        url = f"https://bench.example/{path.stem}/{k}"
        body = (
            dress(text, rng)
            .replace("charset=windows-1251", "charset=utf-8")
            .replace("charset=gb2312", "charset=utf-8")
            .replace("charset=iso-8859-2", "charset=utf-8")
        )
        pages.append(
            RawPage(
                PageOrigin("bench", url=url), "html", datetime.now(UTC), content=body.encode(), media_type="text/html"
            )
        )
    return pages


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 320
    pages = load_pages(n)
    context = load_context(Config())
    print(f"{n} pages, {sum(len(page.content) for page in pages) / n / 1000:.0f} KB on average")

    import trafilatura

    def ours(page: RawPage) -> bool:
        try:
            return bool(build_article(page, context).text)
        except RejectedPage:
            return False

    def bare(page: RawPage) -> bool:
        document = trafilatura.bare_extraction(page.content, url=page.origin.url, with_metadata=True)
        return document is not None

    for page in pages[:32]:
        ours(page), bare(page)

    def fast(page: RawPage) -> bool:
        # without its metadata and without its comparison with other extractors
        document = trafilatura.bare_extraction(page.content, url=page.origin.url, fast=True, with_metadata=False)
        return document is not None

    seconds = {"ours": 0.0, "bare": 0.0, "fast": 0.0}
    found = {"ours": 0, "bare": 0, "fast": 0}
    for page in pages:
        # page by page in turn, so that a busy machine is busy for both
        for name, work in (("ours", ours), ("bare", bare), ("fast", fast)):
            began = time.process_time()
            found[name] += work(page)
            seconds[name] += time.process_time() - began
    for name in ("bare", "fast", "ours"):
        print(f"{name}: {n / seconds[name]:.1f} pages/s and core, {found[name]} with text")
    print(f"ours / bare: {seconds['bare'] / seconds['ours']:.2f} (goal: at least 0.9)")
    print(f"ours / bare without metadata and fallback: {seconds['fast'] / seconds['ours']:.2f}")
    for processes in (1, 2):
        began = time.monotonic()
        outcomes = list(build_articles(pages, context, n_processes=processes))
        wall = time.monotonic() - began
        print(f"{processes} process(es): {len(outcomes) / wall:.1f} pages/s by the wall clock")


if __name__ == "__main__":
    main()
