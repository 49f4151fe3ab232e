"""Choose cluster settings on several labelled sets at once, judged on the sets that did not take part.

Takes gold files, gives the settings that agree best on average and, for every set, what they would score there had it been left out. One
setting for all sets: there is no way to ask for per-set settings.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np

from clustering.clusters.engine import PreparedBatch, cluster_prepared, prepare_articles
from clustering.config import ClusterConfig, Config
from clustering.errors import InputError
from clustering.evaluation.evaluate import build_inputs, judge_labels
from clustering.evaluation.gate import pick_measures
from clustering.evaluation.goldsets import GoldSet, load_gold_set

__all__ = ["DEFAULT_GRID", "TuneResult", "format_settings", "tune", "tune_prepared"]

DEFAULT_GRID: dict[str, Sequence[float]] = {
    "merge_probability": (0.4, 0.5, 0.6),
    "core_probability": (0.7, 0.8, 0.9),
    "horizon_hours": (72.0, 96.0, 168.0),
}
"""Settings tried when the caller names none; the middle values are the shipped ones."""


@dataclass(frozen=True, slots=True)
class TuneResult:
    """``settings``: best on all sets, with ``agreement`` by set; ``left_out``: by set, its agreement under the settings chosen without it."""

    settings: dict[str, float]
    agreement: dict[str, float]
    left_out: dict[str, float]
    n_tried: int


def tune(
    paths: Sequence[Path],
    config: Config,
    *,
    grid: Mapping[str, Sequence[float]] | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> TuneResult:
    """Try every combination of the grid on every set. Errors: ``InputError`` for fewer than two sets or an unknown setting."""
    if len(paths) < 2:
        raise InputError(
            "tuning needs at least two labelled sets: settings chosen on one set say nothing about another"
        )
    sets = [load_gold_set(path) for path in paths]
    if len({gold.name for gold in sets}) != len(sets):
        raise InputError("two of the labelled sets have the same name")
    prepared = {gold.name: (gold, prepare_articles(build_inputs(gold, config))) for gold in sets}
    return tune_prepared(prepared, config.cluster, grid=grid or DEFAULT_GRID, progress=progress)


def tune_prepared(
    prepared: Mapping[str, tuple[GoldSet, PreparedBatch]],
    config: ClusterConfig,
    *,
    grid: Mapping[str, Sequence[float]],
    progress: Callable[[int, int], None] | None = None,
) -> TuneResult:
    """As ``tune``, on batches already prepared."""
    unknown = set(grid) - set(ClusterConfig.model_fields)
    if unknown:
        raise InputError(f"no cluster setting {', '.join(sorted(unknown))}")
    names = list(prepared)
    settings = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    table = np.empty((len(settings), len(names)))
    for i, chosen in enumerate(settings):
        tried = ClusterConfig.model_validate(config.model_dump() | chosen)
        for j, name in enumerate(names):
            gold, batch = prepared[name]
            table[i, j] = _measure_agreement(gold, batch, tried)
        if progress is not None:
            progress(i + 1, len(settings))
    best = int(table.mean(axis=1).argmax())
    left_out = {}
    for j, name in enumerate(names):
        without = np.delete(table, j, axis=1).mean(axis=1)
        left_out[name] = float(table[int(without.argmax()), j])
    return TuneResult(settings[best], dict(zip(names, table[best].tolist(), strict=True)), left_out, len(settings))


def format_settings(result: TuneResult) -> str:
    """Give a TOML config with the chosen settings and what they were measured on."""
    lines = ["# Chosen by `samestory tune`; agreement is BCubed F1, or pairwise F1 for labelled pairs."]
    lines += [
        f"# {name}: {value:.4f}, left out {result.left_out[name]:.4f}"
        for name, value in sorted(result.agreement.items())
    ]
    lines += ["[cluster]", *(f"{key} = {value!r}" for key, value in result.settings.items())]
    return "\n".join(lines) + "\n"


def _measure_agreement(gold: GoldSet, batch: PreparedBatch, config: ClusterConfig) -> float:
    measures = pick_measures(judge_labels(gold, cluster_prepared(batch, config).labels, n_confusions=0))
    return measures["bcubed_f1"] if "bcubed_f1" in measures else measures["labelled_pair_f1"]
