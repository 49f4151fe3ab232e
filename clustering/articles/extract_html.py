"""HTML pages: trafilatura finds the body; the page's own metadata, its URL and its visible lines give the rest.

Takes a raw page and the context, gives ``Extracted``. Order of trust for dates: JSON-LD, meta tags, ``time`` elements, URL, visible text, and
only then htmldate's search; a finer precision of the same day wins over a coarser one. Errors: ``RejectedPage`` undecodable, not-article.
"""

from __future__ import annotations

import re
from copy import copy
from datetime import timedelta
from functools import lru_cache
from typing import Any

from lxml import etree, html

from clustering.articles.context import ArticleContext
from clustering.articles.datelines import make_lead
from clustering.articles.dates import FoundDate, date_from_url, parse_machine_date
from clustering.articles.decoding import decode_page
from clustering.articles.extracted import Extracted, clean_inline, clean_text
from clustering.articles.furniture import clean_lines, is_paragraph
from clustering.articles.languages import normalise_language
from clustering.articles.page_metadata import PageMetadata, read_metadata
from clustering.articles.prune_html import prune_page, take_credit_lines, take_deck
from clustering.articles.urls import join_url, outlet_of
from clustering.articles.wires import is_source_line
from clustering.articles.written_dates import find_relative_date, find_written_date
from clustering.errors import RejectedPage
from clustering.types import RawPage

__all__ = ["extract_html"]

_SEPARATORS = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|｜]\s*|\s*_\s*(?=[^_]*$)")
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DATE_NAMES = re.compile(
    r"date|time|publish|posted|pubdate|stamp|fecha|datum|data\b|kuup|когда|byline|meta|dateline|info", re.IGNORECASE
)
_MODIFIED_WORDS = re.compile(
    r"updat|modif|обновл|оновл|actualiz|mis à jour|aktualis|aggiornat|atualiz|zaktualiz|güncel|更新|수정|ενημ|تحديث|به‌روز|bijgewerkt|uppdat|oppdat|opdat|päivit|अपडेट|cập nhật|diperbarui",
    re.IGNORECASE,
)
_INDEX_PATHS = re.compile(
    r"^/?(?:(?:search|suche|buscar|recherche|login|signin|tag|tags|category|author|topics?|archive)(?:/|$|\?)|$)",
    re.IGNORECASE,
)
_JOINER_MARK = "\ua7f7"
"""A letter of ancient inscriptions, found in no news."""
MIN_EXTRACTED_CHARS = 60
"""Shorter finds make trafilatura take the whole page. Its 250 is too much for short news, and three times so in Chinese: with it,
5 of the 18 golden pages came out as the dump of everything."""


def extract_html(page: RawPage, context: ArticleContext) -> Extracted:
    """Read an HTML page."""
    text = _DECLARATION.sub("", decode_page(page.content, page.charset))
    tree = _parse(text)
    meta = read_metadata(tree)
    found = Extracted()
    _take_urls(found, meta, page)
    found.prior_language = next((tag for value, _ in meta.languages if (tag := normalise_language(value))), None)
    heading = next((clean_inline(h.text_content()) for h in tree.iter("h1") if h.text_content().strip()), "")
    _take_title(found, meta, heading, tree)
    _take_dates(found, meta, tree, page, context)
    for attribute, values in (("author", meta.authors), ("section", meta.sections), ("image", meta.images)):
        if values:
            setattr(found, attribute, clean_inline(values[0][0])[:500] or None)
            found.methods[attribute] = values[0][1]
    if found.image is not None:
        found.image = join_url(found.url, found.image)
    credit_lines, deck = take_credit_lines(tree), take_deck(tree)
    prune_page(tree, context.furniture)
    body = _extract_body(tree, meta)
    _take_body(found, body, credit_lines, deck, page, context)
    if found.published is None:
        _take_date_of_last_resort(found, text, page, context)
    _check_article(found, meta, page, context)
    return found


