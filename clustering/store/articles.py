"""Pages and articles in the private database.

Takes what became of each page, stores it in one transaction, and gives the counts. Idempotent: a page seen again changes
nothing but its ``last_run_id``. A file's id that comes back with other content is a reject, and what was stored stays; a fetched page that
has changed, or that today's code extracts otherwise, updates its article.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import duckdb
import pyarrow as pa

from clustering.pages.quarantine import Quarantined
from clustering.store.database import arrow_view, transaction
from clustering.types import Article, Outlet, PageOrigin, RawPage, Reject

__all__ = ["PageOutcome", "content_hash", "page_hash", "release_page", "store_outcomes", "store_outlets"]

_TIME = pa.timestamp("us", tz="UTC")
Record = TypeVar("Record", PageOrigin, Article, Reject)


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One page and what became of it. ``kept_as``: for quarantined pages the file that keeps it, under the workspace."""

    page_id: str
    origin: PageOrigin
    kind: str
    fetched_at: datetime | None
    result: Article | Reject | Quarantined
    kept_as: str | None = None


def page_hash(page: RawPage | Reject) -> str:
    """Give the page's id: 20 hex digits of a hash of where it came from and what it holds."""
    origin = page.origin
    digest = hashlib.blake2b(digest_size=10)
    digest.update(repr((origin.source, origin.path, origin.line, origin.url)).encode())
    if isinstance(page, Reject):
        digest.update(repr((page.reason, page.detail)).encode())
    else:
        digest.update(page.content)
        if page.fields is not None:
            digest.update(
                json.dumps(page.fields, sort_keys=True, default=str, ensure_ascii=False).encode(
                    "utf-8", "surrogatepass"
                )
            )
    return digest.hexdigest()


