"""``samestory demo``: what the sample corpus shows, ending with the coverage of the call of 15 February 2025."""

from __future__ import annotations

from pathlib import Path

from clustering.cli.app import WorkspaceOption, app
from clustering.errors import StoreMissing

__all__: list[str] = []

_CALL = """
SELECT story_id FROM articles
WHERE story_id IS NOT NULL AND published_at BETWEEN '2025-02-15' AND '2025-02-17'
  AND (title ILIKE '%rubio%lavrov%' OR title ILIKE '%lavrov%rubio%')
GROUP BY story_id ORDER BY count(*) DESC, story_id LIMIT 1
"""


@app.command(hidden=True)
def demo(workspace: WorkspaceOption = Path("demo-workspace")) -> None:
    """Show the stories of the sample corpus and the call of 15 February."""
    from clustering.cli.console import print_text
    from clustering.cli.reading import stories
    from clustering.cli.story_report import print_story_report
    from clustering.store.snapshot import query_snapshot
    from clustering.store.workspace import Workspace

    snapshot = Workspace(workspace).current_snapshot()
    _, found = query_snapshot(snapshot, _CALL)
    if not found:
        raise StoreMissing(f"the workspace {workspace} does not hold the sample corpus: run `make demo`")
    print_text("\nStories of the sample corpus (articles invented, facts real), widest coverage first\n")
    stories(workspace, limit=20)
    print_text("\nThe Rubio-Lavrov call of 15 February 2025\n")
    print_story_report(workspace, found[0][0], as_json=False)
    print_text(
        f'\nNext: samestory stories -w {workspace}; samestory query -w {workspace} "FROM stories";'
        f" the snapshot is {workspace}/current/samestory.duckdb"
    )
