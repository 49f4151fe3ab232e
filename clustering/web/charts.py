"""The small pictures: a story's growth, the share of originals, a thread on its timeline, the overlap of outlets.

Takes plain numbers and records, gives SVG as ``Markup``; x in percent where the picture should fill its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from clustering.feeds.safe_text import shorten
from clustering.feeds.story_detail import ThreadStory
from clustering.web.captions import format_time
from clustering.web.time_axis import TimeAxis, make_axis

__all__ = ["draw_overlap", "draw_share", "draw_sparkline", "draw_thread_strip", "draw_thread_timeline"]

_INK, _FAINT, _LINE, _ACCENT = "#1d2330", "#667085", "#d5d9e0", "#2f6fde"


def draw_sparkline(growth: Sequence[int], *, label: str) -> Markup:
    """Draw arrivals in equal parts of the story's life as bars."""
    top = max(growth, default=0) or 1
    bars = "".join(
        f'<rect x="{i * 4}" y="{20 - max(2.0, 18 * n / top):.1f}" width="3" height="{max(2.0, 18 * n / top):.1f}"/>'
        for i, n in enumerate(growth)
        if n
    )
    return Markup(
        f'<svg class="spark" width="96" height="21" viewBox="0 0 96 21" role="img" aria-label="{escape(label)}">'
        f'<rect class="spark-base" x="0" y="20" width="96" height="1"/>{bars}</svg>'
    )


def draw_share(n_originals: int, n_reprints: int) -> Markup:
    """Draw originals against reprints as one bar."""
    total = max(1, n_originals + n_reprints)
    cut = 100 * n_originals / total
    return Markup(
        f'<svg class="share" width="100%" height="8" role="img" aria-label="{n_originals} originals, {n_reprints} reprints">'
        f'<rect class="share-original" width="{cut:.1f}%" height="8" rx="1"/>'
        f'<rect class="share-reprint" x="{cut:.1f}%" width="{100 - cut:.1f}%" height="8" rx="1"/></svg>'
    )


def _thread_axis(stories: Sequence[ThreadStory]) -> TimeAxis:
    return make_axis(at for story in stories for at in (story.first_seen, story.last_seen) if at is not None)


def _radius(n_outlets: int) -> float:
    return min(13.0, 3.0 + 1.6 * math.sqrt(max(1, n_outlets)))


def draw_thread_strip(stories: Sequence[ThreadStory], current: str, link: Callable[[str], str]) -> Markup:
    """Draw a thread as one line of dots, larger for more outlets, the current story filled."""
    axis = _thread_axis(stories)
    parts = [f'<line x1="0" x2="100%" y1="26" y2="26" stroke="{_LINE}" stroke-width="2"/>', *_folds(axis, 8, 36)]
    last_label = -1.0
    for story in stories:
        if story.first_seen is None:
            continue
        x = axis.place(story.first_seen)
        is_current = story.story_id == current
        kind = "dot current" if is_current else "dot"
        text = escape(
            f"{format_time(story.first_seen, 'day')}: {shorten(story.headline, 160)} ({story.n_outlets} outlets)"
        )
        fill = _ACCENT if is_current else "#ffffff"
        parts.append(
            f'<a href="{escape(link(story.story_id))}" class="{kind}"><title>{text}</title>'
            f'<circle cx="{x * 100:.2f}%" cy="26" r="{_radius(story.n_outlets):.1f}" fill="{fill}" stroke="{_ACCENT}" stroke-width="2"/></a>'
        )
        if x - last_label > 0.09 or is_current:
            anchor = "start" if x < 0.05 else "end" if x > 0.95 else "middle"
            parts.append(
                f'<text class="{"day" if is_current else "clock"}" x="{x * 100:.2f}%" y="58" text-anchor="{anchor}" font-size="11" fill="{_FAINT}">'
                f"{format_time(story.first_seen, 'day', with_year=False)}</text>"
            )
            last_label = x
    return Markup(
        f'<svg class="strip" width="100%" height="64" role="group" aria-label="Stories of this thread over time">{"".join(parts)}</svg>'
    )


def _folds(axis: TimeAxis, top: float, height: float) -> list[str]:
    return [
        f'<rect class="fold" x="{fold.x * 100:.2f}%" y="{top:g}" width="{fold.width * 100:.2f}%" height="{height:g}" fill="#eceff3">'
        f"<title>{fold.hours / 24:.0f} days without an article, folded</title></rect>"
        for fold in axis.folds
    ]


