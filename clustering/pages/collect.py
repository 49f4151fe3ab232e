"""Ask the sources and bring their pages in.

Takes sources and what is remembered of them, gives raw pages and rejects; the only module that joins deciding (``polling``) with doing (``fetch``). Pages
of many hosts are fetched at once, each host at its own pace. A source's new state is final only when its pages have been taken, so that
a run cut off in the middle asks again and loses nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import zip_longest
from pathlib import Path

from clustering.articles.dates import parse_machine_date
from clustering.config import IngestConfig
from clustering.errors import FetchError, RefusedFetchError, RejectedPage, TransientFetchError
from clustering.pages.archive import RawArchive
from clustering.pages.fetch import Fetched, Fetcher, FetchRequest
from clustering.pages.files import read_paths
from clustering.pages.polling import PollState, after_failure, after_success, choose_new, decide_poll
from clustering.pages.rss import RssData, RssEntry, parse_rss
from clustering.pages.sitemaps import SitemapEntry, parse_sitemap
from clustering.pages.sources import FilesSource, PageSource, RssSource, SitemapSource, Source, WarcSource
from clustering.types import PageOrigin, RawPage, Reject

__all__ = ["SourceOutcome", "collect_pages", "page_from_fetch"]

PAGES_AT_ONCE = 128
"""Pages fetched between two hand-overs: bounds memory to so many pages."""

_Polled = RssSource | SitemapSource | PageSource


@dataclass(slots=True)
class SourceOutcome:
    """What came of asking one source: counts, and the error if it failed. ``is_due`` is false when it was too early to ask."""

    source: str
    is_due: bool = True
    is_not_modified: bool = False
    n_entries: int = 0
    n_new: int = 0
    n_pages: int = 0
    n_rejects: int = 0
    error: str | None = None


@dataclass(slots=True)
class _Poll:
    """One source while it is being worked on."""

    source: _Polled
    state: PollState
    outcome: SourceOutcome
    fetched: Fetched | None = None
    entries: list[RssEntry] = field(default_factory=list)
    new: list[RssEntry] = field(default_factory=list)
    failed: set[str] = field(default_factory=set)
    ttl_minutes: float | None = None
    rejects: list[Reject] = field(default_factory=list)


def collect_pages(
    sources: Sequence[Source], states: MutableMapping[str, PollState], config: IngestConfig, *,
    archive: RawArchive | None = None, now: datetime | None = None, outcomes: list[SourceOutcome] | None = None,
) -> Iterator[RawPage | Reject]:  # fmt: skip
    """Ask every source that is due and give what is new.

    ``states`` is updated source by source as its pages have been taken; keep it after the articles are stored. ``archive`` keeps the raw pages
    of the network. ``outcomes`` is filled with one record per source. A source that fails is a state and an outcome, never an exception.
    """
    moment = now or datetime.now(UTC)
    report = outcomes if outcomes is not None else []
    for source in sources:
        if isinstance(source, FilesSource | WarcSource):
            outcome = SourceOutcome(source.name)
            report.append(outcome)
            for item in read_paths([Path(path) for path in source.paths], config):
                outcome.n_pages += isinstance(item, RawPage)
                outcome.n_rejects += isinstance(item, Reject)
                yield item
    polls = [_begin(source, states) for source in sources if isinstance(source, RssSource | SitemapSource | PageSource)]
    report += [poll.outcome for poll in polls]
    if polls:
        yield from _collect_from_network(polls, states, config, archive, moment)


def _begin(source: _Polled, states: MutableMapping[str, PollState]) -> _Poll:
    url = source.urls[0] if isinstance(source, PageSource) else source.url
    state = states.get(source.name)
    if state is None or state.configured_url != url:
        # a new address in the config: what was seen stays seen
        state = PollState(source.name, url, configured_url=url, seen=state.seen if state is not None else {})
    return _Poll(source, state, SourceOutcome(source.name))


def _collect_from_network(
    polls: list[_Poll],
    states: MutableMapping[str, PollState],
    config: IngestConfig,
    archive: RawArchive | None,
    now: datetime,
) -> Iterator[RawPage | Reject]:
    with asyncio.Runner() as runner:
        fetcher = runner.run(_open(config))
        try:
            runner.run(_ask_all(polls, fetcher, config, now))
            for poll in polls:
                yield from poll.rejects
            tasks = _interleave([[(poll, entry) for entry in poll.new] for poll in polls])
            for first in range(0, len(tasks), PAGES_AT_ONCE):
                for item in runner.run(_fetch_entries(tasks[first : first + PAGES_AT_ONCE], fetcher)):
                    if archive is not None and isinstance(item, RawPage):
                        archive.append(item)
                    yield item
            for poll in polls:
                states[poll.source.name] = _finish(poll, config)
        finally:
            runner.run(fetcher.__aexit__())


async def _open(config: IngestConfig) -> Fetcher:
    return Fetcher(config.fetch, config.max_page_bytes)


def _interleave(columns: list[list[tuple[_Poll, RssEntry]]]) -> list[tuple[_Poll, RssEntry]]:
    """Take turns over the sources, so that no host's pause holds up the others."""
    return [item for row in zip_longest(*columns) for item in row if item is not None]


