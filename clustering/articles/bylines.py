"""Author lines: "By Ann Smith", "Автор: А. Речкин", "Par Yann Le Goff", "記者 林小島".

Takes a short line, gives the name in it.
"""

from __future__ import annotations

import re

__all__ = ["find_author"]

_BYLINE = re.compile(
    r"^\W{0,3}(?:(?:by|written by|von|par|por|di|de|av|af|door|przez|od)\s+|"
    r"(?:author|автор(?:ы)?|автори?|аўтар|autor(?:a|e|ka|zy)?|auteur|autore|autori|fuente|text|tekst|texto|yazar|haber|συντάκτης|του|της|بقلم|كتب|نویسنده|מאת|"
    r"लेखक|সংবাদদাতা|作者|记者|記者|文|撰文|글|penulis|tác giả|szerző|författare|forfatter|kirjoittaja)\s*[:：|]?\s+?|"
    r"(?:作者|记者|記者|文)[:：]?\s?)(?P<name>\S.{1,80}?)\s*$",
    re.IGNORECASE,
)
_NAME_SUFFIX = re.compile(r"(?P<name>[가-힣]{2,4})\s기자")
_TAIL = re.compile(
    r"\s*(?:[|•·／/]|\s[-–—]\s|,\s(?:\d|updated|published)|\s(?:am|um|on|в|le|el)\s\d).*$", re.IGNORECASE
)
_SMALL_WORDS = frozenset(
    "de von van der den di da du dos del della la le al el bin ben y und and e et i и та і og och en for the news of".split()
)
"""Words within names and between them that are written small."""
MAX_CHARS = 90


def find_author(line: str) -> str | None:
    """Give the name of an author line, ``None`` when it is none: names have few words, with capitals where there are any."""
    line = " ".join(line.split())
    if len(line) > MAX_CHARS:
        return None
    match = _BYLINE.match(line) or _NAME_SUFFIX.fullmatch(line)
    if match is None:
        return None
    name = _TAIL.sub("", match["name"]).strip(" .,:;-–—")
    words = name.split()
    if not words or len(words) > 8 or any(c.isdigit() for c in name) or words[0][0].islower():
        return None
    if any(word[0].islower() and word.lower() not in _SMALL_WORDS for word in words):
        return None
    return name
