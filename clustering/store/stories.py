"""Assignments, story versions, transitions and threads in the private database: appended, never updated."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from clustering.store.database import arrow_view, fetch_row
from clustering.stories.records import KnownStory, KnownThread, StoryLink, StoryState, Transition

__all__ = [
    "Assignment",
    "StorySummary",
    "StoryVersion",
    "read_all_story_ids",
    "read_all_thread_ids",
    "read_known_stories",
    "read_known_threads",
    "read_story_summaries",
    "write_assignments",
    "write_links",
    "write_story_versions",
    "write_threads",
    "write_transitions",
]


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which story one article is in after a run, and what it copies."""

    article_id: str
    story_id: str | None
    cluster: int
    probability: float
    joined_by: str | None = None
    joined_probability: float | None = None
    joined_parts: Mapping[str, float | None] | None = None
    original_id: str | None = None
    is_reprint: bool = False
    share_copied: float = 0.0
    reprint_wire: str | None = None
    duplicate_group: str | None = None


@dataclass(frozen=True, slots=True)
class StoryVersion:
    """A story as of a run. ``centroid`` (dim,) unit vector; ``description`` and ``trust`` are JSON objects."""

    story_id: str
    state: StoryState
    n_articles: int
    first_at: datetime | None
    last_at: datetime | None
    fingerprint: str | None
    centroid: NDArray[np.float32] | None
    description: Mapping[str, Any]
    trust: Mapping[str, Any]