async def _ask_all(polls: list[_Poll], fetcher: Fetcher, config: IngestConfig, now: datetime) -> None:
    await asyncio.gather(*(_ask(poll, fetcher, config, now) for poll in polls))


async def _ask(poll: _Poll, fetcher: Fetcher, config: IngestConfig, now: datetime) -> None:
    request = decide_poll(poll.state, now)
    if request is None:
        poll.outcome.is_due = False
        return
    source = poll.source
    try:
        if isinstance(source, PageSource):
            poll.entries = [RssEntry(url, "", "") for url in source.urls]
            poll.new = choose_new(poll.entries, poll.state)
            return
        if isinstance(source, SitemapSource):
            await _ask_sitemap(poll, source, request, fetcher, config, now)
        else:
            await _ask_rss(poll, source, request, fetcher)
    except (FetchError, RejectedPage) as error:
        poll.outcome.error = str(error)
        poll.state = after_failure(
            poll.state, error if isinstance(error, FetchError) else FetchError(str(error)), now, config
        )
        poll.fetched = None
        if isinstance(error, RejectedPage):
            poll.rejects.append(Reject(PageOrigin(source.name, url=poll.state.url), error.reason, error.detail))
            poll.outcome.n_rejects += 1


async def _ask_rss(poll: _Poll, source: RssSource, request: FetchRequest, fetcher: Fetcher) -> None:
    # publishers offer feeds to programs: robots.txt of the site is for its pages
    exempt = FetchRequest(request.url, request.etag, request.last_modified, is_robots_exempt=True)
    fetched = await fetcher.fetch(exempt)
    if fetched.is_not_modified:
        poll.fetched, poll.outcome.is_not_modified = fetched, True
        return
    data: RssData = await asyncio.to_thread(parse_rss, fetched.content, url=fetched.url, charset=fetched.charset)
    poll.fetched, poll.ttl_minutes = fetched, data.ttl_minutes
    poll.entries = list(data.entries)
    poll.outcome.n_entries = len(poll.entries)
    poll.new = choose_new(poll.entries, poll.state)
    # what is too much for one poll stays new for the next
    poll.failed = {entry.key for entry in poll.new[source.max_pages :]}
    poll.new = poll.new[: source.max_pages]
    poll.outcome.n_new = len(poll.new)


async def _ask_sitemap(
    poll: _Poll, source: SitemapSource, request: FetchRequest, fetcher: Fetcher, config: IngestConfig, now: datetime
) -> None:
    exempt = FetchRequest(request.url, request.etag, request.last_modified, is_robots_exempt=True)
    fetched = await fetcher.fetch(exempt)
    if fetched.is_not_modified:
        poll.fetched, poll.outcome.is_not_modified = fetched, True
        return
    limit = config.max_page_bytes
    data = await asyncio.to_thread(parse_sitemap, fetched.content, url=fetched.url, max_bytes=limit)
    pages = list(data.pages)
    newest = sorted(data.sitemaps, key=lambda entry: entry.last_modified or "", reverse=True)[: source.max_sitemaps]
    for inner in newest:
        try:
            part = await fetcher.fetch(FetchRequest(inner.url, is_robots_exempt=True))
            pages += (await asyncio.to_thread(parse_sitemap, part.content, url=part.url, max_bytes=limit)).pages
        except (FetchError, RejectedPage) as error:
            poll.rejects.append(Reject(PageOrigin(source.name, url=inner.url), _reason_of(error), str(error)))
            poll.outcome.n_rejects += 1
    since = now - timedelta(days=source.since_days)
    poll.fetched = fetched
    poll.entries = [_sitemap_entry(entry) for entry in pages if _is_recent(entry, since)]
    poll.outcome.n_entries = len(pages)
    poll.new = choose_new(poll.entries, poll.state)
    poll.failed = {entry.key for entry in poll.new[source.max_pages :]}
    poll.new = poll.new[: source.max_pages]
    poll.outcome.n_new = len(poll.new)


