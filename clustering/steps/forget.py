"""Forget: remove articles on request, everywhere, for good, and prove it.

Plans (pure, in ``clustering.stories.takedown``), deletes in one transaction, rewrites the database file, publishes anew, removes every older snapshot, cleans
raw pages, and then searches the whole workspace for anything of what was forgotten.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from clustering.config import Config
from clustering.steps.publish import run_publish
from clustering.store.corrections import read_assigned_stories
from clustering.store.database import open_database, transaction
from clustering.store.runs import run_step
from clustering.store.takedown import (
    delete_articles,
    read_places,
    read_stored_articles,
    rewrite_database,
    write_tombstones,
)
from clustering.store.window import read_texts
from clustering.store.workspace import Workspace
from clustering.stories.description import describe_story
from clustering.stories.records import StoryText
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

_LEAD_CHARS = 1_200


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
            descriptions = _describe_again(connection, plan, config)
            with transaction(connection):
                write_tombstones(connection, plan.tombstones)
                run.counts.update(
                    delete_articles(connection, plan, descriptions, [one.title.strip() for one in articles])
                )
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
                uri, record.rec_type, payload=_as_stream(content), warc_headers=record.rec_headers
            )
            writer.write_record(kept)
    draft.replace(path)


def _as_stream(content: bytes) -> object:
    import io

    return io.BytesIO(content)


def _describe_again(connection: duckdb.DuckDBPyConnection, plan: ForgetPlan, config: Config) -> dict[str, str]:
    """Describe every story that ever held a forgotten article from the articles that stay, as JSON."""
    forgotten = set(plan.article_ids)
    rows = connection.execute(
        "SELECT DISTINCT story_id, article_id FROM assignments WHERE story_id IS NOT NULL"
    ).fetchall()
    members: dict[str, set[str]] = {}
    for story_id, article_id in rows:
        members.setdefault(story_id, set()).add(article_id)
    current = read_assigned_stories(connection)
    descriptions: dict[str, str] = {}
    for story_id, ids in sorted(members.items()):
        if not ids & forgotten:
            continue
        staying = sorted(one for one in ids - forgotten if current.get(one) == story_id)
        texts = [
            StoryText(
                article_id=one.article_id,
                title=one.title,
                lead=one.text,
                language=one.language,
                published_at=one.published_at,
                outlet=one.outlet,
                is_reprint=one.is_reprint,
                vector=one.vector,
            )
            for one in read_texts(connection, staying, "", text_chars=_LEAD_CHARS)
        ]
        described = describe_story(texts, config.story)
        descriptions[story_id] = json.dumps(
            {
                "headline": described.headline,
                "headline_language": described.headline_language,
                "headline_article_id": described.headline_id,
                "lead": described.lead_sentence,
                "keywords": [keyword.word for keyword in described.keywords],
                "names": [],
                "places": [],
                "numbers": [],
                "representatives": dict(described.representatives),
                "summary": None,
            },
            ensure_ascii=False,
        )
    return descriptions


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
