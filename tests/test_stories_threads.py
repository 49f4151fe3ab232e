"""Threads: one running affair is one thread, and all of world politics is not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.config import StoryConfig
from clustering.stories.linkage import link_groups
from clustering.stories.records import KnownThread, StoryProfile, StoryText
from clustering.stories.threads import link_threads, profile_story

CONFIG = StoryConfig()
START = datetime(2025, 2, 15, tzinfo=UTC)


def profile(story_id: str, names: str | Mapping[str, float], days: float, n: int = 3, **more: object) -> StoryProfile:
    shares = dict.fromkeys(names.split(), 1.0) if isinstance(names, str) else dict(names)
    at = START + timedelta(days=days)
    return StoryProfile(
        story_id, {f"n:{k}": v for k, v in shares.items()}, None, at, at + timedelta(hours=9), n, n, f"Headline {story_id}", **more
    )  # type: ignore[arg-type]  # fmt: skip


CALLS = [
    profile("feb", "rubio lavrov trump riadh", 0, n=9),
    profile("riyadh", "rubio lavrov ushakov riadh", 3),
    profile("mar", "rubio lavrov huthi", 28),
    profile("apr", "rubio lavrov witkoff", 71),
]
WORLD = [profile(f"w{i:02d}", f"trump person{i} place{i}", i) for i in range(30)]


def test_calls_of_one_affair_are_one_thread_and_stay_separate_stories() -> None:
    found = link_threads([*WORLD, *CALLS], CONFIG)
    assert [thread.story_ids for thread in found.threads] == [("feb", "riyadh", "mar", "apr")]
    thread = found.threads[0]
    assert thread.names[:2] == ("n:lavrov", "n:rubio")
    assert thread.title == "Headline feb"
    assert thread.thread_id == found.thread_ids["mar"]
    assert "w00" not in found.thread_ids
    assert thread.n_articles == 18


def test_one_famous_name_links_nothing() -> None:
    assert link_threads(WORLD, CONFIG).threads == ()
    assert link_threads(WORLD, CONFIG).links == ()


def test_stories_further_apart_than_thread_days_need_one_in_between() -> None:
    assert link_threads([*WORLD, CALLS[0], CALLS[3]], CONFIG).threads == ()
    assert len(link_threads([*WORLD, CALLS[0], CALLS[2], CALLS[3]], CONFIG).threads[0].story_ids) == 3


def test_bridge_story_does_not_join_two_affairs() -> None:
    trade = [profile(f"t{i}", "sheinbaum trudeau tariff ebrard", i) for i in range(4)]
    calls = [profile(f"c{i}", "rubio lavrov riadh ushakov", i) for i in range(4)]
    bridge = profile("bridge", "sheinbaum trudeau rubio lavrov", 2)
    threads = link_threads([*WORLD, *trade, *calls, bridge], CONFIG).threads
    assert len(threads) == 2
    assert not any({"t0", "c0"} <= set(thread.story_ids) for thread in threads)


def test_near_centroids_help_and_far_ones_hinder() -> None:
    pair = [profile("a", "lavrov rubio one two three four", 0), profile("b", "lavrov rubio five six seven eight", 1)]

    def similarity(left: list[float], right: list[float]) -> float:
        vectors = [np.array(left), np.array(right)]
        stories = [
            StoryProfile(s.story_id, s.names, v, s.first_at, s.last_at, 3) for s, v in zip(pair, vectors, strict=True)
        ]
        links = link_threads([*WORLD, *stories], CONFIG).links
        return links[0].similarity if links else 0.0

    assert similarity([1, 0], [1, 0.1]) > similarity([1, 0], [1, 1]) > similarity([1, 0], [0, 1])


def test_thread_keeps_its_id_while_it_grows_and_when_it_shrinks() -> None:
    first = link_threads([*WORLD, *CALLS[:2]], CONFIG).threads[0]
    known = [KnownThread(first.thread_id, frozenset(first.story_ids))]
    grown = link_threads([*WORLD, *CALLS], CONFIG, known=known).threads[0]
    assert grown.thread_id == first.thread_id
    assert len(grown.story_ids) == 4
    again = link_threads([*WORLD, *CALLS], CONFIG, known=[KnownThread(grown.thread_id, frozenset(grown.story_ids))])
    assert again.threads == (grown,)


def test_new_thread_never_takes_a_taken_id() -> None:
    first = link_threads([*WORLD, *CALLS], CONFIG).threads[0]
    assert link_threads([*WORLD, *CALLS], CONFIG, taken={first.thread_id}).threads[0].thread_id != first.thread_id


def test_related_stories_come_with_their_numbers() -> None:
    related = link_threads([*WORLD, *CALLS], CONFIG).related("mar")
    assert [link.other_id for link in related] == ["feb", "apr", "riyadh"]
    assert all(link.story_id == "mar" for link in related)
    assert set(related[2].shared_names) >= {"n:rubio", "n:lavrov"}
    assert related[2].gap_hours == pytest.approx(24 * 25 - 9)


def test_story_given_twice_is_a_bug() -> None:
    with pytest.raises(ValueError, match="given twice"):
        link_threads([CALLS[0], CALLS[0]], CONFIG)


def test_nothing_and_one_story_make_no_thread() -> None:
    assert link_threads([], CONFIG).threads == ()
    assert link_threads(CALLS[:1], CONFIG).threads == ()
    assert link_threads([StoryProfile("x"), StoryProfile("y")], CONFIG).threads == ()


def test_profile_counts_names_once_per_article_and_tells_places_from_people() -> None:
    texts = [
        StoryText(
            "a1", "T", names={"n:rubio": "Rubio", "s:LP": "Rubio"}, places={"US": "US", "riadh": "Riyadh"}, outlet="a"
        ),
        StoryText("a2", "T", names={"n:rubio": "Рубио"}, places={"US": "США"}, published_at=START, outlet="b"),
    ]
    made = profile_story("s1", texts, headline="T")
    assert dict(made.names) == {"c:US": 1.0, "n:rubio": 1.0, "p:riadh": 0.5}
    assert (made.n_articles, made.n_outlets, made.first_at) == (2, 2, START)


@given(st.permutations([*CALLS, *WORLD[:6]]))
def test_order_decides_nothing(stories: list[StoryProfile]) -> None:
    found, expected = link_threads(stories, CONFIG), link_threads([*CALLS, *WORLD[:6]], CONFIG)
    assert found == expected


KEYS = st.sampled_from("abcdefgh")


@given(
    st.dictionaries(st.tuples(KEYS, KEYS).filter(lambda p: p[0] < p[1]), st.floats(0.01, 1), max_size=20),
    st.floats(0.05, 0.9),
)
def test_groups_are_a_partition_and_every_group_is_close(found: dict[tuple[str, str], float], least: float) -> None:
    groups = link_groups(found, least)
    members = [member for group in groups for member in group]
    assert len(members) == len(set(members))
    assert set(members) == {key for pair in found for key in pair}
    for group in groups:
        if len(group) > 1:
            assert max(found.get((a, b), 0.0) for a in group for b in group) >= least
    flipped = {(b, a): value for (a, b), value in reversed(list(found.items()))}
    assert link_groups(flipped, least) == groups
