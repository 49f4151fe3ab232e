"""Headlines and addresses meant to do harm: every output must show or drop them, and run none."""

from __future__ import annotations

from tests.story_store import Told

__all__ = ["HOSTILE", "HOSTILE_TOLD"]

HOSTILE = [
    "<script>window.pwned = 1</script>",
    "]]><script>window.pwned = 1</script>",
    '"><img src=x onerror="window.pwned = 1">',
    "'><svg onload=window.pwned=1>",
    "</title></svg><script>window.pwned = 1</script>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "=HYPERLINK(\"http://evil.example\",\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "a\x00b\x08c\x1b[31md\x85e",
    "left \u202eright to left\u2066 and on",
    "x" * 10_000,
    "<!--<script>-->&amp;&#60;script&#62;",
    "javascript:alert(1)",
]  # fmt: skip

_URLS = [
    "javascript:window.pwned=1",
    "data:text/html,<script>window.pwned=1</script>",
    "https://ok.example/?a=1&b=\"'<>",
    " javascript:x",
    None,
]

HOSTILE_TOLD = [
    Told(
        f"h{i}" if i % 3 else f"h{i}\"><b>' /..",
        title,
        outlet=f"o{i}.example" if i % 4 else f"<i>o{i}</i>/../x?y#z",
        language=["en", "ar", "zh", "xx-<b>", None][i % 5],
        minutes=i,
        wire="<b>Wire</b>" if i % 5 == 1 else None,
        url=_URLS[i % len(_URLS)],
        text=title,
    )
    for i, title in enumerate(HOSTILE)
]
