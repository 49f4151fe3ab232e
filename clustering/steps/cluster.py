"""Cluster: the window of recent articles -> clusters -> stories that keep their ids -> threads.

Reads the window, decides (near-duplicates, clusters, story identity, threads: all pure), and stores everything the run decided
in one transaction. Run again on the same input it changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import duckdb
import numpy as np
from numpy.typing import NDArray

from clustering.articles.context import load_context
from clustering.articles.duplicates import DuplicateGroups, find_near_duplicates
from clustering.clusters.engine import Clustering, ClusterInput, cluster_articles
from clustering.config import Config
from clustering.errors import StoreError
from clustering.progress import Progress, SilentProgress, tell_stages
from clustering.steps.run_corrections import RunCorrections, read_run_corrections
from clustering.steps.story_trust import add_trust, collect_edges
from clustering.steps.story_versions import decide_versions
from clustering.steps.summary import StepSummary
from clustering.store.corrections import read_assigned_stories, write_contests
from clustering.store.database import open_database, transaction
from clustering.store.runs import hash_cluster_input, is_done_before, run_step
from clustering.store.stories import (
    Assignment,
    read_all_story_ids,
    read_known_stories,
    write_assignments,
    write_links,
    write_story_versions,
    write_threads,
    write_transitions,
)
from clustering.store.vectors import count_unembedded
from clustering.store.window import ArticleWindow, find_window_start, read_window
from clustering.store.workspace import Workspace
from clustering.stories.coverage import is_reprint
from clustering.stories.identity import match_stories
from clustering.stories.records import ArticleRow, KnownStory, NewCluster, StoryMatch
from clustering.stories.trust import TrustEdge

__all__ = ["run_cluster"]

_TEXT_CHARS = 4_000
"""How much of a text near-duplicates and features look at."""


def run_cluster(
    workspace: Workspace, config: Config, *, progress: Progress | None = None, pipeline_id: str | None = None
) -> StepSummary:
    """Cluster the window; nothing is done when nothing it depends on has changed since the run before.

    Counts: ``window`` (articles looked at), ``clustered``, ``stories`` (touched by the window), ``reprints``, ``changed``
    (assignments written), one per kind of transition, ``threads``.
    Errors: ``StoreMissing``; ``StoreError`` when articles have no vector of the configured encoder.
    """
    from clustering.vectors.encoder import find_fingerprint

    started = time.monotonic()
    progress = progress or SilentProgress()
    workspace.require()
    fingerprint = find_fingerprint(config.encoder)
    with (
        open_database(workspace) as connection,
        run_step(connection, "cluster", config, pipeline_id=pipeline_id) as run,
    ):
        run.encoder = fingerprint
        run.input_hash = hash_cluster_input(connection, config, fingerprint)
        if is_done_before(connection, "cluster", run.input_hash):
            run.counts.update(window=0, changed=0)
            return StepSummary("cluster", run.run_id, dict(run.counts), time.monotonic() - started)
        since = find_window_start(connection, config.cluster.window_days, config.cluster.horizon_hours)
        if since is None:
            run.counts.update(window=0, clustered=0, stories=0)
            return StepSummary("cluster", run.run_id, dict(run.counts), time.monotonic() - started)
        missing = count_unembedded(connection, fingerprint, since)
        if missing:
            raise StoreError(f"{missing} articles have no vector of {fingerprint}: run `samestory embed` first")
        corrections = read_run_corrections(connection)
        window = read_window(connection, since, fingerprint, text_chars=_TEXT_CHARS, also=corrections.needed)
        decision = _decide(connection, window, since, fingerprint, corrections, config, progress)
        reprints = {a.article_id for a in decision.assignments if a.is_reprint}
        stories = decide_versions(
            connection, decision.match, decision.known, fingerprint, _newest(window), reprints, config
        )
        with transaction(connection):
            n_changed = write_assignments(connection, run.run_id, decision.assignments)
            vectors = dict(zip(window.ids, window.vectors, strict=True))
            versions = add_trust(
                connection, stories.versions, vectors, decision.edges, stories.links, stories.centroids
            )
            write_story_versions(connection, run.run_id, versions)
            write_transitions(connection, run.run_id, decision.match.transitions)
            write_threads(connection, run.run_id, stories.thread_ids, stories.thread_titles)
            if stories.versions:
                write_links(connection, run.run_id, stories.links)
            contests = corrections.contest(window.ids, read_assigned_stories(connection), decision.clustering.pairs)
            write_contests(connection, run.run_id, contests)
        run.counts.update(
            window=len(window.ids),
            clustered=int((decision.clustering.labels >= 0).sum()),
            stories=len(decision.match.story_ids),
            reprints=len(reprints),
            changed=n_changed,
            threads=len(stories.thread_titles),
        )
        if corrections.effective:
            run.counts.update(
                corrections=len(corrections.effective), contested=len({c.correction_id for c in contests})
            )
        for transition in decision.match.transitions:
            run.counts[transition.kind] = run.counts.get(transition.kind, 0) + 1
        return StepSummary("cluster", run.run_id, dict(run.counts), time.monotonic() - started)


@dataclass(frozen=True, slots=True)
class _Decision:
    clustering: Clustering
    known: list[KnownStory]
    match: StoryMatch
    assignments: list[Assignment]
    edges: dict[str, list[TrustEdge]]


def _decide(
    connection: duckdb.DuckDBPyConnection,
    window: ArticleWindow,
    since: datetime,
    fingerprint: str,
    corrections: RunCorrections,
    config: Config,
    progress: Progress,
) -> _Decision:
    wires = load_context(config).wires
    duplicates = find_near_duplicates(
        window.ids,
        window.titles,
        window.texts,
        window.published_hours,
        window.outlets,
        [wire if role == "text" else None for wire, role in zip(window.wires, window.wire_roles, strict=True)],
        horizon_hours=config.cluster.horizon_hours,
        min_share=config.ingest.copied_share,
        precisions=window.precisions,
        canonical_urls=window.canonical_urls,
        languages=window.languages,
        wire_hosts=wires.by_host,
        wire_languages={name: wire.languages for name, wire in wires.wires.items()},
    )
    must_link, cannot_link = corrections.pairs_within(window.ids)
    inputs = ClusterInput(
        ids=window.ids,
        titles=window.titles,
        leads=window.texts,
        languages=window.languages,
        published_hours=window.published_hours,
        outlets=window.outlets,
        vectors=window.vectors,
        duplicate_groups=duplicates.group,
        must_link=must_link,
        cannot_link=cannot_link,
    )
    clustering = cluster_articles(inputs, config.cluster, progress=tell_stages(progress))
    clustering = replace(clustering, labels=corrections.enforce(window.ids, clustering.labels, clustering.pairs))
    known = read_known_stories(connection, window.ids, since, fingerprint)
    match = match_stories(
        known,
        _collect_clusters(window, clustering.labels),
        config.story,
        taken=read_all_story_ids(connection),
        window=window.ids,
        now=_newest(window),
        merged=corrections.merged,
    )
    kinds = dict(connection.execute("SELECT outlet, kind FROM outlets").fetchall())
    edges = collect_edges(window.ids, clustering.labels, clustering.pairs, duplicates.original, match.story_ids)
    return _Decision(clustering, known, match, _assign(window, clustering, duplicates, match, kinds), edges)


def _collect_clusters(window: ArticleWindow, labels: NDArray[np.int64]) -> list[NewCluster]:
    clusters = []
    order = np.argsort(labels, kind="stable")
    for part in np.split(order, np.flatnonzero(np.diff(labels[order])) + 1):
        if not len(part) or labels[part[0]] < 0:
            continue
        hours = window.published_hours[part]
        dated = hours[np.isfinite(hours)]
        clusters.append(
            NewCluster(
                label=int(labels[part[0]]),
                members=frozenset(window.ids[i] for i in part),
                centroid=_mean_unit(window.vectors[part]),
                first_at=_hours_to_time(dated.min()) if len(dated) else None,
                last_at=_hours_to_time(dated.max()) if len(dated) else None,
            )
        )
    return clusters


def _assign(
    window: ArticleWindow,
    clustering: Clustering,
    duplicates: DuplicateGroups,
    match: StoryMatch,
    kinds: Mapping[str, str],
) -> list[Assignment]:
    story_of = {article_id: story_id for story_id, members in match.members.items() for article_id in members}
    assignments = []
    for i, article_id in enumerate(window.ids):
        original = int(duplicates.original[i])
        outlet = window.outlets[i]
        row = ArticleRow(
            article_id,
            outlet=outlet,
            wire=window.wires[i],
            wire_role=window.wire_roles[i],  # type: ignore[arg-type]
            original_id=window.ids[original],
            outlet_kind="wire" if outlet is not None and kinds.get(outlet) == "wire" else "outlet",
        )
        edge = clustering.edges.get(i)
        assignments.append(
            Assignment(
                article_id=article_id,
                story_id=story_of.get(article_id),
                cluster=int(clustering.labels[i]),
                probability=float(clustering.probabilities[i]),
                joined_by=window.ids[edge.partner] if edge else None,
                joined_probability=edge.probability if edge else None,
                joined_parts=edge.parts if edge else None,
                original_id=window.ids[original] if original != i else None,
                is_reprint=is_reprint(row),
                share_copied=float(duplicates.copied_share[i]),
                reprint_wire=window.wires[i] if window.wire_roles[i] == "text" else None,
                duplicate_group=window.ids[original],
            )
        )
    return assignments


def _mean_unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Give the unit vector along the mean of ``vectors`` (n, dim)."""
    mean: NDArray[np.float32] = vectors.mean(axis=0, dtype=np.float32)
    norm = np.float32(np.linalg.norm(mean))
    return mean / norm if norm > 0 else mean


def _hours_to_time(hours: float) -> datetime:
    """Turn hours since the epoch into a UTC time."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(hours=float(hours))


def _newest(window: ArticleWindow) -> datetime | None:
    dated = window.published_hours[np.isfinite(window.published_hours)]
    return _hours_to_time(dated.max()) if len(dated) else None
