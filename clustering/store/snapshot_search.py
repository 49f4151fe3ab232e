"""The search index of a snapshot: words and names by which stories are found, and the vectors they are near by.

Runs in the publishing connection, with the new file attached as "snapshot". Counting is SQL; only each distinct word passes through Python, to be
romanised and looked up among names, so that a reader of a plain DuckDB client needs no extension and no Python to search.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources

import duckdb
import pyarrow as pa
import regex

from clustering.names import name_key, romanise
from clustering.store.database import arrow_view

__all__ = ["build_search_index", "make_tokens"]

_STEM = 6
"""Letters of a romanised word that make its token: case endings of the sample corpus's languages fall away, "lavrova" meets "lavrov"."""

_MAX_NAMED_WORDS = 60_000
"""Words looked up among names, the most frequent first: 60 microseconds each. A rarer word is found by its romanised beginning alone."""


_PAIR = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー]+")


def build_search_index(connection: duckdb.DuckDBPyConnection) -> int:
    """Build the index tables and the macro ``search``; give the number of distinct words. Leaves "snapshot" as the default catalog."""
    first, second = (
        (resources.files("clustering.store") / "snapshot_search.sql").read_text(encoding="utf-8").split("--- half\n")
    )
    connection.execute(first)
    words = [
        word
        for (word,) in connection.execute(
            "SELECT word FROM search_counts GROUP BY word ORDER BY count(*) DESC, word"
        ).fetchall()
    ]
    pairs = [
        (word, token)
        for rank, word in enumerate(words)
        for token in make_tokens(word, with_names=rank < _MAX_NAMED_WORDS)
    ]
    table = pa.table(
        {
            "word": pa.array([word for word, _ in pairs], pa.string()),
            "token": pa.array([token for _, token in pairs], pa.string()),
        }
    )
    with arrow_view(connection, "search_vocabulary", table):
        connection.execute(second)
    _store_vectors(connection)
    return len(words)


def make_tokens(word: str, *, with_names: bool) -> list[str]:
    """Give the tokens a lower-case word is found by: its romanised beginning, and its name keys ``n:...`` when it may be a name."""
    if _PAIR.fullmatch(word):
        return [word]  # two characters of a text without spaces: its sound says nothing
    roman = romanise(word).replace(" ", "") if not word.isascii() else word
    stem = roman[:_STEM] if roman and not roman.isdecimal() else word
    names: Iterable[str] = ()
    if with_names and len(word) >= 2 and not word.isdecimal():
        names = (key for key in name_key(word) if key.startswith("n:"))
    return list(dict.fromkeys([stem, *names]))


def _store_vectors(connection: duckdb.DuckDBPyConnection) -> None:
    """Store the stories' centroids of the newest encoder as arrays, and the macro ``nearest_stories`` over them."""
    private = connection.execute(
        "SELECT database_name FROM duckdb_databases() WHERE NOT internal AND database_name <> 'snapshot'"
    ).fetchall()
    store = f'"{private[0][0]}"'
    row = connection.execute(
        f"SELECT fingerprint, len(centroid) FROM {store}.main.current_stories WHERE centroid IS NOT NULL"
        " GROUP BY ALL ORDER BY max(run_id) DESC LIMIT 1"
    ).fetchone()
    fingerprint, dimension = row if row else ("", 1)
    connection.execute(
        f"CREATE TABLE story_vectors AS SELECT v.story_id, v.fingerprint, CAST(v.centroid AS FLOAT[{int(dimension)}]) AS vector"
        f" FROM {store}.main.current_stories v SEMI JOIN stories USING (story_id)"
        " WHERE v.fingerprint = ? AND v.centroid IS NOT NULL ORDER BY v.story_id",
        [fingerprint],
    )
    connection.execute(
        "COMMENT ON TABLE story_vectors IS 'Unit centroid of each story; vectors of two fingerprints must never be compared'"
    )
    connection.execute(
        "CREATE MACRO nearest_stories(id, most := 10) AS TABLE"
        " SELECT s.story_id, s.headline, s.first_seen, s.n_outlets, round(array_inner_product(v.vector, q.vector), 4) AS similarity"
        " FROM story_vectors v, (SELECT vector FROM story_vectors WHERE story_id = id) q JOIN stories s ON s.story_id = v.story_id"
        " WHERE v.story_id <> id ORDER BY similarity DESC, s.story_id LIMIT most"
    )
