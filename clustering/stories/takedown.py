"""What a takedown touches, what stays to block its return, and the proof that nothing else is left.

Takes what a person asked to forget and what is stored, gives a ``ForgetPlan``: articles, table rows, files, tombstones. Carries out nothing;
the store does, and then searches everything for what must be gone with ``find_remnants``.

A tombstone must outlive the text without repeating it: it keeps ids and hashes of URLs and texts, and in the clear only what the person named.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from clustering.errors import InputError, UnknownId

__all__ = [
    "ForgetPlan",
    "ForgetTarget",
    "Remnant",
    "StoredArticle",
    "StoredFile",
    "Tombstone",
    "find_block",
    "find_remnants",
    "hash_text",
    "list_needles",
    "parse_target",
    "plan_forgetting",
]

ARTICLE_TABLES: Mapping[str, str] = {
    "articles": "article_id",
    "article_texts": "article_id",
    "vectors": "article_id",
    "features": "article_id",
    "assignments": "article_id",
    "comparisons": "article_id",
    "rejects": "article_id",
}
_NEEDLE_CHARS = 60
_MIN_NEEDLE_CHARS = 12


@dataclass(frozen=True, slots=True)
class ForgetTarget:
    """What to forget: one article, everything of an outlet, or everything under an URL prefix."""

    kind: Literal["article", "outlet", "url-prefix"]
    value: str


@dataclass(frozen=True, slots=True)
class StoredArticle:
    """An article as far as a takedown must know it."""

    article_id: str
    url: str | None = None
    canonical_url: str | None = None
    outlet: str | None = None
    title: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the workspace. ``article_ids``: those whose content it holds, ``None`` when that is not known (it must be searched)."""

    path: str
    kind: Literal["raw", "snapshot", "feed", "vectors", "database", "other"]
    article_ids: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What blocks re-ingest. ``keys``: of an article its id and the hashes of its URLs and text; of an outlet or prefix the value itself."""

    kind: Literal["article", "outlet", "url-prefix"]
    keys: tuple[str, ...]
    at: datetime
    author: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ForgetPlan:
    """Everything a takedown must do. ``rows``: table -> column whose value is in ``article_ids``. ``rewrite``: files that hold other
    articles too; ``delete``: files that hold nothing else; ``search``: files whose content is not known. ``story_ids``: to be described anew."""

    target: ForgetTarget
    article_ids: tuple[str, ...]
    story_ids: tuple[str, ...]
    rows: Mapping[str, str]
    delete: tuple[str, ...]
    rewrite: tuple[str, ...]
    search: tuple[str, ...]
    tombstones: tuple[Tombstone, ...]


@dataclass(frozen=True, slots=True)
class Remnant:
    """A place where something that must be gone was still found. ``needle`` is shortened, not to repeat the text."""

    place: str
    article_id: str
    needle: str


def parse_target(text: str, articles: Iterable[StoredArticle]) -> ForgetTarget:
    """Understand what a person typed: an article id, an outlet, or an URL prefix (with ``http``).

    Errors: ``UnknownId`` when nothing stored matches; ``InputError`` for an URL prefix that would take a whole scheme or top domain.
    """
    value = text.strip()
    listed = list(articles)
    if re.match(r"https?://", value):
        host = re.sub(r"^https?://", "", value).split("/")[0]
        if "." not in host.strip("."):
            raise InputError(f"forget: {value} is too wide; name a host at least")
        return ForgetTarget("url-prefix", value)
    if any(one.article_id == value for one in listed):
        return ForgetTarget("article", value)
    if any(one.outlet == value for one in listed):
        return ForgetTarget("outlet", value)
    raise UnknownId(f"forget: no article, outlet or URL {value}")


def plan_forgetting(
    target: ForgetTarget,
    articles: Iterable[StoredArticle],
    files: Iterable[StoredFile],
    assignments: Mapping[str, str],
    *,
    at: datetime,
    author: str,
    reason: str = "",
    tables: Mapping[str, str] = ARTICLE_TABLES,
) -> ForgetPlan:
    """Plan a takedown. An outlet or prefix without a stored article is still planned: its tombstone blocks what may come.

    Errors: ``UnknownId`` when an article to forget is not stored.
    """
    touched = sorted((one for one in articles if _is_meant(one, target)), key=lambda one: one.article_id)
    if not touched and target.kind == "article":
        raise UnknownId(f"forget: no article {target.value}")
    ids = frozenset(one.article_id for one in touched)
    delete, rewrite, search = [], [], []
    for file in sorted(files, key=lambda one: one.path):
        if file.article_ids is None:
            search.append(file.path)
        elif file.article_ids and file.article_ids <= ids:
            delete.append(file.path)
        elif file.article_ids & ids:
            rewrite.append(file.path)
    tombstones = [Tombstone("article", _list_keys(one), at, author, reason) for one in touched]
    if target.kind != "article":
        tombstones.append(Tombstone(target.kind, (target.value,), at, author, reason))
    return ForgetPlan(
        target=target,
        article_ids=tuple(sorted(ids)),
        story_ids=tuple(sorted({assignments[one] for one in ids if one in assignments})),
        rows=dict(tables),
        delete=tuple(delete),
        rewrite=tuple(rewrite),
        search=tuple(search),
        tombstones=tuple(tombstones),
    )


def find_block(article: StoredArticle, tombstones: Sequence[Tombstone]) -> Tombstone | None:
    """Give the tombstone that forbids taking an article in (reject reason ``tombstone``), ``None`` when it may come."""
    keys = set(_list_keys(article))
    urls = [url for url in (article.canonical_url, article.url) if url]
    for stone in tombstones:
        if stone.kind == "article" and keys & set(stone.keys):
            return stone
        if stone.kind == "outlet" and article.outlet in stone.keys:
            return stone
        if stone.kind == "url-prefix" and any(_is_under(url, key) for url in urls for key in stone.keys):
            return stone
    return None


def list_needles(article: StoredArticle) -> tuple[str, ...]:
    """Give the pieces of an article whose presence anywhere proves that it is not gone: title, URLs, and cuts of its text.

    Pieces too short to be its own are left out; the id is not a piece, because tombstone and history keep it.
    """
    text = " ".join(article.text.split())
    cuts = [text[i : i + _NEEDLE_CHARS] for i in (0, len(text) // 2, max(len(text) - _NEEDLE_CHARS, 0))] if text else []
    found = [" ".join(article.title.split()), article.url or "", article.canonical_url or "", *cuts]
    return tuple(dict.fromkeys(one for one in found if len(one) >= _MIN_NEEDLE_CHARS))


def find_remnants(
    articles: Sequence[StoredArticle], places: Iterable[tuple[str, str | bytes]], *, kept: Sequence[StoredArticle] = ()
) -> tuple[Remnant, ...]:
    """Search places (name, content) for anything of forgotten articles.

    Content is compared with runs of white space as one blank, and JSON escapes undone. Pieces that a kept article has too (the reprint of one wire text in another
    outlet) prove nothing and are not searched for.
    """
    shared = " ".join(f"{' '.join(one.title.split())} {' '.join(one.text.split())}" for one in kept)
    needles = [
        (article.article_id, needle) for article in articles for needle in list_needles(article) if needle not in shared
    ]
    found: list[Remnant] = []
    for place, content in places:
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
        plain = " ".join(text.split())
        loose = " ".join(_unescape(plain).split()) if "\\" in plain else plain
        for article_id, needle in needles:
            if needle in plain or needle in loose:
                found.append(Remnant(place, article_id, needle[:24]))
    return tuple(found)


def hash_text(text: str) -> str:
    """Give a hash of a text that does not change with case, spacing or the form of its characters."""
    canonical = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return "h:" + hashlib.blake2b(canonical.encode("utf-8", "replace"), digest_size=16).hexdigest()


def _list_keys(article: StoredArticle) -> tuple[str, ...]:
    keys = [f"id:{article.article_id}"]
    keys += [f"url{hash_text(_strip_scheme(url))}" for url in (article.canonical_url, article.url) if url]
    if len(article.text) >= _NEEDLE_CHARS:
        keys.append(f"text{hash_text(article.outlet or '')}{hash_text(article.text)}")
    return tuple(dict.fromkeys(keys))


def _is_meant(article: StoredArticle, target: ForgetTarget) -> bool:
    if target.kind == "article":
        return article.article_id == target.value
    if target.kind == "outlet":
        return article.outlet == target.value
    return any(_is_under(url, target.value) for url in (article.canonical_url, article.url) if url)


def _is_under(url: str, prefix: str) -> bool:
    """Say whether an URL is under a prefix. A prefix that is only a host does not take in longer hosts."""
    url, prefix = _strip_scheme(url), _strip_scheme(prefix)
    if "/" not in prefix:
        return re.split(r"[/?#]", url)[0].casefold() == prefix.casefold()
    return url.startswith(prefix)


def _strip_scheme(url: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", url.strip(), flags=re.IGNORECASE)


def _unescape(text: str) -> str:
    def decode(match: re.Match[str]) -> str:
        return chr(int(match[1], 16))

    plain = re.sub(r"\\u([0-9a-fA-F]{4})", decode, text)
    plain = plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return re.sub(r"\\[nrt]", " ", plain).replace('\\"', '"').replace("\\/", "/")
