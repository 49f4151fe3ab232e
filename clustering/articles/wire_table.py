"""The table of wires and of how each language credits them, read from ``wires.toml``.

Gives a ``WireTable`` ready for matching. Errors: ``ConfigError`` naming the file, the entry and the reason.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from clustering.errors import ConfigError, InputError

__all__ = ["MARK", "Credits", "Wire", "WireTable", "load_wires"]

MARK = "\ue000"
"""Stands for any wire's name in the patterns (a private-use character, never in news)."""

_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_Entry = tuple[str, dict[str, object]]
"""Where an entry stands, for messages, and its keys."""
_WIRE_KEYS = {"name", "hosts", "languages", "names", "quoted_only", "not_after", "signatures"}
_CREDIT_KEYS = {"language", "source", "byline", "text", "cited"}


@dataclass(frozen=True, slots=True)
class Wire:
    """One agency: its name here, where it publishes and in which languages."""

    name: str
    hosts: tuple[str, ...]
    languages: tuple[str, ...]
    quoted_only: bool = False
    not_after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credits:
    """How one language credits: compiled patterns over a text in which the name found is replaced by ``MARK``."""

    text: tuple[re.Pattern[str], ...]
    cited: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class WireTable:
    """All wires and all languages. ``names`` finds any spelling of any wire; ``wire_of_spelling`` says which it is."""

    wires: dict[str, Wire]
    by_host: dict[str, str]
    names: re.Pattern[str]
    wire_of_spelling: dict[str, str]
    source_line: re.Pattern[str]
    byline: re.Pattern[str]
    credits: dict[str, Credits]
    signatures: tuple[tuple[re.Pattern[str], str], ...] = field(default=())

    def host_wire(self, host: str | None) -> str | None:
        """Give the wire that publishes at a host or at a parent of it."""
        while host:
            if host in self.by_host:
                return self.by_host[host]
            host = host.partition(".")[2]
        return None


def load_wires(path: Path, extra: Path | None = None) -> WireTable:
    """Read the shipped table and, over it, a user's own: its wires and credits are added, those of the same name replaced.

    Errors: ``InputError`` when a file is missing, ``ConfigError`` for anything wrong in it.
    """
    files = [path] if extra is None or extra.resolve() == path.resolve() else [path, extra]
    for file in files:
        if not file.is_file():
            raise InputError(f"no wires file {file}")
    return _load(tuple((str(file.resolve()), file.stat().st_mtime_ns) for file in files))


@lru_cache(maxsize=4)
def _load(files: tuple[tuple[str, int], ...]) -> WireTable:
    wires: dict[str, _Entry] = {}
    credits: dict[str, _Entry] = {}
    for name, _changed in files:
        try:
            data = tomllib.loads(Path(name).read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"{name}: not valid TOML: {error}") from error
        unknown = set(data) - {"wire", "credit"}
        if unknown:
            raise ConfigError(f"{name}: {sorted(unknown)[0]}: unknown key")
        for kind, key, target in (("wire", "name", wires), ("credit", "language", credits)):
            seen: set[str] = set()
            for number, entry in enumerate(data.get(kind, []), 1):
                label = entry.get(key)
                if not isinstance(label, str) or not label:
                    raise ConfigError(f"{name}: {kind} {number}: {key}: must be a non-empty string (got {label!r})")
                where = f"{name}: {kind} {number} ({label})"
                if label in seen:
                    raise ConfigError(f"{where}: {key}: is listed twice")
                seen.add(label)
                target[label] = (where, entry)
    return _build(wires, credits)


