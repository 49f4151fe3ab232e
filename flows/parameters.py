"""What a flow is told: bounded pydantic models that carry paths and names, never data."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

__all__ = ["PipelineParameters", "StepParameters"]


class StepParameters(BaseModel):
    """Parameters of a step that needs nothing but the workspace."""

    model_config = ConfigDict(extra="forbid")

    workspace: Path = Field(description="Folder that holds everything samestory keeps")
    config: Path | None = Field(
        default=None, description="TOML config; default: the workspace's, else the shipped defaults"
    )
    pipeline_id: str | None = Field(default=None, max_length=64, description="Same for all steps of one pipeline run")


class PipelineParameters(StepParameters):
    """Parameters of ingest and of the whole pipeline."""

    paths: list[Path] = Field(
        default_factory=list, max_length=10_000, description="Files and folders to ingest, before the config's sources"
    )
