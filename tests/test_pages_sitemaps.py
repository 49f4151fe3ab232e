"""Sitemaps: plain, news, index, gzip, text, and bad ones."""

from __future__ import annotations

import gzip

import pytest
from loopback_server import bomb

from clustering.errors import RejectedPage
from clustering.pages.sitemaps import SitemapEntry, parse_sitemap

NEWS = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://valley.example/a?x=1&amp;y=2</loc><lastmod>2025-02-15T10:00:00Z</lastmod>
<image:image><image:loc>https://valley.example/a.jpg</image:loc><image:title>A picture</image:title></image:image>
<news:news><news:publication><news:name>Valley</news:name><news:language>en</news:language></news:publication><news:publication_date>2025-02-15T09:30:00Z</news:publication_date><news:title>Bridge &amp; road</news:title></news:news></url>
<url><loc> /b </loc></url><url><loc>ftp://valley.example/c</loc></url><url></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://valley.example/s1.xml.gz</loc><lastmod>2025-02-15</lastmod></sitemap></sitemapindex>"""


@pytest.mark.parametrize(
    "content", [NEWS.encode(), gzip.compress(NEWS.encode(), mtime=0), NEWS.replace("UTF-8", "utf-16").encode("utf-16")]
)
def test_a_news_sitemap(content: bytes) -> None:
    data = parse_sitemap(content, url="https://valley.example/news.xml")
    assert data.pages == (
        SitemapEntry(
            "https://valley.example/a?x=1&y=2", "2025-02-15T10:00:00Z", "Bridge & road", "2025-02-15T09:30:00Z", "en"
        ),
        SitemapEntry("https://valley.example/b"),
    )


def test_an_index() -> None:
    data = parse_sitemap(INDEX.encode())
    assert data.pages == ()
    assert data.sitemaps == (SitemapEntry("https://valley.example/s1.xml.gz", "2025-02-15"),)


def test_a_text_sitemap() -> None:
    data = parse_sitemap(b"https://valley.example/a\nhttps://valley.example/b\n\nnonsense\n")
    assert [page.url for page in data.pages] == ["https://valley.example/a", "https://valley.example/b"]


def test_a_torn_sitemap_gives_what_it_has() -> None:
    torn = NEWS[: NEWS.index("<url><loc> /b")]
    assert len(parse_sitemap(torn.encode()).pages) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>no</body></html>", b"<rss/>", gzip.compress(NEWS.encode(), mtime=0)[:10] + b"\xff" * 30],
)
def test_what_is_no_sitemap_is_a_reject(content: bytes) -> None:
    with pytest.raises(RejectedPage):
        parse_sitemap(content)


def test_hostile_sitemaps_are_refused() -> None:
    with pytest.raises(RejectedPage, match="too-large"):
        parse_sitemap(bomb(20), max_bytes=1_000_000)
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><urlset><url><loc>&e;</loc></url></urlset>'
    with pytest.raises(RejectedPage, match="refused"):
        parse_sitemap(entity.encode())
