"""Text and URLs from the outside, made harmless for every output.

Takes what pages said, gives text without characters that XML forbids or that turn neighbouring text around, URLs that can only be http(s), and
spreadsheet cells that cannot be formulas. Escaping for HTML or XML is the writer's work and still needed.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

__all__ = ["clean_text", "safe_cell", "safe_url", "shorten"]

# C0 and C1 controls but tab and newline, embedding, override and isolate controls, surrogates, non-characters. The joiners and the simple
# direction marks stay: Persian and Arabic are written with them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_MAX_URL = 2_000


def clean_text(text: str | None) -> str:
    """Give the text without controls; empty for None."""
    return _FORBIDDEN.sub("", text) if text else ""


def shorten(text: str | None, limit: int = 400) -> str:
    """Give clean text of at most ``limit`` characters, with an ellipsis when something was cut."""
    clean = clean_text(text)
    return clean if len(clean) <= limit else clean[: limit - 1].rstrip() + "…"


def safe_url(url: str | None) -> str | None:
    """Give the URL when it is a plain http(s) one, else None: ``javascript:`` and friends never reach a reader."""
    if not url or len(url) > _MAX_URL or _FORBIDDEN.search(url) or any(c.isspace() for c in url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def safe_cell(value: object) -> object:
    """Give a CSV cell that no spreadsheet takes for a formula: an apostrophe before what could start one (OWASP)."""
    if not isinstance(value, str):
        return value
    clean = clean_text(value)
    return "'" + clean if clean.startswith(_FORMULA) else clean
