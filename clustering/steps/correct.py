"""Correct: a person's correction -> a stored record that every later run obeys.

Reads what is stored, decides whether the correction can stand (pure, in ``clustering.stories.corrections``), and stores it in one transaction or
not at all. Stories change with the next cluster step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from clustering.errors import CorrectionError
from clustering.store.corrections import (
    read_article_ids,
    read_assigned_stories,
    read_contests,
    read_corrections,
    write_corrections,
)
from clustering.store.database import open_database, transaction
from clustering.store.workspace import Workspace
from clustering.stories.correction_files import import_corrections
from clustering.stories.corrections import (
    Correction,
    CorrectionKind,
    find_effective,
    make_correction,
    resolve_corrections,
)

__all__ = ["ListedCorrection", "add_correction", "list_corrections", "take_in_corrections"]


@dataclass(frozen=True, slots=True)
class ListedCorrection:
    """A stored correction, whether it holds, and what the newest run found against it."""

    correction: Correction
    holds: bool
    contested: tuple[str, ...]


def add_correction(
    workspace: Workspace,
    kind: CorrectionKind,
    ids: Sequence[str],
    *,
    author: str,
    reason: str = "",
    at: datetime | None = None,
) -> Correction:
    """Store one correction. ``ids`` as typed: stories and articles in any order, for ``undo`` one correction.

    Errors: ``CorrectionError`` with the reason, nothing stored; ``StoreMissing``, ``StoreBusy``.
    """
    workspace.require()
    with open_database(workspace) as connection:
        existing = read_corrections(connection)
        assignments = read_assigned_stories(connection)
        known = read_article_ids(connection)
        if kind == "undo":
            if len(ids) != 1:
                raise CorrectionError(f"undo needs the id of one correction; got {', '.join(ids) or 'nothing'}")
            stories: list[str] = []
            articles: list[str] = []
        else:
            stories, articles = _sort_ids(kind, ids, set(assignments.values()), known)
        correction = make_correction(
            kind,
            author=author,
            at=at or datetime.now(UTC),
            assignments=assignments,
            existing=existing,
            article_ids=articles,
            story_ids=stories,
            undoes=ids[0] if kind == "undo" else None,
            reason=reason,
            known_articles=known,
        )
        with transaction(connection):
            write_corrections(connection, [correction])
    return correction


def list_corrections(workspace: Workspace) -> list[ListedCorrection]:
    """Give every stored correction, oldest first."""
    workspace.require()
    with open_database(workspace, read_only=True) as connection:
        stored = read_corrections(connection)
        contests = read_contests(connection)
    holding = {one.correction_id for one in find_effective(stored)}
    return [
        ListedCorrection(
            one,
            one.correction_id in holding,
            tuple(contest.reason for contest in contests if contest.correction_id == one.correction_id),
        )
        for one in stored
    ]


def take_in_corrections(workspace: Workspace, text: str) -> tuple[int, int]:
    """Import an exported file; give how many corrections are new and how many were known.

    Errors: ``CorrectionError`` when any record is malformed, names articles that are not stored, or contradicts a stored one; then nothing is taken.
    """
    imported = import_corrections(text)
    workspace.require()
    with open_database(workspace) as connection:
        existing = read_corrections(connection)
        known = read_article_ids(connection)
        by_id = {one.correction_id: one for one in existing}
        for one in imported:
            unknown = [article for article in one.article_ids if article not in known]
            if unknown:
                raise CorrectionError(f"{one.correction_id}: unknown article {', '.join(unknown)}")
            by_id.setdefault(one.correction_id, one)
        resolve_corrections(by_id.values(), read_assigned_stories(connection))
        with transaction(connection):
            n_new = write_corrections(connection, imported)
    return n_new, len(imported) - n_new


def _sort_ids(
    kind: CorrectionKind, ids: Sequence[str], stories: set[str], articles: set[str]
) -> tuple[list[str], list[str]]:
    """Tell stories from articles; where an id could be both, the correction's form decides (the story of split comes first, else last)."""
    unknown = [one for one in ids if one not in stories and one not in articles]
    if unknown:
        raise CorrectionError(f"{kind}: no story or article {', '.join(unknown)}")
    place = 0 if kind == "split" else len(ids) - 1
    found_stories: list[str] = []
    found_articles: list[str] = []
    for i, one in enumerate(ids):
        is_story = one in stories and (one not in articles or kind == "merge" or i == place)
        (found_stories if is_story else found_articles).append(one)
    return found_stories, found_articles
