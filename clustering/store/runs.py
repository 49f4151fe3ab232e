"""Run rows: what was executed, with what, and what it counted."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from clustering import __version__
from clustering.config import Config, config_hash
from clustering.store.database import fetch_row

__all__ = ["Run", "hash_cluster_input", "is_done_before", "run_step"]


@dataclass(slots=True)
class Run:
    """An open run. ``counts`` is filled by the step and stored when the run ends."""

    run_id: int
    step: str
    encoder: str | None = None
    input_hash: str | None = None
    counts: dict[str, int] = field(default_factory=dict)


@contextmanager
def run_step(
    connection: duckdb.DuckDBPyConnection, step: str, config: Config, *, pipeline_id: str | None = None
) -> Iterator[Run]:
    """Open a run row, and close it as completed or failed.

    A row left ``running`` by a process that died is marked failed here: there is only one writer, so none can be alive.
    """
    connection.execute(
        "UPDATE runs SET state = 'failed', ended_at = ?, message = 'the process died' WHERE state = 'running'",
        [datetime.now(UTC)],
    )
    [run_id] = fetch_row(
        connection,
        "INSERT INTO runs (pipeline_id, step, state, started_at, config_hash, code_version) VALUES (?, ?, 'running', ?, ?, ?)"
        " RETURNING run_id",
        [pipeline_id, step, datetime.now(UTC), config_hash(config), __version__],
    )
    run = Run(run_id=int(run_id), step=step)
    try:
        yield run
    except BaseException as error:
        _close(connection, run, "failed", run.counts, f"{type(error).__name__}: {error}")
        raise
    _close(connection, run, "completed", run.counts, None)


def _close(
    connection: duckdb.DuckDBPyConnection, run: Run, state: str, counts: Mapping[str, int], message: str | None
) -> None:
    connection.execute(
        "UPDATE runs SET state = ?, ended_at = ?, encoder = ?, counts = ?, message = ?, input_hash = ? WHERE run_id = ?",
        [state, datetime.now(UTC), run.encoder, json.dumps(dict(counts)), message, run.input_hash, run.run_id],
    )


def hash_cluster_input(connection: duckdb.DuckDBPyConnection, config: Config, encoder: str) -> str:
    """Give a hash of all that a cluster run depends on: articles, corrections, config, code, encoder. 16 hex digits."""
    facts = fetch_row(
        connection,
        "SELECT (SELECT count(*) FROM articles), (SELECT max(ingested_run_id) FROM articles),"
        " (SELECT bit_xor(hash(c)) FROM corrections c), (SELECT bit_xor(hash(o)) FROM outlets o)",
    )
    text = repr((facts, config_hash(config), __version__, encoder))
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


def is_done_before(connection: duckdb.DuckDBPyConnection, step: str, input_hash: str) -> bool:
    """Say whether the newest completed run of a step had the same input."""
    rows = connection.execute(
        "SELECT input_hash FROM runs WHERE step = ? AND state = 'completed' ORDER BY run_id DESC LIMIT 1", [step]
    ).fetchall()
    return bool(rows) and rows[0][0] == input_hash
