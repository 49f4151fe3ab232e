"""How many independent origins stand behind a story's texts.

Takes a story's articles, gives one ``Origin`` per wire whose text was carried and per outlet that wrote a text of its own. Sixty copies of
one wire text are one origin.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from clustering.stories.records import ArticleRow

__all__ = ["Origin", "find_origins", "trace_wires"]


@dataclass(frozen=True, slots=True)
class Origin:
    """One authority behind a story: a wire, an outlet, or a text of unknown authorship that several outlets carry.

    ``n_texts``: distinct texts (near-duplicates count once). ``n_reprints``: articles elsewhere that carry them.
    """

    kind: Literal["wire", "outlet", "unknown"]
    name: str
    n_texts: int
    n_reprints: int
    outlets: tuple[str, ...]
    article_ids: tuple[str, ...]


def trace_wires(rows: Sequence[ArticleRow]) -> dict[str, str]:
    """Give article id -> wire for every article whose text is a wire's, said by itself or by a copy of the same text."""
    roots = _find_texts(rows)
    said: dict[str, str] = {}
    for row in sorted(rows, key=lambda row: row.article_id):
        if row.wire and (row.wire_role == "text" or row.outlet_kind == "wire"):
            said.setdefault(roots[row.article_id], row.wire)
    wires: dict[str, str] = {}
    for row in rows:
        if row.wire and row.wire_role == "text":
            wires[row.article_id] = row.wire
        elif roots[row.article_id] in said:
            wires[row.article_id] = said[roots[row.article_id]]
    return wires


def find_origins(rows: Sequence[ArticleRow], is_reprint: Callable[[ArticleRow], bool]) -> tuple[Origin, ...]:
    """Group a story's articles by the authority their text comes from, most articles first.

    A text belongs to the wire that any of its copies credits; else to the outlet whose article of it is the original; else (every
    copy is a reprint of something we do not have) it is an origin of unknown name.
    """
    roots = _find_texts(rows)
    wires = trace_wires(rows)
    owner_of_text: dict[str, tuple[Literal["wire", "outlet", "unknown"], str]] = {}
    for row in rows:
        root = roots[row.article_id]
        if row.article_id in wires:
            owner_of_text[root] = ("wire", wires[row.article_id])
        elif not is_reprint(row) and owner_of_text.get(root, ("unknown",))[0] == "unknown":
            owner_of_text[root] = ("outlet", row.outlet) if row.outlet else ("unknown", root)
        else:
            owner_of_text.setdefault(root, ("unknown", root))
    grouped: dict[tuple[Literal["wire", "outlet", "unknown"], str], list[ArticleRow]] = {}
    for row in rows:
        grouped.setdefault(owner_of_text[roots[row.article_id]], []).append(row)
    origins = [
        Origin(
            kind,
            name,
            len({roots[row.article_id] for row in theirs}),
            sum(is_reprint(row) for row in theirs),
            tuple(dict.fromkeys(row.outlet for row in theirs if row.outlet)),
            tuple(row.article_id for row in theirs),
        )
        for (kind, name), theirs in grouped.items()
    ]
    return tuple(sorted(origins, key=lambda origin: (-len(origin.article_ids), origin.kind, origin.name)))


def _find_texts(rows: Sequence[ArticleRow]) -> Mapping[str, str]:
    """Give article id -> id of its text, joining near-duplicates and copies with their original."""
    parent = {row.article_id: row.article_id for row in rows}

    def find(key: str) -> str:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    def join(left: str, right: str) -> None:
        a, b = find(left), find(right)
        parent[max(a, b)] = min(a, b)

    first_of_group: dict[str, str] = {}
    for row in rows:
        if row.original_id is not None:
            parent.setdefault(row.original_id, row.original_id)
            join(row.article_id, row.original_id)
        if row.duplicate_group is not None:
            join(row.article_id, first_of_group.setdefault(row.duplicate_group, row.article_id))
    return {row.article_id: find(row.article_id) for row in rows}
