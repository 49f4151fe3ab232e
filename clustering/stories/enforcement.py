"""Make a run's clusters obey the corrections, whatever the engine made of the constraints.

Takes groups of articles and the corrections that hold, gives groups. The engine gets must-links and cannot-links too, so that its evidence grows
around them; this is the guarantee behind it: dense cores, horizons and windows cannot override a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set

from clustering.stories.corrections import Correction, Pair

__all__ = ["enforce_corrections"]


def enforce_corrections(
    groups: Iterable[frozenset[str]],
    corrections: Sequence[Correction],
    present: Iterable[str],
    affinity: Mapping[Pair, float] | None = None,
) -> list[frozenset[str]]:
    """Give the groups with every correction carried out, in the order they were made; groups it does not touch stay as they are.

    ``corrections``: those that hold (``find_effective``). ``present``: every article of the run, noise included; corrections about others are
    left for a run that has them. ``affinity``: sorted pair -> probability, used only to part a group that must become two. An article
    left alone forms no group.
    """
    table = _Table(groups, present)
    named = {article for correction in corrections for article in correction.article_ids}
    for correction in corrections:
        _APPLY[correction.kind](table, correction, affinity or {}, named)
    return table.groups()


class _Table:
    """Articles by group; a group's key is an arbitrary number."""

    def __init__(self, groups: Iterable[frozenset[str]], present: Iterable[str]) -> None:
        self.members: dict[int, set[str]] = {}
        self.home: dict[str, int] = {}
        for group in sorted(groups, key=min):
            self.add_group(group)
        for article in sorted(present):
            if article not in self.home:
                self.add_group([article])

    def add_group(self, articles: Iterable[str]) -> int:
        key = len(self.members)
        self.members[key] = set()
        for article in articles:
            self.put(article, key)
        return key

    def put(self, article: str, key: int) -> None:
        old = self.home.get(article)
        if old is not None:
            self.members[old].discard(article)
        self.members[key].add(article)
        self.home[article] = key

    def join(self, keys: Sequence[int]) -> int:
        target, *others = sorted(set(keys), key=lambda key: (-len(self.members[key]), min(self.members[key])))
        for other in others:
            for article in sorted(self.members[other]):
                self.put(article, target)
        return target

    def known(self, articles: Iterable[str]) -> list[str]:
        return [article for article in articles if article in self.home]

    def main_group(self, articles: Sequence[str]) -> int | None:
        """Give the group that holds most of the articles; of equals the larger, then the earlier."""
        counts: dict[int, int] = {}
        for article in articles:
            counts[self.home[article]] = counts.get(self.home[article], 0) + 1
        return min(counts, key=lambda k: (-counts[k], -len(self.members[k]), min(self.members[k])), default=None)

    def groups(self) -> list[frozenset[str]]:
        return sorted((frozenset(one) for one in self.members.values() if len(one) > 1), key=min)


def _merge(table: _Table, correction: Correction, _: Mapping[Pair, float], named: Set[str]) -> None:
    """Join what holds most of each story, and bring back the articles the person saw in them and no other correction names."""
    mains = [table.main_group(table.known(correction.anchors.get(story, ()))) for story in correction.story_ids]
    found = [main for main in mains if main is not None]
    if not found:
        return
    target = table.join(found)
    for story in correction.story_ids:
        for article in table.known(correction.anchors.get(story, ())):
            if article not in named and table.home[article] != target:
                table.put(article, target)


def _split(table: _Table, correction: Correction, _: Mapping[Pair, float], __: Set[str]) -> None:
    articles = table.known(correction.article_ids)
    story = correction.anchors.get(correction.story_ids[0], ())
    rest = set(table.known(story)) - set(articles)
    if not articles:
        return
    clean = [article for article in articles if not table.members[table.home[article]] & rest]
    target = table.main_group(clean) if clean else table.add_group([])
    for article in articles:
        if target is not None and table.home[article] != target:
            table.put(article, target)


def _move(table: _Table, correction: Correction, _: Mapping[Pair, float], __: Set[str]) -> None:
    articles = table.known(correction.article_ids)
    anchors = [one for one in table.known(correction.anchors.get(correction.story_ids[0], ())) if one not in articles]
    target = table.main_group(anchors)
    if target is None:
        return
    for article in articles:
        if table.home[article] != target:
            table.put(article, target)


def _forbid(table: _Table, correction: Correction, affinity: Mapping[Pair, float], _: Set[str]) -> None:
    articles = table.known(correction.article_ids)
    if articles:
        story = set(correction.anchors.get(correction.story_ids[0], ())) - set(articles)
        for article in articles:
            if table.members[table.home[article]] & story:
                table.add_group([article])
        return
    sides = [set(table.known(correction.anchors.get(story, ()))) for story in correction.story_ids]
    for key in sorted({table.home[one] for one in sides[0]} & {table.home[one] for one in sides[1]}):
        _part(table, key, sides[0], sides[1], affinity)


def _part(table: _Table, key: int, first: set[str], second: set[str], affinity: Mapping[Pair, float]) -> None:
    """Part a group that holds both sides: everything else goes where its mean affinity is greater, of equals to the larger side."""
    members = sorted(table.members[key])
    sides = (first & set(members), second & set(members))
    large, small = sorted(sides, key=lambda side: (-len(side), min(side)))
    leaving = set(small)
    for article in members:
        if article not in first and article not in second:
            nearness = [
                sum(affinity.get((min(article, other), max(article, other)), 0.0) for other in side) / len(side)
                for side in (large, small)
            ]
            if nearness[1] > nearness[0]:
                leaving.add(article)
    table.add_group(sorted(leaving))


def _nothing(table: _Table, correction: Correction, _: Mapping[Pair, float], __: Set[str]) -> None:
    """An undo has done its work before: what it undid is not among the corrections that hold."""


_APPLY = {"merge": _merge, "split": _split, "move": _move, "pin": _move, "forbid": _forbid, "undo": _nothing}
