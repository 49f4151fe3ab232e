"""Page cursors: where a list was cut, as an opaque text that cannot be used with another list.

A cursor holds the sort value, the tie-breaks and the snapshot's run, so that going on after a new snapshot is noticed.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from clustering.errors import InputError

__all__ = ["Cursor", "decode_cursor", "encode_cursor"]


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last story of a page: the number it was sorted by, and its tie-breaks."""

    sort: str
    value: int
    n_outlets: int
    story_id: str


def encode_cursor(cursor: Cursor) -> str:
    """Give the cursor as URL-safe text."""
    plain = json.dumps([cursor.sort, cursor.value, cursor.n_outlets, cursor.story_id], separators=(",", ":"))
    return base64.urlsafe_b64encode(plain.encode()).decode().rstrip("=")


def decode_cursor(text: str, sort: str) -> Cursor:
    """Read a cursor of a list with this sort. Errors: ``InputError`` when it is not one."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        values = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        made_for, value, n_outlets, story_id = values
        cursor = Cursor(str(made_for), int(value), int(n_outlets), str(story_id))
    except (ValueError, TypeError, UnicodeError, binascii.Error) as error:
        raise InputError(f"not a cursor: {text[:60]!r}") from error
    if cursor.sort != sort or abs(cursor.value) >= 2**62 or abs(cursor.n_outlets) >= 2**31:
        raise InputError(f"the cursor belongs to another list (sort {cursor.sort[:20]!r}, asked with {sort!r})")
    return cursor
