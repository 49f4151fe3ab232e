"""What every test stands on: no network beyond loopback, and one published workspace of the sample corpus."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long one example takes says more about the machine than about the code; pytest-timeout ends what hangs.
settings.register_profile("samestory", deadline=None)
settings.load_profile("samestory")

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT / "samples" / "corpus"


def _is_local(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut the network: connecting anywhere but loopback fails the test."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a workspace with the sample corpus run through the real steps and published. Read only."""
    from clustering.config import load_config
    from clustering.steps.cluster import run_cluster
    from clustering.steps.embed import run_embed
    from clustering.steps.ingest import run_ingest
    from clustering.steps.publish import run_publish
    from clustering.store.workspace import Workspace

    root = tmp_path_factory.mktemp("published")
    workspace, config = Workspace(root), load_config(ROOT / "configs" / "demo.toml")
    run_ingest(workspace, config, [CORPUS / "articles.jsonl"])
    run_embed(workspace, config)
    run_cluster(workspace, config)
    run_publish(workspace, config)
    return root
