"""Two fillings of one template by one outlet are two stories; updates of one story and other outlets' versions are not a series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from clustering.clusters.engine import ClusterInput, cluster_articles, prepare_articles
from clustering.clusters.groups import GroupTable
from clustering.clusters.merging import merge_groups
from clustering.clusters.model import load_model
from clustering.clusters.series import find_series_pairs
from clustering.config import ClusterConfig

_OHIO = (
    "Trump wins Ohio",
    "Donald Trump won Ohio against Kamala Harris, projections by the network showed on election night.",
)
_IOWA = (
    "Trump wins Iowa",
    "Donald Trump won Iowa against Kamala Harris, projections by the network showed on election night.",
)
_TOLL = (
    "Death toll in Tibet quake rises to 1,200",
    "Rescuers found more victims in Tingri in Tibet, officials said. 1,200 people died.",
)
_LATER = (
    "Death toll in Tibet quake rises to 1,500",
    "Rescuers found more victims in Tingri in Tibet, officials said. 1,500 people died.",
)
_UP = (
    "Nordwelle quarterly profit up 12%",
    "Nordwelle raised its quarterly profit by 12% and confirmed its outlook for the year.",
)
_DOWN = (
    "Talbrueck quarterly profit up 11%",
    "Talbrueck raised its quarterly profit by 11% and confirmed its outlook for the year.",
)


def _make(*articles: tuple[tuple[str, str], str | None]) -> ClusterInput:
    """Articles (title and lead, outlet) an hour apart, all with the same vector: only their texts differ."""
    n = len(articles)
    vectors = np.zeros((n, 8), np.float32)
    vectors[:, 0] = 1
    return ClusterInput(
        [f"a{i}" for i in range(n)], [text[0] for text, _ in articles], [text[1] for text, _ in articles], ["en"] * n,
        480_000.0 + np.arange(n), [outlet for _, outlet in articles], vectors, np.arange(n),
    )  # fmt: skip


def _is_series(one: tuple[tuple[str, str], str | None], other: tuple[tuple[str, str], str | None]) -> bool:
    features = prepare_articles(_make(one, other)).features
    assert features.series is not None
    found = find_series_pairs(
        features.series, features.terms["words"], features.outlets, features.languages, np.array([0]), np.array([1])
    )
    return bool(found[0])


@pytest.mark.parametrize(("one", "other"), [(_OHIO, _IOWA), (_UP, _DOWN)])
def test_one_outlet_fills_a_template_twice(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert _is_series((one, "a.example"), (other, "a.example"))
    assert _is_series((other, "a.example"), (one, "a.example"))


@pytest.mark.parametrize("outlets", [("a.example", "b.example"), (None, None), ("a.example", None)])
def test_other_and_unknown_outlets_have_no_series(outlets: tuple[str | None, str | None]) -> None:
    assert not _is_series((_OHIO, outlets[0]), (_IOWA, outlets[1]))


def test_a_rising_toll_is_one_story() -> None:
    assert not _is_series((_TOLL, "a.example"), (_LATER, "a.example"))


def test_a_series_of_several_outlets_is_told_apart() -> None:
    outlets = ("a.example", "b.example", "c.example")
    batch = _make(*((_OHIO, name) for name in outlets), *((_IOWA, name) for name in outlets))
    labels = cluster_articles(batch, ClusterConfig()).labels
    assert len(set(labels[:3].tolist())) == len(set(labels[3:].tolist())) == 1
    assert labels[0] != labels[3]
    unknown = cluster_articles(replace(batch, outlets=[None] * 6), ClusterConfig()).labels
    assert len(set(unknown.tolist())) == 1


def test_one_pair_does_not_part_large_groups() -> None:
    """A series pair parts two groups when there is one for every three members of the smaller; one among four is not enough."""
    features = prepare_articles(_make(*((_OHIO, f"o{i}.example") for i in range(8)))).features
    for n_pairs, n_groups in ((1, 1), (2, 2)):
        table = GroupTable.of_articles(features)
        table.join(np.array([1, 2, 3, 5, 6, 7]), np.array([0, 0, 0, 4, 4, 4]))
        merge_groups(
            table, np.array([0]), np.array([4]), lambda _table, a, _b: np.full(len(a), 1.0),
            series=(np.arange(n_pairs), 4 + np.arange(n_pairs)),
        )  # fmt: skip
        assert len(set(table.root.tolist())) == n_groups


def test_one_outlet_within_a_day_is_a_small_doubt() -> None:
    """Half a unit of log-odds for two lone look-alikes of one outlet; nothing without an outlet, without a time, or days apart."""
    model = load_model()

    def judge(outlets: tuple[str | None, str | None], hours: tuple[float, float]) -> tuple[float, float]:
        batch = replace(_make((_TOLL, outlets[0]), (_LATER, outlets[1])), published_hours=480_000.0 + np.array(hours))
        table = GroupTable.of_articles(prepare_articles(batch).features)
        evidence = table.compare(np.array([0]), np.array([1]))
        return float(model.judge(evidence)[0]), float(model.split_parts(evidence)["outlet"][0])

    apart, no_doubt = judge(("a.example", "b.example"), (0.0, 3.0))
    together, doubt = judge(("a.example", "a.example"), (0.0, 3.0))
    assert together - apart == pytest.approx(doubt) == pytest.approx(-0.5)
    assert no_doubt == 0.0
    for outlets, hours in (
        ((None, None), (0.0, 3.0)),
        (("a.example", "a.example"), (0.0, 30.0)),
        (("a.example", "a.example"), (0.0, np.nan)),
    ):
        assert judge(outlets, hours)[1] == 0.0
