"""Explanations say from stored evidence why an article is where it is."""

from __future__ import annotations

from clustering.stories.explanation import Comparison, StoryFacts, explain, list_reasons

HOMES = {"a": "s1", "b": "s1", "c": "s1", "x": "s2", "y": "s2", "z": "s3"}
STORIES = {"s1": StoryFacts("s1", "First call", 3), "s2": StoryFacts("s2", "Second call", 2), "s3": StoryFacts("s3")}
GOOD = {"meaning": 2.4, "words": 0.3, "names": 1.9, "numbers": None, "hours": -0.1}
FAR = {"meaning": 2.2, "words": 0.2, "names": 0.5, "numbers": -0.4, "hours": -2.6}
SEEN = [
    Comparison("b", "a", 0.97, GOOD, 2.0),
    Comparison("a", "c", 0.71, GOOD | {"meaning": 0.6}, 5.0),
    Comparison("a", "x", 0.31, FAR, 28 * 24.0),
    Comparison("y", "a", 0.11, FAR, 28 * 24.0),
    Comparison("a", "z", 0.05, {}, None),
    Comparison("p", "q", 0.99, GOOD, 1.0),
]


def test_member_is_explained_by_its_edge_and_its_neighbours() -> None:
    found = explain("a", SEEN, HOMES, STORIES)
    assert found.verdict == "in"
    assert found.joined_by == Comparison("a", "b", 0.97, GOOD, 2.0)
    assert [one.other_id for one in found.inside] == ["b", "c"]
    assert [one.other_id for one in found.outside] == ["x", "y", "z"]
    near = found.nearest_other
    assert near is not None
    assert (near.story.story_id, near.n_compared, near.mean_probability) == ("s2", 2, 0.21)
    assert near.missing == {"hours": (-2.6, -0.1), "names": (0.5, 1.9)}
    assert list(near.missing) == ["hours", "names"]
    assert near.lack == 0.8


def test_lines_read_like_an_explanation() -> None:
    assert list_reasons(explain("a", SEEN, HOMES, STORIES, corrections=["pin a s1"])) == [
        "a is in story s1 (First call)",
        "joined by b (p 0.97): meaning +2.4, words +0.3, names +1.9, time -0.1, no numbers to compare, 2 h apart",
        "nearest inside (2 compared):",
        "  b (p 0.97): meaning +2.4, words +0.3, names +1.9, time -0.1, no numbers to compare, 2 h apart",
        "  c (p 0.71): meaning +0.6, words +0.3, names +1.9, time -0.1, no numbers to compare, 5 h apart",
        "nearest other story s2 (Second call): best x (p 0.31): meaning +2.2, words +0.2, names +0.5, numbers -0.4, time -2.6, 28 days apart",
        "  2 articles compared there, mean probability 0.21",
        "  0.8 log-odds short of an even chance; behind in time -2.6 instead of -0.1, names +0.5 instead of +1.9",
        "corrected by hand: pin a s1",
    ]  # fmt: skip


def test_stored_edge_wins_over_the_most_probable() -> None:
    edge = Comparison("c", "a", 0.71, GOOD, 5.0, "two cores by centroid")
    found = explain("a", SEEN, HOMES, STORIES, joined_by=edge)
    assert found.joined_by is not None
    assert found.joined_by.other_id == "c"
    assert "[two cores by centroid]" in list_reasons(found)[1]


def test_asking_for_another_story_says_why_not() -> None:
    found = explain("a", SEEN, HOMES, STORIES, story_id="s3")
    assert found.verdict == "out"
    lines = list_reasons(found)
    assert lines[0] == "a is not in story s3: it is in s1 (First call)"
    assert found.nearest_other is not None
    assert found.nearest_other.story.story_id == "s3"
    assert "parts not stored" in lines[3]
    unseen = explain("b", SEEN, HOMES, STORIES, story_id="s3")
    assert "no article of it was near enough to be compared" in list_reasons(unseen)


def test_noise_is_explained_by_what_was_missing() -> None:
    homes = {key: value for key, value in HOMES.items() if key != "a"}
    found = explain("a", SEEN[2:5], homes, STORIES)
    assert found.verdict == "noise"
    assert found.joined_by is None
    lines = list_reasons(found)
    assert lines[0] == "a is in no story"
    assert lines[1].startswith("nearest other story s2 (Second call)")
    assert lines[3] == "  0.8 log-odds short of an even chance; behind in time -2.6 instead of +0.0"
    assert list_reasons(explain("q", [], {}, {})) == [
        "q is in no story",
        "no other article was near enough to be compared",
    ]
