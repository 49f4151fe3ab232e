"""When a source is asked again, and what is new in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.config import Config
from clustering.errors import FetchError, TransientFetchError
from clustering.pages.fetch import Fetched, FetchRequest
from clustering.pages.polling import MAX_SEEN, PollState, after_failure, after_success, choose_new, decide_poll
from clustering.pages.rss import RssEntry

CONFIG = Config().ingest
NOW = datetime(2025, 2, 15, 12, tzinfo=UTC)
STATE = PollState("valley", "https://valley.example/rss", configured_url="https://valley.example/rss")


def answer(at: datetime = NOW, **more: Any) -> Fetched:
    headers = {"etag": '"1"', "last-modified": "yesterday"} | more.pop("headers", {})
    return Fetched(FetchRequest(STATE.url), STATE.url, more.pop("status", 200), headers, b"", at, **more)


def entries(n: int, gap_minutes: float = 60, first: int = 0) -> list[RssEntry]:
    return [
        RssEntry(
            f"https://valley.example/{first + k}",
            f"Story {first + k}",
            "",
            published=(NOW - timedelta(minutes=gap_minutes * k)).isoformat(),
        )
        for k in range(n)
    ]


def wait_of(state: PollState, since: datetime = NOW) -> float:
    assert state.next_poll_at is not None
    return (datetime.fromisoformat(state.next_poll_at) - since).total_seconds() / 60


def test_a_new_source_is_asked_now_and_then_conditionally() -> None:
    assert decide_poll(STATE, NOW) == FetchRequest(STATE.url)
    state = after_success(STATE, answer(), entries(5), 5, CONFIG)
    assert decide_poll(state, NOW) is None
    assert decide_poll(state, NOW + timedelta(hours=25)) == FetchRequest(STATE.url, '"1"', "yesterday")


def test_the_pause_follows_the_pace_of_the_source() -> None:
    assert wait_of(after_success(STATE, answer(), entries(10, 60), 10, CONFIG)) == pytest.approx(30)
    assert wait_of(after_success(STATE, answer(), entries(10, 1), 10, CONFIG)) == CONFIG.poll_min_minutes
    assert wait_of(after_success(STATE, answer(), entries(10, 100_000), 10, CONFIG)) == CONFIG.poll_max_hours * 60
    assert wait_of(after_success(STATE, answer(), entries(10, 1), 10, CONFIG, ttl_minutes=45)) == 45


def test_silence_makes_it_longer_and_news_short_again() -> None:
    state = after_success(STATE, answer(), entries(10, 60), 10, CONFIG)
    for expected in (45, 67.5, 101.25):
        state = after_success(state, answer(status=304), [], 0, CONFIG)
        assert wait_of(state) == pytest.approx(expected)
    assert wait_of(after_success(state, answer(), entries(10, 60), 1, CONFIG)) == pytest.approx(30)


def test_failures_double_the_pause_and_never_end_it() -> None:
    state = STATE
    waits = []
    for _ in range(40):
        state = after_failure(state, FetchError("answered 404"), NOW, CONFIG)
        waits.append(wait_of(state))
    assert waits[:3] == [20, 40, 80]
    assert waits[-1] == CONFIG.poll_max_hours * 60
    assert state.n_failures == 40
    assert decide_poll(state, NOW + timedelta(days=2)) is not None
    back = after_success(state, answer(), entries(3), 3, CONFIG)
    assert (back.n_failures, back.last_error) == (0, None)


def test_what_the_server_asks_is_honoured() -> None:
    state = after_failure(STATE, TransientFetchError("answered 429", 6 * 3_600), NOW, CONFIG)
    assert wait_of(state) == 360
    assert wait_of(after_failure(STATE, TransientFetchError("answered 429", 10**9), NOW, CONFIG)) == 7 * 24 * 60


def test_a_move_is_believed_when_said_three_times() -> None:
    state = STATE
    for _ in range(2):
        state = after_success(state, answer(moved_to="https://valley.example/feed"), [], 0, CONFIG)
        assert state.url == STATE.url
    once = after_success(state, answer(), [], 0, CONFIG)
    assert (once.moved_to, once.n_moves) == (None, 0)
    state = after_success(state, answer(moved_to="https://valley.example/feed"), [], 0, CONFIG)
    assert state.url == "https://valley.example/feed"


def test_entries_are_new_once_and_again_when_they_change() -> None:
    first = entries(3)
    assert choose_new(first, STATE) == first
    state = after_success(STATE, answer(), first, 3, CONFIG)
    assert choose_new(first, state) == []
    changed = RssEntry(first[1].url, "Story 1, corrected", "")
    assert choose_new([first[0], changed, *entries(1, first=9)], state) == [changed, *entries(1, first=9)]
    assert choose_new([first[0], first[0]], STATE) == [first[0]]


def test_memory_is_bounded_and_keeps_the_newest() -> None:
    state = after_success(STATE, answer(), entries(MAX_SEEN), 1, CONFIG)
    state = after_success(state, answer(), entries(10, first=10_000), 10, CONFIG)
    assert len(state.seen) == MAX_SEEN
    assert choose_new(entries(10, first=10_000), state) == []


def test_an_entry_that_stays_is_not_forgotten() -> None:
    state = STATE
    lasting = entries(1)[0]
    for turn in range(5):
        state = after_success(state, answer(), [lasting, *entries(1_000, first=10_000 * (turn + 1))], 1_000, CONFIG)
        assert choose_new([lasting], state) == []


@given(st.lists(st.sampled_from(["news", "silence", "fault", "busy", "moved"]), max_size=30))
@settings(deadline=None, max_examples=50)
def test_every_history_keeps_the_bounds_and_survives_json(history: list[str]) -> None:
    state = STATE
    for event in history:
        if event == "news":
            state = after_success(state, answer(), entries(4, 7), 4, CONFIG)
        elif event == "silence":
            state = after_success(state, answer(status=304), [], 0, CONFIG)
        elif event == "moved":
            state = after_success(state, answer(moved_to="https://valley.example/feed"), [], 0, CONFIG)
        else:
            state = after_failure(
                state, TransientFetchError("x", 60.0) if event == "busy" else FetchError("y"), NOW, CONFIG
            )
        assert CONFIG.poll_min_minutes <= wait_of(state) <= CONFIG.poll_max_hours * 60
        assert PollState.from_json(state.to_json()) == state
