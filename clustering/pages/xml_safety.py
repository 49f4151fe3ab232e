"""XML from strangers: refuse what can harm, repair what is only old.

Takes bytes, gives UTF-8 bytes without document type and with the declaration that fits. A document type that only names a DTD (RSS 0.91 has one) is
taken off and never loaded; one that declares entities is refused. Errors: ``RejectedPage`` malformed-line or undecodable.
"""

from __future__ import annotations

import re

from clustering.articles.decoding import decode_page
from clustering.errors import RejectedPage

__all__ = ["clean_xml"]

_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^>\[]{0,500}(\[)?", re.IGNORECASE)
_BAD_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PROLOGUE_CHARS = 20_000


def clean_xml(content: bytes, charset: str | None = None) -> bytes:
    """Make XML safe to parse."""
    text = decode_page(content, charset)
    text = _DECLARATION.sub("", text.lstrip("\ufeff \t\r\n"), count=1)
    head = text[:_PROLOGUE_CHARS]
    if "<!ENTITY" in head.upper() or "<!ENTITY" in text.upper():
        raise RejectedPage("malformed-line", "XML that declares entities of its own is refused")
    doctype = _DOCTYPE.search(head)
    if doctype is not None:
        if doctype[1]:
            raise RejectedPage("malformed-line", "XML with a document type of its own is refused")
        end = text.find(">", doctype.end())
        text = text[: doctype.start()] + (text[end + 1 :] if end >= 0 else "")
    text = _BAD_CONTROL.sub("", text)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + text.lstrip().encode("utf-8", "replace")
