"""The dashboard as a static site: the same pages as files, for any web host.

Takes a published snapshot, writes HTML, SVG and feeds into a folder with relative links. The site is built beside the folder and put in its place when
it is complete, so a host never serves half of it.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from importlib import resources
from pathlib import Path

import duckdb

from clustering.config import PublishConfig
from clustering.errors import InputError
from clustering.feeds.file_names import file_name
from clustering.feeds.making import Addresses
from clustering.feeds.outlet_rows import read_outlets
from clustering.feeds.publishing import write_feeds
from clustering.feeds.story_detail import read_story_detail
from clustering.feeds.story_rows import select_rows
from clustering.feeds.thread_rows import read_threads
from clustering.progress import Progress, SilentProgress
from clustering.store.snapshot import open_snapshot
from clustering.web.links import SiteLinks
from clustering.web.pages import Page, StoryQuery
from clustering.web.rendering import read_facts
from clustering.web.swimlane import GroupBy

__all__ = ["build_site"]

_MARK = ".samestory-site"
_FRONT_STORIES = 500
_NOT_HERE = "This static site holds the newest stories only; the story or thread of this link is in the database and in the API."
_GROUPINGS: tuple[GroupBy, GroupBy] = ("country", "language")


def build_site(snapshot: Path, target: Path, config: PublishConfig, *, progress: Progress | None = None) -> int:
    """Write the site of a snapshot; give the number of pages. At most ``feed_stories`` stories get a page, the newest first.

    Errors: ``InputError`` when the target is a folder of something else.
    """
    if target.exists() and not (target.is_dir() and ((target / _MARK).exists() or not any(target.iterdir()))):
        raise InputError(f"{target} is not empty and not a site of samestory: choose another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    draft, old = target.with_name(f".{target.name}.new"), target.with_name(f".{target.name}.old")
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir()
    with open_snapshot(snapshot) as connection:
        stories = select_rows(connection, sort="latest", limit=config.feed_stories)
        front = select_rows(connection, sort="now", limit=_FRONT_STORIES)  # every story of the front page has a page
        ids = list(dict.fromkeys(row.story_id for row in (*front, *stories)))
        n_pages = _write_pages(connection, draft, ids, progress or SilentProgress())
        base = (config.base_url or "").rstrip("/")
        links = SiteLinks()
        prefix = f"{base}/" if base else ""
        addresses = Addresses(lambda s: f"{prefix}{links.story(s)}", lambda t: f"{prefix}{links.thread(t)}")
        write_feeds(connection, draft / "feeds", config, addresses=addresses, also=ids)
    with resources.as_file(resources.files("clustering.web") / "static") as assets:
        shutil.copytree(assets, draft / "static")
    (draft / _MARK).write_text("made by `samestory publish --site`; replaced as a whole\n", encoding="utf-8")
    if target.exists():
        target.rename(old)
    draft.rename(target)
    shutil.rmtree(old, ignore_errors=True)
    return n_pages


def _write_pages(connection: duckdb.DuckDBPyConnection, folder: Path, ids: Sequence[str], progress: Progress) -> int:
    facts = read_facts(connection)
    threads = [row.thread_id for row in read_threads(connection)]
    there = frozenset(ids), frozenset(threads)
    top = Page(connection, SiteLinks(0, True, *there), facts)
    inner = Page(connection, SiteLinks(1, True, *there), facts)
    n_pages = 5
    _write(folder / "index.html", top.front(StoryQuery(limit=_FRONT_STORIES)))
    _write(folder / "threads.html", top.threads())
    _write(folder / "outlets.html", top.outlets())
    _write(folder / "compare.html", top.compare())
    _write(folder / "not-here.html", top.problem("Not on this site", _NOT_HERE))
    _write(folder / "outlets.svg", top.overlap_picture())
    progress.start("site", len(ids))
    for story_id in ids:
        n_pages += _write_story(inner, story_id, folder / "stories")
        progress.advance()
    for thread_id in threads:
        n_pages += _write_thread(inner, thread_id, folder / "threads")
    for outlet in read_outlets(connection):
        page = inner.outlet(outlet.outlet)
        if page is not None:
            _write(folder / "outlets" / f"{file_name(outlet.outlet)}.html", page)
            n_pages += 1
    progress.finish()
    return n_pages


def _write_story(page: Page, story_id: str, folder: Path) -> int:
    detail = read_story_detail(page.connection, story_id)
    if detail is None:
        return 0
    for by in _GROUPINGS:
        stem = file_name(story_id) + ("-by-language" if by == "language" else "")
        _write(folder / f"{stem}.html", page.story_from(detail, by))
        _write(folder / f"{stem}.svg", page.story_picture(detail, by))
    return len(_GROUPINGS)


def _write_thread(page: Page, thread_id: str, folder: Path) -> int:
    html, picture = page.thread(thread_id), page.thread_picture(thread_id)
    if html is None or picture is None:
        return 0
    _write(folder / f"{file_name(thread_id)}.html", html)
    _write(folder / f"{file_name(thread_id)}.svg", picture)
    return 1


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", errors="replace")