def content_hash(title: str, text: str) -> str:
    """Give 32 hex digits of a hash of title and text."""
    return hashlib.blake2b(f"{title}\x00{text}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def store_outlets(connection: duckdb.DuckDBPyConnection, outlets: Mapping[str, Outlet]) -> None:
    """Bring the outlets table to what the config says: a row for every host, an outlet's other hosts too."""
    rows = [(host, o.name, o.country, o.language, o.timezone, o.kind, o.owner, o.lean) for host, o in outlets.items()]
    with transaction(connection):
        connection.execute("DELETE FROM outlets")
        if rows:
            connection.executemany("INSERT INTO outlets VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)


def store_outcomes(connection: duckdb.DuckDBPyConnection, run_id: int, outcomes: Sequence[PageOutcome]) -> Counter[str]:
    """Store a batch of page outcomes in one transaction.

    Gives counts: ``pages``, ``new``, ``known``, ``updated``, ``reject``, ``quarantine``, and ``reject:REASON`` for each reason.
    """
    outcomes = [_storable(outcome) for outcome in outcomes]
    known = _stored_hashes(connection, [o.result.article_id for o in outcomes if isinstance(o.result, Article)])
    counts: Counter[str] = Counter()
    pages, articles, quarantined = [], [], []
    now = datetime.now(UTC)
    for outcome in outcomes:
        kind, reason, detail, article_id = _classify(outcome, known)
        counts["pages"] += 1
        counts["new" if kind == "article" else kind] += 1
        if kind == "reject":
            counts[f"reject:{reason}"] += 1
        if kind in ("article", "updated"):
            assert isinstance(outcome.result, Article)
            articles.append(_article_row(outcome.result, outcome.page_id, run_id, now))
        if isinstance(outcome.result, Quarantined):
            quarantined.append(
                (
                    outcome.page_id,
                    run_id,
                    now,
                    outcome.result.step,
                    outcome.origin.describe(),
                    outcome.result.error,
                    outcome.kept_as,
                )
            )
        origin = outcome.origin
        pages.append(
            {
                "page_id": outcome.page_id,
                "run_id": run_id,
                "source": origin.source,
                "kind": outcome.kind,
                "path": origin.path,
                "line": origin.line,
                "url": origin.url,
                "fetched_at": outcome.fetched_at,
                "outcome": kind,
                "reason": reason,
                "detail": detail,
                "article_id": article_id,
            }
        )
    with transaction(connection):
        _insert_pages(connection, pages)
        if articles:
            with arrow_view(connection, "new_articles", pa.Table.from_pylist(articles, schema=_ARTICLE_SCHEMA)):
                connection.execute(
                    "INSERT OR REPLACE INTO articles BY NAME SELECT * FROM new_articles"
                    " QUALIFY row_number() OVER (PARTITION BY article_id ORDER BY fetched_at DESC NULLS LAST, page_id) = 1"
                )
        if quarantined:
            connection.executemany("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?)", quarantined)
    return counts


def _storable(outcome: PageOutcome) -> PageOutcome:
    """Give the outcome without lone surrogates: JSON escapes, bad bytes of a table and file names that are not UTF-8 bring them, no store takes them."""
    origin, result = _without_surrogates(outcome.origin), outcome.result
    if isinstance(result, Quarantined):
        result = replace(result, error=_scalar_text(result.error))
    elif isinstance(result, Article):
        result = _without_surrogates(result)
    else:
        result = _without_surrogates(result)
    if origin is outcome.origin and result is outcome.result:
        return outcome
    return replace(outcome, origin=origin, result=result)


def _without_surrogates(record: Record) -> Record:
    texts = {f.name: value for f in fields(record) if isinstance(value := getattr(record, f.name), str)}
    changed: dict[str, Any] = {
        name: clean for name, value in texts.items() if (clean := _scalar_text(value)) is not value
    }
    return replace(record, **changed) if changed else record


def _scalar_text(text: str) -> str:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text


def release_page(connection: duckdb.DuckDBPyConnection, page_id: str) -> None:
    """Take a page out of the quarantine table; what became of it is in ``pages``."""
    connection.execute("DELETE FROM quarantine WHERE page_id = ?", [page_id])


def _classify(
    outcome: PageOutcome, known: dict[str, tuple[str, str]]
) -> tuple[str, str | None, str | None, str | None]:
    """Give outcome, reason, detail and article id; ``known`` (id -> content hash, page) grows with the batch."""
    result = outcome.result
    if isinstance(result, Reject):
        return "reject", result.reason, result.detail, result.article_id
    if isinstance(result, Quarantined):
        return "quarantine", None, result.error, None
    digest = content_hash(result.title, result.text)
    stored = known.get(result.article_id)
    if stored is None:
        known[result.article_id] = (digest, outcome.page_id)
        return "article", None, None, result.article_id
    if stored[0] == digest:
        return "known", None, None, result.article_id
    if outcome.origin.url is not None:
        known[result.article_id] = (digest, outcome.page_id)
        return "updated", None, None, result.article_id
    detail = f"id {result.article_id!r} is already stored with other content"
    return "reject", "duplicate-id", detail, result.article_id


def _stored_hashes(connection: duckdb.DuckDBPyConnection, ids: list[str]) -> dict[str, tuple[str, str]]:
    with arrow_view(connection, "wanted", pa.table({"article_id": pa.array(ids, pa.string())})):
        rows = connection.execute(
            "SELECT DISTINCT a.article_id, a.content_hash, a.page_id FROM articles a JOIN wanted USING (article_id)"
        ).fetchall()
    return {article_id: (digest, page_id) for article_id, digest, page_id in rows}


def _insert_pages(connection: duckdb.DuckDBPyConnection, rows: list[dict[str, object]]) -> None:
    """Insert new pages; a page seen again stays the article it became, and one that failed before may have become one now."""
    with arrow_view(connection, "new_pages", pa.Table.from_pylist(rows, schema=_PAGE_SCHEMA)):
        connection.execute(
            """
            INSERT INTO pages BY NAME
            SELECT * EXCLUDE (run_id), run_id AS first_run_id, run_id AS last_run_id FROM new_pages
            QUALIFY row_number() OVER (PARTITION BY page_id ORDER BY outcome) = 1
            ON CONFLICT (page_id) DO UPDATE SET
                last_run_id = excluded.last_run_id,
                outcome = CASE WHEN pages.outcome IN ('article', 'updated') THEN pages.outcome ELSE excluded.outcome END,
                reason = CASE WHEN pages.outcome IN ('article', 'updated') THEN NULL ELSE excluded.reason END,
                detail = CASE WHEN pages.outcome IN ('article', 'updated') THEN NULL ELSE excluded.detail END,
                article_id = coalesce(pages.article_id, excluded.article_id)
            """
        )


def _article_row(article: Article, page_id: str, run_id: int, now: datetime) -> dict[str, object]:
    return {
        "article_id": article.article_id,
        "url": article.url,
        "canonical_url": article.canonical_url,
        "outlet": article.outlet,
        "title": article.title,
        "lead": article.lead,
        "text": article.text,
        "language": article.language,
        "published_at": article.published_at,
        "published_precision": article.published_precision,
        "modified_at": article.modified_at,
        "author": article.author,
        "section": article.section,
        "image": article.image,
        "wire": article.wire,
        "wire_role": article.wire_role,
        "methods": json.dumps(article.methods),
        "content_hash": content_hash(article.title, article.text),
        "page_id": page_id,
        "fetched_at": article.fetched_at,
        "ingested_at": now,
        "ingested_run_id": run_id,
    }


_TEXT_COLUMNS = [
    "article_id",
    "url",
    "canonical_url",
    "outlet",
    "title",
    "lead",
    "text",
    "language",
    "published_precision",
    "author",
    "section",
    "image",
    "wire",
    "wire_role",
    "methods",
    "content_hash",
    "page_id",
]
_ARTICLE_SCHEMA = pa.schema(
    [(name, pa.string()) for name in _TEXT_COLUMNS]
    + [(name, _TIME) for name in ("published_at", "modified_at", "fetched_at", "ingested_at")]
    + [("ingested_run_id", pa.int64())]
)
_PAGE_SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in ("page_id", "source", "kind", "path", "url", "outcome", "reason", "detail", "article_id")
    ]
    + [("run_id", pa.int64()), ("line", pa.int64()), ("fetched_at", _TIME)]
)
