"""The typer application and what every command shares: options, error lines, exit statuses.

Exit status: 0 done; 2 cannot run (bad argument, config, file, database); 3 done, but some pages were rejected or
quarantined; 1 a bug, with a traceback.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Annotated

import typer

from clustering.errors import SamestoryError

__all__ = ["EXIT_PAGES_FAILED", "ConfigOption", "JsonOption", "WorkspaceOption", "app", "run_app"]

EXIT_PAGES_FAILED = 3

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="Folder that holds everything samestory keeps.", show_default=True)
]
ConfigOption = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="TOML config; default: WORKSPACE/samestory.toml, else the shipped defaults."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print a JSON list of objects instead of a table.")]

app = typer.Typer(
    name="samestory",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Which outlets tell the same story: from pages to stories across outlets, languages and time.",
)


def _show_version(value: bool) -> None:
    if value:
        from clustering import __version__

        typer.echo(f"samestory {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    return None


def run_app() -> None:
    """Register the commands and run. ``SamestoryError`` becomes one line and status 2."""
    from clustering.cli import (  # noqa: F401 - they register their commands
        correct,
        demo,
        encoder,
        evaluation,
        forget,
        pipeline,
        reading,
        serve,
        sources,
        threads,
        training,
        why,
    )

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # a terminal that knows no Cyrillic shows escapes, not a traceback
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except SamestoryError as error:
        typer.echo(f"samestory: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
