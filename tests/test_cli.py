"""The command line as a user meets it: outputs, exit statuses, one-line errors."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from clustering.cli.app import run_app

GOOD = [
    {"id": "a1", "url": "https://one.example/a", "outlet": "one.example", "published_at": "2025-02-15T20:00:00Z", "language": "en",
     "title": "Rubio and Lavrov speak by phone", "text": "Secretary of State Marco Rubio spoke with Sergei Lavrov by phone on Saturday."},
    {"id": "a2", "url": "https://two.example/b", "outlet": "two.example", "published_at": "2025-02-15T21:00:00Z", "language": "en",
     "title": "Rubio holds phone call with Lavrov", "text": "Marco Rubio and Sergei Lavrov held a phone call on Saturday, the State Department said."},
    {"id": "a3", "url": "https://three.example/c", "outlet": "three.example", "published_at": "2025-02-14", "language": "en",
     "title": "Village choir wins prize", "text": "The choir of a small village won the regional prize for the third time."},
]  # fmt: skip


class Result(NamedTuple):
    status: int
    out: str
    err: str


Run = Callable[..., Result]


@pytest.fixture
def samestory(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process."""

    def run(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["samestory", *map(str, arguments)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as exit_info:
            run_app()
        captured = capsys.readouterr()
        code = exit_info.value.code
        return Result(code if isinstance(code, int) else 0 if code is None else 1, captured.out, captured.err)

    return run


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in GOOD), encoding="utf-8")
    return path


