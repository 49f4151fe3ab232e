"""All feeds of a snapshot, written into its folder before it is switched to.

Takes an open snapshot and a folder, writes

    feeds/stories.json                  the stories with the newest articles
    feeds/stories/ID.json               each of them with everything about it
    feeds/threads/ID.json .feed.json .atom
    feeds/feed.json feed.atom           all stories as JSON Feed and Atom
    feeds/languages/LL.feed.json .atom  stories told in a language
    feeds/searches/NAME.feed.json .atom an entry per outlet that joined a story of a saved search
    feeds/csv/*.csv                     the public tables, safe for spreadsheets
    feeds/delta.json                    what changed since the snapshot before
    feeds/schemas/*.schema.json         JSON Schemas of the documents
    feeds/manifest.json                 every file with its checksum

and nothing else. The shapes are those of ``documents``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb

from clustering import __version__
from clustering.config import PublishConfig, SavedSearch
from clustering.feeds.atom import FeedEntry, FeedHead, write_atom
from clustering.feeds.comparison import read_sides
from clustering.feeds.csv_tables import CSV_QUERIES, write_csv
from clustering.feeds.delta import count_changed, find_run_before, read_changed
from clustering.feeds.document_parts import Document, Snapshot
from clustering.feeds.documents import DeltaDocument, Manifest, ManifestFile, StoriesDocument
from clustering.feeds.entries import make_entries, read_joining_entries
from clustering.feeds.file_names import file_name
from clustering.feeds.json_feed import write_json_feed
from clustering.feeds.making import Addresses, make_story, make_summary, make_thread
from clustering.feeds.schemas import write_schemas
from clustering.feeds.search import search_stories
from clustering.feeds.story_detail import read_story_details
from clustering.feeds.story_rows import Selection, StoryRow, count_stories, read_row, read_rows, select_rows
from clustering.feeds.thread_rows import read_thread, read_threads

__all__ = ["write_feeds"]

_ENTRIES = 100
_BATCH = 100
_LANGUAGES = 40
_MAX_CSV_ROWS = 1_000_000
"""What a spreadsheet opens (1,048,576 rows); the Parquet files hold everything."""


@dataclass(frozen=True, slots=True)
class _Writer:
    connection: duckdb.DuckDBPyConnection
    folder: Path
    config: PublishConfig
    snapshot: Snapshot
    addresses: Addresses
    base: str

    def document(self, path: str, document: Document) -> None:
        self.bytes(path, document.model_dump_json().encode("utf-8"))

    def bytes(self, path: str, content: bytes) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)

    def feed(
        self, stem: str, key: str, title: str, page: str, entries: Sequence[FeedEntry], language: str | None = None
    ) -> None:
        """Write one feed as JSON Feed and Atom."""
        updated_at = max((e.updated_at for e in entries), default=self.snapshot.published_at)
        name = f"{stem}.feed.json" if "/" in stem else f"{stem}.json"
        json_head = FeedHead(key, title, page, f"{self.base}/feeds/{name}", updated_at, language)
        atom_head = FeedHead(key, title, page, f"{self.base}/feeds/{stem}.atom", updated_at, language)
        self.bytes(name, write_json_feed(json_head, entries))
        self.bytes(f"{stem}.atom", write_atom(atom_head, entries))


def write_feeds(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    config: PublishConfig,
    *,
    addresses: Addresses | None = None,
    also: Sequence[str] = (),
) -> int:
    """Write every feed under ``folder``; give the number of files.

    ``addresses``: where pages are, when not on the server. ``also``: stories that get a file beside the newest.
    """
    row = connection.execute("SELECT snapshot_id, run_id, published_at FROM meta").fetchone()
    assert row is not None
    base = (config.base_url or "").rstrip("/")
    places = addresses or Addresses(
        lambda s: f"{base}/stories/{quote(s, safe='')}", lambda t: f"{base}/threads/{quote(t, safe='')}"
    )
    snapshot = Snapshot(snapshot_id=row[0], run_id=row[1], published_at=row[2])
    writer = _Writer(connection, folder, config, snapshot, places, base)
    folder.mkdir(parents=True, exist_ok=True)
    stories = select_rows(connection, sort="latest", limit=config.feed_stories)
    there = {row.story_id for row in stories}
    _write_stories(writer, [*stories, *read_rows(connection, [s for s in also if s not in there])])
    _write_threads(writer)
    _write_lists(writer)
    for search in config.searches:
        _write_search(writer, search)
    (folder / "csv").mkdir(exist_ok=True)
    for name, query in CSV_QUERIES.items():
        write_csv(connection, query, folder / "csv" / f"{name}.csv", max_rows=_MAX_CSV_ROWS)
    since_run = find_run_before(connection)
    delta = DeltaDocument(
        snapshot=snapshot,
        since_run=since_run,
        n_total=count_changed(connection, since_run),
        stories=read_changed(connection, since_run, places, limit=max(1, config.feed_stories)),
    )
    writer.document("delta.json", delta)
    write_schemas(folder / "schemas")
    files = list(_sum_files(folder))
    writer.document("manifest.json", Manifest(snapshot=snapshot, samestory=__version__, files=files))
    return len(files) + 1


def _write_stories(writer: _Writer, stories: Sequence[StoryRow]) -> None:
    summaries = [make_summary(row, writer.addresses) for row in stories]
    n_total = count_stories(writer.connection)
    writer.document("stories.json", StoriesDocument(snapshot=writer.snapshot, n_total=n_total, stories=summaries))
    for at in range(0, len(stories), _BATCH):
        for detail in read_story_details(writer.connection, [row.story_id for row in stories[at : at + _BATCH]]):
            document = make_story(detail, writer.snapshot, writer.addresses)
            writer.document(f"stories/{file_name(detail.row.story_id)}.json", document)


def _write_threads(writer: _Writer) -> None:
    for thread in read_threads(writer.connection):
        detail = read_thread(writer.connection, thread.thread_id)
        if detail is None:
            continue
        stem = f"threads/{file_name(thread.thread_id)}"
        writer.document(f"{stem}.json", make_thread(detail, writer.snapshot, writer.addresses))
        newest = sorted(detail.stories, key=lambda s: s.sort_value("latest"), reverse=True)[:_ENTRIES]
        page = writer.addresses.thread(thread.thread_id)
        writer.feed(stem, f"thread:{thread.thread_id}", thread.title, page, make_entries(newest, writer.addresses))


def _write_lists(writer: _Writer) -> None:
    front = f"{writer.base}/"
    newest = select_rows(writer.connection, sort="latest", limit=_ENTRIES)
    writer.feed("feed", "all", "samestory: all stories", front, make_entries(newest, writer.addresses))
    for language, _ in read_sides(writer.connection, "language", limit=_LANGUAGES):
        rows = select_rows(writer.connection, Selection(language=language), sort="latest", limit=_ENTRIES)
        page = f"{front}?language={language}"
        entries = make_entries(rows, writer.addresses)
        key = f"language:{language}"
        writer.feed(f"languages/{file_name(language)}", key, f"samestory: stories told in {language}", page, entries)


def _write_search(writer: _Writer, search: SavedSearch) -> None:
    selection = Selection(
        language=search.language, country=search.country, outlet=search.outlet, min_outlets=search.min_outlets
    )
    if search.story is not None:
        row = read_row(writer.connection, search.story)
        rows = [row] if row is not None else []
    elif search.text:
        rows = search_stories(writer.connection, search.text, selection, limit=_ENTRIES)
    else:
        rows = select_rows(writer.connection, selection, sort="latest", limit=_ENTRIES)
    entries = read_joining_entries(writer.connection, rows, writer.addresses)
    title = f"samestory: {search.name}, outlets that joined"
    writer.feed(f"searches/{search.name}", f"search:{search.name}", title, f"{writer.base}/", entries)


def _sum_files(folder: Path) -> Iterator[ManifestFile]:
    for file in sorted(path for path in folder.rglob("*") if path.is_file()):
        with file.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        yield ManifestFile(path=file.relative_to(folder).as_posix(), bytes=file.stat().st_size, sha256=digest)
