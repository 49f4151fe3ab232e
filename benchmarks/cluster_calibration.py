"""Are the probabilities of pairs true: reliability by set, as the model gives them and mapped by what the other sets say.

python benchmarks/cluster_calibration.py FOLDER [FOLDER ...]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.engine import prepare_articles
from clustering.clusters.model import load_model
from clustering.config import Config
from clustering.evaluation.calibration import JudgedPairs, fit_map, judge_pairs, measure_reliability
from clustering.evaluation.evaluate import build_inputs
from clustering.evaluation.goldsets import find_gold_sets, load_gold_set

_MIN_PAIRS = 20


def _give_probability(one: JudgedPairs, found: tuple[float, float]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-(found[0] * one.log_odds + found[1]))))


def main() -> None:
    """Print both maps and how reliable each set is before and under the map of the others."""
    parser = argparse.ArgumentParser(description="Check and fit the probabilities of pairs on labelled sets")
    parser.add_argument("folders", type=Path, nargs="+")
    options = parser.parse_args()
    config, judged = Config(), {}
    for folder in options.folders:
        for name, path in (find_gold_sets(folder) or {folder.name: folder}).items():
            gold = load_gold_set(path, name=name)
            if any(gold.titles) or any(gold.texts):
                judged[name] = judge_pairs(
                    gold, prepare_articles(build_inputs(gold, config)), load_model(), config.cluster
                )
    for cross in (False, True):
        sets = {name: one.only(cross=cross) for name, one in judged.items()}
        sets = {name: one for name, one in sets.items() if len(one.log_odds) >= _MIN_PAIRS}
        slope, offset = fit_map(list(sets.values()))
        print(f"{'two languages' if cross else 'one language'}: slope {slope:.3f} offset {offset:.3f}")
        raw, mapped, truth = [], [], []
        for name, one in sets.items():
            others = fit_map([other for key, other in sets.items() if key != name])
            raw.append(_give_probability(one, (1.0, 0.0)))
            mapped.append(_give_probability(one, others))
            truth.append(one.is_same)
            before, after = (measure_reliability(p[-1], one.is_same).error for p in (raw, mapped))
            print(
                f"  {name:18s} {len(one.log_odds):6d} pairs, {one.is_same.mean():.2f} one story, error {before:.3f} -> {after:.3f}"
            )
        for title, values in (("as it is", raw), ("mapped", mapped)):
            found = measure_reliability(np.concatenate(values), np.concatenate(truth))
            print(f"  {title}: error {found.error:.3f}", *(f"{n}:{p:.2f}/{t:.2f}" for n, p, t in found.rows))


if __name__ == "__main__":
    main()
