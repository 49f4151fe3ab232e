"""The gate that keeps quality must itself not be easy to fool."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from clustering.config import Config
from clustering.errors import ConfigError, InputError
from clustering.evaluation.evaluate import Report, judge_labels
from clustering.evaluation.gate import check_floors, find_failures, pick_measures, read_floors, run_gate, write_floors
from clustering.evaluation.goldsets import hash_gold_file, load_gold_set


def _write_set(folder: Path, stories: list[str]) -> Path:
    path = folder / "articles.jsonl"
    rows = [
        {
            "id": f"x{i}",
            "title": f"title {i}",
            "language": ["en", "de"][i % 2],
            "story": s,
            "published_at": "2025-02-15T10:00:00Z",
        }
        for i, s in enumerate(stories)
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def _judge_with(labels: list[int]) -> object:
    def judge(path: Path, config: Config) -> Report:
        return judge_labels(load_gold_set(path), np.array(labels))

    return judge


def test_measured_below_the_floor_fails() -> None:
    floors = {"s": {"checksum": "c", "bcubed_f1": 0.9}}
    assert find_failures(check_floors("s", "c", {"bcubed_f1": 0.9}, floors)) == []
    [line] = find_failures(check_floors("s", "c", {"bcubed_f1": 0.8999}, floors))
    assert "0.8999" in line
    assert "0.9000" in line


def test_unknown_set_changed_corpus_and_missing_measure_fail() -> None:
    floors = {"s": {"checksum": "c", "bcubed_f1": 0.9}}
    assert find_failures(check_floors("t", "c", {"bcubed_f1": 1.0}, floors))
    assert "corpus changed" in find_failures(check_floors("s", "d", {"bcubed_f1": 1.0}, floors))[0]
    assert "not measured" in find_failures(check_floors("s", "c", {}, floors))[0]


def test_whole_gate_on_a_small_set(tmp_path: Path) -> None:
    path = _write_set(tmp_path, ["a", "a", "b", "b"])
    good, bad = [0, 0, 1, 1], [0, 0, 0, 0]
    report = judge_labels(load_gold_set(path), np.array(good))
    floors_file = tmp_path / "floors.json"
    floors = write_floors(floors_file, {"small": (hash_gold_file(path), pick_measures(report))})
    assert read_floors(floors_file) == floors
    assert find_failures(run_gate({"small": path}, floors, Config(), judge=_judge_with(good))) == []  # type: ignore[arg-type]
    failures = find_failures(run_gate({"small": path}, floors, Config(), judge=_judge_with(bad)))  # type: ignore[arg-type]
    assert any("bcubed_precision" in line for line in failures)
    path.write_text(path.read_text(encoding="utf-8").replace("title 3", "title three"), encoding="utf-8")
    assert "corpus changed" in find_failures(run_gate({"small": path}, floors, Config(), judge=_judge_with(good)))[0]  # type: ignore[arg-type]


def test_lowering_a_floor_needs_the_flag(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    write_floors(path, {"s": ("c", {"bcubed_f1": 0.9})})
    before = path.read_text(encoding="utf-8")
    with pytest.raises(InputError, match="bcubed_f1"):
        write_floors(path, {"s": ("c", {"bcubed_f1": 0.8})})
    with pytest.raises(InputError, match="lose its floor"):
        write_floors(path, {"s": ("c", {})})
    assert path.read_text(encoding="utf-8") == before
    assert write_floors(path, {"s": ("c", {"bcubed_f1": 0.8})}, allow_lower=True)["s"]["bcubed_f1"] == pytest.approx(
        0.795
    )


def test_measuring_a_little_less_keeps_the_floor(tmp_path: Path) -> None:
    """Inside the margin the floor stays, so it cannot sink step by step."""
    path = tmp_path / "floors.json"
    pinned = write_floors(path, {"s": ("c", {"bcubed_f1": 0.9})})["s"]["bcubed_f1"]
    for value in (0.899, 0.898, 0.897, 0.896):
        assert write_floors(path, {"s": ("c", {"bcubed_f1": value})})["s"]["bcubed_f1"] == pinned


def test_a_better_result_raises_the_floor(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    write_floors(path, {"s": ("c", {"bcubed_f1": 0.9})})
    assert write_floors(path, {"s": ("c", {"bcubed_f1": 0.95})})["s"]["bcubed_f1"] == pytest.approx(0.945)


@pytest.mark.parametrize(
    "text", ["[", '{"s": {}}', '{"s": {"checksum": "c", "bcubed_f1": 7}}', '{"s": {"checksum": "c", "f": "x"}}']
)
def test_broken_floors_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"floors\.json"):
        read_floors(path)
