"""What a story is, in the reader's terms, without any language model.

Takes a story's texts with their vectors and named entities, gives a ``Description``: headline, keywords, names, places, numbers, lead sentence, and one
representative article per language. Every word shown is an outlet's own; nothing is written.

``Summariser`` is the documented hook for those who want a written summary: the project calls it when the caller passes one and ships none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

import regex

from clustering.config import StoryConfig
from clustering.stories.keywords import Keyword, WordCounts, count_words, rank_keywords, split_words
from clustering.stories.records import StoryText, Vector
from clustering.stories.similarity import cosine, mean_vector

__all__ = [
    "Description",
    "Mention",
    "Summariser",
    "add_words",
    "choose_medoid",
    "describe_story",
    "find_lead_sentence",
    "show_number",
    "story_words",
]

_NEVER = datetime.max.replace(tzinfo=UTC)
_SENTENCE_END = regex.compile(
    r"(?<=[.!?…؟۔।])[\"'»”’)\]]*\s+(?=[\p{Lu}\p{Lo}\p{Lt}\p{N}\"'«“„‘(\[—–])|(?<=[。！？])[」』”’）]*"
)
_PLACE = r"\p{Lu}[\p{L}\p{M}.'’ /,\-]{1,50}?"
_DATE = r"\s*,?\s*(?:\d{1,2}\.?\s*\p{L}{3,9}\.?|\p{L}{3,9}\.?\s*\d{1,2})"
_AGENCY = r"\s*\([\p{L}\p{N} ./]{2,25}\)"
_DASH = r"\s*(?:—|–|--|\s-)\s+"
_CAPITALS = r"\p{Lu}[\p{Lu}\p{M}.'’\-]+(?: \p{Lu}[\p{Lu}\p{M}.'’\-]+)*(?:, \p{Lu}[\p{L}\p{M}.'’ \-]{1,30}?)?"
_CREDIT = r"(?:\p{Lu}[\p{L}\p{N}]*(?:[ -]\p{Lu}[\p{L}\p{N}]*){0,2}\.\s+)?"
_DATELINE = regex.compile(
    rf"^\s*(?:{_CAPITALS}(?:{_DATE})?(?:{_AGENCY})?{_DASH}|{_PLACE}(?:{_DATE}(?:{_AGENCY})?|{_AGENCY}){_DASH}){_CREDIT}"
)
"""A place in capitals, or one with a date or an agency, up to the dash; without either, "Lavrov - the minister -" would lose its subject."""
_SLASHED = regex.compile(r"^\s*\p{Lu}[^/.\n]{1,40}(?:\.[^/\n]{0,10})?\s/[\p{L}\p{N} -]{2,25}/\s*[.:—–-]+\s*")
"""The other form: place, date, and the wire between slashes ("MOSCOW, February 15. /TASS/.")."""
_ABBREVIATION = regex.compile(
    r"(?:(?<!\p{L})\p{Lu}|(?<!\p{L})(?:St|Mr|Mrs|Ms|Dr|Sr|Sra|Jr|Gov|Gen|Sen|Rep|No|Nr|bzw|Mme|гг?|им|ул|стр))\.$"
)
_POSSESSIVE = regex.compile(r"['’]s$|(?<=s)['’]$")
_LONG_TITLE, _SHORT_TITLE = 160, 15


@dataclass(frozen=True, slots=True)
class Mention:
    """A name or place: its key across scripts, the form to show, and how many of the story's articles carry it."""

    key: str
    shown: str
    n_articles: int


@dataclass(frozen=True, slots=True)
class Description:
    """What a story is. ``representatives``: language -> article id; every text shown comes from ``headline_id``'s article or is counted."""

    headline: str
    headline_language: str | None
    headline_id: str | None
    lead_sentence: str
    keywords: tuple[Keyword, ...] = ()
    names: tuple[Mention, ...] = ()
    places: tuple[Mention, ...] = ()
    numbers: tuple[str, ...] = ()
    representatives: Mapping[str, str] = field(default_factory=dict)
    summary: str | None = None


