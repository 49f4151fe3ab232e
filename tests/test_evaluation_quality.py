"""The quality gate on the shipped samples, always, and on the labelled sets where a maintainer has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustering.config import Config
from clustering.evaluation.evaluate import predict_labels
from clustering.evaluation.gate import find_failures, read_floors, run_gate
from clustering.evaluation.goldsets import find_gold_sets, load_gold_set
from tests.shared_data import SHARED

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ROOT / "clustering" / "evaluation" / "floors.json"
SAMPLES = {"sample-corpus": ROOT / "samples" / "corpus" / "articles.jsonl", "sample-traps": ROOT / "samples" / "traps"}


def test_samples_stay_above_their_floors() -> None:
    assert find_failures(run_gate(SAMPLES, read_floors(FLOORS), Config())) == []


@pytest.mark.slow
def test_labelled_sets_stay_above_their_floors() -> None:
    floors = read_floors(FLOORS)
    sets = {name: path for name, path in find_gold_sets(SHARED / "evaldata").items() if name in floors}
    if not sets:
        pytest.skip("the labelled sets are not here")
    assert find_failures(run_gate(sets, floors, Config())) == []


def test_every_call_of_the_rubio_lavrov_thread_is_a_story_of_its_own() -> None:
    """No cluster of the sample corpus holds articles of two gold stories of one thread."""
    gold = load_gold_set(SAMPLES["sample-corpus"])
    lines = (ROOT / "samples" / "corpus" / "threads.tsv").read_text(encoding="utf-8").splitlines()[1:]
    thread = dict(line.split("\t")[:2] for line in lines)
    stories: dict[int, set[str]] = {}
    for label, story in zip(predict_labels(gold, Config()).tolist(), gold.stories, strict=True):
        if label >= 0 and story in thread:
            stories.setdefault(label, set()).add(story)
    assert len(stories) >= len({s for s in gold.stories if s in thread}) * 0.8
    assert [found for found in stories.values() if len(found) > 1] == []
