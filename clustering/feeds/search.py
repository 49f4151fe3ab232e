"""Finding stories by words or by meaning.

Takes an open snapshot and what a reader typed, gives stories. Words are ranked by the snapshot's own macro ``search``, so the API, the dashboard and an
analyst's SQL give the same order; meaning is the cosine of the text's vector with each story's centroid.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import duckdb

from clustering.config import EncoderConfig
from clustering.errors import FingerprintMismatch
from clustering.feeds.safe_text import clean_text
from clustering.feeds.story_rows import Selection, StoryRow, read_rows

if TYPE_CHECKING:
    from clustering.vectors.encoder import Encoder

__all__ = ["QueryEncoder", "search_by_meaning", "search_stories"]

_CANDIDATES = 2_000
"""Matches looked at before a selection is applied; a selection that keeps fewer than asked finds only among these."""


def search_stories(
    connection: duckdb.DuckDBPyConnection, text: str, selection: Selection | None = None, *, limit: int = 50
) -> list[StoryRow]:
    """Give the stories that match the words best, best first; none for a text without words."""
    where, parameters = (selection or Selection()).to_sql()
    rows = connection.execute(
        f"""
        SELECT s.story_id FROM (
            SELECT story_id, row_number() OVER () AS place FROM search(?, most := {_CANDIDATES}) WHERE story_id IS NOT NULL
        ) found JOIN stories s USING (story_id) WHERE {where.replace("story_id IN", "s.story_id IN")} ORDER BY place LIMIT ?
        """,
        [clean_text(text), *parameters, limit],
    ).fetchall()
    return read_rows(connection, [row[0] for row in rows])


class QueryEncoder:
    """The encoder of search texts, loaded when first needed. Safe for many threads."""

    def __init__(self, config: EncoderConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None

    def encode(self, text: str) -> tuple[list[float], str]:
        """Give the text's unit vector and the fingerprint of what made it. Errors: ``EncoderError``."""
        from clustering.vectors.encoder import load_encoder

        with self._lock:
            if self._encoder is None:
                self._encoder = load_encoder(self._config)
            vector = self._encoder.encode([text])[0]
            return [float(x) for x in vector], self._encoder.fingerprint


def search_by_meaning(
    connection: duckdb.DuckDBPyConnection,
    text: str,
    encoder: QueryEncoder,
    selection: Selection | None = None,
    *,
    limit: int = 50,
) -> list[StoryRow]:
    """Give the stories whose centroid is nearest to the text, nearest first.

    Errors: ``FingerprintMismatch`` when the snapshot's vectors were made by another encoder.
    """
    vector, fingerprint = encoder.encode(clean_text(text))
    made_by = connection.execute("SELECT fingerprint FROM story_vectors LIMIT 1").fetchone()
    if made_by is None:
        return []
    if made_by[0] != fingerprint:
        raise FingerprintMismatch(
            f"the snapshot's vectors were made by {made_by[0]!r}, the configured encoder is {fingerprint!r}: they cannot be compared"
        )
    where, parameters = (selection or Selection()).to_sql()
    rows = connection.execute(
        f"SELECT s.story_id FROM story_vectors v JOIN stories s USING (story_id) WHERE {where.replace('story_id IN', 's.story_id IN')}"
        f" ORDER BY array_inner_product(v.vector, ?::FLOAT[{len(vector)}]) DESC, s.story_id LIMIT ?",
        [*parameters, vector, limit],
    ).fetchall()
    return read_rows(connection, [row[0] for row in rows])
