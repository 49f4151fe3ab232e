"""What the sample corpus, the sample pages and the traps promise (`docs/samples.md`)."""

from __future__ import annotations

import csv
import html
import json
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest

SAMPLES = Path(__file__).resolve().parents[1] / "samples"
CORPUS, PAGES, TRAPS = SAMPLES / "corpus", SAMPLES / "pages", SAMPLES / "traps"
FIELDS = ["id", "url", "outlet", "published_at", "language", "title", "text"]
UNSPACED = {"ja", "zh"}
FIRST_DAY, LAST_DAY = date(2025, 2, 10), date(2025, 3, 20)

Record = dict[str, str]


class Gold(NamedTuple):
    """One line of ``gold.tsv``: empty strings where there is no story, no original, no wire."""

    story: str
    reprint_of: str
    wire: str


def read_lines(path: Path) -> list[Record]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def read_table(path: Path) -> list[Record]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


ARTICLES = read_lines(CORPUS / "articles.jsonl")
BY_ID = {article["id"]: article for article in ARTICLES}
GOLD = {
    row["article_id"]: Gold(row["story"], row["reprint_of"], row["wire"]) for row in read_table(CORPUS / "gold.tsv")
}
OUTLETS = {outlet["host"]: outlet for outlet in tomllib.loads((CORPUS / "outlets.toml").read_text())["outlet"]}
TRAP_ARTICLES = {path.stem: read_lines(path) for path in sorted(TRAPS.glob("*.jsonl"))}
TRAP_GOLD = {row["article_id"]: row for row in read_table(TRAPS / "gold.tsv")}
EXPECTED = json.loads((PAGES / "expected.json").read_text(encoding="utf-8"))


def shingles(article: Record) -> set[tuple[str, ...]]:
    """Give the 4-word shingles of a body (4-character ones where words are not spaced)."""
    text = article["text"].lower()
    parts = re.findall(r"\w", text) if article["language"] in UNSPACED else re.findall(r"\w+", text)
    return {tuple(parts[i : i + 4]) for i in range(len(parts) - 3)}


def shared_share(one: Record, other: Record) -> float:
    """Give the share of the shorter text's shingles that the longer text has too."""
    a, b = shingles(one), shingles(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def articles_of(story: str) -> list[Record]:
    return [article for article in ARTICLES if GOLD[article["id"]].story == story]


def story_sizes() -> Counter[str]:
    return Counter(GOLD[article["id"]].story for article in ARTICLES if GOLD[article["id"]].story)


def origin(article_id: str) -> str:
    """Follow ``reprint_of`` to the text that all copies go back to."""
    while GOLD[article_id].reprint_of:
        article_id = GOLD[article_id].reprint_of
    return article_id


def languages_of(articles: Iterable[Record]) -> set[str]:
    return {article["language"] for article in articles}


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len(ARTICLES) >= 130
    assert len({article["outlet"] for article in ARTICLES}) >= 14
    counts = Counter(article["language"] for article in ARTICLES)
    assert set(counts) >= {"ar", "de", "en", "es", "fr", "ru", "uk", "zh"}
    assert len(counts) >= 10
    assert min(counts.values()) >= 3


@pytest.mark.parametrize(
    "article", [*ARTICLES, *(a for rows in TRAP_ARTICLES.values() for a in rows)], ids=lambda a: a["id"]
)
def test_each_article_has_the_seven_fields_and_is_labelled(article: Record) -> None:
    assert list(article) == FIELDS
    assert article["title"]
    url = urlsplit(article["url"])
    assert url.scheme == "https"
    assert url.hostname == article["outlet"]
    assert article["outlet"] in OUTLETS
    assert article["outlet"].endswith(".example")
    assert url.path.startswith("/sample/")
    assert not re.search(r"[@|{}]|\s{3}", article["title"] + article["text"])


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a["id"])
def test_dates_lie_in_the_range_and_carry_the_outlets_offset(article: Record) -> None:
    written = article["published_at"]
    if len(written) == len("2025-02-15"):
        assert FIRST_DAY <= date.fromisoformat(written) <= LAST_DAY
        return
    moment = datetime.fromisoformat(written)
    assert FIRST_DAY <= moment.date() <= LAST_DAY
    local = moment.replace(tzinfo=ZoneInfo(OUTLETS[article["outlet"]]["timezone"]))
    assert moment.utcoffset() == local.utcoffset()


def test_some_dates_are_days_and_some_articles_short_or_bare() -> None:
    assert sum(len(article["published_at"]) == 10 for article in ARTICLES) >= 8
    assert sum(not article["text"] for article in ARTICLES) >= 4
    words = [len(a["text"].split()) for a in ARTICLES if a["text"] and a["language"] not in UNSPACED]
    assert sum(60 <= n <= 250 for n in words) > len(words) / 2
    assert max(words) <= 250


