"""Records to articles: attributes, ids, and every reject."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.batches import build_articles
from clustering.articles.build import build_article, load_context, make_article_id
from clustering.config import Config
from clustering.errors import RejectedPage
from clustering.pages.quarantine import Quarantined
from clustering.types import REJECT_REASONS, Article, PageOrigin, RawPage, Reject

CONTEXT = load_context(Config(), now=datetime(2025, 3, 1, 12, tzinfo=UTC))
ORIGIN = PageOrigin("files", "news.jsonl", 7)


def page(fetched_at: datetime = CONTEXT.now, **fields: Any) -> RawPage:
    return RawPage(ORIGIN, "record", fetched_at, fields=fields)


def build(**fields: Any) -> Article:
    return build_article(page(**fields), CONTEXT)


def reason(**fields: Any) -> str:
    with pytest.raises(RejectedPage) as caught:
        build(**fields)
    assert caught.value.reason in REJECT_REASONS
    return caught.value.reason


def test_a_full_record_keeps_what_it_says() -> None:
    article = build(
        id="x1", url="https://www.valley.example/a?utm_source=rss", outlet="www.Valley.example", published_at="2025-02-15T20:10:00+03:00", language="en-GB",
        title="Old bridge &amp; new road", text="The council has agreed.", author="Ann Smith", story="gold-1", extra={"ignored": True},
    )  # fmt: skip
    assert article.article_id == "x1"
    assert article.canonical_url == "https://valley.example/a"
    assert article.outlet == "valley.example"
    assert article.published_at == datetime(2025, 2, 15, 17, 10, tzinfo=UTC)
    assert (article.language, article.title, article.author) == ("en", "Old bridge & new road", "Ann Smith")
    assert "gold-1" not in repr(article)
    assert article.methods["language"] == "given"


def test_only_title_or_text_is_required() -> None:
    assert build(title="Old bridge to be mended before the winter").text == ""
    assert build(text="The council has agreed to mend the bridge.").title == ""
    assert build(title="Alone").published_at is None


def test_outlet_names_that_are_no_hosts_stay_names() -> None:
    assert build(title="a b c", outlet="The Valley Herald").outlet == "The Valley Herald"
    assert build(title="a b c", url="https://m.valley.example/x").outlet == "valley.example"


def test_hosts_of_a_configured_outlet_are_that_outlet() -> None:
    assert build(title="a b c", url="https://www1.folha.uol.com.br/x").outlet == "folha.uol.com.br"
    assert build(title="a b c", url="https://www.bbc.co.uk/news/x").outlet == "bbc.com"
    assert build(title="a b c", url="https://news.valley.example/x").outlet == "news.valley.example"
    assert build(title="a b c", url="https://www.bbc.co.uk/news/x", outlet="bbc.co.uk").outlet == "bbc.co.uk"


def test_ids_come_from_the_url_or_from_the_content() -> None:
    with_url = build(url="http://m.valley.example/a/?fbclid=1", title="One")
    assert with_url.article_id == make_article_id("https://valley.example/a", None, "", "")
    assert build(url="https://valley.example/a", title="Two").article_id == with_url.article_id
    without = build(title="One", text="Body", outlet="valley.example")
    assert without.article_id != build(title="One", text="Other", outlet="valley.example").article_id
    assert build(id=17, title="One").article_id == "17"
    assert build(id=17.0, title="One").article_id == "17"


def test_days_have_day_precision() -> None:
    article = build(title="a b", published_at="2025-02-15", outlet="newskiev.ru")
    assert (article.published_at, article.published_precision) == (datetime(2025, 2, 15, tzinfo=UTC), "day")


def test_local_times_use_the_outlets_zone() -> None:
    assert build(title="a b", published_at="2025-02-15 23:43", outlet="newskiev.ru").published_at == datetime(
        2025, 2, 15, 20, 43, tzinfo=UTC
    )


def test_markup_in_a_record_is_taken_out() -> None:
    article = build(
        title="a b", text="<p>The council &amp; the mayor agreed.</p><script>x()</script><p>Work begins.</p>"
    )
    assert article.text == "The council & the mayor agreed.\n\nWork begins."
    assert build(title="The &lt;b&gt;old&lt;/b&gt; bridge &amp; the <i>new</i>").title == "The old bridge & the new"
    assert build(title="If a < b").title == "If a < b"
    assert build(title="a b", text="If x < y and y > z then").text == "If x < y and y > z then"


def test_text_is_made_safe_to_store() -> None:
    article = build(title="a\x00 b\ud800\u200b", text="c\x07d\r\n\r\n\r\n\r\ne\u00a0\u00a0f")
    assert article.title == "a b"
    assert article.text == "cd\n\ne f"
    json.dumps(article.text).encode("utf-8")


def test_no_field_holds_what_no_database_takes() -> None:
    dirty = "a\ud800b\x00c"
    article = build(
        id=dirty,
        url="https://valley.example/" + dirty,
        title=dirty,
        text=dirty,
        author=dirty,
        section=dirty,
        image=dirty,
        outlet=dirty,
        lead=dirty,
        language=dirty,
    )
    for value in (
        article.article_id,
        article.url,
        article.title,
        article.text,
        article.author,
        article.section,
        article.image,
        article.outlet,
        article.lead,
    ):
        assert value is not None
        assert value.encode("utf-8").endswith(b"abc")


def test_long_texts_are_cut() -> None:
    assert len(build(title="a", text="x" * 300_000).text) == CONTEXT.config.max_text_chars


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"headline": "x"}, "missing-column"),
        ({"title": "", "text": None}, "empty"),
        ({"title": "  \u200b"}, "empty"),
        ({"title": "a", "url": "ftp://valley.example/"}, "bad-url"),
        ({"title": "a", "url": "valley.example/x"}, "bad-url"),
        ({"title": "a", "published_at": "soon"}, "bad-date"),
        ({"title": "a", "published_at": {"$date": 1}}, "bad-date"),
        ({"title": "a", "published_at": "2025-03-09T00:00:00Z"}, "future-date"),
        ({"title": ["a"]}, "malformed-line"),
        ({"title": 4.5}, "malformed-line"),
        ({"title": "a", "text": {"b": 1}}, "malformed-line"),
    ],
)
def test_every_bad_record_has_its_reason(fields: dict[str, Any], expected: str) -> None:
    assert reason(**fields) == expected


def test_clock_errors_are_forgiven_up_to_the_limit() -> None:
    edge = CONTEXT.now + timedelta(hours=CONTEXT.config.clock_error_hours)
    assert build(title="a", published_at=edge.isoformat()).published_at == edge
    assert reason(title="a", published_at=(edge + timedelta(minutes=1)).isoformat()) == "future-date"


def test_a_files_time_is_not_the_fetch() -> None:
    old = RawPage(
        ORIGIN,
        "record",
        datetime(2020, 1, 1, tzinfo=UTC),
        fields={"title": "a", "published_at": "2025-02-15"},
        hints={"clock": "file"},
    )
    assert build_article(old, CONTEXT).fetched_at == CONTEXT.now
    fetched = RawPage(
        ORIGIN, "record", datetime(2020, 1, 1, tzinfo=UTC), fields={"title": "a", "published_at": "2025-02-15"}
    )
    with pytest.raises(RejectedPage, match="future-date"):
        build_article(fetched, CONTEXT)


def test_building_is_pure() -> None:
    raw = page(title="a b c", text="The council has agreed.", published_at="2025-02-15")
    assert build_article(raw, CONTEXT) == build_article(raw, CONTEXT)


def test_a_canonical_of_another_outlet_is_syndication() -> None:
    article = build(
        url="https://valley.example/a",
        canonical_url="https://www.reuters.com/world/a",
        title="a b",
        text="The council has agreed.",
    )
    assert article.canonical_url == "https://reuters.com/world/a"
    assert (article.outlet, article.wire, article.wire_role) == ("valley.example", "Reuters", "text")
    assert article.article_id == make_article_id("https://valley.example/a", None, "", "")
    assert article.methods["canonical_url"] == "syndicated"


JSON_VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=5), max_size=2)
)
FIELDS = st.dictionaries(
    st.sampled_from(["id", "url", "outlet", "published_at", "language", "title", "text", "author", "x"]),
    JSON_VALUES,
    max_size=9,
)


@given(FIELDS)
@settings(deadline=None, max_examples=150)
def test_every_record_is_an_article_or_a_named_reject(fields: dict[str, Any]) -> None:
    (outcome,) = build_articles([page(**fields)], CONTEXT)
    assert isinstance(outcome, Article | Reject)
    if isinstance(outcome, Reject):
        assert outcome.reason in REJECT_REASONS
        assert outcome.origin == ORIGIN
    else:
        assert outcome.title or outcome.text


def test_outcomes_come_in_order_and_one_for_each_item() -> None:
    items: list[RawPage | Reject] = []
    for number in range(1_200):
        items.append(
            Reject(ORIGIN, "malformed-line")
            if number % 7 == 0
            else page(id=str(number), title="" if number % 5 == 0 else f"Story {number}")
        )
    outcomes = list(build_articles(items, CONTEXT))
    assert len(outcomes) == len(items)
    for number, outcome in enumerate(outcomes):
        if number % 7 == 0 or number % 5 == 0:
            assert isinstance(outcome, Reject)
        else:
            assert isinstance(outcome, Article)
            assert outcome.article_id == str(number)


def test_a_failure_of_our_code_is_quarantined_and_the_run_goes_on() -> None:
    broken = RawPage(ORIGIN, "record", CONTEXT.now, fields={"title": "a"}, hints=None)  # type: ignore[arg-type]
    outcomes = list(build_articles([page(title="One"), broken, page(title="Two")], CONTEXT))
    assert isinstance(outcomes[0], Article)
    assert isinstance(outcomes[2], Article)
    assert isinstance(outcomes[1], Quarantined)
    assert outcomes[1].page is broken
    assert "AttributeError" in outcomes[1].error
    assert "build.py" in outcomes[1].detail


def test_clean_records_are_fast_and_load_nothing_heavy() -> None:
    records = [
        page(id=str(n), url=f"https://valley.example/{n}", outlet="valley.example", published_at="2025-02-15T10:00:00Z", language="en", title=f"Story number {n} of the day",
             text="The council met on Monday for six hours and agreed that the bridge will be repaired. " * 3)
        for n in range(2_000)
    ]  # fmt: skip
    began = time.process_time()
    outcomes = list(build_articles(records, CONTEXT))
    seconds = time.process_time() - began
    assert all(isinstance(outcome, Article) for outcome in outcomes)
    assert len(records) / seconds > 2_000, "a third of the 5,000 a second a free core gives"
