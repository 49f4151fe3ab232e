"""Drawing the swimlane as the insides of SVGs: three strips, each of names and of time.

Takes a laid-out ``Swimlane``, gives ``Strip``s. All x are percentages of the viewport, so the same drawing fits a phone and a wall without a script.
Colours are attributes, so the export needs no stylesheet; on the page the stylesheet overrides them by class.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from markupsafe import Markup, escape

from clustering.feeds.safe_text import shorten
from clustering.feeds.story_detail import StoryArticle
from clustering.web.palette import language_class, language_colour
from clustering.web.swimlane import Lane, LaneGroup, Mark, Swimlane

__all__ = ["Captions", "Strip", "draw_strips"]

_AXIS_HEIGHT = 34
_GROWTH_HEIGHT = 58
_BINS = 72
_INK, _FAINT, _LINE, _GROUND = "#1d2330", "#667085", "#d5d9e0", "#ffffff"


@dataclass(frozen=True, slots=True)
class Captions:
    """The words of the picture: names of groups, the hover text of an article."""

    group: Callable[[str], str]
    article: Callable[[StoryArticle], str]


@dataclass(frozen=True, slots=True)
class Strip:
    """One band of the picture: the inside of its left part (names) and of its right part (time), both ``height`` pixels tall."""

    kind: Literal["axis", "growth", "body"]
    height: float
    gutter: Markup
    plot: Markup


def draw_strips(lanes: Swimlane, captions: Captions) -> tuple[Strip, Strip, Strip]:
    """Draw the time axis, the arrivals (bars, and a stepped line of outlets so far), and the lanes with their marks and trunks."""
    plot = [*_symbols(lanes), *_bands(lanes), *_grid(lanes), *_trunks(lanes), *_marks(lanes, captions)]
    return (
        Strip("axis", _AXIS_HEIGHT, Markup(), _join(_axis(lanes))),
        Strip("growth", _GROWTH_HEIGHT, _join(_growth_key(lanes)), _join(_growth(lanes))),
        Strip("body", lanes.height, _join([*_bands(lanes), *_names(lanes, captions)]), _join(plot)),
    )


def _join(parts: Iterable[str]) -> Markup:
    """Join drawn parts; every text from outside in them went through ``escape``."""
    return Markup("".join(parts))


def _percent(share: float) -> str:
    return f"{share * 100:.2f}%"


def _symbols(lanes: Swimlane) -> list[str]:
    r, d = lanes.mark_radius, lanes.mark_radius * 1.12
    return [
        f'<defs><circle id="m-o" r="{r:g}"/><path id="m-r" d="M0 {-d:.2f}L{d:.2f} 0 0 {d:.2f} {-d:.2f} 0Z"/>'
        f'<rect id="m-w" x="{-r:g}" y="{-r:g}" width="{2 * r:g}" height="{2 * r:g}" rx="1"/></defs>'
    ]


def _axis(lanes: Swimlane) -> list[str]:
    parts = []
    for tick in lanes.axis.ticks:
        x = _percent(tick.x)
        kind = "tick" if tick.is_major else "tick minor"
        parts.append(
            f'<line class="{kind}" x1="{x}" x2="{x}" y1="{_AXIS_HEIGHT - 6}" y2="{_AXIS_HEIGHT}" stroke="{_LINE}"/>'
        )
        if tick.day:
            day_kind = "day" if tick.is_major else "day minor"
            parts.append(
                f'<text class="{day_kind}" x="{x}" y="12" font-size="11" font-weight="600" text-anchor="middle" fill="{_INK}">{tick.day}</text>'
            )
        if tick.clock:
            clock_kind = "clock" if tick.is_major else "clock minor"
            parts.append(
                f'<text class="{clock_kind}" x="{x}" y="25" font-size="11" text-anchor="middle" fill="{_FAINT}">{tick.clock}</text>'
            )
    if lanes.undated_x is not None:
        x = _percent((1 + lanes.undated_x) / 2)
        parts.append(
            f'<text class="clock" x="{x}" y="25" font-size="10" text-anchor="middle" fill="{_FAINT}">no date</text>'
        )
    return parts


def _count_bins(lanes: Swimlane) -> tuple[list[int], list[int], list[int]]:
    originals, reprints, outlets = [0] * _BINS, [0] * _BINS, [0] * _BINS
    seen: set[str | None] = set()
    for mark in lanes.marks:
        if mark.is_undated or mark.x_from is not None:
            continue
        slot = min(_BINS - 1, int(mark.x * _BINS))
        (reprints if mark.article.is_reprint else originals)[slot] += 1
        if mark.article.outlet not in seen:
            seen.add(mark.article.outlet)
            outlets[slot] += 1
    return originals, reprints, outlets


def _growth(lanes: Swimlane) -> list[str]:
    originals, reprints, outlets = _count_bins(lanes)
    top = max(a + b for a, b in zip(originals, reprints, strict=True)) or 1
    n_outlets = sum(outlets) or 1
    room, base = _GROWTH_HEIGHT - 14, _GROWTH_HEIGHT - 4
    parts = [f'<line class="base" x1="0" x2="100%" y1="{base}" y2="{base}" stroke="{_LINE}"/>']
    width = _percent(0.78 / _BINS)
    for slot in range(_BINS):
        x, y = _percent((slot + 0.11) / _BINS), float(base)
        for kind, n, colour in (
            ("bar-original", originals[slot], "#475467"),
            ("bar-reprint", reprints[slot], "#b4bac6"),
        ):
            if n:
                height = max(2.0, room * n / top)
                y -= height
                parts.append(
                    f'<rect class="{kind}" x="{x}" y="{y:.1f}" width="{width}" height="{height:.1f}" fill="{colour}"/>'
                )
    so_far = 0
    for slot in range(_BINS):
        y0 = base - room * so_far / n_outlets
        so_far += outlets[slot]
        y1 = base - room * so_far / n_outlets
        x0, x1 = _percent(slot / _BINS), _percent((slot + 1) / _BINS)
        if y0 != y1:
            parts.append(
                f'<line class="so-far" x1="{x0}" x2="{x0}" y1="{y0:.1f}" y2="{y1:.1f}" stroke="#d97706" stroke-width="1.5"/>'
            )
        if so_far:
            parts.append(
                f'<line class="so-far" x1="{x0}" x2="{x1}" y1="{y1:.1f}" y2="{y1:.1f}" stroke="#d97706" stroke-width="1.5"/>'
            )
    return parts


def _growth_key(lanes: Swimlane) -> list[str]:
    originals, reprints, outlets = _count_bins(lanes)
    most = max(a + b for a, b in zip(originals, reprints, strict=True))
    return [
        f'<text class="key" x="8" y="20" font-size="11" fill="{_FAINT}">arrivals (most at once: {most})</text>'
        f'<text class="key so-far-key" x="8" y="36" font-size="11" fill="#b45309">outlets so far (to {sum(outlets)})</text>'
    ]


def _bands(lanes: Swimlane) -> list[str]:
    parts = []
    for group in lanes.groups:
        height = _head(group)
        if height:
            parts.append(
                f'<rect class="band" x="0" y="{group.top:g}" width="100%" height="{height:g}" fill="#f3f5f8"/>'
            )
        else:
            parts.append(
                f'<line class="rule" x1="0" x2="100%" y1="{group.top:g}" y2="{group.top:g}" stroke="{_LINE}" stroke-opacity="0.7"/>'
            )
    return parts


def _head(group: LaneGroup) -> float:
    return group.lanes[0].top - group.top


def _names(lanes: Swimlane, captions: Captions) -> list[str]:
    parts = []
    for group in lanes.groups:
        label, height = captions.group(group.value), _head(group)
        if height:
            size = min(11.5, height - 5)
            parts.append(
                f'<text class="group" x="8" y="{group.top + height / 2 + size * 0.36:.1f}" font-size="{size:g}" font-weight="600"'
                f' fill="{_INK}">{escape(label)}<tspan fill="{_FAINT}" font-weight="400" dx="6">{len(group.lanes)}</tspan></text>'
            )
        parts += [_name(lane, "" if height else label, 2.5 * lanes.mark_radius) for lane in group.lanes]
    return parts


def _name(lane: Lane, group_label: str, room: float) -> str:
    size = max(9.0, min(12.5, room + 1.0))
    y = lane.y + size * 0.36
    language = lane.languages[0] if lane.languages else None
    style = ' font-style="italic"' if lane.is_virtual else ""
    suffix = (
        f'<tspan class="where" fill="{_FAINT}" dx="6" font-size="{size - 1.5:g}">{escape(group_label)}</tspan>'
        if group_label
        else ""
    )
    code = (
        f'<text class="code {language_class(language)}" x="98%" y="{y:.1f}" text-anchor="end" font-size="{size - 2:g}"'
        f' fill="{language_colour(language)}">{escape(" ".join(lane.languages[:2]))}</text>'
    )
    name = escape(shorten(lane.name, 34 if not group_label else 22))
    return f'<text class="outlet"{style} x="8" y="{y:.1f}" font-size="{size:g}" fill="{_INK}"><tspan>{name}</tspan>{suffix}</text>{code}'


def _grid(lanes: Swimlane) -> list[str]:
    parts = []
    for tick in lanes.axis.ticks:
        x = _percent(tick.x)
        kind = "grid day-start" if tick.day else "grid"
        parts.append(f'<line class="{kind}" x1="{x}" x2="{x}" y1="0" y2="100%" stroke="{_LINE}" stroke-opacity="0.6"/>')
    for fold in lanes.axis.folds:
        x, width, middle = _percent(fold.x), _percent(fold.width), _percent(fold.x + fold.width / 2)
        parts.append(
            f'<rect class="fold" x="{x}" y="0" width="{width}" height="100%" fill="#eceff3" fill-opacity="0.85"/>'
        )
        parts.append(
            f'<text class="fold-text" x="{middle}" y="15" font-size="10" text-anchor="middle" fill="{_FAINT}">{_silence(fold.hours)}'
            f"<title>{fold.hours:.0f} hours without an article, folded</title></text>"
        )
    for group in lanes.groups:
        parts += [
            f'<line class="guide" x1="0" x2="100%" y1="{lane.y:g}" y2="{lane.y:g}" stroke="{_LINE}" stroke-dasharray="1 5"/>'
            for lane in group.lanes
        ]
    return parts


def _silence(hours: float) -> str:
    return f"{hours:.0f} h" if hours < 72 else f"{hours / 24:.0f} d"


def _trunks(lanes: Swimlane) -> list[str]:
    parts = []
    for i, trunk in enumerate(lanes.trunks):
        x = _percent(trunk.x)
        ys = [trunk.y, *(branch.y for branch in trunk.branches)]
        line = 'stroke="#98a2b3" stroke-width="1.1"'
        parts.append(f'<g class="trunk" data-origin="{i}" stroke-opacity="0.85">')
        parts.append(f'<line {line} x1="{x}" x2="{x}" y1="{min(ys):.1f}" y2="{max(ys):.1f}"/>')
        parts += [
            f'<line {line} x1="{x}" x2="{_percent(branch.x)}" y1="{branch.y:.1f}" y2="{branch.y:.1f}"/>'
            for branch in trunk.branches
        ]
        parts.append(f"<title>{escape(trunk.name)}: {len(trunk.branches)} reprints</title></g>")
    parts += [
        f'<use class="wire" href="#m-w" x="{_percent(trunk.x)}" y="{trunk.y:.1f}" fill="{_GROUND}" stroke="#667085"><title>'
        f"{escape(trunk.name)}: its own page was not ingested; placed at its earliest reprint</title></use>"
        for group in lanes.groups
        for lane in group.lanes
        if lane.is_virtual
        for trunk in lanes.trunks
        if trunk.name == lane.outlet
    ]
    return parts


def _marks(lanes: Swimlane, captions: Captions) -> list[str]:
    parts = [part for mark in lanes.marks for part in _mark(mark, captions)]
    best = next((mark for mark in lanes.marks if mark.is_first and mark.x_from is None), None) or next(
        (mark for mark in lanes.marks if mark.is_first), None
    )
    if best is not None:
        anchor, dx = ("end", -13) if best.x > 0.04 else ("start", 13)
        parts.append(
            f'<text class="first-text" x="{_percent(best.x)}" dx="{dx}" y="{best.y + 4:.1f}" text-anchor="{anchor}" font-size="11"'
            f' font-weight="700" fill="#b45309">first</text>'
        )
    return parts


def _mark(mark: Mark, captions: Captions) -> list[str]:
    article = mark.article
    colour, kind = language_colour(article.language), language_class(article.language)
    x, y = _percent(mark.x), f"{mark.y:.1f}"
    parts: list[str] = []
    if mark.x_from is not None and mark.x_to is not None:
        parts.append(
            f'<rect class="span {kind}" x="{_percent(mark.x_from)}" y="{mark.y - 2.5:.1f}" width="{_percent(mark.x_to - mark.x_from)}"'
            f' height="5" rx="2.5" fill="{colour}" fill-opacity="0.22"/>'
        )
    if mark.is_first:
        parts.append(f'<circle class="ring" cx="{x}" cy="{y}" r="9" fill="none" stroke="#d97706" stroke-width="2"/>')
    shape: Literal["m-r", "m-o"] = "m-r" if article.is_reprint else "m-o"
    paint = f'fill="{_GROUND}" stroke="{colour}" stroke-width="1.8"' if article.is_reprint else f'fill="{colour}"'
    name = "reprint" if article.is_reprint else "original"
    identity = escape(article.article_id)
    parts.append(
        f'<a class="mark {name} {kind}" href="#a-{identity}" data-article="{identity}" tabindex="-1">'
        f'<title>{escape(captions.article(article))}</title><use href="#{shape}" x="{x}" y="{y}" {paint}/></a>'
    )
    return parts
