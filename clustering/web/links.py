"""Where pages, pictures and feeds live: the same templates serve a server and a folder of files.

Takes ids, gives URLs that are safe to put into an attribute once escaped. ``ServerLinks`` are absolute paths under a root; ``SiteLinks`` are relative to
the depth of the page they stand on, so a static site works under any prefix and from a disk.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote, urlencode

from clustering.feeds.file_names import file_name

__all__ = ["Links", "ServerLinks", "SiteLinks"]


class Links(Protocol):
    """What templates ask for."""

    @property
    def is_static(self) -> bool: ...
    def front(self, **query: str | None) -> str: ...
    def story(self, story_id: str, by: str = "country") -> str: ...
    def story_picture(self, story_id: str, by: str = "country") -> str: ...
    def story_data(self, story_id: str) -> str: ...
    def thread(self, thread_id: str) -> str: ...
    def thread_picture(self, thread_id: str) -> str: ...
    def thread_data(self, thread_id: str) -> str: ...
    def threads(self) -> str: ...
    def outlet(self, outlet: str) -> str: ...
    def outlets(self) -> str: ...
    def overlap_picture(self) -> str: ...
    def compare(self, by: str, left: str, right: str) -> str: ...
    def feed(self, path: str) -> str: ...
    def asset(self, name: str) -> str: ...


@dataclass(frozen=True)
class ServerLinks:
    """Paths of ``samestory serve``."""

    root: str = ""
    is_static: bool = False

    def front(self, **query: str | None) -> str:
        pairs = [(key, value) for key, value in query.items() if value]
        return f"{self.root}/" + (f"?{urlencode(pairs)}" if pairs else "")

    def story(self, story_id: str, by: str = "country") -> str:
        return f"{self.root}/stories/{_quote(story_id)}" + ("?by=language" if by == "language" else "")

    def story_picture(self, story_id: str, by: str = "country") -> str:
        return f"{self.root}/stories/{_quote(story_id)}/swimlane.svg" + ("?by=language" if by == "language" else "")

    def story_data(self, story_id: str) -> str:
        return f"{self.root}/v1/stories/{_quote(story_id)}"

    def thread(self, thread_id: str) -> str:
        return f"{self.root}/threads/{_quote(thread_id)}"

    def thread_picture(self, thread_id: str) -> str:
        return f"{self.root}/threads/{_quote(thread_id)}/timeline.svg"

    def thread_data(self, thread_id: str) -> str:
        return f"{self.root}/v1/threads/{_quote(thread_id)}"

    def threads(self) -> str:
        return f"{self.root}/threads"

    def outlet(self, outlet: str) -> str:
        return f"{self.root}/outlets/{_quote(outlet)}"

    def outlets(self) -> str:
        return f"{self.root}/outlets"

    def overlap_picture(self) -> str:
        return f"{self.root}/outlets.svg"

    def compare(self, by: str, left: str, right: str) -> str:
        return f"{self.root}/compare?{urlencode({'by': by, 'left': left, 'right': right})}"

    def feed(self, path: str) -> str:
        return f"{self.root}/feeds/{path}"

    def asset(self, name: str) -> str:
        return f"{self.root}/static/{name}"


@dataclass(frozen=True)
class SiteLinks:
    """Relative links of the static site.

    ``depth``: folders between the page and the site's root. ``stories`` and ``threads_there``: those that have a page, all when None; a link to another leads
    to a page that says so.
    """

    depth: int = 0
    is_static: bool = True
    stories: frozenset[str] | None = None
    threads_there: frozenset[str] | None = None

    @property
    def _up(self) -> str:
        return "../" * self.depth

    def front(self, **query: str | None) -> str:
        return f"{self._up}index.html"

    def story(self, story_id: str, by: str = "country") -> str:
        if self.stories is not None and story_id not in self.stories:
            return f"{self._up}not-here.html"
        return f"{self._up}stories/{file_name(story_id)}{'-by-language' if by == 'language' else ''}.html"

    def story_picture(self, story_id: str, by: str = "country") -> str:
        return f"{self._up}stories/{file_name(story_id)}{'-by-language' if by == 'language' else ''}.svg"

    def story_data(self, story_id: str) -> str:
        return self.feed(f"stories/{file_name(story_id)}.json")

    def thread(self, thread_id: str) -> str:
        if self.threads_there is not None and thread_id not in self.threads_there:
            return f"{self._up}not-here.html"
        return f"{self._up}threads/{file_name(thread_id)}.html"

    def thread_picture(self, thread_id: str) -> str:
        return f"{self._up}threads/{file_name(thread_id)}.svg"

    def thread_data(self, thread_id: str) -> str:
        return self.feed(f"threads/{file_name(thread_id)}.json")

    def threads(self) -> str:
        return f"{self._up}threads.html"

    def outlet(self, outlet: str) -> str:
        return f"{self._up}outlets/{file_name(outlet)}.html"

    def outlets(self) -> str:
        return f"{self._up}outlets.html"

    def overlap_picture(self) -> str:
        return f"{self._up}outlets.svg"

    def compare(self, by: str, left: str, right: str) -> str:
        return f"{self._up}compare.html"

    def feed(self, path: str) -> str:
        return f"{self._up}feeds/{path}"

    def asset(self, name: str) -> str:
        return f"{self._up}static/{name}"


def _quote(key: str) -> str:
    return quote(key, safe="")
