"""Read one written number: group and decimal marks, Chinese numerals, digits of all scripts, currencies.

Takes strings, gives values. Pure; finding numbers in a text is `clustering.names.numbers`.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["CURRENCIES", "currency_of", "is_day", "number_value", "plain", "western_digits", "write_han_numbers"]

_DAYS = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_COMMA_DECIMAL_LISTED = "de fr es it pt nl pl cs ru uk bg sr ro el sv fi hu tr id vi sl hr sk da no nb be mk"
_COMMA_DECIMAL = frozenset(_COMMA_DECIMAL_LISTED.split())
_HAN_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")} | {"两": 2, "兩": 2, "零": 0}
CURRENCIES = {
    "$": "USD", "us$": "USD", "usd": "USD", "dollar": "USD", "доллар": "USD", "долар": "USD", "dólar": "USD", "dolar": "USD", "dollár": "USD", "долл": "USD",
    "δολάρι": "USD", "دولار": "USD", "دلار": "USD", "דולר": "USD", "डॉलर": "USD", "美元": "USD", "ドル": "USD", "달러": "USD", "đô": "USD",
    "€": "EUR", "eur": "EUR", "евро": "EUR", "євро": "EUR", "ευρώ": "EUR", "يورو": "EUR", "یورو": "EUR", "אירו": "EUR", "यूरो": "EUR", "欧元": "EUR",
    "歐元": "EUR", "ユーロ": "EUR", "유로": "EUR", "avro": "EUR", "£": "GBP", "pound": "GBP", "фунт": "GBP", "₽": "RUB", "рубл": "RUB", "rubl": "RUB",
    "¥": "JPY", "円": "JPY", "元": "CNY", "人民币": "CNY", "yuan": "CNY", "юан": "CNY", "yen": "JPY", "₹": "INR", "rupee": "INR", "रुपये": "INR", "원": "KRW",
    "₴": "UAH", "грив": "UAH", "zł": "PLN", "lira": "TRY", "₺": "TRY", "kč": "CZK",
}  # fmt: skip
_HAN_NUMBER = re.compile(
    r"第?[〇一二三四五六七八九十百两兩零]{1,5}(?=[日号月年次届回轮輪批位名人个個项項国國家岁歳場场级級号戦战度連连])"
)


def plain(value: float) -> str:
    """Write a value without exponent or needless digits."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"


def number_value(written: str, language: str | None) -> float:
    """Read a written number with group and decimal marks of either convention."""
    digits = re.sub(r"[ \u00a0\u202f'’]", "", written)
    last = max(digits.rfind("."), digits.rfind(","))
    if last < 0:
        return float(digits[:18])
    mark, tail = digits[last], digits[last + 1 :]
    other = "," if mark == "." else "."
    is_group = digits.count(mark) > 1 or (len(tail) == 3 and other not in digits and last <= 3 and digits[0] != "0")
    if is_group and digits.count(mark) == 1 and language is not None:
        is_group = (mark == ".") == (language in _COMMA_DECIMAL)
    if is_group:
        return float(digits.replace(".", "").replace(",", "")[:18])
    return float(digits[:last].replace(".", "").replace(",", "")[:18] + "." + tail)


def _han_value(run: str) -> int:
    total, current = 0, 0
    for char in run.lstrip("第"):
        if char == "十":
            total, current = total + (current or 1) * 10, 0
        elif char == "百":
            total, current = total + (current or 1) * 100, 0
        else:
            current = _HAN_DIGITS.get(char, 0)
    return total + current


def is_day(month: int, day: int) -> bool:
    """Say whether a month has the day (29 February counts)."""
    return 1 <= month <= 12 and 1 <= day <= _DAYS[month]


def currency_of(word: str) -> str:
    """Give the ISO 4217 code of the currency a word begins to name, or nothing."""
    for end in range(min(len(word), 8), 0, -1):
        code = CURRENCIES.get(word[:end])
        if code is not None and (end > 1 or len(word) == 1 or not word[0].isascii() or word[0] == "$"):
            return code
    return ""


def western_digits(text: str) -> str:
    """Write the digits of every script as 0 to 9, full-width forms narrow."""
    if text.isascii() or _OTHER_DIGITS.search(text) is None:
        return text
    return unicodedata.normalize("NFKC", text.translate(_ORDINAL_SIGNS)).translate(_DIGITS)


_OTHER_DIGITS = re.compile(r"(?![0-9])\d|[ºª％．，：＄￥\u066a-\u066c]")
# NFKC would make a letter o of them.
_ORDINAL_SIGNS = {0xBA: "°", 0xAA: "°"}


class _DigitTable(dict[int, str]):
    def __missing__(self, code: int) -> str:
        digit = unicodedata.decimal(chr(code), None) if code > 127 else None
        self[code] = chr(code) if digit is None else str(digit)
        return self[code]


_DIGITS = _DigitTable({0x66B: ".", 0x66C: ",", 0x66A: "%"})
_HAS_CJK = re.compile(r"[一-龥]")


def write_han_numbers(text: str) -> str:
    """Write Chinese numerals before a counter (十六轮, 二月十五日) in digits; other texts come back as they are."""
    if text.isascii() or _HAS_CJK.search(text) is None:
        return text
    return _HAN_NUMBER.sub(lambda match: ("第" if match[0][0] == "第" else "") + str(_han_value(match[0])), text)
