"""The log-odds that two articles, or two groups of articles, tell the same story.

Takes the evidence of ``GroupTable.compare``, gives log-odds. A few coefficients per piece of evidence, one set for pairs in one language
and one for pairs in two, read from ``story_model.json`` beside this file. The same model judges two articles and two groups: an article
is a group of one. Signs are fixed (more alike is never less likely), so every verdict can be explained by its parts.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.groups import EVIDENCE, GroupTable
from clustering.clusters.workers import run_blocks

__all__ = ["MAX_GAP_DAYS", "StoryModel", "judge_groups", "load_model", "parse_model"]

_FILE = Path(__file__).with_name("story_model.json")
_COLUMN = {name: i for i, name in enumerate(EVIDENCE)}
_BLOCK_PAIRS = 65_536
MAX_GAP_DAYS = 10.0
"""A longer gap says no more than this one: the horizon decides who is compared at all."""


@dataclass(frozen=True, slots=True)
class StoryModel:
    """``same`` and ``cross``: coefficients by evidence name, with ``bias``; ``scale``: log-odds per unit of the weighted sum.

    ``alone``: the model that judges two articles by their texts alone, before the company they keep is known; None if this one needs no company.
    ``same_map`` and ``cross_map``: (slope, offset) from log-odds of two articles to those reported; merging and parting do not use them.
    """

    same: dict[str, float]
    cross: dict[str, float]
    scale: float
    fitted_on: tuple[str, ...]
    alone: StoryModel | None = None
    same_map: tuple[float, float] = (1.0, 0.0)
    cross_map: tuple[float, float] = (1.0, 0.0)

    def judge(self, evidence: NDArray[np.float32]) -> NDArray[np.float64]:
        """Give log-odds, shape (n_pairs,), from evidence (n_pairs, len(EVIDENCE))."""
        x = evidence.astype(np.float64)
        x[:, _COLUMN["gap_days"]] = np.minimum(x[:, _COLUMN["gap_days"]], MAX_GAP_DAYS)
        x[:, _COLUMN["mean_gap_days"]] = np.minimum(x[:, _COLUMN["mean_gap_days"]], MAX_GAP_DAYS)
        share = x[:, _COLUMN["cross_share"]]
        return self.scale * ((1 - share) * _weigh(x, self.same) + share * _weigh(x, self.cross))

    def judge_company(self, company: NDArray[np.float32], is_cross: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Give the log-odds that company adds to a pair of articles, shape (n_pairs,). ``company``: the product of their rows."""
        same, cross = (
            self.scale * (side.get("company", 0.0) + side.get("company_centre", 0.0))
            for side in (self.same, self.cross)
        )
        return np.where(is_cross, cross, same) * company

    def give_probability(self, log_odds: NDArray[np.float64], is_cross: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Give the calibrated probability that two articles tell one story, shape (n_pairs,). ``is_cross``: in two languages."""
        slope = np.where(is_cross, self.cross_map[0], self.same_map[0])
        offset = np.where(is_cross, self.cross_map[1], self.same_map[1])
        return np.asarray(1 / (1 + np.exp(-(slope * log_odds + offset))))

    def split_parts(self, evidence: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
        """Give the log-odds each kind of evidence adds: meaning, words, names, numbers, places, company, hours; their sum plus the bias is the verdict before calibration."""
        x = evidence.astype(np.float64)
        parts = {}
        for part, names in _PARTS.items():
            masked = np.zeros_like(x)
            for name in names:
                masked[:, _COLUMN[name]] = x[:, _COLUMN[name]]
            masked[:, _COLUMN["cross_share"]] = x[:, _COLUMN["cross_share"]]
            empty = np.zeros_like(x)
            empty[:, _COLUMN["cross_share"]] = x[:, _COLUMN["cross_share"]]
            parts[part] = self.judge(masked.astype(np.float32)) - self.judge(empty.astype(np.float32))
        return parts


def judge_groups(
    table: GroupTable, model: StoryModel, a: NDArray[np.int64], b: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Give the log-odds of pairs of roots, shape (len(a),), in blocks of bounded memory on all cores."""
    blocks = [slice(start, start + _BLOCK_PAIRS) for start in range(0, len(a), _BLOCK_PAIRS)]
    found = list(run_blocks(lambda part: model.judge(table.compare(a[part], b[part])), blocks, has_products=True))
    return np.concatenate(found) if found else np.empty(0)


_PARTS = {
    "meaning": ("meaning", "meaning_centre", "looseness"),
    "words": ("words", "words_centre"),
    "names": ("names", "names_centre", "names_missing"),
    "numbers": ("numbers", "numbers_apart"),
    "places": ("places",),
    "company": ("company", "company_centre"),
    "size": ("log_small", "log_large"),
    "outlet": ("same_outlet",),
    "hours": ("gap_days", "mean_gap_days", "is_undated"),
}


def _weigh(x: NDArray[np.float64], coefficients: dict[str, float]) -> NDArray[np.float64]:
    weights = np.array([coefficients.get(name, 0.0) for name in EVIDENCE])
    return np.asarray(x @ weights + coefficients["bias"])


def parse_model(text: str) -> StoryModel:
    """Read the JSON form: ``{"same": {...}, "cross": {...}, "scale": x, "fitted_on": [...]}``, with ``alone`` (``same``, ``cross``) and ``maps`` (slope, offset) if given."""
    data = json.loads(text)
    maps = data.get("maps", {})
    same_map, cross_map = (tuple(map(float, maps.get(name, (1.0, 0.0)))) for name in ("same", "cross"))
    scale, fitted_on = float(data["scale"]), tuple(data["fitted_on"])
    alone = data.get("alone")
    return StoryModel(
        dict(data["same"]), dict(data["cross"]), scale, fitted_on,
        StoryModel(dict(alone["same"]), dict(alone["cross"]), scale, fitted_on) if alone else None,
        (same_map[0], same_map[1]), (cross_map[0], cross_map[1]),
    )  # fmt: skip


@lru_cache(maxsize=1)
def load_model() -> StoryModel:
    """Give the model that ships with the code."""
    return parse_model(_FILE.read_text(encoding="utf-8"))
