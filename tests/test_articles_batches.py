"""Batches: learned furniture, two processes, order, and the effect of neither on ids."""

from __future__ import annotations

import os
from datetime import UTC, datetime

import pytest

from clustering.articles import batches
from clustering.articles.batches import build_articles, build_one
from clustering.articles.context import ArticleContext, load_context
from clustering.articles.furniture import HostFurniture
from clustering.articles.workers import Outcome, Workers
from clustering.config import Config
from clustering.pages.quarantine import Quarantined
from clustering.types import Article, PageOrigin, RawPage

CONTEXT = load_context(Config())
NOW = datetime(2025, 3, 1, tzinfo=UTC)
TOPICS = [
    "bridge",
    "harbour",
    "school",
    "market",
    "museum",
    "railway",
    "forest",
    "hospital",
    "library",
    "stadium",
    "tunnel",
    "garden",
]
NOTICE = "The Valley Herald has written for the people of the valley since the year of the great flood and lives on what its readers give."


def page(number: int, host: str = "valley.example", notice: str = NOTICE) -> RawPage:
    topic = TOPICS[number % len(TOPICS)]
    content = (
        f"<html lang='en'><body><h1>Council decides about the {topic} number {number}</h1>"
        f"<p>The council met on day {number} of the month and agreed that the old {topic} will be repaired before winter.</p>"
        f"<p>People who live beside the {topic} said that they had waited for {number} years and would wait no longer.</p>"
        f"<p>{notice}</p></body></html>"
    )
    return RawPage(PageOrigin("test", url=f"https://{host}/news/{number}"), "html", NOW, content=content.encode())


def articles(pages: list[RawPage], furniture: HostFurniture | None = None, n_processes: int = 1) -> list[Article]:
    return [
        a
        for a in build_articles(pages, CONTEXT, furniture=furniture, n_processes=n_processes)
        if isinstance(a, Article)
    ]


def test_lines_that_a_host_repeats_go() -> None:
    found = articles([page(number) for number in range(12)])
    assert len(found) == 12
    for number, article in enumerate(found):
        assert NOTICE not in article.text
        assert f"day {number} of the month" in article.text


def test_few_pages_teach_nothing() -> None:
    assert all(NOTICE in article.text for article in articles([page(0), page(1)]))


def test_what_was_learned_serves_the_next_run() -> None:
    known = HostFurniture()
    articles([page(number) for number in range(12)], known)
    again = HostFurniture.from_record(known.to_record())
    (article,) = articles([page(13)], again)
    assert NOTICE not in article.text
    (other,) = articles([page(13, host="other.example")], again)
    assert NOTICE in other.text


def test_one_article_at_many_addresses_is_left_whole() -> None:
    same = [
        RawPage(PageOrigin("test", url=f"https://valley.example/copy/{n}"), "html", NOW, content=page(1).content)
        for n in range(6)
    ]
    assert all("day 1 of the month" in article.text for article in articles(same))


def test_the_same_page_twice_counts_once() -> None:
    assert all(NOTICE in article.text for article in articles([page(1)] * 5))


def test_ids_do_not_depend_on_what_was_learned() -> None:
    pages = [page(number) for number in range(12)]
    alone = [articles([one])[0].article_id for one in pages]
    assert [article.article_id for article in articles(pages)] == alone


def test_the_background_of_a_running_story_stays() -> None:
    pages = [
        page(
            number, notice=NOTICE if number < 4 else f"Nothing else was decided about the {TOPICS[number]} on that day."
        )
        for number in range(12)
    ]
    found = articles(pages)
    assert all(NOTICE in article.text for article in found[:4])


def die(raw: RawPage, context: ArticleContext) -> Outcome:
    """Build, but fall dead on one page."""
    if b"deadly" in raw.content:
        os._exit(1)
    return build_one(raw, context)


@pytest.mark.slow
def test_a_page_that_kills_its_process_is_quarantined_and_the_rest_go_on() -> None:
    pages = [page(number) for number in range(20)]
    deadly = RawPage(PageOrigin("test", url="https://valley.example/deadly"), "html", NOW, content=b"deadly")
    with Workers(2, die, CONTEXT) as workers:
        outcomes = workers.build([*pages[:3], deadly, *pages[3:]], is_worth_it=True)
        again = workers.build(pages, is_worth_it=True)
    assert [type(outcome) for outcome in outcomes] == [Article] * 3 + [Quarantined] + [Article] * 17
    assert [outcome.article_id for outcome in again if isinstance(outcome, Article)] == [
        articles([one])[0].article_id for one in pages
    ]


@pytest.mark.slow
def test_two_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "PARALLEL_FROM", 8)
    pages = [page(number) for number in range(40)] + [
        RawPage(PageOrigin("test", url="https://valley.example/x"), "html", NOW, content=b"<html></html>")
    ]
    assert list(build_articles(pages, CONTEXT, n_processes=2)) == list(build_articles(pages, CONTEXT, n_processes=1))
