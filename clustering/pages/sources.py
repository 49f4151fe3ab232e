"""The sources a user configures: ``[[rss]]``, ``[[sitemap]]``, ``[[page]]``, ``[[files]]`` and ``[[warc]]`` tables of a TOML file.

Gives typed records. ``[[outlet]]`` tables of the same file count too: their ``rss`` and ``sitemap`` lists are sources. Errors: ``ConfigError`` naming file,
table, key and reason.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from clustering.articles.urls import split_host
from clustering.errors import ConfigError, InputError, RejectedPage

__all__ = ["FilesSource", "PageSource", "RssSource", "SitemapSource", "Source", "WarcSource", "load_sources"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=200)]
    """Unique among all sources; names the source in messages, status and state."""
    outlet: str | None = None
    """Host of the outlet, where pages do not tell it."""
    language: str | None = None
    """Language, where pages do not tell it."""
    is_enabled: bool = True


class RssSource(_Table):
    """An RSS, RDF, Atom or JSON feed that somebody publishes."""

    kind: Literal["rss"] = "rss"
    url: str
    fetch_pages: bool = True
    """Fetch the page behind each entry; without it the entry's own text is the article."""
    max_pages: Annotated[int, Field(ge=1, le=5_000)] = 300
    """At most this many pages a poll; the rest comes with the next."""


class SitemapSource(_Table):
    """A sitemap, news sitemap or index of sitemaps."""

    kind: Literal["sitemap"] = "sitemap"
    url: str
    since_days: Annotated[float, Field(gt=0, le=36_500)] = 3.0
    """Pages changed longer ago are left alone; pages without a date are taken."""
    max_pages: Annotated[int, Field(ge=1, le=50_000)] = 500
    max_sitemaps: Annotated[int, Field(ge=1, le=1_000)] = 10
    """Of an index, the newest so many sitemaps are read."""


class PageSource(_Table):
    """Single pages by address."""

    kind: Literal["page"] = "page"
    urls: Annotated[tuple[str, ...], Field(min_length=1)]


class FilesSource(_Table):
    """Files and folders, as on the command line."""

    kind: Literal["files"] = "files"
    paths: Annotated[tuple[str, ...], Field(min_length=1)]
    """Relative to the file that names them."""


class WarcSource(_Table):
    """WARC files or folders of them."""

    kind: Literal["warc"] = "warc"
    paths: Annotated[tuple[str, ...], Field(min_length=1)]


Source = RssSource | SitemapSource | PageSource | FilesSource | WarcSource

_TABLES: dict[str, type[_Table]] = {
    "rss": RssSource, "sitemap": SitemapSource, "page": PageSource, "files": FilesSource, "warc": WarcSource,
}  # fmt: skip


def load_sources(path: Path) -> list[Source]:
    """Read all sources of a TOML file, in its order; disabled ones are left out. Errors: ``InputError``, ``ConfigError``."""
    if not path.is_file():
        raise InputError(f"no sources file {path}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    unknown = set(data) - set(_TABLES) - {"outlet"}
    if unknown:
        raise ConfigError(f"{path}: {sorted(unknown)[0]}: unknown key")
    sources: list[Source] = []
    for kind, model in _TABLES.items():
        for number, table in enumerate(data.get(kind, []), 1):
            sources.append(_read_table(path, kind, number, model, table))
    for table in data.get("outlet", []):
        sources += _sources_of_outlet(path, table)
    names: set[str] = set()
    for source in sources:
        if source.name in names:
            raise ConfigError(f"{path}: {source.kind} {source.name!r}: name: is used twice")
        names.add(source.name)
    return [source for source in sources if source.is_enabled]


def _read_table(path: Path, kind: str, number: int, model: type[_Table], table: dict[str, Any]) -> Any:
    where = f"{path}: {kind} {number}"
    try:
        source = model(**table)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = "unknown key" if first["type"] == "extra_forbidden" else f"{first['msg']} (got {first['input']!r})"
        raise ConfigError(f"{where}: {key}: {reason}") from error
    for url in (getattr(source, "url", None), *getattr(source, "urls", ())):
        if url is not None:
            try:
                split_host(url)
            except RejectedPage as error:
                raise ConfigError(f"{where}: url: {error.detail}") from error
    if hasattr(source, "paths"):
        return source.model_copy(update={"paths": tuple(str((path.parent / item).resolve()) for item in source.paths)})
    return source


def _sources_of_outlet(path: Path, table: dict[str, Any]) -> list[Source]:
    """Make sources of an outlet's ``rss`` and ``sitemap`` lists; they are named after its host."""
    host = str(table.get("host", ""))
    found: list[Source] = []
    for kind in ("rss", "sitemap"):
        for number, url in enumerate(table.get(kind, []), 1):
            name = f"{host} {kind}" if number == 1 else f"{host} {kind} {number}"
            entry = {"name": name, "url": url, "language": table.get("language")}
            found.append(_read_table(path, f"outlet {host}: {kind}", number, _TABLES[kind], entry))
    return found
