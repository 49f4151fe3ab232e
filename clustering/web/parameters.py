"""The query parameters routes share: bounded, without control characters, described for OpenAPI."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import Path, Query

from clustering.errors import InputError
from clustering.feeds.cursors import Cursor, decode_cursor
from clustering.feeds.story_rows import Selection
from clustering.web.problems import BadParameter, Problem

__all__ = [
    "CodeQuery",
    "CursorQuery",
    "IdPath",
    "IdQuery",
    "LimitQuery",
    "TextQuery",
    "TimeQuery",
    "WordsQuery",
    "read_cursor",
    "select",
]

_PLAIN = r"^[^\x00-\x1f\x7f]*$"

IdPath = Annotated[str, Path(min_length=1, max_length=300, pattern=_PLAIN)]
IdQuery = Annotated[str, Query(min_length=1, max_length=300, pattern=_PLAIN)]
CodeQuery = Annotated[
    str | None, Query(max_length=12, pattern=r"^[A-Za-z-]*$", description="Code, as in the documents.")
]
TextQuery = Annotated[str | None, Query(max_length=300, pattern=_PLAIN)]
WordsQuery = Annotated[str, Query(min_length=1, max_length=200, pattern=_PLAIN, description="Words, in any script.")]
TimeQuery = Annotated[
    str | None,
    Query(
        max_length=40,
        pattern=r"^(\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})?)?)?$",
        description="Day, or ISO 8601 time; UTC unless it says.",
    ),
]
LimitQuery = Annotated[
    int, Query(ge=1, le=10_000, description="How many at most; the server's own limit may be lower.")
]
CursorQuery = Annotated[
    str | None, Query(max_length=400, pattern=r"^[A-Za-z0-9_=-]*$", description="`next` of the page before.")
]


def select(
    *,
    language: str | None = None,
    country: str | None = None,
    outlet: str | None = None,
    thread: str | None = None,
    since: str | None = None,
    until: str | None = None,
    min_outlets: int | None = None,
) -> Selection:
    """Make a selection of stories; empty text is no condition. A bare day as ``until`` includes that day."""
    return Selection(
        language=language.lower() if language else None,
        country=country.upper() if country else None,
        outlet=outlet or None,
        thread_id=thread or None,
        since=_read_time("since", since),
        until=_read_time("until", until, is_end=True),
        min_outlets=min_outlets,
    )


def _read_time(name: str, text: str | None, *, is_end: bool = False) -> datetime | None:
    if not text:
        return None
    try:
        if len(text) == 10:
            day = date.fromisoformat(text) + (timedelta(days=1) if is_end else timedelta())
            return datetime.combine(day, time(), UTC)
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Problem.bad_parameters([BadParameter(parameter=name, reason=f"not a date or time: {text}")]) from error


def read_cursor(text: str | None, sort: str) -> Cursor | None:
    """Read a cursor. Errors: a problem naming the parameter."""
    if not text:
        return None
    try:
        return decode_cursor(text, sort)
    except InputError as error:
        raise Problem.bad_parameters([BadParameter(parameter="cursor", reason=str(error))]) from error
