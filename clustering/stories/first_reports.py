"""Who reported a story first, and how sure that is.

Takes articles with the precision of their dates, gives a ``FirstReport`` that says ties and unknowns instead of hiding them. A date known
to the day covers that whole day; whoever *may* have been first is named.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from clustering.stories.records import ArticleRow
from clustering.types import DatePrecision

__all__ = ["FirstReport", "find_first_report"]

_SPANS: dict[DatePrecision, timedelta] = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "month": timedelta(days=31),
}


@dataclass(frozen=True, slots=True)
class FirstReport:
    """The outlets that may have been first, best guess first.

    ``certain`` is true when exactly one outlet can have been first. ``at``: the earliest time its article can have; ``article_ids``:
    the articles in question, in the same order; ``wires``: agencies named as the source of any of them.
    """

    outlets: tuple[str, ...]
    certain: bool
    reason: str
    at: datetime | None = None
    precision: DatePrecision = "unknown"
    article_ids: tuple[str, ...] = ()
    wires: tuple[str, ...] = ()


def find_first_report(rows: Iterable[ArticleRow]) -> FirstReport:
    """Name who was first.

    Each date is the interval its precision leaves open. With ``m`` the earliest end of any interval, every article whose interval begins
    before ``m`` may be the first. An article without a usable date may always be; it makes the answer uncertain but is not named,
    because naming it would say nothing.
    """
    named = [row for row in rows if row.outlet]
    dated = [row for row in named if row.published_at is not None and row.precision != "unknown"]
    n_unknown = len(named) - len(dated)
    if not dated:
        return FirstReport((), False, "no article has a usable date" if named else "no article names its outlet")
    bounds = {row.article_id: _bound(row) for row in dated}
    cut = min(end for _, end in bounds.values())
    candidates = sorted(
        (row for row in dated if bounds[row.article_id][0] < cut),
        key=lambda row: (bounds[row.article_id][1], bounds[row.article_id][0], row.article_id),
    )
    outlets = tuple(dict.fromkeys(row.outlet for row in candidates if row.outlet))
    best = candidates[0]
    return FirstReport(
        outlets=outlets,
        certain=len(outlets) == 1 and n_unknown == 0,
        reason=_explain(candidates, outlets, n_unknown, best),
        at=best.published_at,
        precision=best.precision,
        article_ids=tuple(row.article_id for row in candidates),
        wires=tuple(dict.fromkeys(row.wire for row in candidates if row.wire)),
    )


def _bound(row: ArticleRow) -> tuple[datetime, datetime]:
    if row.published_at is None:
        raise ValueError(f"article {row.article_id} has no date")
    return row.published_at, row.published_at + _SPANS[row.precision]


def _explain(candidates: list[ArticleRow], outlets: tuple[str, ...], n_unknown: int, best: ArticleRow) -> str:
    parts: list[str] = []
    if len(outlets) == 1:
        parts.append(f"no other dated article can be earlier (known to the {best.precision})")
    else:
        coarse = sorted({row.precision for row in candidates if row.precision in ("hour", "day", "month")})
        if coarse:
            vague = tuple(dict.fromkeys(r.outlet for r in candidates if r.precision in coarse and r.outlet))
            parts.append(f"{_list(vague)} known only to the {' or '.join(coarse)}")
        exact = tuple(dict.fromkeys(r.outlet for r in candidates if r.precision in ("second", "minute") and r.outlet))
        if len(exact) > 1:
            parts.append(f"tie of {_list(exact)} within the same {best.precision}")
    if n_unknown:
        parts.append(f"{n_unknown} article{'s have' if n_unknown > 1 else ' has'} no usable date")
    return "; ".join(parts)


def _list(outlets: tuple[str, ...]) -> str:
    shown = ", ".join(outlets[:3])
    return shown if len(outlets) <= 3 else f"{shown} and {len(outlets) - 3} more"
