"""Answers made from a snapshot: rendered once, kept, tagged, compressed.

A snapshot never changes, so an answer is a function of the snapshot and the URL: its ETag is known before it is made, and it may be kept until the next
snapshot comes. The store of answers is bounded by bytes; the least recently used go first.
"""

from __future__ import annotations

import gzip
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from clustering import __version__
from clustering.web.live_snapshot import LiveSnapshot, SnapshotLease

__all__ = ["Answers"]

_MIN_GZIP_BYTES = 600


@dataclass(frozen=True, slots=True)
class _Answer:
    """A finished answer: packed when that is worth it, else plain. ``route`` is what the metrics count it under."""

    media_type: str
    route: str
    body: bytes
    is_packed: bool


class Answers:
    """Gives answers from the current snapshot. Safe for many threads."""

    def __init__(self, live: LiveSnapshot, *, cache_mb: int) -> None:
        self.live = live
        self.n_hits = 0
        self._room = cache_mb * 1_000_000
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, _Answer] = OrderedDict()
        self._used = 0
        self._kept_tag = ""

    def give(self, request: Request, media_type: str, make: Callable[[SnapshotLease], str | bytes]) -> Response:
        """Answer the request's URL with what ``make`` gives, or from what was kept, or with 304."""
        known = self.give_kept(request.scope)
        if known is not None:
            return known[0]
        url, headers = _url(request.scope), request.headers
        etag = _etag(self.live.tag, url)
        if etag in headers.get("if-none-match", ""):
            return Response(status_code=304, headers=_headers(etag))
        with self.live.lease() as lease:
            body = make(lease)
            tag = lease.tag
        plain = body.encode("utf-8", "replace") if isinstance(body, str) else body
        is_packed = len(plain) >= _MIN_GZIP_BYTES
        route = getattr(request.scope.get("route"), "path", "unknown")
        answer = _Answer(media_type, route, gzip.compress(plain, 4, mtime=0) if is_packed else plain, is_packed)
        self._keep(tag, url, answer)
        return _respond(answer, _etag(tag, url), headers, plain)

    def give_kept(self, scope: Scope) -> tuple[Response, str] | None:
        """Answer from what was kept, without waiting for anything; None when it must be made. Gives the route too."""
        if scope["method"] != "GET":
            return None
        url, tag = _url(scope), self.live.tag_now
        answer = self._find(tag, url)
        if answer is None:
            return None
        etag, headers = _etag(tag, url), Headers(scope=scope)
        if etag in headers.get("if-none-match", ""):
            return Response(status_code=304, headers=_headers(etag)), answer.route
        return _respond(answer, etag, headers), answer.route

    def _find(self, tag: str, url: str) -> _Answer | None:
        with self._lock:
            if tag != self._kept_tag:
                return None
            answer = self._kept.get(url)
            if answer is not None:
                self._kept.move_to_end(url)
                self.n_hits += 1
            return answer

    def _keep(self, tag: str, url: str, answer: _Answer) -> None:
        with self._lock:
            if tag != self._kept_tag:
                self._kept.clear()
                self._used, self._kept_tag = 0, tag
            old = self._kept.pop(url, None)
            self._used += _size(answer, url) - (_size(old, url) if old else 0)
            self._kept[url] = answer
            while self._used > self._room and self._kept:
                gone_url, gone = self._kept.popitem(last=False)
                self._used -= _size(gone, gone_url)


def _respond(answer: _Answer, etag: str, asked: Headers, plain: bytes | None = None) -> Response:
    headers = _headers(etag)
    if not answer.is_packed:
        return Response(answer.body, media_type=answer.media_type, headers=headers)
    if "gzip" in asked.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(answer.body, media_type=answer.media_type, headers=headers)
    return Response(
        plain if plain is not None else gzip.decompress(answer.body), media_type=answer.media_type, headers=headers
    )


def _url(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}"


def _size(answer: _Answer, url: str) -> int:
    return len(answer.body) + len(url) + 200


def _etag(tag: str, url: str) -> str:
    digest = hashlib.blake2b(f"{__version__} {url}".encode("utf-8", "replace"), digest_size=6).hexdigest()
    return f'"{tag}-{digest}"'


def _headers(etag: str) -> dict[str, str]:
    return {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
