"""What a story did not reach: outlets, languages and countries that were publishing while it ran and did not cover it.

Takes the story's articles and what every ingested outlet published in the interval; gives shares with their denominator. An outlet that
published nothing in the interval is no gap: we cannot say what it would have covered.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from clustering.stories.records import ArticleRow, OutletActivity

__all__ = ["Gap", "Gaps", "Share", "find_gaps"]

GapKind = Literal["language", "country"]


@dataclass(frozen=True, slots=True)
class Gap:
    """An outlet that published in the interval but not this story. ``n_articles``: how much it published."""

    outlet: str
    n_articles: int
    country: str | None
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Share:
    """Of the outlets of one language or country that were publishing, how many covered the story."""

    kind: GapKind
    value: str
    n_covering: int
    n_publishing: int
    n_articles: int
    """Articles those outlets published in the interval, on any story."""

    @property
    def is_gap(self) -> bool:
        """Say whether nobody there covered it."""
        return self.n_covering == 0


@dataclass(frozen=True, slots=True)
class Gaps:
    """Coverage against its denominator: the outlets that published at least ``min_articles`` in the interval."""

    n_covering: int
    n_publishing: int
    outlets: tuple[Gap, ...]
    languages: tuple[Share, ...]
    countries: tuple[Share, ...]
    min_articles: int


def find_gaps(rows: Iterable[ArticleRow], activity: Sequence[OutletActivity], *, min_articles: int = 1) -> Gaps:
    """Compare a story's outlets with all that were publishing while it ran.

    ``activity``: one record per outlet, articles of the story's interval (its first to its last article, as wide as the caller
    sees fit). An outlet with fewer than ``min_articles`` is left out unless it covered the story. A language covers the story when
    an article of the story is in it, not merely when a bilingual outlet carried it. Gaps are ordered by how much was published there.
    """
    articles = list(rows)
    covering = {row.outlet for row in articles if row.outlet}
    spoken = {(row.outlet, row.language) for row in articles if row.outlet and row.language}
    publishing = [one for one in activity if one.n_articles >= min_articles or one.outlet in covering]
    missing = [
        Gap(one.outlet, one.n_articles, one.country, one.languages) for one in publishing if one.outlet not in covering
    ]
    by_language: dict[str, list[tuple[OutletActivity, bool]]] = {}
    by_country: dict[str, list[tuple[OutletActivity, bool]]] = {}
    for one in publishing:
        for language in dict.fromkeys(one.languages):
            by_language.setdefault(language, []).append((one, (one.outlet, language) in spoken))
        if one.country:
            by_country.setdefault(one.country, []).append((one, one.outlet in covering))
    return Gaps(
        n_covering=len({one.outlet for one in publishing} & covering),
        n_publishing=len(publishing),
        outlets=tuple(sorted(missing, key=lambda gap: (-gap.n_articles, gap.outlet))),
        languages=_share("language", by_language),
        countries=_share("country", by_country),
        min_articles=min_articles,
    )


def _share(kind: GapKind, found: dict[str, list[tuple[OutletActivity, bool]]]) -> tuple[Share, ...]:
    shares = [
        Share(kind, value, sum(covers for _, covers in ones), len(ones), sum(one.n_articles for one, _ in ones))
        for value, ones in found.items()
    ]
    return tuple(sorted(shares, key=lambda share: (not share.is_gap, -share.n_publishing, share.value)))
