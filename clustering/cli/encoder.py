"""Commands about encoders: ``samestory encoder show|switch`` and ``samestory train-encoder``."""

from __future__ import annotations

from pathlib import Path

import typer

from clustering.cli.app import ConfigOption, JsonOption, WorkspaceOption, app
from clustering.cli.pipeline import open_workspace, tell

__all__: list[str] = []

encoder = typer.Typer(no_args_is_help=True, help="Show the encoder in use, or switch the active window to another.")
app.add_typer(encoder, name="encoder")
_DEFAULT_WORKSPACE = Path("workspace")


@encoder.command()
def show(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """List the encoders that made vectors in this workspace, and the one the config asks for."""
    from clustering.cli.console import print_json, print_table
    from clustering.store.database import open_database
    from clustering.vectors.encoder import load_encoder

    opened, settings = open_workspace(workspace, config)
    opened.require()
    loaded = load_encoder(settings.encoder)
    with open_database(opened, read_only=True) as connection:
        rows = connection.execute(
            "SELECT e.fingerprint, e.dimension, count(v.content_hash) AS vectors, e.fingerprint = ? AS configured"
            " FROM encoders e LEFT JOIN vectors v USING (fingerprint) GROUP BY ALL ORDER BY min(e.first_run_id), e.fingerprint",
            [loaded.fingerprint],
        ).fetchall()
    if all(not row[3] for row in rows):
        rows.append((loaded.fingerprint, loaded.dimension, 0, True))
    (print_json if as_json else print_table)(["fingerprint", "dimension", "vectors", "configured"], rows)


@encoder.command()
def switch(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, config: ConfigOption = None) -> None:
    """Embed the active window with the config's encoder, cluster it again, publish. Stories keep their ids by their members."""
    from clustering.cli.console import ConsoleProgress
    from clustering.steps.cluster import run_cluster
    from clustering.steps.embed import run_embed
    from clustering.steps.publish import run_publish

    opened, settings = open_workspace(workspace, config)
    for step in (run_embed, run_cluster, run_publish):
        tell(step(opened, settings, progress=ConsoleProgress()))
