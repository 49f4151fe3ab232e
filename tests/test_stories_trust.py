"""Trust shows its parts: cohesion, separation, chaining, dates and the one wire behind many articles."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.stories.coverage import describe_coverage
from clustering.stories.records import ArticleRow
from clustering.stories.trust import Trust, TrustEdge, TrustMember, assess_trust, measure_chaining

NOON = datetime(2025, 2, 15, 12, tzinfo=UTC)
COVERAGE = describe_coverage([ArticleRow(f"a{i}", f"o{i}.example") for i in range(4)])


def member(i: int, vector: list[float] | None = None, hours: float | None = 0.0, **more: object) -> TrustMember:
    at = None if hours is None else NOON + timedelta(hours=hours)
    found = None if vector is None else np.array(vector, dtype=np.float32)
    return TrustMember(f"a{i}", found, at, "minute", **more)  # type: ignore[arg-type]


def clique(ids: str, probability: float = 0.9) -> list[TrustEdge]:
    return [TrustEdge(a, b, probability) for a, b in combinations(ids, 2)]


def assess(members: list[TrustMember], **more: object) -> Trust:
    return assess_trust(members, coverage=COVERAGE, **more)  # type: ignore[arg-type]


def test_close_story_far_from_others_has_no_doubts() -> None:
    trust = assess(
        [member(0, [1, 0]), member(1, [1, 0.1]), member(2, [1, -0.1])],
        others={"s9": np.array([0, 1], dtype=np.float32)},
        edges=clique("012"),
    )
    assert trust.cohesion == pytest.approx(0.99, abs=0.01)
    assert trust.separation == pytest.approx(trust.cohesion or 0, abs=0.01)
    assert trust.nearest_story_id == "s9"
    assert trust.chaining.risk == 0
    assert trust.doubts == ()


def test_loose_story_names_its_loosest_article() -> None:
    trust = assess([member(0, [1, 0, 0]), member(1, [1, 1, 0]), member(2, [0, 0.1, 1])])
    assert trust.loosest_id == "a2"
    assert "loosest a2" in trust.doubts[0]


def test_crowded_story_names_the_other() -> None:
    trust = assess([member(0, [1, 0.5]), member(1, [1, -0.5])], others={"s9": np.array([1, 0]), "s8": np.array([0, 1])})
    assert "story s9 is as near as its own articles" in trust.doubts[0]


def test_reprints_do_not_make_a_story_look_close_knit() -> None:
    own = [member(0, [1, 0]), member(1, [0, 1])]
    copies = [member(i, [1, 0], is_reprint=True) for i in range(2, 9)]
    assert assess(own + copies).cohesion == assess(own).cohesion


def test_what_cannot_be_measured_is_said_as_none() -> None:
    trust = assess([member(0), member(1)])
    assert (trust.cohesion, trust.separation, trust.chaining.risk) == (None, None, 0.0)
    assert assess([member(0, [1, 0])]).cohesion is None


def test_two_groups_on_one_edge_are_a_chain() -> None:
    chained = measure_chaining("abcdefgh", [*clique("abcd"), *clique("efgh"), TrustEdge("d", "e", 0.6)])
    assert (chained.joint, chained.n_smaller, chained.n_larger, chained.n_holding) == (("d", "e"), 4, 4, 1)
    assert chained.risk == 0.75
    held = measure_chaining("abcdefgh", clique("abcdefgh"))
    assert held.risk == 0.0
    assert measure_chaining("abc", [TrustEdge("a", "b", 0.9), TrustEdge("b", "c", 0.9)]).risk == 0.0


def test_chain_is_told_in_the_doubts() -> None:
    members = [TrustMember(one, None, NOON, "minute") for one in "abcdefgh"]
    trust = assess_trust(members, coverage=COVERAGE, edges=[*clique("abcd"), *clique("efgh"), TrustEdge("d", "e", 0.6)])
    assert trust.doubts[0] == "1 of 4 articles hold it to the other 4 (weakest joint d - e)"


def test_date_doubts_name_the_articles() -> None:
    members = [
        member(0),
        member(1, hours=None),
        TrustMember("a2", None, NOON, "day"),
        member(3, hours=1, is_reprint=True, original_at=NOON + timedelta(hours=2)),
        member(4, hours=24 * 9),
    ]
    trust = assess(members)
    assert trust.date_doubts == {
        "undated": ("a1",),
        "day only": ("a2",),
        "before its original": ("a3",),
        "far from the rest": ("a4",),
    }
    assert len(trust.doubts) == 4


def test_story_of_one_wire_says_so() -> None:
    rows = [ArticleRow(f"a{i}", f"o{i}.example", wire="TASS", wire_role="text") for i in range(3)]
    trust = assess_trust([member(i) for i in range(3)], coverage=describe_coverage(rows))
    assert (trust.n_origins, trust.largest_origin, trust.largest_origin_share) == (1, "TASS", 1.0)
    assert trust.doubts == ("all of its articles carry one wire (TASS)",)


EDGES = st.lists(st.tuples(st.sampled_from("abcdefg"), st.sampled_from("abcdefg"), st.floats(0, 1)), max_size=20)


@given(EDGES, st.randoms(use_true_random=False))
def test_chaining_is_bounded_and_free_of_order(found: list[tuple[str, str, float]], random: object) -> None:
    edges = list({frozenset((a, b)): TrustEdge(a, b, p) for a, b, p in found}.values())
    chaining = measure_chaining("abcdefg", edges)
    assert 0 <= chaining.risk <= 1
    assert chaining.n_holding <= chaining.n_smaller <= chaining.n_larger
    random.shuffle(edges)  # type: ignore[attr-defined]
    assert measure_chaining("abcdefg", edges) == chaining