def test_help_is_fast_and_light() -> None:
    started = time.monotonic()
    code = (
        "import sys; sys.argv = ['samestory', '--help']\n"
        "from clustering.cli import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "heavy = {'torch', 'prefect', 'hdbscan', 'duckdb', 'numpy', 'pyarrow', 'sentence_transformers'} & set(sys.modules)\n"
        "sys.exit(f'heavy imports: {heavy}' if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "stories" in result.stdout
    assert time.monotonic() - started < 30


def test_run_then_every_reading_command(samestory: Run, corpus: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    done = samestory("run", "-w", workspace, corpus)
    assert done.status == 0, done.err
    assert "3 pages" in done.out

    lines = samestory("assignments", "-w", workspace).out.splitlines()
    assigned = dict(line.split("\t") for line in lines)
    assert set(assigned) == {"a1", "a2", "a3"}
    assert assigned["a1"] == assigned["a2"] != ""
    assert assigned["a3"] == ""

    listed = json.loads(samestory("stories", "-w", workspace, "--json").out)
    assert [row["id"] for row in listed] == [assigned["a1"]]
    assert {"headline", "outlets", "languages", "articles", "reprints", "first_seen", "last_seen"} <= set(listed[0])
    assert listed[0]["articles"] == listed[0]["outlets"] == 2

    coverage = json.loads(samestory("story", assigned["a1"], "-w", workspace, "--json").out)
    assert [row["article_id"] for row in coverage] == ["a1", "a2"]
    assert {"time", "outlet", "language", "headline", "kind"} <= set(coverage[0])
    shown = samestory("story", assigned["a1"], "-w", workspace).out
    assert "first: one.example" in shown

    counted = json.loads(samestory("query", "SELECT count(*) AS n FROM articles", "-w", workspace, "--json").out)
    assert counted == [{"n": 3}]
    status = samestory("status", "-w", workspace)
    assert "3 pages = 3 articles" in status.out
    encoders = json.loads(samestory("encoder", "show", "-w", workspace, "--json").out)
    assert [(row["vectors"], row["configured"]) for row in encoders] == [(3, True)]
    kinds = {row["kind"] for row in json.loads(samestory("status", "-w", workspace, "--json").out)}
    assert kinds == {"total", "pages", "run"}


def test_each_step_alone_does_what_run_does(samestory: Run, corpus: Path, tmp_path: Path) -> None:
    for step in (["ingest", corpus], ["embed"], ["cluster"], ["publish"]):
        assert samestory(*step, "-w", tmp_path / "steps").status == 0
    assert samestory("run", corpus, "-w", tmp_path / "whole").status == 0
    assert (
        samestory("assignments", "-w", tmp_path / "steps").out == samestory("assignments", "-w", tmp_path / "whole").out
    )


def test_a_second_run_loses_and_duplicates_nothing(samestory: Run, corpus: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    samestory("run", corpus, "-w", workspace)
    before = samestory("assignments", "-w", workspace).out
    again = samestory("run", corpus, "-w", workspace)
    assert again.status == 0
    assert "3 known" in again.out
    assert samestory("assignments", "-w", workspace).out == before


def test_bad_input_is_counted_with_file_and_line_and_the_run_goes_on(samestory: Run, tmp_path: Path) -> None:
    path = tmp_path / "mixed.jsonl"
    bad = [
        "{not json",
        json.dumps({"id": "b1", "title": "", "text": ""}),
        json.dumps({**GOOD[0], "title": "Something else entirely"}),
        json.dumps({"id": "b2", "title": "From the future", "published_at": "2031-01-01T00:00:00Z"}),
        json.dumps(["a", "list"]),
    ]
    path.write_text("\n".join([json.dumps(GOOD[0]), json.dumps(GOOD[1]), *bad]) + "\n", encoding="utf-8")
    workspace = tmp_path / "w"
    first = samestory("run", path, "-w", workspace)
    assert first.status == 3
    assert "5 of 7 pages did not become articles" in first.err
    rejects = json.loads(
        samestory("query", "SELECT reason, line FROM rejects ORDER BY line", "-w", workspace, "--json").out
    )
    assert rejects == [
        {"reason": "malformed-line", "line": 3},
        {"reason": "empty", "line": 4},
        {"reason": "duplicate-id", "line": 5},
        {"reason": "future-date", "line": 6},
        {"reason": "malformed-line", "line": 7},
    ]
    second = samestory("run", path, "-w", workspace)
    assert second.status == 3
    status = samestory("status", "-w", workspace).out
    assert "7 pages = 2 articles + 0 known again + 0 updates + 5 rejects + 0 in quarantine" in status


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "absent.jsonl", "-w", "{w}"], "absent.jsonl"),
        (["run", "{corpus}", "-w", "{w}", "-c", "absent.toml"], "absent.toml"),
        (["stories", "-w", "{w}"], "no workspace"),
        (["status", "-w", "{w}"], "no workspace"),
        (["embed", "-w", "{w}"], "no workspace"),
        (["assignments", "-w", "{corpus}"], "no workspace"),
    ],
)
def test_what_is_missing_is_one_line_and_status_2(
    samestory: Run, corpus: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    filled = [a.format(w=tmp_path / "none", corpus=corpus) for a in arguments]
    result = samestory(*filled)
    assert result.status == 2
    assert words in result.err
    assert len(result.err.strip().splitlines()) == 1
    assert "Traceback" not in result.err
    assert not (tmp_path / "none").exists()


def test_unknown_story_and_bad_sql_are_one_clear_line(samestory: Run, corpus: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    samestory("run", corpus, "-w", workspace)
    unknown = samestory("story", "s-nothing", "-w", workspace)
    assert unknown.status == 2
    assert "s-nothing" in unknown.err
    bad = samestory("query", "SELEKT 1", "-w", workspace)
    assert bad.status == 2
    assert "the query failed" in bad.err
    written = samestory("query", "DELETE FROM articles", "-w", workspace)
    assert written.status == 2
    exported = samestory("query", f"COPY articles TO '{tmp_path / 'out.csv'}'", "-w", workspace)
    assert exported.status == 2
    assert not (tmp_path / "out.csv").exists()


def test_corrections_that_cannot_be_written_are_one_line(samestory: Run, corpus: Path, tmp_path: Path) -> None:
    samestory("ingest", corpus, "-w", tmp_path / "w")
    result = samestory("correct", "export", tmp_path / "absent" / "x.json", "-w", tmp_path / "w")
    assert result.status == 2
    assert "cannot be written" in result.err
    assert len(result.err.strip().splitlines()) == 1


def test_an_output_that_knows_no_cyrillic_shows_escapes(published: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "clustering.cli", "query", "SELECT 'Лавров' AS name", "-w", str(published)],
        capture_output=True, check=False, env={**os.environ, "PYTHONIOENCODING": "ascii"}, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert rb"\u041b\u0430\u0432" in result.stdout
