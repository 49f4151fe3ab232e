"""The static site: every link leads to a file of the site, a rebuild replaces it whole."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from clustering.config import PublishConfig
from clustering.errors import InputError
from clustering.store.workspace import Workspace
from clustering.web.site import build_site


class Links(HTMLParser):
    """Collects every address of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name in ("href", "src", "action") and value}


@pytest.fixture(scope="module")
def site(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("web") / "site"
    assert build_site(Workspace(published).current_snapshot(), target, PublishConfig()) > 50
    return target


def test_every_link_leads_to_a_file_or_to_an_article(site: Path) -> None:
    checked = 0
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert text.count('http-equiv="Content-Security-Policy" content="default-src \'none\';') == 1
        links = Links()
        links.feed(text)
        for link in links.found:
            parts = urlsplit(link)
            if parts.scheme or not parts.path:
                assert parts.scheme in ("", "https")
                continue
            assert not parts.path.startswith("/"), f"{page}: {link} is not relative"
            assert (page.parent / unquote(parts.path)).is_file(), f"{page}: {link} leads nowhere"
            checked += 1
    assert checked > 1_000


def test_pages_and_pictures_of_both_groupings_are_there(site: Path) -> None:
    names = {path.name for path in (site / "stories").iterdir()}
    stories = {name.removesuffix(".html") for name in names if name.endswith(".html") and "-by-language" not in name}
    assert {f"{s}{part}" for s in stories for part in (".svg", "-by-language.html", "-by-language.svg")} <= names
    assert (site / "feeds" / "manifest.json").is_file()


def test_a_rebuild_replaces_the_site_and_leaves_nothing_beside_it(site: Path, published: Path) -> None:
    (site / "stale.html").write_text("old", encoding="utf-8")
    build_site(Workspace(published).current_snapshot(), site, PublishConfig(feed_stories=3))
    assert not (site / "stale.html").exists()
    assert [path.name for path in site.parent.iterdir()] == ["site"]


def test_a_folder_of_something_else_is_refused(published: Path, tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="not a site"):
        build_site(Workspace(published).current_snapshot(), tmp_path, PublishConfig())
    assert (tmp_path / "precious.txt").exists()
