"""Counters of the server in Prometheus' text format.

Counts requests by route and status, and their time in buckets. Routes, never paths, so that the number of series is bounded.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping

__all__ = ["Metrics"]

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The counters of one server. Safe for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[route, status] += 1
            self._seconds[route] += seconds  # type: ignore[assignment] # Counter counts seconds too
            for bucket in _BUCKETS:
                if seconds <= bucket:
                    self._buckets[route, bucket] += 1

    def render(self, gauges: Mapping[str, tuple[str, float]]) -> str:
        """Give everything as text; ``gauges``: name -> (help, value)."""
        with self._lock:
            requests, buckets, seconds = dict(self._requests), dict(self._buckets), dict(self._seconds)
        lines = ["# HELP samestory_requests_total Answered requests.", "# TYPE samestory_requests_total counter"]
        lines += [
            f'samestory_requests_total{{route="{_escape(route)}",status="{status}"}} {n}'
            for (route, status), n in sorted(requests.items())
        ]
        lines += ["# HELP samestory_request_seconds Time to answer.", "# TYPE samestory_request_seconds histogram"]
        for route in sorted(seconds):
            total = sum(n for (name, _), n in requests.items() if name == route)
            lines += [
                f'samestory_request_seconds_bucket{{route="{_escape(route)}",le="{b:g}"}} {buckets.get((route, b), 0)}'
                for b in _BUCKETS
            ]
            lines.append(f'samestory_request_seconds_bucket{{route="{_escape(route)}",le="+Inf"}} {total}')
            lines.append(f'samestory_request_seconds_sum{{route="{_escape(route)}"}} {seconds[route]:.6f}')
            lines.append(f'samestory_request_seconds_count{{route="{_escape(route)}"}} {total}')
        for name, (words, value) in gauges.items():
            lines += [f"# HELP {name} {words}", f"# TYPE {name} gauge", f"{name} {value:g}"]
        return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
