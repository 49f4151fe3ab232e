"""Coverage: who was first and how sure, reprints and origins, spread, gaps with their denominator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.stories.coverage import describe_coverage, is_reprint
from clustering.stories.first_reports import find_first_report
from clustering.stories.gaps import find_gaps
from clustering.stories.records import ArticleRow, OutletActivity
from clustering.types import DatePrecision

NOON = datetime(2025, 2, 15, 12, tzinfo=UTC)


def row(
    article_id: str, outlet: str | None, minutes: float | None = 0, precision: DatePrecision = "minute", **more: object
) -> ArticleRow:
    at = None if minutes is None else NOON + timedelta(minutes=minutes)
    return ArticleRow(article_id, outlet, published_at=at, precision=precision, **more)  # type: ignore[arg-type]


# --- first reports ----------------------------------------------------------------------------------------------------


def test_one_earliest_outlet_is_certain() -> None:
    first = find_first_report([row("a1", "a.example", 0), row("b1", "b.example", 5), row("a2", "a.example", 1)])
    assert first.outlets == ("a.example",)
    assert first.certain
    assert first.at == NOON
    assert first.reason == "no other dated article can be earlier (known to the minute)"


def test_same_minute_is_a_tie() -> None:
    first = find_first_report([row("b1", "b.example"), row("a1", "a.example"), row("c1", "c.example", 1)])
    assert first.outlets == ("a.example", "b.example")
    assert not first.certain
    assert first.reason == "tie of a.example, b.example within the same minute"


def test_seconds_break_a_tie_only_against_seconds() -> None:
    first = find_first_report([row("a1", "a.example", 0, "minute"), row("b1", "b.example", 0.5, "second")])
    assert set(first.outlets) == {"a.example", "b.example"}
    assert find_first_report([row("a1", "a.example", 0, "second"), row("b1", "b.example", 0.5, "second")]).outlets == (
        "a.example",
    )


def test_day_known_only_may_have_been_first() -> None:
    midnight = row("d1", "d.example", -720, "day")
    first = find_first_report([row("a1", "a.example", 0), row("b1", "b.example", 9), midnight])
    assert first.outlets == ("a.example", "d.example")
    assert not first.certain
    assert first.reason == "d.example known only to the day"


def test_day_before_is_certain_even_when_coarse() -> None:
    assert find_first_report([row("a1", "a.example", 0), row("d1", "d.example", -720 - 1440, "day")]).certain


def test_undated_article_makes_it_uncertain() -> None:
    first = find_first_report([row("a1", "a.example", 0), row("u1", "u.example", None, "unknown")])
    assert first.outlets == ("a.example",)
    assert not first.certain
    assert first.reason.endswith("1 article has no usable date")


def test_nothing_dated_is_said() -> None:
    assert find_first_report([row("u1", "u.example", None, "unknown")]).reason == "no article has a usable date"
    assert find_first_report([row("u1", None)]).reason == "no article names its outlet"
    assert find_first_report([]).outlets == ()


PRECISIONS: list[DatePrecision] = ["second", "minute", "hour", "day", "month", "unknown"]


@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.integers(-3000, 3000), st.sampled_from(PRECISIONS)),
        min_size=1,
        max_size=8,
    )
)
def test_certain_first_is_never_beaten_inside_the_precision(found: list[tuple[str, int, DatePrecision]]) -> None:
    rows = [row(f"x{i}", f"{o}.example", m, p) for i, (o, m, p) in enumerate(found)]
    first = find_first_report(rows)
    if first.certain:
        spans = {"second": 1 / 60, "minute": 1, "hour": 60, "day": 1440, "month": 31 * 1440}
        mine = min(m + spans[p] for o, m, p in found if f"{o}.example" == first.outlets[0] and p != "unknown")
        assert all(m >= mine for o, m, p in found if f"{o}.example" != first.outlets[0])
        assert all(p != "unknown" for _, _, p in found)
    assert find_first_report(rows[::-1]) == first


# --- reprints, origins, outlets ---------------------------------------------------------------------------------------


def make_call() -> list[ArticleRow]:
    return [
        row("w1", "wire.example", 0, wire="Wire", wire_role="text", outlet_kind="wire", language="ru", country="RU"),
        row("a1", "a.example", 10, wire="Wire", wire_role="text", original_id="w1", language="ru", owner="Big Co"),
        row("b1", "b.example", 20, original_id="w1", share_copied=0.9, language="en", country="US", owner="Big Co"),
        row("b2", "b.example", 400, language="en", country="US", owner="Big Co"),
        row("c1", "c.example", 30, wire="AFP", wire_role="text", duplicate_group="g1", language="fr", country="FR"),
        row("d1", "d.example", 40, duplicate_group="g1", original_id="c1", language="fr", country="CH"),
        row("e1", "e.example", 50, wire="Wire", wire_role="cited", language="de", country="DE", lean="left"),
        row("f1", None, None, "unknown", language="de"),
    ]


def test_only_copied_text_is_a_reprint() -> None:
    assert {r.article_id for r in make_call() if is_reprint(r)} == {"a1", "b1", "c1", "d1"}


def test_coverage_counts_add_up() -> None:
    coverage = describe_coverage(reversed(make_call()))
    assert (coverage.n_articles, coverage.n_originals, coverage.n_reprints, coverage.n_undated) == (8, 4, 4, 1)
    assert [one.outlet for one in coverage.outlets] == [
        "wire.example", "a.example", "b.example", "c.example", "d.example", "e.example",
    ]  # fmt: skip
    b = coverage.outlets[2]
    assert (b.n_articles, b.n_originals, b.n_reprints, b.wires) == (2, 1, 1, {"Wire": 1})
    assert b.first_at == NOON + timedelta(minutes=20)
    assert b.last_at == NOON + timedelta(minutes=400)
    assert coverage.outlets[4].wires == {"AFP": 1}
    assert list(coverage.languages.items()) == [("de", 2), ("en", 2), ("fr", 2), ("ru", 2)]
    assert coverage.first_report.outlets == ("wire.example",)


def test_independent_origins_are_wires_and_own_texts() -> None:
    coverage = describe_coverage(make_call())
    assert {(o.kind, o.name, o.n_reprints, len(o.article_ids)) for o in coverage.origins} == {
        ("wire", "Wire", 2, 3),
        ("wire", "AFP", 2, 2),
        ("outlet", "b.example", 0, 1),
        ("outlet", "e.example", 0, 1),
        ("unknown", "f1", 0, 1),
    }
    assert coverage.n_independent_origins == 5


def test_copy_of_an_outlets_text_goes_back_to_that_outlet() -> None:
    coverage = describe_coverage([row("a1", "a.example"), row("b1", "b.example", 9, original_id="a1")])
    assert [(o.kind, o.name, o.outlets) for o in coverage.origins] == [
        ("outlet", "a.example", ("a.example", "b.example"))
    ]


def test_copy_of_a_text_we_do_not_have_is_of_unknown_origin() -> None:
    coverage = describe_coverage([row("b1", "b.example", original_id="x"), row("c1", "c.example", original_id="x")])
    assert [(o.kind, o.name, o.n_texts) for o in coverage.origins] == [("unknown", coverage.origins[0].name, 1)]


def test_outlet_groups_show_shared_owners_countries_and_leans() -> None:
    groups = {(g.kind, g.value): g.outlets for g in describe_coverage(make_call()).groups}
    assert groups["owner", "Big Co"] == ("a.example", "b.example")
    assert groups["country", "US"] == ("b.example",)
    assert groups["lean", "left"] == ("e.example",)


def test_spread_counts_hours_days_and_newcomers() -> None:
    rows = [*make_call(), row("g1", "g.example", 720, "day", language="it")]
    spread = describe_coverage(rows).spread
    assert [(b.n_articles, b.n_reprints, b.n_outlets) for b in spread.hourly] == [(6, 4, 6), (1, 0, 6)]
    assert spread.hourly[1].new_outlets == ()
    assert [b.start_at.day for b in spread.daily] == [15, 16]
    assert spread.daily[1].new_outlets == ("g.example",)
    assert spread.n_day_only == 1
    assert spread.hours_to_half == pytest.approx(20 / 60, abs=0.01)


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 5000), st.booleans()), max_size=20))
def test_every_article_is_counted_once_everywhere(found: list[tuple[str, int, bool]]) -> None:
    rows = [
        row(f"x{i}", f"{o}.example", m, wire="W" if w else None, wire_role="text" if w else "none")
        for i, (o, m, w) in enumerate(found)
    ]
    coverage = describe_coverage(rows)
    assert sum(o.n_articles for o in coverage.outlets) == coverage.n_articles == len(rows)
    assert coverage.n_originals + coverage.n_reprints == len(rows)
    assert sum(b.n_articles for b in coverage.spread.hourly) == len(rows)
    assert sum(b.n_articles for b in coverage.spread.daily) == len(rows)
    assert sorted(a for o in coverage.origins for a in o.article_ids) == sorted(r.article_id for r in rows)
    assert describe_coverage(rows[::-1]) == coverage


# --- gaps -------------------------------------------------------------------------------------------------------------


def test_gaps_carry_their_denominator() -> None:
    activity = [
        OutletActivity("a.example", 40, ("en",), "US"),
        OutletActivity("b.example", 30, ("en", "es"), "US"),
        OutletActivity("c.example", 20, ("es",), "AR"),
        OutletActivity("d.example", 2, ("es",), "ES"),
        OutletActivity("quiet.example", 0, ("fi",), "FI"),
    ]
    rows = [row("a1", "a.example", language="en"), row("b1", "b.example", language="en"), row("x1", None)]
    gaps = find_gaps(rows, activity, min_articles=3)
    assert (gaps.n_covering, gaps.n_publishing) == (2, 3)
    assert [g.outlet for g in gaps.outlets] == ["c.example"]
    spanish = next(s for s in gaps.languages if s.value == "es")
    assert (spanish.n_covering, spanish.n_publishing, spanish.n_articles, spanish.is_gap) == (0, 2, 50, True)
    assert {(s.value, s.n_covering, s.n_publishing) for s in gaps.countries} == {("US", 2, 2), ("AR", 0, 1)}
    assert [g.outlet for g in find_gaps(rows, activity).outlets] == ["c.example", "d.example"]


def test_covering_outlet_is_never_left_out_for_publishing_little() -> None:
    gaps = find_gaps([row("a1", "a.example")], [OutletActivity("a.example", 1)], min_articles=10)
    assert (gaps.n_covering, gaps.n_publishing) == (1, 1)
