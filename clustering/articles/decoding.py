"""Bytes to text: the charset that is right, not the one that is claimed.

Takes bytes and a claim (header, meta tag), gives text. Errors: ``RejectedPage`` undecodable.
"""

from __future__ import annotations

import codecs
import re

from clustering.errors import RejectedPage

__all__ = ["decode_page", "sniff_charset"]

_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([a-zA-Z0-9_:-]{2,30})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([a-zA-Z0-9_:-]{2,30})", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
         (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252",
          "ascii": "cp1252", "iso-8859-9": "cp1254", "shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932", "euc-kr": "cp949",
          "ks_c_5601-1987": "cp949", "big5": "big5hkscs", "tis-620": "cp874", "win-1251": "cp1251", "x-cp1251": "cp1251"}  # fmt: skip
"""Browsers read these names as their larger relatives (WHATWG Encoding Standard, "names and labels")."""
_MAX_REPLACED = 0.01
"""A page with more damage than one character in a hundred is not text in that charset."""


def sniff_charset(content: bytes, claimed: str | None = None) -> str | None:
    """Give the charset that the bytes claim: byte order mark, then the header, then the meta tag or XML declaration."""
    for mark, name in _BOMS:
        if content.startswith(mark):
            return name
    for found in (
        claimed,
        *(m[1].decode("ascii") for m in (_META.search(content[:4096]), _XML.match(content[:200].lstrip())) if m),
    ):
        if found:
            name = found.strip().strip("\"'").lower()
            name = _WIDER.get(name, name)
            try:
                codecs.lookup(name)
            except LookupError:
                continue
            return name
    return None


def decode_page(content: bytes, claimed: str | None = None) -> str:
    """Decode a page. Errors: ``RejectedPage`` undecodable when no charset makes it text."""
    charset = sniff_charset(content, claimed)
    if charset is None:
        charset = _guess_wide(content)
    try:
        # UTF-8 proves itself; pages that claim windows-1251 and are UTF-8 are common, the opposite fails here
        if charset is None or not charset.startswith(("utf-16", "utf-32")):
            return _checked(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        pass
    if charset is not None:
        try:
            return _checked(content.decode(charset))
        except (UnicodeDecodeError, UnicodeError):
            text = content.decode(charset, "replace")
            if text.count("\ufffd") <= _MAX_REPLACED * len(text):
                return _checked(text)
    guessed = _guess(content)
    if guessed is not None:
        return _checked(guessed)
    text = content.decode("utf-8", "replace")
    if len(text) >= 200 and text.count("\ufffd") <= _MAX_REPLACED * len(text):
        return _checked(text)
    raise RejectedPage("undecodable", f"not text in {charset or 'any charset we know'}: begins {content[:16]!r}")


def _guess_wide(content: bytes) -> str | None:
    """Recognise UTF-16 without a mark: every second byte is the small number of an alphabet."""
    sample = content[:800]
    if len(sample) < 16:
        return None
    even, odd = sample[::2], sample[1::2]
    high_even = sum(byte < 0x09 for byte in even) / len(even)
    high_odd = sum(byte < 0x09 for byte in odd) / len(odd)
    if max(high_even, high_odd) < 0.7 or min(high_even, high_odd) > 0.2:
        return None
    return "utf-16-le" if high_odd > high_even else "utf-16-be"


def _checked(text: str) -> str:
    """Refuse binary data that happens to decode."""
    sample = text[:4000]
    n_control = sum(c < " " and c not in "\n\r\t\f\x1b" for c in sample)
    if n_control > 0.02 * len(sample) + 1:
        raise RejectedPage("undecodable", f"binary data: {n_control} control characters in the first {len(sample)}")
    return text


def _guess(content: bytes) -> str | None:
    from charset_normalizer import from_bytes

    best = from_bytes(content[:100_000]).best()
    if best is None or best.encoding is None:
        return None
    try:
        return content.decode(best.encoding)
    except (UnicodeDecodeError, LookupError):
        return content.decode(best.encoding, "replace")
