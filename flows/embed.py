"""The flow ``embed``. Articles without a vector -> vectors in the store."""

from __future__ import annotations

from prefect import flow

from clustering.steps.summary import StepSummary
from flows.parameters import StepParameters
from flows.tasks import embed_new_articles

__all__ = ["embed"]


@flow(name="embed")
def embed(parameters: StepParameters) -> StepSummary:
    """Articles without a vector -> vectors in the store."""
    return embed_new_articles(parameters.workspace, parameters.config, parameters.pipeline_id)
