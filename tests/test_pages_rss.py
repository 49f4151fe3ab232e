"""RSS in all its dialects, and what hostile feeds get."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clustering.articles.dates import parse_machine_date
from clustering.errors import RejectedPage
from clustering.pages.rss import RssData, parse_rss

MOMENT = datetime(2025, 2, 15, 20, 43, tzinfo=UTC)

RSS20 = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/">
<channel><title>Речной вестник</title><link>https://vestnik.example/</link><language>ru</language><ttl>15</ttl>
<item><title>Мост починят &amp; откроют</title><link>/news/1?utm_source=rss</link><guid isPermaLink="false">n1</guid><pubDate>Sat, 15 Feb 2025 23:43:00 +0300</pubDate>
<dc:creator>А. Речкин</dc:creator><category>Общество</category><description>Коротко</description><content:encoded><![CDATA[<p>Совет решил починить мост.</p>]]></content:encoded>
<media:content url="https://vestnik.example/1.jpg" medium="image"/></item>
<item><title>Без ссылки</title><guid>https://vestnik.example/news/2</guid></item>
</channel></rss>"""

RSS091 = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
<rss version="0.91"><channel><title>Old</title><link>https://old.example/</link><item><title>Item &nbsp;one</title><link>https://old.example/1</link></item></channel></rss>"""

RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://rdf.example/"><title>RDF</title><link>https://rdf.example/</link></channel>
<item rdf:about="https://rdf.example/1"><title>One</title><link>https://rdf.example/1</link><dc:date>2025-02-15T20:43:00Z</dc:date></item></rdf:RDF>"""

ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="de"><title>Talzeitung</title><link href="https://tal.example/"/>
<entry><title type="html">Markthalle &lt;b&gt;umgebaut&lt;/b&gt;</title><id>tag:tal.example,2025:1</id><link rel="alternate" href="https://tal.example/1"/><published>2025-02-15T21:43:00+01:00</published>
<updated>2025-02-16T08:00:00+01:00</updated><author><name>B. Tal</name></author><summary>Kurz</summary><content type="html">&lt;p&gt;Der Rat hat beschlossen.&lt;/p&gt;</content></entry></feed>"""

JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1", "title": "Harbour", "home_page_url": "https://harbour.example/", "language": "en",
        "items": [
            {"id": 7, "url": "/ferry", "title": "Ferry back", "content_html": "<p>It is back.</p>", "date_published": "2025-02-15T20:43:00Z",
             "authors": [{"name": "M. Penhale"}], "tags": ["Local"], "image": "https://harbour.example/f.jpg"},
            "noise",
        ],
    }
)  # fmt: skip


def at(data: RssData, index: int = 0) -> datetime | None:
    found = parse_machine_date(data.entries[index].published or "", UTC)
    return found.at if found else None


def test_rss_2() -> None:
    data = parse_rss(RSS20.encode(), url="https://vestnik.example/rss")
    assert (data.format, data.title, data.language, data.ttl_minutes) == ("rss20", "Речной вестник", "ru", 15.0)
    first, second = data.entries
    assert first.title == "Мост починят & откроют"
    assert first.url == "https://vestnik.example/news/1?utm_source=rss"
    assert first.text == "<p>Совет решил починить мост.</p>"
    assert (first.author, first.section, first.image, first.guid) == (
        "А. Речкин",
        "Общество",
        "https://vestnik.example/1.jpg",
        "n1",
    )
    assert at(data) == MOMENT
    assert second.url == "https://vestnik.example/news/2"


@pytest.mark.parametrize(
    ("content", "form", "url"),
    [
        (RSS091, "rss091u", "https://old.example/1"),
        (RDF, "rss10", "https://rdf.example/1"),
        (ATOM, "atom10", "https://tal.example/1"),
        (JSON_FEED, "json", "https://harbour.example/ferry"),
    ],
)
def test_the_other_dialects(content: str, form: str, url: str) -> None:
    data = parse_rss(content.encode())
    assert data.format == form
    assert data.entries[0].url == url
    assert data.entries[0].title
    if form != "rss091u":
        assert at(data) == MOMENT


def test_atom_keeps_both_dates() -> None:
    entry = parse_rss(ATOM.encode()).entries[0]
    assert entry.updated is not None
    assert entry.updated > (entry.published or "")
    assert entry.language == "de"


@pytest.mark.parametrize(
    ("real", "claimed"),
    [
        ("cp1251", "windows-1251"),
        ("koi8-r", "koi8-r"),
        ("utf-16", "utf-16"),
        ("cp1251", "utf-8"),
        ("utf-8", "windows-1251"),
        ("utf-8-sig", "utf-8"),
    ],
)
def test_charsets_right_and_wrong(real: str, claimed: str) -> None:
    content = RSS20.replace('encoding="utf-8"', f'encoding="{claimed}"').encode(real)
    assert parse_rss(content).title == "Речной вестник"


def test_the_header_wins_where_the_declaration_is_silent() -> None:
    content = RSS20.replace(' encoding="utf-8"', "").encode("cp1251")
    assert parse_rss(content, charset="windows-1251").title == "Речной вестник"


def test_a_hundred_thousand_standard_entities_are_fine() -> None:
    content = RSS20.replace("Коротко", "&amp;" * 100_000)
    assert len(parse_rss(content.encode()).entries) == 2


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">]><rss version="2.0"><channel><title>&lol1;</title></channel></rss>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE foo [<!ENTITY xxe SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel><title>&xxe;</title></channel></rss>'


@pytest.mark.parametrize(
    "content", [LAUGHS, OUTSIDE, OUTSIDE.replace("<!DOCTYPE", "<!doctype"), " " * 30_000 + OUTSIDE]
)
def test_entities_of_its_own_are_refused(content: str) -> None:
    with pytest.raises(RejectedPage, match="refused"):
        parse_rss(content.encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>Not found</body></html>",
        b'{"version": "1"}',
        b'{"version": "https://jsonfeed.org/version/1"}',
        b"{",
        b"just text",
        bytes(range(256)) * 8,
    ],
)
def test_what_is_no_feed_is_a_reject(content: bytes) -> None:
    with pytest.raises(RejectedPage):
        parse_rss(content)


def test_a_torn_feed_gives_what_it_has() -> None:
    data = parse_rss(RSS20[: RSS20.index("<item><title>Без")].encode())
    assert [entry.title for entry in data.entries] == ["Мост починят & откроют"]


def test_an_entry_is_known_by_its_url_and_not_by_its_guid() -> None:
    first, second = (parse_rss(RSS20.replace("news/1?", f"news/{n}?").encode()).entries[0] for n in (10, 11))
    assert first.guid == second.guid
    assert first.key != second.key
    changed = parse_rss(RSS20.replace("Совет решил", "Совет раздумал").encode()).entries[0]
    same = parse_rss(RSS20.encode()).entries[0]
    assert (changed.key, changed.version) == (same.key, changed.version)
    assert changed.version != same.version


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda b: b.decode("latin-1")))
@settings(deadline=None, max_examples=80)
def test_no_content_breaks_the_reader(text: str) -> None:
    for content in (text, f"<rss version='2.0'><channel><item><title>{text}</title></item></channel></rss>"):
        try:
            data = parse_rss(content.encode("utf-8", "replace"))
        except RejectedPage as error:
            reason = error.reason
        else:
            reason = "malformed-line" if data.entries is not None else ""
        assert reason in ("malformed-line", "undecodable")
