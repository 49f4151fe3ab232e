"""The flow ``pipeline``: ingest -> embed -> cluster -> publish. Each step is a flow of its own and can run alone."""

from __future__ import annotations

from prefect import flow
from prefect.runtime import flow_run

from clustering.steps.summary import StepSummary
from flows.cluster import cluster
from flows.embed import embed
from flows.ingest import ingest
from flows.parameters import PipelineParameters, StepParameters
from flows.publish import publish

__all__ = ["pipeline"]


@flow(name="pipeline")
def pipeline(parameters: PipelineParameters) -> list[StepSummary]:
    """Pages and files -> stories on screen."""
    pipeline_id = parameters.pipeline_id or str(flow_run.id or "") or None
    ingested = ingest(parameters.model_copy(update={"pipeline_id": pipeline_id}))
    step = StepParameters(workspace=parameters.workspace, config=parameters.config, pipeline_id=pipeline_id)
    return [ingested, embed(step), cluster(step), publish(step)]