def test_ids_and_urls_are_unique() -> None:
    everything = ARTICLES + [article for rows in TRAP_ARTICLES.values() for article in rows]
    assert len({article["id"] for article in everything}) == len(everything)
    assert len({article["url"] for article in everything}) == len(everything)


def test_gold_names_every_article_and_page_and_nothing_else() -> None:
    assert set(GOLD) == set(BY_ID) | set(EXPECTED)
    assert all(re.fullmatch(r"[a-z0-9-]+-\d{4}", gold.story) for gold in GOLD.values() if gold.story)
    stories = set(story_sizes())
    assert {gold.story for gold in GOLD.values() if gold.story} == stories


def test_stories_are_wide_enough() -> None:
    sizes = story_sizes()
    assert sizes["call-0215"] >= 22
    assert min(sizes.values()) >= 2
    assert {"call-0212", "riyadh-0218", "istanbul-0227", "call-0315", "call-0318"} <= set(sizes)
    affair = {row["story"] for row in read_table(CORPUS / "threads.tsv")}
    assert len(set(sizes) - affair) >= 12
    assert all(len(languages_of(articles_of(story))) >= 2 for story in sizes)
    assert len(languages_of(articles_of("call-0215"))) >= 10


def test_noise_is_single_outlet_news() -> None:
    noise = [article for article in ARTICLES if not GOLD[article["id"]].story]
    assert len(noise) >= 20
    assert all(not GOLD[article["id"]].reprint_of for article in noise)
    assert len(languages_of(noise)) >= 8


def test_the_calls_are_separate_stories_of_one_thread() -> None:
    rows = read_table(CORPUS / "threads.tsv")
    thread_of = {row["story"]: row["thread"] for row in rows}
    assert len(thread_of) == len(rows)
    assert set(thread_of) <= set(story_sizes())
    calls = ("call-0212", "call-0215", "riyadh-0218", "istanbul-0227", "call-0315", "call-0318")
    assert {thread_of[story] for story in calls} == {"us-russia-2025"}


REPRINTS = sorted(i for i in BY_ID if GOLD[i].reprint_of)
SAME_LANGUAGE = [i for i in REPRINTS if BY_ID[i]["language"] == BY_ID[GOLD[i].reprint_of]["language"]]


@pytest.mark.parametrize("article_id", REPRINTS)
def test_a_reprint_keeps_story_and_wire_and_is_not_earlier(article_id: str) -> None:
    gold = GOLD[article_id]
    original = GOLD[gold.reprint_of]
    assert gold.story == original.story
    assert gold.wire
    assert gold.wire == original.wire
    assert BY_ID[article_id]["outlet"] != BY_ID[gold.reprint_of]["outlet"] or article_id not in SAME_LANGUAGE
    published = [BY_ID[i]["published_at"] for i in (gold.reprint_of, article_id)]
    if all(len(written) > 10 for written in published):
        first, later = map(datetime.fromisoformat, published)
        assert timedelta() <= later - first < timedelta(days=1)


@pytest.mark.parametrize("article_id", SAME_LANGUAGE)
def test_a_reprint_is_nearly_a_copy(article_id: str) -> None:
    assert shared_share(BY_ID[article_id], BY_ID[GOLD[article_id].reprint_of]) >= 0.7


def test_some_reprints_are_shortened_retitled_or_translated() -> None:
    translated = [i for i in REPRINTS if i not in SAME_LANGUAGE]
    lengths = [(len(BY_ID[i]["text"]), len(BY_ID[GOLD[i].reprint_of]["text"])) for i in SAME_LANGUAGE]
    assert len(translated) >= 3
    assert sum(copy < 0.8 * original for copy, original in lengths) >= 5
    assert sum(BY_ID[i]["title"] != BY_ID[GOLD[i].reprint_of]["title"] for i in SAME_LANGUAGE) >= 8


def test_independent_reports_are_worded_differently() -> None:
    by_story: dict[str, list[Record]] = defaultdict(list)
    for article in ARTICLES:
        by_story[GOLD[article["id"]].story].append(article)
    too_near = [
        (one["id"], other["id"], round(shared_share(one, other), 2))
        for articles in by_story.values()
        for one, other in combinations(articles, 2)
        if one["language"] == other["language"] and origin(one["id"]) != origin(other["id"])
        if shared_share(one, other) > 0.15
    ]
    assert not too_near


