"""From matched clusters to story versions: centroid, names, threads, description, trust.

The part of the cluster step that looks at stories as wholes. Only stories that changed get a new version; threads are linked
over every story recent enough to be in one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from clustering.config import Config
from clustering.names import SurfaceFeatures, surface_features_batch
from clustering.store.stories import (
    StorySummary,
    StoryVersion,
    read_all_thread_ids,
    read_known_threads,
    read_story_summaries,
)
from clustering.store.window import StoredText, read_texts
from clustering.stories.description import Description, add_words, choose_medoid, describe_story, story_words
from clustering.stories.keywords import WordCounts
from clustering.stories.records import KnownStory, StoryLink, StoryMatch, StoryProfile, StoryText
from clustering.stories.threads import link_threads, profile_story

__all__ = ["StoryDecision", "decide_versions"]

_LEAD_CHARS = 1_200
_BACKGROUND_TEXTS = 20_000
_MAX_NAMES = 60


@dataclass(frozen=True, slots=True)
class StoryDecision:
    """What a run says about stories: new versions, every story's thread and centroid, thread titles, and links between stories."""

    versions: list[StoryVersion]
    thread_ids: dict[str, str | None]
    thread_titles: dict[str, str]
    links: tuple[StoryLink, ...]
    centroids: dict[str, NDArray[np.float32]]


def decide_versions(
    connection: duckdb.DuckDBPyConnection,
    match: StoryMatch,
    known: Sequence[KnownStory],
    fingerprint: str,
    newest: datetime | None,
    reprints: Collection[str],
    config: Config,
) -> StoryDecision:
    """Describe the stories that changed and link all recent ones into threads. Reads the store, writes nothing.

    ``reprints``: the articles this run found to be reprints; ``newest``: the newest publication in the window.
    """
    before = {story.story_id: story for story in known}
    changed = sorted(s for s in {*match.members, *match.states} if _has_changed(s, match, before.get(s)))
    texts = _read_members(connection, match, changed, before, fingerprint, reprints)
    profiles = {
        s: profile_story(s, members, headline=_find_headline(members, config.story.headline_language))
        for s, members in texts.items()
        if members
    }
    since = newest - timedelta(days=config.story.thread_days) if newest else None
    stored = {s.story_id: s for s in read_story_summaries(connection, since, fingerprint)}
    gone = {s for s, state in match.states.items() if state == "gone"}
    every = {s: _stored_profile(summary) for s, summary in stored.items() if s not in gone} | profiles
    linked = link_threads(
        [every[s] for s in sorted(every)],
        config.story,
        known=read_known_threads(connection),
        taken=read_all_thread_ids(connection),
        shown=_shown_names(texts, stored),
    )
    thread_ids: dict[str, str | None] = {s: linked.thread_ids.get(s) for s in every} | dict.fromkeys(gone)
    background = _sample_background(texts)
    versions = []
    for story_id in changed:
        members = texts.get(story_id, [])
        mates = [
            texts[other]
            for other, thread in sorted(thread_ids.items())
            if thread is not None and thread == thread_ids.get(story_id) and other != story_id and texts.get(other)
        ][:20]
        versions.append(
            _version(
                story_id,
                members,
                match,
                before.get(story_id),
                fingerprint,
                background,
                mates,
                profiles.get(story_id),
                config,
            )
        )
    return StoryDecision(
        versions,
        thread_ids,
        {t.thread_id: t.title for t in linked.threads},
        linked.links,
        {s: profile.centroid for s, profile in every.items() if profile.centroid is not None},
    )


def _has_changed(story_id: str, match: StoryMatch, before: KnownStory | None) -> bool:
    if before is None:
        return True
    members = match.members.get(story_id, before.members)
    return members != before.members or match.states.get(story_id, before.state) != before.state


def _read_members(
    connection: duckdb.DuckDBPyConnection,
    match: StoryMatch,
    changed: Iterable[str],
    before: Mapping[str, KnownStory],
    fingerprint: str,
    reprints: Collection[str],
) -> dict[str, list[StoryText]]:
    members = {s: match.members.get(s, before[s].members if s in before else frozenset()) for s in changed}
    wanted = sorted({article_id for ids in members.values() for article_id in ids})
    stored = read_texts(connection, wanted, fingerprint, text_chars=_LEAD_CHARS)
    features = surface_features_batch(
        [t.title for t in stored], [t.text for t in stored], [t.language for t in stored], lead_chars=_LEAD_CHARS
    )
    by_id = {
        text.article_id: _story_text(text, found, text.article_id in reprints)
        for text, found in zip(stored, features, strict=True)
    }
    return {s: [by_id[a] for a in sorted(ids) if a in by_id] for s, ids in members.items()}


