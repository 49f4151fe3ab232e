"""Routes of the feeds: the files the snapshot was published with, and documents of stories too many to have files."""

from __future__ import annotations

import mimetypes
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi import Path as PathParameter
from starlette.responses import Response

from clustering.web.answers import Answers
from clustering.web.live_snapshot import SnapshotLease
from clustering.web.problems import Problem, describe_problem

__all__ = ["FEED_TYPES", "make_feed_routes"]

_MAX_NAME = 200
FEED_TYPES = {
    ".json": "application/json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".parquet": "application/vnd.apache.parquet",
}
FeedPath = Annotated[
    str, PathParameter(max_length=300, pattern=r"^[A-Za-z0-9._/=-]+$", description="As in manifest.json.")
]


def make_feed_routes(answers: Answers) -> APIRouter:
    """Make the route over these answers."""
    router = APIRouter(
        tags=["feeds"], responses={404: describe_problem("No such file"), 422: describe_problem("Not a path of a feed")}
    )

    @router.get("/feeds/{path:path}", summary="A file of the feeds", response_class=Response)
    def feed(request: Request, path: FeedPath) -> Response:
        def read(lease: SnapshotLease) -> bytes:
            file = _find(lease.folder / "feeds", path)
            if file is None:
                raise Problem.not_found("feed", path)
            return file.read_bytes()

        kind = "application/feed+json" if _is_json_feed(path) else FEED_TYPES.get(Path(path).suffix)
        return answers.give(request, kind or mimetypes.guess_type(path)[0] or "application/octet-stream", read)

    return router


def _is_json_feed(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name == "feed.json" or name.endswith(".feed.json")


def _find(folder: Path, path: str) -> Path | None:
    """Give the file; None when it is not one under the folder."""
    file = folder / path
    if ".." in Path(path).parts or Path(path).is_absolute() or any(len(part) > _MAX_NAME for part in Path(path).parts):
        return None
    return file if file.is_file() and file.resolve().is_relative_to(folder.resolve()) else None
