"""Corrections as JSON, to move them between workspaces and to keep them under version control.

Takes and gives ``Correction`` records. Reading is strict: an unknown version, field or kind is refused, and with it the whole file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args

from clustering.errors import CorrectionError
from clustering.stories.corrections import Correction, CorrectionKind

__all__ = ["SCHEMA_VERSION", "export_corrections", "import_corrections"]

SCHEMA_VERSION = 1
_FIELDS = {"correction_id", "kind", "author", "at", "reason", "article_ids", "story_ids", "anchors", "undoes"}
_KINDS: dict[str, CorrectionKind] = {kind: kind for kind in get_args(CorrectionKind)}


def export_corrections(corrections: Iterable[Correction]) -> str:
    """Write corrections as a JSON document, oldest first."""
    records = [
        {
            "correction_id": one.correction_id,
            "kind": one.kind,
            "author": one.author,
            "at": one.at.isoformat(),
            "reason": one.reason,
            "article_ids": list(one.article_ids),
            "story_ids": list(one.story_ids),
            "anchors": {story: list(articles) for story, articles in sorted(one.anchors.items())},
            "undoes": one.undoes,
        }
        for one in sorted(corrections, key=lambda one: (one.at, one.correction_id))
    ]
    return json.dumps({"schema_version": SCHEMA_VERSION, "corrections": records}, ensure_ascii=False, indent=2) + "\n"


def import_corrections(text: str) -> tuple[Correction, ...]:
    """Read what ``export_corrections`` wrote.

    Errors: ``CorrectionError`` naming the record and the field for anything that is not such a document; no part of it is taken.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise CorrectionError(f"corrections file: not JSON: {error}") from error
    if not isinstance(data, dict) or data.get("schema_version") != SCHEMA_VERSION:
        found = data.get("schema_version") if isinstance(data, dict) else None
        raise CorrectionError(f"corrections file: schema_version must be {SCHEMA_VERSION}, got {found!r}")
    records = data.get("corrections")
    if not isinstance(records, list):
        raise CorrectionError("corrections file: 'corrections' must be a list")
    found_ids: set[str] = set()
    corrections = tuple(_read(i, record) for i, record in enumerate(records))
    for one in corrections:
        if one.correction_id in found_ids:
            raise CorrectionError(f"corrections file: correction {one.correction_id} is there twice")
        found_ids.add(one.correction_id)
    for one in corrections:
        if one.undoes is not None and one.undoes not in found_ids:
            raise CorrectionError(f"corrections file: {one.correction_id} undoes unknown correction {one.undoes}")
    return corrections


def _read(i: int, record: Any) -> Correction:
    where = f"corrections file: record {i + 1}"
    if not isinstance(record, dict):
        raise CorrectionError(f"{where}: not an object")
    unknown = sorted(set(record) - _FIELDS)
    if unknown:
        raise CorrectionError(f"{where}: unknown field {', '.join(unknown)}")
    kind = _KINDS.get(str(record.get("kind")))
    if kind is None:
        raise CorrectionError(f"{where}: unknown kind {record.get('kind')!r}")
    for name in ("correction_id", "author", "at"):
        if not isinstance(record.get(name), str) or not record[name]:
            raise CorrectionError(f"{where}: {name} must be text")
    try:
        at = datetime.fromisoformat(record["at"])
    except ValueError as error:
        raise CorrectionError(f"{where}: at: {error}") from error
    if at.tzinfo is None:
        raise CorrectionError(f"{where}: at has no time zone: {record['at']}")
    anchors = record.get("anchors") or {}
    if not isinstance(anchors, dict):
        raise CorrectionError(f"{where}: anchors must be an object")
    undoes = record.get("undoes")
    if (kind == "undo") != isinstance(undoes, str):
        raise CorrectionError(f"{where}: undoes belongs to kind undo and only there")
    return Correction(
        correction_id=record["correction_id"],
        kind=kind,
        author=record["author"],
        at=at,
        reason=str(record.get("reason") or ""),
        article_ids=_read_ids(where, "article_ids", record.get("article_ids")),
        story_ids=_read_ids(where, "story_ids", record.get("story_ids")),
        anchors={str(story): _read_ids(where, f"anchors.{story}", ids) for story, ids in sorted(anchors.items())},
        undoes=undoes,
    )


def _read_ids(where: str, name: str, value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
        raise CorrectionError(f"{where}: {name} must be a list of ids")
    return tuple(value)
