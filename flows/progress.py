"""Progress as log lines: at most one every few seconds, so a long step can be watched in Prefect's log."""

from __future__ import annotations

import logging
import time
from typing import Any

__all__ = ["LoggedProgress"]

_EVERY_SECONDS = 5.0


class LoggedProgress:
    """A ``clustering.progress.Progress`` that logs."""

    def __init__(self, logger: logging.Logger | logging.LoggerAdapter[Any]) -> None:
        self._logger = logger
        self._what, self._done, self._said_at = "", 0, 0.0
        self._total: int | None = None

    def start(self, what: str, total: int | None) -> None:
        self._what, self._total, self._done, self._said_at = what, total, 0, time.monotonic()

    def advance(self, n: int = 1) -> None:
        self._done += n
        if time.monotonic() - self._said_at >= _EVERY_SECONDS:
            self._said_at = time.monotonic()
            self._logger.info("%s: %d of %s", self._what, self._done, "unknown" if self._total is None else self._total)

    def finish(self) -> None:
        self._logger.info("%s: %d done", self._what, self._done)
