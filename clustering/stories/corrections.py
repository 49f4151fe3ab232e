"""Corrections made by people: what they mean for every later run, and when they contradict each other or the evidence.

Takes correction records and the current assignments, gives must-link and cannot-link pairs of articles for clustering and the merges that identity must
follow. Pure: a bad correction is refused with ``CorrectionError`` before anything is stored, so nothing is ever half applied.

A correction names stories, but stories change; what a person saw is the articles in them. So each record keeps the articles of its stories at the time
(``anchors``), and the constraints are between articles:

- ``merge s1 s2...``: they are one story, under the id of the first.
- ``split s1 a1 a2...``: these articles are a story of their own, apart from the rest of s1.
- ``move a1... s2``: the articles belong to s2 and not to the story they were in.
- ``pin a1... s1``: the articles belong to s1, whatever later runs think.
- ``forbid a1... s1`` or ``forbid s1 s2``: they are never one story.
- ``undo c1``: c1 no longer holds; undoing an undo makes it hold again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Literal

from clustering.errors import CorrectionError
from clustering.stories.matching import make_id

__all__ = [
    "Constraints",
    "Contest",
    "Correction",
    "CorrectionKind",
    "Pair",
    "find_contested",
    "find_effective",
    "make_correction",
    "resolve_corrections",
]

CorrectionKind = Literal["merge", "split", "move", "pin", "forbid", "undo"]
Pair = tuple[str, str]

_N_ANCHORS = 3
"""How many articles stand for a story in must-links: one could be taken down, all would freeze the story as it was."""
_UNLIKELY, _LIKELY = 0.1, 0.9


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction. ``anchors``: story id -> its articles when the correction was made. ``undoes``: of ``undo``, the correction meant."""

    correction_id: str
    kind: CorrectionKind
    author: str
    at: datetime
    reason: str = ""
    article_ids: tuple[str, ...] = ()
    story_ids: tuple[str, ...] = ()
    anchors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    undoes: str | None = None

    def describe(self) -> str:
        """Give it as it would be typed."""
        return " ".join((self.kind, *self.article_ids, *self.story_ids, *((self.undoes,) if self.undoes else ())))


