"""Bytes to text, whatever is claimed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.decoding import decode_page, sniff_charset
from clustering.errors import RejectedPage

RUSSIAN = "Городской совет решил починить старый мост через реку до начала зимы. " * 5


@pytest.mark.parametrize(
    ("text", "charset"),
    [
        (RUSSIAN, "cp1251"), (RUSSIAN, "koi8-r"), (RUSSIAN, "utf-16"), (RUSSIAN, "utf-16-le"), (RUSSIAN, "utf-16-be"), ("Żółta łódź płynie powoli. " * 8, "iso-8859-2"),
        ("Ο δήμος αποφάσισε να επισκευάσει τη γέφυρα. " * 6, "iso-8859-7"), ("委员会决定在冬天之前修好那座旧桥。" * 8, "gb18030"), ("委員會決定在冬天之前修好那座舊橋。" * 8, "big5"),
        ("議会は冬までに古い橋を修理することを決めた。" * 6, "shift_jis"), ("의회는 겨울 전에 낡은 다리를 고치기로 했다. " * 6, "euc-kr"), ("قرر المجلس إصلاح الجسر القديم قبل الشتاء. " * 6, "cp1256"),
    ],
)  # fmt: skip
def test_a_claim_that_fits_is_followed(text: str, charset: str) -> None:
    assert decode_page(text.encode(charset), charset) == text


@pytest.mark.parametrize("charset", ["cp1251", "koi8-r", "utf-16", "utf-16-le", "utf-16-be"])
def test_no_claim_is_needed(charset: str) -> None:
    assert decode_page(RUSSIAN.encode(charset)) == RUSSIAN


@pytest.mark.parametrize("claim", ["windows-1251", "iso-8859-1", "nonsense", "", None])
def test_utf8_proves_itself(claim: str | None) -> None:
    assert decode_page(RUSSIAN.encode(), claim) == RUSSIAN


def test_one_damaged_letter_is_not_the_end() -> None:
    damaged = (RUSSIAN * 5).encode() + b"\xd0" + RUSSIAN.encode()
    assert decode_page(damaged, "utf-8").count("\ufffd") == 1


def test_claims_are_found_in_their_order() -> None:
    page = b'<?xml version="1.0" encoding="koi8-r"?><meta charset="windows-1251">'
    assert sniff_charset(page, "utf-8") == "utf-8"
    assert sniff_charset(page) == "windows-1251"
    assert sniff_charset(b"\xef\xbb\xbf" + page, "koi8-r") == "utf-8-sig"
    assert sniff_charset(b"<meta http-equiv=content-type content='text/html; charset=GB2312'>") == "gb18030"
    assert sniff_charset(b"plain") is None


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 20,
        b"\x89PNG\r\n\x1a\n" + b"\0" * 500,
        b"%PDF-1.7\n" + bytes(range(128, 256)) * 20 + b"\0\1\2\3" * 200,
    ],
)
def test_binary_is_refused(content: bytes) -> None:
    with pytest.raises(RejectedPage, match="undecodable"):
        decode_page(content)


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "cp1251", "utf-16", "nonsense"]))
@settings(deadline=None, max_examples=80)
def test_bytes_are_text_or_a_reject(content: bytes, claim: str | None) -> None:
    try:
        text = decode_page(content, claim)
    except RejectedPage as error:
        text, reason = None, error.reason
    assert isinstance(text, str) or reason == "undecodable"
