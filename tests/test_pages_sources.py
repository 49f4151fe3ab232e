"""The sources a user configures, the outlets, and the shipped starter list."""

from __future__ import annotations

from pathlib import Path

import pytest

from clustering.articles.outlets import load_outlets
from clustering.config import find_configs
from clustering.errors import ConfigError, InputError
from clustering.pages.sources import FilesSource, PageSource, RssSource, SitemapSource, WarcSource, load_sources

WORLD = find_configs() / "world.toml"


def write(tmp_path: Path, content: str) -> Path:
    path = tmp_path / "sources.toml"
    path.write_text(content, encoding="utf-8")
    return path


def test_every_kind_of_source(tmp_path: Path) -> None:
    sources = load_sources(
        write(
            tmp_path,
            """
[[rss]]
name = "valley"
url = "https://valley.example/rss"
fetch_pages = false
[[rss]]
name = "off"
url = "https://off.example/rss"
is_enabled = false
[[sitemap]]
name = "valley news"
url = "https://valley.example/news.xml"
since_days = 1
[[page]]
name = "two pages"
urls = ["https://valley.example/a", "https://valley.example/b"]
[[files]]
name = "folder"
paths = ["pages"]
[[warc]]
name = "crawl"
paths = ["/data/a.warc.gz"]
[[outlet]]
host = "harbour.example"
language = "en"
rss = ["https://harbour.example/rss", "https://harbour.example/sport/rss"]
sitemap = ["https://harbour.example/news.xml"]
""",
        )
    )
    assert [source.name for source in sources] == [
        "valley", "valley news", "two pages", "folder", "crawl", "harbour.example rss", "harbour.example rss 2", "harbour.example sitemap",
    ]  # fmt: skip
    assert [type(source) for source in sources[:5]] == [RssSource, SitemapSource, PageSource, FilesSource, WarcSource]
    assert isinstance(sources[3], FilesSource)
    assert sources[3].paths == (str(tmp_path / "pages"),)
    assert sources[5].language == "en"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[rss]]\nname = "a"\n', "rss 1: url: Field required"),
        ('[[rss]]\nname = "a"\nurl = "ftp://x.example"\n', "rss 1: url: .*is not an http"),
        ('[[rss]]\nname = "a"\nurl = "https://x.example"\ncolour = 1\n', "rss 1: colour: unknown key"),
        ('[[rss]]\nname = "a"\nurl = "https://x.example"\nmax_pages = 0\n', "rss 1: max_pages"),
        (
            '[[rss]]\nname = "a"\nurl = "https://x.example"\n[[sitemap]]\nname = "a"\nurl = "https://x.example"\n',
            "used twice",
        ),
        ('[[page]]\nname = "a"\nurls = []\n', "page 1: urls"),
        ("[[cheese]]\n", "cheese: unknown key"),
        ("[[rss\n", "not valid TOML"),
    ],
)
def test_errors_name_file_table_and_key(tmp_path: Path, content: str, message: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(ConfigError, match=message) as caught:
        load_sources(path)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[[outlet]]\nname = "A"\n', "host: is missing"),
        ('[[outlet]]\nhost = "https://a.example/"\n', "must be a host name"),
        ('[[outlet]]\nhost = "a.example"\ntimezone = "Mars/Olympus"\n', "timezone: no time zone"),
        ('[[outlet]]\nhost = "a.example"\nkind = "blog"\n', "kind: must be outlet or wire"),
        ('[[outlet]]\nhost = "a.example"\ncolour = "red"\n', "colour: unknown key"),
        ('[[outlet]]\nhost = "a.example"\nname = 3\n', "name: must be a non-empty string"),
        ('[[outlet]]\nhost = "a.example"\n[[outlet]]\nhost = "www.a.example"\n', "listed twice"),
        ('[[outlet]]\nhost = "a.example"\naliases = "b"\n', "aliases: must be a list"),
    ],
)
def test_errors_in_outlets_name_entry_and_key(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        load_outlets(write(tmp_path, content))


def test_aliases_are_the_same_outlet(tmp_path: Path) -> None:
    outlets = load_outlets(write(tmp_path, '[[outlet]]\nhost = "a.example"\naliases = ["b.example"]\n'))
    assert outlets["b.example"] is outlets["a.example"]


def test_missing_files_are_input_errors(tmp_path: Path) -> None:
    for load in (load_sources, load_outlets):
        with pytest.raises(InputError, match=r"none\.toml"):
            load(tmp_path / "none.toml")


def test_the_starter_list_is_as_large_as_promised() -> None:
    outlets = {outlet.host: outlet for outlet in load_outlets(WORLD).values()}
    sources = load_sources(WORLD)
    assert len(outlets) >= 80
    assert len({outlet.language for outlet in outlets.values()}) >= 25
    assert len({outlet.country for outlet in outlets.values()}) >= 25
    for outlet in outlets.values():
        assert outlet.name
        assert outlet.country
        assert outlet.language
        assert outlet.timezone
        assert outlet.owner
    with_source = {source.name.rsplit(" rss", 1)[0].rsplit(" sitemap", 1)[0] for source in sources}
    assert with_source == set(outlets)
    assert sum(outlet.kind == "wire" for outlet in outlets.values()) >= 10
    assert all(source.url.startswith("https://") for source in sources if isinstance(source, RssSource | SitemapSource))
