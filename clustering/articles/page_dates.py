"""When an HTML page was published and changed.

Takes what the page says of itself, its tree and its URL, sets the dates on ``Extracted``. Order of trust: JSON-LD, meta tags, ``time`` elements, visible
lines, the URL, and only then htmldate's search; a finer precision of the same day wins over a coarser one; a date after the fetch is
believed only when there is no other, so that it can be refused.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from clustering.articles.context import ArticleContext
from clustering.articles.dates import FoundDate, date_from_url, parse_machine_date
from clustering.articles.extracted import Extracted
from clustering.articles.page_metadata import PageMetadata
from clustering.articles.page_titles import find_heading
from clustering.articles.relative_dates import find_relative_date
from clustering.articles.written_dates import find_written_date
from clustering.types import RawPage

__all__ = ["read_written", "take_date_of_last_resort", "take_dates"]

_DATE_TAGS = (
    "span", "div", "p", "li", "td", "small", "em", "b", "a", "time", "font", "strong", "i", "big", "h1", "h2", "h3", "dd",
)  # fmt: skip
_DATE_NAMES = re.compile(
    r"date|time|publish|posted|pubdate|stamp|fecha|datum|data\b|kuup|когда|byline|meta|dateline|info", re.IGNORECASE
)
_MODIFIED_WORDS = re.compile(
    r"updat|modif|обновл|оновл|actualiz|mis à jour|aktualis|aggiornat|atualiz|zaktualiz|güncel|更新|수정|ενημ|تحديث|به‌روز|bijgewerkt|uppdat|oppdat|opdat|päivit|अपडेट|cập nhật|diperbarui",
    re.IGNORECASE,
)


def take_dates(found: Extracted, meta: PageMetadata, tree: Any, page: RawPage, context: ArticleContext) -> None:
    """Set when the page was published and, if it says so, changed."""
    zone = context.zone_of(found.outlet)
    latest = max(page.fetched_at, context.now) if page.hints.get("clock") == "file" else page.fetched_at
    limit = latest + timedelta(hours=context.config.clock_error_hours)
    candidates: list[FoundDate] = []
    future: list[FoundDate] = []
    for value, method in meta.published:
        date = parse_machine_date(value, zone, method) or read_written(value, found, page, context, method)
        if date is not None:
            (candidates if date.at <= limit else future).append(date)
            if candidates and candidates[-1].precision not in ("day", "month"):
                break
    if not candidates or candidates[0].precision in ("day", "month"):
        candidates += _visible_dates(found, tree, page, context)
    if found.url is not None:
        from_url = date_from_url(found.url)
        if from_url is not None:
            candidates.append(from_url)
    # a date in the future is only believed, and then refused by build, when there is no other
    believable = [date for date in candidates if date.at <= limit] or future[:1]
    if believable:
        first = believable[0]
        finer = [
            d for d in believable[1:] if first.precision in ("day", "month") and d.precision not in ("day", "month")
        ]
        same_day = [d for d in finer if abs(d.at - first.at) < timedelta(hours=36)]
        found.published = same_day[0] if same_day else first
        found.methods["published_at"] = found.published.method
    for value, method in meta.modified:
        date = parse_machine_date(value, zone, method)
        if date is not None and date.at <= limit:
            found.modified = date
            found.methods["modified_at"] = method
            break


def read_written(
    value: str, found: Extracted, page: RawPage, context: ArticleContext, method: str = "visible"
) -> FoundDate | None:
    """Read a date written for people, with what is known of the outlet and the language."""
    date = find_written_date(
        value,
        context.zone_of(found.outlet),
        found.prior_language,
        month_first=context.is_month_first(found.outlet),
        near=page.fetched_at,
    )
    return FoundDate(date.at, date.precision, method) if date is not None else None


def _visible_dates(found: Extracted, tree: Any, page: RawPage, context: ArticleContext) -> list[FoundDate]:
    """Read ``time`` elements near the heading, then short lines in elements named like dates, then the lines around the heading."""
    zone = context.zone_of(found.outlet)
    dates: list[FoundDate] = []
    for element in list(tree.iter("time"))[:6]:
        if any(a.tag in ("aside", "nav", "footer") for a in element.iterancestors()):
            continue
        around = f"{element.get('class', '')} {element.get('itemprop', '')} {element.text_content()}"
        if _MODIFIED_WORDS.search(around):
            continue
        date = parse_machine_date(element.get("datetime") or "", zone, "time")
        date = date or read_written(element.text_content(), found, page, context)
        if date is not None:
            dates.append(date)
            break
    if dates and dates[0].precision not in ("day", "month"):
        return dates
    body = next(tree.iter("body"), tree)
    heading = find_heading(body, found.title)
    for element in _near_heading(body, heading):
        line = " ".join(element.text_content().split())
        if not 6 <= len(line) <= 160 or not any(c.isdigit() for c in line):
            continue
        parts = re.split(
            r"\s*[|•·]\s*|(?<=\d)\s*,?\s*(?=(?:updated|обновлено|оновлено|aktualisiert|mis à jour|actualizado)\b)",
            line,
            flags=re.IGNORECASE,
        )
        plain = " ".join(part for part in parts if not _MODIFIED_WORDS.search(part)) or line
        date = read_written(plain, found, page, context)
        if date is None and len(line) <= 60:
            date = find_relative_date(plain, zone, found.prior_language, page.fetched_at)
        if date is not None:
            dates.append(date)
            if date.precision not in ("day", "month"):
                break
    return dates


def _near_heading(body: Any, heading: Any) -> list[Any]:
    """Give small elements that may hold the date: named like one, or leaves just after the heading."""
    named: list[Any] = []
    leaves: list[Any] = []
    passed = heading is None
    for element in body.iter(*_DATE_TAGS):
        if element is heading:
            passed = True
            continue
        if len(element) > 6:
            continue
        names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
        if len(names) > 2 and _DATE_NAMES.search(names):
            named.append(element)
        elif passed and len(leaves) < 25:
            leaves.append(element)
        if len(named) >= 25:
            break
    return named[:25] + leaves


def take_date_of_last_resort(found: Extracted, tree: Any, page: RawPage, context: ArticleContext) -> None:
    """Let htmldate search what is left of the page; it knows days only. Of the whole page it would give the year of the copyright."""
    from htmldate import find_date

    latest = page.fetched_at.strftime("%Y-%m-%d")
    try:
        value = find_date(tree, original_date=True, extensive_search=False, url=found.url, max_date=latest)
    except (ValueError, TypeError, AttributeError):
        return
    date = parse_machine_date(value or "", context.zone_of(found.outlet), "htmldate")
    if date is not None:
        found.published = date
        found.methods["published_at"] = "htmldate"
