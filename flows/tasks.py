"""The coarse tasks the flows are made of: one per step. They take paths and ids and give a summary; data stays in the store.

Every task is idempotent, so a retry or a second run does no harm. The store takes one writer: the steps of one workspace run one
after another, and a workspace held by another process is worth a retry.
"""

from __future__ import annotations

from pathlib import Path

from prefect import task
from prefect.logging import get_run_logger

from clustering.config import Config, load_config
from clustering.errors import StoreBusy
from clustering.steps.cluster import run_cluster
from clustering.steps.embed import run_embed
from clustering.steps.ingest import run_ingest
from clustering.steps.publish import run_publish
from clustering.steps.summary import StepSummary
from clustering.store.workspace import Workspace
from flows.progress import LoggedProgress

__all__ = ["cluster_window", "embed_new_articles", "ingest_paths", "publish_current"]


def _open(workspace: Path, config: Path | None) -> tuple[Workspace, Config]:
    opened = Workspace(workspace)
    return opened, load_config(config or opened.config_file)


def _is_worth_a_retry(task: object, task_run: object, state: object) -> bool:
    """Only a busy store passes by itself; a bad path or config does not."""
    result = state.result(raise_on_failure=False)  # type: ignore[attr-defined]
    return isinstance(result, StoreBusy)


@task(retries=5, retry_delay_seconds=10, retry_condition_fn=_is_worth_a_retry, task_run_name="ingest-paths")
def ingest_paths(workspace: Path, config: Path | None, paths: list[Path], pipeline_id: str | None) -> StepSummary:
    opened, settings = _open(workspace, config)
    return run_ingest(opened, settings, paths, progress=LoggedProgress(get_run_logger()), pipeline_id=pipeline_id)


@task(retries=5, retry_delay_seconds=10, retry_condition_fn=_is_worth_a_retry, task_run_name="embed-new-articles")
def embed_new_articles(workspace: Path, config: Path | None, pipeline_id: str | None) -> StepSummary:
    opened, settings = _open(workspace, config)
    return run_embed(opened, settings, progress=LoggedProgress(get_run_logger()), pipeline_id=pipeline_id)


@task(retries=5, retry_delay_seconds=10, retry_condition_fn=_is_worth_a_retry, task_run_name="cluster-window")
def cluster_window(workspace: Path, config: Path | None, pipeline_id: str | None) -> StepSummary:
    opened, settings = _open(workspace, config)
    return run_cluster(opened, settings, progress=LoggedProgress(get_run_logger()), pipeline_id=pipeline_id)


@task(retries=5, retry_delay_seconds=10, retry_condition_fn=_is_worth_a_retry, task_run_name="publish-current")
def publish_current(workspace: Path, config: Path | None, pipeline_id: str | None) -> StepSummary:
    opened, settings = _open(workspace, config)
    return run_publish(opened, settings, progress=LoggedProgress(get_run_logger()), pipeline_id=pipeline_id)