def _sitemap_entry(entry: SitemapEntry) -> RssEntry:
    return RssEntry(
        entry.url,
        entry.title or "",
        "",
        published=entry.published,
        updated=entry.last_modified,
        language=entry.language,
    )


def _is_recent(entry: SitemapEntry, since: datetime) -> bool:
    date = parse_machine_date(entry.published or entry.last_modified or "", UTC)
    return date is None or date.at >= since


async def _fetch_entries(tasks: list[tuple[_Poll, RssEntry]], fetcher: Fetcher) -> list[RawPage | Reject]:
    return list(await asyncio.gather(*(_fetch_entry(poll, entry, fetcher) for poll, entry in tasks)))


async def _fetch_entry(poll: _Poll, entry: RssEntry, fetcher: Fetcher) -> RawPage | Reject:
    source = poll.source
    hints = _hints(source, entry)
    if entry.url is None or (isinstance(source, RssSource) and not source.fetch_pages):
        poll.outcome.n_pages += 1
        return _page_from_entry(poll, entry, hints)
    try:
        fetched = await fetcher.fetch(FetchRequest(entry.url))
        poll.outcome.n_pages += 1
        return page_from_fetch(fetched, source.name, hints)
    except FetchError as error:
        if isinstance(error, TransientFetchError):
            poll.failed.add(entry.key)
        elif entry.title and isinstance(source, RssSource):
            # the page is closed to us for good, but the publisher's own entry is not
            poll.outcome.n_pages += 1
            return _page_from_entry(poll, entry, hints)
        poll.outcome.n_rejects += 1
        return Reject(PageOrigin(source.name, url=entry.url), _reason_of(error), str(error)[:500])


def _reason_of(error: Exception) -> str:
    if isinstance(error, RejectedPage):
        return error.reason
    if isinstance(error, RefusedFetchError):
        return "too-large" if "larger than" in str(error) else "fetch-refused"
    return "not-fetched"


def _hints(source: _Polled, entry: RssEntry) -> dict[str, str]:
    facts = {
        "outlet": source.outlet, "language": source.language or entry.language, "title": entry.title or None, "published_at": entry.published,
    }  # fmt: skip
    return {key: value for key, value in facts.items() if value}


def _page_from_entry(poll: _Poll, entry: RssEntry, hints: dict[str, str]) -> RawPage:
    fields: dict[str, object] = {
        "url": entry.url, "title": entry.title, "text": entry.text, "published_at": entry.published, "author": entry.author,
        "section": entry.section, "image": entry.image, "outlet": poll.source.outlet,
    }  # fmt: skip
    fetched_at = poll.fetched.fetched_at if poll.fetched is not None else datetime.now(UTC)
    origin = PageOrigin(poll.source.name, url=entry.url or poll.state.url)
    return RawPage(
        origin,
        "record",
        fetched_at,
        fields={k: v for k, v in fields.items() if v} | {"title": entry.title},
        hints=hints,
    )


def page_from_fetch(fetched: Fetched, source: str, hints: dict[str, str]) -> RawPage:
    """Make the raw page of a response; its URL is the one after redirects."""
    media_type = fetched.media_type
    return RawPage(
        origin=PageOrigin(source, url=fetched.url),
        kind="text" if media_type == "text/plain" else "html",
        fetched_at=fetched.fetched_at,
        content=fetched.content,
        media_type=media_type or None,
        charset=fetched.charset,
        hints=hints,
    )


def _finish(poll: _Poll, config: IngestConfig) -> PollState:
    """Give the state to keep: entries whose page could not be had now stay new."""
    taken = [entry for entry in poll.entries if entry.key not in poll.failed]
    if isinstance(poll.source, PageSource) and poll.outcome.is_due:
        seen = dict(poll.state.seen) | {entry.key: entry.version for entry in taken}
        return replace(poll.state, seen=seen, last_ok_at=datetime.now(UTC).isoformat())
    if poll.fetched is None:
        return poll.state
    return after_success(poll.state, poll.fetched, taken, poll.outcome.n_new, config, ttl_minutes=poll.ttl_minutes)
