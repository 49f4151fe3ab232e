"""Who covered a story: outlets, who was first, how it spread, and from how many independent origins.

Takes one story's ``ArticleRow``s, gives a ``Coverage``. What the story did *not* reach is in ``gaps``.

An article is a **reprint** when it copies another article (``original_id``) or carries a wire's text without being the wire's own page.
Only quoting a wire (``wire_role`` ``cited``) makes no reprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from clustering.stories.first_reports import FirstReport, find_first_report
from clustering.stories.origins import Origin, find_origins, trace_wires
from clustering.stories.records import ArticleRow
from clustering.stories.spread import Spread, count_spread

__all__ = [
    "Coverage",
    "OutletCoverage",
    "OutletGroup",
    "describe_coverage",
    "is_reprint",
]

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OutletCoverage:
    """One outlet's part in a story. ``wires``: wire -> number of its reprints here; ``""`` when the wire is not known."""

    outlet: str
    first_at: datetime | None
    last_at: datetime | None
    n_articles: int
    n_originals: int
    n_reprints: int
    wires: Mapping[str, int]
    languages: tuple[str, ...]
    article_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutletGroup:
    """Outlets of a story that have an owner, a country, a language or a lean in common."""

    kind: Literal["owner", "country", "language", "lean"]
    value: str
    outlets: tuple[str, ...]
    n_articles: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """How one story was covered. ``outlets`` are in the order they came to the story, undated last."""

    n_articles: int
    n_originals: int
    n_reprints: int
    n_undated: int
    outlets: tuple[OutletCoverage, ...]
    languages: Mapping[str, int]
    first_report: FirstReport
    origins: tuple[Origin, ...]
    groups: tuple[OutletGroup, ...]
    spread: Spread

    @property
    def n_independent_origins(self) -> int:
        """Count the origins: outlets that wrote a text of their own, and wires whose text was carried."""
        return len(self.origins)


def describe_coverage(rows: Iterable[ArticleRow]) -> Coverage:
    """Describe one story's coverage from its articles, in any order.

    An article without outlet counts as an article and in languages, but belongs to no outlet.
    """
    ordered = sorted(rows, key=lambda row: (row.published_at or _NEVER, row.article_id))
    wires = trace_wires(ordered)
    n_reprints = sum(is_reprint(row) for row in ordered)
    by_outlet: dict[str, list[ArticleRow]] = {}
    for row in ordered:
        if row.outlet:
            by_outlet.setdefault(row.outlet, []).append(row)
    return Coverage(
        n_articles=len(ordered),
        n_originals=len(ordered) - n_reprints,
        n_reprints=n_reprints,
        n_undated=sum(row.published_at is None for row in ordered),
        outlets=tuple(_describe_outlet(outlet, theirs, wires) for outlet, theirs in by_outlet.items()),
        languages=_count(row.language for row in ordered),
        first_report=find_first_report(ordered),
        origins=find_origins(ordered, is_reprint),
        groups=_group_outlets(ordered),
        spread=count_spread(ordered, is_reprint),
    )


def is_reprint(row: ArticleRow) -> bool:
    """Say whether an article carries someone else's text."""
    if row.original_id is not None and row.original_id != row.article_id:
        return True
    return row.wire_role == "text" and row.outlet_kind != "wire"


def _describe_outlet(outlet: str, rows: Sequence[ArticleRow], wires: Mapping[str, str]) -> OutletCoverage:
    dated = [row.published_at for row in rows if row.published_at is not None]
    reprints = [row for row in rows if is_reprint(row)]
    return OutletCoverage(
        outlet=outlet,
        first_at=min(dated, default=None),
        last_at=max(dated, default=None),
        n_articles=len(rows),
        n_originals=len(rows) - len(reprints),
        n_reprints=len(reprints),
        wires=_count(wires.get(row.article_id, "") for row in reprints),
        languages=tuple(_count(row.language for row in rows)),
        article_ids=tuple(row.article_id for row in rows),
    )


def _group_outlets(rows: Sequence[ArticleRow]) -> tuple[OutletGroup, ...]:
    """Group by what is known. An owner or lean of a single outlet is no group; countries and languages always are."""
    values: dict[Literal["owner", "country", "language", "lean"], Callable[[ArticleRow], str | None]] = {
        "owner": lambda row: row.owner,
        "country": lambda row: row.country,
        "language": lambda row: row.language,
        "lean": lambda row: row.lean,
    }
    groups: list[OutletGroup] = []
    for kind, value_of in values.items():
        found: dict[str, list[ArticleRow]] = {}
        for row in rows:
            value = value_of(row)
            if value and row.outlet:
                found.setdefault(value, []).append(row)
        made = [
            OutletGroup(kind, value, tuple(sorted({row.outlet for row in theirs if row.outlet})), len(theirs))
            for value, theirs in found.items()
        ]
        groups += sorted(
            (group for group in made if kind != "owner" or len(group.outlets) > 1),
            key=lambda group: (-len(group.outlets), -group.n_articles, group.value),
        )
    return tuple(groups)


def _count(values: Iterable[str | None]) -> dict[str, int]:
    counts = Counter(value for value in values if value is not None)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
