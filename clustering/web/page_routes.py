"""Routes of the dashboard: HTML pages and SVG pictures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from clustering.feeds.story_detail import read_story_detail
from clustering.feeds.story_rows import Sort
from clustering.web.answers import Answers
from clustering.web.links import ServerLinks
from clustering.web.live_snapshot import SnapshotLease
from clustering.web.pages import Page, StoryQuery
from clustering.web.parameters import CodeQuery, CursorQuery, IdPath, TextQuery, TimeQuery, read_cursor, select
from clustering.web.problems import Problem
from clustering.web.swimlane import GroupBy

__all__ = ["make_page_routes"]

_HTML, _SVG = "text/html; charset=utf-8", "image/svg+xml"
ByQuery = Annotated[GroupBy, Query(description="What lanes are grouped by.")]


def make_page_routes(answers: Answers) -> APIRouter:
    """Make the routes over these answers."""
    router = APIRouter(include_in_schema=False)
    links = ServerLinks()

    def page(lease: SnapshotLease) -> Page:
        return Page(lease.connection, links, lease.facts)

    def give(request: Request, media_type: str, kind: str, key: str, make: Callable[[Page], str | None]) -> Response:
        def made(lease: SnapshotLease) -> str:
            body = make(page(lease))
            if body is None:
                raise Problem.not_found(kind, key)
            return body

        return answers.give(request, media_type, made)

    @router.get("/")
    def front(
        request: Request,
        q: TextQuery = None,
        sort: Sort = "now",
        language: CodeQuery = None,
        country: CodeQuery = None,
        outlet: TextQuery = None,
        since: TimeQuery = None,
        until: TimeQuery = None,
        cursor: CursorQuery = None,
    ) -> Response:
        selection = select(language=language, country=country, outlet=outlet, since=since, until=until)
        query = StoryQuery(selection, sort, (q or "").strip(), read_cursor(cursor, sort))
        return give(request, _HTML, "page", "", lambda p: p.front(query))

    @router.get("/stories/{story_id}")
    def story(request: Request, story_id: IdPath, by: ByQuery = "country") -> Response:
        return give(request, _HTML, "story", story_id, lambda p: p.story(story_id, by))

    @router.get("/stories/{story_id}/swimlane.svg")
    def story_picture(request: Request, story_id: IdPath, by: ByQuery = "country") -> Response:
        def draw(p: Page) -> str | None:
            detail = read_story_detail(p.connection, story_id)
            return None if detail is None else p.story_picture(detail, by)

        return give(request, _SVG, "story", story_id, draw)

    @router.get("/favicon.ico")
    def icon() -> Response:
        return RedirectResponse(links.asset("icon.svg"), 308)

    @router.get("/threads")
    def threads(request: Request) -> Response:
        return give(request, _HTML, "page", "", lambda p: p.threads())

    @router.get("/threads/{thread_id}")
    def thread(request: Request, thread_id: IdPath) -> Response:
        return give(request, _HTML, "thread", thread_id, lambda p: p.thread(thread_id))

    @router.get("/threads/{thread_id}/timeline.svg")
    def thread_picture(request: Request, thread_id: IdPath) -> Response:
        return give(request, _SVG, "thread", thread_id, lambda p: p.thread_picture(thread_id))

    @router.get("/outlets")
    def outlets(request: Request) -> Response:
        return give(request, _HTML, "page", "", lambda p: p.outlets())

    @router.get("/outlets.svg")
    def overlap(request: Request) -> Response:
        return give(request, _SVG, "page", "", lambda p: p.overlap_picture())

    @router.get("/outlets/{outlet:path}")
    def outlet_page(request: Request, outlet: IdPath) -> Response:
        return give(request, _HTML, "outlet", outlet, lambda p: p.outlet(outlet))

    @router.get("/compare")
    def compare(
        request: Request,
        by: Literal["language", "country"] | None = None,
        left: CodeQuery = None,
        right: CodeQuery = None,
    ) -> Response:
        return give(request, _HTML, "page", "", lambda p: p.compare(by, left or "", right or ""))

    return router
