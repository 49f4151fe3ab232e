"""Poll states of sources in the private database."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb

from clustering.pages.polling import PollState
from clustering.store.database import transaction

__all__ = ["read_poll_states", "write_poll_states"]


def read_poll_states(connection: duckdb.DuckDBPyConnection) -> dict[str, PollState]:
    """Give what is remembered of every source, by name."""
    rows = connection.execute("SELECT source, state FROM poll_states").fetchall()
    return {source: PollState.from_json(state) for source, state in rows}


def write_poll_states(connection: duckdb.DuckDBPyConnection, states: Mapping[str, PollState], run_id: int) -> None:
    """Keep the states of a run."""
    if states:
        with transaction(connection):
            connection.executemany(
                "INSERT OR REPLACE INTO poll_states VALUES (?, ?, ?)",
                [(source, state.to_json(), run_id) for source, state in sorted(states.items())],
            )
