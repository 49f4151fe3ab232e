"""Forget: remove articles on request, everywhere, for good, and prove it.

Plans (pure, in ``clustering.stories.takedown``), deletes in one transaction, rewrites the database file, publishes anew, removes every older snapshot, cleans
raw pages, and then searches the whole workspace for anything of what was forgotten.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from clustering.config import Config
from clustering.steps.publish import run_publish
from clustering.steps.story_trust import add_trust
from clustering.steps.story_versions import decide_versions
from clustering.store.corrections import read_assigned_stories
from clustering.store.database import open_database, transaction
from clustering.store.runs import run_step
from clustering.store.stories import write_links, write_story_versions, write_threads, write_transitions
from clustering.store.takedown import (
    delete_articles,
    read_places,
    read_stored_articles,
    rewrite_database,
    write_tombstones,
)
from clustering.store.window import read_texts
from clustering.store.workspace import Workspace
from clustering.stories.records import KnownStory, StoryMatch, StoryState, Transition
from clustering.stories.takedown import (
    ForgetPlan,
    Remnant,
    StoredArticle,
    StoredFile,
    find_remnants,
    list_needles,
    parse_target,
    plan_forgetting,
)

__all__ = ["Forgotten", "run_forget"]


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a takedown did. ``remnants`` must be empty; ``n_places`` says how much was searched for them."""

    plan: ForgetPlan
    counts: dict[str, int]
    n_files: int
    n_snapshots: int
    n_places: int
    remnants: tuple[Remnant, ...]


def run_forget(
    workspace: Workspace, config: Config, target: str, *, author: str, reason: str = "", dry_run: bool = False
) -> Forgotten:
    """Forget an article, an outlet or everything under an URL prefix.

    ``dry_run`` only plans. Copies outside the workspace (exported feeds, a static site, a snapshot someone fetched) are beyond reach.
    Errors: ``UnknownId``, ``InputError``, ``StoreMissing``, ``StoreBusy``.
    """
    workspace.require()
    with open_database(workspace) as connection:
        stored = read_stored_articles(connection)
        meant = parse_target(target, stored)
        bare = plan_forgetting(meant, stored, (), {}, at=datetime.now(UTC), author=author, reason=reason)
        articles = read_stored_articles(connection, bare.article_ids)
        kept = [one for one in stored if one.article_id not in set(bare.article_ids)]
        plan = plan_forgetting(
            meant,
            [*articles, *kept],
            _list_files(workspace, articles),
            read_assigned_stories(connection),
            at=datetime.now(UTC),
            author=author,
            reason=reason,
        )
        if dry_run:
            return Forgotten(plan, {}, len(plan.delete) + len(plan.rewrite), 0, 0, ())
        with run_step(connection, "forget", config) as run:
            before = _read_known(connection, plan.story_ids)
            with transaction(connection):
                write_tombstones(connection, plan.tombstones)
                run.counts.update(delete_articles(connection, plan, [one.title.strip() for one in articles]))
                _version_again(connection, run.run_id, before, frozenset(plan.article_ids), config)
            counts = dict(run.counts)
    rewrite_database(workspace)
    n_files = _clean_files(plan, articles)
    run_publish(workspace, config)
    n_snapshots = _remove_old_snapshots(workspace)
    n_places, remnants = _search(workspace, articles)
    return Forgotten(plan, counts, n_files, n_snapshots, n_places, remnants)


def _list_files(workspace: Workspace, articles: Sequence[StoredArticle]) -> list[StoredFile]:
    """Find the raw and quarantined files that hold anything of the articles."""
    files: list[StoredFile] = []
    ids = frozenset(one.article_id for one in articles)
    for folder in (workspace.raw, workspace.quarantine):
        for path in sorted(one for one in folder.rglob("*") if one.is_file()) if folder.is_dir() else []:
            hit = find_remnants(articles, read_places(path))
            if hit:
                is_archive = path.name.endswith((".warc", ".warc.gz"))
                held = ids if not is_archive else ids | {"others"}
                files.append(StoredFile(str(path), "raw", held))
    return files


def _clean_files(plan: ForgetPlan, articles: Sequence[StoredArticle]) -> int:
    for name in plan.delete:
        Path(name).unlink(missing_ok=True)
    for name in plan.rewrite:
        _rewrite_archive(Path(name), articles)
    return len(plan.delete) + len(plan.rewrite)


