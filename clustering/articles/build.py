"""Raw page to article: the one place where all attributes come together and every reject is decided.

``build_article`` is pure: page and context (``context``) in, article out or ``RejectedPage`` raised. Batches, with
learned furniture, two processes and quarantine, are in ``batches``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from clustering.articles.context import ArticleContext, load_context
from clustering.articles.datelines import make_lead
from clustering.articles.dates import FoundDate, parse_machine_date
from clustering.articles.decoding import decode_page
from clustering.articles.extract_text import extract_text
from clustering.articles.extracted import Extracted, clean_inline, clean_text, drop_unstorable
from clustering.articles.furniture import clean_lines
from clustering.articles.languages import detect_language, normalise_language
from clustering.articles.urls import canonical_url, outlet_of
from clustering.articles.wires import WireCredit, find_credit, is_source_line
from clustering.articles.written_dates import find_written_date
from clustering.errors import RejectedPage
from clustering.types import Article, DatePrecision, RawPage

__all__ = ["ArticleContext", "build_article", "load_context", "make_article_id"]

_HOST_NAME = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:p|br|div|a|b|i|em|strong|span|img|ul|li|h[1-6]|blockquote|figure|table)\b[^>]*>", re.IGNORECASE
)
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "figure", "ul", "ol")
_TEXT_FIELDS = (
    "id",
    "url",
    "outlet",
    "language",
    "title",
    "text",
    "author",
    "section",
    "image",
    "lead",
    "canonical_url",
)


def make_article_id(canonical: str | None, outlet: str | None, title: str, text: str) -> str:
    """Give ``a`` + 16 hex digits: of the canonical URL, else of outlet, title and text."""
    key = canonical if canonical is not None else "\0".join((outlet or "", title, text))
    return "a" + hashlib.blake2b(key.encode("utf-8", "replace"), digest_size=8).hexdigest()


def build_article(page: RawPage, context: ArticleContext) -> Article:
    """Turn one raw page into an article. Errors: ``RejectedPage`` with a reason of ``REJECT_REASONS``."""
    if page.kind == "record":
        return _build_from_record(page, context)
    if len(page.content) > context.config.max_page_bytes:
        raise RejectedPage("too-large", f"{len(page.content)} bytes")
    hints = page.hints
    if page.kind == "html":
        from clustering.articles.extract_html import extract_html

        found = extract_html(page, context)
    else:
        text = decode_page(page.content, page.charset)
        found = extract_text(
            text, context, fetched_at=page.fetched_at, language=normalise_language(hints.get("language"))
        )
        found.url = found.url or page.origin.url or hints.get("url")
    _take_hints(found, hints, context)
    return _assemble(found, page, context, given_id=None, given_language=None)


def _take_hints(found: Extracted, hints: Mapping[str, str], context: ArticleContext) -> None:
    """Let the source fill what the page does not say."""
    if found.outlet is None and hints.get("outlet"):
        found.outlet = hints["outlet"]
        found.methods["outlet"] = "source"
    if not found.title and hints.get("title"):
        found.title = _plain_title(hints["title"])
        found.methods["title"] = "source"
    given = hints.get("published_at")
    if given and (found.published is None or found.published.precision in ("day", "month")):
        date = parse_machine_date(given, context.zone_of(found.outlet), "source")
        # the rss knows the minute where the page prints the day
        if date is not None and (found.published is None or abs(date.at - found.published.at) < timedelta(days=2)):
            found.published = date
            found.methods["published_at"] = "source"
    found.prior_language = found.prior_language or hints.get("language")


def _string(fields: Mapping[str, object], key: str) -> str | None:
    value = fields.get(key)
    if value is None:
        return None
    if isinstance(value, str):
        if not value.isascii() or not value.isprintable():
            value = drop_unstorable(value)
        return value if value.strip() else None
    if key == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value != value:
        # a missing cell of a table
        return None
    if key == "id" and isinstance(value, float) and value.is_integer():
        # a table with a missing cell makes all its whole numbers floats
        return str(int(value))
    raise RejectedPage("malformed-line", f"{key} is {type(value).__name__}, not text: {str(value)[:60]!r}")


def _build_from_record(page: RawPage, context: ArticleContext) -> Article:
    fields = page.fields or {}
    if "title" not in fields and "text" not in fields:
        raise RejectedPage(
            "missing-column", f"neither title nor text among {', '.join(sorted(map(str, fields))[:8]) or 'no fields'}"
        )
    given = {key: _string(fields, key) for key in _TEXT_FIELDS}
    found = Extracted(title=_plain_title(given["title"] or ""))
    if given["title"]:
        found.methods["title"] = "given"
    text = given["text"] or ""
    if "<" in text and _MARKUP.search(text):
        text = _strip_markup(text)
    _take_record_text(clean_text(text), context, found)
    if given["lead"]:
        found.lead = clean_inline(given["lead"])
    found.url = given["url"].strip() if given["url"] else None
    found.canonical = given["canonical_url"]
    found.author, found.section, found.image = given["author"], given["section"], given["image"]
    for key in ("url", "outlet", "author", "section", "image"):
        if given[key]:
            found.methods[key] = "given"
    if given["outlet"]:
        outlet = clean_inline(given["outlet"])
        found.outlet = outlet_of(f"https://{outlet}/") if _HOST_NAME.fullmatch(outlet) else outlet
    if found.outlet is None and found.url is not None:
        found.outlet = outlet_of(found.url)
        found.methods["outlet"] = "url"
    zone = context.zone_of(found.outlet)
    found.published = _record_date(fields, "published_at", zone, given["language"])
    found.modified = _record_date(fields, "modified_at", zone, given["language"])
    _take_hints(found, page.hints, context)
    fetched = parse_machine_date(fields.get("fetched_at"), zone)
    if fetched is not None:
        page = replace(page, fetched_at=fetched.at, hints={})
    return _assemble(found, page, context, given_id=given["id"], given_language=normalise_language(given["language"]))


def _plain_title(title: str) -> str:
    """Give a title as one line; feeds write them as HTML, once or twice escaped."""
    plain = clean_inline(title)
    return clean_inline(_strip_markup(plain)) if "<" in plain and _MARKUP.search(plain) else plain


def _strip_markup(text: str) -> str:
    """Give the text of a piece of HTML, its blocks apart by a blank line."""
    from lxml import etree, html

    try:
        tree = html.document_fromstring(f"<div>{text}</div>")
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return text
    etree.strip_elements(tree, "script", "style", etree.Comment, with_tail=False)
    for element in tree.iter(*_BLOCKS):
        element.tail = "\n\n" + (element.tail or "")
    return str(tree.text_content())


def _take_record_text(text: str, context: ArticleContext, found: Extracted) -> None:
    """Set the text, without furniture when it has lines at all; clean JSON goes through untouched."""
    found.credit_text = found.text = text
    if "\n" in text:
        cleaned = clean_lines(text.split("\n"), context.furniture)
        kept = cleaned.kept
        if cleaned.dropped:
            found.credit_text = "\n".join(kept)
        body = [line for line in kept if not is_source_line(context.wires, line)]
        if len(body) < len(kept) or cleaned.dropped:
            found.text = clean_text("\n".join(body)) or text
    if found.text:
        found.methods["text"] = "given"
        found.lead = make_lead(found.text)


def _record_date(fields: Mapping[str, object], key: str, zone: tzinfo, language: str | None) -> FoundDate | None:
    value = fields.get(key)
    if value is None or (isinstance(value, str) and not value.strip()) or (isinstance(value, float) and value != value):
        return None
    date = parse_machine_date(value, zone)
    if date is None and isinstance(value, str) and len(value) <= 80:
        written = find_written_date(value, zone, normalise_language(language))
        date = replace(written, method="given") if written is not None else None
    if date is None:
        raise RejectedPage("bad-date", f"{key} {str(value)[:60]!r}")
    return date


def _assemble(
    found: Extracted, page: RawPage, context: ArticleContext, *, given_id: str | None, given_language: str | None
) -> Article:
    config = context.config
    if not found.title and not found.text:
        raise RejectedPage("empty", "neither title nor text")
    own = canonical_url(found.url) if found.url else None
    if found.outlet is None and own is not None:
        found.outlet = outlet_of(own)
        found.methods["outlet"] = "url"
    if found.methods.get("outlet") == "url":
        # www1.folha.uol.com.br, edition.cnn.com, bbc.co.uk: hosts of an outlet that the config knows by its main one
        known = context.outlet(found.outlet)
        found.outlet = known.host if known is not None else found.outlet
    canonical, syndicated = _choose_canonical(found, own)
    fetched_at, published, precision = _check_date(found, page, context)
    if found.published is not None:
        found.methods.setdefault("published_at", found.published.method)
    text = found.text[: config.max_text_chars]
    language, language_method = _choose_language(found, context, given_language)
    credit = find_credit(context.wires, found.credit_text, host=found.outlet, author=found.author, language=language)
    if syndicated:
        credit = _credit_of_syndication(credit, canonical, context)
        found.methods["canonical_url"] = "syndicated"
    methods = found.methods
    methods["language"] = language_method
    if credit.wire is not None:
        methods["wire"] = credit.evidence
    identity = own if syndicated else canonical
    article_id = " ".join(given_id.split()) if given_id else make_article_id(identity, found.outlet, found.title, text)
    return Article(
        article_id=article_id,
        title=found.title,
        text=text,
        lead=found.lead,
        url=found.url,
        canonical_url=canonical,
        outlet=found.outlet,
        language=language,
        published_at=published,
        published_precision=precision,
        modified_at=found.modified.at if found.modified is not None else None,
        author=clean_inline(found.author) if found.author else None,
        section=clean_inline(found.section) if found.section else None,
        image=found.image,
        wire=credit.wire,
        wire_role=credit.role,
        methods=methods,
        fetched_at=fetched_at,
    )


def _choose_canonical(found: Extracted, own: str | None) -> tuple[str | None, bool]:
    """Give the canonical URL and whether it is another outlet's (a syndicated text)."""
    if not found.canonical:
        return own, False
    try:
        canonical = canonical_url(found.canonical)
        host = outlet_of(canonical)
    except RejectedPage:
        return own, False
    if own is None:
        return canonical, False
    if canonical.count("/") == 3 and canonical.endswith("/") and own != canonical:
        # a canonical that names the front page is a mistake of the template
        return own, False
    mine = outlet_of(own)
    if host == mine or _registered(host) == _registered(mine):
        return canonical, False
    return canonical, True


