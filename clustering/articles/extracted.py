"""What a page gave before it became an article: every attribute with the method that found it.

The record between extraction (``extract_html``, ``extract_text``) and ``build``.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape

from clustering.articles.dates import FoundDate

__all__ = ["Extracted", "clean_inline", "clean_text", "drop_unstorable"]

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2060\ufeff\ue000\ud800-\udfff]")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,10});")


@dataclass(slots=True)
class Extracted:
    """An article in the making. ``credit_text`` is the body with its source lines, from which wires are read; ``lines`` the body's lines,
    from which a host's furniture is learned. ``prior_language`` is what the page says of itself."""

    title: str = ""
    text: str = ""
    credit_text: str = ""
    lead: str = ""
    url: str | None = None
    canonical: str | None = None
    outlet: str | None = None
    prior_language: str | None = None
    published: FoundDate | None = None
    modified: FoundDate | None = None
    author: str | None = None
    section: str | None = None
    image: str | None = None
    methods: dict[str, str] = field(default_factory=dict)


def drop_unstorable(value: str) -> str:
    """Drop control characters and lone surrogates, which no database takes; line ends stay."""
    return _CONTROL.sub("", value)


def clean_text(value: str) -> str:
    """Make text safe to store: NFC, no control characters or lone surrogates, plain spaces, one blank line at most."""
    if not value.isascii() or not value.isprintable():
        value = value.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
        if not unicodedata.is_normalized("NFC", value):
            value = unicodedata.normalize("NFC", value)
        value = drop_unstorable(value)
    if "  " in value or "\t" in value or not value.isascii():
        value = _SPACES.sub(" ", value)
    if "\n" in value:
        value = _BLANK_LINES.sub("\n\n", value)
        value = "\n".join(line.strip() for line in value.split("\n"))
    return value.strip()


def clean_inline(value: str) -> str:
    """Make one line: as ``clean_text``, with entities read and every break a space."""
    if "&" in value and _ENTITY.search(value):
        value = unescape(value)
    return " ".join(clean_text(value).split())
