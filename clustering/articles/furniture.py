"""Take a page's furniture out of its lines: trending blocks, photo credits, share bars, notices; and learn what a host repeats.

Takes lines as they stand on the page, gives those of the article. Works where there is no DOM; HTML pages lose their marked
furniture before (``extract_html``) and what is left of it here. Pure, apart from ``HostFurniture``, which remembers counts.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clustering.articles.furniture_table import FurnitureTable, LineKind, normalise_line

__all__ = ["CleanLines", "HostFurniture", "clean_lines", "is_menu", "is_paragraph"]

PARAGRAPH_CHARS = 120
"""A line this long that ends like a sentence is a paragraph, not a headline: headlines of 40 outlets end at 110."""

_SENTENCE_END = re.compile(r"[.!?…。！？؟।۔](?:[\"»”’')\]）」』]|\s)*$")
_ONLY_SYMBOLS = re.compile(r"^[\W\d_]+$")
_MENU_BREAK = re.compile(r"\s+[|›»•·/]\s+|\s*\|\s*")


@dataclass(frozen=True, slots=True)
class CleanLines:
    """What is left (``kept``), and what went, by kind, in page order."""

    kept: tuple[str, ...]
    dropped: tuple[tuple[LineKind, str], ...] = ()


def is_paragraph(line: str) -> bool:
    """Say whether a line is running text rather than a headline or a label."""
    n = len(line)
    if n * 3 < PARAGRAPH_CHARS:
        return False
    if n < PARAGRAPH_CHARS and any("\u3040" <= c <= "\ud7ff" for c in line[:20]):
        n *= 3
    return n >= PARAGRAPH_CHARS and _SENTENCE_END.search(line) is not None


def clean_lines(lines: Sequence[str], table: FurnitureTable, *, protect: int = 0) -> CleanLines:
    """Drop the furniture among the lines of a page's body.

    The first ``protect`` lines (the title) are never dropped. A trending heading ends the article when a paragraph stood before it; standing
    above the text it takes only its own lines. A related block ends at the next paragraph. A line that comes twice in a row, headline
    and its teaser, goes once.
    """
    kept: list[str] = list(lines[:protect])
    dropped: list[tuple[LineKind, str]] = []
    has_paragraph = False
    skipping: LineKind | None = None
    for index in range(protect, len(lines)):
        line = lines[index]
        if not line.strip():
            kept.append(line)
            continue
        paragraph = is_paragraph(line)
        kind = None if paragraph and len(line) > 320 else "share" if is_menu(line) else table.kind_of(line)
        if kind == "trending" and has_paragraph and not _is_inline(lines, index, table):
            dropped += [(kind, rest) for rest in lines[index:] if rest.strip()]
            break
        if kind is not None:
            dropped.append((kind, line))
            if kind in ("trending", "related") and _is_heading(line, table):
                skipping = kind
            continue
        if skipping is not None:
            if not paragraph or _comes_again(lines, index):
                dropped.append((skipping, line))
                continue
            skipping = None
        has_paragraph = has_paragraph or paragraph
        kept.append(line)
    return CleanLines(tuple(kept), tuple(dropped))


def is_menu(line: str) -> bool:
    """Say whether a line is a row of links: "World | Politics | Sport | Weather"."""
    if len(line) > 400 or not (
        "|" in line or "›" in line or "»" in line or "•" in line or " · " in line or " / " in line
    ):
        return False
    parts = _MENU_BREAK.split(line)
    return len(parts) >= 4 and all(len(part) <= 30 and not _SENTENCE_END.search(part) for part in parts)


def _is_heading(line: str, table: FurnitureTable) -> bool:
    return normalise_line(line) in table.exact


def _is_inline(lines: Sequence[str], index: int, table: FurnitureTable) -> bool:
    """Say whether a trending box stands in the middle of the text: real paragraphs, none repeated, make up what follows it."""
    rest = [line for line in lines[index + 1 :] if line.strip()]
    paragraphs = [line for line in rest if is_paragraph(line) and len(line) >= 2 * PARAGRAPH_CHARS]
    if len(paragraphs) < 2 or len(set(rest)) < len(rest) * 0.9:
        return False
    return sum(map(len, paragraphs)) > 0.6 * sum(map(len, rest))


def _comes_again(lines: Sequence[str], index: int) -> bool:
    key = lines[index].strip()
    near = [line.strip() for line in lines[max(0, index - 2) : index + 3] if line.strip()]
    return near.count(key) >= 2


@dataclass
class HostFurniture:
    """Lines that recur across articles of one host, learned while extracting; a plain record that the store can keep as JSON.

    ``counts[host][line key]`` counts articles, ``pages[host]`` all articles seen. An article counts once, however often it is
    extracted in one run: callers learn each article id once, and a caller that keeps the record learns only from new articles.
    """

    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    pages: dict[str, int] = field(default_factory=dict)
    max_lines: int = 500_000
    """Over all hosts (about 60 MB); when more are known, those seen once are forgotten, then the hosts with the fewest articles."""
    _n_lines: int = 0

    def learn(self, host: str, lines: Iterable[str]) -> None:
        """Count the lines of one article."""
        known = self.counts.setdefault(host, {})
        self.pages[host] = self.pages.get(host, 0) + 1
        before = len(known)
        for key in {self._key(line) for line in lines if self._is_candidate(line)}:
            known[key] = known.get(key, 0) + 1
        self._n_lines += len(known) - before
        if self._n_lines > self.max_lines:
            self._forget()

    def _forget(self) -> None:
        counts = {host: {key: n for key, n in lines.items() if n > 1} for host, lines in self.counts.items()}
        self._n_lines = sum(map(len, counts.values()))
        for host in sorted(counts, key=lambda name: (self.pages.get(name, 0), name)):
            if self._n_lines <= self.max_lines / 2:
                break
            self._n_lines -= len(counts.pop(host))
            self.pages.pop(host, None)
        self.counts = counts

    def is_furniture(self, host: str, line: str, min_pages: int) -> bool:
        """Say whether a line was in ``min_pages`` articles of the host, and in a tenth of them.

        Paragraphs need twice as many and a third: outlets repeat the background of a running story word for word.
        """
        known = self.counts.get(host)
        if not known or not self._is_candidate(line):
            return False
        n_pages = self.pages.get(host, 0)
        needed = max(2 * min_pages, n_pages / 3) if is_paragraph(line) else max(min_pages, n_pages / 10)
        return known.get(self._key(line), 0) >= needed

    def to_record(self) -> dict[str, Any]:
        """Give a JSON-ready record; lines seen once are left out."""
        counts = {host: {key: n for key, n in lines.items() if n > 1} for host, lines in self.counts.items()}
        return {"counts": counts, "pages": dict(self.pages)}

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> HostFurniture:
        """Read what ``to_record`` gave."""
        counts = {
            host: {str(key): int(n) for key, n in lines.items()} for host, lines in record.get("counts", {}).items()
        }
        pages = {host: int(n) for host, n in record.get("pages", {}).items()}
        return cls(counts, pages, _n_lines=sum(map(len, counts.values())))

    @staticmethod
    def _is_candidate(line: str) -> bool:
        text = line.strip()
        return 2 <= len(text) <= 400 and not _ONLY_SYMBOLS.match(text)

    @staticmethod
    def _key(line: str) -> str:
        # digits differ from page to page in the same notice: "12 комментариев", "© 2025"
        plain = re.sub(r"\d+", "0", normalise_line(line))
        return hashlib.blake2b(plain.encode("utf-8", "replace"), digest_size=8).hexdigest()