def read_all_story_ids(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Give every id ever given to a story, gone ones too."""
    return {row[0] for row in connection.execute("SELECT DISTINCT story_id FROM story_versions").fetchall()}


def read_all_thread_ids(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Give every id ever given to a thread."""
    rows = connection.execute("SELECT DISTINCT thread_id FROM thread_versions WHERE thread_id IS NOT NULL").fetchall()
    return {row[0] for row in rows}


def read_known_stories(
    connection: duckdb.DuckDBPyConnection, window_ids: Sequence[str], since: datetime, fingerprint: str
) -> list[KnownStory]:
    """Give the stories a run can touch: those with an article in the window, now or ever, still active, or alive since ``since``.

    A story that is gone comes with the last members it had: a merge may come apart again. Centroids of another encoder are left out:
    they cannot be compared.
    """
    with arrow_view(connection, "in_window", pa.table({"article_id": pa.array(window_ids, pa.string())})):
        rows = connection.execute(
            """
            WITH touched AS (
                SELECT DISTINCT story_id FROM assignments JOIN in_window USING (article_id) WHERE story_id IS NOT NULL
                UNION
                SELECT story_id FROM current_stories WHERE state = 'active' OR last_at >= ?
            ), members AS (
                SELECT story_id, list_sort(list(article_id)) AS ids FROM current_assignments
                WHERE story_id IN (SELECT story_id FROM touched) GROUP BY story_id
            ), homes_before_gone AS (
                SELECT g.story_id, a.article_id, a.story_id AS home
                FROM current_stories g
                JOIN (SELECT DISTINCT story_id, article_id FROM assignments) ever ON ever.story_id = g.story_id
                JOIN assignments a ON a.article_id = ever.article_id AND a.run_id < g.run_id
                WHERE g.state = 'gone' AND g.story_id IN (SELECT story_id FROM touched)
                QUALIFY row_number() OVER (PARTITION BY g.story_id, a.article_id ORDER BY a.run_id DESC) = 1
            ), last_members AS (
                SELECT story_id, list_sort(list(article_id)) AS ids FROM homes_before_gone WHERE home = story_id GROUP BY story_id
            )
            SELECT s.story_id, coalesce(m.ids, last_members.ids, []), s.centroid, s.first_at, s.last_at, s.state, s.fingerprint
            FROM current_stories s JOIN touched USING (story_id)
            LEFT JOIN members m USING (story_id)
            LEFT JOIN last_members USING (story_id)
            ORDER BY s.story_id
            """,
            [since],
        ).fetchall()
    return [
        KnownStory(
            story_id=story_id,
            members=frozenset(members),
            centroid=np.asarray(centroid, np.float32) if centroid and made_by == fingerprint else None,
            first_at=first_at,
            last_at=last_at,
            state=state,
        )
        for story_id, members, centroid, first_at, last_at, state, made_by in rows
    ]


def read_known_threads(connection: duckdb.DuckDBPyConnection) -> list[KnownThread]:
    """Give every thread with the stories in it now."""
    rows = connection.execute(
        "SELECT thread_id, list(story_id) FROM current_threads WHERE thread_id IS NOT NULL GROUP BY thread_id ORDER BY thread_id"
    ).fetchall()
    return [KnownThread(thread_id, frozenset(members)) for thread_id, members in rows]


@dataclass(frozen=True, slots=True)
class StorySummary:
    """What threads need to know of a story that is already stored."""

    story_id: str
    first_at: datetime | None
    last_at: datetime | None
    n_articles: int
    centroid: NDArray[np.float32] | None
    description: Mapping[str, Any]


def read_story_summaries(
    connection: duckdb.DuckDBPyConnection, since: datetime | None, fingerprint: str
) -> list[StorySummary]:
    """Give every story that is not gone and has an article since ``since`` (undated stories too), by id."""
    rows = connection.execute(
        "SELECT story_id, first_at, last_at, n_articles, centroid, description, fingerprint FROM current_stories"
        " WHERE state <> 'gone' AND coalesce(last_at >= ?, true) ORDER BY story_id",
        [since],
    ).fetchall()
    return [
        StorySummary(
            story_id,
            first_at,
            last_at,
            n_articles,
            np.asarray(centroid, np.float32) if centroid and made_by == fingerprint else None,
            json.loads(description or "{}"),
        )
        for story_id, first_at, last_at, n_articles, centroid, description, made_by in rows
    ]


def write_assignments(connection: duckdb.DuckDBPyConnection, run_id: int, assignments: Sequence[Assignment]) -> int:
    """Append the assignments that differ from the current ones in story or copying; give how many."""
    if not assignments:
        return 0
    table = pa.table(
        {
            "article_id": pa.array([a.article_id for a in assignments], pa.string()),
            "story_id": pa.array([a.story_id for a in assignments], pa.string()),
            "cluster": pa.array([a.cluster for a in assignments], pa.int32()),
            "probability": pa.array([a.probability for a in assignments], pa.float64()),
            "joined_by": pa.array([a.joined_by for a in assignments], pa.string()),
            "joined_probability": pa.array([a.joined_probability for a in assignments], pa.float64()),
            "joined_parts": pa.array(
                [json.dumps(dict(a.joined_parts)) if a.joined_parts else None for a in assignments], pa.string()
            ),
            "original_id": pa.array([a.original_id for a in assignments], pa.string()),
            "is_reprint": pa.array([a.is_reprint for a in assignments], pa.bool_()),
            "share_copied": pa.array([a.share_copied for a in assignments], pa.float64()),
            "reprint_wire": pa.array([a.reprint_wire for a in assignments], pa.string()),
            "duplicate_group": pa.array([a.duplicate_group for a in assignments], pa.string()),
        }
    )
    with arrow_view(connection, "new_assignments", table):
        [n] = fetch_row(
            connection,
            """
            INSERT INTO assignments BY NAME
            SELECT ? AS run_id, n.* FROM new_assignments n LEFT JOIN current_assignments c USING (article_id)
            WHERE c.article_id IS NULL
               OR c.story_id IS DISTINCT FROM n.story_id OR c.is_reprint IS DISTINCT FROM n.is_reprint
               OR c.original_id IS DISTINCT FROM n.original_id OR c.duplicate_group IS DISTINCT FROM n.duplicate_group
            """,
            [run_id],
        )
    return int(n)


def write_story_versions(connection: duckdb.DuckDBPyConnection, run_id: int, versions: Sequence[StoryVersion]) -> None:
    """Append story versions."""
    if not versions:
        return
    table = pa.table(
        {
            "story_id": pa.array([v.story_id for v in versions], pa.string()),
            "state": pa.array([v.state for v in versions], pa.string()),
            "n_articles": pa.array([v.n_articles for v in versions], pa.int32()),
            "first_at": pa.array([v.first_at for v in versions], pa.timestamp("us", tz="UTC")),
            "last_at": pa.array([v.last_at for v in versions], pa.timestamp("us", tz="UTC")),
            "fingerprint": pa.array([v.fingerprint for v in versions], pa.string()),
            "centroid": pa.array(
                [None if v.centroid is None else v.centroid.tolist() for v in versions], pa.list_(pa.float32())
            ),
            "description": pa.array(
                [json.dumps(dict(v.description), ensure_ascii=False) for v in versions], pa.string()
            ),
            "trust": pa.array([json.dumps(dict(v.trust)) for v in versions], pa.string()),
        }
    )
    with arrow_view(connection, "new_versions", table):
        connection.execute("INSERT INTO story_versions BY NAME SELECT ? AS run_id, * FROM new_versions", [run_id])


def write_transitions(connection: duckdb.DuckDBPyConnection, run_id: int, transitions: Sequence[Transition]) -> None:
    """Append a run's transitions; survival without any change is not worth a row."""
    rows = [t for t in transitions if t.kind != "survived" or t.n_before != t.n_after]
    if not rows:
        return
    table = pa.table(
        {
            "story_id": pa.array([t.story_id for t in rows], pa.string()),
            "kind": pa.array([t.kind for t in rows], pa.string()),
            "related": pa.array([list(t.related_ids) for t in rows], pa.list_(pa.string())),
            "n_before": pa.array([t.n_before for t in rows], pa.int32()),
            "n_after": pa.array([t.n_after for t in rows], pa.int32()),
            "overlap": pa.array([t.overlap for t in rows], pa.float64()),
            "similarity": pa.array([t.similarity for t in rows], pa.float64()),
        }
    )
    with arrow_view(connection, "new_transitions", table):
        connection.execute("INSERT INTO transitions BY NAME SELECT ? AS run_id, * FROM new_transitions", [run_id])


def write_threads(
    connection: duckdb.DuckDBPyConnection, run_id: int, thread_ids: Mapping[str, str | None], titles: Mapping[str, str]
) -> int:
    """Append story -> thread where it differs from the current one; give how many."""
    if not thread_ids:
        return 0
    stories = sorted(thread_ids)
    table = pa.table(
        {
            "story_id": pa.array(stories, pa.string()),
            "thread_id": pa.array([thread_ids[s] for s in stories], pa.string()),
            "title": pa.array([titles.get(thread_ids[s] or "") for s in stories], pa.string()),
        }
    )
    with arrow_view(connection, "new_threads", table):
        [n] = fetch_row(
            connection,
            """
            INSERT INTO thread_versions BY NAME
            SELECT ? AS run_id, n.* FROM new_threads n LEFT JOIN current_threads c USING (story_id)
            WHERE c.thread_id IS DISTINCT FROM n.thread_id OR c.title IS DISTINCT FROM n.title
            """,
            [run_id],
        )
    return int(n)


def write_links(connection: duckdb.DuckDBPyConnection, run_id: int, links: Sequence[StoryLink]) -> None:
    """Append related stories, each link in both directions."""
    if not links:
        return
    both = [(a.story_id, a.other_id, a) for a in links] + [(a.other_id, a.story_id, a) for a in links]
    table = pa.table(
        {
            "story_id": pa.array([story for story, _, _ in both], pa.string()),
            "related_id": pa.array([other for _, other, _ in both], pa.string()),
            "similarity": pa.array([link.similarity for _, _, link in both], pa.float64()),
            "shared_names": pa.array([list(link.shared_names) for _, _, link in both], pa.list_(pa.string())),
        }
    )
    with arrow_view(connection, "new_links", table):
        connection.execute("INSERT INTO related_stories BY NAME SELECT ? AS run_id, * FROM new_links", [run_id])
