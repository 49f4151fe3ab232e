"""Routes of the API, ``/v1/...``: the public documents over the current snapshot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from pydantic import BaseModel
from starlette.responses import Response, StreamingResponse

from clustering.config import ServeConfig
from clustering.feeds.cursors import Cursor, encode_cursor
from clustering.feeds.delta import count_changed, read_changed
from clustering.feeds.documents import (
    DeltaDocument,
    GapsDocument,
    HistoryDocument,
    OutletDocument,
    OutletsDocument,
    SearchDocument,
    StoriesDocument,
    StoryDocument,
    ThreadDocument,
    ThreadsDocument,
    WhyDocument,
)
from clustering.feeds.making import (
    Addresses,
    make_article,
    make_events,
    make_gaps,
    make_snapshot,
    make_story,
    make_summary,
    make_thread,
    make_thread_summary,
)
from clustering.feeds.outlet_rows import OutletRow, read_outlets
from clustering.feeds.search import QueryEncoder, search_by_meaning, search_stories
from clustering.feeds.story_detail import read_article, read_gaps, read_history, read_story_detail
from clustering.feeds.story_rows import Sort, count_stories, read_row, select_rows
from clustering.feeds.thread_rows import read_thread, read_threads
from clustering.web.answers import Answers
from clustering.web.events import SnapshotEvents
from clustering.web.links import ServerLinks
from clustering.web.live_snapshot import SnapshotLease
from clustering.web.parameters import (
    CodeQuery,
    CursorQuery,
    IdPath,
    IdQuery,
    LimitQuery,
    TextQuery,
    TimeQuery,
    WordsQuery,
    read_cursor,
    select,
)
from clustering.web.problems import Problem, describe_problem

__all__ = ["make_api_routes"]

_JSON = "application/json"
_LINKS = ServerLinks()
_ADDRESSES = Addresses(_LINKS.story, _LINKS.thread)
_MISSING: dict[int | str, dict[str, Any]] = {404: describe_problem("No such thing")}
_COMMON: dict[int | str, dict[str, Any]] = {
    304: {"description": "Not modified: the ETag sent is current"},
    401: describe_problem("A bearer token is needed"),
    422: describe_problem("A parameter cannot be used"),
    429: describe_problem("Too many requests"),
    503: describe_problem("No snapshot, or no fitting encoder, is there"),
}


def make_api_routes(
    answers: Answers, events: SnapshotEvents, settings: ServeConfig, encoder: QueryEncoder
) -> APIRouter:
    """Make the routes over these answers."""
    router = APIRouter(prefix="/v1", responses=_COMMON)

    def give(request: Request, make: Callable[[SnapshotLease], BaseModel]) -> Response:
        return answers.give(request, _JSON, lambda lease: make(lease).model_dump_json().encode())

    @router.get(
        "/stories", tags=["stories"], response_model=StoriesDocument, summary="Stories of a selection, in order"
    )
    def stories(
        request: Request,
        sort: Sort = "now",
        language: CodeQuery = None,
        country: CodeQuery = None,
        outlet: TextQuery = None,
        thread: TextQuery = None,
        since: TimeQuery = None,
        until: TimeQuery = None,
        min_outlets: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
        limit: LimitQuery = 50,
        cursor: CursorQuery = None,
    ) -> Response:
        chosen = select(
            language=language,
            country=country,
            outlet=outlet,
            thread=thread,
            since=since,
            until=until,
            min_outlets=min_outlets,
        )
        most, after = min(limit, settings.max_page), read_cursor(cursor, sort)

        def make(lease: SnapshotLease) -> StoriesDocument:
            rows = select_rows(lease.connection, chosen, sort=sort, limit=most + 1, after=after)
            last = rows[most - 1] if len(rows) > most else None
            return StoriesDocument(
                snapshot=make_snapshot(lease.facts),
                n_total=count_stories(lease.connection, chosen),
                next=encode_cursor(Cursor(sort, last.sort_value(sort), last.n_outlets, last.story_id))
                if last
                else None,
                stories=[make_summary(row, _ADDRESSES) for row in rows[:most]],
            )

        return give(request, make)

    @router.get(
        "/stories/{story_id}", tags=["stories"], response_model=StoryDocument, responses=_MISSING, summary="One story"
    )
    def story(request: Request, story_id: IdPath) -> Response:
        def make(lease: SnapshotLease) -> StoryDocument:
            detail = read_story_detail(lease.connection, story_id)
            if detail is None:
                raise Problem.not_found("story", story_id)
            return make_story(detail, make_snapshot(lease.facts), _ADDRESSES)

        return give(request, make)

    @router.get(
        "/stories/{story_id}/history",
        tags=["stories"],
        response_model=HistoryDocument,
        responses=_MISSING,
        summary="What runs did to a story, also to one that is gone",
    )
    def history(request: Request, story_id: IdPath) -> Response:
        def make(lease: SnapshotLease) -> HistoryDocument:
            found = read_history(lease.connection, story_id)
            if not found and read_row(lease.connection, story_id) is None:
                raise Problem.not_found("story", story_id)
            return HistoryDocument(snapshot=make_snapshot(lease.facts), story_id=story_id, history=make_events(found))

        return give(request, make)

    @router.get("/threads", tags=["threads"], response_model=ThreadsDocument, summary="Threads, most articles first")
    def threads(request: Request, limit: LimitQuery = 50, cursor: CursorQuery = None) -> Response:
        most, after = min(limit, settings.max_page), read_cursor(cursor, "threads")

        def make(lease: SnapshotLease) -> ThreadsDocument:
            rows = read_threads(
                lease.connection, limit=most + 1, after=(after.value, after.story_id) if after else None
            )
            last = rows[most - 1] if len(rows) > most else None
            return ThreadsDocument(
                snapshot=make_snapshot(lease.facts),
                next=encode_cursor(Cursor("threads", last.n_articles, 0, last.thread_id)) if last else None,
                threads=[make_thread_summary(row, _ADDRESSES) for row in rows[:most]],
            )

        return give(request, make)

    @router.get(
        "/threads/{thread_id}",
        tags=["threads"],
        response_model=ThreadDocument,
        responses=_MISSING,
        summary="One thread",
    )
    def thread(request: Request, thread_id: IdPath) -> Response:
        def make(lease: SnapshotLease) -> ThreadDocument:
            detail = read_thread(lease.connection, thread_id)
            if detail is None:
                raise Problem.not_found("thread", thread_id)
            return make_thread(detail, make_snapshot(lease.facts), _ADDRESSES)

        return give(request, make)

    @router.get("/search", tags=["search"], response_model=SearchDocument, summary="Stories by words or by meaning")
    def search(
        request: Request,
        q: WordsQuery,
        by: Annotated[
            Literal["words", "meaning"],
            Query(description="`words`: ranked by BM25 over romanised words; `meaning`: nearest vectors."),
        ] = "words",
        language: CodeQuery = None,
        country: CodeQuery = None,
        outlet: TextQuery = None,
        since: TimeQuery = None,
        until: TimeQuery = None,
        limit: LimitQuery = 20,
    ) -> Response:
        chosen = select(language=language, country=country, outlet=outlet, since=since, until=until)
        most = min(limit, settings.max_page)

        def make(lease: SnapshotLease) -> SearchDocument:
            if by == "words":
                rows = search_stories(lease.connection, q, chosen, limit=most)
            else:
                rows = search_by_meaning(lease.connection, q, encoder, chosen, limit=most)
            return SearchDocument(
                snapshot=make_snapshot(lease.facts),
                query=q,
                by=by,
                stories=[make_summary(row, _ADDRESSES) for row in rows],
            )

        return give(request, make)

    @router.get(
        "/articles/{article_id}/why",
        tags=["articles"],
        response_model=WhyDocument,
        responses=_MISSING,
        summary="Why an article is in its story",
    )
    def why(request: Request, article_id: IdPath) -> Response:
        def make(lease: SnapshotLease) -> WhyDocument:
            found = read_article(lease.connection, article_id)
            if found is None:
                raise Problem.not_found("article", article_id)
            story_id, article = found
            row = read_row(lease.connection, story_id) if story_id else None
            may_be_first = row is not None and article.outlet in row.first_outlets
            return WhyDocument(
                snapshot=make_snapshot(lease.facts),
                article=make_article(article, story_id, may_be_first=may_be_first),
                probability=article.probability,
                story=make_summary(row, _ADDRESSES) if row else None,
            )

        return give(request, make)

    @router.get(
        "/gaps", tags=["stories"], response_model=GapsDocument, responses=_MISSING, summary="Who did not tell a story"
    )
    def gaps(request: Request, story: IdQuery) -> Response:
        def make(lease: SnapshotLease) -> GapsDocument:
            row = read_row(lease.connection, story)
            if row is None:
                raise Problem.not_found("story", story)
            return GapsDocument(
                snapshot=make_snapshot(lease.facts), story_id=story, gaps=make_gaps(read_gaps(lease.connection, row))
            )

        return give(request, make)

    @router.get("/outlets", tags=["outlets"], response_model=OutletsDocument, summary="Outlets, most articles first")
    def outlets(request: Request, limit: LimitQuery = 200) -> Response:
        def make(lease: SnapshotLease) -> OutletsDocument:
            rows = read_outlets(lease.connection, limit=limit)
            return OutletsDocument(snapshot=make_snapshot(lease.facts), outlets=[_outlet(row) for row in rows])

        return give(request, make)

    @router.get("/delta", tags=["stories"], response_model=DeltaDocument, summary="What changed since a run")
    def delta(
        request: Request, since_run: Annotated[int, Query(ge=0, le=2**53)], limit: LimitQuery = 1_000
    ) -> Response:
        def make(lease: SnapshotLease) -> DeltaDocument:
            return DeltaDocument(
                snapshot=make_snapshot(lease.facts),
                since_run=since_run,
                n_total=count_changed(lease.connection, since_run),
                stories=read_changed(lease.connection, since_run, _ADDRESSES, limit=limit),
            )

        return give(request, make)

    @router.get(
        "/events",
        tags=["operations"],
        response_class=StreamingResponse,
        responses={200: {"content": {"text/event-stream": {}}}},
        summary="Server-sent events: `snapshot` when a new one is published",
    )
    async def stream(request: Request) -> StreamingResponse:
        return events.stream(request)

    return router


def _outlet(row: OutletRow) -> OutletDocument:
    values = {name: getattr(row, name) for name in OutletRow.__slots__}
    return OutletDocument(**{**values, "languages": list(row.languages)})
