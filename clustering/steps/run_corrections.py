"""What corrections by hand mean for one run of the cluster step.

Reads the corrections that hold, gives what the step needs of them: articles its window must include, pairs for the engine, labels that obey, merges
for identity, and afterwards what the run found against them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from clustering.store.corrections import read_article_ids, read_assigned_stories, read_corrections
from clustering.stories.corrections import (
    Constraints,
    Contest,
    Correction,
    Pair,
    find_contested,
    find_effective,
    resolve_corrections,
)
from clustering.stories.enforcement import enforce_corrections

__all__ = ["RunCorrections", "read_run_corrections"]

_ENFORCED_FROM = 0.02
"""Probabilities below decide nothing when a group is parted; the engine drops them too."""


@dataclass(frozen=True, slots=True)
class RunCorrections:
    """The corrections that hold, oldest first, and their constraints. ``needed``: articles to cluster although they are older than the window."""

    effective: tuple[Correction, ...]
    constraints: Constraints
    needed: tuple[str, ...]

    @property
    def merged(self) -> Mapping[str, str]:
        """Story id -> the story that it is part of by hand."""
        return self.constraints.merged

    def pairs_within(self, ids: Iterable[str]) -> tuple[list[Pair], list[Pair]]:
        """Give the must-links and cannot-links between articles of the run, for the engine."""
        present = set(ids)
        must = [pair for pair in self.constraints.must_link if present.issuperset(pair)]
        cannot = [pair for pair in self.constraints.cannot_link if present.issuperset(pair)]
        return must, cannot

    def enforce(
        self,
        ids: Sequence[str],
        labels: NDArray[np.int64],
        pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]] | None = None,
    ) -> NDArray[np.int64]:
        """Give labels (n,) that obey every correction; -1 is noise. ``pairs``: the pairs (i, j, probability) the engine judged."""
        if not self.effective:
            return labels
        members: dict[int, list[str]] = {}
        for article_id, label in zip(ids, labels.tolist(), strict=True):
            if label >= 0:
                members.setdefault(label, []).append(article_id)
        groups = [frozenset(group) for group in members.values()]
        obeying = enforce_corrections(groups, self.effective, ids, _name_pairs(ids, pairs))
        if set(obeying) == set(groups):
            return labels
        label_of = {article_id: k for k, group in enumerate(obeying) for article_id in group}
        return np.array([label_of.get(article_id, -1) for article_id in ids], dtype=np.int64)

    def contest(
        self,
        ids: Sequence[str],
        assignments: Mapping[str, str],
        pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]] | None = None,
    ) -> tuple[Contest, ...]:
        """Give what the run found against the corrections. ``assignments``: article -> story after the run, all articles."""
        if not self.effective:
            return ()
        return find_contested(self.constraints, _name_pairs(ids, pairs, 0.0), assignments)


def read_run_corrections(connection: duckdb.DuckDBPyConnection) -> RunCorrections:
    """Read the corrections that hold.

    ``needed`` are all articles of the stories that a correction not yet carried out speaks of, or one undone since the last run: without them in
    the run it could not be carried out, or taken back.
    """
    stored = read_corrections(connection)
    if not stored:
        return RunCorrections((), Constraints(), ())
    effective = tuple(find_effective(stored))
    assignments = read_assigned_stories(connection)
    constraints = resolve_corrections(effective, assignments)
    open_pairs = [(one.article_id, one.other_id) for one in find_contested(constraints, {}, assignments)]
    for pair in (*constraints.must_link, *constraints.cannot_link):
        homes = assignments.get(pair[0]), assignments.get(pair[1])
        if None in homes and homes != (None, None):
            open_pairs.append(pair)
    touched = {article for pair in open_pairs for article in pair} | _undone_since(connection, stored)
    touched &= read_article_ids(connection)
    stories = {assignments[article] for article in touched if article in assignments}
    needed = touched | {article for article, story in assignments.items() if story in stories}
    return RunCorrections(effective, constraints, tuple(sorted(needed)))


def _undone_since(connection: duckdb.DuckDBPyConnection, stored: Sequence[Correction]) -> set[str]:
    """Give the articles of corrections whose undoing no run has seen yet."""
    [(last_at,)] = connection.execute(
        "SELECT max(started_at) FROM runs WHERE step = 'cluster' AND state = 'completed'"
    ).fetchall()
    undone = {one.undoes for one in stored if one.kind == "undo" and (last_at is None or one.at > last_at)}
    found = [one for one in stored if one.correction_id in undone]
    return {article for one in found for ids in (one.article_ids, *one.anchors.values()) for article in ids}


def _name_pairs(
    ids: Sequence[str],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]] | None,
    least: float = _ENFORCED_FROM,
) -> dict[Pair, float]:
    if pairs is None:
        return {}
    first, second, probability = pairs
    keep = np.flatnonzero(probability >= least)
    named: dict[Pair, float] = {}
    for i, j, p in zip(first[keep].tolist(), second[keep].tolist(), probability[keep].tolist(), strict=True):
        left, right = ids[i], ids[j]
        named[(left, right) if left <= right else (right, left)] = p
    return named
