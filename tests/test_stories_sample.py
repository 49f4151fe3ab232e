"""Stories on the sample corpus with its gold: threads, the coverage of the 15 February call, and ids that hold day by day."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from clustering.config import EncoderConfig, StoryConfig
from clustering.errors import EncoderError
from clustering.stories.coverage import Coverage, describe_coverage
from clustering.stories.description import add_words, describe_story, story_words
from clustering.stories.identity import match_stories
from clustering.stories.records import ArticleRow, KnownStory, NewCluster, StoryText
from clustering.stories.threads import link_threads, profile_story

CORPUS = Path(__file__).resolve().parents[1] / "samples" / "corpus"
CONFIG = StoryConfig()
THREAD = ["call-0215", "riyadh-0218", "istanbul-0227", "call-0315"]

pytestmark = pytest.mark.skipif(not (CORPUS / "threads.tsv").is_file(), reason="no sample corpus")


def read_table(name: str) -> list[dict[str, str]]:
    with (CORPUS / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines, delimiter="\t"))


@cache
def read_articles() -> dict[str, dict[str, Any]]:
    lines = (CORPUS / "articles.jsonl").read_text(encoding="utf-8").splitlines()
    return {record["id"]: record for record in map(json.loads, lines) if "id" in record}


@cache
def read_gold() -> dict[str, dict[str, str]]:
    return {row["article_id"]: row for row in read_table("gold.tsv") if row["article_id"] in read_articles()}


def read_time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def group_gold(ids: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for article_id in sorted(ids):
        story = read_gold().get(article_id, {}).get("story", "")
        if story:
            found.setdefault(story, []).append(article_id)
    return found


@cache
def make_texts() -> dict[str, StoryText]:
    names = pytest.importorskip("clustering.names")
    encoders = pytest.importorskip("clustering.vectors.encoder")
    articles = list(read_articles().values())
    titles, texts = [a["title"] for a in articles], [a["text"] for a in articles]
    languages = [a["language"] for a in articles]
    config = EncoderConfig()
    try:
        vectors = encoders.embed_articles(encoders.load_encoder(config), config, titles, texts, languages=languages)
    except EncoderError as error:
        pytest.skip(f"no encoder: {error}")
    found = names.surface_features_batch(titles, texts, languages)
    return {
        article["id"]: StoryText(
            article["id"], article["title"], article["text"][:600], article["language"],
            read_time(article["published_at"]), article["outlet"], False, vector,
            {key: one.surface.get(key, key) for key in one.names},
            {key: one.surface.get(key, key) for key in one.places}, tuple(one.numbers),
        )
        for article, vector, one in zip(articles, vectors, found, strict=True)
    }  # fmt: skip


def cover(story: str) -> Coverage:
    rows = []
    for article_id in group_gold(read_articles())[story]:
        article, gold = read_articles()[article_id], read_gold()[article_id]
        is_day = len(article["published_at"]) == 10
        rows.append(
            ArticleRow(
                article_id, article["outlet"], article["language"], read_time(article["published_at"]),
                "day" if is_day else "minute", article["title"], gold["wire"] or None, "text" if gold["wire"] else "none",
                original_id=gold["reprint_of"] or None,
                outlet_kind="wire" if article["outlet"] in ("moskovwire.example", "atlanticwire.example") else "outlet",
            )
        )  # fmt: skip
    return describe_coverage(rows)


def test_call_of_15_february_is_covered_as_the_gold_says() -> None:
    coverage = cover("call-0215")
    gold = [read_gold()[a] for a in group_gold(read_articles())["call-0215"]]
    assert coverage.n_articles == len(gold) >= 30
    n_copies = sum(bool(row["reprint_of"]) for row in gold)
    assert coverage.n_reprints >= n_copies >= 12
    assert sum(o.n_reprints for o in coverage.outlets) == coverage.n_reprints
    assert coverage.first_report.outlets[0] == "moskovwire.example"
    assert "known only to the day" in coverage.first_report.reason
    assert {origin.name for origin in coverage.origins if origin.kind == "wire"} == {
        r["wire"] for r in gold if r["wire"]
    }
    own = {read_articles()[r["article_id"]]["outlet"] for r in gold if not r["wire"] and not r["reprint_of"]}
    assert {origin.name for origin in coverage.origins if origin.kind == "outlet"} == own
    assert len(coverage.languages) >= 10


def test_coverage_grows_over_the_hours() -> None:
    spread = cover("call-0215").spread
    totals = [bucket.n_outlets for bucket in spread.hourly]
    assert totals == sorted(totals)
    assert sum(bucket.n_articles for bucket in spread.daily) == cover("call-0215").n_articles
    assert spread.n_day_only == 2


@pytest.mark.slow
def test_calls_and_meetings_are_separate_stories_of_one_thread() -> None:
    texts = make_texts()
    stories = {story: [texts[a] for a in ids] for story, ids in group_gold(texts).items()}
    profiles = [profile_story(story, found) for story, found in stories.items()]
    linked = link_threads(profiles, CONFIG)
    assert len({linked.thread_ids[story] for story in THREAD}) == 1
    gold = {row["story"]: row["thread"] for row in read_table("threads.tsv")}
    wanted = {pair for pair in combinations(sorted(gold), 2) if gold[pair[0]] == gold[pair[1]]}
    found = {pair for t in linked.threads for pair in combinations(sorted(t.story_ids), 2)}
    # Measured 0.76 and 0.59: the USA's talks with Russia and with Ukraine become one thread, gold has two.
    assert len(wanted & found) / len(wanted) >= 0.7
    assert len(wanted & found) / len(found) >= 0.5
    assert max(len(t.story_ids) for t in linked.threads) <= 10
    assert {"superbowl-0209", "toronto-0217", "kocani-0316", "ecb-0306"}.isdisjoint(linked.thread_ids)


@pytest.mark.slow
def test_description_tells_the_february_call_from_its_thread() -> None:
    texts = make_texts()
    stories = {story: [texts[a] for a in ids] for story, ids in group_gold(texts).items()}
    others = add_words(story_words(stories[story]) for story in THREAD if story != "call-0215")
    background = add_words(story_words(found) for found in stories.values())
    described = describe_story(stories["call-0215"], CONFIG, neighbours=others, background=background)
    assert described.headline_language == "en"
    assert "Lavrov" in described.headline
    assert "Rubio" in described.headline
    shown = {mention.shown for mention in described.names}
    assert {"Lavrov", "Rubio"} <= shown
    assert not {"the", "and", "of", "a"} & {k.word.lower() for k in described.keywords}
    assert set(described.representatives) == {t.language for t in stories["call-0215"]}


@pytest.mark.parametrize("window_days", [3, 14, 60])
def test_ids_hold_day_by_day(window_days: int) -> None:
    articles = read_articles()
    times = {article_id: read_time(article["published_at"]) for article_id, article in articles.items()}
    known: dict[str, KnownStory] = {}
    of_gold: dict[str, set[str]] = {}
    day = min(times.values()).replace(hour=0, minute=0)
    while day <= max(times.values()):
        day += timedelta(days=1)
        window = {a for a, at in times.items() if day - timedelta(days=window_days) <= at < day}
        groups = {story: ids for story, ids in group_gold(window).items() if len(ids) > 1}
        clusters = [
            NewCluster(i, frozenset(ids), None, min(times[a] for a in ids), max(times[a] for a in ids))
            for i, ids in enumerate(groups.values())
        ]
        match = match_stories(list(known.values()), clusters, CONFIG, taken=known, window=window)
        for cluster, story in zip(clusters, groups, strict=True):
            of_gold.setdefault(story, set()).add(match.story_ids[cluster.label])
        for story_id, members in match.members.items():
            known[story_id] = KnownStory(
                story_id, members, None, min(times[a] for a in members), max(times[a] for a in members),
                match.states[story_id],
            )  # fmt: skip
        assert not {t.kind for t in match.transitions} & {"split", "absorbed"}
    assert all(len(ids) == 1 for ids in of_gold.values())
    assert len({next(iter(ids)) for ids in of_gold.values()}) == len(of_gold)
    if window_days == 60:
        found = {frozenset(ids) for ids in group_gold(articles).values() if len(ids) > 1}
        assert {story.members for story in known.values() if story.members} == found


@pytest.mark.slow
def test_pipeline_keeps_the_calls_apart_and_threads_them(published: Path) -> None:
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    snapshot = Workspace(published).current_snapshot()
    _, rows = query_snapshot(
        snapshot,
        "SELECT a.article_id, a.story_id, s.thread_id FROM articles a JOIN stories s USING (story_id)",
    )
    homes = {article_id: (story_id, thread_id) for article_id, story_id, thread_id in rows}
    main: dict[str, tuple[str, str | None]] = {}
    for gold, ids in group_gold(homes).items():
        found = Counter(homes[article_id] for article_id in ids)
        main[gold] = min(found, key=lambda home: (-found[home], home[0]))
    calls = ["call-0212", *THREAD, "call-0318"]
    assert len({main[call][0] for call in calls}) == len(calls)
    threads = Counter(main[call][1] for call in calls)
    # Measured: all six in one thread. The Istanbul meeting hangs on the names of two negotiators and may fall out.
    assert threads.most_common(1)[0][1] >= len(calls) - 1
    assert threads.most_common(1)[0][0] is not None
    others = {gold: home[1] for gold, home in main.items() if gold in ("superbowl-0209", "toronto-0217", "ecb-0306")}
    assert threads.most_common(1)[0][0] not in others.values()