def draw_thread_timeline(
    stories: Sequence[ThreadStory], link: Callable[[str], str] | None, *, title: str | None = None
) -> Markup:
    """Draw a thread as one row per story: a bar from its first to its last article, the headline beside it.

    With ``title`` the picture is a document of its own (1200 wide, no links).
    """
    axis = _thread_axis(stories)
    row, head = 30, 40 if title is None else 84
    height = head + row * len(stories) + 8
    top = head - 12
    parts = _thread_ticks(axis, top, height)
    for i, story in enumerate(stories):
        y = head + row * i + 14
        if story.first_seen is None or story.last_seen is None:
            continue
        x, end = axis.place(story.first_seen), axis.place(story.last_seen)
        radius = min(10.0, _radius(story.n_outlets))
        bar = (
            f'<rect class="thread-bar" x="{x * 100:.2f}%" y="{y - radius / 2:.1f}" width="{max(0.2, (end - x) * 100):.2f}%" height="{radius:.1f}"'
            f' rx="3" fill="{_ACCENT}" fill-opacity="0.35"/><circle class="thread-dot" cx="{x * 100:.2f}%" cy="{y}" r="{radius:.1f}" fill="{_ACCENT}"/>'
        )
        is_left = x < 0.55
        anchor, at, dx = ("start", max(x, end), radius + 7) if is_left else ("end", x, -radius - 7)
        label = (
            f'<text x="{at * 100:.2f}%" dx="{dx:.0f}" y="{y + 4}" text-anchor="{anchor}" font-size="13" fill="{_INK}">{escape(shorten(story.headline, 74))}'
            f'<tspan class="clock" fill="{_FAINT}" dx="6">{story.n_outlets} outlets</tspan></text>'
        )
        body = f"<title>{escape(shorten(story.headline, 200))}</title>{bar}{label}"
        parts.append(f'<a href="{escape(link(story.story_id))}">{body}</a>' if link is not None else f"<g>{body}</g>")
    if title is None:
        return Markup(
            f'<svg class="thread-timeline" width="100%" height="{height}" role="group" aria-label="Stories of the thread over time">{"".join(parts)}</svg>'
        )
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="{height}" viewBox="0 0 1200 {height}" font-family="system-ui, sans-serif">'
        f'<rect width="100%" height="100%" fill="#ffffff"/><text x="16" y="32" font-size="20" font-weight="600" fill="{_INK}">'
        f'{escape(shorten(title, 95))}</text><svg x="16" y="0" width="1168" height="{height}">{"".join(parts)}</svg></svg>'
    )


def _thread_ticks(axis: TimeAxis, top: float, height: float) -> list[str]:
    parts = _folds(axis, top, height - top)
    for tick in axis.ticks:
        kind = "" if tick.is_major else " minor"
        x = f"{tick.x * 100:.2f}%"
        parts.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{top:g}" y2="{height:g}" stroke="{_LINE}"/>')
        text = tick.day or tick.clock
        parts.append(
            f'<text class="clock{kind}" x="{x}" y="{top - 8:g}" text-anchor="middle" font-size="11" fill="{_FAINT}">{text}</text>'
        )
    return parts


def draw_overlap(names: Sequence[str], shares: Sequence[Sequence[float]], *, is_document: bool = False) -> Markup:
    """Draw the overlap of outlets as a matrix (n, n): how much of a row's stories the column's outlet tells too, 0 to 1."""
    n, cell, left, top = len(names), 26, 170, 128
    width, height = left + n * cell + 70, top + n * cell + 6
    parts = []
    for i, name in enumerate(names):
        y, x = top + i * cell, left + i * cell
        parts.append(
            f'<text class="outlet" x="{left - 8}" y="{y + 17}" text-anchor="end" font-size="12" fill="{_INK}">{escape(shorten(name, 26))}</text>'
        )
        parts.append(
            f'<text class="outlet" transform="translate({x + 17} {top - 8}) rotate(-48)" font-size="12" fill="{_INK}">{escape(shorten(name, 24))}</text>'
        )
        for j, share in enumerate(shares[i]):
            if i == j:
                parts.append(
                    f'<rect class="cell-self" x="{left + j * cell}" y="{y}" width="{cell - 2}" height="{cell - 2}" rx="2" fill="#eceff3"/>'
                )
                continue
            parts.append(
                f'<rect class="cell" x="{left + j * cell}" y="{y}" width="{cell - 2}" height="{cell - 2}" rx="2" fill="{_ACCENT}"'
                f' fill-opacity="{0.06 + 0.94 * share:.2f}"><title>{escape(shorten(names[j], 60))} tells {share:.0%} of the stories of'
                f" {escape(shorten(name, 60))}</title></rect>"
            )
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    ground = '<rect width="100%" height="100%" fill="#ffffff"/>' if is_document else ""
    return Markup(
        f'<svg class="overlap" xmlns="http://www.w3.org/2000/svg" {size} font-family="system-ui, sans-serif" role="img"'
        f' aria-label="Which outlets tell the same stories">{ground}{"".join(parts)}</svg>'
    )
