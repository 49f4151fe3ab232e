"""The swimlane put together: rows for a page, or one document for export.

Takes a laid-out ``Swimlane``, gives HTML rows whose names stay readable on a phone (the stylesheet shares the width), or an SVG that needs nothing else.
"""

from __future__ import annotations

from markupsafe import Markup, escape

from clustering.feeds.safe_text import shorten
from clustering.web.palette import language_colour
from clustering.web.swimlane import Swimlane
from clustering.web.swimlane_svg import Captions, Strip, draw_strips

__all__ = ["draw_export", "draw_rows"]

_GUTTER = 19
"""Share of the width that the outlets' names take in the export, in percent; on the page the stylesheet says."""

_HEAD, _LEGEND = 66, 34
_INK, _FAINT, _GROUND = "#1d2330", "#667085", "#ffffff"
_FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'Noto Naskh Arabic', sans-serif"


def draw_rows(lanes: Swimlane, captions: Captions) -> Markup:
    """Draw the picture as rows of two SVGs each: names, time."""
    return Markup("").join(_row(strip) for strip in draw_strips(lanes, captions))


def _row(strip: Strip) -> Markup:
    size = Markup('xmlns="http://www.w3.org/2000/svg" width="100%" height="{}"').format(f"{strip.height:g}")
    label = Markup('role="group" aria-label="Time from left to right, one mark per article"')
    hidden = Markup('aria-hidden="true"')
    return Markup(
        '<div class="lane-row {kind}-row"><svg class="gutter" {size} {hidden}>{gutter}</svg><svg class="plot" {size} {role}>{plot}</svg></div>'
    ).format(
        kind=strip.kind,
        size=size,
        hidden=hidden,
        gutter=strip.gutter,
        role=label if strip.kind == "body" else hidden,
        plot=strip.plot,
    )


def draw_export(lanes: Swimlane, captions: Captions, title: str, note: str, *, width: int = 1200) -> Markup:
    """Draw everything as one SVG document that needs nothing else."""
    strips = draw_strips(lanes, captions)
    height = _HEAD + sum(strip.height for strip in strips) + _LEGEND
    languages = dict.fromkeys(m.article.language for m in lanes.marks)
    legend, x = [], 16.0
    for language in languages:
        legend.append(
            f'<circle cx="{x:g}" cy="{height - 14:g}" r="5" fill="{language_colour(language)}"/>'
            f'<text x="{x + 9:g}" y="{height - 10:g}" font-size="11" fill="{_INK}">{escape(language or "?")}</text>'
        )
        x += 36
    legend.append(
        f'<text x="{x + 10:g}" y="{height - 10:g}" font-size="11" fill="{_FAINT}">'
        "filled circle: original · hollow diamond: reprint · ring: may be first · times UTC</text>"
    )
    placed, y = [], float(_HEAD)
    for strip in strips:
        placed.append(
            f'<svg x="0" y="{y:g}" width="{_GUTTER}%" height="{strip.height:g}">{strip.gutter}</svg>'
            f'<svg x="{_GUTTER}%" y="{y:g}" width="{100 - _GUTTER - 1}%" height="{strip.height:g}" overflow="visible">{strip.plot}</svg>'
        )
        y += strip.height
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height:g}" viewBox="0 0 {width} {height:g}"'
        f' font-family="{_FONT}"><rect width="100%" height="100%" fill="{_GROUND}"/>'
        f'<text x="16" y="30" font-size="20" font-weight="600" fill="{_INK}">{escape(shorten(title, 95))}</text>'
        f'<text x="16" y="51" font-size="12.5" fill="{_FAINT}">{escape(shorten(note, 190))}</text>'
        f"{''.join(placed)}{''.join(legend)}</svg>"
    )
