"""The words of pages and pictures: times as far as they are known, names of languages and countries, why an article is in its story."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache

from clustering.feeds.membership import explain_membership
from clustering.feeds.safe_text import shorten
from clustering.feeds.story_detail import StoryArticle
from clustering.names.countries import COUNTRIES

__all__ = [
    "LANGUAGE_NAMES",
    "RTL_LANGUAGES",
    "describe_article",
    "format_span",
    "format_time",
    "name_country",
    "name_group",
    "name_language",
]

_LANGUAGES = (
    "af Afrikaans|am Amharic|ar Arabic|az Azerbaijani|be Belarusian|bg Bulgarian|bn Bengali|bs Bosnian|ca Catalan|cs Czech|cy Welsh|da Danish|"
    "de German|el Greek|en English|eo Esperanto|es Spanish|et Estonian|eu Basque|fa Persian|fi Finnish|fr French|ga Irish|gl Galician|gu Gujarati|"
    "he Hebrew|hi Hindi|hr Croatian|hu Hungarian|hy Armenian|id Indonesian|is Icelandic|it Italian|ja Japanese|ka Georgian|kk Kazakh|km Khmer|"
    "ko Korean|ku Kurdish|ky Kyrgyz|la Latin|lt Lithuanian|lv Latvian|mk Macedonian|ml Malayalam|mn Mongolian|mr Marathi|ms Malay|my Burmese|"
    "nb Norwegian Bokmål|ne Nepali|nl Dutch|nn Norwegian Nynorsk|no Norwegian|pa Punjabi|pl Polish|ps Pashto|pt Portuguese|ro Romanian|ru Russian|"
    "sk Slovak|sl Slovenian|so Somali|sq Albanian|sr Serbian|sv Swedish|sw Swahili|ta Tamil|te Telugu|tg Tajik|th Thai|tk Turkmen|tl Tagalog|"
    "tr Turkish|uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|xh Xhosa|yo Yoruba|zh Chinese|zu Zulu"
)
LANGUAGE_NAMES: dict[str, str] = {item.split(" ", 1)[0]: item.split(" ", 1)[1] for item in _LANGUAGES.split("|")}
RTL_LANGUAGES = frozenset({"ar", "fa", "he", "ur", "ps", "ckb", "yi", "dv", "ug", "sd"})


def name_language(code: str | None) -> str:
    """Give the English name of a language; the code itself when it is not known."""
    return LANGUAGE_NAMES.get(code, code) if code else "unknown language"


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for name, code in COUNTRIES.items():
        names.setdefault(code, name)
    return names


def name_country(code: str | None) -> str:
    """Give the English name of a country; the code itself when it is not known."""
    return _country_names().get(code, code) if code else "unknown country"


def name_group(value: str, group_by: str) -> str:
    """Name a group of lanes."""
    if value == "wires":
        return "Wires not ingested"
    return name_country(value or None) if group_by == "country" else name_language(value or None)


def format_time(at: datetime | None, precision: str | None = None, *, with_year: bool = True) -> str:
    """Show a UTC time as far as it is known."""
    if at is None or precision == "unknown":
        return "no date"
    at = at.astimezone(UTC)
    year = f" {at.year}" if with_year else ""
    if precision == "month":
        return f"{at:%b}{year}"
    if precision == "day":
        return f"{at.day} {at:%b}{year}"
    return f"{at.day} {at:%b}{year}, {at:%H:%M}"


def format_span(start: datetime | None, end: datetime | None) -> str:
    """Show how long something took, in the unit that fits."""
    if start is None or end is None:
        return ""
    minutes = (end - start).total_seconds() / 60
    if minutes < 1:
        return "at once"
    if minutes < 90:
        return f"{minutes:.0f} min"
    hours = minutes / 60
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def describe_article(article: StoryArticle) -> str:
    """Give the hover text of a mark: headline, facts, why it is here."""
    facts = [
        article.outlet_name or article.outlet or "unknown outlet",
        f"{format_time(article.published_at, article.published_precision)} UTC"
        if article.published_at
        else "no usable date",
        name_language(article.language),
        "reprint" if article.is_reprint else "original",
    ]
    return f"{shorten(article.title, 220)}\n{' · '.join(shorten(f, 60) for f in facts)}\n{explain_membership(article)}"
