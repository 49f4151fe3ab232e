"""The flow ``ingest``. Pages and files -> articles in the store."""

from __future__ import annotations

from prefect import flow

from clustering.steps.summary import StepSummary
from flows.parameters import PipelineParameters
from flows.tasks import ingest_paths

__all__ = ["ingest"]


@flow(name="ingest")
def ingest(parameters: PipelineParameters) -> StepSummary:
    """Pages and files -> articles in the store."""
    return ingest_paths(parameters.workspace, parameters.config, parameters.paths, parameters.pipeline_id)
