"""The flows with Prefect's own ephemeral server, and with a real server and worker on loopback."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
PREFECT = [sys.executable, "-m", "prefect"]


def small_corpus(folder: Path) -> Path:
    path = folder / "small.jsonl"
    rows = [
        {"id": "a1", "outlet": "one.example", "published_at": "2025-02-15T20:00:00Z", "language": "en", "title": "Rubio and Lavrov speak by phone"},
        {"id": "a2", "outlet": "two.example", "published_at": "2025-02-15T21:00:00Z", "language": "en", "title": "Rubio and Lavrov speak on the phone"},
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def prefect_environment(home: Path, url: str | None) -> dict[str, str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")}
    home.mkdir(exist_ok=True)
    environment |= {
        "PREFECT_HOME": str(home),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "DO_NOT_TRACK": "1",
        "PYTHONPATH": str(ROOT),
    }
    if url:
        environment["PREFECT_API_URL"] = url
    return environment


def test_names_of_file_function_flow_and_deployment_agree() -> None:
    deployments = yaml.safe_load((ROOT / "prefect.yaml").read_text(encoding="utf-8"))["deployments"]
    code = "import json\n" + "".join(
        f"from flows.{name} import {name}\n" for name in ("ingest", "embed", "cluster", "publish", "pipeline")
    )
    code += "print(json.dumps([f.name for f in (ingest, embed, cluster, publish, pipeline)]))"
    with_warnings = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert json.loads(with_warnings.stdout) == ["ingest", "embed", "cluster", "publish", "pipeline"]
    for deployment in deployments:
        name = deployment["name"]
        assert deployment["entrypoint"] == f"flows/{name}.py:{name}"
        assert deployment["schedules"], f"{name} has no schedule"


@pytest.mark.server
def test_pipeline_runs_on_the_ephemeral_server(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    result = subprocess.run(
        [sys.executable, "-m", "clustering.cli", "run", "--prefect", "-w", str(workspace), str(small_corpus(tmp_path))],
        capture_output=True, text=True, check=False, timeout=200, cwd=tmp_path, env=prefect_environment(tmp_path / "home", None),
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert (workspace / "current" / "samestory.duckdb").is_file()
    assert "ingest: 2 pages" in result.stdout


@pytest.fixture
def server(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A real Prefect server process on a free loopback port; gives the environment of its clients."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = prefect_environment(tmp_path / "home", url)
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [*PREFECT, "server", "start", "--host", "127.0.0.1", "--port", str(port)],
        env=environment,
        stdout=log,
        stderr=log,
    )
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                with urllib.request.urlopen(f"{url}/health", timeout=2):
                    break
            except (urllib.error.URLError, OSError):
                assert process.poll() is None, (tmp_path / "server.log").read_text()
                assert time.monotonic() < deadline, (tmp_path / "server.log").read_text()
                time.sleep(0.5)
        yield environment
    finally:
        process.terminate()
        process.wait(20)
        log.close()


@pytest.mark.server
@pytest.mark.slow
def test_the_deployment_of_prefect_yaml_completes_on_a_real_server(server: dict[str, str], tmp_path: Path) -> None:
    workspace = tmp_path / "w"

    def prefect(*arguments: str, timeout: float = 120) -> str:
        done = subprocess.run(
            [*PREFECT, *arguments], env=server, cwd=ROOT, capture_output=True, text=True, check=False, timeout=timeout
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    prefect("work-pool", "create", "--type", "process", "samestory")
    prefect("--no-prompt", "deploy", "--name", "pipeline")
    parameters = {"workspace": str(workspace), "paths": [str(small_corpus(tmp_path))]}
    prefect("deployment", "run", "pipeline/pipeline", "--param", f"parameters={json.dumps(parameters)}")
    prefect("worker", "start", "--pool", "samestory", "--run-once", timeout=200)

    def post(path: str, body: object) -> list[dict[str, object]]:
        request = urllib.request.Request(
            server["PREFECT_API_URL"] + path, json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            found: list[dict[str, object]] = json.load(answer)
            return found

    deployments = post("/deployments/filter", {})
    assert [(d["name"], d["schedules"][0]["schedule"]["cron"]) for d in deployments] == [("pipeline", "*/30 * * * *")]  # type: ignore[index]
    deadline = time.monotonic() + 120
    while True:
        runs = post(
            "/flow_runs/filter",
            {"flows": {"name": {"any_": ["pipeline"]}}, "flow_runs": {"state": {"type": {"not_any_": ["SCHEDULED"]}}}},
        )
        if runs and all(run["state_type"] in ("COMPLETED", "FAILED", "CRASHED") for run in runs):
            break
        assert time.monotonic() < deadline, runs
        time.sleep(1)
    assert [run["state_name"] for run in runs] == ["Completed"]
    assert (workspace / "current" / "samestory.duckdb").is_file()
