"""Strip the small words that Arabic, Hebrew, Persian and Korean write together with a name.

Takes one token, gives the possible bare forms, the least stripped first. Pure.
"""

from __future__ import annotations

__all__ = ["strip_clitics"]

_ARABIC_FIRST = ("و", "ف")
_ARABIC_SECOND = ("ب", "ل", "ك")
_HEBREW = ("ו", "ה", "ב", "ל", "מ", "ש", "כ")
_KOREAN_LISTED = (
    "으로부터 에서는 에게서 이라고 으로는 에서도 까지는 이라는 에서 에게 으로 부터 까지 처럼 보다 라고 라는 이나 이란 이며 께서 한테 에는 에도 와의 과의 "
    "측은 측이 은 는 이 가 을 를 의 에 와 과 도 로 만 나 며 측 씨 전"
)
_KOREAN = _KOREAN_LISTED.split()
_PERSIAN = ("هایی", "های", "ها", "ی", "ای")
_MIN_LEFT = 2


def _arabic(token: str) -> list[str]:
    found = [token]
    for first in ("", *_ARABIC_FIRST):
        if not token.startswith(first):
            continue
        rest = token[len(first) :]
        for second in ("", *_ARABIC_SECOND):
            if not rest.startswith(second):
                continue
            bare = rest[len(second) :]
            found.append(bare)
            if bare.startswith("ال"):
                found.append(bare[2:])
            if second == "ل" and bare.startswith("ل"):
                found.append(bare[1:])
    return found


def _hebrew(token: str) -> list[str]:
    found = [token]
    bare = token
    for _ in range(2):
        if bare[:1] not in _HEBREW:
            break
        bare = bare[1:]
        found.append(bare)
    return found


def _ending(token: str, endings: tuple[str, ...] | list[str]) -> list[str]:
    found = [token]
    for ending in endings:
        if token.endswith(ending):
            found.append(token[: -len(ending)])
    return found


def strip_clitics(token: str, language: str | None) -> list[str]:
    """Give the token and its forms without clitics or particles, each at least two letters long, without repeats."""
    first = token[:1]
    if "\u0590" <= first <= "\u05ff":
        found = _hebrew(token)
    elif "\u0600" <= first <= "\u06ff":
        found = _ending(token, _PERSIAN) if language in ("fa", "ur") else _arabic(token)
    elif "\uac00" <= first <= "\ud7a3":
        found = _ending(token, _KOREAN)
    else:
        found = [token]
    return [form for form in dict.fromkeys(found) if len(form) >= _MIN_LEFT] or [token]
