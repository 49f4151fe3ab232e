"""``samestory serve``: the dashboard and the API over the current snapshot."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clustering.cli.app import ConfigOption, WorkspaceOption, app

__all__: list[str] = []

_DEFAULT_WORKSPACE = Path("workspace")
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@app.command()
def serve(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default only this machine reaches.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8088,
    config: ConfigOption = None,
) -> None:
    """Serve the dashboard and the read-only API of the current snapshot."""
    import socket

    import uvicorn

    from clustering.config import load_config
    from clustering.errors import InputError
    from clustering.store.workspace import Workspace
    from clustering.web.app import make_app

    opened = Workspace(workspace)
    settings = load_config(config or opened.config_file)
    application = make_app(opened, settings)
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise InputError(f"cannot listen on {host}:{port}: {error.strerror or error}") from error
    if host not in _LOOPBACK and settings.serve.token is None:
        typer.echo(
            f"warning: everybody who reaches {host} may read; set SAMESTORY_SERVE__TOKEN to ask for a token", err=True
        )
    name = f"[{host}]" if ":" in host else host
    typer.echo(f"samestory serves {workspace} at http://{name}:{listener.getsockname()[1]}/ (Ctrl-C ends)")
    server = uvicorn.Server(
        uvicorn.Config(application, log_level="warning", timeout_graceful_shutdown=5, server_header=False)
    )
    server.run(sockets=[listener])
