"""The flow ``cluster``. Recent articles -> stories that keep their ids."""

from __future__ import annotations

from prefect import flow

from clustering.steps.summary import StepSummary
from flows.parameters import StepParameters
from flows.tasks import cluster_window

__all__ = ["cluster"]


@flow(name="cluster")
def cluster(parameters: StepParameters) -> StepSummary:
    """Recent articles -> stories that keep their ids."""
    return cluster_window(parameters.workspace, parameters.config, parameters.pipeline_id)