class Summariser(Protocol):
    """The optional hook for a written summary.

    Anything with this one method will do, for instance a thin wrapper around a language model. It gets the texts of one story, most
    central first, and the description made without it, and returns plain text in ``language``, or ``None`` when it cannot say. It
    must not raise for a story it dislikes; errors of its service are its caller's to see. What it returns is stored and published as
    *summary*, apart from the outlets' own words.
    """

    def summarise(self, texts: Sequence[StoryText], description: Description, language: str) -> str | None:
        """Summarise one story."""
        ...


def describe_story(
    texts: Iterable[StoryText],
    config: StoryConfig,
    *,
    neighbours: Mapping[str, WordCounts] | None = None,
    background: Mapping[str, WordCounts] | None = None,
    summariser: Summariser | None = None,
    n_keywords: int = 8,
    n_mentions: int = 10,
) -> Description:
    """Describe one story from its articles, in any order.

    ``neighbours``: words of the stories around it (``story_words`` of each, ``add_words``), which its keywords must tell it from;
    ``background``: words of all stories. Keywords are in the headline's language and compared within it. The headline is the title of the medoid among articles in ``config.headline_language``; when the story has none, of
    the medoid of all. Names, places and numbers must occur in two articles once a story has four.
    """
    ordered = sorted(texts, key=lambda text: (text.published_at or _NEVER, text.article_id))
    if not ordered:
        return Description("", None, None, "")
    preferred = [text for text in ordered if text.language == config.headline_language and text.title.strip()]
    head = choose_medoid(preferred, ordered) or choose_medoid(ordered, ordered) or ordered[0]
    language = head.language
    spoken = [text for text in ordered if text.language == language]
    by_language: dict[str, list[StoryText]] = {}
    for text in ordered:
        if text.language:
            by_language.setdefault(text.language, []).append(text)
    by_size = sorted(by_language, key=lambda one: (-len(by_language[one]), one))
    chosen = {one: choose_medoid(by_language[one], ordered) for one in by_size}
    least = 1 if len(ordered) < 4 else 2
    numbers = Counter(number for text in ordered for number in set(text.numbers))
    ranked_numbers = [
        number for number, n in sorted(numbers.items(), key=lambda item: (-item[1], item[0])) if n >= least
    ]
    description = Description(
        headline=_clean(head.title) or find_lead_sentence(head.lead),
        headline_language=language,
        headline_id=head.article_id,
        lead_sentence=next((s for s in (find_lead_sentence(t.lead) for t in (head, *spoken)) if s), ""),
        keywords=rank_keywords(
            story_words(spoken)[language or ""],
            (neighbours or {}).get(language or ""),
            (background or {}).get(language or ""),
            n=n_keywords,
        ),
        names=_rank_mentions([(text.names, text.language == language) for text in ordered], least, n_mentions),
        places=_rank_mentions([(text.places, text.language == language) for text in ordered], least, n_mentions),
        numbers=tuple(dict.fromkeys(shown for number in ranked_numbers if (shown := show_number(number))))[:n_mentions],
        representatives={one: text.article_id for one, text in chosen.items() if text is not None},
    )
    if summariser is None:
        return description
    centre = mean_vector(text.vector for text in ordered)
    central = sorted(ordered, key=lambda text: (-(cosine(text.vector, centre) or 0.0), text.article_id))
    summary = summariser.summarise(central, description, config.headline_language)
    return replace(description, summary=summary)


def story_words(texts: Iterable[StoryText]) -> dict[str, WordCounts]:
    """Count the words of titles and leads by language (``""`` when it is not known).

    Title and lead count as a text each: a word in both weighs more.
    """
    spoken: dict[str, list[str]] = {}
    for text in texts:
        spoken.setdefault(text.language or "", []).extend((text.title, text.lead))
    return {language: count_words(found, language or None) for language, found in sorted(spoken.items())}


def add_words(counts: Iterable[Mapping[str, WordCounts]]) -> dict[str, WordCounts]:
    """Add up the words of several stories."""
    total: dict[str, WordCounts] = {}
    for one in counts:
        for language, words in one.items():
            total[language] = total[language].plus(words) if language in total else words
    return total


