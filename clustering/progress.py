"""How long work tells how far it is, without knowing who listens.

A step takes a ``Progress``; the command line gives bars, a flow gives log lines, a test gives nothing.
"""

from __future__ import annotations

from typing import Protocol

__all__ = ["Progress", "SilentProgress"]


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
