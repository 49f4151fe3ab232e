"""Fetch pages politely and safely.

Takes URLs, gives ``Fetched`` or raises from the ``FetchError`` tree. Connections are kept and shared (HTTP/2 where the server speaks it); each host
gets its pause and its few connections; robots.txt is obeyed; redirects are followed by hand, so that every hop is checked; bodies are
inflated piece by piece up to the size limit. Faults that may pass are tried again, others never. Nothing here knows what a page means.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urljoin

import httpcore

from clustering.articles.urls import split_host
from clustering.config import FetchConfig
from clustering.errors import FetchError, RefusedFetchError, RejectedPage, TransientFetchError
from clustering.pages.addresses import GuardedBackend
from clustering.pages.politeness import Politeness
from clustering.pages.warc import split_media_type

__all__ = ["FetchRequest", "Fetched", "Fetcher"]

# stamina logs every retry; without a handler Python would print them into our output
logging.getLogger("stamina").addHandler(logging.NullHandler())

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504, 507, 520, 521, 522, 523, 524})
_ROBOTS_BYTES = 500_000
"""RFC 9309 asks crawlers to read at least 500 KiB of robots.txt."""
_PIECE = 64 * 1024


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What to fetch. ``etag`` and ``last_modified`` make it conditional; ``is_robots_exempt`` is for robots.txt itself and feeds that the
    outlet publishes for readers' programs."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    is_robots_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Fetched:
    """A response. ``url`` is where it was found after redirects, ``moved_to`` is set when every redirect was permanent."""

    request: FetchRequest
    url: str
    status: int
    headers: dict[str, str]
    content: bytes
    fetched_at: datetime
    moved_to: str | None = None
    hops: tuple[str, ...] = field(default=())

    @property
    def is_not_modified(self) -> bool:
        """Say whether the server has nothing newer."""
        return self.status == 304

    @property
    def media_type(self) -> str:
        """Give the declared media type, lower case."""
        return split_media_type(self.headers.get("content-type", ""))[0]

    @property
    def charset(self) -> str | None:
        """Give the declared charset."""
        return split_media_type(self.headers.get("content-type", ""))[1]


class Fetcher:
    """Fetches over one pool of connections; use as an async context manager, within one event loop."""

    def __init__(self, config: FetchConfig, max_bytes: int, *, ssl_context: ssl.SSLContext | None = None) -> None:
        self.config = config
        self.max_bytes = max_bytes
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=ssl_context or ssl.create_default_context(),
            max_connections=config.connections,
            keepalive_expiry=30.0,
            http2=config.http2,
            network_backend=GuardedBackend(config.allow_hosts),
        )
        self._slots = asyncio.Semaphore(config.connections)
        self._politeness = Politeness(config)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._politeness.close()
        await self._pool.aclose()

    async def fetch(self, request: FetchRequest) -> Fetched:
        """Fetch one URL.

        Errors: ``TransientFetchError`` when all attempts met faults that may pass, ``RefusedFetchError`` for what is never fetched, ``FetchError`` for
        a refusal of the server (403, 404, 410...).
        """
        import stamina

        def backoff(error: Exception) -> bool | float:
            if not isinstance(error, TransientFetchError):
                return False
            wait = error.retry_after_seconds
            if wait is None:
                return True
            # the server says how long: wait so long, or leave it to the next run
            return wait if wait <= self.config.max_retry_after_seconds else False

        attempts = stamina.retry_context(
            on=backoff, attempts=self.config.attempts, timeout=None, wait_initial=self.config.retry_wait_seconds,
            wait_max=max(60.0, self.config.retry_wait_seconds), wait_jitter=self.config.retry_wait_seconds,
        )  # fmt: skip
        async for attempt in attempts:
            with attempt:
                try:
                    async with asyncio.timeout(self.config.total_timeout_seconds):
                        return await self._fetch_once(request)
                except TimeoutError as error:
                    raise TransientFetchError(
                        f"{request.url}: took longer than {self.config.total_timeout_seconds:g} s"
                    ) from error
        raise TransientFetchError(f"{request.url}: no attempt was made")

    async def _fetch_once(self, request: FetchRequest) -> Fetched:
        url = request.url
        hops: list[str] = []
        permanent = True
        while True:
            host = _host_of(url)
            if self.config.obey_robots and not request.is_robots_exempt:
                await self._politeness.check_robots(url, self._get_robots)
            async with self._politeness.turn(host), self._slots:
                status, headers, content = await self._get(
                    url, request if not hops else FetchRequest(url), self.max_bytes
                )
            if status in _REDIRECTS and headers.get("location"):
                if len(hops) >= self.config.max_redirects:
                    raise RefusedFetchError(f"{request.url}: more than {self.config.max_redirects} redirects")
                permanent = permanent and status in _PERMANENT
                url = urljoin(url, headers["location"].strip())
                hops.append(url)
                continue
            break
        _check_status(url, status, headers)
        return Fetched(
            request=request,
            url=url,
            status=status,
            headers=headers,
            content=content,
            fetched_at=datetime.now(UTC),
            moved_to=url if hops and permanent else None,
            hops=tuple(hops),
        )

    async def _get_robots(self, url: str) -> str | None:
        """Give the text of a robots.txt, ``None`` when the site has none. Errors: ``TransientFetchError`` when the site fails to say."""
        for _ in range(6):
            async with self._politeness.turn(_host_of(url), paced=False), self._slots:
                status, headers, content = await self._get(url, FetchRequest(url), _ROBOTS_BYTES, cut=True)
            if status in _REDIRECTS and headers.get("location"):
                url = urljoin(url, headers["location"].strip())
                continue
            # RFC 9309, 2.3.1: client errors mean that there are no rules, server errors that everything is forbidden for now
            if status >= 500 or status == 429:
                raise TransientFetchError(
                    f"{url}: answered {status}, so the site's rules are unknown", _retry_after(headers)
                )
            return content.decode("utf-8", "replace") if status == 200 else None
        return None

    async def _get(
        self, url: str, request: FetchRequest, max_bytes: int, *, cut: bool = False
    ) -> tuple[int, dict[str, str], bytes]:
        """Make one GET request, without redirects; give (status, headers by lower-case name, inflated body)."""
        limit = self.config.timeout_seconds
        try:
            async with self._pool.stream(
                "GET", _to_ascii_url(url), headers=self._headers(url, request),
                extensions={"timeout": {"connect": limit, "read": limit, "write": limit, "pool": self.config.total_timeout_seconds}},
            ) as response:  # fmt: skip
                headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                if response.status in _REDIRECTS or response.status == 304:
                    return response.status, headers, b""
                stream = response.aiter_stream()
                content = await _read_body(url, stream, headers.get("content-encoding", ""), max_bytes, cut=cut)
                return response.status, headers, content
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.ProxyError,
            ssl.SSLError,
            OSError,
        ) as error:
            if _is_bad_certificate(error):
                raise FetchError(f"{url}: its certificate is not valid: {error}") from error
            raise TransientFetchError(f"{url}: {type(error).__name__}: {error}") from error
        except (httpcore.UnsupportedProtocol, ValueError, UnicodeError) as error:
            raise RefusedFetchError(f"{url}: {error}") from error

    def _headers(self, url: str, request: FetchRequest) -> list[tuple[bytes, bytes]]:
        headers = [
            (b"Host", _authority(url).encode("ascii")),
            (b"User-Agent", self.config.user_agent.encode("latin-1", "replace")),
            (
                b"Accept",
                b"text/html,application/xhtml+xml,application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,*/*;q=0.5",
            ),
            # only what can be inflated piece by piece under a limit
            (b"Accept-Encoding", b"gzip, deflate"),
        ]
        if request.etag:
            headers.append((b"If-None-Match", request.etag.encode("latin-1", "replace")))
        if request.last_modified:
            headers.append((b"If-Modified-Since", request.last_modified.encode("latin-1", "replace")))
        return headers


def _is_bad_certificate(error: BaseException | None) -> bool:
    """Say whether a failure comes of a certificate: trying again will not mend it."""
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _host_of(url: str) -> str:
    try:
        return split_host(url)
    except RejectedPage as error:
        raise RefusedFetchError(f"{url}: not an http(s) URL") from error


def _to_ascii_url(url: str) -> str:
    from httpx import URL, InvalidURL

    try:
        return str(URL(url).copy_with(fragment=None))
    except (InvalidURL, UnicodeError) as error:
        raise RefusedFetchError(f"{url}: {error}") from error


def _authority(url: str) -> str:
    from httpx import URL

    parsed = URL(url)
    return parsed.netloc.decode("ascii").rpartition("@")[2]


async def _read_body(url: str, stream: AsyncIterator[bytes], encoding: str, max_bytes: int, *, cut: bool) -> bytes:
    """Read and inflate a body, never holding more than the limit and one piece.

    Errors: ``RefusedFetchError`` when it is larger (or, with ``cut``, the first bytes), ``TransientFetchError`` when it is damaged.
    """
    name = encoding.strip().lower()
    if name not in ("", "identity", "gzip", "x-gzip", "deflate"):
        raise FetchError(f"{url}: sent in {name}, which was not asked for")
    inflater = zlib.decompressobj(47) if name.endswith("gzip") else zlib.decompressobj() if name == "deflate" else None
    parts: list[bytes] = []
    size = 0
    try:
        async for piece in stream:
            while True:
                if inflater is None:
                    data = piece
                else:
                    try:
                        data = inflater.decompress(piece, _PIECE)
                    except zlib.error:
                        if size or name != "deflate":
                            raise
                        # "deflate" without its zlib header, as some servers send it
                        inflater = zlib.decompressobj(-15)
                        continue
                parts.append(data)
                size += len(data)
                if size > max_bytes:
                    if cut:
                        return b"".join(parts)[:max_bytes]
                    raise RefusedFetchError(f"{url}: larger than {max_bytes} bytes (after decompression)")
                if inflater is None or not inflater.unconsumed_tail:
                    break
                piece = inflater.unconsumed_tail
    except zlib.error as error:
        raise TransientFetchError(f"{url}: damaged {name} body: {error}") from error
    return b"".join(parts)


def _check_status(url: str, status: int, headers: dict[str, str]) -> None:
    if status in (200, 203, 304):
        return
    if status in _TRANSIENT:
        raise TransientFetchError(f"{url}: answered {status}", _retry_after(headers))
    raise FetchError(f"{url}: answered {status}")


def _retry_after(headers: dict[str, str]) -> float | None:
    """Read Retry-After: seconds or a date (RFC 9110, 10.2.3)."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
