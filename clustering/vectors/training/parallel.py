"""Read the parallel files and split them, once and for all, into training pairs and held-out tests.

Takes a folder of ``*.tsv.zst`` files (header ``lang_a lang_b text_a text_b``). Gives pairs by kind ("sentence" or "lexicon"), held-out sentence
pairs per language and held-out names. The split depends on the seed and the files only. Nothing of a held-out pair may
be seen in training: a training pair that shares either folded side with a held-out sentence is dropped, and so is every pair whose
folded English side is a held-out name, from whichever file.
"""

from __future__ import annotations

import hashlib
import io
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clustering.errors import InputError
from clustering.vectors.training.folding import FoldingPlan, fold_text, make_rules

__all__ = ["HeldOutName", "HeldOutPair", "Pair", "ParallelText", "read_pairs", "split_parallel"]

SENTENCE_FILES = ("tatoeba_mirror", "tatoeba_manythings", "tico19", "open_sdg", "udhr")
LEXICON_FILES = ("wikidata_names", "geonames_cities", "natural_earth", "cldr", "omw_permissive", "panlex_bli")
HELD_OUT_FILES = ("tatoeba_mirror", "tatoeba_manythings")
NAME_FILES = ("wikidata_names", "geonames_cities")
LANGUAGES = [
    "ar",
    "bg",
    "cs",
    "de",
    "el",
    "es",
    "fa",
    "fi",
    "fr",
    "he",
    "hi",
    "hu",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sr",
    "sv",
    "tr",
    "uk",
    "vi",
    "zh",
]


@dataclass(frozen=True, slots=True)
class Pair:
    """One line of a parallel file."""

    source: str
    language_a: str
    language_b: str
    text_a: str
    text_b: str


@dataclass(frozen=True, slots=True)
class HeldOutPair:
    """An English sentence and its translation, never trained on."""

    language: str
    english: str
    other: str


@dataclass(frozen=True, slots=True)
class HeldOutName:
    """An English name and its forms, (language, form), never trained on."""

    english: str
    forms: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class ParallelText:
    """The split: training pairs by (kind, source, language_a, language_b), and the tests."""

    pools: dict[tuple[str, str, str, str], list[tuple[str, str]]] = field(default_factory=dict)
    sentences: list[HeldOutPair] = field(default_factory=list)
    names: list[HeldOutName] = field(default_factory=list)


def read_pairs(path: Path) -> Iterator[Pair]:
    """Read one file in its own order. Errors: ``InputError`` naming file and line when it is not in the format."""
    import zstandard

    source = path.name.removesuffix(".tsv.zst")
    with path.open("rb") as raw:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8", newline="\n")
        header = next(lines, "").rstrip("\n").split("\t")
        if header != ["lang_a", "lang_b", "text_a", "text_b"]:
            raise InputError(f"{path}: not a parallel file: the header is {header!r}")
        for number, line in enumerate(lines, start=2):
            fields = line.rstrip("\n").split("\t")
            if len(fields) != 4:
                raise InputError(f"{path}:{number}: {len(fields)} fields, expected 4")
            yield Pair(source, *fields)


def split_parallel(folder: Path, *, seed: int, n_held_out: int = 1000, n_names: int = 300) -> ParallelText:
    """Split all files of a folder.

    Held out per language: ``n_held_out`` sentence pairs, but never more than a tenth of what there is (Korean: about 320), and ``n_names``
    names that have forms in at least five languages, half of them people's, half cities'.
    """
    files = [path for name in SENTENCE_FILES + LEXICON_FILES if (path := folder / f"{name}.tsv.zst").is_file()]
    if not files:
        raise InputError(f"no parallel files (*.tsv.zst) in {folder}")
    table = dict(make_rules(FoldingPlan()))
    pairs: dict[str, list[Pair]] = {path.name.removesuffix(".tsv.zst"): list(read_pairs(path)) for path in files}
    sentences = _hold_out_sentences(pairs, table, seed, n_held_out)
    names = _hold_out_names(pairs, table, seed, n_names)

    blocked = {fold_text(pair.english, table) for pair in sentences} | {
        fold_text(pair.other, table) for pair in sentences
    }
    blocked_names = {fold_text(name.english, table) for name in names}
    split = ParallelText(sentences=sentences, names=names)
    seen: set[bytes] = set()
    for source, lines in pairs.items():
        kind = "sentence" if source in SENTENCE_FILES else "lexicon"
        for pair in lines:
            folded_a, folded_b = fold_text(pair.text_a, table), fold_text(pair.text_b, table)
            if not folded_a or not folded_b or folded_a in blocked or folded_b in blocked:
                continue
            if pair.language_a == "en" and folded_a in blocked_names:
                continue
            key = hashlib.blake2b(
                f"{pair.language_a}{pair.language_b}\t{folded_a}\t{folded_b}".encode(), digest_size=8
            ).digest()
            if key in seen:
                continue
            seen.add(key)
            pool = split.pools.setdefault((kind, source, pair.language_a, pair.language_b), [])
            pool.append((pair.text_a, pair.text_b))
    return split


def _hold_out_sentences(
    pairs: dict[str, list[Pair]], table: dict[int, str], seed: int, n_held_out: int
) -> list[HeldOutPair]:
    by_language: dict[str, dict[str, str]] = defaultdict(dict)
    for source in HELD_OUT_FILES:
        for pair in pairs.get(source, ()):
            if pair.language_a == "en" and len(pair.text_a.split()) >= 3:
                by_language[pair.language_b].setdefault(pair.text_a, pair.text_b)
    held_out = []
    for language in sorted(by_language):
        candidates = sorted(by_language[language].items())
        random.Random(f"{seed}-{language}").shuffle(candidates)
        wanted = min(n_held_out, len(candidates) // 10)
        seen: set[str] = set()
        for english, other in candidates:
            sides = {fold_text(english, table), fold_text(other, table)}
            if len(seen) >= 2 * wanted:
                break
            if "" in sides or len(sides) < 2 or sides & seen:
                continue
            seen |= sides
            held_out.append(HeldOutPair(language, english, other))
    return held_out


def _hold_out_names(pairs: dict[str, list[Pair]], table: dict[int, str], seed: int, n_names: int) -> list[HeldOutName]:
    names = []
    used: set[str] = set()
    for source in NAME_FILES:
        forms: dict[str, dict[str, str]] = defaultdict(dict)
        for pair in pairs.get(source, ()):
            # Short names have many readings, and a name with an inner blank or dot is mostly a title or an initial.
            if len(pair.text_a) >= 4 and pair.language_b != "xx" and pair.text_a.isalpha():
                forms[pair.text_a.lower()].setdefault(pair.language_b, pair.text_b)
        candidates = sorted((name, found) for name, found in forms.items() if len(found) >= 5)
        random.Random(f"{seed}-{source}").shuffle(candidates)
        taken = 0
        for name, found in candidates:
            folded = fold_text(name, table)
            if taken >= n_names // len(NAME_FILES) or folded in used:
                continue
            used.add(folded)
            taken += 1
            names.append(HeldOutName(name, tuple(sorted(found.items()))))
    return names
