"""Fit the story model's coefficients on several labelled sets at once.

    python -m clustering.evaluation.fit FOLDER [FOLDER ...] --minutes 10 --out model.json [--leave-out og2021]

Takes labelled sets, gives a ``StoryModel``. First the model that judges texts alone is fitted on labelled pairs (``fit_alone``); it says what
company articles keep. Then the coefficients that decide are searched: what is maximised is what is wanted: the agreement of the finished clusters with gold (BCubed F1, and
pairwise F1 over language pairs or labelled pairs), averaged over the sets. That has no gradient, so an evolution strategy with a diagonal
covariance searches (Hansen and Ostermeier 2001; Ros and Hansen 2008); signs of coefficients are fixed, which keeps the model monotone. The same
seed gives the same search for the same number of generations. ``leave_out`` sets take no part, so that they can judge the result.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.engine import PreparedBatch, prepare_articles
from clustering.clusters.groups import EVIDENCE
from clustering.clusters.model import StoryModel, load_model, parse_model
from clustering.config import ClusterConfig, Config
from clustering.evaluation.evaluate import build_inputs
from clustering.evaluation.fit_alone import FREE, NEVER_POSITIVE, SCALE, fit_alone
from clustering.evaluation.fit_batch import FitBatch
from clustering.evaluation.goldsets import GoldSet, find_gold_sets, load_gold_set

__all__ = ["COEFFICIENTS", "FitResult", "fit_model", "main", "pack_model", "unpack_model"]

_LOG = logging.getLogger(__name__)

COEFFICIENTS = (*(name for name in EVIDENCE if name != "cross_share"), "bias")
"""Order of the coefficients in a vector: those of one language, then those of two."""
_SMALL_STEP = {"gap_days", "log_small", "log_large"}

Prepared = Mapping[str, tuple[GoldSet, PreparedBatch]]


@dataclass(frozen=True, slots=True)
class FitResult:
    """``model``, its mean ``agreement`` on the sets it was fitted on, agreement ``by_set`` for all sets, and the number of ``generations``."""

    model: StoryModel
    agreement: float
    by_set: dict[str, float]
    generations: int


def pack_model(model: StoryModel) -> NDArray[np.float64]:
    """Give the coefficients as one vector, shape (2 * len(COEFFICIENTS),)."""
    return np.array([side.get(name, 0.0) for side in (model.same, model.cross) for name in COEFFICIENTS])


def unpack_model(
    vector: NDArray[np.float64], fitted_on: Sequence[str] = (), alone: StoryModel | None = None
) -> StoryModel:
    """Give the model of a vector; a sign that is not allowed is turned."""
    sides = []
    for half in vector.reshape(2, -1):
        side = {}
        for name, value in zip(COEFFICIENTS, half.tolist(), strict=True):
            side[name] = value if name in FREE else -abs(value) if name in NEVER_POSITIVE else abs(value)
        sides.append(side)
    return StoryModel(sides[0], sides[1], SCALE, tuple(fitted_on), alone)


def fit_model(
    prepared: Prepared,
    config: ClusterConfig,
    *,
    start: StoryModel,
    weights: Mapping[str, float] | None = None,
    leave_out: Collection[str] = (),
    seconds: float = 600.0,
    max_generations: int = 1_000,
    n_candidates: int = 10,
    seed: int = 0,
    progress: Callable[[int, float], None] | None = None,
) -> FitResult:
    """Search from ``start`` until the time or the generations are used up; ``start.alone`` stays. ``weights``: importance by set, 1 where not given."""
    used = [name for name in prepared if name not in leave_out]
    batches = {name: FitBatch.prepare(gold, batch, config, start) for name, (gold, batch) in prepared.items()}
    share = np.array([(weights or {}).get(name, 1.0) for name in used])

    def judge(vector: NDArray[np.float64]) -> float:
        model = unpack_model(vector)
        values = [batches[name].measure(model) for name in used]
        return float(share @ np.array(values) / share.sum())

    vector, agreement, generations = _search(
        judge,
        pack_model(start),
        seconds=seconds,
        max_generations=max_generations,
        n_candidates=n_candidates,
        seed=seed,
        progress=progress,
    )
    model = unpack_model(vector, used, start.alone)
    by_set = {name: batch.measure(model) for name, batch in batches.items()}
    return FitResult(model, agreement, by_set, generations)


def _search(
    judge: Callable[[NDArray[np.float64]], float], mean: NDArray[np.float64], *,
    seconds: float, max_generations: int, n_candidates: int, seed: int, progress: Callable[[int, float], None] | None,
) -> tuple[NDArray[np.float64], float, int]:  # fmt: skip
    """Separable evolution strategy with mirrored samples; gives the best vector seen, its value and the generations used."""
    rng = np.random.default_rng(seed)
    spread = np.maximum(np.abs(mean) * 0.12, 0.03)
    spread[[i for i, name in enumerate(COEFFICIENTS * 2) if name in _SMALL_STEP]] = 0.02
    variance, path, step = spread**2, np.zeros_like(mean), 1.0
    n_parents = n_candidates // 2
    weight = np.log(n_parents + 0.5) - np.log(np.arange(1, n_parents + 1))
    weight /= weight.sum()
    effective = 1 / (weight**2).sum()
    best, best_value = mean.copy(), judge(mean)
    begin, generation = time.monotonic(), 0
    while generation < max_generations and time.monotonic() - begin < seconds:
        draw = rng.normal(size=(n_candidates - n_candidates // 2, len(mean)))
        draw = np.concatenate([draw, -draw])[:n_candidates]
        candidates = mean + step * np.sqrt(variance) * draw
        values = np.array([judge(candidate) for candidate in candidates])
        chosen = candidates[np.argsort(-values, kind="stable")[:n_parents]]
        moved = weight @ chosen
        path = 0.85 * path + np.sqrt((1 - 0.85**2) * effective) * (moved - mean) / step
        variance = 0.87 * variance + 0.05 * path**2 + 0.08 * (weight @ ((chosen - mean) / step) ** 2)
        mean = moved
        if values.max() > best_value:
            best, best_value, step = candidates[int(values.argmax())].copy(), float(values.max()), step * 1.05
        else:
            step *= 0.96
        generation += 1
        if progress is not None:
            progress(generation, best_value)
    return best, best_value, generation


def main() -> None:
    """Fit from the command line and write the model's JSON."""
    parser = argparse.ArgumentParser(description="Fit the story model on labelled sets")
    parser.add_argument(
        "folders", type=Path, nargs="+", help="folders with one folder per labelled set, or labelled sets"
    )
    parser.add_argument("--leave-out", nargs="*", default=[])
    parser.add_argument(
        "--weights", nargs="*", default=[], metavar="SET=WEIGHT", help="importance of a set, 1 where not given"
    )
    parser.add_argument("--start", type=Path, help="model to begin from (default: the shipped one)")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    config = Config()
    prepared = {}
    for folder in options.folders:
        found = find_gold_sets(folder) or {folder.name: folder}
        for name, path in found.items():
            gold = load_gold_set(path, name=name)
            if any(gold.titles) or any(gold.texts):
                prepared[name] = gold, prepare_articles(build_inputs(gold, config))
    weights = {name: float(value) for name, value in (part.split("=") for part in options.weights)}
    used = {name: one for name, one in prepared.items() if name not in options.leave_out}
    alone = fit_alone(used, config.cluster, weights=weights)
    start = parse_model(options.start.read_text(encoding="utf-8")) if options.start else load_model()
    result = fit_model(
        prepared, config.cluster, start=replace(start, alone=alone), weights=weights, leave_out=options.leave_out,
        seconds=60 * options.minutes, progress=lambda generation, value: _LOG.info("generation %d, best agreement %.4f", generation, value),
    )  # fmt: skip
    model = {
        "alone": {"same": _round(alone.same), "cross": _round(alone.cross)},
        "same": _round(result.model.same),
        "cross": _round(result.model.cross),
        "scale": result.model.scale,
        "fitted_on": list(result.model.fitted_on),
        "agreement": _round(result.by_set),
    }
    options.out.write_text(json.dumps(model, indent=1) + "\n", encoding="utf-8")


def _round(values: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in values.items()}


if __name__ == "__main__":
    main()
