"""A story keeps its id: matching is optimal, one to one, free of order, and loses no article."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import StoryConfig
from clustering.stories.identity import match_stories
from clustering.stories.matching import ID_ALPHABET, assign_optimally, make_id
from clustering.stories.records import KnownStory, NewCluster, StoryMatch

CONFIG = StoryConfig()
START = datetime(2025, 2, 15, tzinfo=UTC)


def day(n: float) -> datetime:
    return START + timedelta(days=n)


def story(story_id: str, members: str, **changes: object) -> KnownStory:
    return KnownStory(story_id, frozenset(members), **changes)  # type: ignore[arg-type]


def cluster(label: int, members: str, **changes: object) -> NewCluster:
    return NewCluster(label, frozenset(members), **changes)  # type: ignore[arg-type]


def kinds(match: StoryMatch) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for transition in match.transitions:
        found.setdefault(transition.story_id, []).append(transition.kind)
    return found


def apply(known: Sequence[KnownStory], match: StoryMatch, clusters: Sequence[NewCluster] = ()) -> list[KnownStory]:
    """Do what the store does with a match: the next run's known stories."""
    by_id = {one.story_id: one for one in known}
    cluster_of = {match.story_ids[c.label]: c for c in clusters}
    for story_id in {*match.members, *match.states}:
        old = by_id.get(story_id, KnownStory(story_id, frozenset()))
        new = cluster_of.get(story_id)
        state = match.states.get(story_id, old.state)
        members = match.members.get(story_id, old.members)
        by_id[story_id] = KnownStory(
            story_id,
            old.members if state == "gone" else members,
            new.centroid if new and new.centroid is not None else old.centroid,
            min((t for t in (old.first_at, new and new.first_at) if t), default=None),
            max((t for t in (old.last_at, new and new.last_at) if t), default=None),
            state,
        )
    return list(by_id.values())


# --- single cases -----------------------------------------------------------------------------------------------------


def test_first_run_makes_short_opaque_ids() -> None:
    match = match_stories([], [cluster(0, "ab"), cluster(7, "cde")], CONFIG)
    assert set(match.story_ids) == {0, 7}
    for story_id in match.story_ids.values():
        assert story_id[0] == "s"
        assert len(story_id) == 11
        assert set(story_id[1:]) <= set(ID_ALPHABET)
    assert [t.kind for t in match.transitions] == ["emerged", "emerged"]


def test_id_does_not_depend_on_label_or_neighbours() -> None:
    alone = match_stories([], [cluster(3, "ab")], CONFIG)
    among = match_stories([], [cluster(0, "cd"), cluster(1, "ba")], CONFIG)
    assert alone.story_ids[3] == among.story_ids[1]


def test_taken_id_is_never_given_again() -> None:
    first = match_stories([], [cluster(0, "ab")], CONFIG).story_ids[0]
    second = match_stories([], [cluster(0, "ab")], CONFIG, taken={first}).story_ids[0]
    assert second != first
    assert make_id("s", "ba", ()) == first


def test_late_earlier_article_keeps_the_id() -> None:
    known = [story("s1", "bcd", first_at=day(1), last_at=day(2))]
    match = match_stories(known, [cluster(0, "abcd", first_at=day(0), last_at=day(2))], CONFIG)
    assert match.story_ids == {0: "s1"}
    grown = match.transitions[0]
    assert (grown.kind, grown.n_before, grown.n_after, grown.overlap) == ("grew", 3, 4, 1.0)


def test_members_outside_the_window_stay() -> None:
    known = [story("s1", "abcd")]
    match = match_stories(known, [cluster(0, "cde")], CONFIG, window="cde")
    assert match.members["s1"] == frozenset("abcde")


def test_member_that_became_noise_leaves_only_when_it_was_clustered_again() -> None:
    known = [story("s1", "abcd")]
    assert match_stories(known, [cluster(0, "cd")], CONFIG, window="bcd").members["s1"] == frozenset("acd")
    assert match_stories(known, [cluster(0, "cd")], CONFIG).members["s1"] == frozenset("abcd")


