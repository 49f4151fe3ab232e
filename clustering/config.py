"""The config: one pydantic model per stage, read from TOML, with environment overrides.

The only module that reads the environment (``SAMESTORY_<STAGE>__<KEY>``). Unknown keys and values out of bounds are errors that name
file, key and reason. The values here are the shipped defaults; ``configs/default.toml`` repeats every one of them with a
comment, and a test keeps the two equal.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from clustering.errors import ConfigError, InputError

__all__ = [
    "ClusterConfig",
    "Config",
    "EncoderConfig",
    "FetchConfig",
    "IngestConfig",
    "PublishConfig",
    "SavedSearch",
    "ServeConfig",
    "StoryConfig",
    "config_hash",
    "find_configs",
    "load_config",
]


class _Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, use_attribute_docstrings=True)


class FetchConfig(_Stage):
    """How pages are fetched. The defaults are polite: one page a second from a host, robots.txt obeyed."""

    user_agent: str = "samestory (set ingest.fetch.user_agent to name yourself and an address to write to)"
    """Sent with every request and matched against robots.txt. Name yourself: outlets block what they cannot ask."""
    http2: bool = True
    """Use HTTP/2 where the server offers it."""
    connections: Annotated[int, Field(ge=1, le=1_000)] = 32
    """Requests in flight over all hosts."""
    host_connections: Annotated[int, Field(ge=1, le=100)] = 2
    """Requests in flight to one host."""
    host_delay_seconds: Annotated[float, Field(ge=0, le=3_600)] = 1.0
    """Pause between two requests to one host; a longer Crawl-delay in robots.txt wins."""
    timeout_seconds: Annotated[float, Field(gt=0, le=600)] = 20.0
    """Longest silence on a connection."""
    total_timeout_seconds: Annotated[float, Field(gt=0, le=3_600)] = 60.0
    """Longest whole request, redirects included: a server that drips one byte a second ends here."""
    max_redirects: Annotated[int, Field(ge=0, le=50)] = 8
    """Redirects followed for one page."""
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """Tries for a transient fault (timeout, reset, 429, 5xx); other faults are never tried again."""
    retry_wait_seconds: Annotated[float, Field(ge=0, le=600)] = 1.0
    """First pause before a retry; it doubles, with jitter."""
    max_retry_after_seconds: Annotated[float, Field(ge=0, le=86_400)] = 30.0
    """A server that asks (Retry-After) for a longer pause than this is left until the next run."""
    obey_robots: bool = True
    """Never fetch what robots.txt forbids."""
    allow_hosts: tuple[str, ...] = ()
    """Hosts that may be fetched although their address is private, loopback or link-local."""


class IngestConfig(_Stage):
    """Pages to articles."""

    max_text_chars: Annotated[int, Field(ge=1_000, le=10_000_000)] = 200_000
    """Longer texts are cut here (characters)."""
    max_page_bytes: Annotated[int, Field(ge=10_000, le=1_000_000_000)] = 20_000_000
    """Larger pages are rejected as too-large (bytes, after decompression)."""
    clock_error_hours: Annotated[float, Field(ge=0, le=72)] = 14.0
    """A date this far after the fetch is still believed: zones are often wrong by up to 14 hours."""
    min_text_chars: Annotated[int, Field(ge=0, le=10_000)] = 80
    """An HTML page with less body than this is not an article unless it says that it is one (characters)."""
    default_timezone: str = "UTC"
    """Zone of local times whose outlet has none configured (IANA name)."""
    languages: tuple[str, ...] = ()
    """Languages the detector chooses from (ISO 639-1); empty: all it knows. Fewer is more exact and lighter."""
    n_processes: Annotated[int, Field(ge=1, le=64)] = 2
    """Processes that extract HTML pages when there are many."""
    furniture_pages: Annotated[int, Field(ge=2, le=1_000)] = 3
    """A line found in this many articles of a host (and in a tenth of them) is the outlet's furniture."""
    copied_share: Annotated[float, Field(gt=0, le=1)] = 0.6
    """Near-duplicates share this much of the shorter text's shingles."""
    keep_raw: bool = True
    """Keep fetched pages as WARC, so that they can be extracted again by later code."""
    poll_min_minutes: Annotated[float, Field(ge=0, le=1_440)] = 10.0
    """A busy rss is polled this often, never more."""
    poll_max_hours: Annotated[float, Field(gt=0, le=24 * 30)] = 24.0
    """A silent or failing rss is still polled this often: dead feeds come back."""
    fetch: FetchConfig = FetchConfig()


