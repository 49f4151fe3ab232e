"""Why an article is in its story, and what would have put it elsewhere.

Takes the comparisons a run stored for one article (the probability and its parts), the joining edge, and what is known of the stories; gives an ``Explanation``
record and readable lines. It explains what the engine did from what the engine stored; it computes no similarity of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

__all__ = ["Comparison", "Explanation", "NearStory", "StoryFacts", "explain", "list_reasons"]

_LABELS = {"hours": "time"}
_LACKING = 0.7
"""A part counts as missing when it adds this much less than on the edge that joined the article: a factor of two in the odds."""
_N_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two articles a run compared.

    ``probability``: that they tell the same story. ``parts``: the log-odds each kind of evidence added, by name (``meaning``, ``words``, ``names``,
    ``numbers``, ``places``, ``company``, ``hours``); ``None`` when one side has nothing to compare. ``hours``: between them.
    """

    article_id: str
    other_id: str
    probability: float
    parts: Mapping[str, float | None] = field(default_factory=dict)
    hours: float | None = None
    note: str = ""

    def seen_from(self, article_id: str) -> Comparison:
        """Give the same comparison with ``article_id`` as the first of the two."""
        if self.article_id == article_id:
            return self
        return Comparison(self.other_id, self.article_id, self.probability, self.parts, self.hours, self.note)


@dataclass(frozen=True, slots=True)
class StoryFacts:
    """What to call a story."""

    story_id: str
    headline: str = ""
    n_articles: int = 0


