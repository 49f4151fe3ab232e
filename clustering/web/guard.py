"""What stands before every route: limits, the bearer token, security headers, metrics.

A plain ASGI layer, so that event streams pass through it unbuffered.
"""

from __future__ import annotations

import hmac
import time
from collections import OrderedDict

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clustering.config import ServeConfig
from clustering.web.answers import Answers
from clustering.web.metrics import Metrics
from clustering.web.problems import ProblemDocument, problem_response

__all__ = ["CONTENT_SECURITY_POLICY", "Guard", "RateLimiter"]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'"
)
_SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_MAX_TARGET_BYTES = 8_000
_MAX_BODY_BYTES = 64_000
_MAX_CLIENTS = 10_000
_OPEN_PATHS = ("/healthz",)


class RateLimiter:
    """A token bucket per client address; forgets the address idle for longest when there are too many."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_seconds(self, client: str, now: float) -> float:
        """Take one request; give 0 when it may pass, else the seconds until one may."""
        left, at = self._buckets.pop(client, (self._burst, now))
        left = min(self._burst, left + (now - at) * self._per_second)
        passes = left >= 1
        self._buckets[client] = (left - 1 if passes else left, now)
        if len(self._buckets) > _MAX_CLIENTS:
            self._buckets.popitem(last=False)
        return 0.0 if passes else (1 - left) / self._per_second


class Guard:
    """The ASGI layer."""

    def __init__(self, app: ASGIApp, *, config: ServeConfig, metrics: Metrics, answers: Answers) -> None:
        self._app = app
        self._answers = answers
        self._token = config.token.encode() if config.token else None
        self._limiter = RateLimiter(config.requests_per_second, config.burst)
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                for name, value in _SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal, extra = self._refuse(scope)
        kept = self._answers.give_kept(scope) if refusal is None else None
        try:
            if refusal is not None:
                await problem_response(refusal, extra)(scope, receive, send_guarded)
            elif kept is not None:
                # at once, from the event loop: a finished answer must not queue behind those being made
                await kept[0](scope, receive, send_guarded)
            else:
                await self._app(scope, receive, send_guarded)
        finally:
            route = kept[1] if kept else getattr(scope.get("route"), "path", "refused" if refusal else "unknown")
            self._metrics.observe(route, status, time.perf_counter() - started)

    def _refuse(self, scope: Scope) -> tuple[ProblemDocument | None, dict[str, str]]:
        headers = Headers(scope=scope)
        if len(scope["raw_path"]) + len(scope["query_string"]) > _MAX_TARGET_BYTES:
            return _problem("too-long", "The URL is too long", 414, f"at most {_MAX_TARGET_BYTES} bytes"), {}
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _MAX_BODY_BYTES:
            return _problem("too-large", "The body is too large", 413, f"at most {_MAX_BODY_BYTES} bytes"), {}
        if scope["path"] in _OPEN_PATHS:
            return None, {}
        wait = self._limiter.wait_seconds(scope["client"][0] if scope.get("client") else "", time.monotonic())
        if wait > 0:
            return _problem("too-many-requests", "Too many requests", 429, f"try again in {wait:.1f} s"), {
                "Retry-After": str(max(1, round(wait)))
            }
        if self._token is not None and scope["method"] != "OPTIONS":
            kind, _, given = headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), self._token):
                return _problem(
                    "unauthorised", "A bearer token is needed", 401, "send the header Authorization: Bearer TOKEN"
                ), {"WWW-Authenticate": 'Bearer realm="samestory"'}
        return None, {}


def _problem(name: str, title: str, status: int, detail: str) -> ProblemDocument:
    return ProblemDocument(type=f"urn:samestory:problem:{name}", title=title, status=status, detail=detail)
