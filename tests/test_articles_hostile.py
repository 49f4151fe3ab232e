"""Pages and records written to hurt: each ends in seconds, as an article or a reject."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clustering.articles.batches import build_articles
from clustering.articles.context import load_context
from clustering.config import Config
from clustering.types import Article, PageKind, PageOrigin, RawPage, Reject

CONTEXT = load_context(Config())
NOW = datetime(2025, 3, 1, tzinfo=UTC)
BODY = (
    "<p>The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.</p>" * 3
)
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*.html"))
SHARDS = [
    b"<",
    b">",
    b'"',
    b"</div>",
    b"<div class='related'>",
    b"<p>",
    b"\0",
    b"\x0b",
    b"&#x110000;",
    b"&#0;",
    b"&#x1f;",
    b"&#55296;",
    b"<!--",
    b"]]>",
    b"2025-99-99",
    b"\xff\xfe",
    b"<h1>",
    b"{",
    b"}",
]
SECONDS = 12.0
"""On a machine that does much else; alone each takes a tenth of it."""

HTML = {
    "deep": "<div>" * 50_000 + BODY + "</div>" * 50_000,
    "wide": f"<body><h1>Bridge</h1>{BODY}" + "<p><a href='x'>link</a></p>" * 6_000,
    "attributes": "<body><div " + " ".join(f"a{k}='{'x' * 50}'" for k in range(5_000)) + f">{BODY}</div>",
    "one line": "<body><p>" + "word " * 200_000 + "</p>",
    "open tags": "<" * 200_000,
    "open scripts": "<script>" * 20_000 + BODY,
    "ld": '<script type="application/ld+json">' + "[" * 20_000 + "</script>" + BODY,
    "ld wide": '<script type="application/ld+json">['
    + ",".join(['{"@type":"NewsArticle","headline":"x"}'] * 5_000)
    + "]</script>"
    + BODY,
    "many dates": f"<body><h1>Bridge to be mended</h1>{BODY}"
    + "<span class='date'>1.1.1 2.2.2 3.3.3 2025 2025 May</span>" * 3_000,
    "many wires": "<body><h1>Bridge to be mended</h1><p>" + "AP Reuters AFP TASS " * 10_000 + "</p>",
    "nulls": "<body>\0" * 5_000 + BODY,
    "amp": f"<head><link rel=canonical href='https://valley.example/{'amp/' * 5_000}'></head><body><h1>Bridge to be mended</h1>{BODY}",
}
TEXT = {
    "one paragraph": "Title\n\n" + "word " * 400_000,
    "many lines": "Title\n\n" + "x\n" * 100_000,
    "brackets": "Title\n\n" + "(" * 100_000 + "Reuters" + ")" * 100_000,
    "slashes": "Title\n\n" + "/" * 100_000,
    "spaces": "Title\n\n" + " " * 400_000 + "end",
    "bars": "Title\n\n" + "| " * 100_000,
    "dots": "Title\n\n" + ". " * 100_000 + "x",
    "dates": "Title\n" + "15.02.2025 " * 20_000,
    "combining": "Title\n\n" + "a" + "\u0301" * 200_000,
}


def outcome_of(page: RawPage) -> Article | Reject:
    began = time.process_time()
    (outcome,) = build_articles([page], CONTEXT)
    assert time.process_time() - began < SECONDS
    assert isinstance(outcome, Article | Reject), outcome
    return outcome


@pytest.mark.parametrize("name", HTML)
def test_hostile_html(name: str) -> None:
    outcome_of(RawPage(PageOrigin("t", url="https://valley.example/a"), "html", NOW, content=HTML[name].encode()))


@given(st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_pages_never_break_us(rng: random.Random) -> None:
    content = bytearray(rng.choice(GOLDEN).read_bytes())
    for _ in range(rng.randint(1, 8)):
        at = rng.randrange(len(content))
        to = min(len(content), at + rng.randint(1, 300))
        content[at:to] = rng.choice([b"", content[to : to + 200], rng.randbytes(rng.randint(1, 20)), *SHARDS])
        content = content or bytearray(b"x")
    kind: PageKind = rng.choice(["html", "html", "text"])
    outcome_of(RawPage(PageOrigin("t", url="https://valley.example/a"), kind, NOW, content=bytes(content)))


@pytest.mark.parametrize("name", TEXT)
@pytest.mark.parametrize("kind", ["text", "record"])
def test_hostile_text(name: str, kind: PageKind) -> None:
    fields: dict[str, object] | None = {"title": "Title", "text": TEXT[name]} if kind == "record" else None
    outcome_of(RawPage(PageOrigin("t"), kind, NOW, content=TEXT[name].encode(), fields=fields))


@pytest.mark.parametrize(
    "text", ["<script" * 30_000, "<p>" * 50_000, "<p>a</p>" * 50_000, "&amp;" * 100_000, "<" * 100_000 + "<p>"]
)
def test_hostile_markup_in_records(text: str) -> None:
    outcome_of(RawPage(PageOrigin("t"), "record", NOW, fields={"title": "Title", "text": text}))


@pytest.mark.parametrize(
    "url",
    [
        "https://valley.example/" + "amp/" * 1_000,
        "https://valley.example/?" + "utm_x=1&" * 500,
        "https://" + "m." * 1_000 + "example/",
        "https://valley.example/" + "a" * 100_000,
    ],
)
def test_hostile_addresses(url: str) -> None:
    outcome_of(RawPage(PageOrigin("t"), "record", NOW, fields={"title": "Title of the story", "url": url}))
