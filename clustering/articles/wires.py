"""Whose text it is: which wire wrote an article, or is only quoted in it.

Takes the text as published (with its source lines and dateline), the outlet, the author line; gives a ``WireCredit``. Everything that differs by
language stands in ``wires.toml``. Order of trust: the wire's own host, an author line, a source line, a dateline, a closing
signature; only then a citation. A photo credit names the photo's maker, so such lines must be gone before (``furniture``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from clustering.articles.wire_table import MARK, WireTable
from clustering.types import WireRole

__all__ = ["NO_CREDIT", "WireCredit", "find_credit", "is_source_line"]

HEAD_CHARS = 240
"""A dateline stands in the first line or two."""
CITED_CHARS = 1_500
"""Citations later than this are of side facts; the lead says where the news is from."""
TAIL_CHARS = 320

_OPEN, _CLOSE = "([（【［〔", ")]）】］〕"
_BRACKET_BEFORE = re.compile(r"[(\[（【［〔]([^()\[\]（）【】［］〔〕\n]{0,40})$")
_BRACKET_AFTER = re.compile(r"^([^()\[\]（）【】［］〔〕\n]{0,24})[)\]）】］〕]")
_DASH_BEFORE = re.compile(r"(?:[-–—―./|=＝•]|^)\s*$")
_DASH_AFTER = re.compile(r"^\s*(?:[-–—―.:|/]|，|,\s*\d{1,2}\s)")
_SENTENCE_END = re.compile(r"(?<![^\W\d_A-ZА-Я][^\W\d_])(?<=\w{5})[.!?。！？]\s")
_LINE_FILL = re.compile(r"^[\s\W\d_]*$")
_AGENCY_WORDS = re.compile(
    r"(?:theo|news agency|agency|agences?|agencia|agência|agenzia|агентство|агенція|информагентство|with|and|und|et|y|e|и|та|i|en|"
    r"staff|wires?|services?|news|mit|avec|con|com|от|від|по материалам|contributed|пресс-служба|notimérica|redacción|rédaction|redaktion)\b",
    re.IGNORECASE,
)
_INITIALS = re.compile(r"/[a-zäöü]{1,4}\b|\b[a-z]{2,3}/")


@dataclass(frozen=True, slots=True)
class WireCredit:
    """The wire, its part in the text, and the evidence: ``host``, ``author``, ``source-line``, ``dateline``, ``signature``, ``cited``."""

    wire: str | None = None
    role: WireRole = "none"
    evidence: str = ""


NO_CREDIT = WireCredit()


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    wire: str


def _hits(table: WireTable, text: str, start: int, end: int) -> Iterator[_Hit]:
    for match in table.names.finditer(text, start, end):
        before = text[match.start() - 1] if match.start() else " "
        spelling = match[0].replace("\u00a0", " ")
        if before.isalnum() and not _joins(before, spelling, text, match.start()):
            continue
        wire = table.wire_of_spelling.get(spelling)
        # strip case endings until the listed stem is left
        for cut in range(1, 4):
            if wire is not None:
                break
            wire = table.wire_of_spelling.get(spelling[:-cut])
        if wire is not None and not _is_person(table, text, match.start(), wire):
            yield _Hit(match.start(), match.end(), wire)


def _is_person(table: WireTable, text: str, start: int, wire: str) -> bool:
    words = table.wires[wire].not_after
    return bool(words) and text[max(0, start - 20) : start].rstrip().endswith(words)


def _joins(before: str, spelling: str, text: str, start: int) -> bool:
    """Say whether a name may follow a letter: scripts without spaces, Arabic and Hebrew one-letter prepositions."""
    first = spelling[0]
    if "\u3040" <= first <= "\ud7ff" or "\u0e00" <= first <= "\u0eff":
        return True
    if before in "ولبفك" and "\u0600" <= first <= "\u06ff":
        earlier = text[start - 2] if start >= 2 else " "
        return not earlier.isalnum() or earlier in "ول"
    return before in "לבומהש" and "\u0590" <= first <= "\u05ff"


def is_source_line(table: WireTable, line: str) -> bool:
    """Say whether a line only credits: a known label and little after it ("Источник: ТАСС"), or nothing but wires' names."""
    line = line.strip()
    if table.source_line.match(line) is not None:
        return len(line) <= 110
    return len(line) <= 50 and _is_only_names(table, line)


def find_credit(
    table: WireTable, text: str, *, host: str | None = None, author: str | None = None, language: str | None = None
) -> WireCredit:
    """Tell which wire a text is from.

    ``text`` has the title left out; lines are separated by newlines. ``host`` is the outlet, ``author`` the author line if the page has one.
    """
    own = table.host_wire(host)
    if own is not None:
        return WireCredit(own, "text", "host")
    text = unicodedata.normalize("NFC", text)
    if author:
        hit = next(_hits(table, author, 0, min(len(author), 200)), None)
        if hit is not None:
            return WireCredit(hit.wire, "text", "author")
    if not text:
        return NO_CREDIT
    for line in _edge_lines(text):
        found = _read_source_line(table, line)
        if found is not None:
            return found
    tail_start = max(0, len(text) - TAIL_CHARS)
    hits = list(_hits(table, text, 0, CITED_CHARS))
    if tail_start < CITED_CHARS:
        tail = [hit for hit in hits if hit.start >= tail_start] + list(_hits(table, text, CITED_CHARS, len(text)))
    else:
        tail = list(_hits(table, text, tail_start, len(text)))
    head = [hit for hit in hits if hit.start < HEAD_CHARS]
    for hit in head:
        if _is_dateline_credit(table, text, hit):
            return WireCredit(hit.wire, "text", "dateline")
    for hit in reversed(tail):
        if _is_signature(table, text, hit):
            return WireCredit(hit.wire, "text", "signature")
    for pattern, wire in table.signatures:
        if pattern.search(text, 0, HEAD_CHARS) or pattern.search(text, max(HEAD_CHARS, len(text) - 3 * TAIL_CHARS)):
            return WireCredit(wire, "text", "signature")
    if not hits and not tail:
        return NO_CREDIT
    languages = _credit_languages(table, language)
    for hit in head + tail:
        if _says(table, text, hit, languages, "text"):
            return WireCredit(hit.wire, "text", "credit")
    for hit in hits:
        if not table.wires[hit.wire].quoted_only and _says(table, text, hit, languages, "cited"):
            return WireCredit(hit.wire, "cited", "cited")
    return NO_CREDIT


