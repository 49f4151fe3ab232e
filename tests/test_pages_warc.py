"""WARC in and out: other crawlers' files, our own archive, torn files."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from clustering.articles.build import build_article, load_context
from clustering.config import Config
from clustering.pages.archive import RawArchive
from clustering.pages.files import read_paths
from clustering.types import PageOrigin, RawPage, Reject

CONTEXT = load_context(Config())
CONFIG = CONTEXT.config
MOMENT = datetime(2025, 2, 15, 12, 30, 5, 250_000, tzinfo=UTC)
BODY = (
    "<p>The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.</p>" * 3
)


def html(number: int, **more: Any) -> RawPage:
    url = f"https://valley.example/news/{number}"
    content = f"<html lang='en'><head><title>Old bridge number {number} to be mended</title></head><body><h1>Old bridge number {number} to be mended</h1>{BODY}</body></html>"
    options: dict[str, Any] = {
        "media_type": "text/html",
        "charset": "utf-8",
        "hints": {"published_at": "2025-02-15T10:00:00+00:00", "title": "Мост"},
    } | more
    return RawPage(PageOrigin("valley", url=url), "html", MOMENT, content=content.encode(), **options)


def write_foreign(path: Path, *, compress: bool = True) -> None:
    """Write what a crawler writes: info, requests, images, errors, and two pages."""
    with path.open("wb") as stream:
        writer = WARCWriter(stream, gzip=compress)
        writer.write_record(writer.create_warcinfo_record(path.name, {"software": "other"}))
        for url, status, kind, body in (
            (
                "https://valley.example/a",
                "200 OK",
                "text/html; charset=windows-1251",
                "<html><h1>Старый мост починят до зимы</h1></html>".encode("cp1251"),
            ),
            ("https://valley.example/a.jpg", "200 OK", "image/jpeg", b"\xff\xd8"),
            ("https://valley.example/gone", "404 Not Found", "text/html", b"<html>gone</html>"),
            ("https://valley.example/b.txt", "200 OK", "text/plain", b"Title\n\nBody"),
        ):
            headers = StatusAndHeaders(
                status, [("Content-Type", kind), ("Content-Length", str(len(body)))], protocol="HTTP/1.1"
            )
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "request",
                    http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "valley.example")], is_http_request=True),
                )
            )
            writer.write_record(
                writer.create_warc_record(
                    url,
                    "response",
                    payload=BytesIO(body),
                    length=len(body),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2025-02-15T12:30:05Z"},
                )
            )


@pytest.mark.parametrize("name", ["a.warc", "a.warc.gz"])
def test_other_crawlers_files(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    write_foreign(path, compress=name.endswith("gz"))
    first, second = read_paths([path], CONFIG)
    assert isinstance(first, RawPage)
    assert isinstance(second, RawPage)
    assert (first.kind, first.charset, first.origin.url) == ("html", "windows-1251", "https://valley.example/a")
    assert first.fetched_at == datetime(2025, 2, 15, 12, 30, 5, tzinfo=UTC)
    assert (second.kind, second.content) == ("text", b"Title\n\nBody")
    assert first.origin.line is not None
    assert "clock" not in first.hints


def test_the_archive_gives_back_what_it_was_given(tmp_path: Path) -> None:
    record = RawPage(
        PageOrigin("rss", url="https://valley.example/e"),
        "record",
        MOMENT,
        fields={"title": "Мост", "url": "https://valley.example/e"},
        hints={"language": "ru"},
    )
    pages = [html(1), html(2, charset=None), record]
    with RawArchive(tmp_path / "raw") as archive:
        for page in pages:
            archive.append(page)
    again = list(archive.read(CONFIG))
    assert len(again) == 3
    for before, after in zip(pages, again, strict=True):
        assert isinstance(after, RawPage)
        assert (after.kind, after.fetched_at, after.fields, after.hints, after.charset) == (
            before.kind,
            before.fetched_at,
            before.fields,
            before.hints,
            before.charset,
        )
        assert (after.origin.source, after.origin.url) == (before.origin.source, before.origin.url)
        if before.kind == "html":
            assert after.content == before.content


def test_an_archive_gives_the_same_article_as_the_fetch(tmp_path: Path) -> None:
    with RawArchive(tmp_path) as archive:
        archive.append(html(1))
    (kept,) = archive.read(CONFIG)
    assert isinstance(kept, RawPage)
    assert build_article(kept, CONTEXT) == build_article(html(1), CONTEXT)


def test_pages_without_an_address_are_their_own_archive(tmp_path: Path) -> None:
    with RawArchive(tmp_path) as archive:
        archive.append(RawPage(PageOrigin("files", "a.txt"), "text", MOMENT, content=b"x"))
    assert list(archive.read(CONFIG)) == []


def test_the_newest_capture_of_an_address_is_read(tmp_path: Path) -> None:
    with RawArchive(tmp_path) as archive:
        archive.append(html(1, hints={"title": "old"}))
        archive.append(html(2))
    with RawArchive(tmp_path) as archive:
        archive.append(html(1, hints={"title": "new"}))
    newest = [page for page in archive.read(CONFIG) if isinstance(page, RawPage)]
    assert [page.hints["title"] for page in newest] == ["Мост", "new"]
    assert len(list(archive.read(CONFIG, newest_only=False))) == 3
    assert len(archive.list_files()) == 2


def test_files_are_closed_when_they_are_large(tmp_path: Path) -> None:
    with RawArchive(tmp_path, file_bytes=1_500) as archive:
        for number in range(12):
            archive.append(html(number))
    assert len(archive.list_files()) > 2
    assert len(list(archive.read(CONFIG))) == 12


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_torn_file_gives_all_up_to_the_tear(tmp_path: Path, share: float) -> None:
    with RawArchive(tmp_path) as archive:
        for number in range(40):
            archive.append(html(number))
    (path,) = archive.list_files()
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    items = list(archive.read(CONFIG))
    pages = [item for item in items if isinstance(item, RawPage)]
    assert 40 * share * 0.8 <= len(pages) < 40
    assert all(page.content == html(number).content for number, page in enumerate(pages))
    assert [item.reason for item in items if isinstance(item, Reject)] in ([], ["malformed-line"])
    with RawArchive(tmp_path) as archive:
        archive.append(html(99))
    assert any(
        isinstance(item, RawPage) and item.origin.url == "https://valley.example/news/99"
        for item in archive.read(CONFIG)
    )


def test_a_record_without_its_address_is_a_reject(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    write_foreign(path, compress=False)
    path.write_bytes(path.read_bytes().replace(b"WARC-Target-URI: https://valley.example/b.txt", b"WARC-Nothing: x"))
    items = list(read_paths([path], CONFIG))
    assert [type(item).__name__ for item in items] == ["RawPage", "Reject"]


@pytest.mark.parametrize("content", [b"", b"not a warc", b"WARC/1.0\r\n\r\n", b"\x1f\x8b\x08\x00nonsense"])
def test_what_is_no_warc_is_at_most_a_reject(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    assert all(isinstance(item, Reject) for item in read_paths([path], CONFIG))


def test_too_large_pages_are_rejects(tmp_path: Path) -> None:
    with RawArchive(tmp_path) as archive:
        archive.append(html(1))
        archive.append(
            RawPage(
                PageOrigin("v", url="https://valley.example/large"),
                "html",
                MOMENT,
                content=b"x" * 50_000,
                media_type="text/html",
            )
        )
        archive.append(html(2))
    items = list(archive.read(CONFIG.model_copy(update={"max_page_bytes": 10_000})))
    assert [type(item).__name__ for item in items] == ["RawPage", "Reject", "RawPage"]
