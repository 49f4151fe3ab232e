"""Evaluate the whole engine on a labelled set, and show the errors worth reading.

Takes a gold file and a config, gives a frozen ``Report``; ``format_report`` writes it for a person. The gold stories are used only to judge.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.engine import ClusterInput, cluster_articles
from clustering.config import Config
from clustering.evaluation.copies import find_simple_copies
from clustering.evaluation.goldsets import GoldSet, load_gold_set
from clustering.evaluation.metrics import (
    ClusterMetrics,
    PrecisionRecall,
    encode_labels,
    measure_clusters,
    measure_cross_language_pairs,
    measure_labelled_pairs,
    measure_language_pairs,
)

__all__ = ["Confusion", "GroupRow", "Report", "build_inputs", "evaluate", "judge_labels", "predict_labels"]

Predict = Callable[[GoldSet, Config], NDArray[np.int64]]


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Agreement restricted to one language or one day."""

    name: str
    n_articles: int
    n_gold_stories: int
    bcubed_precision: float
    bcubed_recall: float
    bcubed_f1: float
    participation: float
    """Share of articles in a predicted cluster of two or more."""
    noise_share: float


@dataclass(frozen=True, slots=True)
class Confusion:
    """Two sides of one error: titles of articles wrongly joined (a merge) or wrongly parted (a split). ``n_pairs`` is its cost."""

    kind: str
    n_pairs: int
    left: tuple[str, ...]
    right: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything measured on one set; ``clusters`` is None for a set of labelled pairs."""

    name: str
    n_articles: int
    clusters: ClusterMetrics | None
    cross_language: PrecisionRecall | None
    labelled_pairs: PrecisionRecall | None
    by_language: tuple[GroupRow, ...]
    by_language_pair: dict[tuple[str, str], PrecisionRecall]
    by_day: tuple[GroupRow, ...]
    confusions: tuple[Confusion, ...]


def evaluate(gold_path: Path, config: Config, *, predict: Predict | None = None, n_confusions: int = 10) -> Report:
    """Cluster the articles of a gold file and judge the result. Errors: as ``load_gold_set`` and ``cluster_articles``."""
    gold = load_gold_set(gold_path)
    labels = (predict or predict_labels)(gold, config)
    return judge_labels(gold, labels, n_confusions=n_confusions)


def build_inputs(gold: GoldSet, config: Config) -> ClusterInput:
    """Embed the articles of a set and give the engine's columns, without the gold."""
    from clustering.vectors.encoder import embed_articles, load_encoder

    encoder = load_encoder(config.encoder)
    vectors = embed_articles(encoder, config.encoder, gold.titles, gold.texts, languages=gold.languages)
    return ClusterInput(
        gold.ids, gold.titles, gold.texts, gold.languages, gold.published_hours, gold.outlets, vectors,
        find_simple_copies(gold.titles, gold.texts),
    )  # fmt: skip


def predict_labels(gold: GoldSet, config: Config) -> NDArray[np.int64]:
    """Labels of the engine with the shipped encoder and names, shape (n_articles,), noise -1."""
    return cluster_articles(build_inputs(gold, config), config.cluster).labels


def judge_labels(gold: GoldSet, labels: NDArray[np.int64], *, n_confusions: int = 10) -> Report:
    """Compare predicted labels (n_articles,), noise -1, with the gold of a set."""
    labelled = [i for i, story in enumerate(gold.stories) if story is not None]
    clusters = cross = None
    by_language: tuple[GroupRow, ...] = ()
    by_day: tuple[GroupRow, ...] = ()
    by_pair: dict[tuple[str, str], PrecisionRecall] = {}
    confusions: tuple[Confusion, ...] = ()
    if labelled:
        stories = encode_labels([gold.stories[i] for i in labelled])
        found = encode_labels([int(labels[i]) for i in labelled])
        languages = [gold.languages[i] or "?" for i in labelled]
        clusters = measure_clusters(stories, found)
        codes = encode_labels(languages)
        names = list(dict.fromkeys(languages))
        if len(names) > 1:
            cross = measure_cross_language_pairs(stories, found, codes)
            by_pair = {
                (names[a], names[b]): value for (a, b), value in measure_language_pairs(stories, found, codes).items()
            }
        by_language = _judge_parts(languages, stories, found)
        by_day = _judge_parts([_name_day(gold.published_hours[i]) for i in labelled], stories, found)
        confusions = _find_confusions(gold, labelled, stories, found, n_confusions)
    pairs = None
    if gold.pairs:
        pairs = measure_labelled_pairs(gold.pairs, {i: int(label) for i, label in zip(gold.ids, labels, strict=True)})
    return Report(gold.name, len(gold), clusters, cross, pairs, by_language, by_pair, by_day, confusions)


def _name_day(hours: float) -> str:
    return "undated" if np.isnan(hours) else datetime.fromtimestamp(hours * 3600, UTC).date().isoformat()


def _judge_parts(parts: Sequence[str], stories: NDArray[np.int64], found: NDArray[np.int64]) -> tuple[GroupRow, ...]:
    """One row per part, largest first; clusterings restricted to the part, participation measured in the whole."""
    size = np.bincount(found)
    members = defaultdict(list)
    for i, part in enumerate(parts):
        members[part].append(i)
    rows = []
    for part, index in sorted(members.items(), key=lambda item: (-len(item[1]), item[0])):
        metrics = measure_clusters(encode_labels(stories[index].tolist()), encode_labels(found[index].tolist()))
        share = float((size[found[index]] > 1).mean())
        rows.append(
            GroupRow(
                part, metrics.n_articles, metrics.n_gold_stories, metrics.bcubed_precision, metrics.bcubed_recall,
                metrics.bcubed_f1, share, 1 - share,
            )
        )  # fmt: skip
    return tuple(rows)


def _find_confusions(
    gold: GoldSet, labelled: list[int], stories: NDArray[np.int64], found: NDArray[np.int64], n_confusions: int
) -> tuple[Confusion, ...]:
    """The costliest merges (two stories in one cluster) and splits (one story in two clusters), titles side by side."""
    cells = Counter(zip(stories.tolist(), found.tolist(), strict=True))
    titles: dict[tuple[int, int], list[str]] = defaultdict(list)
    for k, i in enumerate(labelled):
        shown = (
            f"[{gold.languages[i] or '?'} {_name_day(gold.published_hours[i])}] {gold.titles[i] or gold.texts[i][:80]}"
        )
        titles[int(stories[k]), int(found[k])].append(shown)
    errors = []
    for kind, axis in (("merge", 1), ("split", 0)):
        sides = defaultdict(list)
        for cell, count in cells.items():
            sides[cell[axis]].append((count, cell))
        for members in sides.values():
            members.sort(key=lambda item: (-item[0], item[1]))
            (n_left, left), rest = members[0], members[1:4]
            errors += [
                Confusion(kind, n_left * n, tuple(titles[left][:3]), tuple(titles[cell][:3])) for n, cell in rest
            ]
    chosen = []
    for kind in ("merge", "split"):
        chosen += sorted((e for e in errors if e.kind == kind), key=lambda e: (-e.n_pairs, e.left))[:n_confusions]
    return tuple(chosen)
