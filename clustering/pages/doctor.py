"""Try one source and explain what it is: for the user who adds a source, or wonders why one is silent.

Takes an URL, gives a ``SourceReport``: every check in order, with what was seen. Fetches what a poll would fetch, at most one rss or sitemap and one
page; keeps nothing.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from clustering.articles.build import build_article
from clustering.articles.context import ArticleContext, load_context
from clustering.articles.dates import parse_machine_date
from clustering.articles.decoding import decode_page
from clustering.articles.urls import join_url, split_host
from clustering.config import Config
from clustering.errors import FetchError, RejectedPage
from clustering.pages.addresses import resolve_public
from clustering.pages.collect import page_from_fetch
from clustering.pages.fetch import Fetched, Fetcher, FetchRequest
from clustering.pages.rss import RssEntry, parse_rss
from clustering.pages.sitemaps import parse_sitemap
from clustering.types import Article

__all__ = ["Check", "SourceReport", "examine_source"]

SourceKind = Literal["rss", "sitemap", "page", "unknown"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing tried: its name, whether it went well (``None``: only a remark), and what was seen."""

    name: str
    is_ok: bool | None
    detail: str


@dataclass(slots=True)
class SourceReport:
    """What a source is. ``suggestions`` are lines for the user: a better address, a table to add."""

    url: str
    kind: SourceKind = "unknown"
    checks: list[Check] = field(default_factory=list)
    suggestions: list[str] = field(default_factory=list)
    article: Article | None = None

    @property
    def is_ok(self) -> bool:
        """Say whether no check failed."""
        return all(check.is_ok is not False for check in self.checks)

    def add(self, name: str, is_ok: bool | None, detail: str) -> None:
        """Note one check."""
        self.checks.append(Check(name, is_ok, detail))


def examine_source(url: str, config: Config) -> SourceReport:
    """Try a source: address, robots.txt, answer, format, entries, and one article. Never raises for what the source does."""
    report = SourceReport(url)
    context = load_context(config)
    try:
        asyncio.run(_examine(report, config, context))
    except (FetchError, RejectedPage, ssl.SSLError) as error:
        report.add("fetch", False, str(error))
    return report


async def _examine(report: SourceReport, config: Config, context: ArticleContext) -> None:
    host = split_host(report.url)
    port = 443 if report.url.lower().startswith("https") else 80
    addresses = await resolve_public(host, port, config.ingest.fetch.allow_hosts)
    report.add("address", True, f"{host} is at {', '.join(addresses[:4])}")
    async with Fetcher(config.ingest.fetch, config.ingest.max_page_bytes) as fetcher:
        fetched = await fetcher.fetch(FetchRequest(report.url, is_robots_exempt=True))
        hops = f" after {len(fetched.hops)} redirects, at {fetched.url}" if fetched.hops else ""
        report.add(
            "fetch",
            True,
            f"answered {fetched.status}, {len(fetched.content)} bytes of {fetched.media_type or 'no declared type'}{hops}",
        )
        if fetched.moved_to:
            report.suggestions.append(f"moved for good: use {fetched.moved_to}")
        report.add("conditional", None, _describe_conditional(fetched))
        entries = _read_listing(report, fetched)
        if entries is None:
            _read_page(report, fetched, context)
            return
        await _try_entry(report, entries, fetcher, context)


def _describe_conditional(fetched: Fetched) -> str:
    names = [name for name in ("etag", "last-modified") if name in fetched.headers]
    return (
        f"sends {' and '.join(names)}"
        if names
        else "sends neither ETag nor Last-Modified: every poll costs the whole answer"
    )


def _read_listing(report: SourceReport, fetched: Fetched) -> Sequence[RssEntry] | None:
    """Give the entries of a feed or sitemap, ``None`` when the answer is neither."""
    start = fetched.content[:1500].lower()
    if b"<urlset" in start or b"<sitemapindex" in start or fetched.content.startswith(b"\x1f\x8b"):
        data = parse_sitemap(fetched.content, url=fetched.url)
        report.kind = "sitemap"
        report.add("format", True, f"a sitemap of {len(data.pages)} pages and {len(data.sitemaps)} further sitemaps")
        return [
            RssEntry(entry.url, entry.title or "", "", published=entry.published or entry.last_modified)
            for entry in data.pages
        ]
    if b"<html" in start or b"<!doctype html" in start:
        return None
    rss = parse_rss(fetched.content, url=fetched.url, charset=fetched.charset)
    report.kind = "rss"
    report.add(
        "format",
        True,
        f"{rss.format}, {rss.title!r}, language {rss.language or 'not said'}, {len(rss.entries)} entries",
    )
    return rss.entries


async def _try_entry(
    report: SourceReport, entries: Sequence[RssEntry], fetcher: Fetcher, context: ArticleContext
) -> None:
    dates = [
        found.at
        for entry in entries
        if entry.published and (found := parse_machine_date(entry.published, UTC)) is not None
    ]
    if dates:
        age = (datetime.now(UTC) - max(dates)).total_seconds() / 3600
        report.add(
            "freshness",
            age < 24 * 14,
            f"newest entry is {age:.0f} hours old; {len(dates)} of {len(entries)} entries are dated",
        )
    elif entries:
        report.add("freshness", None, "no entry is dated")
    with_link = [entry for entry in entries if entry.url]
    if not with_link:
        report.add(
            "entries", bool(entries), "no entry has a link: set fetch_pages = false" if entries else "no entries now"
        )
        return
    first = with_link[0]
    try:
        page = await fetcher.fetch(FetchRequest(first.url or ""))
    except FetchError as error:
        report.add("page", False, str(error))
        if first.text:
            report.suggestions.append("pages cannot be fetched, but entries carry text: set fetch_pages = false")
        return
    hints = {"published_at": first.published} if first.published else {}
    _read_page(report, page, context, hints)


def _read_page(
    report: SourceReport, fetched: Fetched, context: ArticleContext, hints: dict[str, str] | None = None
) -> None:
    page = page_from_fetch(fetched, "doctor", hints or {})
    if report.kind == "unknown":
        report.kind = "page"
        _suggest_feeds(report, fetched)
    try:
        article = build_article(page, context)
    except RejectedPage as error:
        report.add("article", report.kind != "page", f"{fetched.url}: {error}")
        return
    report.article = article
    methods = article.methods
    when = article.published_at.isoformat() if article.published_at else "unknown"
    report.add(
        "article",
        True,
        f"{article.title[:80]!r}: {len(article.text)} characters, {article.language or 'language unknown'}, published {when} "
        f"({article.published_precision}, by {methods.get('published_at', 'nothing')}), wire {article.wire or 'none'}",
    )
    if context.outlet(article.outlet) is None:
        report.suggestions.append(
            f"{article.outlet} is not configured: its local times are read as {context.default_zone}"
        )


def _suggest_feeds(report: SourceReport, fetched: Fetched) -> None:
    from lxml import html

    try:
        tree = html.document_fromstring(decode_page(fetched.content, fetched.charset))
    except (RejectedPage, ValueError):
        return
    for link in tree.iter("link"):
        kind = (link.get("type") or "").lower()
        if "alternate" in (link.get("rel") or "").lower() and ("rss" in kind or "atom" in kind or "feed+json" in kind):
            address = join_url(fetched.url, link.get("href") or "")
            if address:
                report.suggestions.append(f"the page names a feed: {address}")
