"""Who did not tell a story although they were publishing: two lines with their denominator."""

from __future__ import annotations

from pathlib import Path

from clustering.cli.console import print_text

__all__ = ["print_gaps"]

_OUTLETS = """
SELECT (SELECT count(DISTINCT outlet) FROM articles WHERE story_id = $id) AS telling,
       list(outlet ORDER BY n_articles_meanwhile DESC, outlet) AS missing
FROM gaps WHERE story_id = $id
"""
_SHARES = """
SELECT kind, value, n_publishing FROM gap_shares WHERE story_id = $id AND n_covering = 0
ORDER BY kind DESC, n_publishing DESC, value
"""
_SHOWN = 6


def print_gaps(snapshot: Path, story_id: str) -> None:
    """Print the outlets, languages and countries that published while the story ran (at least 24 hours) and did not tell it."""
    from clustering.store.snapshot import open_snapshot

    with open_snapshot(snapshot) as connection:
        [(n_telling, missing)] = connection.execute(_OUTLETS, {"id": story_id}).fetchall()
        shares = connection.execute(_SHARES, {"id": story_id}).fetchall()
    missing = missing or []
    if not missing:
        print_text("gaps: every outlet that published meanwhile told it")
        return
    print_text(
        f"gaps: {len(missing)} of {n_telling + len(missing)} outlets that published meanwhile did not tell it:"
        f" {_shorten(missing)}"
    )
    for kind, plural in (("language", "languages"), ("country", "countries")):
        found = [f"{value} (0 of {n})" for one, value, n in shares if one == kind]
        if found:
            print_text(f"  {plural} without it: {_shorten(found)}")


def _shorten(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + more
