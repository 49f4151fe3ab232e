"""HTML pages: trafilatura finds the body; the page's own metadata, its URL and its visible lines give the rest.

Takes a raw page and the context, gives ``Extracted``. Titles and dates have their own modules (``page_titles``, ``page_dates``). Errors: ``RejectedPage``
undecodable, not-article.
"""

from __future__ import annotations

import re
from copy import copy
from functools import lru_cache
from typing import Any

from lxml import etree, html

from clustering.articles.bylines import find_author
from clustering.articles.context import ArticleContext
from clustering.articles.datelines import make_lead
from clustering.articles.decoding import decode_page
from clustering.articles.extracted import Extracted, clean_inline, clean_text
from clustering.articles.furniture import clean_lines, is_paragraph
from clustering.articles.languages import normalise_language
from clustering.articles.page_dates import read_written, take_date_of_last_resort, take_dates
from clustering.articles.page_metadata import PageMetadata, read_metadata
from clustering.articles.page_titles import take_title
from clustering.articles.prune_html import prune_page, take_credit_lines, take_deck
from clustering.articles.urls import join_url, outlet_of
from clustering.articles.wires import is_source_line
from clustering.errors import RejectedPage
from clustering.types import RawPage

__all__ = ["extract_html"]

_BAD_CHARACTER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BAD_ENTITY = re.compile(
    r"&#(?:0*(?:[0-8]|1[124-9]|2\d|3[01]|5529[6-9]|55[3-9]\d\d|5[67]\d{3}|6553[45])|"
    r"[xX]0*(?:[0-8bceBCEfF]|1[0-9a-fA-F]|[dD][89a-fA-F][0-9a-fA-F]{2}|[fF]{3}[eEfF]));?(?![0-9a-fA-F])"
)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
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
    take_title(found, meta, heading, tree)
    take_dates(found, meta, tree, page, context)
    for attribute, values in (("author", meta.authors), ("section", meta.sections), ("image", meta.images)):
        if values:
            setattr(found, attribute, clean_inline(values[0][0])[:500] or None)
            found.methods[attribute] = values[0][1]
    if found.image is not None:
        found.image = join_url(found.url, found.image)
    credit_lines, deck = take_credit_lines(tree), take_deck(tree)
    author = next((name for line in credit_lines if (name := find_author(line))), None)
    if found.author is None and author is not None:
        found.author, found.methods["author"] = author, "visible"
    prune_page(tree, context.furniture)
    body = _extract_body(tree, meta)
    _take_body(found, body, credit_lines, deck, page, context)
    if found.published is None:
        take_date_of_last_resort(found, tree, page, context)
    _check_article(found, meta, page, context)
    return found


def _parse(text: str) -> Any:
    # lxml reads these, and then refuses to write them
    text = _BAD_CHARACTER.sub("", text)
    if "&#" in text:
        text = _BAD_ENTITY.sub("", text)
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
        if len(line) <= 80 and digits >= 3 and read_written(line, found, page, context) is not None:
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
