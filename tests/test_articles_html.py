"""HTML pages: the golden pages with their expected articles, the sample pages, and bad pages."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from clustering.articles.build import build_article, load_context
from clustering.articles.decoding import decode_page
from clustering.config import load_config
from clustering.errors import RejectedPage
from clustering.pages.files import read_paths
from clustering.types import Article, PageOrigin, RawPage

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = ROOT / "tests" / "golden"
SAMPLES = ROOT / "samples" / "pages"
CONTEXT = load_context(load_config(ROOT / "configs" / "demo.toml"))
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def expected_of(folder: Path) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
    return found


CASES = [
    (folder, name)
    for folder in (GOLDEN, SAMPLES)
    if (folder / "expected.json").is_file()
    for name in expected_of(folder)
]


def read_page(folder: Path, name: str) -> RawPage:
    (path,) = folder.rglob(name)
    (page,) = read_paths([path], CONTEXT.config)
    assert isinstance(page, RawPage)
    return page


@pytest.mark.parametrize(("folder", "name"), CASES, ids=[name for _, name in CASES])
def test_a_page_gives_its_article(folder: Path, name: str) -> None:
    wanted = expected_of(folder)[name]
    page = read_page(folder, name)
    if "reject" in wanted:
        with pytest.raises(RejectedPage) as caught:
            build_article(page, CONTEXT)
        assert caught.value.reason == wanted["reject"]
        return
    article = build_article(page, CONTEXT)
    for key in ("title", "outlet", "language", "wire", "author", "section", "canonical_url", "wire_role"):
        if key in wanted:
            assert getattr(article, key) == wanted[key], key
    if "published_at" in wanted:
        check_date(article, wanted["published_at"])
    for key, method in wanted.get("methods", {}).items():
        assert article.methods.get(key) == method, key
    assert article.text.startswith(wanted["body_first"])
    assert article.text.endswith(wanted["body_last"])
    for words in wanted.get("must", []):
        assert words in article.text
    for words in wanted["must_not"]:
        assert words not in article.text
        assert words not in article.title
        assert words not in article.lead


def check_date(article: Article, wanted: str | None) -> None:
    if wanted is None:
        assert article.published_at is None
        assert article.published_precision == "unknown"
    elif len(wanted) == 10:
        assert article.published_precision == "day"
        assert article.published_at is not None
        assert article.published_at.date().isoformat() == wanted
    else:
        assert article.published_at == datetime.fromisoformat(wanted)
        assert article.published_precision in ("minute", "second")


def portal_clothes(content: str) -> str:
    """Put a page between a menu of links, cards of other stories, a long footer and scripts, as real pages are."""
    menu = "".join(f'<li class="nav__item"><a href="/s/{k}">Section of words {k}</a></li>' for k in range(60))
    cards = "".join(
        f'<div class="card teaser"><a href="/n/{k}"><h3>Another story with a headline of its own, number {k}</h3><p>It is told in a few words that end with a stop.</p></a></div>'
        for k in range(40)
    )
    before = f'<header class="site-header"><nav><ul>{menu}</ul></nav></header>'
    after = f'<section class="related"><h2>Most read</h2>{cards}</section><footer>{menu}</footer><script>var x = "{"y" * 5000}";</script>'
    start = content.find(">", content.lower().find("<body")) + 1
    end = content.lower().rfind("</body>")
    return content[:start] + before + content[start:end] + after + content[end:]


@pytest.mark.parametrize(
    "name", [name for folder, name in CASES if folder == GOLDEN and "reject" not in expected_of(folder)[name]]
)
def test_a_portals_clothes_change_nothing(name: str) -> None:
    page = read_page(GOLDEN, name)
    content = decode_page(page.content).replace("charset=windows-1251", "charset=utf-8")
    plain = build_article(replace(page, content=content.encode()), CONTEXT)
    dressed = build_article(replace(page, content=portal_clothes(content).encode()), CONTEXT)
    assert dressed == plain


def test_golden_pages_cover_languages_and_layouts() -> None:
    own = expected_of(GOLDEN)
    assert len({case["language"] for case in own.values() if "language" in case}) >= 12
    assert len({case["layout"] for case in own.values()}) >= 12


def html(content: str | bytes, url: str | None = "https://valley.example/news/bridge", **more: Any) -> RawPage:
    data = content.encode() if isinstance(content, str) else content
    return RawPage(PageOrigin("test", url=url), "html", NOW, content=data, **more)


BODY = (
    "<p>The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.</p>" * 3
)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<html><body><p>Not found</p></body></html>", "not-article"),
        ("", "not-article"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 20, "undecodable"),
        (f'<html><head><meta property="og:type" content="website"></head><body>{BODY}</body></html>', "not-article"),
    ],
)
def test_pages_without_an_article_are_rejected(content: str | bytes, reason: str) -> None:
    with pytest.raises(RejectedPage) as caught:
        build_article(html(content, url="https://valley.example/search?q=bridge"), CONTEXT)
    assert caught.value.reason == reason


def test_too_large_pages_are_rejected() -> None:
    with pytest.raises(RejectedPage, match="too-large"):
        build_article(html(b" " * (CONTEXT.config.max_page_bytes + 1)), CONTEXT)


def test_a_date_later_than_the_fetch_is_not_believed_when_there_is_another() -> None:
    page = html(
        '<html><head><meta property="article:published_time" content="2031-01-01T00:00:00Z"></head><body><h1>Old bridge to be mended</h1>'
        f'<time datetime="2025-02-15T10:00:00Z">15 February 2025</time>{BODY}</body></html>'
    )
    article = build_article(page, CONTEXT)
    assert article.published_at == datetime(2025, 2, 15, 10, tzinfo=UTC)
    alone = html(
        '<html><head><meta property="article:published_time" content="2031-01-01T00:00:00Z"></head>'
        f"<body><h1>Old bridge</h1>{BODY}</body></html>"
    )
    with pytest.raises(RejectedPage, match="future-date"):
        build_article(alone, CONTEXT)


def test_the_finer_date_of_the_same_day_wins() -> None:
    page = html(
        '<html><head><script type="application/ld+json">{"@type": "NewsArticle", "headline": "Old bridge to be mended", "datePublished": "2025-02-15"}</script></head>'
        f'<body><h1>Old bridge to be mended</h1><span class="date">15 February 2025, 18:05</span>{BODY}</body></html>'
    )
    article = build_article(page, CONTEXT)
    assert (article.published_at, article.methods["published_at"]) == (
        datetime(2025, 2, 15, 18, 5, tzinfo=UTC),
        "visible",
    )


def test_the_date_of_the_url_is_a_day() -> None:
    page = html(
        f"<html><body><h1>Old bridge to be mended</h1>{BODY}</body></html>",
        url="https://valley.example/2025/02/15/bridge",
    )
    article = build_article(page, CONTEXT)
    assert (article.published_precision, article.methods["published_at"]) == ("day", "url")


def test_no_date_is_unknown() -> None:
    article = build_article(html(f"<html><body><h1>Old bridge to be mended</h1>{BODY}</body></html>"), CONTEXT)
    assert article.published_at is None
    assert article.published_precision == "unknown"


def test_damaged_json_ld_is_repaired_or_ignored() -> None:
    repaired = html(
        '<script type="application/ld+json">{"@type": "NewsArticle",\n"headline": "Old bridge\tto be mended", "datePublished": "2025-02-15T10:00:00Z",}</script>'
        + BODY
    )
    assert build_article(repaired, CONTEXT).methods["published_at"] == "json-ld"
    broken = html('<script type="application/ld+json">{"@type": [[[</script><h1>Old bridge to be mended</h1>' + BODY)
    assert build_article(broken, CONTEXT).title == "Old bridge to be mended"


def test_the_charset_that_is_right_wins_over_the_claim() -> None:
    text = (
        "<html><head><meta charset='{}'></head><body><h1>Старый мост починят до зимы</h1>"
        + "<p>Городской совет решил починить старый мост через реку до начала зимы, сообщил председатель.</p>" * 3
    )
    for claim, real in (
        ("windows-1251", "utf-8"),
        ("utf-8", "utf-8"),
        ("windows-1251", "cp1251"),
        ("koi8-r", "koi8-r"),
        ("nonsense", "utf-8"),
    ):
        page = html(text.format(claim).encode(real))
        assert build_article(page, CONTEXT).title == "Старый мост починят до зимы", (claim, real)
    header = html(text.format("utf-8").encode("cp1251"), charset="windows-1251")
    assert build_article(header, CONTEXT).title == "Старый мост починят до зимы"


def test_hints_of_the_source_fill_what_the_page_does_not_say() -> None:
    page = html(
        f"<html><body><h1>Old bridge to be mended</h1>{BODY}</body></html>",
        hints={"published_at": "2025-02-15T10:00:00+00:00"},
    )
    article = build_article(page, CONTEXT)
    assert (article.published_at, article.methods["published_at"]) == (datetime(2025, 2, 15, 10, tzinfo=UTC), "source")


FIRST = "The harbour council met on Monday for six hours and agreed, after a long debate, that the old bridge will be repaired before winter comes."
SECOND = "Residents who spoke at the meeting said they had waited for eleven years and would believe in the works when they saw them begin."
THIRD = "Work starts in May, the mayor said, and will cost four million, half of it paid by the county and the rest by the harbour itself."
TITLE = "Harbour council agrees to repair the old bridge"
THREE = "".join(f"<p>{paragraph}</p>" for paragraph in (FIRST, SECOND, THIRD))
SHAPES = {
    "teasers inside the article": f"<article><h1>{TITLE}</h1>{THREE}<div class='more-stories'><article class='teaser'><h3>Cat on roof</h3><p>A cat sat on a roof for nine hours and would not come down at all.</p></article></div></article>",
    "teasers before the article": f"<article class='promo'><h2>Cat on roof</h2><p>A cat sat on a roof for nine hours and would not come down at all, said the fire brigade.</p></article><article><h1>{TITLE}</h1>{THREE}</article>",
    "title for social networks": f"<meta property='og:title' content='You will not believe what the council did'><title>{TITLE} | Harbour Gazette</title><h1>{TITLE}</h1>{THREE}",
    "title with the outlet's name": f"<meta property='og:title' content='{TITLE} - Harbour Gazette'><h1>{TITLE}</h1>{THREE}",
    "outlet's name as heading": f"<title>{TITLE} - Harbour Gazette</title><h1>Harbour Gazette</h1><h2>{TITLE}</h2>{THREE}",
    "promotions between": f"<h1>{TITLE}</h1><p>{FIRST}</p><p>Sign up for our Harbour Morning newsletter and get the news first.</p><p>{SECOND}</p><p><b>READ MORE: <a>Cat rescued from roof after nine hours</a></b></p><p>{THIRD}</p>",
    "blocks without paragraphs": f"<div id='article'><h1>{TITLE}</h1><div class='body'><div><span>{FIRST}</span></div><div><span>{SECOND}</span></div><div><span>{THIRD}</span></div></div></div>",
    "a part that unfolds": f"<h1>{TITLE}</h1><p>{FIRST}</p><p>{SECOND}</p><div class='hidden more'><p>{THIRD}</p></div>",
    "a caption": f"<h1>{TITLE}</h1><figure><img><figcaption>The bridge in winter. (Photo: A. Smith/Reuters)</figcaption></figure>{THREE}",
    "many comments": f"<h1>{TITLE}</h1>{THREE}<section id='comments'><h2>Comments</h2>" + "<div class='comment'><p>I have crossed this bridge for years and it is a shame that nobody cares about it at all.</p></div>" * 15 + "</section>",
    "consent text": f"<div class='qc-cmp2-container'><p>We value your privacy. We and our partners store and access information on a device, such as cookies and process personal data.</p></div><h1>{TITLE}</h1>{THREE}",
    "the year of the copyright": f"<h1>{TITLE}</h1>{THREE}<footer>© 1 January 2020 Harbour</footer>",
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_pages_of_many_shapes_give_the_same_article(shape: str) -> None:
    article = build_article(html(f"<html lang='en'><body>{SHAPES[shape]}</body></html>"), CONTEXT)
    assert article.title == TITLE
    assert article.text == f"{FIRST}\n\n{SECOND}\n\n{THIRD}"
    assert (article.wire, article.language, article.published_at) == (None, "en", None)


def test_changed_and_published_in_one_line() -> None:
    page = html(
        f"<h1>{TITLE}</h1><p class='date'>Updated: 16 February 2025, 12:00 | Published: 15 February 2025, 09:30</p>{THREE}"
    )
    assert build_article(page, CONTEXT).published_at == datetime(2025, 2, 15, 9, 30, tzinfo=UTC)
