"""How a story spread over time, by the hour and by the day (UTC).

Takes a story's articles, gives counts per interval and running totals. Articles known only to the day are in the daily counts and are told
apart in the hourly ones; undated articles are in neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from clustering.stories.records import ArticleRow

__all__ = ["Bucket", "Spread", "count_spread"]

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One hour or day. ``n_outlets`` and ``n_languages`` are running totals at its end."""

    start_at: datetime
    n_articles: int
    n_originals: int
    n_reprints: int
    n_outlets: int
    n_languages: int
    new_outlets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """Counts over time; intervals without articles are left out.

    ``n_day_only``: articles missing from ``hourly`` because only their day or month is known. ``hours_to_half``: hours from the first
    article to the one by which half of all outlets had it (exact times only); ``None`` without two of them.
    """

    hourly: tuple[Bucket, ...]
    daily: tuple[Bucket, ...]
    n_day_only: int
    hours_to_half: float | None


def count_spread(rows: Sequence[ArticleRow], is_reprint: Callable[[ArticleRow], bool]) -> Spread:
    """Count a story's articles per hour and per day."""
    dated = sorted(
        ((row.published_at.astimezone(UTC), row) for row in rows if row.published_at is not None),
        key=lambda item: (item[0], item[1].article_id),
    )
    exact = [(at, row) for at, row in dated if row.precision in ("second", "minute", "hour")]
    daily = [(at, row) for at, row in dated if row.precision != "month"]
    return Spread(
        hourly=_count(exact, _HOUR, is_reprint),
        daily=_count(daily, _DAY, is_reprint),
        n_day_only=len(dated) - len(exact),
        hours_to_half=_measure_half(exact),
    )


def _count(
    dated: Sequence[tuple[datetime, ArticleRow]], width: timedelta, is_reprint: Callable[[ArticleRow], bool]
) -> tuple[Bucket, ...]:
    grouped: dict[datetime, list[ArticleRow]] = {}
    for at, row in dated:
        start = at.replace(minute=0, second=0, microsecond=0)
        grouped.setdefault(start.replace(hour=0) if width == _DAY else start, []).append(row)
    outlets: set[str] = set()
    languages: set[str] = set()
    buckets: list[Bucket] = []
    for start, theirs in grouped.items():
        fresh = dict.fromkeys(row.outlet for row in theirs if row.outlet and row.outlet not in outlets)
        outlets.update(fresh)
        languages.update(row.language for row in theirs if row.language)
        n_reprints = sum(is_reprint(row) for row in theirs)
        n = len(theirs)
        buckets.append(Bucket(start, n, n - n_reprints, n_reprints, len(outlets), len(languages), tuple(fresh)))
    return tuple(buckets)


def _measure_half(exact: Sequence[tuple[datetime, ArticleRow]]) -> float | None:
    arrivals: dict[str, datetime] = {}
    for at, row in exact:
        if row.outlet:
            arrivals.setdefault(row.outlet, at)
    if len(arrivals) < 2:
        return None
    times = sorted(arrivals.values())
    return round((times[(len(times) - 1) // 2] - times[0]) / _HOUR, 2)
