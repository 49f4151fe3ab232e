"""How far each changed story can be trusted: the evidence of a run, gathered for ``clustering.stories.trust``.

Reads the assignments just written; gives the versions with their trust. The parts are stored, never a single number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

import duckdb
import numpy as np
from numpy.typing import NDArray

from clustering.store.coverage_rows import read_current_rows
from clustering.store.stories import StoryVersion
from clustering.stories.coverage import describe_coverage, is_reprint
from clustering.stories.records import StoryLink
from clustering.stories.trust import TrustEdge, TrustMember, assess_trust

__all__ = ["add_trust", "collect_edges"]

_NEAR_STORIES = 10


def collect_edges(
    ids: Sequence[str],
    labels: NDArray[np.int64],
    pairs: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]],
    originals: NDArray[np.int64],
    story_ids: Mapping[int, str],
) -> dict[str, list[TrustEdge]]:
    """Give each story's judged pairs, and one edge of probability 1 from every copy to its original.

    ``labels`` (n,), ``originals`` (n,) index of the text each article copies (its own when none), ``pairs`` (i, j, probability).
    """
    first, second, probability = pairs
    copies = np.flatnonzero(originals != np.arange(len(ids)))
    first = np.concatenate([first, copies])
    second = np.concatenate([second, originals[copies]])
    probability = np.concatenate([probability, np.ones(len(copies))])
    inside = np.flatnonzero((labels[first] >= 0) & (labels[first] == labels[second]))
    edges: dict[str, list[TrustEdge]] = {}
    for k in inside:
        story_id = story_ids.get(int(labels[first[k]]))
        if story_id is not None:
            edges.setdefault(story_id, []).append(TrustEdge(ids[first[k]], ids[second[k]], float(probability[k])))
    return edges


def add_trust(
    connection: duckdb.DuckDBPyConnection,
    versions: Sequence[StoryVersion],
    vectors: Mapping[str, NDArray[np.float32]],
    edges: Mapping[str, Sequence[TrustEdge]],
    links: Sequence[StoryLink],
    centroids: Mapping[str, NDArray[np.float32]],
) -> list[StoryVersion]:
    """Give the versions with their trust.

    ``vectors``: article id -> vector (dim,), of the window. ``centroids``: story id -> mean vector, of all stories recent enough to be near.
    """
    living = [version.story_id for version in versions if version.state != "gone"]
    rows = read_current_rows(connection, living)
    near: dict[str, list[tuple[float, str]]] = {}
    for link in links:
        near.setdefault(link.story_id, []).append((-link.similarity, link.other_id))
        near.setdefault(link.other_id, []).append((-link.similarity, link.story_id))
    centre = np.mean(list(centroids.values()), axis=0) if len(centroids) > _NEAR_STORIES else None
    assessed = []
    for version in versions:
        mine = rows.get(version.story_id)
        if not mine:
            assessed.append(version)
            continue
        published = {row.article_id: row.published_at for row in mine}
        members = [
            TrustMember(
                article_id=row.article_id,
                vector=vectors.get(row.article_id),
                published_at=row.published_at,
                precision=row.precision,
                is_reprint=is_reprint(row),
                original_at=published.get(row.original_id) if row.original_id else None,
            )
            for row in mine
        ]
        others = [other for _, other in sorted(near.get(version.story_id, []))[:_NEAR_STORIES]]
        trust = assess_trust(
            members,
            coverage=describe_coverage(mine),
            edges=edges.get(version.story_id, ()),
            others={other: centroids[other] for other in others if other in centroids},
            centre=centre,
        )
        assessed.append(replace(version, trust=asdict(trust)))
    return assessed
