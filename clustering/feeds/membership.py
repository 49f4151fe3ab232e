"""Why an article is in its story, in one sentence.

Takes an article as read with its story, gives plain words. The evidence itself is in ``joined_parts``.
"""

from __future__ import annotations

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
    parts = [
        f"{name} {value:.2f}" if name != "hours" else f"{value:.0f} h apart"
        for name, value in article.joined_parts.items()
        if value is not None
    ]
    sure = f", {article.joined_probability:.0%} sure" if article.joined_probability is not None else ""
    numbers = f" ({', '.join(parts)}{sure})" if parts or sure else ""
    return f"tells the same as {shorten(article.joined_by_outlet or 'another outlet', 60)}: “{shorten(article.joined_by_title, 90)}”{numbers}"
