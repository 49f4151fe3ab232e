"""The picture this project exists for: one story as lanes of outlets over time.

Takes a ``StoryDetail``, decides what stands where, gives a ``Swimlane``; draws nothing. One lane per outlet, lanes grouped by country or language,
groups and lanes in the order they came to the story, so that the picture reads as a staircase. A mark per article. An origin (a wire, or an outlet
that others copy) is a trunk at the time of its text, with a branch to every reprint: the branch's length is the delay. x is a share of the width,
y is in pixels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from clustering.feeds.story_detail import StoryArticle, StoryDetail
from clustering.stories.origins import Origin
from clustering.web.time_axis import TimeAxis, make_axis

__all__ = ["Branch", "GroupBy", "Lane", "LaneGroup", "Mark", "Swimlane", "Trunk", "lay_out_swimlane"]

GroupBy = Literal["country", "language"]
_UNDATED_ROOM = 0.06
_MAX_ROWS = 4
_PRECISION_SPANS = {"day": timedelta(days=1), "month": timedelta(days=31)}


@dataclass(frozen=True, slots=True)
class _Density:
    """How tall things are (pixels) and how wide a mark counts when marks are kept apart (share of the width)."""

    lane: int
    row: int
    group: int
    mark: float
    mark_width: float


# Up to 60 lanes fit on two screens at full height; the denser forms keep 200 and 2,000 articles readable by scrolling.
_DENSITIES = (
    (60, _Density(26, 11, 24, 5.0, 0.014)),
    (200, _Density(17, 8, 19, 3.8, 0.010)),
    (1_000_000, _Density(12, 6, 15, 2.8, 0.007)),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One article. ``x_from`` to ``x_to`` is the time its date leaves open, when that is a day or more. ``is_first``: may be the first report."""

    article: StoryArticle
    x: float
    y: float
    x_from: float | None
    x_to: float | None
    is_first: bool
    is_undated: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """One outlet. ``y`` is its middle, ``top`` and ``height`` its box. ``is_virtual``: a wire whose own page we do not have."""

    outlet: str
    name: str
    languages: tuple[str, ...]
    marks: tuple[Mark, ...]
    top: float
    height: float
    is_virtual: bool = False

    @property
    def y(self) -> float:
        return self.top + self.height / 2


@dataclass(frozen=True, slots=True)
class LaneGroup:
    """Lanes of one country or language; ``value`` is its code, empty when unknown, ``wires`` for wires without a page.

    ``top`` is where its headline begins; a group of one lane has none.
    """

    value: str
    lanes: tuple[Lane, ...]
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Branch:
    """A reprint hanging on a trunk."""

    article_id: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Trunk:
    """One origin and its reprints. ``x``, ``y``: where its text stands."""

    name: str
    x: float
    y: float
    branches: tuple[Branch, ...]


