"""``evaluate``, ``tune`` and ``gate`` on small labelled sets."""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

import pytest

from clustering.cli.app import run_app
from clustering.config import load_config

STORIES = {
    "pier": ["Harbour council votes to rebuild the storm-hit pier", "Storm-hit pier to be rebuilt, harbour council decides"],
    "choir": ["Village choir wins the regional singing prize", "Regional singing prize goes to village choir"],
    "fire": ["Fire destroys the old paper mill near the river", "Old paper mill near the river destroyed by fire"],
}  # fmt: skip


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["samestory", *map(str, arguments)])
    with pytest.raises(SystemExit) as exit_info:
        run_app()
    return int(exit_info.value.code or 0)


def write_set(folder: Path, name: str) -> Path:
    path = folder / f"{name}.jsonl"
    rows = [
        {"id": f"{name}-{story}-{i}", "title": title, "language": "en", "outlet": f"{i}.example", "story": story,
         "published_at": "2025-02-10T10:00:00Z"}
        for story, titles in STORIES.items() for i, title in enumerate(titles)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_evaluate_gives_every_measure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_set(tmp_path, "one")
    assert run(monkeypatch, "evaluate", path, "--json") == 0
    [report] = json.loads(capsys.readouterr().out)
    assert report["n_articles"] == 6
    assert report["clusters"]["n_gold_stories"] == 3
    assert 0 < report["clusters"]["bcubed_f1"] <= 1
    assert run(monkeypatch, "evaluate", path) == 0
    assert "BCubed F1" in capsys.readouterr().out


def test_tune_writes_a_config_that_loads_and_needs_two_sets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two, out = write_set(tmp_path, "one"), write_set(tmp_path, "two"), tmp_path / "tuned.toml"
    assert run(monkeypatch, "tune", one, "--out", out) == 2
    assert "at least two" in capsys.readouterr().err
    assert not out.exists()
    assert run(monkeypatch, "tune", one, two, "--out", out) == 0
    assert tomllib.loads(out.read_text(encoding="utf-8"))["cluster"]
    load_config(out)


def test_gate_fails_below_a_floor_and_refuses_to_lower_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path, floors = write_set(tmp_path, "one"), tmp_path / "floors.json"
    assert run(monkeypatch, "gate", path, "--floors", floors, "--pin") == 0
    pinned = json.loads(floors.read_text(encoding="utf-8"))
    pinned["one"]["bcubed_f1"] = 1.0
    pinned["one"]["bcubed_precision"] = 1.0
    floors.write_text(json.dumps(pinned), encoding="utf-8")
    # the same articles with gold that no clustering can meet
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for i, row in enumerate(rows):
        row["story"] = f"s{i % 2}"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    capsys.readouterr()
    assert run(monkeypatch, "gate", path, "--floors", floors) == 1, "a changed corpus must not pass"
    assert run(monkeypatch, "gate", path, "--floors", floors, "--pin") == 2
    assert "--lower" in capsys.readouterr().err
    assert json.loads(floors.read_text(encoding="utf-8")) == pinned
    assert run(monkeypatch, "gate", path, "--floors", floors, "--pin", "--lower") == 0
