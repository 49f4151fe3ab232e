"""Why an article is in its story, in one sentence.

Takes an article as read with its story, gives plain words. The evidence itself is in ``joined_parts``.
"""

from __future__ import annotations

from collections.abc import Mapping

from clustering.feeds.safe_text import shorten
from clustering.feeds.story_detail import StoryArticle

__all__ = ["explain_membership"]


def explain_membership(article: StoryArticle) -> str:
    """Say in one sentence why the article is in this story."""
    if article.is_reprint and article.copied_from:
        source = f"carries {article.wire}'s text, " if article.wire and article.wire_role == "text" else ""
        return f"{source}{article.share_copied:.0%} copied from {shorten(article.copied_from, 60)}"
    if article.is_reprint and article.wire:
        return f"carries the text of {article.wire}"
    if article.joined_by_title is None:
        return "its own text; the story formed around it"
    sure = f"{article.joined_probability:.0%} sure" if article.joined_probability is not None else ""
    evidence = "; ".join(part for part in (*_weigh(article.joined_parts), sure) if part)
    mate = f"{shorten(article.joined_by_outlet or 'another outlet', 60)}: “{shorten(article.joined_by_title, 90)}”"
    return f"tells the same as {mate} ({evidence})" if evidence else f"tells the same as {mate}"


def _weigh(parts: Mapping[str, float | None]) -> tuple[str, str]:
    """Say which kinds of evidence spoke for it and which against, the weightiest first (log-odds; below 0.05 is nothing)."""
    weights = sorted(((value, name) for name, value in parts.items() if value is not None), reverse=True)
    named = [(value, "time" if name == "hours" else name) for value, name in weights]
    for_it = ", ".join(f"{name} +{value:.1f}" for value, name in named if value >= 0.05)
    against = ", ".join(f"{name} −{-value:.1f}" for value, name in reversed(named) if value <= -0.05)
    return (f"for it: {for_it}" if for_it else "", f"against it: {against}" if against else "")
