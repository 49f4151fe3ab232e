"""Saved HTML pages. One file is one raw page; its charset and its URL are found when it is understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from clustering.config import IngestConfig
from clustering.pages.jsonl import file_time, path_text
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["folder_hints", "read_html"]

_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,24}", re.IGNORECASE)
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->")


def folder_hints(path: Path) -> dict[str, str]:
    """Give what the path tells: a folder named like a host is the outlet's (``pages/example.org/a.html``)."""
    hints = {"clock": "file"}
    parent = path.parent.name
    if _HOST.fullmatch(parent) and not parent.endswith((".d", ".txt", ".html", ".json")):
        hints["outlet"] = parent.lower().removeprefix("www.")
    return hints


def read_html(path: Path, config: IngestConfig) -> Iterator[RawPage | Reject]:
    """Read one saved page. Browsers note the address of a saved page in a comment; it becomes the page's URL."""
    size = path.stat().st_size
    origin = PageOrigin("files", path_text(path))
    if size > config.max_page_bytes:
        yield Reject(origin, "too-large", f"{size} bytes")
        return
    content = path.read_bytes()
    saved = _SAVED_FROM.search(content[:2048])
    url = saved[1].decode("ascii", "replace") if saved else None
    origin = PageOrigin("files", path_text(path), url=url)
    yield RawPage(origin, "html", file_time(path), content=content, media_type="text/html", hints=folder_hints(path))