def _edge_lines(text: str) -> list[str]:
    head = text[:600].split("\n")[:4]
    tail = text[-600:].split("\n")[-5:]
    return [line.strip() for line in dict.fromkeys(head + tail) if 4 <= len(line.strip()) <= 120]


def _read_source_line(table: WireTable, line: str) -> WireCredit | None:
    match = table.source_line.match(line) or table.byline.match(line)
    if match is None:
        return None
    hit = next(_hits(table, line, match.start("rest"), len(line)), None)
    return WireCredit(hit.wire, "text", "source-line") if hit is not None else None


def _is_dateline_credit(table: WireTable, text: str, hit: _Hit) -> bool:
    line_start = text.rfind("\n", 0, hit.start) + 1
    before, after = text[line_start : hit.start], text[hit.end : hit.end + 60].split("\n")[0]
    if before.rstrip().endswith("/") and after.lstrip().startswith("/"):
        return len(before) <= 120
    opened, closed = _BRACKET_BEFORE.search(before), _BRACKET_AFTER.match(after)
    if opened is not None and closed is not None:
        outside = before[: opened.start()]
        rest = after[closed.end() :].lstrip()
        # "(Reuters) -" after a place; Japanese and Korean put the bracket first and no dash
        return _is_place(outside) and (bool(outside.strip()) or not rest or rest[0] not in ".,;")
    if table.wires[hit.wire].quoted_only:
        return False
    if _DASH_AFTER.match(after) and _DASH_BEFORE.search(before):
        return _is_place(before)
    return False


def _is_place(before: str) -> bool:
    """Say whether what stands before the credit is a dateline (place, date), not a sentence."""
    text = before.strip(" \t-–—―.,:/|")
    if len(text) > 70 or len(text.split()) > 9:
        return False
    if not text:
        return True
    if _SENTENCE_END.search(text) and not re.search(r"\d", text):
        return False
    first = text[0]
    return first.isupper() or first.isdigit() or (not first.isascii() and not first.islower()) or first in _OPEN


def _is_signature(table: WireTable, text: str, hit: _Hit) -> bool:
    line_start = text.rfind("\n", 0, hit.start) + 1
    line_end = text.find("\n", hit.end)
    line = text[line_start : line_end if line_end >= 0 else len(text)]
    at_end = not text[hit.end :].strip(' \t\n.)]）】/\u200f"”»')
    before, after = text[line_start : hit.start], text[hit.end : hit.end + 40].split("\n")[0]
    if len(line) <= 120 and _is_only_names(table, line):
        return len(text) - line_start <= TAIL_CHARS
    opened, closed = _BRACKET_BEFORE.search(before), _BRACKET_AFTER.match(after)
    if opened is not None and closed is not None:
        inside = before[opened.start() + 1 :] + MARK + after[: closed.start(1) + len(closed[1])]
        rest = text[hit.end + closed.end() :].strip(' \t\n.。\u200f"”»')
        return not rest and _is_only_names(table, inside.replace(MARK, text[hit.start : hit.end]))
    if table.wires[hit.wire].quoted_only:
        return False
    return at_end and re.search(r"(?:[.!?»”\"]\s*|\s)[/—–-]\s?$", before) is not None


def _is_only_names(table: WireTable, line: str) -> bool:
    """Say whether a line holds nothing but wires' names, brackets and joining words."""
    rest = table.names.sub(" ", line)
    if rest == line:
        return False
    rest = _INITIALS.sub(" ", rest)
    return _LINE_FILL.match(_AGENCY_WORDS.sub(" ", rest)) is not None


def _credit_languages(table: WireTable, language: str | None) -> list[str]:
    if language is None:
        return list(table.credits)
    base = language.split("-")[0]
    return [code for code in dict.fromkeys((language, base, "en")) if code in table.credits]


def _says(table: WireTable, text: str, hit: _Hit, languages: list[str], role: WireRole) -> bool:
    start = max(0, hit.start - 80)
    line_start = max(start, text.rfind("\n", start, hit.start) + 1)
    line_end = text.find("\n", hit.end, hit.end + 60)
    window = text[line_start : hit.start] + MARK + text[hit.end : line_end if line_end >= 0 else hit.end + 60]
    for code in languages:
        patterns = table.credits[code].text if role == "text" else table.credits[code].cited
        if any(pattern.search(window) for pattern in patterns):
            return True
    return False
