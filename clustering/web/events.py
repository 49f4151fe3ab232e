"""Server-sent events: a line to every listener when a new snapshot is published.

One watcher per stream looks at the link twice a second; a comment every 15 s keeps proxies from closing the stream.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import StreamingResponse

from clustering.web.live_snapshot import LiveSnapshot
from clustering.web.problems import ProblemDocument, ProblemError
from clustering.web.rendering import SnapshotFacts

__all__ = ["SnapshotEvents"]

_LOOK_SECONDS = 0.5
_KEEP_ALIVE_SECONDS = 15.0


class SnapshotEvents:
    """The event streams of one server."""

    def __init__(self, live: LiveSnapshot, *, max_streams: int) -> None:
        self._live = live
        self._max_streams = max_streams
        self.n_streams = 0

    def stream(self, request: Request) -> StreamingResponse:
        """Open a stream: first the current snapshot, then each new one. Errors: 503 when too many are open."""
        if self.n_streams >= self._max_streams:
            raise ProblemError(
                ProblemDocument(
                    type="urn:samestory:problem:too-many-streams",
                    title="Too many event streams",
                    status=503,
                    detail=f"{self._max_streams} streams are open",
                ),
                {"Retry-After": "30"},
            )
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._tell(request), media_type="text/event-stream", headers=headers)

    async def _tell(self, request: Request) -> AsyncIterator[str]:
        self.n_streams += 1
        try:
            told, silent = "", 0.0
            while not await request.is_disconnected():
                tag = await asyncio.to_thread(lambda: self._live.tag)
                if tag != told:
                    told, silent = tag, 0.0
                    yield _event(self._live.facts)
                elif silent >= _KEEP_ALIVE_SECONDS:
                    silent = 0.0
                    yield ": still here\n\n"
                await asyncio.sleep(_LOOK_SECONDS)
                silent += _LOOK_SECONDS
        finally:
            self.n_streams -= 1


def _event(facts: SnapshotFacts) -> str:
    data = {
        "snapshot_id": facts.snapshot_id,
        "run_id": facts.run_id,
        "published_at": facts.published_at.isoformat(),
        "n_stories": facts.n_stories,
        "n_articles": facts.n_articles,
    }
    return f"event: snapshot\nid: {facts.snapshot_id}\ndata: {json.dumps(data)}\n\n"
