"""Commands that do: run, ingest, embed, cluster, publish."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clustering.cli.app import EXIT_PAGES_FAILED, ConfigOption, WorkspaceOption, app

if TYPE_CHECKING:
    from clustering.config import Config
    from clustering.steps.summary import StepSummary
    from clustering.store.workspace import Workspace

__all__ = ["open_workspace", "tell"]

PathsArgument = Annotated[
    list[Path] | None,
    typer.Argument(
        help="Files and folders: JSONL, CSV, Parquet, HTML, text, WARC. None: only the sources of the config's sources_file.",
        show_default=False,
    ),
]
_DEFAULT_WORKSPACE = Path("workspace")
_SHOWN = {"window": "articles in the window", "dimension": "dimensions", "changed": "assignments changed"}


def open_workspace(workspace: Path, config: Path | None) -> tuple[Workspace, Config]:
    """Give the workspace and its config: the file given, else the workspace's own, else the defaults."""
    from clustering.config import load_config
    from clustering.store.workspace import Workspace

    opened = Workspace(workspace)
    return opened, load_config(config or opened.config_file)


def tell(summary: StepSummary) -> None:
    """Print one line that says what a step counted."""
    counts = ", ".join(
        f"{value:,} {_SHOWN.get(name, name)}" for name, value in summary.counts.items() if value or ":" not in name
    )
    typer.echo(f"{summary.step}: {counts} ({summary.seconds:.1f} s)")


def _exit_for(summary: StepSummary, workspace: Path) -> None:
    if summary.n_failed_pages:
        typer.echo(
            f"{summary.n_failed_pages} of {summary.counts['pages']} pages did not become articles: see `samestory status --workspace {workspace}`",
            err=True,
        )
        raise typer.Exit(EXIT_PAGES_FAILED)


@app.command()
def run(
    paths: PathsArgument = None,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    prefect: Annotated[
        bool, typer.Option("--prefect", help="Run as the Prefect flow `pipeline` instead of plain steps.")
    ] = False,
) -> None:
    """Do everything: ingest PATHS, embed, cluster, publish."""
    from clustering.cli.console import ConsoleProgress

    opened, settings = open_workspace(workspace, config)
    if prefect:
        from flows.parameters import PipelineParameters
        from flows.pipeline import pipeline

        summaries = pipeline(PipelineParameters(workspace=workspace, paths=paths or [], config=config))
        for each in summaries:
            tell(each)
        _exit_for(summaries[0], workspace)
        return
    from clustering.steps.cluster import run_cluster
    from clustering.steps.embed import run_embed
    from clustering.steps.ingest import run_ingest
    from clustering.steps.publish import run_publish

    progress, pipeline_id = ConsoleProgress(), uuid.uuid4().hex[:12]
    with opened.hold():
        ingested = run_ingest(opened, settings, paths or [], progress=progress, pipeline_id=pipeline_id)
        tell(ingested)
        for step in (run_embed, run_cluster, run_publish):
            tell(step(opened, settings, progress=progress, pipeline_id=pipeline_id))
    _exit_for(ingested, workspace)


@app.command()
def ingest(
    paths: PathsArgument = None,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    from_raw: Annotated[
        bool, typer.Option("--from-raw", help="Extract every kept raw page again with today's code.")
    ] = False,
) -> None:
    """Read PATHS, and what is new at the config's sources, into articles."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.ingest import run_ingest

    opened, settings = open_workspace(workspace, config)
    summary = run_ingest(opened, settings, paths or [], from_raw=from_raw, progress=ConsoleProgress())
    tell(summary)
    _exit_for(summary, workspace)


@app.command()
def embed(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Embed the whole archive, not only what the next cluster run needs.")
    ] = False,
) -> None:
    """Give every new article a vector."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.embed import run_embed

    opened, settings = open_workspace(workspace, config)
    tell(run_embed(opened, settings, everything=everything, progress=ConsoleProgress()))


@app.command()
def cluster(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, config: ConfigOption = None) -> None:
    """Cluster the window of recent articles into stories that keep their ids."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.cluster import run_cluster

    opened, settings = open_workspace(workspace, config)
    tell(run_cluster(opened, settings, progress=ConsoleProgress()))


@app.command()
def publish(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    site: Annotated[
        Path | None, typer.Option(help="Also write the dashboard as a static site into this folder, for any web host.")
    ] = None,
) -> None:
    """Write a read-only snapshot of the stories and switch to it."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.publish import run_publish

    opened, settings = open_workspace(workspace, config)
    tell(run_publish(opened, settings, progress=ConsoleProgress()))
    if site is not None:
        from clustering.web.site import build_site

        n_pages = build_site(opened.current_snapshot(), site, settings.publish, progress=ConsoleProgress())
        typer.echo(f"site: {n_pages:,} pages in {site}")
