"""Canonical URLs and outlets."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.urls import canonical_url, join_url, outlet_of
from clustering.errors import RejectedPage

SAME_PAGE = [
    ("http://www.example.org/news/a", "https://example.org/news/a"),
    ("HTTPS://EXAMPLE.org:443/news/a/", "https://example.org/news/a"),
    ("http://example.org:80/news/a#comments", "https://example.org/news/a"),
    ("https://m.example.org/news/a?utm_source=x&utm_medium=y&fbclid=z", "https://example.org/news/a"),
    ("https://amp.example.org/news/a/amp/", "https://example.org/news/a"),
    ("https://example.org/news/a.amp.html", "https://example.org/news/a.html"),
    ("https://example.org/amp/news/a", "https://example.org/news/a"),
    ("https://example.org/news/index.html", "https://example.org/news"),
    ("https://example.org/a?b=2&a=1", "https://example.org/a?a=1&b=2"),
    ("https://example.org/a?from=rss", "https://example.org/a"),
    ("https://example.org/a?from=17", "https://example.org/a?from=17"),
    ("https://example.org/новости/мир", "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/%D0%BC%D0%B8%D1%80"),
    ("https://пример.рф/a", "https://xn--e1afmkfd.xn--p1ai/a"),
    ("https://www-example-org.cdn.ampproject.org/c/s/www.example.org/news/a", "https://example.org/news/a"),
    ("https://example.org", "https://example.org/"),
    ("https://example.org:8443/a", "https://example.org:8443/a"),
    ("https://example.org//news///a", "https://example.org/news/a"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "expected"), SAME_PAGE)
def test_forms_of_one_address_share_a_canonical_url(url: str, expected: str) -> None:
    assert canonical_url(url) == expected
    assert canonical_url(expected) == expected


_LABEL = st.text("abcdefghijklmnop0123456789", min_size=1, max_size=6)
_URLS = st.builds(
    lambda scheme, host, port, path, query, fragment: f"{scheme}://{host}{port}/{path}{query}{fragment}",
    st.sampled_from(["http", "https", "HTTP"]),
    st.builds(".".join, st.lists(_LABEL | st.sampled_from(["www", "m", "amp"]), min_size=2, max_size=4)),
    st.sampled_from(["", ":80", ":443", ":8080"]),
    st.text("abcАя/%25 .-_amp?=&\u4e2d", max_size=30).map(lambda s: s.replace("?", "")),
    st.sampled_from(["", "?a=1", "?utm_source=x&id=3", "?b=%D1%8F&&c", "?from=rss"]),
    st.sampled_from(["", "#x"]),
)


@given(_URLS)
@settings(deadline=None)
def test_canonical_url_is_idempotent(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert outlet_of(once) == outlet_of(url)


@given(st.text(max_size=60))
@settings(deadline=None)
def test_any_string_is_an_url_or_a_reject(text: str) -> None:
    try:
        url = canonical_url(text)
    except RejectedPage as error:
        url, reason = None, error.reason
    assert url.startswith("https://") if url is not None else reason == "bad-url"


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "javascript:alert(1)",
        "/news/a",
        "",
        "http://",
        "https://exa mple.org/",
        "http://[::1",
        "https://example.org:99999/",
        "https://example.org/\ud800",
    ],
)
def test_other_addresses_are_rejected(url: str) -> None:
    with pytest.raises(RejectedPage, match="bad-url"):
        canonical_url(url)


@pytest.mark.parametrize(
    ("url", "outlet"),
    [
        ("https://www.example.org/a", "example.org"),
        ("https://m.example.co.uk/a", "example.co.uk"),
        ("https://m.co.uk/a", "m.co.uk"),
        ("https://edition.example.org/a", "edition.example.org"),
    ],
)
def test_outlet_is_the_host_without_mobile_labels(url: str, outlet: str) -> None:
    assert outlet_of(url) == outlet


def test_links_are_resolved_against_the_page() -> None:
    assert join_url("https://example.org/a/b", "../c") == "https://example.org/c"
    assert join_url("https://example.org/a", "mailto:x@example.org") is None
