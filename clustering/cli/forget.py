"""``samestory forget ARTICLE|OUTLET|URL-PREFIX``: take down for good, and prove it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clustering.cli.app import ConfigOption, WorkspaceOption, app

__all__: list[str] = []

_DEFAULT_WORKSPACE = Path("workspace")
EXIT_REMNANTS = 4


@app.command()
def forget(
    target: Annotated[str, typer.Argument(metavar="TARGET", help="An article's id, an outlet, or an URL prefix.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept with the tombstone.")] = "",
    author: Annotated[str, typer.Option("--author", help="Who decides; kept with the tombstone.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Remove text, vector, descriptions, raw pages and published copies of articles, and block their return.

    Exit status 4 when the search of the whole workspace afterwards still finds anything of them.
    """
    from clustering.cli.correct import _user
    from clustering.cli.pipeline import open_workspace
    from clustering.steps.forget import run_forget

    opened, settings = open_workspace(workspace, config)
    planned = run_forget(opened, settings, target, author=author or _user(), reason=reason, dry_run=True).plan
    typer.echo(
        f"{len(planned.article_ids)} articles in {len(planned.story_ids)} stories, {len(planned.delete)} files to delete,"
        f" {len(planned.rewrite)} to rewrite, all published snapshots but a new one"
    )
    if dry_run:
        return
    if not yes:
        typer.confirm("This cannot be undone. Forget?", abort=True)
    done = run_forget(opened, settings, target, author=author or _user(), reason=reason)
    counts = ", ".join(f"{n} {what}" for what, n in done.counts.items() if n)
    typer.echo(f"removed: {counts or 'nothing stored'}; {done.n_files} files, {done.n_snapshots} old snapshots")
    typer.echo(f"searched {done.n_places} places: {len(done.remnants)} remnants")
    for remnant in done.remnants[:20]:
        typer.echo(f"  {remnant.place}: {remnant.article_id} ({remnant.needle}...)", err=True)
    if done.remnants:
        raise typer.Exit(EXIT_REMNANTS)
