"""Text, URLs and cells from the outside are harmless; cursors and file names hold."""

from __future__ import annotations

from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clustering.errors import InputError
from clustering.feeds.cursors import Cursor, decode_cursor, encode_cursor
from clustering.feeds.file_names import file_name
from clustering.feeds.safe_text import clean_text, safe_cell, safe_url, shorten

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=80)  # surrogates too


@given(ANY_TEXT)
def test_clean_text_fits_into_xml_and_utf8(text: str) -> None:
    clean = clean_text(text)
    clean.encode("utf-8")
    escaped = clean.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert ElementTree.fromstring(f"<t>{escaped}</t>").text in (clean, None)
    assert clean_text(clean) == clean


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2066b", "a\x00b", "a\x1bb", "a\x85b", "a\ud800b", "a\ufffeb"])
def test_clean_text_drops_what_turns_or_breaks_its_surroundings(text: str) -> None:
    assert clean_text(text) == "ab"


def test_clean_text_keeps_the_joiners_of_persian() -> None:
    assert clean_text("می\u200cخواهم") == "می\u200cخواهم"


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "java\nscript:x", "//host/x", "ftp://a/b", "http:///x", "http://[", "", None,
     "https://a/" + "x" * 3000, "https://a/ b", "vbscript:x"],
)  # fmt: skip
def test_only_plain_web_addresses_pass(url: str | None) -> None:
    assert safe_url(url) is None


@given(ANY_TEXT)
def test_safe_url_gives_itself_or_nothing(text: str) -> None:
    url = safe_url("https://" + text)
    assert url is None or urlsplit(url).scheme == "https"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", '=HYPERLINK("x")'])
def test_no_cell_is_a_formula(text: str) -> None:
    assert str(safe_cell(text)).startswith("'")


@given(ANY_TEXT)
def test_no_text_makes_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_numbers_stay_numbers_in_cells() -> None:
    assert safe_cell(-3) == -3


def test_shorten_cuts_ten_kilobytes() -> None:
    assert len(shorten("x" * 10_000, 400)) == 400
    assert shorten("short", 400) == "short"


@given(
    st.builds(
        Cursor,
        st.sampled_from(["now", "new"]),
        st.integers(-(2**50), 2**50),
        st.integers(0, 2**30),
        ANY_TEXT.filter(str.isprintable),
    )
)
def test_cursor_comes_back(cursor: Cursor) -> None:
    assert decode_cursor(encode_cursor(cursor), cursor.sort) == cursor


@given(st.text(max_size=60))
def test_no_text_but_a_cursor_is_one(text: str) -> None:
    with pytest.raises(InputError):
        decode_cursor(text, "now")


def test_a_cursor_of_another_list_is_refused() -> None:
    with pytest.raises(InputError, match="another list"):
        decode_cursor(encode_cursor(Cursor("now", 1, 1, "s")), "new")


@given(st.lists(ANY_TEXT, unique=True, min_size=2, max_size=8))
def test_file_names_are_plain_and_never_shared(keys: list[str]) -> None:
    names = [file_name(key) for key in keys]
    assert len({name.lower() for name in names}) == len(keys)
    assert all(name.isascii() and "/" not in name and not name.startswith(".") and len(name) < 120 for name in names)
