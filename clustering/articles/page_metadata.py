"""What an HTML page says of itself: JSON-LD, OpenGraph, ``article:`` and other meta tags, links.

Takes a parsed tree, gives ``PageMetadata``: for each attribute the candidates in order of trust. Nothing is read from visible text here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

__all__ = ["PageMetadata", "read_metadata"]

_ARTICLE_TYPES = (
    "NewsArticle", "ReportageNewsArticle", "Article", "LiveBlogPosting", "BlogPosting", "AnalysisNewsArticle", "OpinionNewsArticle",
    "BackgroundNewsArticle", "ReviewNewsArticle", "AskPublicNewsArticle", "SocialMediaPosting", "Report", "TechArticle", "DiscussionForumPosting",
)  # fmt: skip
_INDEX_TYPES = frozenset(
    {"CollectionPage", "SearchResultsPage", "ItemList", "WebSite", "ProfilePage", "ContactPage", "AboutPage"}
)
_META_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "publishdate", "pubdate", "publish-date", "article.published",
    "dc.date.issued", "dcterms.created", "dcterms.issued", "dc.date", "dc.date.created", "date", "sailthru.date", "parsely-pub-date",
    "article_date_original", "cxenseparse:recs:publishtime", "cxenseparse:publishtime", "originalpublicationdate", "publication_date",
    "ptime", "publish_time", "pubtime", "weibo:article:create_at", "og:published_time", "article:published", "release_date", "citation_date",
    "bt:pubdate", "datetime", "displaydate", "article-publish-date", "mediator_published_time", "apub:time", "dateofpublication",
)  # fmt: skip
_META_MODIFIED = (
    "article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified", "lastmod",
    "article:modified", "og:modified_time", "revised", "weibo:article:update_at",
)  # fmt: skip
_META_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "dc.creator",
    "byl",
    "sailthru.author",
    "og:article:author",
    "cxenseparse:author",
    "mediaid",
)
_META_SECTIONS = (
    "article:section",
    "og:article:section",
    "section",
    "parsely-section",
    "cxenseparse:category",
    "sailthru.section",
)
_CONTROL = re.compile(r"[\x00-\x1f]+")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_HTML_COMMENT = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_MAX_LD_CHARS = 400_000


@dataclass(slots=True)
class PageMetadata:
    """Candidates per attribute as (value, method), most trusted first. ``kind``: ``article``, ``live-blog``, ``index`` or ``""``."""

    titles: list[tuple[str, str]] = field(default_factory=list)
    published: list[tuple[str, str]] = field(default_factory=list)
    modified: list[tuple[str, str]] = field(default_factory=list)
    authors: list[tuple[str, str]] = field(default_factory=list)
    sections: list[tuple[str, str]] = field(default_factory=list)
    images: list[tuple[str, str]] = field(default_factory=list)
    urls: list[tuple[str, str]] = field(default_factory=list)
    languages: list[tuple[str, str]] = field(default_factory=list)
    description: str = ""
    body: str = ""
    site_name: str = ""
    kind: str = ""


def read_metadata(tree: Any) -> PageMetadata:
    """Collect what the page's machine-readable parts say."""
    found = PageMetadata()
    nodes = [node for text in tree.iter("script") if _is_ld(text) for node in _ld_nodes(text.text or "")]
    _take_ld(nodes, found)
    metas = _meta_values(tree)
    _take_meta(metas, found)
    _take_links(tree, found)
    title = next(tree.iter("title"), None)
    if title is not None:
        text = " ".join("".join(title.itertext()).split())
        if text:
            found.titles.append((text, "title"))
    return found


def _is_ld(script: Any) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _ld_nodes(text: str) -> Iterator[dict[str, Any]]:
    """Give every object of a JSON-LD block, those of ``@graph`` too. Damaged JSON is repaired where the damage is common."""
    if len(text) > _MAX_LD_CHARS:
        return
    text = _HTML_COMMENT.sub("", text).strip().rstrip(";")
    value: Any = None
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            value = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    todo = [value]
    n_seen = 0
    while todo and n_seen < 500:
        node = todo.pop(0)
        n_seen += 1
        if isinstance(node, list):
            todo += node
        elif isinstance(node, dict):
            yield node
            todo += [
                node[key]
                for key in ("@graph", "mainEntity", "mainEntityOfPage")
                if isinstance(node.get(key), (list, dict))
            ]


def _types(node: dict[str, Any]) -> set[str]:
    kinds = node.get("@type")
    return {str(kind).rsplit("/", 1)[-1] for kind in (kinds if isinstance(kinds, list) else [kinds]) if kind}


