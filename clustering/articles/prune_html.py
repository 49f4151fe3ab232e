"""Take a page's marked furniture out of its tree before the text is extracted.

Takes a parsed tree and changes it in place. Three marks: names (class, id, role), headings ("Trending now"), and further articles under the
first (infinite scroll). A block that holds much of the page's text is never taken, whatever its name.
"""

from __future__ import annotations

import re
from typing import Any, Literal

from clustering.articles.block_names import BODY_NAMES, CREDIT_NAMES, DECK_NAMES, LIKELY_NAMES, SURE_NAMES
from clustering.articles.furniture import is_paragraph
from clustering.articles.furniture_table import FurnitureTable

__all__ = ["prune_page", "take_credit_lines", "take_deck"]

_HEADINGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "p", "div", "span", "dt", "legend", "summary", "a", "li"}
)
_NEVER = frozenset({"html", "body", "main", "head", "article"})
_ALWAYS = frozenset({"nav", "form", "dialog", "button", "select", "menu", "template"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_ROLES = frozenset({"navigation", "complementary", "dialog", "alertdialog", "contentinfo", "search", "menu"})
THIN_CHARS = 250
"""Less than this is no part of an article worth keeping against a name that speaks against it: two sentences."""
_MAX_SHARE = 0.35
"""A block with a larger share of the page's paragraph text stays: names lie (``class="page sidebar-right share-enabled"``)."""


def _length(element: Any) -> int:
    return sum(len(text) for text in element.itertext())


def _paragraph_length(element: Any) -> int:
    return sum(_length(p) for p in element.iter("p"))


def _drop(element: Any) -> None:
    """Remove an element, keep the text that follows it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail and element.tail.strip():
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def prune_page(tree: Any, furniture: FurnitureTable) -> None:
    """Remove furniture from the tree, in place."""
    body = next(tree.iter("body"), tree)
    for name in ("script", "style", "noscript", "iframe", "svg", "template"):
        for element in list(body.iter(name)):
            _drop(element)
    total = _paragraph_length(body) or _length(body) or 1
    _drop_neighbours(body, total)
    _drop_named(body, total)
    _drop_under_headings(body, total, furniture)


def take_credit_lines(tree: Any) -> list[str]:
    """Take out short elements named as bylines, credits and sources, give their lines; those of pictures are left to go with them."""
    lines: list[str] = []
    body = next(tree.iter("body"), tree)
    for element in list(body.iter("p", "div", "span", "small", "em", "footer", "address", "li")):
        names = (
            f"{element.get('class', '')} {element.get('id', '')} {element.get('rel', '')} {element.get('itemprop', '')}"
        )
        if len(names) <= 6 or element.getparent() is None or not CREDIT_NAMES.search(names):
            continue
        line = " ".join("".join(element.itertext()).split())
        if len(line) > 140 or any(
            a.tag in ("figure", "figcaption", "picture", "aside") for a in element.iterancestors()
        ):
            continue
        if line:
            lines.append(line)
        _drop(element)
    return lines


def take_deck(tree: Any) -> list[str]:
    """Take out the deck (standfirst, chapô) under the heading, give its lines: it is the outlet's own summary, not the text."""
    lines: list[str] = []
    for element in list(tree.iter("p", "div", "h2", "h3", "span")):
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if len(names) > 4 and element.getparent() is not None and DECK_NAMES.search(names):
            line = " ".join("".join(element.itertext()).split())
            if 30 <= len(line) <= 600 and not any(a.tag in ("aside", "nav", "footer") for a in element.iterancestors()):
                lines.append(line)
                _drop(element)
                break
    return lines


def _drop_named(body: Any, total: int) -> None:
    for element in list(body.iter()):
        tag = element.tag
        if not isinstance(tag, str) or tag in _NEVER or element.getparent() is None:
            continue
        attributes = element.attrib
        if not attributes and tag not in _ALWAYS and tag not in ("footer", "aside"):
            continue
        if tag not in _ALWAYS and tag not in ("footer", "aside"):
            mark = _mark_of(attributes)
            if mark is None or (mark == "likely" and not _is_thin(element)):
                continue
        if _paragraph_length(element) > _MAX_SHARE * total or _length(element) > 2 * total:
            continue
        if tag != "aside" and next(element.iter("h1"), None) is not None:
            continue
        _drop(element)


def _mark_of(attributes: Any) -> Literal["sure", "likely"] | None:
    """Say how surely an element's attributes mark furniture."""
    if attributes.get("hidden") is not None or attributes.get("aria-hidden") == "true":
        return "sure"
    if attributes.get("role") in _ROLES:
        return "sure"
    style = attributes.get("style")
    if style and _HIDDEN.search(style):
        return "sure"
    names = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('data-component', '')}"
    if len(names) <= 3 or BODY_NAMES.search(names):
        return None
    return "sure" if SURE_NAMES.search(names) else "likely" if LIKELY_NAMES.search(names) else None


def _is_thin(element: Any) -> bool:
    """Say whether a block holds little text, or mostly links."""
    n_chars = _length(element)
    if sum(_length(link) for link in element.iter("a")) > 0.4 * n_chars:
        return True
    return n_chars < THIN_CHARS and not any(is_paragraph("".join(p.itertext()).strip()) for p in element.iter("p"))


def _drop_under_headings(body: Any, total: int, furniture: FurnitureTable) -> None:
    """Remove blocks of links that a heading announces."""
    for element in list(body.iter()):
        if not isinstance(element.tag, str) or element.tag not in _HEADINGS or element.getparent() is None:
            continue
        if element.tag in ("div", "p", "span", "li", "a") and len(element) > 2:
            continue
        text = " ".join("".join(element.itertext()).split())
        if not 3 <= len(text) <= 70:
            continue
        kind = furniture.kind_of(text)
        if kind not in ("trending", "related"):
            continue
        block = _block_of(element, total)
        if block is not None:
            _drop(block)
        else:
            _drop_following(element, furniture)


def _block_of(heading: Any, total: int) -> Any | None:
    """Give the largest element around a heading that is mostly links or list items, ``None`` when there is none."""
    best = None
    element = heading.getparent()
    while element is not None and isinstance(element.tag, str) and element.tag not in _NEVER:
        if _paragraph_length(element) > 0.25 * total or _length(element) > 0.5 * total:
            break
        if next(element.iter("h1"), None) is not None:
            break
        if heading is element[0] or element[0] in heading.iterancestors():
            best = element
        else:
            break
        element = element.getparent()
    return best


def _drop_following(heading: Any, furniture: FurnitureTable) -> None:
    """Remove a heading and the lists, links and short lines after it, up to the next paragraph."""
    element = heading
    while element is not None:
        following = element.getnext()
        if element is not heading:
            text = " ".join("".join(element.itertext()).split()) if isinstance(element.tag, str) else ""
            links = sum(_length(a) for a in element.iter("a")) if isinstance(element.tag, str) else 0
            is_list = element.tag in ("ul", "ol", "dl", "nav")
            if not is_list and len(text) > 60 and links < 0.6 * len(text):
                return
        _drop(element)
        element = following


def _drop_neighbours(body: Any, total: int) -> None:
    """Keep the first article of a page that scrolls on into others."""
    articles = [a for a in body.iter("article") if next(a.iterancestors("article"), None) is None]
    if len(articles) < 2:
        return
    lengths = [_paragraph_length(a) for a in articles]
    with_title = [i for i, a in enumerate(articles) if next(a.iter("h1"), None) is not None]
    main = with_title[0] if with_title else max(range(len(articles)), key=lambda i: lengths[i])
    if lengths[main] < 0.1 * total:
        return
    for index, article in enumerate(articles):
        if index != main and article.getparent() is not None:
            _drop(article)
