"""How steady story ids are when a stream is clustered again every day in a rolling window.

Usage: ``python benchmarks/id_churn.py ARTICLES.jsonl[.gz] [--clustering gold|words|engine] [--window-days 14]``. The articles need ``id``, ``published_at``,
``title``, and ``story`` for gold. Every day the window before it is clustered anew and matched to the stories known so far.

- **churn, unchanged**: of the articles clustered on two days running, with the same companions among the articles of both days, the share
  whose story id changed. Goal: below 1% a day.
- **churn, all**: the share of all articles clustered on both days whose id changed; real merges and splits are in it.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from clustering.config import StoryConfig
from clustering.stories.identity import match_stories
from clustering.stories.records import KnownStory, NewCluster

_TIME_WEIGHT = 0.1
_CUT = 0.72


def read_articles(path: Path) -> dict[str, dict[str, Any]]:
    """Read articles by id, those with a date only."""
    content = path.read_bytes()
    text = (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")
    records = [json.loads(line) for line in text.splitlines()]
    return {record["id"]: record for record in records if record.get("published_at")}


def read_time(text: str) -> datetime:
    """Read an ISO time; one without a zone is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def cluster_gold(window: Mapping[str, dict[str, Any]]) -> list[set[str]]:
    """Group by gold story."""
    groups: dict[str, set[str]] = {}
    for article_id, record in window.items():
        groups.setdefault(record["story"], set()).add(article_id)
    return [group for group in groups.values() if len(group) > 1]


def cluster_words(window: Mapping[str, dict[str, Any]]) -> list[set[str]]:
    """Group by average linkage on character TF-IDF and time: a plain clustering that wavers from day to day."""
    from sklearn.cluster import AgglomerativeClustering
    from sklearn.feature_extraction.text import TfidfVectorizer

    ids = sorted(window)
    if len(ids) < 2:
        return []
    matrix = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit_transform(
        [f"{window[a]['title']} {window[a].get('text') or ''}"[:600] for a in ids]
    )
    hours = np.array([read_time(window[a]["published_at"]).timestamp() / 3600 for a in ids])
    distance = 1 - (matrix @ matrix.T).toarray() + _TIME_WEIGHT / 24 * np.abs(hours[:, None] - hours[None, :])
    np.fill_diagonal(distance, 0)
    labels = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=_CUT
    ).fit_predict(distance)
    groups: dict[int, set[str]] = {}
    for article_id, label in zip(ids, labels.tolist(), strict=True):
        groups.setdefault(label, set()).add(article_id)
    return [group for group in groups.values() if len(group) > 1]


def make_engine(articles: Mapping[str, dict[str, Any]]) -> Callable[[Mapping[str, dict[str, Any]]], list[set[str]]]:
    """Embed every article with the bundled encoder once; give a function that clusters a window with the story engine."""
    from clustering.clusters.engine import ClusterInput, cluster_articles
    from clustering.config import ClusterConfig, EncoderConfig
    from clustering.vectors.encoder import embed_articles, load_encoder

    ids = sorted(articles)
    encoder = EncoderConfig()
    vectors = embed_articles(
        load_encoder(encoder),
        encoder,
        [articles[a]["title"] or "" for a in ids],
        [articles[a].get("text") or "" for a in ids],
        languages=[articles[a].get("language") for a in ids],
    )
    row = {article_id: i for i, article_id in enumerate(ids)}

    def cluster(window: Mapping[str, dict[str, Any]]) -> list[set[str]]:
        inside = sorted(window)
        found = cluster_articles(
            ClusterInput(
                ids=inside,
                titles=[window[a]["title"] or "" for a in inside],
                leads=[window[a].get("text") or "" for a in inside],
                languages=[window[a].get("language") for a in inside],
                published_hours=np.array([read_time(window[a]["published_at"]).timestamp() / 3600 for a in inside]),
                outlets=[window[a].get("outlet") for a in inside],
                vectors=vectors[[row[a] for a in inside]],
                duplicate_groups=np.arange(len(inside)),
            ),
            ClusterConfig(),
        )
        groups: dict[int, set[str]] = {}
        for article_id, label in zip(inside, found.labels.tolist(), strict=True):
            if label >= 0:
                groups.setdefault(label, set()).add(article_id)
        return list(groups.values())

    return cluster


def main() -> None:
    """Run the days and print the churn."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("articles", type=Path)
    parser.add_argument("--clustering", choices=("gold", "words", "engine"), default="words")
    parser.add_argument("--window-days", type=float, default=14.0)
    options = parser.parse_args()
    articles = read_articles(options.articles)
    times = {article_id: read_time(record["published_at"]) for article_id, record in articles.items()}
    if options.clustering == "engine":
        cluster = make_engine(articles)
    else:
        cluster = cluster_gold if options.clustering == "gold" else cluster_words
    config = StoryConfig()
    known: dict[str, KnownStory] = {}
    before: dict[str, tuple[str, frozenset[str]]] = {}
    kinds: Counter[str] = Counter()
    changed = unchanged = moved = both = 0
    seconds = 0.0
    day = min(times.values()).replace(hour=0, minute=0, second=0)
    while day <= max(times.values()):
        day += timedelta(days=1)
        start = day - timedelta(days=options.window_days)
        window = {a: record for a, record in articles.items() if start <= times[a] < day}
        clusters = [
            NewCluster(i, frozenset(group), None, min(times[a] for a in group), max(times[a] for a in group))
            for i, group in enumerate(cluster(window))
        ]
        started = time.perf_counter()
        match = match_stories(list(known.values()), clusters, config, taken=known, window=window)
        seconds += time.perf_counter() - started
        kinds.update(t.kind for t in match.transitions)
        for story_id in {*match.members, *match.states}:
            old = known.get(story_id)
            state = match.states.get(story_id, old.state if old else "active")
            members = match.members.get(story_id, old.members if old else frozenset())
            kept = old.members if old and state == "gone" else members
            dated = [times[a] for a in kept]
            known[story_id] = KnownStory(story_id, kept, None, min(dated), max(dated), state)
        today = {a: (match.story_ids[c.label], c.members) for c in clusters for a in c.members}
        shared = today.keys() & before.keys()
        for article_id in shared:
            (old_id, old_group), (new_id, new_group) = before[article_id], today[article_id]
            both += 1
            moved += old_id != new_id
            if old_group & shared == new_group & shared:
                unchanged += 1
                changed += old_id != new_id
        before = today
    print(
        f"{len(articles)} articles, {options.clustering} clusters, window {options.window_days:g} days: {len(known)} stories"
    )
    print(", ".join(f"{kind} {n}" for kind, n in sorted(kinds.items())) + f"; matching took {seconds:.2f} s in all")
    print(f"churn, unchanged: {changed} of {unchanged} article-days, {changed / max(unchanged, 1):.3%}")
    print(f"churn, all: {moved} of {both} article-days, {moved / max(both, 1):.3%}")
    print("goal < 1% a day:", "met" if changed < 0.01 * max(unchanged, 1) else "MISSED")


if __name__ == "__main__":
    main()