def _registered(host: str) -> str:
    """Give the last two labels of a host (three under co.uk and its kind)."""
    labels = host.split(".")
    n = 3 if len(labels) >= 3 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-n:])


def _credit_of_syndication(credit: WireCredit, canonical: str | None, context: ArticleContext) -> WireCredit:
    if credit.role == "text" or canonical is None:
        return credit
    wire = context.wires.host_wire(outlet_of(canonical))
    return WireCredit(wire, "text", "canonical") if wire is not None else credit


def _check_date(
    found: Extracted, page: RawPage, context: ArticleContext
) -> tuple[datetime, datetime | None, DatePrecision]:
    """Give (fetched at, published at, precision). Errors: ``RejectedPage`` future-date."""
    fetched_at = page.fetched_at
    if found.published is None:
        return fetched_at, None, "unknown"
    at = found.published.at
    allowed = timedelta(hours=context.config.clock_error_hours)
    if at > fetched_at and page.hints.get("clock") == "file":
        # a file's time is not the fetch's: copies and archives set it at will
        fetched_at = context.now
    if at > fetched_at + allowed:
        raise RejectedPage(
            "future-date", f"published {at.isoformat()}, fetched {fetched_at.isoformat(timespec='seconds')}"
        )
    return fetched_at, at, found.published.precision


def _choose_language(found: Extracted, context: ArticleContext, given: str | None) -> tuple[str | None, str]:
    if given is not None:
        return given, "given"
    prior = normalise_language(found.prior_language)
    if prior is None:
        known = context.outlet(found.outlet)
        prior = known.language if known is not None else None
    sample = f"{found.title}\n{found.lead or found.text[:400]}"
    detected = detect_language(sample, prior, context.config.languages)
    return detected.code, detected.method
