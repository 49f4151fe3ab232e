"""The server: dashboard, API, feeds and operations over the current snapshot, read-only.

Takes a workspace and the serving config, gives a FastAPI application. Nothing here writes; a new snapshot is picked up while requests run.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import resources
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from clustering import __version__
from clustering.config import Config
from clustering.errors import EncoderError, StoreError
from clustering.feeds.search import QueryEncoder
from clustering.store.workspace import Workspace
from clustering.web.answers import Answers
from clustering.web.api_routes import make_api_routes
from clustering.web.events import SnapshotEvents
from clustering.web.feed_routes import make_feed_routes
from clustering.web.guard import Guard
from clustering.web.links import ServerLinks
from clustering.web.live_snapshot import LiveSnapshot
from clustering.web.metrics import Metrics
from clustering.web.operations import make_operation_routes
from clustering.web.page_routes import make_page_routes
from clustering.web.pages import Page
from clustering.web.problems import BadParameter, Problem, ProblemDocument, ProblemError, problem_response

__all__ = ["make_app"]

_DESCRIPTION = (
    "Read-only API over the current snapshot of samestory: which outlets tell the same story. All times are UTC. Lists are paged by cursor."
    " Errors are RFC 9457 problems."
)


def make_app(workspace: Workspace, config: Config) -> FastAPI:
    """Make the application. Errors: ``StoreMissing`` when nothing is published yet."""
    settings = config.serve
    live = LiveSnapshot(workspace)
    answers = Answers(live, cache_mb=settings.cache_mb)
    metrics = Metrics()
    events = SnapshotEvents(live, max_streams=settings.max_streams)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        yield
        live.close()

    app = FastAPI(
        title="samestory",
        version=__version__,
        description=_DESCRIPTION,
        openapi_url="/v1/openapi.json",
        docs_url=None,  # Swagger's page loads its script from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.answers = answers
    app.include_router(make_page_routes(answers))
    app.include_router(make_api_routes(answers, events, settings, QueryEncoder(config.encoder)))
    app.include_router(make_feed_routes(answers))
    app.include_router(make_operation_routes(answers, metrics, events))
    with resources.as_file(resources.files("clustering.web") / "static") as folder:
        app.mount("/static", StaticFiles(directory=Path(folder)), name="static")
    _handle_errors(app, live)
    app.add_middleware(Guard, config=settings, metrics=metrics, answers=answers)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=list(settings.cors_origins),
            allow_methods=["GET", "HEAD"],
            allow_headers=["Authorization"],
        )
    return app


def _handle_errors(app: FastAPI, live: LiveSnapshot) -> None:
    def answer(request: Request, problem: ProblemDocument, headers: dict[str, str] | None = None) -> Response:
        if request.url.path.startswith(("/v1", "/feeds", "/metrics", "/healthz", "/static")):
            return problem_response(problem, headers)
        with live.lease() as lease:
            page = Page(lease.connection, ServerLinks(), lease.facts).problem(problem.title, problem.detail)
        return HTMLResponse(page, problem.status, headers)

    @app.exception_handler(ProblemError)
    def on_problem(request: Request, error: ProblemError) -> Response:
        return answer(request, error.problem, error.headers)

    @app.exception_handler(RequestValidationError)
    def on_validation(request: Request, error: RequestValidationError) -> Response:
        bad = [BadParameter(parameter=str(e["loc"][-1]), reason=str(e["msg"])) for e in error.errors()]
        return answer(request, Problem.bad_parameters(bad).problem)

    @app.exception_handler(HTTPException)
    def on_http(request: Request, error: HTTPException) -> Response:
        problem = ProblemDocument(
            type=f"urn:samestory:problem:http-{error.status_code}",
            title=str(error.detail),
            status=error.status_code,
            detail=f"{request.method} {request.url.path[:200]}: {error.detail}",
        )
        return answer(request, problem, dict(error.headers or {}))

    @app.exception_handler(EncoderError)
    def on_encoder(request: Request, error: EncoderError) -> Response:
        problem = ProblemDocument(
            type="urn:samestory:problem:no-encoder", title="Texts cannot be encoded", status=503, detail=str(error)
        )
        return problem_response(problem)

    @app.exception_handler(StoreError)
    def on_store(request: Request, error: StoreError) -> Response:
        problem = ProblemDocument(
            type="urn:samestory:problem:no-snapshot", title="No snapshot can be read", status=503, detail=str(error)
        )
        return problem_response(problem, {"Retry-After": "5"})
