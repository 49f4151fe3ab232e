"""Templates to HTML: one environment, the filters, and what every page knows (links, the snapshot).

Takes a template's name and its data, gives HTML. Autoescape is on for everything; text from outside goes through ``safe_text`` first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import duckdb
import jinja2
from markupsafe import Markup

from clustering.feeds.file_names import file_name
from clustering.feeds.membership import explain_membership
from clustering.feeds.safe_text import safe_url, shorten
from clustering.feeds.story_rows import StoryRow
from clustering.web.captions import (
    RTL_LANGUAGES,
    format_span,
    format_time,
    name_country,
    name_language,
)
from clustering.web.charts import draw_share, draw_sparkline
from clustering.web.links import Links
from clustering.web.palette import language_class

__all__ = ["SnapshotFacts", "read_facts", "render_page"]


@dataclass(frozen=True, slots=True)
class SnapshotFacts:
    """Which snapshot a page shows."""

    snapshot_id: str
    run_id: int
    published_at: datetime
    n_stories: int
    n_articles: int
    n_outlets: int
    n_threads: int


def read_facts(connection: duckdb.DuckDBPyConnection) -> SnapshotFacts:
    """Read the facts of an open snapshot."""
    row = connection.execute(
        "SELECT snapshot_id, run_id, published_at, (SELECT count(*) FROM stories), (SELECT count(*) FROM articles),"
        " (SELECT count(*) FROM outlets WHERE n_articles > 0), (SELECT count(*) FROM threads) FROM meta"
    ).fetchone()
    assert row is not None
    return SnapshotFacts(*row)


def render_page(template: str, links: Links, snapshot: SnapshotFacts, **data: Any) -> str:
    """Render one page."""
    return _environment().get_template(template).render({"links": links, "snapshot": snapshot, "query": "", **data})


@lru_cache(maxsize=1)
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("clustering.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(
        {
            "time": format_time,
            "span": format_span,
            "short": shorten,
            "safe_url": safe_url,
            "language": name_language,
            "country": name_country,
            "language_class": language_class,
            "direction": _direction,
            "file_name": file_name,
            "why": explain_membership,
            "sparkline": _sparkline,
            "share": _share,
            "share_of": lambda pair: draw_share(*pair),
        }
    )
    return environment


def _direction(language: str | None) -> str:
    if not language:
        return "auto"
    return "rtl" if language in RTL_LANGUAGES else "ltr"


def _sparkline(growth: tuple[int, ...]) -> Markup:
    return draw_sparkline(growth, label="Arrivals over the story's life")


def _share(story: StoryRow) -> Markup:
    return draw_share(story.n_originals, story.n_reprints)
