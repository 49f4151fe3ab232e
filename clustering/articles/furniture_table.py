"""The table of page furniture per language, read from ``furniture.toml``.

Gives a ``FurnitureTable`` that names what a line is. Errors: ``ConfigError`` naming the file, the entry and the reason.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from clustering.errors import ConfigError, InputError

__all__ = ["FurnitureTable", "LineKind", "load_furniture", "normalise_line"]

LineKind = Literal[
    "trending", "related", "photo", "read_on", "share", "subscribe", "advert", "comments", "rights", "tags"
]

_KINDS: tuple[LineKind, ...] = (
    "trending", "related", "photo", "read_on", "share", "subscribe", "advert", "comments", "rights", "tags",
)  # fmt: skip
_EDGES = " \t\u00a0\u200b\u200e\u200f\ufeff.,:;!?…·•|/\\-–—―=>»«\"'“”„‘’()[]【】（）《》<>*#→▶►▼&：。，"
_COUNT_TAIL = re.compile(r"\s*[(\[]?\d{1,6}[)\]]?$")
_PHOTO_LINE = re.compile(
    r"^(?:©|\(c\)|ⓒ|📷|📸|🎥)\s*\S.{0,110}$|^(?:photo|foto|фото|image|bild)\s+(?:by|von|de|di|:)\s.{2,100}$",
    re.IGNORECASE,
)
_ADDRESS_LINE = re.compile(r"(?:[\w .|/()-]{0,30}\s)?[\w.+-]{0,40}@[\w.-]{2,60}")
_MAX_CHARS: dict[LineKind, int] = {
    "trending": 240, "related": 240, "photo": 220, "read_on": 140, "share": 60, "subscribe": 220, "advert": 60, "comments": 60,
    "rights": 320, "tags": 300,
}  # fmt: skip
"""Longer lines that begin like this are sentences of the article."""


@dataclass(frozen=True, slots=True)
class FurnitureTable:
    """Known furniture: ``exact`` maps a whole normalised line, ``first`` the beginnings by their first word, ``unspaced`` those
    of scripts without spaces by their first character."""

    exact: dict[str, LineKind]
    first: dict[str, tuple[tuple[str, LineKind], ...]]
    unspaced: dict[str, tuple[tuple[str, LineKind], ...]]

    def kind_of(self, line: str) -> LineKind | None:
        """Name what a line is, ``None`` when it may be the article's."""
        stripped = line.strip()
        if not stripped or len(stripped) > 320:
            return None
        if "@" in stripped and _ADDRESS_LINE.fullmatch(stripped):
            return "share"
        if len(stripped) <= 120 and _PHOTO_LINE.match(stripped):
            return "photo"
        key = normalise_line(stripped)
        if not key:
            return None
        kind = self.exact.get(key) or (self.exact.get(_COUNT_TAIL.sub("", key)) if key[-1].isdigit() else None)
        if kind is not None:
            return kind
        word = key.split(" ", 1)[0].rstrip(":：,.")
        for start, kind in self.first.get(word, ()):
            if key.startswith(start) and self._fits(kind, key, start, stripped):
                return kind
        for start, kind in self.unspaced.get(key[0], ()):
            if key.startswith(start) and self._fits(kind, key, start, stripped):
                return kind
        return None

    @staticmethod
    def _fits(kind: LineKind, key: str, start: str, line: str) -> bool:
        rest = key[len(start) :]
        if not rest or len(line) > _MAX_CHARS[kind]:
            return not rest
        after = rest.lstrip()
        labelled = bool(after) and after[0] in ":：—–-|©/("
        if kind == "share" and " " in start and len(line) <= 40 and line[-1] not in ".!?…":
            return True
        if kind in ("photo", "related", "tags", "advert", "comments", "share", "trending"):
            # "Фото: ТАСС" goes, "Фото с места событий появились" stays
            return labelled
        if rest[0].isalpha() and start[-1].isalpha() and not _is_unspaced(start[-1]):
            return False
        if _is_unspaced(start[-1]) and kind != "rights":
            return labelled or len(line) <= len(start) + 12
        return True


def _is_unspaced(char: str) -> bool:
    return "\u3040" <= char <= "\ud7ff" or "\u0e00" <= char <= "\u0eff"


def normalise_line(line: str) -> str:
    """Fold case and spaces, drop punctuation at both ends."""
    return " ".join(line.split()).strip(_EDGES).casefold()


def load_furniture(path: Path) -> FurnitureTable:
    """Read the table. Errors: ``InputError`` when the file is missing, ``ConfigError`` for anything wrong in it."""
    if not path.is_file():
        raise InputError(f"no furniture file {path}")
    return _load(str(path.resolve()), path.stat().st_mtime_ns)


@lru_cache(maxsize=4)
def _load(name: str, _changed: int) -> FurnitureTable:
    try:
        data: dict[str, Any] = tomllib.loads(Path(name).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: not valid TOML: {error}") from error
    exact: dict[str, LineKind] = {}
    for number, entry in enumerate(data.get("furniture", []), 1):
        where = f"{name}: furniture {number} ({entry.get('language')})"
        unknown = set(entry) - set(_KINDS) - {"language"}
        if unknown:
            raise ConfigError(f"{where}: {sorted(unknown)[0]}: unknown key")
        for kind in _KINDS:
            lines = entry.get(kind, [])
            if not isinstance(lines, list) or not all(isinstance(line, str) and normalise_line(line) for line in lines):
                raise ConfigError(f"{where}: {kind}: must be a list of lines (got {lines!r})")
            for line in lines:
                exact.setdefault(normalise_line(line), kind)
    first: dict[str, list[tuple[str, LineKind]]] = {}
    unspaced: dict[str, list[tuple[str, LineKind]]] = {}
    for key, kind in exact.items():
        if _is_unspaced(key[-1]):
            unspaced.setdefault(key[0], []).append((key, kind))
        else:
            first.setdefault(key.split(" ", 1)[0].rstrip(":"), []).append((key, kind))
    return FurnitureTable(exact, _longest_first(first), _longest_first(unspaced))


def _longest_first(starts: dict[str, list[tuple[str, LineKind]]]) -> dict[str, tuple[tuple[str, LineKind], ...]]:
    return {key: tuple(sorted(found, key=lambda start: -len(start[0]))) for key, found in starts.items()}