def test_merge_keeps_the_larger_story_counting_what_lies_outside() -> None:
    known = [story("s1", "abcdefgh"), story("s2", "uvw")]
    match = match_stories(known, [cluster(0, "ghuvw")], CONFIG, window="ghuvw")
    assert match.story_ids == {0: "s1"}
    absorbed = next(t for t in match.transitions if t.kind == "absorbed")
    assert (absorbed.story_id, absorbed.related_ids, absorbed.n_before, absorbed.n_after) == ("s2", ("s1",), 3, 0)
    assert match.states["s2"] == "gone"


def test_far_centroid_makes_the_outside_members_vote_less() -> None:
    along, across = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    known = [story("s1", "abcdefgh", centroid=across), story("s2", "uvw", centroid=along)]
    match = match_stories(known, [cluster(0, "ghuvw", centroid=along)], CONFIG, window="ghuvw")
    assert match.story_ids == {0: "s2"}


def test_split_keeps_the_id_with_the_larger_part() -> None:
    match = match_stories([story("s1", "abcdefg")], [cluster(0, "abc"), cluster(1, "defg")], CONFIG)
    assert match.story_ids[1] == "s1"
    new_id = match.story_ids[0]
    split = next(t for t in match.transitions if t.kind == "split")
    assert (split.story_id, split.related_ids, split.n_before, split.n_after) == ("s1", (new_id,), 7, 4)
    assert next(t for t in match.transitions if t.story_id == new_id).related_ids == ("s1",)


def test_story_in_many_small_parts_gives_its_id_to_none() -> None:
    match = match_stories(
        [story("s1", "abcdefgh")], [cluster(i, "abcdefgh"[2 * i : 2 * i + 2]) for i in range(4)], CONFIG
    )
    assert "s1" not in match.story_ids.values()
    assert kinds(match)["s1"] == ["split"]
    assert match.states["s1"] == "gone"


def test_merge_that_comes_apart_brings_the_old_id_back() -> None:
    known = [story("s1", "abcd"), story("s2", "uvw")]
    joined = match_stories(known, [cluster(0, "abcduvw")], CONFIG)
    known = apply(known, joined)
    apart = match_stories(known, [cluster(0, "abcd"), cluster(1, "uvw")], CONFIG)
    assert apart.story_ids == {0: "s1", 1: "s2"}
    assert kinds(apart) == {"s1": ["survived", "split"], "s2": ["revived"]}


def test_merge_into_the_smaller_story_that_comes_apart_gives_both_ids_back() -> None:
    known = [story("s1", "abcdefgh"), story("s2", "uv")]
    joined = match_stories(known, [cluster(0, "abcdefghuv")], CONFIG, merged={"s1": "s2"})
    assert joined.story_ids == {0: "s2"}
    known = apply(known, joined)
    apart = match_stories(known, [cluster(0, "abcdefgh"), cluster(1, "uv")], CONFIG)
    assert apart.story_ids == {0: "s1", 1: "s2"}
    assert kinds(apart) == {"s1": ["revived"], "s2": ["survived", "split"]}


def test_living_story_keeps_its_cluster_against_a_gone_one_with_the_same_articles() -> None:
    known = [story("s1", "abcd"), story("s0", "abcd", state="gone")]
    assert match_stories(known, [cluster(0, "abcde")], CONFIG).story_ids == {0: "s1"}


def test_greedy_would_lose_articles_and_we_do_not() -> None:
    # Greedy takes s1 -> 0 (5 shared) and leaves s2 with nothing: 5 kept. The optimum keeps 4 + 4.
    known = [story("s1", "abcdefghi"), story("s2", "uvwx")]
    clusters = [cluster(0, "abcdeuvwx"), cluster(1, "fghi")]
    match = match_stories(known, clusters, CONFIG)
    assert match.story_ids == {0: "s2", 1: "s1"}


def test_idle_story_ends_once_and_revives() -> None:
    known = [story("s1", "ab", first_at=day(0), last_at=day(0)), story("s2", "cd", first_at=day(4), last_at=day(4))]
    later = [cluster(0, "cde", first_at=day(4), last_at=day(5))]
    ended = match_stories(known, later, CONFIG, window="cde")
    assert kinds(ended) == {"s1": ["ended"], "s2": ["grew"]}
    known = apply(known, ended, later)
    assert kinds(match_stories(known, later, CONFIG, window="cde")) == {"s2": ["survived"]}
    again = [cluster(0, "abx", first_at=day(0), last_at=day(6)), cluster(1, "cde", first_at=day(4), last_at=day(5))]
    assert kinds(match_stories(known, again, CONFIG)) == {"s1": ["revived"], "s2": ["survived"]}


