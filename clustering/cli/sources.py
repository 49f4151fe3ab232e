"""Commands about what comes in: ``samestory doctor`` and ``samestory quarantine list|retry|drop``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clustering.cli.app import ConfigOption, JsonOption, WorkspaceOption, app
from clustering.cli.pipeline import open_workspace, tell

__all__: list[str] = []

quarantine = typer.Typer(no_args_is_help=True, help="Pages on which our own code failed: list, try again, drop.")
app.add_typer(quarantine, name="quarantine")
_DEFAULT_WORKSPACE = Path("workspace")


@app.command()
def doctor(
    source: Annotated[str, typer.Argument(help="Address of an rss, a sitemap or a page.")],
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try one source and explain what it gives. Exit status 1 when a check fails."""
    from clustering.cli.console import print_json, print_text
    from clustering.config import load_config
    from clustering.pages.doctor import examine_source

    report = examine_source(source, load_config(config))
    if as_json:
        print_json(["check", "ok", "detail"], [(c.name, c.is_ok, c.detail) for c in report.checks])
    else:
        print_text(f"{report.url}: {report.kind}")
        for check in report.checks:
            mark = {True: "ok  ", False: "FAIL", None: "    "}[check.is_ok]
            print_text(f"  {mark} {check.name}: {check.detail}")
        for suggestion in report.suggestions:
            print_text(f"  try: {suggestion}")
    if not report.is_ok:
        raise typer.Exit(1)


@quarantine.command("list")
def list_pages(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:
    """List quarantined pages: key, when, where, what failed."""
    from clustering.cli.console import print_json, print_table
    from clustering.pages.quarantine import Quarantine

    opened, _ = open_workspace(workspace, None)
    opened.require()
    rows = [
        (q.key, q.at, q.page.origin.describe(), q.step, q.error) for q in Quarantine(opened.quarantine).list_items()
    ]
    (print_json if as_json else print_table)(["key", "at", "page", "step", "error"], rows)


@quarantine.command()
def retry(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, config: ConfigOption = None) -> None:
    """Try every quarantined page again with today's code; what works now is stored and leaves quarantine."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.retry import run_retry

    opened, settings = open_workspace(workspace, config)
    tell(run_retry(opened, settings, progress=ConsoleProgress()))


@quarantine.command()
def drop(
    keys: Annotated[list[str], typer.Argument(help="Keys, as `samestory quarantine list` shows them.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
) -> None:
    """Give quarantined pages up: they become rejects, and their bytes are removed."""
    from clustering.steps.retry import run_drop

    opened, settings = open_workspace(workspace, config)
    tell(run_drop(opened, settings, keys))