class EncoderConfig(_Stage):
    """Articles to vectors."""

    model: str = "bundled"
    """``bundled``, a preset's name, ``org/name`` on a hub, or a folder."""
    revision: str | None = None
    """Revision (branch, tag or commit) of a hub model."""
    backend: Literal["torch", "onnx", "openvino"] = "torch"
    """What runs a transformer; onnx and openvino need the extra of that name."""
    device: str = "cpu"
    """Where a transformer runs: cpu, cuda, mps."""
    batch_size: Annotated[int, Field(ge=1, le=65_536)] = 256
    """Texts in one batch."""
    query_prefix: str | None = None
    """Put before search queries; unset: what the preset says."""
    passage_prefix: str | None = None
    """Put before articles; unset: what the preset says."""
    max_tokens: Annotated[int, Field(ge=8, le=32_768)] | None = None
    """Longest text a transformer reads (tokens); unset: its own limit."""
    dimension: Annotated[int, Field(ge=8, le=8_192)] | None = None
    """Keep only the first so many dimensions (Matryoshka); unset: all."""
    half_precision: bool = False
    """Run a transformer in 16-bit floats."""
    n_processes: Annotated[int, Field(ge=1, le=64)] = 1
    """Processes that encode with a transformer."""
    title_weight: Annotated[float, Field(ge=0, le=1)] = 0.4
    """Share of the title in the vector when there is a lead too."""
    lead_words: Annotated[int, Field(ge=0, le=10_000)] = 200
    """How much of the body the vector sees (words)."""
    long_text: Literal["cut", "mean"] = "cut"
    """Cut long texts, or take the mean over chunks."""


class ClusterConfig(_Stage):
    """Vectors to clusters."""

    min_cluster_size: Annotated[int, Field(ge=2, le=1_000)] = 2
    """Articles a cluster needs; hdbscan's meaning."""
    min_samples: Annotated[int, Field(ge=1, le=1_000)] = 1
    """Neighbours that make an article a core article; hdbscan's meaning."""
    cluster_selection_method: Literal["eom", "leaf"] = "leaf"
    """How cores are taken from the condensed tree; leaf keeps them pure, merging brings the rest."""
    core_probability: Annotated[float, Field(gt=0, lt=1)] = 0.8
    """Articles joined at this probability or more are not split into two cores (hdbscan's epsilon, as a probability)."""
    min_probability: Annotated[float, Field(gt=0, lt=0.5)] = 0.02
    """Pairs of articles less likely than this to tell one story are forgotten."""
    merge_probability: Annotated[float, Field(gt=0, lt=1)] = 0.5
    """Two groups merge when they tell one story with at least this probability: higher gives smaller, purer stories."""
    horizon_hours: Annotated[float, Field(gt=0, le=24 * 365)] = 96.0
    """Articles further apart than this are never neighbours (hours)."""
    n_neighbours: Annotated[int, Field(ge=1, le=1_000)] = 25
    """Nearest articles by meaning that each article is compared with."""
    n_cross_neighbours: Annotated[int, Field(ge=0, le=1_000)] = 8
    """Nearest articles in other languages that each article is compared with."""
    n_term_neighbours: Annotated[int, Field(ge=0, le=1_000)] = 15
    """Articles sharing rare words, and as many sharing rare names, that each article is compared with."""
    window_days: Annotated[float, Field(gt=0, le=3_650)] = 14.0
    """How much of the past a run clusters again (days before the newest article); older stories are settled."""


class StoryConfig(_Stage):
    """Clusters to stories."""

    min_overlap: Annotated[float, Field(gt=0, le=1)] = 0.3
    """Share of members two clusters must have in common to be the same story (Jaccard or containment, see identity)."""
    idle_hours: Annotated[float, Field(gt=0, le=24 * 365)] = 96.0
    """A story without a new article for this long has ended (hours)."""
    thread_days: Annotated[float, Field(gt=0, le=3_650)] = 60.0
    """How far apart two stories of one thread may be (days)."""
    headline_language: str = "en"
    """Preferred language of headlines, when a story has it."""


