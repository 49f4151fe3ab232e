"""When to ask a source again, and which of its entries are new: decisions over a plain record.

Pure. ``PollState`` is all that is remembered of a source between runs; the store keeps it as JSON. ``decide_poll`` says whether and how to
ask, ``after_success`` and ``after_failure`` give the next state. Field lore (Media Cloud's rss-fetcher, miniflux): feeds that answer 404 for
weeks come back, so nothing is ever given up, only asked more seldom; guids are used again; a server's 301 is believed when it is said three
times in a row.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from clustering.articles.dates import parse_machine_date
from clustering.config import IngestConfig
from clustering.errors import FetchError, TransientFetchError
from clustering.pages.fetch import Fetched, FetchRequest
from clustering.pages.rss import RssEntry

__all__ = ["PollState", "after_failure", "after_success", "choose_new", "decide_poll"]

MAX_SEEN = 3_000
"""Entries remembered per source: more than any feed holds, so that an old entry that stays in it is never new again."""
MOVES_BELIEVED = 3


@dataclass(frozen=True, slots=True)
class PollState:
    """What is remembered of one source. Times are ISO 8601 in UTC; ``seen`` maps an entry's key to its version, newest last."""

    source: str
    url: str
    """Where to ask: the configured address, or where the server moved it for good."""
    configured_url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    next_poll_at: str | None = None
    interval_minutes: float | None = None
    last_ok_at: str | None = None
    last_new_at: str | None = None
    n_failures: int = 0
    last_error: str | None = None
    moved_to: str | None = None
    n_moves: int = 0
    seen: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Give the record as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> PollState:
        """Read what ``to_json`` gave; keys of other versions are left out."""
        data: dict[str, Any] = json.loads(text)
        return cls(**{key: value for key, value in data.items() if key in cls.__dataclass_fields__})


def decide_poll(state: PollState, now: datetime) -> FetchRequest | None:
    """Say how to ask now, or ``None`` when it is too early."""
    if state.next_poll_at is not None and datetime.fromisoformat(state.next_poll_at) > now:
        return None
    return FetchRequest(state.url, etag=state.etag, last_modified=state.last_modified)


def choose_new(entries: Sequence[RssEntry], state: PollState) -> list[RssEntry]:
    """Give the entries that are new or changed since they were last seen, each once."""
    chosen: dict[str, RssEntry] = {}
    for entry in entries:
        if state.seen.get(entry.key) != entry.version:
            chosen.setdefault(entry.key, entry)
    return list(chosen.values())


def after_success(
    state: PollState,
    fetched: Fetched,
    entries: Sequence[RssEntry],
    n_new: int,
    config: IngestConfig,
    *,
    ttl_minutes: float | None = None,
) -> PollState:
    """Give the state after an answer, with or without news.

    The next poll comes after half the usual gap between entries, within the configured bounds; without news the pause grows by half.
    """
    now = fetched.fetched_at
    seen = dict(state.seen)
    for entry in reversed(entries):
        seen.pop(entry.key, None)
        seen[entry.key] = entry.version
    while len(seen) > MAX_SEEN:
        del seen[next(iter(seen))]
    gap = _usual_gap_minutes(entries)
    interval = state.interval_minutes or config.poll_min_minutes
    if n_new and gap is not None:
        interval = gap / 2
    elif not n_new:
        interval *= 1.5
    interval = _bound(max(interval, min(ttl_minutes or 0.0, 24 * 60.0)), config)
    url, moved_to, n_moves = _believe_move(state, fetched)
    return replace(
        state,
        url=url,
        etag=fetched.headers.get("etag", state.etag if fetched.is_not_modified else None),
        last_modified=fetched.headers.get("last-modified", state.last_modified if fetched.is_not_modified else None),
        next_poll_at=(now + timedelta(minutes=interval)).isoformat(),
        interval_minutes=interval,
        last_ok_at=now.isoformat(),
        last_new_at=now.isoformat() if n_new else state.last_new_at,
        n_failures=0,
        last_error=None,
        moved_to=moved_to,
        n_moves=n_moves,
        seen=seen,
    )


def after_failure(state: PollState, error: FetchError | ValueError, now: datetime, config: IngestConfig) -> PollState:
    """Give the state after a failure: the pause doubles with each, up to the longest; what the server asks (Retry-After) is honoured."""
    n_failures = state.n_failures + 1
    interval = _bound((state.interval_minutes or config.poll_min_minutes) * 2 ** min(n_failures, 12), config)
    asked = error.retry_after_seconds if isinstance(error, TransientFetchError) else None
    wait = max(interval, min((asked or 0.0) / 60, 7 * 24 * 60.0))
    return replace(
        state,
        next_poll_at=(now + timedelta(minutes=wait)).isoformat(),
        n_failures=n_failures,
        last_error=str(error)[:500],
        # the content may have changed when it comes back
        etag=None,
        last_modified=None,
    )


def _believe_move(state: PollState, fetched: Fetched) -> tuple[str, str | None, int]:
    if fetched.moved_to is None:
        return state.url, None, 0
    n_moves = state.n_moves + 1 if fetched.moved_to == state.moved_to else 1
    if n_moves >= MOVES_BELIEVED:
        return fetched.moved_to, None, 0
    return state.url, fetched.moved_to, n_moves


def _usual_gap_minutes(entries: Sequence[RssEntry]) -> float | None:
    """Give the median time between entries, ``None`` with fewer than three dates."""
    dates = sorted(
        found.at
        for entry in entries
        if entry.published and (found := parse_machine_date(entry.published, UTC)) is not None
    )
    gaps = sorted((later - earlier).total_seconds() / 60 for earlier, later in pairwise(dates))
    return gaps[len(gaps) // 2] if len(gaps) >= 2 else None


def _bound(minutes: float, config: IngestConfig) -> float:
    return min(max(minutes, config.poll_min_minutes), config.poll_max_hours * 60)
