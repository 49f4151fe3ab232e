"""Rewrite the runs of a script whose letters depend on their neighbours, before the one-character table is applied.

Takes text in NFKC, gives text in which kana, Devanagari and Greek digraphs and the half-vowels of Arabic and Hebrew are
already Latin. Pure; touches no other script.
"""

from __future__ import annotations

import regex

from clustering.names.letters import LATIN_FORMS

__all__ = ["rewrite_runs"]

_RUNS = regex.compile(
    r"(?P<kana>[\u3041-\u3096\u30a1-\u30fc]+)|(?P<deva>[\u0900-\u0963\u0970-\u097f]+)|(?P<greek>[\u0370-\u03ff\u1f00-\u1fff]+)"
    r"|(?P<arab>[\u0620-\u065f\u066e-\u06d3\u06d5-\u06ef\u06fa-\u06ff\u200c]+)|(?P<hebr>[\u05d0-\u05ea\u05f3\u05f4'\"]*[\u05d0-\u05ea][\u05d0-\u05ea\u05f3\u05f4']*)"
)

_SMALL_KANA = {"ャ": "ya", "ュ": "yu", "ョ": "yo", "ァ": "a", "ィ": "i", "ゥ": "u", "ェ": "e", "ォ": "o", "ヮ": "wa"}
_SOFT = {"sh": "sh", "ch": "ch", "j": "j"}
_HIRAGANA_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}


def _kana(run: str) -> str:
    out: list[str] = []
    doubled = False
    for char in run.translate(_HIRAGANA_TO_KATAKANA):
        if char == "ッ":
            doubled = True
            continue
        if char in _SMALL_KANA and out:
            before = "w" if out[-1] == "u" and char in "ァィェォ" else out[-1].rstrip("aiueo")
            small = _SMALL_KANA[char]
            out[-1] = (
                before + (small[-1] if before in _SOFT or small in "aiueo" else small) if before else out[-1] + small
            )
            continue
        form = LATIN_FORMS[ord(char)]
        if doubled and form[:1] not in "aiueo":
            form = ("t" if form.startswith("ch") else form[:1]) + form
        out.append(form)
        doubled = False
    return "".join(out)


_DEVA_CONSONANT = regex.compile(r"[\u0915-\u0939\u0958-\u095f]\u093c?")
_DEVA_SIGN = frozenset("ािीुूृेैोौॉॅ्")


def _devanagari(run: str) -> str:
    out: list[str] = []
    position = 0
    while position < len(run):
        match = _DEVA_CONSONANT.match(run, position)
        if match is None:
            out.append(LATIN_FORMS[ord(run[position])])
            position += 1
            continue
        out.append(
            "f"
            if match[0] in ("फ़", "फ\u093c")
            else "z"
            if match[0] in ("ज़", "ज\u093c")
            else LATIN_FORMS[ord(match[0][0])]
        )
        position = match.end()
        if position < len(run) and run[position] not in _DEVA_SIGN:
            out.append("a")
    return "".join(out)


_GREEK_PAIRS = {
    "ου": "u", "αι": "e", "ει": "i", "οι": "i", "υι": "i", "μπ": "b", "ντ": "d", "γκ": "g", "γγ": "ng", "γχ": "nch", "τζ": "dz",
    "τσ": "ts", "αυ": "av", "ευ": "ev",
}  # fmt: skip
_GREEK_PAIR = regex.compile("|".join(_GREEK_PAIRS))
_GREEK_INNER = {"ντ": "nd", "μπ": "mb", "γκ": "ng"}
_GREEK_MARKS = {0x0301: None, 0x0300: None, 0x0342: None, 0x0313: None, 0x0314: None, 0x0345: None, 0x0308: None}
_GREEK_BASE = {ord(a): b for a, b in zip("άέήίόύώΐΰς", "αεηιουωϊϋσ", strict=True)}


def _greek(run: str) -> str:
    run = run.lower().translate(_GREEK_BASE)

    def one(match: regex.Match[str]) -> str:
        pair = match[0]
        inner = pair in _GREEK_INNER and match.start() > 0 and match.end() < len(run)
        # Between vowels a foreign b/d/g is far more frequent in news names than mb/nd/ng (Ρούμπιο, Τραμπ), except nd (Ιρλανδία has δ).
        return _GREEK_INNER[pair] if inner and pair == "ντ" and run[match.start() - 1] in "αεο" else _GREEK_PAIRS[pair]

    return str(_GREEK_PAIR.sub(one, run))


_ARABIC_VOWELS = frozenset("اأإآىويیةےێۆۇ")


def _arabic(run: str) -> str:
    run = run.replace("\u200c", "")
    out: list[str] = []
    last = len(run) - 1
    for position, char in enumerate(run):
        if char in "ويی" and (position == 0 or (position < last and run[position + 1] in "اآأ")):
            out.append("w" if char == "و" else "y")
        elif char == "ه" and position == last and position > 1:
            out.append("e")
        else:
            out.append(LATIN_FORMS[ord(char)])
    return "".join(out)


_HEBREW_GERESH = {"ג": "j", "ז": "zh", "צ": "ch", "ץ": "ch", "ת": "th", "ח": "kh"}


def _hebrew(run: str) -> str:
    out: list[str] = []
    last = len(run) - 1
    position = 0
    while position <= last:
        char = run[position]
        if position < last and run[position + 1] in "'׳" and char in _HEBREW_GERESH:
            out.append(_HEBREW_GERESH[char])
            position += 2
            continue
        if char == "ו":
            if position < last and run[position + 1] == "ו":
                out.append("v")
                position += 2
                continue
            out.append("v" if position == 0 else "o")
        elif char == "י":
            out.append("y" if position == 0 else "i")
        elif char == "ב":
            out.append("b" if position == 0 else "v")
        elif char == "פ":
            out.append("p" if position == 0 else "f")
        elif char == "ה" and position == last and position > 1:
            out.append("a")
        else:
            out.append(LATIN_FORMS[ord(char)])
        position += 1
    return "".join(out)


def _one_run(match: regex.Match[str]) -> str:
    run = match[0]
    kind = match.lastgroup
    if kind == "kana":
        return _kana(run)
    if kind == "deva":
        return _devanagari(run)
    if kind == "greek":
        return _greek(run)
    return _arabic(run) if kind == "arab" else _hebrew(run)


def rewrite_runs(text: str) -> str:
    """Give the text with every context-dependent run in Latin letters; all other characters untouched."""
    return str(_RUNS.sub(_one_run, text))


NEEDS_REWRITE = regex.compile(r"[\u0370-\u03ff\u0590-\u06ff\u0900-\u097f\u1f00-\u1fff\u3041-\u30ff]")
