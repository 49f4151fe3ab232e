"""One host at a time: pauses, few connections, and the site's own rules.

Keeps per host the next free moment and a few places, per site its robots.txt. Within one event loop; knows nothing of HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

from clustering.config import FetchConfig
from clustering.errors import FetchError, RefusedFetchError, TransientFetchError

__all__ = ["Politeness"]

MAX_CRAWL_DELAY_SECONDS = 60.0
"""Sites that ask for more are fetched at this pace: their Crawl-delay was written for search engines that take the whole site."""


class _Host:
    def __init__(self, config: FetchConfig) -> None:
        self.places = asyncio.Semaphore(config.host_connections)
        self.free_at = 0.0
        self.delay = config.host_delay_seconds


class Politeness:
    """Pacing and robots.txt for all hosts of one fetcher."""

    def __init__(self, config: FetchConfig) -> None:
        self._config = config
        self._hosts: dict[str, _Host] = {}
        self._robots: dict[str, asyncio.Task[Any]] = {}

    def _host(self, name: str) -> _Host:
        host = self._hosts.get(name)
        if host is None:
            host = self._hosts[name] = _Host(self._config)
        return host

    @asynccontextmanager
    async def turn(self, name: str, *, paced: bool = True) -> AsyncIterator[None]:
        """Wait for a place at the host and for its pause to be over."""
        host = self._host(name)
        async with host.places:
            if paced and host.delay > 0:
                clock = asyncio.get_running_loop().time
                start = max(clock(), host.free_at)
                host.free_at = start + host.delay
                await asyncio.sleep(start - clock())
            yield

    async def check_robots(self, url: str, get: Callable[[str], Awaitable[str | None]]) -> None:
        """Let through what the site's robots.txt allows us. ``get`` fetches a robots.txt, once per site.

        Errors: ``RefusedFetchError`` when it forbids, ``TransientFetchError`` when it cannot be had now.
        """
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        task = self._robots.get(site)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._robots[site] = asyncio.ensure_future(self._read_rules(site, get))
            # when all who waited have gone, nobody else asks how it ended
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        # shielded: a timeout of one waiting page must not cancel the rules for all
        rules = await asyncio.shield(task)
        if rules is None:
            return
        agent = self._config.user_agent
        if not rules.can_fetch(url, agent):
            raise RefusedFetchError(f"{url}: robots.txt forbids it for {agent.split()[0]}")
        delay = rules.crawl_delay(agent)
        if delay:
            host = self._host(parts.hostname or "")
            host.delay = max(host.delay, min(float(delay), MAX_CRAWL_DELAY_SECONDS))

    async def close(self) -> None:
        """Give up the rules still being asked for."""
        pending = [task for task in self._robots.values() if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)

    async def _read_rules(self, site: str, get: Callable[[str], Awaitable[str | None]]) -> Any:
        from protego import Protego

        try:
            text = await get(f"{site}/robots.txt")
        except (RefusedFetchError, TransientFetchError):
            raise
        except FetchError:
            text = None
        return Protego.parse(text) if text is not None else None
