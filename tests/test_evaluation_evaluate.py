"""Reading labelled sets, and the report on a set whose errors are known."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from clustering.errors import InputError
from clustering.evaluation.copies import find_simple_copies
from clustering.evaluation.evaluate import judge_labels
from clustering.evaluation.goldsets import GoldSet, find_gold_sets, hash_gold_file, load_gold_set


def _make_gold(tmp_path: Path) -> GoldSet:
    rows = [
        ("a1", "en", "quake", "Quake in Tingri", "2025-01-07T09:00:00Z"), ("a2", "en", "quake", "Tingri quake toll", "2025-01-07T12:00:00Z"),
        ("a3", "de", "quake", "Beben in Tingri", "2025-01-08T09:00:00+01:00"), ("b1", "en", "strike", "Dock strike", "2025-01-08T10:00:00Z"),
        ("b2", "de", "strike", "Hafenstreik", None),
    ]  # fmt: skip
    path = tmp_path / "articles.jsonl.gz"
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        for i, language, story, title, at in rows:
            stream.write(
                json.dumps(
                    {"id": i, "language": language, "story": story, "title": title, "text": None, "published_at": at}
                )
                + "\n"
            )
    (tmp_path / "pairs.tsv").write_text("a\tb\tsame\na1\ta2\t1\na1\tb1\t0\n", encoding="utf-8")
    return load_gold_set(path)


def test_reading_a_set(tmp_path: Path) -> None:
    gold = _make_gold(tmp_path)
    assert len(gold) == 5
    assert gold.pairs == [("a1", "a2", True), ("a1", "b1", False)]
    assert np.isnan(gold.published_hours[4])
    assert gold.published_hours[2] - gold.published_hours[0] == pytest.approx(23.0)
    assert find_gold_sets(tmp_path.parent)[tmp_path.name] == tmp_path / "articles.jsonl.gz"


def test_stories_may_stand_in_a_file_beside(tmp_path: Path) -> None:
    (tmp_path / "one.jsonl").write_text('{"id": "x", "title": "t"}\n', encoding="utf-8")
    (tmp_path / "two.jsonl").write_text('{"id": "y", "title": "u"}\n', encoding="utf-8")
    (tmp_path / "gold.tsv").write_text("article_id\tstory\nx\ts1\n", encoding="utf-8")
    gold = load_gold_set(tmp_path)
    assert dict(zip(gold.ids, gold.stories, strict=True)) == {"x": "s1", "y": None}
    before = hash_gold_file(tmp_path)
    (tmp_path / "gold.tsv").write_text("article_id\tstory\nx\ts2\n", encoding="utf-8")
    assert hash_gold_file(tmp_path) != before


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"id": "x"}\n{"id": "x"}\n', ":2: id 'x' appears twice"),
        ("nonsense\n", ":1: not a gold record"),
        ('{"title": "t"}\n', ":1: not a gold"),
    ],
)
def test_broken_sets_name_the_line(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        load_gold_set(path)
    with pytest.raises(InputError, match="no gold file"):
        load_gold_set(tmp_path / "absent.jsonl")


def test_report_on_known_errors(tmp_path: Path) -> None:
    """One merge (b1 into the quake) and one split (a3 alone): both must be found, counted and shown side by side."""
    report = judge_labels(_make_gold(tmp_path), np.array([0, 0, -1, 0, -1]))
    assert report.clusters is not None
    assert report.clusters.bcubed_precision == pytest.approx((2 / 3 + 2 / 3 + 1 + 1 / 3 + 1) / 5)
    assert report.cross_language is not None
    assert report.cross_language.recall == 0.0
    assert report.labelled_pairs is not None
    assert (report.labelled_pairs.precision, report.labelled_pairs.recall) == (0.5, 1.0)
    english = next(row for row in report.by_language if row.name == "en")
    german = next(row for row in report.by_language if row.name == "de")
    assert (english.participation, german.noise_share) == (1.0, 1.0)
    assert {row.name for row in report.by_day} == {"2025-01-07", "2025-01-08", "undated"}
    merge = next(c for c in report.confusions if c.kind == "merge")
    assert any("Tingri" in title for title in merge.left)
    assert any("Dock strike" in title for title in merge.right)
    assert any(c.kind == "split" and any("Beben" in t for t in c.left + c.right) for c in report.confusions)
    assert ("en", "de") in report.by_language_pair or ("de", "en") in report.by_language_pair


def test_simple_copies() -> None:
    body = (
        "The ferry left the port of Halvik at nine in the morning and was last seen off Ponta Verde by a fishing boat"
    )
    groups = find_simple_copies(
        ["a", "b", "c", "Same title", "same title"], [body, body + " today", "Another text", "", ""]
    )
    assert groups[0] == groups[1]
    assert groups[3] == groups[4]
    assert len(set(groups.tolist())) == 3
