"""The public surface is small and exact: every ``__all__`` names what is there, and importing stays light."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    for folder in ("clustering", "flows")
    for path in (ROOT / folder).rglob("*.py")
    if path.name != "__main__.py"
)
NOT_HERE = {"flows.tasks", "flows.ingest", "flows.embed", "flows.cluster", "flows.publish", "flows.pipeline"}
"""Importing these starts Prefect, whose own imports warn; tests/test_flows.py runs them in processes of their own."""


@pytest.mark.parametrize("name", [name for name in MODULES if name not in NOT_HERE])
def test_all_names_exist_and_are_sorted_out(name: str) -> None:
    tree = ast.parse(_path(name).read_text("utf-8"))
    public = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    }
    module = importlib.import_module(name)
    listed = set(getattr(module, "__all__", ()))
    assert not [n for n in listed if not hasattr(module, n)]
    if "cli" not in name.split("."):
        assert public <= listed, (
            f"{name} defines {sorted(public - listed)} without listing them in __all__ or marking them private"
        )


def test_a_module_says_what_it_is_for() -> None:
    silent = [name for name in MODULES if not _docstring(name) and _has_code(name)]
    assert silent == []


def _path(name: str) -> Path:
    path = ROOT / name.replace(".", "/")
    return path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"


def _docstring(name: str) -> str | None:
    return ast.get_docstring(ast.parse(_path(name).read_text("utf-8")))


def _has_code(name: str) -> bool:
    return bool(_path(name).read_text("utf-8").strip())


def test_importing_the_package_is_light() -> None:
    code = (
        "import sys, clustering, clustering.config, clustering.errors, clustering.types; print(' '.join(sys.modules))"
    )
    modules = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not modules & {
        "torch",
        "prefect",
        "hdbscan",
        "duckdb",
        "numpy",
        "sentence_transformers",
        "trafilatura",
        "lingua",
    }