@dataclass(frozen=True, slots=True)
class NearStory:
    """Another story the article might have been in: its best comparison there, and what was missing.

    ``missing``: part -> (here, needed): the parts that add clearly less than on the edge that joined the article to its own story, the largest
    lack first. ``lack``: log-odds missing to an even chance, 0 when the best comparison is likelier than not.
    """

    story: StoryFacts
    best: Comparison
    n_compared: int
    mean_probability: float
    missing: Mapping[str, tuple[float, float]]
    lack: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why ``article_id`` is (``verdict`` ``in``) or is not (``out``) in ``story``, or in no story (``noise``).

    ``joined_by``: the comparison that joined it. ``inside``: the nearest articles of the story, ``outside`` the nearest of others, most probable first.
    """

    article_id: str
    verdict: Literal["in", "out", "noise"]
    story: StoryFacts | None
    own_story: StoryFacts | None
    joined_by: Comparison | None
    inside: tuple[Comparison, ...]
    outside: tuple[Comparison, ...]
    nearest_other: NearStory | None
    corrections: tuple[str, ...]


def explain(
    article_id: str,
    comparisons: Sequence[Comparison],
    assignments: Mapping[str, str],
    stories: Mapping[str, StoryFacts],
    *,
    story_id: str | None = None,
    joined_by: Comparison | None = None,
    corrections: Sequence[str] = (),
) -> Explanation:
    """Explain one article, in its own story or against ``story_id``.

    ``comparisons``: those of the last run that touch the article. ``assignments``: article -> story of at least the articles compared; ``joined_by``: the
    edge stored by the engine, default the most probable one inside. ``corrections``: descriptions of those that touch the article.
    """
    own_id = assignments.get(article_id)
    asked_id = story_id if story_id is not None else own_id
    seen = sorted(
        (one.seen_from(article_id) for one in comparisons if article_id in (one.article_id, one.other_id)),
        key=lambda one: (-one.probability, one.other_id),
    )
    inside = tuple(one for one in seen if asked_id is not None and assignments.get(one.other_id) == asked_id)
    outside = tuple(one for one in seen if one not in inside)
    own = tuple(one for one in seen if own_id is not None and assignments.get(one.other_id) == own_id)
    joined = joined_by.seen_from(article_id) if joined_by is not None else (own[0] if own else None)
    if asked_id is None:
        verdict: Literal["in", "out", "noise"] = "noise"
    else:
        verdict = "in" if asked_id == own_id else "out"
    return Explanation(
        article_id=article_id,
        verdict=verdict,
        story=None if asked_id is None else stories.get(asked_id, StoryFacts(asked_id)),
        own_story=None if own_id is None else stories.get(own_id, StoryFacts(own_id)),
        joined_by=joined if verdict != "noise" else None,
        inside=inside,
        outside=outside,
        nearest_other=_find_nearest(seen, assignments, stories, own_id, asked_id if verdict == "out" else None, joined),
        corrections=tuple(corrections),
    )


def list_reasons(explanation: Explanation) -> list[str]:
    """Write an explanation as lines for a reader."""
    article, story = explanation.article_id, explanation.story
    lines: list[str] = []
    if explanation.verdict == "in" and story is not None:
        lines.append(f"{article} is in story {_name(story)}")
    elif explanation.verdict == "out" and story is not None:
        where = f"it is in {_name(explanation.own_story)}" if explanation.own_story else "it is in no story"
        lines.append(f"{article} is not in story {_name(story)}: {where}")
    else:
        lines.append(f"{article} is in no story")
    if explanation.verdict != "noise":
        if explanation.joined_by is not None:
            lines.append(f"joined by {_describe(explanation.joined_by)}")
        elif explanation.own_story is not None:
            lines.append("no comparison that joined it is stored")
    if explanation.inside:
        lines.append(f"nearest inside ({len(explanation.inside)} compared):")
        lines += [f"  {_describe(one)}" for one in explanation.inside[:_N_SHOWN]]
    elif explanation.verdict == "out":
        lines.append("no article of it was near enough to be compared")
    near = explanation.nearest_other
    if near is not None:
        lines.append(f"nearest other story {_name(near.story)}: best {_describe(near.best)}")
        if near.n_compared > 1:
            lines.append(f"  {near.n_compared} articles compared there, mean probability {near.mean_probability:.2f}")
        if near.lack or near.missing:
            behind = ", ".join(
                f"{_LABELS.get(name, name)} {here:+.1f} instead of {needed:+.1f}"
                for name, (here, needed) in near.missing.items()
            )
            lack = (
                f"{near.lack:.1f} log-odds short of an even chance"
                if near.lack
                else "likelier than not, but less likely than its own"
            )
            lines.append(f"  {lack}" + (f"; behind in {behind}" if behind else ""))
    elif explanation.verdict == "noise":
        lines.append(
            "no other article was near enough to be compared" if not explanation.outside else "nearest articles:"
        )
        lines += [f"  {_describe(one)}" for one in explanation.outside[:_N_SHOWN]]
    lines += [f"corrected by hand: {one}" for one in explanation.corrections]
    return lines


def _find_nearest(
    seen: Sequence[Comparison],
    assignments: Mapping[str, str],
    stories: Mapping[str, StoryFacts],
    own_id: str | None,
    asked_id: str | None,
    joined: Comparison | None,
) -> NearStory | None:
    found: dict[str, list[Comparison]] = {}
    for one in seen:
        story_id = assignments.get(one.other_id)
        if story_id is not None and story_id != own_id and asked_id in (None, story_id):
            found.setdefault(story_id, []).append(one)
    if not found:
        return None
    best_id = min(found, key=lambda story_id: (-found[story_id][0].probability, story_id))
    ones = found[best_id]
    return NearStory(
        story=stories.get(best_id, StoryFacts(best_id)),
        best=ones[0],
        n_compared=len(ones),
        mean_probability=round(sum(one.probability for one in ones) / len(ones), 4),
        missing=_find_missing(ones[0], joined),
        lack=round(max(0.0, -_log_odds(ones[0].probability)), 2),
    )


def _find_missing(best: Comparison, joined: Comparison | None) -> dict[str, tuple[float, float]]:
    """Say in which parts the best comparison elsewhere falls behind the joining one; without that, which speak against it."""
    missing: dict[str, tuple[float, float]] = {}
    for name, here in best.parts.items():
        needed = joined.parts.get(name) if joined is not None else 0.0
        if here is not None and needed is not None and needed - here >= _LACKING:
            missing[name] = (here, needed)
    return dict(sorted(missing.items(), key=lambda item: (item[1][0] - item[1][1], item[0])))


def _log_odds(probability: float) -> float:
    bounded = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(bounded / (1 - bounded))


def _describe(one: Comparison) -> str:
    known = [(name, value) for name, value in one.parts.items() if value is not None and abs(value) >= 0.05]
    parts = [f"{_LABELS.get(name, name)} {value:+.1f}" for name, value in known]
    parts += [f"no {_LABELS.get(name, name)} to compare" for name, value in one.parts.items() if value is None]
    if one.hours is not None:
        parts.append(f"{one.hours:.0f} h apart" if one.hours < 48 else f"{one.hours / 24:.0f} days apart")
    note = f" [{one.note}]" if one.note else ""
    return f"{one.other_id} (p {one.probability:.2f}): {', '.join(parts) or 'parts not stored'}{note}"


def _name(story: StoryFacts | None) -> str:
    if story is None:
        return "none"
    return f"{story.story_id} ({story.headline})" if story.headline else story.story_id
