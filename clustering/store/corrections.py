"""Corrections and contests in the private database: corrections are appended and never changed, an undo is a row of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from clustering.stories.corrections import Contest, Correction

__all__ = [
    "read_article_ids",
    "read_assigned_stories",
    "read_contests",
    "read_corrections",
    "write_contests",
    "write_corrections",
]


def read_corrections(connection: duckdb.DuckDBPyConnection) -> list[Correction]:
    """Give every correction ever made, oldest first."""
    rows = connection.execute(
        "SELECT correction_id, kind, author, made_at, reason, article_ids, story_ids, anchors, undoes FROM corrections"
        " ORDER BY made_at, correction_id"
    ).fetchall()
    return [
        Correction(
            correction_id=correction_id,
            kind=kind,
            author=author,
            at=made_at,
            reason=reason,
            article_ids=tuple(article_ids),
            story_ids=tuple(story_ids),
            anchors={story: tuple(articles) for story, articles in sorted(json.loads(anchors).items())},
            undoes=undoes,
        )
        for correction_id, kind, author, made_at, reason, article_ids, story_ids, anchors, undoes in rows
    ]


def write_corrections(connection: duckdb.DuckDBPyConnection, corrections: Sequence[Correction]) -> int:
    """Append corrections that are not stored yet; give how many."""
    stored = {row[0] for row in connection.execute("SELECT correction_id FROM corrections").fetchall()}
    fresh = [one for one in corrections if one.correction_id not in stored]
    for one in fresh:
        connection.execute(
            "INSERT INTO corrections VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                one.correction_id,
                one.kind,
                one.author,
                one.at,
                one.reason,
                list(one.article_ids),
                list(one.story_ids),
                json.dumps({story: list(articles) for story, articles in one.anchors.items()}, ensure_ascii=False),
                one.undoes,
            ],
        )
    return len(fresh)


def read_assigned_stories(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Give article id -> story id of every article that is in a story now."""
    rows = connection.execute(
        "SELECT article_id, story_id FROM current_assignments WHERE story_id IS NOT NULL"
    ).fetchall()
    return dict(rows)


def read_article_ids(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Give the id of every stored article."""
    return {row[0] for row in connection.execute("SELECT article_id FROM articles").fetchall()}


def write_contests(connection: duckdb.DuckDBPyConnection, run_id: int, contests: Sequence[Contest]) -> None:
    """Append what a run found against corrections."""
    for one in contests:
        connection.execute(
            "INSERT INTO contests VALUES (?, ?, ?, ?, ?, ?, ?)",
            [run_id, one.correction_id, one.article_id, one.other_id, one.demand, one.probability, one.reason],
        )


def read_contests(connection: duckdb.DuckDBPyConnection) -> list[Contest]:
    """Give what the newest run that clustered found against corrections."""
    rows = connection.execute(
        "SELECT correction_id, article_id, other_id, demand, probability, reason FROM contests"
        " WHERE run_id = (SELECT max(run_id) FROM runs WHERE step = 'cluster' AND state = 'completed')"
        " ORDER BY correction_id, article_id, other_id"
    ).fetchall()
    return [Contest(*row) for row in rows]
