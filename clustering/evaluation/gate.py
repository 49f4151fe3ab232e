"""The quality gate: measured agreement must not fall below pinned floors.

Takes labelled sets and a floors file (JSON: set -> checksum and floors), gives what failed. A floor is tied to the checksum of its set: a
changed corpus needs new floors, and a floor is only ever lowered when that is asked for by name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from clustering.config import Config
from clustering.errors import ConfigError, InputError
from clustering.evaluation.evaluate import Report, evaluate
from clustering.evaluation.goldsets import hash_gold_file

__all__ = [
    "Floors",
    "GateRow",
    "check_floors",
    "find_failures",
    "pick_measures",
    "read_floors",
    "run_gate",
    "write_floors",
]

Floors = dict[str, dict[str, float | str]]
"""By set: ``checksum`` and floors by measure name (a value in 0..1)."""
_SLACK = 1e-9
_MARGIN = 0.005
"""New floors are pinned this far below what was measured: other processors round products differently."""


@dataclass(frozen=True, slots=True)
class GateRow:
    """One measure of one set beside its floor; ``failure`` is empty when it passes."""

    name: str
    measure: str
    value: float
    floor: float
    failure: str


def read_floors(path: Path) -> Floors:
    """Read a floors file. Errors: ``ConfigError`` naming the file for anything that is not set -> checksum and numbers."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, json.JSONDecodeError) as error:
        raise ConfigError(f"{path}: not a floors file: {error}") from error
    for name, entry in data.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("checksum"), str):
            raise ConfigError(f"{path}: {name}: needs a checksum")
        for measure, floor in entry.items():
            if measure != "checksum" and not (isinstance(floor, int | float) and 0 <= floor <= 1):
                raise ConfigError(f"{path}: {name}: {measure}: {floor!r} is not a floor in 0..1")
    return dict(data)


def pick_measures(report: Report) -> dict[str, float]:
    """Give the measures of a report that are worth a floor."""
    measures = {}
    if report.clusters is not None:
        measures["bcubed_f1"] = report.clusters.bcubed_f1
        measures["bcubed_precision"] = report.clusters.bcubed_precision
    if report.cross_language is not None:
        measures["cross_language_pair_f1"] = report.cross_language.f1
    if report.labelled_pairs is not None:
        measures["labelled_pair_f1"] = report.labelled_pairs.f1
    return measures


def check_floors(name: str, checksum: str, measures: Mapping[str, float], floors: Floors) -> list[GateRow]:
    """Compare one set with its floors. An unknown set, a changed checksum and a floor without a measure are failures too."""
    entry = floors.get(name)
    if entry is None:
        return [GateRow(name, "checksum", 0.0, 0.0, "no floors are pinned for this set")]
    if entry["checksum"] != checksum:
        return [
            GateRow(
                name,
                "checksum",
                0.0,
                0.0,
                f"the corpus changed ({entry['checksum']} -> {checksum}): pin its floors anew",
            )
        ]
    rows = []
    for measure, pinned in entry.items():
        if measure == "checksum":
            continue
        floor, value = float(pinned), measures.get(measure)
        if value is None:
            rows.append(GateRow(name, measure, 0.0, floor, "not measured"))
        else:
            failure = "" if value >= floor - _SLACK else f"{value:.4f} is below the floor {floor:.4f}"
            rows.append(GateRow(name, measure, value, floor, failure))
    return rows


def run_gate(
    sets: Mapping[str, Path], floors: Floors, config: Config, *, judge: Callable[[Path, Config], Report] = evaluate
) -> list[GateRow]:
    """Evaluate every given set that has floors and compare. Sets without a file here are for the caller to leave out."""
    rows = []
    for name, path in sorted(sets.items()):
        rows += check_floors(name, hash_gold_file(path), pick_measures(judge(path, config)), floors)
    return rows


def find_failures(rows: list[GateRow]) -> list[str]:
    """Give one line per failed floor."""
    return [f"{row.name}: {row.measure}: {row.failure}" for row in rows if row.failure]


def write_floors(
    path: Path, measured: Mapping[str, tuple[str, Mapping[str, float]]], *, allow_lower: bool = False
) -> Floors:
    """Pin floors just below what was measured (set -> checksum, measures) and write the file; other sets keep theirs.

    Errors: ``InputError`` naming set and measure when a floor of an unchanged or changed corpus would fall and ``allow_lower`` is not given.
    """
    floors = read_floors(path) if path.is_file() else {}
    for name, (checksum, measures) in measured.items():
        old = floors.get(name, {})
        new: dict[str, float | str] = {"checksum": checksum}
        for measure, value in measures.items():
            floor = max(0.0, round(value - _MARGIN, 4))
            pinned = old.get(measure)
            if isinstance(pinned, int | float) and floor < pinned:
                if value >= pinned - _SLACK and not allow_lower:
                    floor = float(pinned)
                elif not allow_lower:
                    raise InputError(
                        f"{name}: {measure}: the floor would fall from {pinned} to {floor}; lowering needs --lower"
                    )
            new[measure] = floor
        lost = set(old) - set(new)
        if lost and not allow_lower:
            raise InputError(f"{name}: {', '.join(sorted(lost))} would lose its floor; lowering needs --lower")
        floors[name] = new
    path.write_text(json.dumps(floors, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    return floors