def choose_medoid(candidates: Sequence[StoryText], story: Sequence[StoryText]) -> StoryText | None:
    """Choose the article closest to the whole story, among the candidates that have a title; ``None`` when none has.

    Closeness is the similarity to the mean vector of the story's originals (reprints would pull it to one wire's words); articles
    without a vector are compared by the words of their titles. Very long, very short and asking titles come after the others.
    """
    titled = [text for text in candidates if text.title.strip()]
    if not titled:
        return None
    centre = mean_vector(text.vector for text in story if not text.is_reprint)
    if centre is None:
        centre = mean_vector(text.vector for text in story)
    return min(titled, key=lambda text: (-_rate(text, centre, titled), text.published_at or _NEVER, text.article_id))


def _rate(text: StoryText, centre: Vector | None, titled: Sequence[StoryText]) -> float:
    closeness = cosine(text.vector, centre)
    if closeness is None:
        closeness = _overlap(text, titled)
    title = text.title.strip()
    penalty = 0.02 * text.is_reprint
    if len(title) > _LONG_TITLE or (len(title) < _SHORT_TITLE and not _is_dense(title)):
        penalty += 0.1
    if title[-1] in "?？؟":
        penalty += 0.1
    return round(closeness - penalty, 6)


def _is_dense(title: str) -> bool:
    """Say whether the title is in a script that says much in few characters."""
    return regex.search(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]", title) is not None


def _overlap(text: StoryText, others: Sequence[StoryText]) -> float:
    own = {word.lower() for word in split_words(text.title)}
    shares = []
    for other in others:
        if other.article_id != text.article_id:
            theirs = {word.lower() for word in split_words(other.title)}
            shares.append(len(own & theirs) / len(own | theirs) if own | theirs else 0.0)
    return sum(shares) / len(shares) if shares else 0.0


def find_lead_sentence(lead: str) -> str:
    """Give the first full sentence of a lead, without its dateline; all of it when it never ends."""
    text: str = _DATELINE.sub("", _SLASHED.sub("", _clean(lead)))
    for end in _SENTENCE_END.finditer(text):
        sentence = text[: end.end()].strip()
        if (len(sentence) >= 25 and not _ABBREVIATION.search(sentence)) or _is_dense(sentence):
            return str(sentence)
    return text


def _clean(text: str) -> str:
    return " ".join(text.split())


def _rank_mentions(found: Sequence[tuple[Mapping[str, str], bool]], least: int, n: int) -> tuple[Mention, ...]:
    """Rank mentions; each is shown as most articles of the headline's language write it, else in Latin letters if any does.

    Keys without a form to show (consonant skeletons) are left out, and of two keys shown alike the commoner stays.
    """
    counts: Counter[str] = Counter()
    forms: dict[str, Counter[tuple[bool, bool, bool, str]]] = {}
    for mentions, is_spoken in found:
        for key, written in mentions.items():
            if key == written or key.startswith("s:"):
                continue
            shown = _POSSESSIVE.sub("", written)
            counts[key] += 1
            rank = not is_spoken, not shown.isascii(), len(shown) > 4 and shown.isupper(), shown
            forms.setdefault(key, Counter())[rank] += 1
    kept: dict[str, Mention] = {}
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        best = min(forms[key].items(), key=lambda item: (item[0][:3], -item[1], item[0][3]))
        shown = best[0][3]
        if count >= least and len(kept) < n:
            kept.setdefault(shown.lower(), Mention(key, shown, count))
    return tuple(kept.values())


def show_number(key: str) -> str:
    """Write a number key (``clustering.names``) for readers; dates, clock times and plain numbers below ten give ``""``."""
    kind, _, value = key.partition(":")
    if not value:
        return key if len(key) > 1 else ""
    if kind == "%":
        return f"{value}%"
    if kind == "m":
        currency, _, amount = value.partition(":")
        return f"{currency} {_group_digits(amount)}"
    if kind in ("n", "o"):
        return _group_digits(value) if len(value) > 1 else ""
    return value if kind == "s" else ""


def _group_digits(value: str) -> str:
    return f"{int(value):,}" if value.isdigit() and len(value) > 4 else value
