"""The workspace: one folder that holds everything samestory keeps.

    WORKSPACE/
      samestory.toml                 optional config of this workspace
      store/samestory.duckdb         the private database, one writer
      store/raw/                     raw pages (WARC)
      store/quarantine/              bytes of quarantined pages
      snapshots/SNAPSHOT/            published, immutable: samestory.duckdb, *.parquet, *.json
      current -> snapshots/SNAPSHOT  switched atomically

Takes a path, gives paths; touches the disk only to create folders and switch ``current``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clustering.errors import StoreBusy, StoreError, StoreMissing

__all__ = ["Workspace"]


@dataclass(frozen=True, slots=True)
class Workspace:
    """Paths inside one workspace folder."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "store" / "samestory.duckdb"

    @property
    def raw(self) -> Path:
        return self.root / "store" / "raw"

    @property
    def quarantine(self) -> Path:
        return self.root / "store" / "quarantine"

    @property
    def snapshots(self) -> Path:
        return self.root / "snapshots"

    @property
    def current(self) -> Path:
        return self.root / "current"

    @property
    def config_file(self) -> Path | None:
        """The workspace's own config, when it has one."""
        path = self.root / "samestory.toml"
        return path if path.is_file() else None

    def create(self) -> None:
        """Make the folders. Errors: ``StoreError`` when the root is a file or cannot be written."""
        try:
            for folder in (self.database.parent, self.raw, self.quarantine, self.snapshots):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(f"cannot make the workspace {self.root}: {error.strerror}") from error

    def require(self) -> None:
        """Error ``StoreMissing`` unless the private database is there."""
        if not self.root.is_dir():
            raise StoreMissing(
                f"no workspace at {self.root}: run `samestory run --workspace {self.root} PATH...` first"
            )
        if not self.database.is_file():
            raise StoreMissing(
                f"no database in the workspace {self.root} ({self.database} is missing): ingest something first"
            )

    def current_snapshot(self) -> Path:
        """Give the folder of the newest published snapshot. Errors: ``StoreMissing`` when nothing was published."""
        if not self.root.is_dir():
            raise StoreMissing(
                f"no workspace at {self.root}: run `samestory run --workspace {self.root} PATH...` first"
            )
        folder = self.current.resolve()
        if not (folder / "samestory.duckdb").is_file():
            raise StoreMissing(f"nothing is published in the workspace {self.root}: run `samestory publish` first")
        return folder

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other whole runs out for the block: steps take the database one by one, a run takes the workspace.

        Does nothing where there is no workspace yet. Errors: ``StoreBusy`` when another run holds it.
        """
        if not self.database.parent.is_dir():
            yield
            return
        from filelock import FileLock, Timeout

        lock = FileLock(self.database.parent / ".run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise StoreBusy(f"another run is at work in {self.root}: wait for it to end") from None
        except OSError as error:
            raise StoreError(f"cannot write in the workspace {self.root}: {error.strerror}") from error
        try:
            yield
        finally:
            lock.release()

    def switch_current(self, snapshot: Path) -> None:
        """Point ``current`` at a finished snapshot folder, atomically: a reader sees the old one or the new one."""
        link = self.root / f".current-{os.getpid()}"
        link.unlink(missing_ok=True)
        link.symlink_to(Path("snapshots") / snapshot.name, target_is_directory=True)
        link.replace(self.current)
