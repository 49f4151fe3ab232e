"""The swimlane says what the data says: marks, lanes, trunks, the axis with its folds."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.feeds.story_detail import StoryDetail, read_story_detail
from clustering.store.snapshot import open_snapshot
from clustering.types import Outlet
from clustering.web.captions import describe_article, name_group
from clustering.web.palette import FALLBACK_COLOURS, LANGUAGE_COLOURS, language_class, language_colour
from clustering.web.swimlane import Swimlane, lay_out_swimlane
from clustering.web.swimlane_picture import draw_export, draw_rows
from clustering.web.swimlane_svg import Captions
from clustering.web.time_axis import make_axis
from tests.story_store import Told, publish_stories

TIMES = st.lists(
    st.integers(0, 10 * 365 * 24 * 60).map(
        lambda minutes: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    ),
    min_size=1,
    max_size=30,
)
CAPTIONS = Captions(lambda value: name_group(value, "country"), describe_article)

OUTLETS = [
    Outlet("wire.example", "Wire", "RU", "ru", kind="wire"),
    Outlet("a.example", "A", "RU", "ru"),
    Outlet("b.example", "B", "RU", "ru"),
    Outlet("c.example", "C", "DE", "de"),
    Outlet("d.example", "D", "FR", "fr"),
]
TOLD = [
    Told("w1", "Text", outlet="wire.example", language="ru", minutes=0),
    Told("a1", "Text", outlet="a.example", language="ru", minutes=10, copies="w1"),
    Told("b1", "Text", outlet="b.example", language="ru", minutes=40, copies="w1"),
    Told("c1", "Eigener Text", outlet="c.example", language="de", minutes=90),
    Told("c2", "Nachtrag", outlet="c.example", language="de", minutes=90.2),
    Told("d1", "Sans heure", outlet="d.example", language="fr", minutes=60, precision="day"),
    Told("d2", "Sans date", outlet="d.example", language="fr", minutes=None),
    Told("d3", "Dépêche", outlet="d.example", language="fr", minutes=95, wire="AFP"),
]


@pytest.fixture(scope="module")
def detail(tmp_path_factory: pytest.TempPathFactory) -> StoryDetail:
    workspace = publish_stories(tmp_path_factory.mktemp("picture"), TOLD, outlets=OUTLETS)
    with open_snapshot(workspace.current_snapshot()) as connection:
        found = read_story_detail(connection, "s1")
    assert found is not None
    return found


@pytest.fixture(scope="module")
def lanes(detail: StoryDetail) -> Swimlane:
    return lay_out_swimlane(detail)


@given(TIMES)
def test_the_axis_keeps_the_order_of_time_and_stays_inside(times: list[datetime]) -> None:
    axis = make_axis(times, right=0.94)
    places = [axis.place(at) for at in sorted(times)]
    assert all(0 <= x <= 0.94 for x in places)
    assert all(a <= b + 1e-9 for a, b in itertools.pairwise(places))
    ticks = [tick.x for tick in axis.ticks]
    assert ticks == sorted(ticks)
    assert all(abs(axis.place(tick.at) - tick.x) < 1e-6 for tick in axis.ticks)


def test_a_long_silence_is_folded_and_said() -> None:
    start = datetime(2025, 2, 15, 16, tzinfo=UTC)
    axis = make_axis([start, start + timedelta(hours=2), start + timedelta(days=20)])
    assert len(axis.folds) == 1
    assert axis.folds[0].hours == pytest.approx(20 * 24 - 4, abs=3)
    assert axis.place(start + timedelta(hours=2)) - axis.place(start) > 0.3


def test_one_moment_is_put_in_the_middle() -> None:
    at = datetime(2025, 2, 15, 16, tzinfo=UTC)
    assert 0.4 < make_axis([at]).place(at) < 0.6


def test_every_article_is_one_mark(lanes: Swimlane) -> None:
    assert sorted(m.article.article_id for m in lanes.marks) == sorted(t.article_id for t in TOLD)


def test_lanes_are_outlets_grouped_in_order_of_arrival(lanes: Swimlane) -> None:
    assert [(g.value, [lane.outlet for lane in g.lanes]) for g in lanes.groups] == [
        ("wires", ["AFP"]),
        ("FR", ["d.example"]),  # known to the day only, which began before all
        ("RU", ["wire.example", "a.example", "b.example"]),
        ("DE", ["c.example"]),
    ]
    tops = [lane.top for group in lanes.groups for lane in group.lanes]
    assert tops == sorted(tops)


def test_grouping_by_language_gives_an_outlet_a_lane_in_each_language(detail: StoryDetail) -> None:
    groups = lay_out_swimlane(detail, "language").groups
    assert {g.value for g in groups} == {"wires", "ru", "de", "fr"}


def test_reprints_hang_on_the_text_they_copy(lanes: Swimlane) -> None:
    marks = {m.article.article_id: m for m in lanes.marks}
    trunks = {t.name: t for t in lanes.trunks}
    wire = next(t for t in trunks.values() if {b.article_id for b in t.branches} == {"a1", "b1"})
    assert (wire.x, wire.y) == (marks["w1"].x, marks["w1"].y)
    assert [b.x for b in wire.branches] == [marks["a1"].x, marks["b1"].x]
    assert [b.article_id for b in trunks["AFP"].branches] == ["d3"]


def test_marks_of_one_moment_stand_on_rows_of_their_own(lanes: Swimlane) -> None:
    marks = {m.article.article_id: m for m in lanes.marks}
    assert marks["c1"].y != marks["c2"].y


def test_a_day_is_drawn_as_a_day_and_no_date_as_none(lanes: Swimlane) -> None:
    marks = {m.article.article_id: m for m in lanes.marks}
    day = marks["d1"]
    assert day.x_from is not None
    assert day.x_to is not None
    assert day.x_from <= day.x <= day.x_to
    assert marks["d2"].is_undated
    assert lanes.undated_x is not None
    assert marks["d2"].x > lanes.undated_x
    assert marks["w1"].x_from is None


def test_who_may_be_first_is_ringed(lanes: Swimlane, detail: StoryDetail) -> None:
    ringed = {m.article.article_id for m in lanes.marks if m.is_first}
    assert ringed == set(detail.coverage.first_report.article_ids)
    assert {"w1", "d1"} <= ringed


def test_the_drawing_shows_every_mark_with_its_shape_and_why(lanes: Swimlane) -> None:
    root = ElementTree.fromstring(f"<div>{draw_rows(lanes, CAPTIONS)}</div>")
    space = "{http://www.w3.org/2000/svg}"
    marks = {a.get("data-article"): a for a in root.iter(f"{space}a")}
    assert set(marks) == {t.article_id for t in TOLD}
    shapes = {key: mark.find(f"{space}use").get("href") for key, mark in marks.items()}  # type: ignore[union-attr]
    assert shapes == {t.article_id: "#m-r" if t.copies or t.wire else "#m-o" for t in TOLD}
    title = marks["a1"].findtext(f"{space}title") or ""
    assert title.startswith("Text\n")
    assert "90% copied from Wire" in title
    assert "style" not in {name for element in root.iter() for name in element.keys()}  # noqa: SIM118


def test_the_export_is_a_document_of_its_own(lanes: Swimlane) -> None:
    root = ElementTree.fromstring(draw_export(lanes, CAPTIONS, "A story", "8 articles"))
    assert root.get("viewBox")
    assert float(root.get("height") or 0) > lanes.height
    assert not [e for e in root.iter() if e.tag.endswith(("script", "style", "foreignObject", "image"))]


@pytest.mark.parametrize(("n", "most_height"), [(2, 120), (2_000, 40_000)])
def test_two_and_two_thousand_articles_lay_out(tmp_path: Path, n: int, most_height: float) -> None:
    told = [Told(f"a{i}", f"Title {i}", outlet=f"o{i % 700}.example", minutes=i * 1.5) for i in range(n)]
    with open_snapshot(publish_stories(tmp_path, told).current_snapshot()) as connection:
        detail = read_story_detail(connection, "s1")
    assert detail is not None
    lanes = lay_out_swimlane(detail)
    assert len(lanes.marks) == n
    assert lanes.height < most_height
    tops = [(lane.top, lane.height) for group in lanes.groups for lane in group.lanes]
    assert all(a + h <= b + 1e-6 for (a, h), (b, _) in itertools.pairwise(tops))


def test_the_stylesheet_has_every_colour_of_the_palette() -> None:
    css = (Path(__file__).parents[1] / "clustering/web/static/samestory.css").read_text(encoding="utf-8")
    for language, colour in LANGUAGE_COLOURS.items():
        assert f".l-{language} {{ --c: {colour}; }}" in css
    for i, colour in enumerate(FALLBACK_COLOURS):
        assert f".l-x{i} {{ --c: {colour}; }}" in css


@given(st.one_of(st.none(), st.text(max_size=12)))
def test_every_language_has_one_colour(language: str | None) -> None:
    assert language_colour(language).startswith("#")
    assert language_class(language) == language_class(language)
    assert " " not in language_class(language)
