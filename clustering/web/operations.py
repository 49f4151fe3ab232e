"""Routes for those who run the server: health and metrics."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse, PlainTextResponse

from clustering.web.answers import Answers
from clustering.web.events import SnapshotEvents
from clustering.web.metrics import Metrics

__all__ = ["make_operation_routes"]


def make_operation_routes(answers: Answers, metrics: Metrics, events: SnapshotEvents) -> APIRouter:
    """Make the routes."""
    router = APIRouter(tags=["operations"])
    live = answers.live

    @router.get("/healthz", summary="Whether a snapshot can be read, and which")
    def healthz() -> JSONResponse:
        with live.lease() as lease:
            lease.connection.execute("SELECT 1 FROM stories LIMIT 1").fetchall()
            facts = lease.facts
        content: dict[str, Any] = {
            "status": "ok",
            "snapshot_id": facts.snapshot_id,
            "published_at": facts.published_at.isoformat(),
        }
        return JSONResponse(content, headers={"Cache-Control": "no-store"})

    @router.get("/metrics", summary="Counters in Prometheus' text format", response_class=PlainTextResponse)
    def show_metrics() -> PlainTextResponse:
        facts = live.facts
        gauges = {
            "samestory_snapshot_run": ("Run of the current snapshot.", float(facts.run_id)),
            "samestory_snapshot_published_seconds": (
                "When the current snapshot was published, seconds since the epoch.",
                facts.published_at.timestamp(),
            ),
            "samestory_snapshot_stories": ("Stories of the current snapshot.", float(facts.n_stories)),
            "samestory_snapshot_articles": ("Articles of the current snapshot.", float(facts.n_articles)),
            "samestory_snapshot_switches": ("New snapshots taken up since the start.", float(live.n_switches)),
            "samestory_event_streams": ("Event streams open.", float(events.n_streams)),
            "samestory_kept_answers_given": ("Answers given from memory.", float(answers.n_hits)),
        }
        return PlainTextResponse(metrics.render(gauges), media_type="text/plain; version=0.0.4; charset=utf-8")

    return router
