"""Corrections become constraints; bad ones are refused with the reason and nothing is half applied."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import CorrectionError
from clustering.stories.correction_files import export_corrections, import_corrections
from clustering.stories.corrections import (
    Correction,
    CorrectionKind,
    find_contested,
    find_effective,
    make_correction,
    resolve_corrections,
)

NOW = datetime(2025, 3, 1, 9, tzinfo=UTC)
HOMES = {"a1": "s1", "a2": "s1", "a3": "s1", "a4": "s1", "b1": "s2", "b2": "s2", "c1": "s3", "c2": "s3"}
KNOWN = {*HOMES, "n1"}


def correct(
    kind: CorrectionKind, ids: str = "", existing: list[Correction] | None = None, undoes: str | None = None
) -> Correction:
    listed = ids.split()
    existing = existing or []
    return make_correction(
        kind,
        author="ann",
        at=NOW + timedelta(minutes=len(existing)),
        assignments=HOMES,
        existing=existing,
        article_ids=[one for one in listed if one[0] != "s"],
        story_ids=[one for one in listed if one[0] == "s"],
        undoes=undoes,
        reason="seen by hand",
        known_articles=KNOWN,
    )


def test_merge_links_the_stories_and_names_the_one_that_stays() -> None:
    found = resolve_corrections([correct("merge", "s2 s1 s3")], HOMES)
    assert found.merged == {"s1": "s2", "s3": "s2"}
    joined = {frozenset(pair) for pair in found.must_link}
    assert frozenset(("b2", "a1")) in joined
    assert frozenset(("a3", "c1")) in joined
    assert not found.cannot_link


def test_merge_holds_when_the_story_is_gone_from_the_assignments() -> None:
    merged = correct("merge", "s2 s1")
    later = {article: "s2" if home == "s1" else home for article, home in HOMES.items()}
    assert resolve_corrections([merged], later) == resolve_corrections([merged], HOMES)


def test_split_keeps_the_articles_together_and_apart_from_the_rest() -> None:
    found = resolve_corrections([correct("split", "s1 a1 a3")], HOMES)
    assert set(found.must_link) == {("a1", "a3")}
    assert set(found.cannot_link) == {("a1", "a2"), ("a1", "a4")}


def test_move_takes_an_article_from_one_story_to_another() -> None:
    found = resolve_corrections([correct("move", "a1 s2")], HOMES)
    assert set(found.must_link) == {("a1", "b1"), ("a1", "b2")}
    assert set(found.cannot_link) == {("a1", "a2"), ("a1", "a3"), ("a1", "a4")}


def test_noise_can_be_moved_and_pinned() -> None:
    assert set(resolve_corrections([correct("move", "n1 s2")], HOMES).must_link) == {("b1", "n1"), ("b2", "n1")}
    assert set(resolve_corrections([correct("pin", "a1 s1")], HOMES).must_link) == {("a1", "a2"), ("a1", "a3")} | {
        ("a1", "a4")
    }


def test_forbid_keeps_articles_or_whole_stories_apart() -> None:
    assert set(resolve_corrections([correct("forbid", "n1 s2")], HOMES).cannot_link) == {("b1", "n1"), ("b2", "n1")}
    assert len(resolve_corrections([correct("forbid", "s2 s3")], HOMES).cannot_link) == 4


def test_undo_and_undo_of_undo() -> None:
    first = correct("merge", "s1 s2")
    undo = correct("undo", "", [first], first.correction_id)
    assert find_effective([first, undo]) == []
    again = correct("undo", "", [first, undo], undo.correction_id)
    assert find_effective([first, undo, again]) == [first]
    with pytest.raises(CorrectionError, match="undone already"):
        correct("undo", "", [first, undo], first.correction_id)


@pytest.mark.parametrize(
    ("kind", "ids", "message"),
    [
        ("merge", "s1", "merge needs two or more stories; got s1"),
        ("merge", "s1 s9", "merge: unknown story s9"),
        ("pin", "zz s1", "pin: unknown article zz"),
        ("pin", "s1", "pin needs articles and the story to pin them to; got s1"),
        ("split", "s1 b1", "split: b1 not in story s1"),
        ("split", "s2 b1 b2", "split: nothing of story s2 would be left"),
        ("move", "a1 s1", "move: a1 already in story s1"),
        ("forbid", "", "forbid needs articles and a story, or two stories; got nothing"),
    ],
)
def test_bad_correction_is_refused_with_the_reason(kind: CorrectionKind, ids: str, message: str) -> None:
    with pytest.raises(CorrectionError) as caught:
        correct(kind, ids)
    assert str(caught.value).startswith(message)


def test_unknown_correction_cannot_be_undone() -> None:
    with pytest.raises(CorrectionError, match="unknown correction c0"):
        correct("undo", "", [], "c0")


def test_contradiction_names_both_corrections_and_the_articles() -> None:
    merged = correct("merge", "s1 s2")
    with pytest.raises(CorrectionError) as caught:
        correct("forbid", "s1 s2", [merged])
    assert merged.correction_id in str(caught.value)
    assert "must be apart" in str(caught.value)
    undo = correct("undo", "", [merged], merged.correction_id)
    assert correct("forbid", "s1 s2", [merged, undo]).kind == "forbid"


def test_contradiction_through_a_third_story_is_found() -> None:
    chain = [correct("merge", "s1 s2")]
    chain.append(correct("merge", "s2 s3", chain))
    with pytest.raises(CorrectionError, match="must be apart"):
        correct("forbid", "s1 s3", chain)


def test_contradicting_pins_are_refused() -> None:
    moved = correct("move", "a1 s2")
    with pytest.raises(CorrectionError, match="must be apart"):
        correct("pin", "a1 s1", [moved])


def test_evidence_against_a_correction_is_reported_and_changes_nothing() -> None:
    constraints = resolve_corrections([correct("move", "a1 s2")], HOMES)
    after = HOMES | {"a1": "s2"}
    against = {("a1", "b1"): 0.04, ("a1", "a2"): 0.97, ("a1", "b2"): 0.5}
    contests = find_contested(constraints, against, after)
    assert [(one.article_id, one.other_id, one.demand) for one in contests] == [
        ("a1", "a2", "apart"),
        ("a1", "b1", "together"),
    ]
    assert find_contested(constraints, {}, after) == ()
    assert len(find_contested(constraints, {}, HOMES)) == 5
    assert "in different stories all the same" in find_contested(constraints, {}, HOMES)[-1].reason


def test_same_correction_has_the_same_id_and_another_time_another() -> None:
    assert correct("merge", "s1 s2") == correct("merge", "s1 s2")
    assert correct("merge", "s1 s2").correction_id != correct("merge", "s2 s1").correction_id


# --- files ------------------------------------------------------------------------------------------------------------


def test_export_and_import_give_the_same_corrections() -> None:
    made = [correct("merge", "s1 s2")]
    made.append(correct("split", "s3 c1", made))
    made.append(correct("undo", "", made, made[0].correction_id))
    assert list(import_corrections(export_corrections(reversed(made)))) == made


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "burn"}, "record 1: unknown kind 'burn'"),
        ({"extra": 1}, "record 1: unknown field extra"),
        ({"at": "yesterday"}, "record 1: at: "),
        ({"at": "2025-03-01T09:00:00"}, "no time zone"),
        ({"author": ""}, "author must be text"),
        ({"article_ids": "a1"}, "article_ids must be a list of ids"),
        ({"undoes": "c1"}, "undoes belongs to kind undo"),
        ({"anchors": {"s1": [1]}}, "anchors.s1 must be a list of ids"),
    ],
)
def test_bad_file_is_refused_as_a_whole(change: dict[str, object], message: str) -> None:
    data = json.loads(export_corrections([correct("merge", "s1 s2")]))
    data["corrections"][0].update(change)
    with pytest.raises(CorrectionError, match=message):
        import_corrections(json.dumps(data))


@pytest.mark.parametrize("text", ["", "[]", '{"schema_version": 2}', '{"schema_version": 1, "corrections": 3}'])
def test_other_documents_are_refused(text: str) -> None:
    with pytest.raises(CorrectionError, match="corrections file"):
        import_corrections(text)


# --- properties -------------------------------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["merge", "split", "move", "pin", "forbid"]),
        st.lists(st.sampled_from([*sorted(KNOWN), "s1", "s2", "s3"]), min_size=1, max_size=4),
    ),
    max_size=8,
)


@given(STEPS)
def test_accepted_corrections_never_contradict_and_refused_ones_change_nothing(
    steps: list[tuple[CorrectionKind, list[str]]],
) -> None:
    accepted: list[Correction] = []
    for kind, ids in steps:
        before = list(accepted)
        try:
            accepted.append(correct(kind, " ".join(ids), accepted))
        except CorrectionError:
            assert accepted == before
    constraints = resolve_corrections(accepted, HOMES)
    groups = {article: {article} for pair in (*constraints.must_link, *constraints.cannot_link) for article in pair}
    for left, right in constraints.must_link:
        joined = groups[left] | groups[right]
        for article in joined:
            groups[article] = joined
    for left, right in constraints.cannot_link:
        assert right not in groups[left]
    assert resolve_corrections(accepted[::-1], HOMES) == constraints
    assert list(import_corrections(export_corrections(accepted))) == accepted
