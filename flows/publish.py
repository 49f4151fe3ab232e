"""The flow ``publish``. The current stories -> a read-only snapshot."""

from __future__ import annotations

from prefect import flow

from clustering.steps.summary import StepSummary
from flows.parameters import StepParameters
from flows.tasks import publish_current

__all__ = ["publish"]


@flow(name="publish")
def publish(parameters: StepParameters) -> StepSummary:
    """The current stories -> a read-only snapshot."""
    return publish_current(parameters.workspace, parameters.config, parameters.pipeline_id)