def _strings(where: str, entry: dict[str, object], key: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ConfigError(f"{where}: {key}: must be a list of strings (got {value!r})")
    return tuple(value)


def _check_keys(where: str, entry: dict[str, object], known: set[str]) -> None:
    unknown = set(entry) - known
    if unknown:
        raise ConfigError(f"{where}: {sorted(unknown)[0]}: unknown key")


def _compile(where: str, patterns: tuple[str, ...], flags: int = re.IGNORECASE) -> tuple[re.Pattern[str], ...]:
    compiled = []
    for pattern in patterns:
        try:
            compiled.append(re.compile(pattern.replace("{W}", MARK), flags | re.MULTILINE))
        except re.error as error:
            raise ConfigError(f"{where}: not a regular expression: {pattern!r}: {error}") from error
    return tuple(compiled)


def _ending(spelling: str) -> str:
    """Give the pattern of what may follow a listed spelling."""
    if spelling.endswith("*"):
        return r"\w{0,3}(?!\w)"
    if _UNSPACED.search(spelling[-1]):
        return ""
    if len(spelling) >= 5 and spelling[-1].isalpha() and spelling[-1] < "\u0600":
        # case endings written on: Reutersin, Reutersa, Интерфаксу
        return r"[^\W\d_A-ZА-Я]{0,2}(?!\w)"
    return r"(?!\w)"


def _names_pattern(spellings: Iterable[str]) -> str:
    """Give one pattern for all spellings, as a tree of letters: an alternation of 400 words took 0.5 ms a text, this a tenth."""
    tree: dict[str, Any] = {}
    for spelling in spellings:
        node = tree
        for letter in spelling.rstrip("*"):
            node = node.setdefault(letter, {})
        node[""] = _ending(spelling)
    return _tree_pattern(tree) if tree else "(?!)"


def _tree_pattern(node: dict[str, Any]) -> str:
    branches = []
    for letter, rest in sorted(node.items()):
        if letter:
            head = r"[ \u00a0]" if letter == " " else re.escape(letter)
            branches.append(head + _tree_pattern(rest))
    if "" in node:
        # last, so that the longest spelling wins
        branches.append(node[""])
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _build(wires: dict[str, _Entry], credits: dict[str, _Entry]) -> WireTable:
    table: dict[str, Wire] = {}
    by_host: dict[str, str] = {}
    spellings: dict[str, str] = {}
    signatures: list[tuple[re.Pattern[str], str]] = []
    for label, (where, entry) in wires.items():
        _check_keys(where, entry, _WIRE_KEYS)
        hosts = _strings(where, entry, "hosts")
        languages, not_after = _strings(where, entry, "languages"), _strings(where, entry, "not_after")
        table[label] = Wire(label, hosts, languages, entry.get("quoted_only") is True, not_after)
        by_host.update(dict.fromkeys(hosts, label))
        for spelling in _strings(where, entry, "names"):
            spellings.setdefault(unicodedata.normalize("NFC", spelling), label)
        signatures += [(pattern, label) for pattern in _compile(where, _strings(where, entry, "signatures"), 0)]
    names = re.compile(_names_pattern(spellings))
    compiled: dict[str, Credits] = {}
    labels: set[str] = set()
    bylines: set[str] = set()
    for language, (where, entry) in credits.items():
        _check_keys(where, entry, _CREDIT_KEYS)
        compiled[language] = Credits(
            _compile(where, _strings(where, entry, "text")), _compile(where, _strings(where, entry, "cited"))
        )
        labels.update(_strings(where, entry, "source"))
        bylines.update(_strings(where, entry, "byline"))
    plain = {spelling.rstrip("*").replace("\u00a0", " "): label for spelling, label in spellings.items()}
    return WireTable(
        table, by_host, names, plain, _label_line(labels), _label_line(bylines), compiled, tuple(signatures)
    )


def _label_line(labels: set[str]) -> re.Pattern[str]:
    """Match a line "label: rest"."""
    words = "|".join(re.escape(label) for label in sorted(labels, key=lambda s: (-len(s), s)))
    return re.compile(rf"^\W{{0,4}}(?:{words or '(?!)'})\s*[:：﹕]\s*(?P<rest>.{{1,90}})$", re.IGNORECASE)
