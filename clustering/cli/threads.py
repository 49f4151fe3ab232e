"""Commands about threads: ``samestory threads`` and ``samestory thread ID``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clustering.cli.app import JsonOption, WorkspaceOption, app

__all__: list[str] = []

_DEFAULT_WORKSPACE = Path("workspace")
_THREADS = """
SELECT thread_id AS id, title, n_stories AS stories, n_articles AS articles, first_seen, last_seen
FROM threads ORDER BY n_stories DESC, n_articles DESC, thread_id LIMIT ?
"""
_THREAD = """
SELECT s.first_seen, s.last_seen, s.story_id AS story, s.headline, s.n_outlets AS outlets, s.n_languages AS languages,
       s.n_articles AS articles, s.keywords[1:5] AS keywords
FROM stories s WHERE s.thread_id = ? ORDER BY s.first_seen NULLS LAST, s.story_id
"""
_RELATED = """
SELECT r.story_id AS story, r.related_id AS related, o.headline, round(r.similarity, 3) AS similarity, r.shared_names
FROM related_stories r JOIN stories s ON s.story_id = r.story_id AND s.thread_id = ?
JOIN stories o ON o.story_id = r.related_id
WHERE o.thread_id IS DISTINCT FROM s.thread_id
ORDER BY r.similarity DESC, r.story_id, r.related_id LIMIT 10
"""


@app.command()
def threads(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option(min=1, help="How many, most stories first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List threads: running affairs whose stories are linked over time."""
    from clustering.cli.console import print_json, print_table
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    columns, rows = query_snapshot(Workspace(workspace).current_snapshot(), _THREADS, [limit])
    if as_json:
        print_json(columns, rows)
    else:
        print_table(columns, rows, wide="title")


@app.command()
def thread(
    thread_id: Annotated[str, typer.Argument(metavar="ID", help="A thread's id, as `samestory threads` lists it.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Show one thread: its stories in time order, and the related stories outside it."""
    from clustering.cli.console import print_json, print_table, print_text
    from clustering.errors import UnknownId
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    snapshot = Workspace(workspace).current_snapshot()
    columns, rows = query_snapshot(snapshot, _THREAD, [thread_id])
    if not rows:
        raise UnknownId(f"no thread {thread_id!r} in the published snapshot: `samestory threads` lists the ids")
    if as_json:
        print_json(columns, rows)
        return
    _, titles = query_snapshot(snapshot, "SELECT title FROM threads WHERE thread_id = ?", [thread_id])
    print_text(f"{thread_id}  {titles[0][0] if titles else ''}")
    print_table(columns[:-1], [row[:-1] for row in rows], wide="headline")
    columns, rows = query_snapshot(snapshot, _RELATED, [thread_id])
    if rows:
        print_text("")
        print_table(
            columns[:-1], [row[:-1] for row in rows], title="Related stories outside the thread", wide="headline"
        )