@dataclass(frozen=True, slots=True)
class Constraints:
    """What the corrections demand of a run. Pairs are sorted; each carries the correction that asks for it.

    ``merged``: story id -> the story it is part of, for ``match_stories``.
    """

    must_link: Mapping[Pair, str] = field(default_factory=dict)
    cannot_link: Mapping[Pair, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contest:
    """A correction that the evidence of a run speaks against. It still holds; people should look at it."""

    correction_id: str
    article_id: str
    other_id: str
    demand: Literal["together", "apart"]
    probability: float | None
    reason: str


def make_correction(
    kind: CorrectionKind,
    *,
    author: str,
    at: datetime,
    assignments: Mapping[str, str],
    existing: Sequence[Correction] = (),
    article_ids: Sequence[str] = (),
    story_ids: Sequence[str] = (),
    undoes: str | None = None,
    reason: str = "",
    known_articles: Collection[str] | None = None,
) -> Correction:
    """Make a correction that is sure to be applicable together with the existing ones.

    ``assignments``: article id -> story id as they are now. ``known_articles``: every stored article; default the assigned ones.

    Errors: ``CorrectionError`` naming the ids for an unknown article, story or correction, a wrong number of ids, or a contradiction with
    an existing correction.
    """
    articles, stories = tuple(dict.fromkeys(article_ids)), tuple(dict.fromkeys(story_ids))
    known = assignments if known_articles is None else known_articles
    members: dict[str, list[str]] = {}
    for article_id, story_id in sorted(assignments.items()):
        members.setdefault(story_id, []).append(article_id)
    for what, ids, found in (("article", articles, known), ("story", stories, members)):
        unknown = [one for one in ids if one not in found]
        if unknown:
            raise CorrectionError(f"{kind}: unknown {what} {', '.join(unknown)}")
    _check_shape(kind, articles, stories, undoes, assignments)
    if kind == "undo":
        _check_undo(undoes or "", existing)
    used = {*stories}
    if kind == "move":
        used |= {assignments[article] for article in articles if article in assignments}
    if kind == "split":
        outside = [article for article in articles if assignments.get(article) != stories[0]]
        if outside:
            raise CorrectionError(f"split: {', '.join(outside)} not in story {stories[0]}")
        if set(articles) >= set(members[stories[0]]):
            raise CorrectionError(f"split: nothing of story {stories[0]} would be left")
    content = [kind, author, at.isoformat(), *articles, "/", *stories, undoes or ""]
    correction = Correction(
        correction_id=make_id("c", [f"{i}:{part}" for i, part in enumerate(content)], ()),
        kind=kind,
        author=author,
        at=at,
        reason=reason,
        article_ids=articles,
        story_ids=stories,
        anchors={story: tuple(members[story]) for story in sorted(used)},
        undoes=undoes,
    )
    resolve_corrections([*existing, correction], assignments)
    return correction


def resolve_corrections(corrections: Iterable[Correction], assignments: Mapping[str, str]) -> Constraints:
    """Give the constraints of all corrections that hold, oldest first.

    ``assignments`` fills in for corrections without anchors (imported from elsewhere).

    Errors: ``CorrectionError`` naming both corrections and the articles when one demands together what another demands apart.
    """
    effective = find_effective(corrections)
    must: dict[Pair, str] = {}
    cannot: dict[Pair, str] = {}
    merged: dict[str, str] = {}
    current: dict[str, list[str]] = {}
    for article_id, story_id in sorted(assignments.items()):
        current.setdefault(story_id, []).append(article_id)
    for correction in effective:
        members = {
            story: correction.anchors.get(story) or tuple(current.get(story, ())) for story in correction.story_ids
        }
        together, apart = _translate(correction, members)
        for pair in together:
            must.setdefault(pair, correction.correction_id)
        for pair in apart:
            cannot.setdefault(pair, correction.correction_id)
        if correction.kind == "merge":
            merged.update(dict.fromkeys(correction.story_ids[1:], correction.story_ids[0]))
            merged.pop(correction.story_ids[0], None)
    _check_contradictions(must, cannot)
    return Constraints(dict(sorted(must.items())), dict(sorted(cannot.items())), merged)


def find_effective(corrections: Iterable[Correction]) -> list[Correction]:
    """Give the corrections that hold, oldest first: not the undone ones, nor the undos."""
    ordered = sorted(corrections, key=lambda one: (one.at, one.correction_id))
    undone = _find_undone(ordered)
    return [one for one in ordered if one.kind != "undo" and one.correction_id not in undone]


def find_contested(
    constraints: Constraints, probabilities: Mapping[Pair, float], assignments: Mapping[str, str]
) -> tuple[Contest, ...]:
    """Give the demands that a run's evidence or result contradicts.

    ``probabilities``: sorted pair of articles -> probability that they tell the same story, as far as the run compared them. ``assignments``:
    the run's result; a demand it does not meet (an article was taken down, a guard refused) is contested whatever the evidence.
    """
    found: list[Contest] = []
    demands: tuple[tuple[Literal["together", "apart"], Mapping[Pair, str]], ...] = (
        ("together", constraints.must_link),
        ("apart", constraints.cannot_link),
    )
    for demand, pairs in demands:
        for (left, right), correction_id in pairs.items():
            probability = probabilities.get((left, right))
            homes = assignments.get(left), assignments.get(right)
            is_together = homes[0] is not None and homes[0] == homes[1]
            if None not in homes and is_together != (demand == "together"):
                reason = (
                    f"{left} and {right} are {'in one story' if is_together else 'in different stories'} all the same"
                )
            elif probability is not None and demand == "together" and probability <= _UNLIKELY:
                reason = f"{left} and {right} look like different stories (p {probability:.2f})"
            elif probability is not None and demand == "apart" and probability >= _LIKELY:
                reason = f"{left} and {right} look like the same story (p {probability:.2f})"
            else:
                continue
            found.append(Contest(correction_id, left, right, demand, probability, reason))
    return tuple(sorted(found, key=lambda one: (one.correction_id, one.article_id, one.other_id)))


def _check_shape(
    kind: CorrectionKind,
    articles: tuple[str, ...],
    stories: tuple[str, ...],
    undoes: str | None,
    assignments: Mapping[str, str],
) -> None:
    wrong = {
        "merge": len(stories) < 2 or bool(articles),
        "split": len(stories) != 1 or not articles,
        "move": len(stories) != 1 or not articles,
        "pin": len(stories) != 1 or not articles,
        "forbid": not ((len(stories) == 1 and articles) or (len(stories) == 2 and not articles)),
        "undo": undoes is None or bool(articles or stories),
    }[kind]
    if wrong:
        needs = {
            "merge": "two or more stories",
            "split": "one story and the articles to split off",
            "move": "articles and the story to move them to",
            "pin": "articles and the story to pin them to",
            "forbid": "articles and a story, or two stories",
            "undo": "the id of one correction",
        }[kind]
        raise CorrectionError(f"{kind} needs {needs}; got {', '.join((*articles, *stories)) or 'nothing'}")
    if kind == "move":
        there = [article for article in articles if assignments.get(article) == stories[0]]
        if there:
            raise CorrectionError(f"move: {', '.join(there)} already in story {stories[0]} (use pin to keep it there)")


def _check_undo(undoes: str, existing: Sequence[Correction]) -> None:
    by_id = {one.correction_id: one for one in existing}
    if undoes not in by_id:
        raise CorrectionError(f"undo: unknown correction {undoes}")
    if undoes in _find_undone(existing):
        raise CorrectionError(f"undo: correction {undoes} is undone already")


def _find_undone(corrections: Iterable[Correction]) -> set[str]:
    """Give the ids that an undo which itself holds has undone; the latest is judged first, for nothing can undo it."""
    undone: set[str] = set()
    for one in sorted(corrections, key=lambda one: (one.at, one.correction_id), reverse=True):
        if one.kind == "undo" and one.undoes is not None and one.correction_id not in undone:
            undone.add(one.undoes)
    return undone


def _translate(correction: Correction, members: Mapping[str, tuple[str, ...]]) -> tuple[list[Pair], list[Pair]]:
    articles = correction.article_ids
    together: list[Pair] = []
    apart: list[Pair] = []
    if correction.kind == "merge":
        chain = [article for story in correction.story_ids for article in members[story][:_N_ANCHORS]]
        together += [_pair(a, b) for a, b in pairwise(chain)]
    elif correction.kind == "split":
        rest = [article for article in members[correction.story_ids[0]] if article not in articles]
        together += [_pair(a, b) for a, b in pairwise(articles)]
        apart += [_pair(articles[0], article) for article in rest]
    elif correction.kind in ("move", "pin"):
        target = correction.story_ids[0]
        anchors = [article for article in members[target] if article not in articles][:_N_ANCHORS]
        together += [_pair(article, anchor) for article in articles for anchor in anchors]
        if correction.kind == "move":
            for story_id, left_behind in correction.anchors.items():
                if story_id != target:
                    moved = [article for article in articles if article in left_behind]
                    apart += [_pair(a, b) for a in moved for b in left_behind if b not in articles]
    elif correction.kind == "forbid":
        if articles:
            forbidden = members[correction.story_ids[0]]
            apart += [_pair(a, b) for a in articles for b in forbidden if b not in articles]
        else:
            first, second = (members[story] for story in correction.story_ids)
            apart += [_pair(a, b) for a in first[:_N_ANCHORS] for b in second[:_N_ANCHORS] if a != b]
    return [pair for pair in together if pair[0] != pair[1]], apart


def _pair(left: str, right: str) -> Pair:
    return (left, right) if left <= right else (right, left)


def _check_contradictions(must: Mapping[Pair, str], cannot: Mapping[Pair, str]) -> None:
    near: dict[str, list[tuple[str, str]]] = {}
    for (left, right), correction_id in must.items():
        near.setdefault(left, []).append((right, correction_id))
        near.setdefault(right, []).append((left, correction_id))
    for (left, right), forbidden_by in cannot.items():
        path = _find_path(left, right, near)
        if path is not None:
            raise CorrectionError(
                f"{left} and {right} must be apart by correction {forbidden_by} "
                f"but together by {', '.join(dict.fromkeys(path))}"
            )


def _find_path(start: str, goal: str, near: Mapping[str, Sequence[tuple[str, str]]]) -> list[str] | None:
    """Give the corrections along the shortest chain of must-links from one article to another, ``None`` when there is none."""
    if start not in near or goal not in near:
        return None
    paths: dict[str, list[str]] = {start: []}
    waiting = [start]
    for article in waiting:
        for other, correction_id in near[article]:
            if other not in paths:
                paths[other] = [*paths[article], correction_id]
                if other == goal:
                    return paths[other]
                waiting.append(other)
    return None
