"""Datelines: "ВАШИНГТОН, 15 февраля. /ТАСС/.", "WASHINGTON (Reuters) -", "新华社北京2月15日电", "【AFP=時事】", "(서울=연합뉴스) 홍길동 기자 =".

Takes the beginning of a body, splits the dateline from the text: the lead of an article is its news, and forty reports that begin with
MOSCOW, 15 FEBRUARY are not alike for that.
"""

from __future__ import annotations

import re

__all__ = ["make_lead", "split_dateline"]

_UPPER = r"[^\W\d_a-zà-öø-ÿа-яёіїєґўα-ω]"
_DATELINES = (
    # slashes: CITY, date. /WIRE/.
    re.compile(r"(?P<d>[^/\n]{2,80}?/[^/\n]{2,30}/\s?[.,:–—-]?)\s+"),
    # brackets: CITY, date (WIRE) -   and   (WIRE) - CITY, date -
    re.compile(r"(?P<d>[^()\n.!?]{2,70}(?:\.[^()\n]{0,20})?\((?:[^()\n]{2,40})\)\s?(?:\.\s?[-–—]+|[-–—:=.]+|\.\s))\s*"),
    re.compile(r"(?P<d>\([^()\n]{2,20}\)\s?[-–—]\s?[^-–—\n]{2,40}\s[-–—])\s+"),
    re.compile(r"(?P<d>\([^()\n]{2,20}[=＝][^()\n]{2,12}\)\s?(?:[^\s=]{2,6}\s?)*(?:기자|특파원)?\s?=?)\s+"),
    re.compile(r"(?P<d>[【\[［][^】\]］\n]{2,30}[】\]］](?:[^\s=]{2,5}\s?기자\s?=)?)\s*"),
    # a city in capitals, with or without a date and a wire: CITY, date — WIRE.   CITY —
    re.compile(rf"(?P<d>(?:{_UPPER}[{_UPPER[1:-1]}\-'’.\s]{{2,30}})\s?[-–—])\s+"),
    re.compile(rf"(?P<d>{_UPPER}{{3,}}[^\n.!?–—]{{0,40}}\s[-–—]\s?[^\n.]{{2,25}}\.)\s+"),
    re.compile(
        rf"(?P<d>{_UPPER}[^\n.!?]{{2,30}}\.\s\d{{1,2}}\s\w{{3,10}}\.\s[^\n.]{{2,20}}(?:\.[A-Z]{{2}})?\s?[-–—.])\s+"
    ),
    re.compile(r"(?P<d>[^，。,\s]{2,16}\d{1,2}月\d{1,2}日(?:电|電|讯|訊)(?:（[^）]{1,30}）|\([^)]{1,30}\))?)[\s：:]*"),
)
LEAD_CHARS = 600


def split_dateline(text: str) -> tuple[str, str]:
    """Give (dateline or "", the rest). The rest is never empty when the text is not."""
    head = text[:200]
    for pattern in _DATELINES:
        match = pattern.match(head)
        if match and match.end() < len(text):
            return match["d"].strip(), text[match.end() :].lstrip()
    return "", text


def make_lead(text: str) -> str:
    """Give the first paragraph without its dateline, cut at 600 characters; short first lines take the next with them."""
    _, rest = split_dateline(text)
    lead = ""
    for line in rest.split("\n"):
        line = line.strip()
        if not line:
            continue
        lead = f"{lead} {line}" if lead else line
        if len(lead) >= 80:
            break
    return lead[:LEAD_CHARS].rstrip()
