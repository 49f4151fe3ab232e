"""What building articles needs beyond the page: config, outlets, wires, furniture, zones and the clock of the run.

Reads the tables once; holds no page and is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from clustering.articles.dates import find_zone
from clustering.articles.furniture_table import FurnitureTable, load_furniture
from clustering.articles.outlets import load_outlets
from clustering.articles.wire_table import WireTable, load_wires
from clustering.config import Config, IngestConfig, find_configs
from clustering.errors import ConfigError
from clustering.types import Outlet

__all__ = ["ArticleContext", "load_context"]

_MONTH_FIRST_COUNTRIES = frozenset({"US", "PH", "FM", "PW"})


@dataclass(frozen=True)
class ArticleContext:
    """All that building needs beyond the page: read once, never changed. ``now`` is the clock of the run."""

    config: IngestConfig
    outlets: Mapping[str, Outlet]
    wires: WireTable
    furniture: FurnitureTable
    now: datetime
    default_zone: tzinfo = UTC
    zones: dict[str, tzinfo] = field(default_factory=dict)

    def zone_of(self, outlet: str | None) -> tzinfo:
        """Give the zone in which an outlet writes local times: its own, its parent domain's, or the default."""
        if outlet is None:
            return self.default_zone
        zone = self.zones.get(outlet)
        if zone is None:
            known = self.outlet(outlet)
            zone = find_zone(known.timezone) if known is not None and known.timezone else self.default_zone
            self.zones[outlet] = zone
        return zone

    def is_month_first(self, outlet: str | None) -> bool:
        """Say whether an outlet writes 02/03/2025 for 3 February: only where its country does."""
        known = self.outlet(outlet)
        return known is not None and known.country in _MONTH_FIRST_COUNTRIES

    def outlet(self, host: str | None) -> Outlet | None:
        """Give what is known of an outlet, by its host or a parent of it."""
        while host and "." in host:
            known = self.outlets.get(host)
            if known is not None:
                return known
            host = host.partition(".")[2]
        return None


def load_context(config: Config, *, now: datetime | None = None) -> ArticleContext:
    """Read outlets, wires and furniture. Errors: ``ConfigError``, ``InputError``."""
    folder = find_configs()
    outlets: dict[str, Outlet] = {}
    if (folder / "world.toml").is_file():
        outlets.update(load_outlets(folder / "world.toml"))
    for file in (folder / "outlets.toml", Path(config.outlets_file) if config.outlets_file else None):
        if file is not None:
            outlets.update(load_outlets(file))
    try:
        zone = find_zone(config.ingest.default_timezone)
    except ValueError as error:
        raise ConfigError(f"ingest.default_timezone: {error}") from error
    return ArticleContext(
        config=config.ingest,
        outlets=outlets,
        wires=load_wires(folder / "wires.toml", *([Path(config.wires_file)] if config.wires_file else [])),
        furniture=load_furniture(folder / "furniture.toml"),
        now=now or datetime.now(UTC),
        default_zone=zone,
    )
