"""Saved plain-text pages: title, date line, credits, body, and whatever the browser's "select all" took with it.

Takes decoded text, gives ``Extracted``. There is no DOM, so position and shape of lines tell what they are: the first line is the
title, short lines under it are the header, and known furniture (``furniture``) is cut.
"""

from __future__ import annotations

import re
from datetime import datetime

from clustering.articles.bylines import find_author
from clustering.articles.context import ArticleContext
from clustering.articles.datelines import make_lead
from clustering.articles.dates import FoundDate
from clustering.articles.extracted import Extracted, clean_inline, clean_text
from clustering.articles.furniture import clean_lines, is_menu, is_paragraph
from clustering.articles.furniture_table import FurnitureTable
from clustering.articles.relative_dates import find_relative_date
from clustering.articles.urls import outlet_of
from clustering.articles.wire_table import WireTable
from clustering.articles.wires import is_source_line
from clustering.articles.written_dates import find_written_date
from clustering.errors import RejectedPage

__all__ = ["extract_text"]

TITLE_WORDS = 4
"""A line of fewer words may be the frame of the page: 99.6% of the headlines of og2021 have so many."""
TOP_LINES = 15
HEADER_LINES = 8
"""How many short lines under the title may be its header."""

_URL = re.compile(r"https?://[^\s<>\"')\]]+")
_DOMAIN = re.compile(r"(?<![\w.@-])((?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24})(?![\w-])", re.IGNORECASE)
_NOT_FILES = frozenset("html htm php asp aspx txt jpg jpeg png gif pdf js css xml".split())
_WRAPPED = range(50, 130)


def extract_text(
    content: str,
    context: ArticleContext,
    *,
    fetched_at: datetime,
    language: str | None = None,
) -> Extracted:
    """Read a saved text page."""
    found = Extracted()
    lines = clean_text(content).split("\n")
    first, above = _take_title(lines, found, context.furniture)
    cleaned = clean_lines(lines[first:], context.furniture)
    for kind, line in cleaned.dropped:
        if kind == "read_on":
            _take_outlet(line, found)
    body, source_lines, date_lines = _split_body(list(cleaned.kept), context.wires, found)
    if found.outlet is None and found.url is not None:
        try:
            found.outlet = outlet_of(found.url)
            found.methods["outlet"] = "url"
        except RejectedPage:
            found.url = None
    _take_date([*above, *date_lines], context, fetched_at, language, found)
    found.text = _join_wrapped(body)
    found.credit_text = "\n".join([found.text, *source_lines])
    found.lead = make_lead(found.text)
    found.methods.setdefault("text", "visible")
    return found


def _take_title(lines: list[str], found: Extracted, furniture: FurnitureTable) -> tuple[int, list[str]]:
    """Set the title; give the index of the line after it, and the lines above it that may hold the date.

    The title is the first line of some words; menus and single words above it ("Home", "Society") are the page's frame.
    """
    above: list[str] = []
    first: int | None = None
    for index, line in enumerate(lines[:TOP_LINES]):
        if not line or _take_address(line, found):
            continue
        if is_paragraph(line):
            break
        if furniture.kind_of(line) is not None or is_menu(line):
            continue
        if _is_date_line(line):
            above.append(line)
            continue
        first = index if first is None else first
        if _n_words(line) >= TITLE_WORDS:
            first = index
            break
    if first is None:
        # no title: the page begins with its text
        return next((i for i, line in enumerate(lines) if is_paragraph(line)), 0), above
    found.title = clean_inline(lines[first])
    found.methods["title"] = "visible"
    return first + 1, above


def _take_address(line: str, found: Extracted) -> bool:
    """Take a line that is the page's address, or names it."""
    label, _, rest = line.partition(":")
    address = rest.strip() if label.strip().lower() in ("url", "link", "source url") else line
    if _URL.fullmatch(address) is None:
        return False
    if found.url is None:
        found.url = address
        found.methods["url"] = "visible"
    return True


