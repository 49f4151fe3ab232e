"""The steps over a real store: run again, in another order, day by day, cut off, with another encoder."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from clustering.config import Config, EncoderConfig
from clustering.errors import InputError, StoreError
from clustering.steps.cluster import run_cluster
from clustering.steps.embed import run_embed
from clustering.steps.ingest import run_ingest
from clustering.steps.publish import run_publish
from clustering.store.database import open_database
from clustering.store.snapshot import query_snapshot
from clustering.store.workspace import Workspace

CORPUS = Path(__file__).resolve().parents[1] / "samples" / "corpus" / "articles.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]
CONFIG = Config()


def write(path: Path, rows: Sequence[dict[str, object]]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def run_all(workspace: Workspace, path: Path, config: Config = CONFIG) -> dict[str, int]:
    run_ingest(workspace, config, [path])
    run_embed(workspace, config)
    counts = dict(run_cluster(workspace, config).counts)
    run_publish(workspace, config)
    return counts


def assignments(workspace: Workspace) -> dict[str, str | None]:
    _, rows = query_snapshot(workspace.current_snapshot(), "SELECT article_id, story_id FROM articles")
    return dict(rows)


def test_run_again_changes_nothing(tmp_path: Path) -> None:
    # the whole corpus is longer than the window: a second run must not see fewer articles and decide otherwise
    workspace, path = Workspace(tmp_path / "w"), write(tmp_path / "a.jsonl", ROWS)
    run_all(workspace, path)
    before = assignments(workspace)
    again = run_all(workspace, path)
    assert assignments(workspace) == before
    assert again["changed"] == 0
    with open_database(workspace, read_only=True) as connection:
        runs = connection.execute(
            "SELECT DISTINCT run_id FROM transitions UNION SELECT DISTINCT run_id FROM story_versions"
        ).fetchall()
    assert len(runs) == 1, "the second run wrote transitions or versions though nothing changed"


def test_a_new_config_or_correction_is_no_reason_to_skip(tmp_path: Path) -> None:
    workspace, path = Workspace(tmp_path / "w"), write(tmp_path / "a.jsonl", ROWS[:30])
    run_all(workspace, path)
    assert run_cluster(workspace, CONFIG).counts["window"] == 0
    other = CONFIG.model_copy(update={"story": CONFIG.story.model_copy(update={"idle_hours": 12.0})})
    assert run_cluster(workspace, other).counts["window"] > 0


def test_ids_do_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    shuffled = ROWS[:80]
    random.Random(3).shuffle(shuffled)
    one, two = Workspace(tmp_path / "one"), Workspace(tmp_path / "two")
    run_all(one, write(tmp_path / "a.jsonl", ROWS[:80]))
    run_all(two, write(tmp_path / "b.jsonl", shuffled))
    assert assignments(one) == assignments(two)
    assert any(assignments(one).values())


def test_day_by_day_keeps_the_ids_of_stories_that_did_not_change(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    days = sorted({str(row["published_at"])[:10] for row in ROWS if row["published_at"]})[2:8]
    before: dict[str, str | None] = {}
    for day in days:
        run_all(workspace, write(tmp_path / f"{day}.jsonl", [r for r in ROWS if str(r["published_at"])[:10] == day]))
        now = assignments(workspace)
        groups_before = {
            frozenset(a for a, s in before.items() if s == story): story for story in set(before.values()) - {None}
        }
        groups_now = {frozenset(a for a, s in now.items() if s == story): story for story in set(now.values()) - {None}}
        for members, story in groups_before.items():
            if members in groups_now:
                assert groups_now[members] == story
        before = now


def test_a_late_earlier_article_keeps_the_id(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    call = [r for r in ROWS if str(r["published_at"]).startswith("2025-02-15")]
    call.sort(key=lambda r: str(r["published_at"]))
    run_all(workspace, write(tmp_path / "later.jsonl", call[2:]))
    before = assignments(workspace)
    run_all(workspace, write(tmp_path / "first.jsonl", call[:2]))
    after = assignments(workspace)
    largest = max((s for s in before.values() if s), key=lambda s: sum(x == s for x in before.values()))
    kept = [a for a, s in before.items() if s == largest]
    assert {after[a] for a in kept} == {largest}


class _FlakyEncoder:
    """Fails on its second batch, as a killed process would end there."""

    fingerprint, dimension = "flaky:1", 4

    def __init__(self, fail_on: int | None) -> None:
        self.fail_on, self.n_calls, self.n_texts = fail_on, 0, 0

    def encode(self, texts: Sequence[str], **_: object) -> NDArray[np.float32]:
        self.n_calls += 1
        if self.n_calls == self.fail_on:
            raise KeyboardInterrupt
        self.n_texts += len(texts)
        return np.tile(np.float32([1, 0, 0, 0]), (len(texts), 1))


def test_embedding_goes_on_where_it_was_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import clustering.steps.embed as step
    import clustering.vectors.encoder as seam

    workspace = Workspace(tmp_path / "w")
    run_ingest(workspace, CONFIG, [write(tmp_path / "a.jsonl", ROWS[:30])])
    monkeypatch.setattr(step, "_BATCH_TEXTS", 10)
    monkeypatch.setattr(seam, "load_encoder", lambda config: flaky)
    flaky = _FlakyEncoder(fail_on=2)
    with pytest.raises(KeyboardInterrupt):
        run_embed(workspace, CONFIG)
    flaky = _FlakyEncoder(fail_on=None)
    n_contents = len({(row["title"], row["text"]) for row in ROWS[:30]})
    assert run_embed(workspace, CONFIG).counts["embedded"] == n_contents - 10
    assert run_embed(workspace, CONFIG).counts["embedded"] == 0
    with open_database(workspace, read_only=True) as connection:
        states = [
            row[0]
            for row in connection.execute("SELECT state FROM runs WHERE step = 'embed' ORDER BY run_id").fetchall()
        ]
    assert states == ["failed", "completed", "completed"]


def test_clustering_without_vectors_says_what_to_do(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w")
    run_ingest(workspace, CONFIG, [write(tmp_path / "a.jsonl", ROWS[:5])])
    with pytest.raises(StoreError, match="run `samestory embed` first"):
        run_cluster(workspace, CONFIG)


def test_another_encoder_keeps_the_story_ids(tmp_path: Path) -> None:
    workspace, path = Workspace(tmp_path / "w"), write(tmp_path / "a.jsonl", ROWS[:80])
    run_all(workspace, path)
    before = assignments(workspace)
    other = CONFIG.model_copy(update={"encoder": EncoderConfig(dimension=128)})
    counts = run_all(workspace, path, other)
    assert counts["window"] > 0
    after = assignments(workspace)
    same = [a for a, story in before.items() if story is not None and after[a] == story]
    assert len(same) >= 0.8 * sum(story is not None for story in before.values())


def test_a_missing_path_writes_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="absent"):
        run_ingest(Workspace(tmp_path / "w"), CONFIG, [tmp_path / "absent.jsonl"])
    assert not (tmp_path / "w").exists()


def test_old_snapshots_are_removed_and_the_newest_is_current(tmp_path: Path) -> None:
    workspace, path = Workspace(tmp_path / "w"), write(tmp_path / "a.jsonl", ROWS[:20])
    config = CONFIG.model_copy(update={"publish": CONFIG.publish.model_copy(update={"keep_snapshots": 2})})
    run_all(workspace, path, config)
    for _ in range(3):
        run_publish(workspace, config)
    folders = sorted(folder.name for folder in workspace.snapshots.iterdir())
    assert len(folders) == 2
    assert workspace.current_snapshot().name == folders[-1]