def _text_of(value: Any) -> str:
    """Give the string in a JSON-LD value: itself, its name, its url, or its first item's."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return next((text for text in map(_text_of, value) if text), "")
    if isinstance(value, dict):
        return next(
            (text for key in ("name", "@value", "headline", "url", "@id") if (text := _text_of(value.get(key)))), ""
        )
    return ""


def _names_of(value: Any) -> str:
    names = [_text_of(item) for item in (value if isinstance(value, list) else [value])]
    return ", ".join(dict.fromkeys(name for name in names if name and not name.startswith("http")))


def _take_ld(nodes: list[dict[str, Any]], found: PageMetadata) -> None:
    articles = [node for node in nodes if _types(node) & set(_ARTICLE_TYPES)]
    kinds = set().union(*map(_types, nodes)) if nodes else set()
    if articles:
        found.kind = "live-blog" if any("LiveBlogPosting" in _types(node) for node in articles) else "article"
    elif kinds & _INDEX_TYPES and not kinds & {"WebPage", "VideoObject"}:
        found.kind = "index"
    for node in articles[:1] or [n for n in nodes if "WebPage" in _types(n) and n.get("datePublished")][:1]:
        pairs = (
            (found.titles, _text_of(node.get("headline"))),
            (found.published, _text_of(node.get("datePublished")) or _text_of(node.get("dateCreated"))),
            (found.modified, _text_of(node.get("dateModified"))),
            (found.authors, _names_of(node.get("author")) or _names_of(node.get("creator"))),
            (found.sections, _text_of(node.get("articleSection"))),
            (found.images, _image_of(node.get("image"))),
            (found.languages, _text_of(node.get("inLanguage"))),
            (found.urls, _url_of(node)),
        )
        for target, value in pairs:
            if value:
                target.append((value, "json-ld"))
        found.body = found.body or _text_of(node.get("articleBody"))
        found.description = _text_of(node.get("description"))
        found.site_name = _text_of(node.get("publisher"))


def _url_of(node: dict[str, Any]) -> str:
    for key in ("url", "mainEntityOfPage", "@id"):
        value = node.get(key)
        text = (
            value
            if isinstance(value, str)
            else (value.get("@id") or value.get("url"))
            if isinstance(value, dict)
            else None
        )
        if isinstance(text, str) and text.startswith("http"):
            return text.split("#")[0]
    return ""


def _image_of(value: Any) -> str:
    if isinstance(value, list):
        return next((text for text in map(_image_of, value) if text), "")
    if isinstance(value, dict):
        return _text_of(value.get("url")) or _text_of(value.get("contentUrl"))
    return value if isinstance(value, str) else ""


def _meta_values(tree: Any) -> dict[str, str]:
    values: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv")
        content = meta.get("content")
        if key and content and content.strip():
            values.setdefault(key.strip().lower(), content.strip())
    return values


def _take_meta(metas: dict[str, str], found: PageMetadata) -> None:
    for keys, target, method in (
        (
            ("og:title", "twitter:title", "parsely-title", "dc.title", "sailthru.title", "headline"),
            found.titles,
            "meta",
        ),
        (_META_DATES, found.published, "meta"),
        (_META_MODIFIED, found.modified, "meta"),
        (_META_AUTHORS, found.authors, "meta"),
        (_META_SECTIONS, found.sections, "meta"),
        (("og:image", "og:image:url", "twitter:image", "twitter:image:src"), found.images, "meta"),
        (("og:url", "twitter:url", "parsely-link"), found.urls, "meta"),
        (("og:locale", "content-language", "language", "dc.language", "inlanguage"), found.languages, "meta"),
    ):
        target += [(metas[key], method) for key in keys if key in metas]
    found.authors = [(value, method) for value, method in found.authors if not value.startswith("http")]
    kind = metas.get("og:type", "").lower()
    if not found.kind and kind:
        found.kind = (
            "article"
            if kind in ("article", "news", "news.article", "newsarticle")
            else "index"
            if kind == "website"
            else ""
        )
    found.description = found.description or metas.get("og:description") or metas.get("description") or ""
    found.site_name = metas.get("og:site_name") or found.site_name or metas.get("application-name", "")


def _take_links(tree: Any, found: PageMetadata) -> None:
    html = tree if tree.tag == "html" else next(tree.iter("html"), None)
    if html is not None:
        lang = html.get("lang") or html.get("{http://www.w3.org/XML/1998/namespace}lang") or html.get("xml:lang")
        if lang:
            found.languages.insert(0, (lang, "page"))
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            found.urls.insert(0, (link.get("href"), "canonical"))
            break
