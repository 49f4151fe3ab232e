"""Fitting and tuning on small sets made here: they must improve what they are given, repeatably, and never see what is left out."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clustering.clusters.engine import ClusterInput, prepare_articles
from clustering.clusters.model import load_model, parse_model
from clustering.config import ClusterConfig, Config, load_config
from clustering.errors import InputError
from clustering.evaluation.fit import COEFFICIENTS, Prepared, fit_model, pack_model, unpack_model
from clustering.evaluation.goldsets import load_gold_set
from clustering.evaluation.tune import format_settings, tune, tune_prepared

_TITLES = [
    "Ferry sinks off Ponta Verde",
    "Mayor of Halvik resigns",
    "Rates fall in Norland",
    "Storm Edda hits the coast",
]


def _prepare(tmp_path: Path, name: str, seed: int) -> Prepared:
    rng = np.random.default_rng(seed)
    centres = rng.normal(size=(len(_TITLES), 32))
    rows, vectors = [], []
    for story, title in enumerate(_TITLES):
        for k in range(4):
            rows.append(
                {"id": f"{name}{story}{k}", "title": f"{title} {'abcd'[k]}", "language": ["en", "de"][k % 2], "story": str(story),
                 "published_at": f"2025-02-{10 + k:02d}T08:00:00Z"}
            )  # fmt: skip
            row = centres[story] + 0.8 * rng.normal(size=32)
            vectors.append(row / np.linalg.norm(row))
    folder = tmp_path / name
    folder.mkdir()
    path = folder / "articles.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    gold = load_gold_set(path)
    inputs = ClusterInput(
        gold.ids, gold.titles, gold.texts, gold.languages, gold.published_hours, gold.outlets,
        np.array(vectors, dtype=np.float32), np.arange(len(gold)),
    )  # fmt: skip
    return {name: (gold, prepare_articles(inputs))}


def test_packing_is_reversible_and_keeps_signs() -> None:
    model = load_model()
    again = unpack_model(pack_model(model))
    for name in COEFFICIENTS:
        assert again.same[name] == pytest.approx(model.same.get(name, 0.0))
        assert again.cross[name] == pytest.approx(model.cross.get(name, 0.0))
    turned = unpack_model(-np.abs(np.random.default_rng(0).normal(size=2 * len(COEFFICIENTS))))
    assert turned.same["words"] >= 0
    assert turned.same["gap_days"] <= 0


def test_the_shipped_model_is_monotone() -> None:
    model = load_model()
    for side in (model.same, model.cross):
        for name in (
            "meaning",
            "words",
            "names",
            "numbers",
            "places",
            "meaning_centre",
            "words_centre",
            "names_centre",
        ):
            assert side[name] >= 0, name
        for name in ("gap_days", "mean_gap_days", "numbers_apart", "looseness"):
            assert side[name] <= 0, name
    assert model.fitted_on


def test_fitting_improves_a_bad_start_the_same_way_twice(tmp_path: Path) -> None:
    prepared = {**_prepare(tmp_path, "one", 1), **_prepare(tmp_path, "two", 2)}
    bad = parse_model(
        json.dumps(
            {"same": {"words": 0.3, "bias": -0.3}, "cross": {"words": 0.3, "bias": -0.3}, "scale": 8, "fitted_on": []}
        )
    )
    runs = [
        fit_model(prepared, ClusterConfig(), start=bad, leave_out=["two"], seconds=60, max_generations=3, seed=3)
        for _ in range(2)
    ]
    start = fit_model(prepared, ClusterConfig(), start=bad, max_generations=0)
    assert runs[0].agreement > start.by_set["one"]
    assert runs[0].model == runs[1].model
    assert runs[0].model.fitted_on == ("one",)
    assert set(runs[0].by_set) == {"one", "two"}


def test_tuning_writes_a_config_that_loads(tmp_path: Path) -> None:
    prepared = {**_prepare(tmp_path, "one", 1), **_prepare(tmp_path, "two", 2)}
    result = tune_prepared(prepared, ClusterConfig(), grid={"merge_probability": (0.05, 0.5, 0.999)})
    assert result.n_tried == 3
    assert set(result.agreement) == set(result.left_out) == {"one", "two"}
    path = tmp_path / "tuned.toml"
    path.write_text(format_settings(result), encoding="utf-8")
    assert load_config(path).cluster.merge_probability == result.settings["merge_probability"]


def test_tuning_refuses_one_set_and_unknown_settings(tmp_path: Path) -> None:
    prepared = _prepare(tmp_path, "one", 1)
    with pytest.raises(InputError, match="two labelled sets"):
        tune([tmp_path / "one" / "articles.jsonl"], Config())
    with pytest.raises(InputError, match="no cluster setting horizon"):
        tune_prepared(prepared, ClusterConfig(), grid={"horizon": (1.0,)})
