"""Corrections by hand: ``samestory correct merge|split|move|pin|forbid|undo|list|export|import``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clustering.cli.app import JsonOption, WorkspaceOption, app

if TYPE_CHECKING:
    from clustering.stories.corrections import CorrectionKind

__all__: list[str] = []

correct = typer.Typer(
    no_args_is_help=True,
    help="Correct stories by hand; every later run obeys, and says when new evidence contradicts.",
)
app.add_typer(correct, name="correct")
_DEFAULT_WORKSPACE = Path("workspace")

AuthorOption = Annotated[str, typer.Option("--author", help="Who corrects; default: the name of the user.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the correction.")]
IdsArgument = Annotated[list[str], typer.Argument(metavar="ID...", show_default=False)]


def _user() -> str:
    try:
        import os
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    except (ImportError, KeyError):
        return "unknown"


def _add(workspace: Path, kind: CorrectionKind, ids: list[str], author: str, reason: str) -> None:
    from clustering.steps.correct import add_correction
    from clustering.store.workspace import Workspace

    made = add_correction(Workspace(workspace), kind, ids, author=author or _user(), reason=reason)
    typer.echo(f"{made.correction_id}  {made.describe()}")
    typer.echo("it holds from the next run on: `samestory cluster` and `samestory publish` apply it", err=True)


@correct.command()
def merge(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """STORY STORY...: they are one story, under the id of the first."""
    _add(workspace, "merge", ids, author, reason)


@correct.command()
def split(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """STORY ARTICLE...: these articles are a story of their own."""
    _add(workspace, "split", ids, author, reason)


@correct.command()
def move(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """ARTICLE... STORY: the articles belong to this story, not to the one they are in."""
    _add(workspace, "move", ids, author, reason)


@correct.command()
def pin(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """ARTICLE... STORY: the articles belong to this story, whatever later runs find."""
    _add(workspace, "pin", ids, author, reason)


@correct.command()
def forbid(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """ARTICLE... STORY, or STORY STORY: they are never one story."""
    _add(workspace, "forbid", ids, author, reason)


@correct.command()
def undo(
    ids: IdsArgument,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    author: AuthorOption = "",
    reason: ReasonOption = "",
) -> None:
    """CORRECTION: it no longer holds. Undoing an undo makes it hold again."""
    _add(workspace, "undo", ids, author, reason)


@correct.command(name="list")
def list_all(workspace: WorkspaceOption = _DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:
    """List corrections: id, what, author, time, reason, whether it holds, and what the last run found against it."""
    from clustering.cli.console import print_json, print_table
    from clustering.steps.correct import list_corrections
    from clustering.store.workspace import Workspace

    columns = ["id", "correction", "author", "made_at", "reason", "holds", "contested"]
    rows = [
        (
            one.correction.correction_id,
            one.correction.describe(),
            one.correction.author,
            one.correction.at,
            one.correction.reason,
            one.holds,
            list(one.contested) if as_json else "; ".join(one.contested[:2]),
        )
        for one in list_corrections(Workspace(workspace))
    ]
    if as_json:
        print_json(columns, rows)
    else:
        print_table(columns, rows, wide="contested")


@correct.command()
def export(
    file: Annotated[Path | None, typer.Argument(help="Where to write; default: the standard output.")] = None,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
) -> None:
    """Write all corrections as JSON."""
    from clustering.errors import InputError
    from clustering.steps.correct import list_corrections
    from clustering.store.workspace import Workspace
    from clustering.stories.correction_files import export_corrections

    text = export_corrections(one.correction for one in list_corrections(Workspace(workspace)))
    if file is None:
        typer.echo(text, nl=False)
    else:
        try:
            file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise InputError(f"{file}: cannot be written: {error.strerror}") from error


@correct.command(name="import")
def import_file(
    file: Annotated[Path, typer.Argument(help="A file that `samestory correct export` wrote.")],
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
) -> None:
    """Take in corrections from JSON: all of them, or none when one cannot stand."""
    from clustering.errors import InputError
    from clustering.steps.correct import take_in_corrections
    from clustering.store.workspace import Workspace

    if not file.is_file():
        raise InputError(f"no corrections file {file}")
    n_new, n_known = take_in_corrections(Workspace(workspace), file.read_text(encoding="utf-8", errors="replace"))
    typer.echo(f"{n_new} corrections taken in, {n_known} known before")
