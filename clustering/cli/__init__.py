"""The command line ``samestory``: one file per group of commands, nothing heavy imported before a command needs it."""

from __future__ import annotations

__all__ = ["main"]


def main() -> None:
    """Run the command line; known errors are one line on stderr and exit status 2."""
    from clustering.cli.app import run_app

    run_app()
