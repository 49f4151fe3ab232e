"""Pages on which our own code failed: kept with bytes, and with who, when, where and what, until someone looks.

``Quarantined`` is the record that leaves the seam; ``Quarantine`` keeps records in a folder (one JSON and one content file each), so that a
page can be tried again by later code. A page that the rules refuse is a reject, never here.
"""

from __future__ import annotations

import hashlib
import json
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from clustering.errors import UnknownId
from clustering.types import PageOrigin, RawPage

__all__ = ["Quarantine", "Quarantined"]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """One page and the failure: ``step`` names the function, ``error`` the exception's line, ``detail`` the traceback."""

    page: RawPage
    step: str
    error: str
    detail: str
    at: datetime

    @classmethod
    def from_error(cls, page: RawPage, step: str, error: Exception, at: datetime | None = None) -> Quarantined:
        """Make the record of an exception that was just caught."""
        detail = "".join(traceback.format_exception(error, limit=-6))
        return cls(page, step, f"{type(error).__name__}: {error}"[:500], detail[-4000:], at or datetime.now(UTC))

    @property
    def key(self) -> str:
        """``q`` + 12 hex digits: the same page fails under the same key, so a second run adds nothing."""
        material = json.dumps([asdict(self.page.origin), self.page.kind, self.page.fields], sort_keys=True, default=str)
        digest = hashlib.blake2b(material.encode("utf-8", "replace") + self.page.content, digest_size=6)
        return "q" + digest.hexdigest()


class Quarantine:
    """A folder of quarantined pages."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, item: Quarantined) -> str:
        """Keep a page; give its key. Keeping it again only renews the failure."""
        self.folder.mkdir(parents=True, exist_ok=True)
        page = item.page
        record = {
            "key": item.key,
            "at": item.at.isoformat(),
            "step": item.step,
            "error": item.error,
            "detail": item.detail,
            "origin": asdict(page.origin),
            "kind": page.kind,
            "fetched_at": page.fetched_at.isoformat(),
            "fields": page.fields,
            "media_type": page.media_type,
            "charset": page.charset,
            "hints": page.hints,
        }
        (self.folder / f"{item.key}.bin").write_bytes(page.content)
        draft = self.folder / f"{item.key}.json.tmp"
        draft.write_text(json.dumps(record, ensure_ascii=False, default=str), encoding="utf-8", errors="replace")
        draft.replace(self.folder / f"{item.key}.json")
        return item.key

    def list_items(self) -> Iterator[Quarantined]:
        """Give all pages kept, by key."""
        if self.folder.is_dir():
            for path in sorted(self.folder.glob("q*.json")):
                yield self._read(path)

    def get(self, key: str) -> Quarantined:
        """Give one page. Errors: ``UnknownId``."""
        path = self.folder / f"{key}.json"
        if not key.isalnum() or not path.is_file():
            raise UnknownId(f"no page {key} in quarantine")
        return self._read(path)

    def drop(self, key: str) -> None:
        """Forget one page. Errors: ``UnknownId``."""
        self.get(key)
        (self.folder / f"{key}.json").unlink()
        (self.folder / f"{key}.bin").unlink(missing_ok=True)

    def _read(self, path: Path) -> Quarantined:
        record = json.loads(path.read_text(encoding="utf-8"))
        content = path.with_suffix(".bin")
        page = RawPage(
            origin=PageOrigin(**record["origin"]),
            kind=record["kind"],
            fetched_at=datetime.fromisoformat(record["fetched_at"]),
            content=content.read_bytes() if content.is_file() else b"",
            fields=record["fields"],
            media_type=record["media_type"],
            charset=record["charset"],
            hints=record["hints"],
        )
        return Quarantined(
            page, record["step"], record["error"], record["detail"], datetime.fromisoformat(record["at"])
        )
