"""The time axis of a picture: time to a share of the width, long silences folded, ticks that fit.

Takes the times to be shown, gives a ``TimeAxis``. Time runs linearly; a silence that would eat more than a quarter of what is left is folded to a
narrow band that the picture marks as such, so that a burst of hours stays readable in a story of weeks.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

__all__ = ["Fold", "Tick", "TimeAxis", "make_axis"]

_MAX_FOLDS = 6
_FOLD_WIDTH = 0.035
_FOLD_SHARE = 0.25
_MIN_SILENCE = timedelta(hours=3)
_LEFT, _RIGHT = 0.05, 0.015
_STEPS = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080, 43200))
_MAX_TICKS = 9
_MIN_TICK_GAP = 0.05
_MAJOR_GAP = 0.11


@dataclass(frozen=True, slots=True)
class Fold:
    """A silence that was folded: ``x`` and ``width`` are shares of the axis."""

    x: float
    width: float
    hours: float


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis. ``day`` is set where the date changes; ``is_major`` ticks are far enough apart for a narrow screen."""

    x: float
    at: datetime
    clock: str
    day: str | None
    is_major: bool


@dataclass(frozen=True, slots=True)
class _Segment:
    start: datetime
    end: datetime
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Where a time stands, from 0 (left) to 1 (right)."""

    segments: tuple[_Segment, ...]
    folds: tuple[Fold, ...]
    ticks: tuple[Tick, ...]

    def place(self, at: datetime) -> float:
        """Give the share of the width; times outside are put on the edge."""
        index = max(0, bisect_right([s.start for s in self.segments], at) - 1)
        segment = self.segments[index]
        span = (segment.end - segment.start).total_seconds()
        inside = (at - segment.start).total_seconds() / span if span else 0.5
        return segment.x + segment.width * min(1.0, max(0.0, inside))


def make_axis(times: Iterable[datetime], *, right: float = 1.0) -> TimeAxis:
    """Make the axis for these times (UTC); ``right`` is where it ends when room is left for undated articles."""
    ordered = sorted({at.astimezone(UTC) for at in times})
    if not ordered:
        return TimeAxis(
            (_Segment(datetime(1970, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), 0.0, right),), (), ()
        )
    if ordered[-1] - ordered[0] < timedelta(minutes=10):
        middle = ordered[0] + (ordered[-1] - ordered[0]) / 2
        ordered = [middle - timedelta(minutes=30), *ordered, middle + timedelta(minutes=30)]
    silences = _choose_folds(ordered)
    bounds = [ordered[0], *(at for pair in silences for at in pair), ordered[-1]]
    spans = [(bounds[i], bounds[i + 1]) for i in range(0, len(bounds), 2)]
    visible = sum((end - start).total_seconds() for start, end in spans) or 1.0
    room = right - _LEFT - _RIGHT - _FOLD_WIDTH * len(silences)
    segments, folds, x = [], [], _LEFT
    for i, (start, end) in enumerate(spans):
        width = room * (end - start).total_seconds() / visible
        segments.append(_Segment(start, end, x, width))
        x += width
        if i < len(silences):
            hours = (silences[i][1] - silences[i][0]).total_seconds() / 3600
            folds.append(Fold(x, _FOLD_WIDTH, hours))
            x += _FOLD_WIDTH
    return TimeAxis(tuple(segments), tuple(folds), tuple(_make_ticks(segments, timedelta(seconds=visible))))


def _choose_folds(ordered: list[datetime]) -> list[tuple[datetime, datetime]]:
    """Fold the longest silence as long as it is more than a quarter of what is left."""
    silences = sorted(itertools.pairwise(ordered), key=lambda pair: pair[0] - pair[1])
    left = ordered[-1] - ordered[0]
    chosen = []
    for start, end in silences[:_MAX_FOLDS]:
        # a little air on both sides, so that a mark does not touch the fold
        margin = min((end - start) / 20, timedelta(hours=1))
        if end - start < _MIN_SILENCE or end - start <= left * _FOLD_SHARE or end - start - left == timedelta(0):
            break
        chosen.append((start + margin, end - margin))
        left -= end - start - 2 * margin
    return sorted(chosen)


def _make_ticks(segments: list[_Segment], visible: timedelta) -> list[Tick]:
    step = next((s for s in _STEPS if visible / s <= _MAX_TICKS), _STEPS[-1])
    epoch = datetime(1970, 1, 5, tzinfo=UTC)  # a Monday, so that weekly ticks are Mondays
    ticks: list[Tick] = []
    last_x, last_major, last_day = -1.0, -1.0, None
    for segment in segments:
        at = epoch + step * -(-(segment.start - epoch) // step)
        span = (segment.end - segment.start).total_seconds()
        while at <= segment.end:
            x = segment.x + (segment.width * (at - segment.start).total_seconds() / span if span else 0.0)
            if x - last_x >= _MIN_TICK_GAP and x <= 0.985:
                day = f"{at.day} {at:%b}" if at.date() != last_day else None
                is_major = x - last_major >= _MAJOR_GAP
                ticks.append(Tick(x, at, f"{at:%H:%M}" if step < timedelta(days=1) else "", day, is_major))
                last_x, last_day = x, at.date()
                last_major = x if is_major else last_major
            at += step
    return ticks