def _is_date_line(line: str) -> bool:
    return len(line) <= 60 and sum(c.isdigit() for c in line) >= 5 and _n_words(line) <= 8


def _n_words(line: str) -> int:
    unspaced = sum("\u3040" <= c <= "\u9fff" or "\u0e00" <= c <= "\u0eff" for c in line)
    return len(line.split()) + unspaced // 3


def _split_body(kept: list[str], wires: WireTable, found: Extracted) -> tuple[list[str], list[str], list[str]]:
    """Give (body lines, source lines, lines that may hold the date)."""
    body: list[str] = []
    source_lines: list[str] = []
    date_lines: list[str] = []
    n_header = 0
    in_header = True
    for line in kept:
        if not line:
            body.append("")
            continue
        if is_source_line(wires, line):
            source_lines.append(line)
            continue
        if in_header and n_header < HEADER_LINES and not is_paragraph(line):
            n_header += 1
            if _take_header_line(line, found, date_lines):
                continue
            # a second headline or a subtitle is text; what follows may still be header
            body.append(line)
            continue
        in_header = False
        body.append(line)
    return body, source_lines, date_lines


def _take_header_line(line: str, found: Extracted, date_lines: list[str]) -> bool:
    """Say whether a short line under the title is header, and keep what it tells."""
    if clean_inline(line) == found.title:
        return True
    url = _URL.fullmatch(line)
    if url is not None:
        if found.url is None:
            found.url = url[0]
            found.methods["url"] = "visible"
        return True
    if len(line) <= 90 and any(c.isdigit() for c in line):
        digits = sum(c.isdigit() for c in line)
        if digits >= 5 or ":" in line:
            date_lines.append(line)
            return True
    author = find_author(line)
    if author is not None:
        found.author = author
        found.methods["author"] = "visible"
        return True
    # "Read on Example.org", "Auf Example.org lesen", or the bare domain
    if len(line) <= 70 and len(line.split()) <= 6 and len(_DOMAIN.findall(line)) == 1 and line[-1] not in "!?…":
        _take_outlet(line, found)
        return True
    # a section's name: one to three words that do not end like a sentence
    return len(line.split()) <= 3 and len(line) <= 30 and line[-1] not in ".!?…:。"


def _take_outlet(line: str, found: Extracted) -> None:
    if found.outlet is not None:
        return
    domain = _DOMAIN.search(line)
    if domain is not None and domain[1].rsplit(".", 1)[-1].lower() not in _NOT_FILES:
        found.outlet = domain[1].lower().removeprefix("www.")
        found.methods["outlet"] = "visible"


def _take_date(
    lines: list[str], context: ArticleContext, fetched_at: datetime, language: str | None, found: Extracted
) -> None:
    zone, month_first = context.zone_of(found.outlet), context.is_month_first(found.outlet)
    dates: list[FoundDate] = []
    for line in lines:
        date = find_written_date(line, zone, language, month_first=month_first, near=fetched_at)
        date = date or find_relative_date(line, zone, language, fetched_at)
        if date is not None:
            dates.append(date)
    if not dates:
        return
    found.published = dates[0]
    found.methods["published_at"] = "visible"
    # "published ... updated ...": the second is the change
    if len(dates) > 1 and dates[1].at >= dates[0].at:
        found.modified = dates[1]
        found.methods["modified_at"] = "visible"


def _join_wrapped(lines: list[str]) -> str:
    """Join lines that were broken at a fixed width, keep paragraphs apart by a blank line."""
    blocks: list[str] = []
    block: list[str] = []
    for line in [*lines, ""]:
        if line:
            block.append(line)
            continue
        if block:
            blocks += _unwrap(block)
            block = []
    return "\n\n".join(blocks)


def _unwrap(block: list[str]) -> list[str]:
    wrapped = (
        len(block) >= 3
        and all(len(line) in _WRAPPED for line in block[:-1])
        and sum(line[-1] in ".!?" for line in block[:-1]) < len(block) / 2
    )
    return [" ".join(block)] if wrapped else block
