"""While another run is at work: whole runs keep out of each other's way, and status still answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from clustering.cli.status_report import print_status_report
from clustering.errors import StoreBusy
from clustering.store.workspace import Workspace

HOLD = """
import sys, time
from pathlib import Path
from clustering.store.database import open_database
from clustering.store.workspace import Workspace
workspace = Workspace(Path(sys.argv[1]))
with workspace.hold(), open_database(workspace):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_and_status_tells_the_last_snapshot(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import shutil

    root = tmp_path / "copy"
    shutil.copytree(published, root, symlinks=True)
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(root)], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(StoreBusy, match="another run is at work"), Workspace(root).hold():
            pass
        print_status_report(root, as_json=False)
        assert "a step is running" in capsys.readouterr().out
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout is not None:
            holder.stdout.close()
    with Workspace(root).hold():
        print_status_report(root, as_json=False)
    assert "pages = " in capsys.readouterr().out