def test_wire_credits_stand_in_the_text() -> None:
    spellings = {
        "AFP": ("AFP", "أ ف ب"), "Atlantic Wire": ("Atlantic Wire",), "EFE": ("EFE",), "MoskovWire": ("MoskovWire", "МосковВайр"),
        "Reuters": ("Reuters",), "TASS": ("ТАСС",), "Xinhua": ("新华社",), "dpa": ("dpa",),
    }  # fmt: skip
    credited = {i: gold for i, gold in GOLD.items() if gold.wire and i in BY_ID}
    assert {gold.wire for gold in credited.values()} == set(spellings)
    for article_id, gold in credited.items():
        text = BY_ID[article_id]["text"]
        assert any(spelling in text for spelling in spellings[gold.wire]), article_id
    for article_id in BY_ID.keys() - credited.keys():
        assert not re.search(
            r"/ТАСС/|\(Reuters\)|\(AFP\)|\(dpa\)|\(EFE\)|新华社|/МосковВайр/", BY_ID[article_id]["text"]
        )


def test_outlets_are_described() -> None:
    wires = {wire["name"] for wire in tomllib.loads((CORPUS / "wires.toml").read_text())["wire"]}
    assert {outlet["name"] for outlet in OUTLETS.values() if outlet["kind"] == "wire"} == wires
    assert all(re.fullmatch(r"[A-Z]{2}", outlet["country"]) for outlet in OUTLETS.values())
    assert all(ZoneInfo(outlet["timezone"]).key for outlet in OUTLETS.values())
    assert {outlet["kind"] for outlet in OUTLETS.values()} == {"outlet", "wire"}
    assert max(Counter(outlet["owner"] for outlet in OUTLETS.values()).values()) >= 2


def read_page(name: str) -> str:
    """Give the visible words of a sample page, in one line."""
    data = (PAGES / ("html" if name.endswith(".html") else "text") / name).read_bytes()
    charset = re.search(rb"charset=\"?([\w-]+)", data[:1000])
    text = data.decode(
        "gb18030" if charset and charset[1] == b"gb2312" else charset[1].decode() if charset else "utf-8"
    )
    text = re.sub(r"(?s)<(script|style|head)\b.*?</\1>", " ", text)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"(?s)<.*?>", " ", text)))


def test_there_are_pages_of_many_layouts() -> None:
    pages = {path.name: path for kind in ("html", "text") for path in (PAGES / kind).iterdir()}
    assert set(pages) == set(EXPECTED)
    assert sum(name.endswith(".html") for name in pages) >= 10
    assert sum(name.endswith(".txt") for name in pages) >= 4
    sources = [path.read_bytes() for path in pages.values()]
    for mark in (b"ld+json", b"og:title", b'dir="rtl"', b"saved from url", b"windows-1251", b"gb2312", b"itemprop"):
        assert any(mark in source for source in sources), mark


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_page_holds_its_expected_article_and_the_furniture_to_drop(name: str) -> None:
    expected, visible = EXPECTED[name], read_page(name)
    assert expected["outlet"] in OUTLETS
    assert expected["title"] in visible
    assert (expected["wire"] or "") == GOLD[name].wire
    assert FIRST_DAY <= datetime.fromisoformat(expected["published_at"]).date() <= LAST_DAY
    start = visible.index(expected["body_first"])
    assert visible.index(expected["title"]) < start < visible.index(expected["body_last"])
    assert expected["must_not"]
    assert all(words in visible for words in expected["must_not"])


def test_traps_are_as_many_as_promised() -> None:
    everything = [article for rows in TRAP_ARTICLES.values() for article in rows]
    assert len(everything) >= 60
    assert len(TRAP_ARTICLES) >= 12
    assert len(languages_of(everything)) >= 6
    assert set(TRAP_GOLD) == {article["id"] for article in everything}
    assert all(TRAP_GOLD[article["id"]]["trap"] == trap for trap, rows in TRAP_ARTICLES.items() for article in rows)


@pytest.mark.parametrize("trap", sorted(TRAP_ARTICLES))
def test_each_trap_sets_two_stories_of_two_outlets_in_one_template(trap: str) -> None:
    stories: dict[str, list[Record]] = defaultdict(list)
    for article in TRAP_ARTICLES[trap]:
        stories[TRAP_GOLD[article["id"]]["story"]].append(article)
    assert len(stories) >= 2
    for articles in stories.values():
        assert len({article["outlet"] for article in articles}) >= 2
    # the bait: one outlet writes two of the stories almost alike
    baits = [
        shared_title(one, other)
        for a, b in combinations(stories.values(), 2)
        for one in a
        for other in b
        if (one["outlet"], one["language"]) == (other["outlet"], other["language"])
    ]
    assert max(baits) >= 0.4


def shared_title(one: Record, other: Record) -> float:
    """Give the overlap of two titles' characters by threes."""
    a, b = ({article["title"][i : i + 3] for i in range(len(article["title"]) - 2)} for article in (one, other))
    return len(a & b) / min(len(a), len(b))