def _rewrite_archive(path: Path, articles: Sequence[StoredArticle]) -> None:
    """Write a WARC again without the records that hold anything of the articles."""
    from warcio.archiveiterator import ArchiveIterator
    from warcio.warcwriter import WARCWriter

    urls = {url for one in articles for url in (one.url, one.canonical_url) if url}
    draft = path.with_name(f".{path.name}")
    with path.open("rb") as source, draft.open("wb") as target:
        writer = WARCWriter(target, gzip=path.suffix == ".gz")
        for record in ArchiveIterator(source, no_record_parse=True):
            content = record.raw_stream.read()
            uri = record.rec_headers.get_header("WARC-Target-URI") or ""
            if uri in urls or find_remnants(articles, [("record", content)]):
                continue
            kept = writer.create_warc_record(
                uri,
                record.rec_type,
                payload=_as_stream(content),
                length=len(content),  # without it warcio copies every record through a temporary file
                warc_headers=record.rec_headers,
            )
            writer.write_record(kept)
    draft.replace(path)


def _as_stream(content: bytes) -> object:
    import io

    return io.BytesIO(content)


def _read_known(connection: duckdb.DuckDBPyConnection, story_ids: Sequence[str]) -> list[KnownStory]:
    rows = connection.execute(
        """
        SELECT s.story_id, list(c.article_id), s.first_at, s.last_at, s.state
        FROM current_stories s JOIN current_assignments c USING (story_id)
        WHERE list_contains(?, s.story_id) GROUP BY ALL ORDER BY s.story_id
        """,
        [list(story_ids)],
    ).fetchall()
    return [KnownStory(story, frozenset(ids), None, first, last, state) for story, ids, first, last, state in rows]


def _version_again(
    connection: duckdb.DuckDBPyConnection,
    run_id: int,
    before: Sequence[KnownStory],
    forgotten: frozenset[str],
    config: Config,
) -> None:
    """Write a new version of every story that lost an article, made from the articles that stay. Call within a transaction."""
    [(fingerprint,)] = connection.execute(
        "SELECT max_by(encoder, run_id) FROM runs WHERE step = 'cluster' AND state = 'completed'"
    ).fetchall()
    if not before or fingerprint is None:
        return
    members = {story.story_id: story.members - forgotten for story in before}
    states: dict[str, StoryState] = {s.story_id: s.state if members[s.story_id] else "gone" for s in before}
    transitions = tuple(
        Transition(
            "survived" if members[story.story_id] else "ended",
            story.story_id,
            n_before=len(story.members),
            n_after=len(members[story.story_id]),
        )
        for story in before
    )
    [(newest,)] = connection.execute("SELECT max(published_at) FROM articles").fetchall()
    decided = decide_versions(
        connection, StoryMatch({}, members, states, transitions), before, fingerprint, newest, (), config
    )
    staying = sorted(article for ids in members.values() for article in ids)
    vectors = {
        text.article_id: text.vector
        for text in read_texts(connection, staying, fingerprint, text_chars=1)
        if text.vector is not None
    }
    versions = add_trust(connection, decided.versions, vectors, {}, decided.links, decided.centroids)
    write_story_versions(connection, run_id, versions)
    write_transitions(connection, run_id, transitions)
    write_threads(connection, run_id, decided.thread_ids, decided.thread_titles)
    write_links(connection, run_id, decided.links)


def _search(workspace: Workspace, articles: Sequence[StoredArticle]) -> tuple[int, tuple[Remnant, ...]]:
    """Search the whole workspace; what a kept article says too (a reprint elsewhere) is no remnant."""
    n_places = 0

    def read() -> Iterator[tuple[str, str | bytes]]:
        nonlocal n_places
        for place in read_places(workspace.root):
            n_places += 1
            yield place

    remnants = find_remnants(articles, read())
    if not remnants:
        return n_places, remnants
    hit = {remnant.article_id for remnant in remnants}
    found: set[str] = set()
    with open_database(workspace, read_only=True) as connection:
        for needle in {needle for one in articles if one.article_id in hit for needle in list_needles(one)}:
            rows = connection.execute(
                "SELECT article_id FROM articles WHERE contains(regexp_replace(title || ' ' || text, '\\s+', ' ', 'g'), ?)",
                [needle],
            ).fetchall()
            found.update(row[0] for row in rows)
        kept = read_stored_articles(connection, sorted(found))
    return n_places, find_remnants(articles, read_places(workspace.root), kept=kept)


def _remove_old_snapshots(workspace: Workspace) -> int:
    current = workspace.current_snapshot()
    old = [one for one in workspace.snapshots.iterdir() if one.is_dir() and one.resolve() != current.resolve()]
    for folder in old:
        shutil.rmtree(folder)
    return len(old)
