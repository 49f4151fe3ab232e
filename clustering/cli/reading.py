"""Commands that read the published snapshot: stories, story, query, status, assignments."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from clustering.cli.app import JsonOption, WorkspaceOption, app

__all__: list[str] = []

_DEFAULT_WORKSPACE = Path("workspace")


def _query(workspace: Path, sql: str, parameters: list[Any] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    return query_snapshot(Workspace(workspace).current_snapshot(), sql, parameters)


def _show(
    columns: list[str], rows: list[tuple[Any, ...]], as_json: bool, *, title: str | None = None, wide: str | None = None
) -> None:
    from clustering.cli.console import print_json, print_table

    if as_json:
        print_json(columns, rows)
    else:
        print_table(columns, rows, title=title, wide=wide)


@app.command()
def stories(
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    limit: Annotated[int, typer.Option(min=1, help="How many, widest coverage first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List stories: id, headline, outlets, languages, articles, reprints, first and last seen."""
    columns, rows = _query(
        workspace,
        "SELECT story_id AS id, headline, n_outlets AS outlets, n_languages AS languages, n_articles AS articles,"
        " n_reprints AS reprints, first_seen, last_seen FROM stories"
        " ORDER BY n_outlets DESC, n_articles DESC, first_seen, story_id LIMIT ?",
        [limit],
    )
    _show(columns, rows, as_json, wide="headline")


@app.command()
def story(
    story_id: Annotated[str, typer.Argument(metavar="ID", help="A story's id, as `samestory stories` lists it.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    history: Annotated[
        bool, typer.Option("--history", help="How it changed, run by run, with the numbers that decided.")
    ] = False,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="RUN|DATE", help="What it was after a run or at a date (UTC).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show one story's coverage in time order: time, outlet, language, headline, original or reprint."""
    from clustering.cli.history import print_history, print_story_as_of
    from clustering.cli.story_report import print_story_report

    if history:
        print_history(workspace, story_id, as_json=as_json)
        return
    if as_of is not None:
        print_story_as_of(workspace, story_id, as_of, as_json=as_json)
        return
    print_story_report(workspace, story_id, as_json=as_json)


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="SQL over the published snapshot; see docs/queries.md.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    as_json: JsonOption = False,
) -> None:
    """Run SQL against the published snapshot: it reads the snapshot, no other file, and writes nothing."""
    from clustering.store.user_sql import run_user_sql
    from clustering.store.workspace import Workspace

    columns, rows = run_user_sql(Workspace(workspace).current_snapshot(), sql)
    _show(columns, rows, as_json)


@app.command()
def assignments(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:
    """Print article_id<TAB>story_id for every article; the story is empty when none."""
    columns, rows = _query(workspace, "SELECT article_id, story_id FROM articles ORDER BY article_id")
    if as_json:
        _show(columns, rows, True)
        return
    for article_id, story_id in rows:
        typer.echo(f"{article_id}\t{story_id or ''}")


@app.command()
def status(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:
    """Show runs, counts, and rejected pages by reason."""
    from clustering.cli.status_report import print_status_report

    print_status_report(workspace, as_json=as_json)
