"""The model that judges texts alone: it finds what tells stories apart, keeps its signs, and says how likely things are."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clustering.clusters.candidates import search_candidates
from clustering.clusters.engine import ClusterInput, PreparedBatch, prepare_articles
from clustering.clusters.groups import GroupTable
from clustering.config import ClusterConfig
from clustering.evaluation.fit_alone import fit_alone
from clustering.evaluation.fit_batch import label_pairs
from clustering.evaluation.goldsets import GoldSet, load_gold_set

_PLACES = ["Halvik", "Norland", "Ponta Verde", "Tresk", "Ombra", "Quill Bay"]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[GoldSet, PreparedBatch]]:
    """Stories told in one kind of words at one place each, in two languages; vectors say half of it."""
    rng = np.random.default_rng(5)
    rows, vectors = [], []
    for story in range(30):
        centre = rng.normal(size=24)
        for k in range(4):
            rows.append(
                {"id": f"s{story}n{k}", "title": f"Bridge {story} of {_PLACES[story % 6]} closed {'abcd'[k]}", "story": str(story),
                 "language": ["en", "de"][k % 2], "published_at": f"2025-03-{1 + story % 20:02d}T0{k}:00:00Z"}
            )  # fmt: skip
            row = centre + 1.2 * rng.normal(size=24)
            vectors.append(row / np.linalg.norm(row))
    path = tmp_path_factory.mktemp("bridges") / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    gold = load_gold_set(Path(path))
    inputs = ClusterInput(
        gold.ids, gold.titles, gold.texts, gold.languages, gold.published_hours, gold.outlets,
        np.array(vectors, dtype=np.float32), np.arange(len(gold)),
    )  # fmt: skip
    return {"bridges": (gold, prepare_articles(inputs))}


def test_it_tells_pairs_of_one_story_and_its_probabilities_are_true(
    prepared: dict[str, tuple[GoldSet, PreparedBatch]],
) -> None:
    gold, batch = prepared["bridges"]
    model = fit_alone(prepared, ClusterConfig())
    first, second = search_candidates(batch.features, ClusterConfig())
    label = label_pairs(gold, batch, first, second)
    assert set(label.tolist()) == {0, 1}
    odds = model.judge(GroupTable.of_articles(batch.features).compare(first, second))
    assert odds[label == 1].mean() > odds[label == 0].mean() + 2
    probability = 1 / (1 + np.exp(-odds))
    assert probability.mean() == pytest.approx(label.mean(), abs=0.02)


def test_signs_are_kept(prepared: dict[str, tuple[GoldSet, PreparedBatch]]) -> None:
    model = fit_alone(prepared, ClusterConfig())
    for side in (model.same, model.cross):
        assert min(side[name] for name in ("meaning", "words", "names", "numbers", "places")) >= 0
        assert max(side["gap_days"], side["numbers_apart"]) <= 0


def test_labels_say_what_is_unknown(prepared: dict[str, tuple[GoldSet, PreparedBatch]]) -> None:
    gold, batch = prepared["bridges"]
    half = GoldSet(
        gold.name, gold.path, gold.ids, gold.titles, gold.texts, gold.languages, gold.outlets, gold.published_hours,
        [None] * len(gold), [(gold.ids[0], gold.ids[1], True), (gold.ids[0], gold.ids[4], False)],
    )  # fmt: skip
    row = {gold.ids[int(article)]: int(batch.rank[place]) for place, article in enumerate(batch.order)}
    pairs = [sorted((row[gold.ids[a]], row[gold.ids[b]])) for a, b in ((0, 1), (0, 4), (5, 6))]
    first, second = np.array(pairs).T
    assert label_pairs(half, batch, first, second).tolist() == [1, 0, -1]
