"""The real server in a thread, for tests that need a socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import uvicorn

from clustering.config import Config, ServeConfig
from clustering.store.workspace import Workspace
from clustering.web.app import make_app

__all__ = ["run_server"]


def run_server(workspace: Workspace, **settings: Any) -> tuple[str, Callable[[], None]]:
    """Start the server; give its address and what stops it."""
    config = Config(serve=ServeConfig(requests_per_second=100_000, burst=100_000, **settings))
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(make_app(workspace, config), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)

    def stop() -> None:
        server.should_exit = True
        thread.join(10)
        listener.close()

    return f"http://127.0.0.1:{listener.getsockname()[1]}", stop