def test_story_dissolved_into_noise_is_gone() -> None:
    match = match_stories([story("s1", "ab")], [], CONFIG, window="ab")
    assert kinds(match) == {"s1": ["ended"]}
    assert match.states == {"s1": "gone"}
    assert match.members["s1"] == frozenset()


def test_story_crossing_the_edge_of_the_window_is_found_by_its_centroid() -> None:
    along = np.array([1.0, 0.1])
    known = [story("s1", "ab", centroid=along, first_at=day(0), last_at=day(1))]
    near = cluster(0, "cd", centroid=along, first_at=day(3), last_at=day(4))
    late = cluster(0, "cd", centroid=along, first_at=day(30), last_at=day(31))
    other = cluster(0, "cd", centroid=np.array([0.7, 0.7]), first_at=day(3), last_at=day(4))
    assert match_stories(known, [near], CONFIG, window="cd").story_ids == {0: "s1"}
    assert match_stories(known, [near], CONFIG, window="cd").members["s1"] == frozenset("abcd")
    assert match_stories(known, [late], CONFIG, window="cd").story_ids[0] != "s1"
    assert match_stories(known, [other], CONFIG, window="cd").story_ids[0] != "s1"


def test_merge_by_hand_keeps_the_story_the_hand_named() -> None:
    known = [story("s1", "abcdef"), story("s2", "uv")]
    match = match_stories(known, [cluster(0, "abcdefuv")], CONFIG, merged={"s1": "s2"})
    assert match.story_ids == {0: "s2"}
    assert kinds(match) == {"s1": ["absorbed"], "s2": ["grew"]}
    assert match.states["s1"] == "gone"
    grown = next(t for t in match.transitions if t.story_id == "s2")
    assert (grown.kind, grown.related_ids, grown.n_before) == ("grew", ("s1",), len(known[1].members))


