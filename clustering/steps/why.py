"""Why: one article compared again with everything the run could compare it with, and the verdict explained.

Reads the private database, writes nothing. The articles of the window are prepared exactly as the cluster step prepares them, so the numbers are those of
the run as long as nothing was ingested since; an article older than the window is compared within its own horizon.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

import duckdb
import numpy as np
from numpy.typing import NDArray

from clustering.clusters.candidates import search_candidates
from clustering.clusters.engine import encode_names, find_originals, sort_articles
from clustering.clusters.features import build_features
from clustering.clusters.groups import EVIDENCE, GroupTable
from clustering.clusters.judging import judge_candidates
from clustering.clusters.model import load_model
from clustering.config import ClusterConfig, Config
from clustering.errors import StoreError, UnknownId
from clustering.names import surface_features_batch
from clustering.store.corrections import read_assigned_stories, read_corrections
from clustering.store.database import fetch_row, open_database
from clustering.store.window import ArticleWindow, find_window_start, read_window
from clustering.store.workspace import Workspace
from clustering.stories.corrections import find_effective
from clustering.stories.explanation import Comparison, Explanation, StoryFacts, explain

__all__ = ["explain_article"]

_TEXT_CHARS = 4_000
_N_NEAREST = 40
_LEAST = 0.01


def explain_article(workspace: Workspace, config: Config, article_id: str, story_id: str | None = None) -> Explanation:
    """Explain why an article is in its story, or why not in ``story_id``.

    Errors: ``UnknownId`` for an article or story that is not stored; ``StoreMissing``, ``StoreBusy``; ``StoreError`` when nothing was clustered yet.
    """
    workspace.require()
    with open_database(workspace, read_only=True) as connection:
        rows = connection.execute(
            "SELECT a.published_at, c.joined_by, c.joined_probability, c.joined_parts FROM articles a"
            " LEFT JOIN current_assignments c USING (article_id) WHERE a.article_id = ?",
            [article_id],
        ).fetchall()
        if not rows:
            raise UnknownId(f"no article {article_id!r}")
        assignments = read_assigned_stories(connection)
        stories = _read_stories(connection)
        if story_id is not None and story_id not in stories:
            raise UnknownId(f"no story {story_id!r}")
        fingerprints = connection.execute(
            "SELECT encoder FROM runs WHERE step = 'cluster' AND state = 'completed' ORDER BY run_id DESC LIMIT 1"
        ).fetchall()
        if not fingerprints or fingerprints[0][0] is None:
            raise StoreError("nothing was clustered yet: run `samestory cluster` first")
        window = _read_around(connection, article_id, rows[0][0], fingerprints[0][0], config)
        groups = dict(connection.execute("SELECT article_id, duplicate_group FROM current_assignments").fetchall())
        touching = [
            f"{one.describe()} by {one.author}{f' ({one.reason})' if one.reason else ''}"
            for one in find_effective(read_corrections(connection))
            if article_id in one.article_ids or any(article_id in ids for ids in one.anchors.values())
        ]
    wanted = {story for story in (story_id, assignments.get(article_id)) if story is not None}
    comparisons = _compare(
        window, groups, article_id, {a for a, s in assignments.items() if s in wanted}, config.cluster
    )
    joined_by = rows[0][1]
    joined = next((one for one in comparisons if one.other_id == joined_by), None) if joined_by else None
    return explain(
        article_id,
        comparisons,
        assignments,
        stories,
        story_id=story_id,
        joined_by=joined,
        corrections=touching,
    )


def _read_stories(connection: duckdb.DuckDBPyConnection) -> dict[str, StoryFacts]:
    rows = connection.execute(
        "SELECT story_id, coalesce(description->>'headline', ''), n_articles FROM current_stories"
    ).fetchall()
    return {story_id: StoryFacts(story_id, headline, n) for story_id, headline, n in rows}


def _read_around(
    connection: duckdb.DuckDBPyConnection, article_id: str, published_at: object, fingerprint: str, config: Config
) -> ArticleWindow:
    """Read the current window; for an older article, everything within the horizon of it."""
    since = find_window_start(connection, config.cluster.window_days, config.cluster.horizon_hours)
    [at] = fetch_row(
        connection, "SELECT coalesce(published_at, ingested_at) FROM articles WHERE article_id = ?", [article_id]
    )
    if since is None or at < since:
        since = at - timedelta(hours=config.cluster.horizon_hours)
    window = read_window(connection, since, fingerprint, text_chars=_TEXT_CHARS)
    if article_id not in window.ids:
        raise StoreError(f"{article_id} has no vector of {fingerprint}: run `samestory embed --all` first")
    if published_at is None:
        return window
    hours = window.published_hours - at.timestamp() / 3600
    inside = ~(np.abs(hours) > max(config.cluster.window_days * 24, config.cluster.horizon_hours))
    return _keep(window, np.flatnonzero(inside))


def _keep(window: ArticleWindow, rows: NDArray[np.int64]) -> ArticleWindow:
    if len(rows) == len(window.ids):
        return window
    return ArticleWindow(
        ids=[window.ids[i] for i in rows],
        titles=[window.titles[i] for i in rows],
        texts=[window.texts[i] for i in rows],
        languages=[window.languages[i] for i in rows],
        outlets=[window.outlets[i] for i in rows],
        wires=[window.wires[i] for i in rows],
        wire_roles=[window.wire_roles[i] for i in rows],
        precisions=[window.precisions[i] for i in rows],
        canonical_urls=[window.canonical_urls[i] for i in rows],
        published_hours=window.published_hours[rows],
        vectors=window.vectors[rows],
        story_ids=[window.story_ids[i] for i in rows],
        clustered=window.clustered[rows],
    )


def _compare(
    window: ArticleWindow,
    groups: Mapping[str, str | None],
    article_id: str,
    wanted: set[str],
    cluster: ClusterConfig,
) -> list[Comparison]:
    """Compare the article with all others of the window; give the nearest, and every ``wanted`` one."""
    order = sort_articles(window.ids, window.published_hours)
    ids = [window.ids[i] for i in order]
    hours = window.published_hours[order]
    codes = np.unique([groups.get(one) or one for one in ids], return_inverse=True)[1].reshape(-1).astype(np.int64)
    original = find_originals(codes, hours)
    kept = np.flatnonzero(original == np.arange(len(ids)))
    rows = order[kept]
    features = build_features(
        window.vectors[rows],
        surface_features_batch(
            [window.titles[i] for i in rows], [window.texts[i] for i in rows], [window.languages[i] for i in rows]
        ),
        hours[kept],
        encode_names([window.languages[i] for i in rows]),
        encode_names([window.outlets[i] for i in rows]),
    )
    rank = np.searchsorted(kept, original)
    me = ids.index(article_id)
    others = np.delete(np.arange(len(kept)), rank[me])
    model = load_model()
    first, second = search_candidates(features, cluster)
    judged = judge_candidates(features, first, second, model, min_probability=cluster.min_probability)
    evidence = GroupTable.of_articles(judged.features).compare(np.full(len(others), rank[me]), others)
    probability = np.zeros(len(kept))
    probability[others] = model.give_probability(
        model.judge(evidence), evidence[:, EVIDENCE.index("cross_share")] > 0.5
    )
    parts = model.split_parts(evidence)
    place = {int(row): k for k, row in enumerate(others)}
    found: list[Comparison] = []
    for i, other in enumerate(ids):
        if i == me:
            continue
        gap = abs(hours[i] - hours[me])
        apart = None if np.isnan(gap) else round(float(gap), 1)
        k = place.get(int(rank[i]))
        if k is None:
            found.append(Comparison(article_id, other, 1.0, {}, apart, "near-duplicate: the same text"))
            continue
        p = float(probability[rank[i]])
        if p >= _LEAST or other in wanted:
            note = "" if original[i] == i else f"compared through its original {ids[int(original[i])]}"
            shown = {name: round(float(value[k]), 2) for name, value in parts.items()}
            found.append(Comparison(article_id, other, round(p, 4), shown, apart, note))
    found.sort(key=lambda one: (-one.probability, one.other_id))
    return _limit(found, wanted)


def _limit(found: Sequence[Comparison], wanted: set[str]) -> list[Comparison]:
    return [one for k, one in enumerate(found) if k < _N_NEAREST or one.other_id in wanted]
