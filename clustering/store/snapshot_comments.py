"""What the columns of the snapshot mean, where the name is the same in many tables.

Runs in the publishing connection over the new file. A column with a comment of its own (in ``snapshot.sql``) keeps it; a test
sees to it that no column is published unexplained.
"""

from __future__ import annotations

import duckdb

__all__ = ["COLUMN_COMMENTS", "comment_columns"]

COLUMN_COMMENTS: dict[str, str] = {
    "article_id": "The article: id of articles",
    "author": "As the page names it",
    "code_version": "Version of samestory that ran",
    "config_hash": "Changes when any config value changes",
    "countries": "ISO 3166 alpha-2 codes of the outlets' countries, sorted",
    "country": "ISO 3166 alpha-2 code of the outlet's country; null when the config does not say",
    "counts": "What the step counted, as a JSON object",
    "detail": "What was found, in words",
    "document": "Number of a document in search_documents",
    "encoder": "Fingerprint of the encoder, for embed and cluster",
    "ended_at": "UTC",
    "fingerprint": "Encoder and text recipe that made the vector",
    "first_article_at": "Earliest known publication of the outlet, UTC",
    "first_at": "Earliest known publication, UTC",
    "first_run_id": "Run that saw the page first",
    "first_seen": "Earliest known publication, UTC",
    "headline": "Title shown for the story, or the article's own",
    "headline_language": "Language of the headline, ISO 639-1",
    "hour": "Beginning of the hour, UTC",
    "ingested_at": "When the article was stored, UTC",
    "is_reprint": "True when the text is copied from another article or a wire",
    "kind": "Kind of the row; for transitions emerged, survived, grew, absorbed, split, revived or ended",
    "language": "ISO 639-1 code; null when unknown",
    "languages": "ISO 639-1 codes, sorted",
    "last_article_at": "Latest known publication of the outlet, UTC",
    "last_at": "Latest known publication, UTC",
    "last_run_id": "Run that saw the page last",
    "last_seen": "Latest known publication, UTC",
    "lead": "First sentences",
    "lean": "Political lean, when the config gives it",
    "line": "1-based line, row or record number in the file",
    "message": "The error of a failed run",
    "n_after": "Articles of the story after the run",
    "n_articles": "Number of articles",
    "n_articles_meanwhile": "What they published in the interval, on any story",
    "n_articles_so_far": "Articles of the story up to the end of the hour",
    "n_before": "Articles of the story before the run",
    "n_countries": "Number of countries of its outlets",
    "n_covering": "Outlets that told the story",
    "n_documents": "Number of documents that have the token",
    "n_languages": "Number of languages",
    "n_originals": "Articles that are nobody's copy",
    "n_outlets": "Number of outlets",
    "n_publishing": "Outlets that were publishing while the story ran",
    "n_reprints": "Articles copied from a wire or another outlet",
    "n_stories": "Number of stories",
    "name": "Name to show",
    "names": "Persons and organisations its articles name most",
    "outlet": "Host (or given name) of the outlet: id of outlets",
    "outlet_name": "Name of the outlet to show",
    "owner": "Owner of the outlet, when the config gives it",
    "page_id": "Hash of where the page came from and of its content",
    "path": "File the page was read from",
    "pipeline_id": "Same for the steps of one pipeline run; null when a step ran alone",
    "places": "Places its articles name most",
    "published_at": "UTC; null when unknown",
    "published_precision": "second, minute, hour, day, month or unknown: a day is stored as its first moment but is not midnight",
    "related": "The other stories: absorbed ones, or the story split from",
    "related_id": "The other story",
    "run_id": "Increasing number of the run: id of runs",
    "changed_run_id": "The last run that changed the story",
    "samestory_version": "Version that wrote the snapshot",
    "schema_version": "Raised when a table or column changes in a way that breaks queries",
    "section": "Section of the outlet the article stood in",
    "shared_names": "Names that both stories carry",
    "similarity": "Cosine, or the similarity of two stories in meaning and names",
    "snapshot_id": "Name of the snapshot's folder",
    "source": "Configured source of the page; files for paths given by hand",
    "started_at": "UTC",
    "state": "State of the row: of a run running, completed or failed; of a story active or ended",
    "step": "ingest, embed, cluster or publish",
    "story_id": "The story: id of stories",
    "text": "Body without furniture",
    "thread_id": "The thread: id of threads",
    "timezone": "IANA zone of the outlet's local times",
    "title": "Headline of the article, or title of the thread",
    "token": "What words are found by: a romanised beginning, or n:NAME",
    "token_number": "Number of the token in search_tokens",
    "url": "As ingested; not checked",
    "value": "The language's or country's code",
    "vector": "Unit vector",
    "wire": "The agency whose text this is, or which it cites",
    "wire_role": "text: the text is the wire's; cited: the wire is only quoted; none",
    "wires": "Agencies whose text was carried, sorted",
    "word": "A word of the headlines, lower case",
}


def comment_columns(connection: duckdb.DuckDBPyConnection) -> None:
    """Comment every column of the attached "snapshot" that has no comment and whose name has words here."""
    rows = connection.execute(
        "SELECT table_name, column_name FROM duckdb_columns() WHERE database_name = 'snapshot' AND NOT internal AND comment IS NULL"
    ).fetchall()
    for table, column in rows:
        if column in COLUMN_COMMENTS:
            words = COLUMN_COMMENTS[column].replace("'", "''")
            connection.execute(f"""COMMENT ON COLUMN snapshot."{table}"."{column}" IS '{words}'""")
