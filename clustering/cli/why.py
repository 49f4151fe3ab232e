"""``samestory why ARTICLE [STORY]``: why an article is where it is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clustering.cli.app import ConfigOption, JsonOption, WorkspaceOption, app

if TYPE_CHECKING:
    from clustering.stories.explanation import Comparison, Explanation, StoryFacts

__all__: list[str] = []

_DEFAULT_WORKSPACE = Path("workspace")


@app.command()
def why(
    article_id: Annotated[str, typer.Argument(metavar="ARTICLE", help="An article's id.")],
    story_id: Annotated[
        str | None, typer.Argument(metavar="STORY", help="Ask about this story; default: the one it is in.")
    ] = None,
    workspace: WorkspaceOption = _DEFAULT_WORKSPACE,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why an article is in its story, or not in STORY: the edge that joined it, its neighbours, what was missing elsewhere."""
    from clustering.cli.console import print_objects
    from clustering.cli.pipeline import open_workspace
    from clustering.steps.why import explain_article
    from clustering.stories.explanation import list_reasons

    opened, settings = open_workspace(workspace, config)
    explanation = explain_article(opened, settings, article_id, story_id)
    lines = list_reasons(explanation)
    if as_json:
        print_objects([to_object(explanation, lines)])
    else:
        for line in lines:
            typer.echo(line)


def to_object(explanation: Explanation, lines: list[str]) -> dict[str, Any]:
    """Give an explanation as a JSON object."""
    near = explanation.nearest_other
    return {
        "article_id": explanation.article_id,
        "verdict": explanation.verdict,
        "story": _story(explanation.story),
        "own_story": _story(explanation.own_story),
        "joined_by": None if explanation.joined_by is None else _comparison(explanation.joined_by),
        "inside": [_comparison(one) for one in explanation.inside],
        "outside": [_comparison(one) for one in explanation.outside],
        "nearest_other": None
        if near is None
        else {
            "story": _story(near.story),
            "best": _comparison(near.best),
            "n_compared": near.n_compared,
            "mean_probability": near.mean_probability,
            "lack": near.lack,
            "missing": {name: {"here": here, "needed": needed} for name, (here, needed) in near.missing.items()},
        },
        "corrections": list(explanation.corrections),
        "lines": lines,
    }


def _story(story: StoryFacts | None) -> dict[str, Any] | None:
    if story is None:
        return None
    return {"story_id": story.story_id, "headline": story.headline, "n_articles": story.n_articles}


def _comparison(one: Comparison) -> dict[str, Any]:
    return {
        "article_id": one.other_id,
        "probability": one.probability,
        "parts": dict(one.parts),
        "hours": one.hours,
        "note": one.note,
    }
