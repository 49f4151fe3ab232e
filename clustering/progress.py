"""How long work tells how far it is, without knowing who listens.

A step takes a ``Progress``; the command line gives bars, a flow gives log lines, a test gives nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

__all__ = ["Progress", "SilentProgress", "tell_stages"]


class Progress(Protocol):
    """A listener for one piece of work after another."""

    def start(self, what: str, total: int | None) -> None:
        """Begin a piece of work of ``total`` units (None: unknown)."""

    def advance(self, n: int = 1) -> None:
        """Say that ``n`` more units are done."""

    def finish(self) -> None:
        """End the piece of work."""


class SilentProgress:
    """Listens to nothing."""

    def start(self, what: str, total: int | None) -> None:
        return None

    def advance(self, n: int = 1) -> None:
        return None

    def finish(self) -> None:
        return None


def tell_stages(progress: Progress) -> Callable[[str, int, int], None]:
    """Give a callback ``(stage, done, total)`` that passes each stage on as one piece of work; a stage ends when it is done."""
    current, reached = "", 0

    def listen(stage: str, done: int, total: int) -> None:
        nonlocal current, reached
        if stage != current:
            if current:
                progress.finish()
            progress.start(stage, total)
            current, reached = stage, 0
        progress.advance(done - reached)
        reached = done
        if done >= total:
            progress.finish()
            current = ""

    return listen
