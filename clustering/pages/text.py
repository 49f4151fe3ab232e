"""Saved plain-text pages. One file is one raw page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clustering.config import IngestConfig
from clustering.pages.html import folder_hints
from clustering.pages.jsonl import file_time, path_text
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["read_text"]


def read_text(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read one saved text page."""
    size = path.stat().st_size
    origin = PageOrigin("files", path_text(path))
    if size > config.max_page_bytes:
        yield Reject(origin, "too-large", f"{size} bytes")
        return
    yield RawPage(
        origin, "text", file_time(path), content=path.read_bytes(), media_type="text/plain", hints=folder_hints(path)
    )
