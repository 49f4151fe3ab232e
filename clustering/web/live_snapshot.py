"""The current snapshot, held open for readers and exchanged under them without dropping a request.

``lease`` gives a reader its own cursor on the snapshot that is current; a reader that began on the old one finishes on it, and the old one is closed
when its last reader leaves. The publisher's switch of ``current`` is noticed by looking at the link, at most every ``check_seconds``.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clustering.errors import StoreError
from clustering.store.workspace import Workspace
from clustering.web.rendering import SnapshotFacts, read_facts

__all__ = ["LiveSnapshot", "SnapshotLease"]


@dataclass(frozen=True, slots=True)
class SnapshotLease:
    """What a reader holds: a cursor of its own, the facts, the folder, and a tag that differs between any two snapshots."""

    connection: duckdb.DuckDBPyConnection
    facts: SnapshotFacts
    folder: Path
    tag: str


@dataclass(slots=True)
class _Opened:
    connection: duckdb.DuckDBPyConnection
    facts: SnapshotFacts
    folder: Path
    tag: str
    n_readers: int = 0
    is_retired: bool = False


class LiveSnapshot:
    """Always the newest snapshot of a workspace. Safe for many threads."""

    def __init__(
        self, workspace: Workspace, *, threads: int = 2, memory: str = "1GB", check_seconds: float = 0.5
    ) -> None:
        self._workspace = workspace
        self._threads = threads
        self._memory = memory
        self._check_seconds = check_seconds
        self._lock = threading.Lock()
        self._switching = threading.Lock()
        self._checked_at = time.monotonic()
        self._opened = self._open(workspace.current_snapshot())
        self.n_switches = 0

    @property
    def facts(self) -> SnapshotFacts:
        """Give the facts of the current snapshot."""
        self._look()
        return self._opened.facts

    @property
    def tag(self) -> str:
        """Give the current snapshot's tag."""
        self._look()
        return self._opened.tag

    @property
    def tag_now(self) -> str:
        """Give the tag of the snapshot that is open, and have another thread look for a newer one when it is time."""
        if time.monotonic() - self._checked_at >= self._check_seconds:
            threading.Thread(target=self._look, daemon=True).start()
        return self._opened.tag

    @contextmanager
    def lease(self) -> Iterator[SnapshotLease]:
        """Give a cursor on the current snapshot for the block."""
        self._look()
        with self._lock:
            opened = self._opened
            opened.n_readers += 1
        try:
            cursor = opened.connection.cursor()
            try:
                yield SnapshotLease(cursor, opened.facts, opened.folder, opened.tag)
            finally:
                cursor.close()
        finally:
            with self._lock:
                opened.n_readers -= 1
                is_last = opened.is_retired and opened.n_readers == 0
            if is_last:
                opened.connection.close()

    def close(self) -> None:
        """Close; readers that still hold a lease finish first."""
        self._retire(self._opened)

    def _look(self) -> None:
        if time.monotonic() - self._checked_at < self._check_seconds or not self._switching.acquire(blocking=False):
            return
        try:
            self._checked_at = time.monotonic()
            folder = self._workspace.current.resolve()
            if folder == self._opened.folder:
                return
            try:
                fresh = self._open(folder)
            except StoreError:
                return  # half removed by hand, or not there: keep serving what we have, look again later
            with self._lock:
                old, self._opened = self._opened, fresh
                self.n_switches += 1
            self._retire(old)
        finally:
            self._switching.release()

    def _retire(self, opened: _Opened) -> None:
        with self._lock:
            opened.is_retired = True
            is_free = opened.n_readers == 0
        if is_free:
            opened.connection.close()

    def _open(self, folder: Path) -> _Opened:
        path = folder / "samestory.duckdb"
        try:
            connection = duckdb.connect(str(path), read_only=True)
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"SET threads = {int(self._threads)}")
            connection.execute("SET memory_limit = ?", [self._memory])
            facts = read_facts(connection)
        except duckdb.Error as error:
            raise StoreError(f"cannot open the snapshot {folder}: {str(error).splitlines()[0]}") from error
        seed = f"{facts.snapshot_id} {facts.published_at.isoformat()}"
        return _Opened(connection, facts, folder, hashlib.blake2b(seed.encode(), digest_size=6).hexdigest())