class SavedSearch(_Stage):
    """A search that has a feed of its own: "tell me when a new outlet joins this story". Every condition given must hold."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,60}$")]
    """Name of its files: lower-case letters, digits and dashes."""
    text: str = ""
    """Words, in any script."""
    language: str | None = None
    """Only stories told in this language."""
    country: str | None = None
    """Only stories told in this country."""
    outlet: str | None = None
    """Only stories told by this outlet."""
    story: str | None = None
    """Only this story (its id)."""
    min_outlets: Annotated[int, Field(ge=1, le=100_000)] = 1
    """Only stories told by this many outlets."""


class PublishConfig(_Stage):
    """Stories to snapshots and feeds."""

    keep_snapshots: Annotated[int, Field(ge=1, le=10_000)] = 7
    """Older snapshot folders are removed."""
    parquet: bool = True
    """Write every public table as Parquet too."""
    feeds: bool = True
    """Write the feeds: JSON, JSON Feed, Atom, CSV, delta, manifest."""
    feed_stories: Annotated[int, Field(ge=0, le=1_000_000)] = 500
    """Stories that get a file of their own, those with the newest articles first; the API has all."""
    base_url: str | None = None
    """Public address of the server or site, for links in feeds (https://news.example.org); unset: links are relative."""
    searches: tuple[SavedSearch, ...] = ()
    """Saved searches, each with feeds of its own: `[[publish.searches]]` tables."""


class ServeConfig(_Stage):
    """Snapshots to readers: the API and the dashboard."""

    token: str | None = None
    """Readers must send `Authorization: Bearer TOKEN`; unset: everybody who reaches the port may read. Better in the environment."""
    cors_origins: tuple[str, ...] = ()
    """Web origins whose scripts may read the API (`https://host`), or `*`."""
    requests_per_second: Annotated[float, Field(gt=0, le=100_000)] = 200.0
    """Sustained rate of one client address; more is answered with 429."""
    burst: Annotated[int, Field(ge=1, le=100_000)] = 400
    """Requests a client may make at once before the rate counts."""
    max_page: Annotated[int, Field(ge=1, le=10_000)] = 200
    """Largest page of a list."""
    max_streams: Annotated[int, Field(ge=0, le=10_000)] = 100
    """Event streams open at once."""
    cache_mb: Annotated[int, Field(ge=0, le=10_000)] = 64
    """Memory for finished answers (megabytes); they are dropped when a new snapshot comes."""


class Config(BaseSettings):
    """The whole config. Sources, strongest first: environment, the file given, ``configs/default.toml``'s values (the defaults here)."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix="SAMESTORY_",
        env_nested_delimiter="__",
        validate_default=True,
        use_attribute_docstrings=True,
    )

    ingest: IngestConfig = IngestConfig()
    encoder: EncoderConfig = EncoderConfig()
    cluster: ClusterConfig = ClusterConfig()
    story: StoryConfig = StoryConfig()
    publish: PublishConfig = PublishConfig()
    serve: ServeConfig = ServeConfig()
    outlets_file: str | None = None
    """A TOML file of ``[[outlet]]`` tables; default: the shipped ``outlets.toml``. Relative to the config file."""
    wires_file: str | None = None
    """A TOML file of ``[[wire]]`` tables that extends the shipped ``wires.toml``. Relative to the config file."""
    sources_file: str | None = None
    """A TOML file of sources (``[[rss]]``, ``[[sitemap]]``, ``[[page]]``, ``[[files]]``, ``[[warc]]``) that ``ingest`` polls. Relative to the config file."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the file."""
        return env_settings, init_settings


@lru_cache(maxsize=1)
def find_configs() -> Path:
    """Give the folder of shipped configs: ``clustering/configs`` in an installed wheel, ``configs`` in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "configs", here.parent / "configs"):
        if (folder / "default.toml").is_file():
            return folder
    raise ConfigError(f"the shipped configs are missing beside {here}: reinstall samestory")


def load_config(path: Path | None = None) -> Config:
    """Read a TOML config file over the defaults.

    Errors: ``InputError`` when the file is missing; ``ConfigError`` naming file, key and reason for anything wrong in it.
    """
    data: dict[str, Any] = {}
    name = "environment"
    if path is not None:
        name = str(path)
        if not path.is_file():
            raise InputError(f"no config file {path}")
        try:
            data = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{path}: not valid TOML: {error}") from error
        for key in ("outlets_file", "wires_file", "sources_file"):
            if isinstance(data.get(key), str):
                data[key] = str((path.parent / data[key]).resolve())
    try:
        return Config(**data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        reason = "unknown key" if first["type"] == "extra_forbidden" else f"{first['msg']} (got {first['input']!r})"
        raise ConfigError(f"{name}: {key}: {reason}") from error


def config_hash(config: Config) -> str:
    """Give 16 hex digits that change when any value changes."""
    canonical = json.dumps(config.model_dump(mode="json"), sort_keys=True)
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()