@dataclass(frozen=True, slots=True)
class Swimlane:
    """The laid-out picture. ``undated_x``: where undated articles stand, when there are some."""

    axis: TimeAxis
    groups: tuple[LaneGroup, ...]
    trunks: tuple[Trunk, ...]
    height: float
    mark_radius: float
    undated_x: float | None

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Give every mark, in time order."""
        found = [mark for group in self.groups for lane in group.lanes for mark in lane.marks]
        return tuple(sorted(found, key=lambda mark: (mark.x, mark.y)))


def lay_out_swimlane(detail: StoryDetail, group_by: GroupBy = "country") -> Swimlane:
    """Decide where everything stands."""
    articles = detail.articles
    has_undated = any(a.published_at is None for a in articles)
    axis = make_axis(_axis_times(articles), right=1.0 - _UNDATED_ROOM if has_undated else 1.0)
    carried = [o for o in detail.coverage.origins if o.n_reprints and (o.kind == "wire" or len(o.article_ids) > 1)]
    sources = {origin.name: _find_source(origin, articles) for origin in carried}
    virtual = {o.name: _earliest(o, articles) for o in carried if sources[o.name] is None and o.kind == "wire"}
    n_lanes = len({a.outlet for a in articles}) + len(virtual)
    density = next(d for most, d in _DENSITIES if n_lanes <= most)
    first = set(detail.coverage.first_report.article_ids)
    groups: list[LaneGroup] = []
    top = 0.0
    if virtual:
        lanes, used = [], top + density.group
        for name in sorted(virtual, key=lambda key: (virtual[key] is None, virtual[key], key)):
            lanes.append(Lane(name, name, (), (), used, density.lane, is_virtual=True))
            used += density.lane
        groups.append(LaneGroup("wires", tuple(lanes), top, used - top))
        top = used
    for value, by_outlet in _group(articles, group_by).items():
        # a group of one needs no headline of its own: its lane says the country or language
        lanes, used = [], top + (density.group if len(by_outlet) > 1 else 0)
        for theirs in by_outlet.values():
            lane = _lay_out_lane(theirs, axis, used, density, first)
            lanes.append(lane)
            used += lane.height
        groups.append(LaneGroup(value, tuple(lanes), top, used - top))
        top = used
    return Swimlane(
        axis=axis,
        groups=tuple(groups),
        trunks=_hang_reprints(carried, sources, virtual, groups, axis),
        height=top + 4,
        mark_radius=density.mark,
        undated_x=1.0 - _UNDATED_ROOM if has_undated else None,
    )


def _axis_times(articles: Sequence[StoryArticle]) -> list[datetime]:
    """Give the times the axis must show: the exact ones, and whole days only where they lie outside of those."""
    intervals = [_interval(a) for a in articles]
    exact = [times[0] for times in intervals if len(times) == 1]
    if not exact:
        return [at for times in intervals for at in times]
    first, last = min(exact), max(exact)
    outside = [at for times in intervals if len(times) == 2 and (times[1] <= first or times[0] > last) for at in times]
    return exact + outside


def _interval(article: StoryArticle) -> list[datetime]:
    if article.published_at is None:
        return []
    span = _PRECISION_SPANS.get(article.published_precision)
    return [article.published_at] if span is None else [article.published_at, article.published_at + span]


def _group(articles: Sequence[StoryArticle], group_by: GroupBy) -> dict[str, dict[str, list[StoryArticle]]]:
    """Group articles by country or language and outlet; the dicts keep the order of arrival, unknown last."""
    homes: dict[str, str] = {}
    grouped: dict[str, dict[str, list[StoryArticle]]] = {}
    for article in articles:
        outlet = article.outlet or ""
        value = (article.country if group_by == "country" else article.language) or ""
        value = homes.setdefault(outlet, value) if group_by == "country" else value
        grouped.setdefault(value, {}).setdefault(outlet, []).append(article)
    if "" in grouped:
        grouped[""] = grouped.pop("")
    return grouped


def _lay_out_lane(
    articles: Sequence[StoryArticle], axis: TimeAxis, top: float, density: _Density, first: set[str]
) -> Lane:
    """Put a lane's marks on the first of up to four rows where they touch no other."""
    ends: list[float] = []
    placed: list[tuple[StoryArticle, float, float | None, float | None, int]] = []
    for article in articles:
        x, x_from, x_to = _place(article, axis)
        row = next((i for i, end in enumerate(ends) if x - end >= density.mark_width), len(ends))
        if row == len(ends) and len(ends) < _MAX_ROWS:
            ends.append(x)
        row = min(row, len(ends) - 1)
        ends[row] = max(ends[row], x)
        placed.append((article, x, x_from, x_to, row))
    height = density.lane + density.row * (len(ends) - 1)
    start = top + density.lane / 2
    marks = tuple(
        Mark(
            article,
            x,
            start + density.row * row,
            x_from,
            x_to,
            article.article_id in first,
            article.published_at is None,
        )
        for article, x, x_from, x_to, row in placed
    )
    lead = articles[0]
    return Lane(
        outlet=lead.outlet or "",
        name=lead.outlet_name or lead.outlet or "unknown outlet",
        languages=tuple(dict.fromkeys(a.language for a in articles if a.language)),
        marks=marks,
        top=top,
        height=height,
    )


def _place(article: StoryArticle, axis: TimeAxis) -> tuple[float, float | None, float | None]:
    times = _interval(article)
    if not times:
        return 1.0 - _UNDATED_ROOM / 2, None, None
    if len(times) == 1:
        return axis.place(times[0]), None, None
    x_from, x_to = axis.place(times[0]), axis.place(times[1])
    return (x_from + x_to) / 2, x_from, x_to


def _find_source(origin: Origin, articles: Sequence[StoryArticle]) -> str | None:
    """Give the article that is the origin's own text: the first that is nobody's reprint."""
    theirs = set(origin.article_ids)
    return next((a.article_id for a in articles if a.article_id in theirs and not a.is_reprint), None)


def _earliest(origin: Origin, articles: Sequence[StoryArticle]) -> datetime | None:
    theirs = set(origin.article_ids)
    return min((a.published_at for a in articles if a.article_id in theirs and a.published_at), default=None)


def _hang_reprints(
    carried: Sequence[Origin],
    sources: Mapping[str, str | None],
    virtual: Mapping[str, datetime | None],
    groups: Sequence[LaneGroup],
    axis: TimeAxis,
) -> tuple[Trunk, ...]:
    marks = {m.article.article_id: m for group in groups for lane in group.lanes for m in lane.marks}
    wire_lanes = {lane.outlet: lane for group in groups for lane in group.lanes if lane.is_virtual}
    trunks = []
    for origin in carried:
        source = sources[origin.name]
        if source is not None:
            x, y = marks[source].x, marks[source].y
        elif origin.name in wire_lanes:
            at = virtual[origin.name]
            x, y = (axis.place(at) if at else 1.0 - _UNDATED_ROOM / 2), wire_lanes[origin.name].y
        else:
            head = marks[origin.article_ids[0]]
            source, x, y = head.article.article_id, head.x, head.y
        branches = tuple(
            Branch(article_id, marks[article_id].x, marks[article_id].y)
            for article_id in origin.article_ids
            if article_id != source and marks[article_id].article.is_reprint
        )
        if branches:
            trunks.append(Trunk(origin.name, x, y, branches))
    return tuple(trunks)