def _parse(text: str) -> Any:
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, huge_tree=False, collect_ids=False)
    try:
        tree = html.document_fromstring(text, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise RejectedPage("not-article", f"not HTML: {error}") from error
    return tree


def _take_urls(found: Extracted, meta: PageMetadata, page: RawPage) -> None:
    found.url = page.origin.url or page.hints.get("url")
    if found.url:
        found.methods["url"] = "fetched"
    for value, method in meta.urls:
        url = join_url(found.url, value)
        if url is not None:
            found.canonical = url
            found.methods["canonical_url"] = method
            break
    if found.url is None and found.canonical is not None:
        # a saved page: it knows its address only from itself
        found.url = found.canonical
        found.methods["url"] = found.methods["canonical_url"]
    if found.url is not None:
        try:
            found.outlet = outlet_of(found.url)
            found.methods["outlet"] = "url"
        except RejectedPage:
            found.url = found.canonical = None
    if page.origin.url is None and page.hints.get("outlet"):
        found.outlet = page.hints["outlet"]
        found.methods["outlet"] = "folder"


def _take_title(found: Extracted, meta: PageMetadata, heading: str, tree: Any) -> None:
    for value, method in meta.titles:
        title = _strip_site(clean_inline(value), meta.site_name, heading)
        if not title or title.casefold() == meta.site_name.casefold():
            continue
        if method == "title" and not heading:
            title, method = _match_heading(title, tree)
        # social titles are cut or spiced; when the page's own heading holds them, it is the title
        if method == "meta" and heading and title.rstrip("….") and heading.startswith(title.rstrip("….")):
            title, method = heading, "heading"
        found.title, found.methods["title"] = title, method
        return
    if heading:
        found.title, found.methods["title"] = heading, "heading"


def _strip_site(title: str, site: str, heading: str) -> str:
    """Take the outlet's name off a title."""
    if heading and title.startswith(heading) and len(heading) >= 15:
        return heading
    if site and title.casefold().endswith(site.casefold()) and len(title) > len(site) + 10:
        return re.sub(r"\s*[|｜–—·•»:_-]\s*$", "", title[: -len(site)]).strip()
    if heading and any(part == heading for part in _SEPARATORS.split(title)):
        return heading
    return title


def _match_heading(title: str, tree: Any) -> tuple[str, str]:
    """Find the visible heading of a page without ``h1``: it begins with a part of the title."""
    parts = [part for part in _SEPARATORS.split(title) if part and len(part) >= 15]
    for element in tree.iter("h2", "h3", "font", "b", "strong", "big", "div", "td", "p"):
        if len(element) > 3:
            continue
        text = clean_inline("".join(element.itertext())[:400])
        if 15 <= len(text) <= 250 and any(text.startswith(part.rstrip("….")) for part in parts):
            return text, "heading"
    # without one, the longest part: the others name the outlet or the section
    parts = [part for part in _SEPARATORS.split(title) if part]
    longest = max(parts, key=len, default=title)
    others = [part for part in parts if part != longest]
    return (longest if len(longest) >= 20 and all(len(p.split()) <= 4 for p in others) else title), "title"


def _take_dates(found: Extracted, meta: PageMetadata, tree: Any, page: RawPage, context: ArticleContext) -> None:
    zone = context.zone_of(found.outlet)
    latest = max(page.fetched_at, context.now) if page.hints.get("clock") == "file" else page.fetched_at
    limit = latest + timedelta(hours=context.config.clock_error_hours)
    candidates: list[FoundDate] = []
    future: list[FoundDate] = []
    for value, method in meta.published:
        date = parse_machine_date(value, zone, method) or _written(value, found, page, context, method)
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


def _written(
    value: str, found: Extracted, page: RawPage, context: ArticleContext, method: str = "visible"
) -> FoundDate | None:
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
        date = date or _written(element.text_content(), found, page, context)
        if date is not None:
            dates.append(date)
            break
    if dates and dates[0].precision not in ("day", "month"):
        return dates
    body = next(tree.iter("body"), tree)
    heading = next(body.iter("h1"), None)
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
        date = _written(plain, found, page, context)
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
    for element in body.iter(
        "span", "div", "p", "li", "td", "small", "em", "b", "a", "h1", "time", "font", "strong", "i"
    ):
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


def _take_date_of_last_resort(found: Extracted, text: str, page: RawPage, context: ArticleContext) -> None:
    from htmldate import find_date

    try:
        value = find_date(
            text,
            original_date=True,
            extensive_search=False,
            url=found.url,
            max_date=page.fetched_at.strftime("%Y-%m-%d"),
        )
    except (ValueError, TypeError, AttributeError):
        return
    date = parse_machine_date(value or "", context.zone_of(found.outlet), "htmldate")
    if date is not None:
        found.published = date
        found.methods["published_at"] = "htmldate"


@lru_cache(maxsize=1)
def _trafilatura_options() -> Any:
    from trafilatura.settings import Extractor

    options = Extractor(output_format="python", fast=True, comments=False, tables=False, with_metadata=False)
    options.min_extracted_size = MIN_EXTRACTED_CHARS
    return options


def _extract_body(tree: Any, meta: PageMetadata) -> str:
    from trafilatura import bare_extraction

    _mark_joiners(tree)
    shown = " ".join("".join(tree.itertext()).split())
    document = bare_extraction(tree, options=copy(_trafilatura_options()))
    text = _in_page_order(str(getattr(document, "text", None) or ""), shown).replace(_JOINER_MARK, "\u200c")
    if meta.body and len(text) < 0.5 * len(meta.body):
        # the page builds its body by script and carries it in JSON-LD
        return clean_text(meta.body)
    return clean_text(text)


def _in_page_order(text: str, shown: str) -> str:
    """Put the lines in the order of the page: on live blogs trafilatura takes one post for the article and the rest after it."""
    lines = [line for line in text.split("\n") if line.strip()]
    places = [shown.find(" ".join(line.split())[:60]) for line in lines]
    known = [place for place in places if place >= 0]
    if len(known) < len(places) or known == sorted(known):
        return text
    return "\n".join(line for _, line in sorted(zip(places, lines, strict=True), key=lambda pair: pair[0]))


def _mark_joiners(tree: Any) -> None:
    """Carry the joiners of Persian and Indic words through trafilatura, which drops what does not print."""
    for element in tree.iter():
        if element.text and "\u200c" in element.text:
            element.text = element.text.replace("\u200c", _JOINER_MARK)
        if element.tail and "\u200c" in element.tail:
            element.tail = element.tail.replace("\u200c", _JOINER_MARK)


def _take_body(
    found: Extracted, body: str, credit_lines: list[str], deck: list[str], page: RawPage, context: ArticleContext
) -> None:
    lines = [line for line in body.split("\n") if line]
    while lines and clean_inline(lines[0]) == found.title:
        lines.pop(0)
    lines, above = _split_header(lines, found, page, context)
    kept = [line for line in clean_lines(lines, context.furniture).kept if line]
    text_lines = [line for line in kept if not is_source_line(context.wires, line)]
    found.text = "\n\n".join(text_lines)
    found.credit_text = "\n".join([*kept, *credit_lines])
    found.lead = make_lead("\n".join([*(deck or above), found.text]))
    if found.text:
        found.methods["text"] = "trafilatura"


def _split_header(
    lines: list[str], found: Extracted, page: RawPage, context: ArticleContext
) -> tuple[list[str], list[str]]:
    """Split what stands above the text: give (lines of the text, lines of the deck). A line that is a date ends the header."""
    for index, line in enumerate(lines[:4]):
        if is_paragraph(line):
            break
        digits = sum(c.isdigit() for c in line)
        if len(line) <= 80 and digits >= 3 and _written(line, found, page, context) is not None:
            deck = [above for above in lines[:index] if len(above) >= 30]
            return lines[index + 1 :], deck
    return lines, []


def _check_article(found: Extracted, meta: PageMetadata, page: RawPage, context: ArticleContext) -> None:
    path = re.sub(r"^https?://[^/]+", "", found.url or "x")
    enough = len(found.text) >= context.config.min_text_chars
    if meta.kind in ("article", "live-blog") and (found.text or meta.description):
        if not found.text:
            found.text = clean_text(meta.description)
            found.lead = make_lead(found.text)
            found.methods["text"] = "description"
        return
    if meta.kind == "index" and _INDEX_PATHS.match(path):
        raise RejectedPage("not-article", f"an index page: {found.url or found.title[:60]!r}")
    if not enough:
        raise RejectedPage("not-article", f"{len(found.text)} characters of text: {found.title[:60]!r}")
    if _INDEX_PATHS.match(path) and found.published is None:
        raise RejectedPage("not-article", f"a search, login or listing page: {found.url}")
