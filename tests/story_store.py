"""Workspaces with chosen stories, written straight into the store: for tests of what is published, without running the pipeline."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from clustering.config import Config
from clustering.steps.publish import run_publish
from clustering.store.articles import PageOutcome, store_outcomes, store_outlets
from clustering.store.database import open_database, transaction
from clustering.store.runs import run_step
from clustering.store.stories import (
    Assignment,
    StoryVersion,
    write_assignments,
    write_links,
    write_story_versions,
    write_threads,
    write_transitions,
)
from clustering.store.workspace import Workspace
from clustering.stories.records import StoryLink, Transition
from clustering.types import Article, Outlet, PageOrigin

__all__ = ["START", "Told", "publish_stories"]

START = datetime(2025, 2, 15, 16, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Told:
    """One article of a story; ``copies`` is the article it reprints. ``minutes`` after START, None for no date."""

    article_id: str
    title: str
    story: str | None = "s1"
    outlet: str = "a.example"
    language: str | None = "en"
    minutes: float | None = 0
    precision: Any = "minute"
    copies: str | None = None
    wire: str | None = None
    url: str | None = None
    text: str = "Some text."


def publish_stories(
    root: Path,
    told: list[Told],
    *,
    outlets: list[Outlet] | None = None,
    threads: dict[str, str] | None = None,
    headlines: dict[str, str] | None = None,
    names: dict[str, dict[str, float]] | None = None,
    config: Config | None = None,
) -> Workspace:
    """Store the articles and stories as one more run and publish; what a run before stored stays."""
    workspace, settings = Workspace(root), config or Config()
    articles = [_article(one) for one in told]
    stories = sorted({one.story for one in told if one.story})
    hosts = sorted({one.outlet for one in told})
    known = outlets if outlets is not None else [Outlet(h, h.split(".")[0].title(), "US", "en") for h in hosts]
    with open_database(workspace) as connection:
        store_outlets(connection, {outlet.host: outlet for outlet in known})
        with run_step(connection, "ingest", settings) as run:
            pages = [
                PageOutcome(a.article_id, PageOrigin("files", "x", i), "record", None, a)
                for i, a in enumerate(articles)
            ]
            store_outcomes(connection, run.run_id, pages)
        with run_step(connection, "cluster", settings) as run, transaction(connection):
            before = dict(connection.execute("SELECT story_id, n_articles FROM current_stories").fetchall())
            write_assignments(connection, run.run_id, [_assign(one, told) for one in told])
            versions = [_version(s, [t for t in told if t.story == s], headlines or {}, names or {}) for s in stories]
            write_story_versions(connection, run.run_id, versions)
            write_transitions(connection, run.run_id, [_transition(v, before.get(v.story_id)) for v in versions])
            in_threads = threads or {}
            write_threads(
                connection,
                run.run_id,
                {s: in_threads.get(s) for s in stories},
                {t: f"Thread {t}" for t in in_threads.values()},
            )
            links = [StoryLink(a, b, 0.7, 0.5, 0.6, ("rubio",), 2.0) for a, b in itertools.pairwise(stories)]
            write_links(connection, run.run_id, links)
    run_publish(workspace, settings)
    return workspace


def _article(one: Told) -> Article:
    at = None if one.minutes is None else START + timedelta(minutes=one.minutes)
    if at is not None and one.precision == "day":
        at = at.replace(hour=0, minute=0)
    role: Any = "text" if one.wire else "none"
    return Article(
        one.article_id,
        one.title,
        one.text,
        lead=one.text,
        url=one.url,
        outlet=one.outlet,
        language=one.language,
        published_at=at,
        published_precision=one.precision if at else "unknown",
        wire=one.wire,
        wire_role=role,
    )


def _assign(one: Told, told: list[Told]) -> Assignment:
    mate = next((t.article_id for t in told if t.story == one.story and t is not one), None)
    return Assignment(
        article_id=one.article_id,
        story_id=one.story,
        cluster=1 if one.story else -1,
        probability=0.9,
        joined_by=mate if one.story else None,
        joined_probability=0.8,
        joined_parts={"meaning": 0.91, "names": 0.5, "numbers": None, "hours": 2.0},
        original_id=one.copies,
        is_reprint=one.copies is not None or one.wire is not None,
        share_copied=0.9 if one.copies else 0.0,
        duplicate_group=one.copies or one.article_id,
    )


def _version(
    story: str, told: list[Told], headlines: dict[str, str], names: dict[str, dict[str, float]]
) -> StoryVersion:
    times = [START + timedelta(minutes=t.minutes) for t in told if t.minutes is not None]
    description = {
        "headline": headlines.get(story, told[0].title),
        "headline_language": told[0].language,
        "lead": told[0].text,
        "keywords": ["call"],
        "names": ["Rubio"],
        "places": [],
        "name_shares": names.get(story, {}) if names else {},
    }
    return StoryVersion(
        story,
        "active",
        len(told),
        min(times, default=None),
        max(times, default=None),
        None,
        None,
        description,
        {"cohesion": 0.8},
    )


def _transition(version: StoryVersion, n_before: int | None) -> Transition:
    if n_before is None:
        return Transition("emerged", version.story_id, (), 0, version.n_articles)
    return Transition("grew", version.story_id, (), n_before, version.n_articles, 1.0, None)
