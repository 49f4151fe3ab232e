"""Corrections hold whatever the engine found."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import CorrectionError
from clustering.stories.corrections import (
    Correction,
    CorrectionKind,
    find_contested,
    find_effective,
    make_correction,
    resolve_corrections,
)
from clustering.stories.enforcement import enforce_corrections

HOMES = (
    dict.fromkeys(("a1", "a2", "a3", "a4"), "s1")
    | dict.fromkeys(("b1", "b2"), "s2")
    | dict.fromkeys(("c1", "c2"), "s3")
)
PRESENT = [*HOMES, "n1"]
GROUPS = [frozenset(a for a in HOMES if HOMES[a] == s) for s in ("s1", "s2", "s3")]


def correct(kind: CorrectionKind, ids: str, existing: list[Correction] | None = None) -> Correction:
    listed = ids.split()
    return make_correction(
        kind,
        author="ann",
        at=datetime(2025, 3, 1, tzinfo=UTC) + timedelta(minutes=len(existing or [])),
        assignments=HOMES,
        existing=existing or [],
        article_ids=[one for one in listed if one[0] != "s"],
        story_ids=[one for one in listed if one[0] == "s"],
        known_articles=PRESENT,
    )


def enforce(*corrections: Correction, groups: list[frozenset[str]] | None = None) -> set[frozenset[str]]:
    return set(enforce_corrections(GROUPS if groups is None else groups, corrections, PRESENT))


def test_nothing_to_do_changes_nothing() -> None:
    assert enforce() == set(GROUPS)
    assert enforce(correct("pin", "a1 s1")) == set(GROUPS)


def test_merge_joins_whole_groups() -> None:
    assert enforce(correct("merge", "s2 s1")) == {GROUPS[0] | GROUPS[1], GROUPS[2]}


def test_merge_brings_back_what_the_run_scattered() -> None:
    scattered = [frozenset(("a1", "a2")), frozenset(("a3", "c1")), GROUPS[1], frozenset(("c2", "a4"))]
    assert enforce(correct("merge", "s1 s2"), groups=scattered) == {GROUPS[0] | GROUPS[1]}
    kept_out = [correct("merge", "s1 s2")]
    kept_out.append(correct("move", "a4 s3", kept_out))
    assert enforce(*kept_out, groups=scattered) == {GROUPS[0] - {"a4"} | GROUPS[1], frozenset(("c2", "a4"))}


def test_split_parts_a_dense_core() -> None:
    assert enforce(correct("split", "s1 a1 a2")) == {frozenset(("a1", "a2")), frozenset(("a3", "a4")), *GROUPS[1:]}


def test_single_article_split_off_is_alone() -> None:
    assert enforce(correct("split", "s1 a1")) == {frozenset(("a2", "a3", "a4")), *GROUPS[1:]}


def test_move_takes_the_article_only() -> None:
    assert enforce(correct("move", "a1 s2")) == {GROUPS[0] - {"a1"}, GROUPS[1] | {"a1"}, GROUPS[2]}
    assert enforce(correct("move", "n1 s2")) == {GROUPS[0], GROUPS[1] | {"n1"}, GROUPS[2]}


def test_pin_brings_a_strayed_article_home() -> None:
    strayed = [GROUPS[0] - {"a1"}, GROUPS[1] | {"a1"}, GROUPS[2]]
    assert enforce(correct("pin", "a1 s1"), groups=strayed) == set(GROUPS)


def test_forbid_expels_an_article_and_parts_two_stories() -> None:
    joined = [GROUPS[0] | GROUPS[1] | {"n1"}, GROUPS[2]]
    assert enforce(correct("forbid", "n1 s1"), groups=joined) == {GROUPS[0] | GROUPS[1], GROUPS[2]}
    assert enforce(correct("forbid", "s1 s2"), groups=joined) == {GROUPS[0] | {"n1"}, GROUPS[1], GROUPS[2]}
    near = {("b1", "n1"): 0.9, ("b2", "n1"): 0.8, ("a1", "n1"): 0.9}
    parted = enforce_corrections(joined, [correct("forbid", "s1 s2")], PRESENT, near)
    assert set(parted) == {GROUPS[0], GROUPS[1] | {"n1"}, GROUPS[2]}


def test_articles_outside_the_run_wait() -> None:
    present = [one for one in PRESENT if HOMES.get(one) != "s2"]
    assert set(enforce_corrections([GROUPS[0]], [correct("move", "a1 s2")], present)) == {GROUPS[0]}


KINDS: list[CorrectionKind] = ["merge", "split", "move", "pin", "forbid"]
STEPS = st.lists(
    st.tuples(st.sampled_from(KINDS), st.lists(st.sampled_from([*PRESENT, "s1", "s2", "s3"]), min_size=1, max_size=4)),
    max_size=4,
)
LABELS = st.lists(st.integers(-1, 3), min_size=len(PRESENT), max_size=len(PRESENT))


@given(STEPS, LABELS)
def test_no_article_is_lost_and_doing_it_twice_changes_nothing(
    steps: list[tuple[CorrectionKind, list[str]]], labels: list[int]
) -> None:
    corrections: list[Correction] = []
    for kind, ids in steps:
        try:
            corrections.append(correct(kind, " ".join(ids), corrections))
        except CorrectionError:
            continue
    groups = [frozenset(a for a, found in zip(PRESENT, labels, strict=True) if found == k) for k in range(4)]
    groups = [group for group in groups if group]
    done = enforce_corrections(groups, find_effective(corrections), PRESENT)
    members = [article for group in done for article in group]
    assert len(members) == len(set(members))
    assert set(members) <= set(PRESENT)
    if len(corrections) == 1:
        again = enforce_corrections(done, corrections, PRESENT)
        assert again == done
        homes = {article: str(i) for i, group in enumerate(done) for article in group}
        broken = find_contested(resolve_corrections(corrections, HOMES), {}, homes)
        if corrections[0].kind in ("split", "forbid"):
            assert not [one for one in broken if one.demand == "apart"]
