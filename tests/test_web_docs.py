"""The documents of feeds, API, dashboard and analysis are true: every block runs, every route, sort, file and key they should name is named."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from clustering.config import Config, PublishConfig, SavedSearch, ServeConfig
from clustering.feeds.csv_tables import CSV_QUERIES
from clustering.feeds.schemas import SCHEMAS
from clustering.feeds.story_rows import SORTS
from clustering.store.workspace import Workspace
from clustering.web.app import make_app

DOCS = Path(__file__).resolve().parents[1] / "docs"


def read(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.filterwarnings("ignore::UserWarning")  # matplotlib warns of scripts its fonts lack
def test_the_analysis_runs_block_by_block(published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("matplotlib", reason="matplotlib is not installed (pip install 'samestory[plots]')")
    blocks = re.findall(r"```python\n(.*?)```", read("analysis.md"), re.S)
    assert len(blocks) >= 7
    names: dict[str, object] = {}
    code = (
        "\n".join(blocks)
        .replace('Path("demo-workspace")', f"Path({str(published)!r})")
        .replace('Path("docs/images")', f"Path({str(tmp_path)!r})")
    )
    exec(compile(code, "docs/analysis.md", "exec"), names)
    drawn = {path.name for path in tmp_path.glob("*.png")}
    assert drawn == set(re.findall(r"\]\(images/(.*?)\)", read("analysis.md")))
    assert drawn <= {path.name for path in (DOCS / "images").iterdir()}
    assert "outlets" in capsys.readouterr().out


def test_the_api_document_names_every_route_and_sort(published: Path) -> None:
    text = read("api.md")
    document = make_app(Workspace(published), Config()).openapi()
    for path in document["paths"]:
        assert f"`{path}" in text, path
    for sort in SORTS:
        assert f"`{sort}`" in text
    for key in ServeConfig.model_fields:
        assert f"`{key}`" in text, key


def test_the_feeds_document_names_every_file_and_key() -> None:
    text = read("feeds.md")
    for name in SCHEMAS:
        assert f"{name}.schema.json" in text, name
    for name in CSV_QUERIES:
        assert f"`{name}.csv`" in text, name
    for key in (*PublishConfig.model_fields, *SavedSearch.model_fields):
        assert f"`{key}`" in text, key


def test_no_link_of_the_documents_is_dead() -> None:
    for name in ("analysis.md", "api.md", "dashboard.md", "feeds.md"):
        for link in re.findall(r"\]\((?!https?:)([^)#]+)", read(name)):
            assert (DOCS / link).exists(), f"{name}: {link}"
