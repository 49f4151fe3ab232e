"""What the config says about outlets: ``[[outlet]]`` tables of TOML files.

Gives ``Outlet`` records by host. Errors: ``ConfigError`` naming file, entry, key and reason.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from clustering.articles.dates import find_zone
from clustering.articles.languages import normalise_language
from clustering.errors import ConfigError, InputError
from clustering.types import Outlet

__all__ = ["load_outlets"]

_TEXT_KEYS = ("host", "name", "country", "language", "timezone", "kind", "owner", "lean")
_LIST_KEYS = ("rss", "sitemap", "aliases")


def load_outlets(path: Path) -> dict[str, Outlet]:
    """Read the outlets of a TOML file, by host; ``aliases`` (other hosts of the same outlet) point to the same record.

    Other tables of the file (sources) are left alone. Errors: ``InputError`` for a missing file, ``ConfigError`` for a wrong one.
    """
    if not path.is_file():
        raise InputError(f"no outlets file {path}")
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error
    outlets: dict[str, Outlet] = {}
    for number, entry in enumerate(data.get("outlet", []), 1):
        outlet, aliases = _read_outlet(f"{path}: outlet {number} ({entry.get('host')})", entry)
        for host in (outlet.host, *aliases):
            if host in outlets:
                raise ConfigError(f"{path}: outlet {number}: host: {host} is listed twice")
            outlets[host] = outlet
    return outlets


def _read_outlet(where: str, entry: dict[str, Any]) -> tuple[Outlet, list[str]]:
    for key, value in entry.items():
        if key in _TEXT_KEYS:
            if not isinstance(value, str) or not value:
                raise ConfigError(f"{where}: {key}: must be a non-empty string (got {value!r})")
        elif key in _LIST_KEYS:
            if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
                raise ConfigError(f"{where}: {key}: must be a list of strings (got {value!r})")
        else:
            raise ConfigError(f"{where}: {key}: unknown key")
    if "host" not in entry:
        raise ConfigError(f"{where}: host: is missing")
    host = entry["host"].lower().removeprefix("www.")
    if "/" in host or ":" in host:
        raise ConfigError(f"{where}: host: must be a host name, not an URL (got {entry['host']!r})")
    kind = entry.get("kind", "outlet")
    if kind not in ("outlet", "wire"):
        raise ConfigError(f"{where}: kind: must be outlet or wire (got {kind!r})")
    if "timezone" in entry:
        try:
            find_zone(entry["timezone"])
        except ValueError as error:
            raise ConfigError(f"{where}: timezone: {error}") from error
    outlet = Outlet(
        host=host,
        name=entry.get("name", host),
        country=entry.get("country"),
        language=normalise_language(entry.get("language")),
        timezone=entry.get("timezone"),
        kind=kind,
        owner=entry.get("owner"),
        lean=entry.get("lean"),
    )
    return outlet, [alias.lower() for alias in entry.get("aliases", [])]
