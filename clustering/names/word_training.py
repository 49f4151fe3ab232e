"""Count which words of each language are grammar, and which are ordinary words although written with a capital.

Takes the parallel sentence file, gives the text of `words.tsv`: language, kind (`stop` or `common`), words. `stop` are the most frequent
words of running text, `common` are words seen in lower case often enough (and German nouns), which are no names by themselves.
Only frequencies leave the sentences.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import Path

import regex

__all__ = ["UNCASED", "build_word_lists"]

_WORD = regex.compile(r"\p{L}[\p{L}\p{M}’']*")
# Measured on tatoeba_mirror: the share above which almost only function words are left, apart from the names Tom and Mary.
_STOP_SHARE = 0.0016
_MAX_STOP = 110
_MAX_COMMON = 10_000
_MIN_COMMON = 3
_SENTENCES_PER_LANGUAGE = 120_000
UNCASED = frozenset(["ar", "fa", "he", "hi", "ko"])
_NO_SPACES = frozenset(["ja", "zh"])
# Ordinary words of scripts without capitals: fewer, because names are among the rarer words (Tom, Mary).
_MAX_COMMON_UNCASED = 2500

# German writes nouns with a capital; those that follow an article or its like often enough are ordinary nouns, names rarely do.
_ARTICLES = (
    "der die das den dem des ein eine einen einem einer eines kein keine keinen mein meine meinen meiner dein deine sein seine seinen seiner "
    "ihr ihre ihren ihrer unser unsere im am zum zur vom beim ins ans viele diese dieser dieses diesen diesem alle zwei drei vier keinem jede jeden"
)
_GERMAN_ARTICLES = frozenset(_ARTICLES.split())
_ARTICLE_SHARE = 0.1


def build_word_lists(parallel: Path) -> str:
    """Give the word lists of all languages as text, sorted."""
    from clustering.names.training import read_pairs

    lower: dict[str, Counter[str]] = defaultdict(Counter)
    inner_capital: dict[str, Counter[str]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    sources = ["tatoeba_mirror", "tico19", "udhr", "tatoeba_manythings"]
    after_article: Counter[str] = Counter()
    english_seen: set[str] = set()
    for source in sources:
        for language_a, language_b, text_a, text_b in read_pairs(parallel / f"{source}.tsv.zst"):
            for language, text in ((language_a, text_a), (language_b, text_b)):
                if language in _NO_SPACES:
                    continue
                if language == "en":
                    if text in english_seen:
                        continue
                    english_seen.add(text)
                if seen[language] >= _SENTENCES_PER_LANGUAGE:
                    continue
                seen[language] += 1
                previous = ""
                for position, word in enumerate(_WORD.findall(text)):
                    if word == word.lower():
                        lower[language][word] += 1
                    elif position:
                        inner_capital[language][word.lower()] += 1
                        if language == "de" and previous in _GERMAN_ARTICLES:
                            after_article[word.lower()] += 1
                    else:
                        lower[language][word.lower()] += 0
                    previous = word
    lines = []
    for language in sorted(lower):
        counts = lower[language]
        total = sum(counts.values()) + sum(inner_capital[language].values())
        ranked = sorted(counts, key=lambda word: (-counts[word], word))
        stop = [word for word in ranked[:_MAX_STOP] if counts[word] >= _STOP_SHARE * total]
        lines.append(f"{language}\tstop\t{' '.join(sorted(stop))}")
        limit = _MAX_COMMON_UNCASED if language in UNCASED else _MAX_COMMON
        capital = inner_capital[language]
        common = [w for w in ranked[:limit] if counts[w] >= _MIN_COMMON and counts[w] >= capital[w]]
        if language == "de":
            nouns = sorted(after_article, key=lambda word: (-capital[word], word))[:_MAX_COMMON]
            common += [
                w for w in nouns if capital[w] >= _MIN_COMMON and after_article[w] >= _ARTICLE_SHARE * capital[w]
            ]
        lines.append(f"{language}\tcommon\t{' '.join(sorted(set(common)))}")
    return "\n".join(lines) + "\n"