def _story_text(text: StoredText, found: SurfaceFeatures, is_reprint: bool) -> StoryText:
    return StoryText(
        article_id=text.article_id,
        title=text.title,
        lead=text.text,
        language=text.language,
        published_at=text.published_at,
        outlet=text.outlet,
        is_reprint=is_reprint or text.is_reprint,
        vector=text.vector,
        names={key: found.surface.get(key, key) for key in found.names if key.startswith("n:")},
        places={key: found.surface.get(key, key) for key in found.places},
        numbers=tuple(sorted(found.numbers)),
    )


def _find_headline(texts: Sequence[StoryText], language: str) -> str:
    """Give the headline the story will be described with: threads are named before stories are described."""
    preferred = [text for text in texts if text.language == language and text.title.strip()]
    head = choose_medoid(preferred, texts) or choose_medoid(texts, texts)
    return head.title if head is not None else ""


def _shown_names(texts: Mapping[str, Sequence[StoryText]], stored: Mapping[str, StorySummary]) -> dict[str, str]:
    """Give the form to show of every name key: what the newest texts write most, else what was stored before."""
    counts: dict[str, Counter[str]] = {}
    for story_id in sorted(texts):
        for text in texts[story_id]:
            for key, form in {**text.names, **text.places}.items():
                counts.setdefault(key, Counter())[form] += 1
    shown = {key: form for s in sorted(stored) for key, form in stored[s].description.get("shown_names", {}).items()}
    return shown | {key: min(forms, key=lambda form: (-forms[form], form)) for key, forms in counts.items()}


def _stored_profile(summary: StorySummary) -> StoryProfile:
    return StoryProfile(
        story_id=summary.story_id,
        names=summary.description.get("name_shares", {}),
        centroid=summary.centroid,
        first_at=summary.first_at,
        last_at=summary.last_at,
        n_articles=summary.n_articles,
        n_outlets=int(summary.description.get("n_outlets", 0)),
        headline=str(summary.description.get("headline", "")),
    )


def _sample_background(texts: Mapping[str, Sequence[StoryText]]) -> dict[str, WordCounts]:
    """Count the words of an even sample of all texts: what is ordinary in these days' news."""
    every = [text for story_id in sorted(texts) for text in texts[story_id]]
    return story_words(every[:: max(1, len(every) // _BACKGROUND_TEXTS)])


def _version(
    story_id: str,
    texts: Sequence[StoryText],
    match: StoryMatch,
    before: KnownStory | None,
    fingerprint: str,
    background: Mapping[str, WordCounts],
    mates: Sequence[Sequence[StoryText]],
    profile: StoryProfile | None,
    config: Config,
) -> StoryVersion:
    neighbours = add_words(story_words(mate) for mate in mates) if mates else None
    described = describe_story(texts, config.story, neighbours=neighbours, background=background)
    state = match.states.get(story_id, before.state if before else "active")
    return StoryVersion(
        story_id=story_id,
        state=state,
        n_articles=len(texts) if state != "gone" else 0,
        first_at=profile.first_at if profile else None,
        last_at=profile.last_at if profile else None,
        fingerprint=fingerprint,
        centroid=profile.centroid if profile else None,
        description=_as_json(described, profile),
        trust={},
    )


def _as_json(described: Description, profile: StoryProfile | None) -> dict[str, Any]:
    shares = sorted(profile.names.items(), key=lambda item: (-item[1], item[0]))[:_MAX_NAMES] if profile else []
    return {
        "headline": described.headline,
        "headline_language": described.headline_language,
        "headline_article_id": described.headline_id,
        "lead": described.lead_sentence,
        "keywords": [keyword.word for keyword in described.keywords],
        "names": [mention.shown for mention in described.names],
        "places": [mention.shown for mention in described.places],
        "numbers": list(described.numbers),
        "representatives": dict(described.representatives),
        "summary": described.summary,
        "name_shares": dict(shares),
        "shown_names": {mention.key: mention.shown for mention in (*described.names, *described.places)},
        "n_outlets": profile.n_outlets if profile else 0,
    }