@pytest.mark.parametrize(
    ("known", "clusters", "message"),
    [
        ([story("s1", "ab"), story("s2", "bc")], [], "article b is in two stories"),
        ([], [cluster(0, "ab"), cluster(1, "bc")], "more than one cluster: b"),
        ([], [cluster(0, "ab"), cluster(0, "cd")], "labels of their own"),
        ([story("s1", "ab"), story("s1", "cd")], [], "s1 is given twice"),
    ],
)
def test_impossible_input_is_refused(known: list[KnownStory], clusters: list[NewCluster], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        match_stories(known, clusters, CONFIG)


# --- properties -------------------------------------------------------------------------------------------------------

ARTICLES = [f"a{i:02d}" for i in range(24)]


@st.composite
def partitions(draw: st.DrawFn, n_parts: int = 6) -> list[frozenset[str]]:
    labels = draw(st.lists(st.integers(-1, n_parts - 1), min_size=len(ARTICLES), max_size=len(ARTICLES)))
    groups: dict[int, set[str]] = {}
    for article, label in zip(ARTICLES, labels, strict=True):
        if label >= 0:
            groups.setdefault(label, set()).add(article)
    return [frozenset(group) for group in groups.values()]


@st.composite
def runs(draw: st.DrawFn) -> tuple[list[KnownStory], list[NewCluster], frozenset[str]]:
    """Known stories over all articles, and clusters over a window of them."""
    window = frozenset(draw(st.sets(st.sampled_from(ARTICLES))))
    states = st.sampled_from(["active", "ended"])
    known = [
        KnownStory(f"s{i}", members, None, day(i), day(i + 1), draw(states))
        for i, members in enumerate(draw(partitions()))
    ]
    groups = [group & window for group in draw(partitions())]
    clusters = [NewCluster(i, members, None, day(i), day(i + 2)) for i, members in enumerate(g for g in groups if g)]
    return known, clusters, window


@given(run=runs(), random=st.randoms(use_true_random=False))
def test_order_decides_nothing(run: tuple[list[KnownStory], list[NewCluster], frozenset[str]], random: object) -> None:
    known, clusters, window = run
    expected = match_stories(known, clusters, CONFIG, window=window)
    shuffled = [NewCluster(100 - c.label, c.members, None, c.first_at, c.last_at) for c in clusters]
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    random.shuffle(known)  # type: ignore[attr-defined]
    found = match_stories(known, shuffled, CONFIG, window=window)
    assert {100 - label: sid for label, sid in found.story_ids.items()} == expected.story_ids
    assert (found.members, found.states, found.transitions) == (expected.members, expected.states, expected.transitions)


@given(run=runs())
def test_rerun_changes_nothing(run: tuple[list[KnownStory], list[NewCluster], frozenset[str]]) -> None:
    known, clusters, window = run
    first = match_stories(known, clusters, CONFIG, window=window)
    after = apply(known, first, clusters)
    second = match_stories(after, clusters, CONFIG, window=window, taken=[s.story_id for s in after])
    assert second.story_ids == first.story_ids
    assert not second.has_changes
    assert {t.kind for t in second.transitions} <= {"survived"}
    again = {s.story_id: s.members for s in apply(after, second, clusters)}
    assert again == {s.story_id: s.members for s in after}


@given(run=runs())
def test_one_to_one_and_no_article_is_lost_or_doubled(
    run: tuple[list[KnownStory], list[NewCluster], frozenset[str]],
) -> None:
    known, clusters, window = run
    match = match_stories(known, clusters, CONFIG, window=window)
    assert set(match.story_ids) == {c.label for c in clusters}
    assert len(set(match.story_ids.values())) == len(clusters)
    members = {s.story_id: s.members for s in known} | dict(match.members)
    after = [article for group in members.values() for article in group]
    assert len(after) == len(set(after))
    before = {article for s in known for article in s.members}
    clustered = {article for c in clusters for article in c.members}
    assert set(after) == (before - window) | clustered
    for c in clusters:
        assert c.members <= members[match.story_ids[c.label]]
    for transition in match.transitions:
        if transition.kind not in ("absorbed", "split"):
            assert transition.n_after == len(members[transition.story_id])


@given(run=runs())
def test_transitions_tell_every_change_of_membership(
    run: tuple[list[KnownStory], list[NewCluster], frozenset[str]],
) -> None:
    known, clusters, window = run
    match = match_stories(known, clusters, CONFIG, window=window)
    told = kinds(match)
    before = {s.story_id: s.members for s in known}
    for story_id, members in match.members.items():
        if members != before.get(story_id):
            assert story_id in told
    for story_id, one in told.items():
        assert len(one) == len(set(one))
        assert ("emerged" in one) == (story_id not in before)


@given(
    weights=st.dictionaries(
        st.tuples(st.sampled_from("abcde"), st.sampled_from("vwxyz")), st.integers(1, 9).map(float), max_size=12
    )
)
@settings(max_examples=150)
def test_assignment_is_as_good_as_trying_everything(weights: dict[tuple[str, str], float]) -> None:
    pairs = assign_optimally(weights)
    assert len(set(pairs.values())) == len(pairs)
    assert all(item in weights for item in pairs.items())
    best = max(
        sum(weights.get(pair, 0.0) for pair in zip("abcde", rights, strict=True))
        for rights in itertools.permutations("vwxyz")
    )
    assert sum(weights[item] for item in pairs.items()) == best


@given(run=runs())
def test_no_other_matching_keeps_more_articles_in_their_story(
    run: tuple[list[KnownStory], list[NewCluster], frozenset[str]],
) -> None:
    known, clusters, _ = run
    known, clusters = known[:5], clusters[:5]
    match = match_stories(known, clusters, CONFIG)
    clustered = frozenset(article for c in clusters for article in c.members)
    by_id = {s.story_id: s for s in known}

    def count_kept(one: KnownStory, other: NewCluster) -> float:
        shared, n_clustered = len(one.members & other.members), len(one.members & clustered)
        if not shared or shared / n_clustered < CONFIG.min_overlap:
            return 0.0
        return shared * len(one.members) / n_clustered

    kept = sum(count_kept(by_id[match.story_ids[c.label]], c) for c in clusters if match.story_ids[c.label] in by_id)
    places = [*clusters, *([None] * len(known))]
    best = (
        max(
            sum(count_kept(s, c) for s, c in zip(known, chosen, strict=True) if c is not None)
            for chosen in itertools.permutations(places, len(known))
        )
        if len(known) + len(clusters) <= 7
        else kept
    )
    assert kept >= best - 0.02 * 5
