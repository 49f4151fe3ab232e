"""Take a page's marked furniture out of its tree before the text is extracted.

Takes a parsed tree and changes it in place. Three marks: names (class, id, role), headings ("Trending now"), and further articles under the
first (infinite scroll). A block that holds much of the page's text is never taken, whatever its name.
"""

from __future__ import annotations

import re
from typing import Any

from clustering.articles.furniture_table import FurnitureTable

__all__ = ["CREDIT_NAMES", "prune_page", "take_credit_lines", "take_deck"]

_NAMES = re.compile(
    r"(?:^|[\s_\-/])(?:"
    r"related(?:[_-]?\w+)?|read[_-]?(?:also|more|next|too)|also[_-]?read|see[_-]?also|more[_-]?(?:news|stories|from|on|articles)|trending|trends?|most[_-]?(?:read|popular|viewed|shared)|"
    r"popular(?:[_-]?\w+)?|top[_-]?(?:news|stories)|recommend(?:ed|ations?|er)?|recirc(?:ulation)?|outbrain|taboola|sharebar|share(?:[_-]?\w+)?|sharing|social(?:[_-]?\w+)?|"
    r"newsletter(?:[_-]?\w+)?|subscri(?:be|ption|bers?)(?:[_-]?\w+)?|paywall(?:[_-]?\w+)?|promo(?:[_-]?\w+)?|advert(?:isement|orial|s)?|ads?|ad[_-](?:slot|unit|block|box|banner|container|wrapper)|banner|sponsor(?:ed)?|"
    r"cookies?(?:[_-]?\w+)?|qc-cmp\w*|onetrust\S*|didomi\S*|sp_message\S*|usercentrics\S*|cookiebot\S*|truste\S*|iubenda\S*|osano\S*|fc-consent\S*|cmplz\S*|privacy|consent(?:[_-]?\w+)?|gdpr|cmp|comments?(?:[_-]?(?:list|section|block|area|count))?|disqus\w*|breadcrumbs?|sidebar|side[_-]?bar|widget(?:s)?|teasers?|"
    r"tags?(?:[_-]?list)?|tag[_-]?cloud|next[_-]?(?:article|post|story)|prev(?:ious)?[_-]?(?:article|post|story)|infinite(?:[_-]?\w+)?|footer|site[_-]?footer|masthead|"
    r"author[_-]?(?:bio|box|card)|login|signup|sign[_-]?up|modal|popup|overlay|print[_-]?only|hidden|toolbar|lesen[_-]?sie|meistgelesen|leia[_-]?(?:mais|tambem)|lire[_-]?aussi|"
    r"mas[_-]?leid\w+|ultimas|correlat\w+|najcz\w+|polecane|popul[ay]rn\w*|novosti-po-teme|po-teme|readmore|readalso|ranking|photo[_-]?credit|caption|copyright|nav(?:bar|igation)?|menu|foot|most|hot|rel|path|editor|trend|more|bandeau|encart|barra|relacionad\w+|ilgili|fresh|top[_-]?bar|utility|skip[_-]?link|notice|alert|donat(?:e|ion)|support[_-]?us|app[_-]?banner|push|toc|series|topics?|keywords|poll|quiz|player|gallery|slideshow|lightbox|embed"
    r")(?=$|[\s_\-/])",
    re.IGNORECASE,
)
_BODY_NAMES = re.compile(
    r"(?:article|post|story|entry|news|text|content)[_-]?_{0,2}(?:body|text|content|main|inner)|articlebody",
    re.IGNORECASE,
)
CREDIT_NAMES = re.compile(
    r"(?:^|[\s_\-])(?:by-?line|credits?|source|agency|author|signature|wire|autor|auteur|fuente|fonte|quelle|istochnik)(?:s|[\s_-]\w+)?(?=$|[\s_\-])",
    re.IGNORECASE,
)
_DECK_NAMES = re.compile(
    r"(?:^|[\s_\-])(?:chapo|chapeau|standfirst|dec?k|sub-?title|sub-?head(?:line)?|sottotitolo|occhiello|entradilla|bajada|copete|vorspann|linha-fina)"
    r"(?=$|[\s_\-])",
    re.IGNORECASE,
)
_HEADINGS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "strong", "b", "p", "div", "span", "dt", "legend", "summary", "a", "li"}
)
_NEVER = frozenset({"html", "body", "main", "head", "article"})
_ALWAYS = frozenset({"nav", "form", "dialog", "button", "select", "menu", "template"})
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
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
        if len(names) > 4 and element.getparent() is not None and _DECK_NAMES.search(names):
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
        if tag in _ALWAYS or tag in ("footer", "aside") or _is_marked(attributes):
            if _paragraph_length(element) > _MAX_SHARE * total or _length(element) > 2 * total:
                continue
            if tag != "aside" and next(element.iter("h1"), None) is not None:
                continue
            _drop(element)


def _is_marked(attributes: Any) -> bool:
    if attributes.get("hidden") is not None or attributes.get("aria-hidden") == "true":
        return True
    role = attributes.get("role")
    if role in ("navigation", "complementary", "dialog", "alertdialog", "contentinfo", "search", "menu"):
        return True
    style = attributes.get("style")
    if style and _HIDDEN.search(style):
        return True
    names = f"{attributes.get('class', '')} {attributes.get('id', '')} {attributes.get('data-component', '')}"
    if len(names) <= 3 or not _NAMES.search(names):
        return False
    return not _BODY_NAMES.search(names)


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
