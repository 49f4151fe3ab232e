"""The title of an HTML page: the publisher's headline, without the outlet's name, as the page shows it.

Takes what the page says of itself and its tree, sets the title on ``Extracted``; also finds the element that shows it.
"""

from __future__ import annotations

import re
from typing import Any

from clustering.articles.extracted import Extracted, clean_inline
from clustering.articles.page_metadata import PageMetadata

__all__ = ["find_heading", "take_title"]

_SEPARATORS = re.compile(r"\s+[|–—·•»:-]\s+|\s*[|｜]\s*|\s*_\s*(?=[^_]*$)")
_HEADING_TAGS = ("h2", "h3", "font", "b", "strong", "big", "div", "td", "p", "span")


def take_title(found: Extracted, meta: PageMetadata, heading: str, tree: Any) -> None:
    """Set the title. ``heading`` is the text of the first ``h1``, empty when there is none."""
    document = next((clean_inline(value) for value, method in meta.titles if method == "title"), "")
    if heading and _names_site(heading, document):
        meta.site_name, heading = meta.site_name or heading, ""
    for value, method in meta.titles:
        title = _strip_site(clean_inline(value), meta.site_name, heading)
        if not title or title.casefold() == meta.site_name.casefold():
            continue
        if method == "title" and not heading:
            title, method = _match_heading(title, tree)
        # titles for social networks are cut or spiced: the page's own heading wins where it holds them, or where the document
        # is titled by it
        cut = title.rstrip("….")
        if (
            method == "meta"
            and heading
            and ((cut and heading.startswith(cut)) or (len(heading) >= 15 and document.startswith(heading)))
        ):
            title, method = heading, "heading"
        found.title, found.methods["title"] = title, method
        return
    if heading:
        found.title, found.methods["title"] = heading, "heading"


def _names_site(heading: str, document: str) -> bool:
    """Say whether the ``h1`` is the outlet's name: the shorter end of the document's title."""
    parts = [part for part in _SEPARATORS.split(document) if part]
    if len(parts) < 2 or heading not in (parts[0], parts[-1]):
        return False
    rest = max((part for part in parts if part != heading), key=len, default="")
    return len(rest) > 1.5 * len(heading) and len(rest.split()) >= 4


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


def find_heading(tree: Any, title: str) -> Any | None:
    """Give the element that shows the title: the first ``h1``, else the innermost one with just these words."""
    heading = next(tree.iter("h1"), None)
    if heading is not None or not title:
        return heading
    best = None
    for element in tree.iter(*_HEADING_TAGS):
        if len(element) <= 3 and clean_inline("".join(element.itertext())[:400]) == title:
            best = element
    return best
