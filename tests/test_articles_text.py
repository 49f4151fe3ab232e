"""Saved text pages: a page like those that aggregators leave, and the real one when a maintainer has it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from shared_data import SHARED

from clustering.articles.build import build_article, load_context
from clustering.config import Config
from clustering.pages.files import read_paths
from clustering.types import Article, PageOrigin, RawPage

CONTEXT = load_context(Config())
NOW = datetime(2025, 3, 1, tzinfo=UTC)

PAGE = """Совет решил починить старый мост

28.02.2025, 18:05
Фото: vestnik.example
Читать на сайте Newskiev.ru

РЕЧНОЙ, 28 февраля. /ТАСС/. Городской совет Речного после шести часов споров решил починить старый мост через реку до начала зимы. Об этом сообщил председатель совета.

"Мы слишком долго ждали, и больше ждать нельзя, потому что дети каждый день ходят по этому мосту в школу", - сказал он журналистам после заседания.

Источник: ТАСС

В тренде

Популярные новости за сутки

Кошку сняли с крыши. Она не хотела спускаться. Пожарные пробовали рыбу, молоко и уговоры, но помогла только лестница, которую привезли из области
Кошку сняли с крыши. Она не хотела спускаться. Пожарные пробовали рыбу, молоко и уговоры, но помогла только лестница, которую привезли из области
Общество
Собака получила приз
Собака получила приз
Разное
Больше новостей на Newskiev.ru
"""


def build(text: str, **hints: str) -> Article:
    page = RawPage(PageOrigin("files", "page.txt"), "text", NOW, content=text.encode(), hints=hints)
    return build_article(page, CONTEXT)


def test_an_aggregators_page_becomes_its_article() -> None:
    article = build(PAGE)
    assert article.title == "Совет решил починить старый мост"
    assert article.published_at == datetime(2025, 2, 28, 15, 5, tzinfo=UTC)
    assert article.published_precision == "minute"
    assert (article.outlet, article.language, article.wire, article.wire_role) == ("newskiev.ru", "ru", "TASS", "text")
    assert article.text.startswith("РЕЧНОЙ, 28 февраля. /ТАСС/. Городской совет")
    assert article.text.endswith("сказал он журналистам после заседания.")
    assert article.lead.startswith("Городской совет Речного")
    for word in ("Кошку", "Собака", "тренде", "Фото", "Читать", "Источник", "Больше новостей"):
        assert word not in article.text
    assert article.methods["published_at"] == "visible"


@pytest.mark.parametrize(
    "page",
    [
        "\n".join(line for line in PAGE.split("\n") if line),
        PAGE.replace("\n", "\r\n"),
        "Главная | Общество | Спорт | Погода\n\n" + PAGE,
        "Главная\nОбщество\nСпорт\n\n" + PAGE,
        "28.02.2025, 18:05\n" + PAGE.replace("28.02.2025, 18:05\n", ""),
        PAGE.replace("В тренде\n\n", ""),
        PAGE.replace("В тренде", "В ТРЕНДЕ:"),
        PAGE.replace("РЕЧНОЙ, 28", "В тренде\n\nКошку сняли с крыши\n\nРЕЧНОЙ, 28"),
        PAGE.split("\n")[0] + "\n" + PAGE,
    ],
)
def test_the_same_page_in_other_orders(page: str) -> None:
    article, plain = build(page), build(PAGE)
    assert (article.title, article.text, article.published_at, article.outlet) == (
        plain.title,
        plain.text,
        plain.published_at,
        plain.outlet,
    )


def test_headers_of_other_shapes() -> None:
    article = build(
        "https://valley.example/news/bridge\nOld bridge to be mended\nBy Ann Smith\nFebruary 28, 2025 at 6:05 p.m. | Updated March 1, 2025 at 9:00 a.m.\n\n"
        "The council met on Monday for six hours and agreed that the old bridge will be repaired before winter.\n\nWork begins in May."
    )
    assert article.title == "Old bridge to be mended"
    assert article.author == "Ann Smith"
    assert article.outlet == "valley.example"
    assert article.url == "https://valley.example/news/bridge"
    assert article.published_at == datetime(2025, 2, 28, 18, 5, tzinfo=UTC)
    assert article.text.endswith("Work begins in May.")


def test_a_page_without_any_header_is_still_an_article() -> None:
    text = "The council met on Monday for six hours and agreed that the old bridge will be repaired before winter comes to the valley again."
    article = build(text)
    assert (article.title, article.text) == ("", text)
    assert article.published_at is None
    assert article.published_precision == "unknown"


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    article = build(
        "Old bridge to be mended\n\nThe council met on Monday for six hours and agreed that the old\nbridge will be repaired before winter comes to the valley,\n"
        "said its chairman, who has crossed the bridge every day since his\nown school years."
    )
    assert article.text.count("\n") == 0
    assert "the old bridge will be repaired" in article.text


def test_charsets_are_found(tmp_path: Path) -> None:
    for charset in ("utf-8", "cp1251", "koi8-r", "utf-16", "utf-8-sig"):
        page = RawPage(PageOrigin("files", "p.txt"), "text", NOW, content=PAGE.encode(charset))
        assert build_article(page, CONTEXT).title == "Совет решил починить старый мост", charset


@pytest.mark.skipif(not (SHARED / "seed").is_dir(), reason="the seed page is not here")
def test_the_seed_page() -> None:
    (page,) = read_paths([SHARED / "seed"], CONTEXT.config)
    assert isinstance(page, RawPage)
    article = build_article(page, CONTEXT)
    source = page.content.decode()
    body, _, trending = source.partition("В тренде")
    assert article.title == source.split("\n", 1)[0].strip()
    assert article.published_at is not None
    local = article.published_at.astimezone(CONTEXT.zone_of("newskiev.ru"))
    assert local.strftime("%Y-%m-%d %H:%M") == "2025-02-15 23:43"
    assert (article.outlet, article.language, article.wire, article.wire_role) == ("newskiev.ru", "ru", "TASS", "text")
    assert all(paragraph in body for paragraph in article.text.split("\n\n"))
    headlines = [line for line in trending.split("\n") if len(line.strip()) > 20]
    assert len(headlines) >= 20
    assert not any(line.strip() in article.text + article.title + article.lead for line in headlines)
    for line in ("Фото:", "Читать на сайте", "Источник:", "Больше новостей"):
        assert line not in article.text
