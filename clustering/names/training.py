"""Build the data files of `clustering.names` from parallel text: `python -m clustering.names.training ../shared/parallel`.

Takes a folder with the parallel files (wikidata_names, geonames_cities, natural_earth, cldr, tico19, open_sdg, omw_permissive, udhr,
tatoeba_mirror, tatoeba_manythings; TSV in zstandard), writes `han_sounds.tsv`, `lexicon.tsv.gz`, `words.tsv.gz` and `glosses.tsv.gz` into
`clustering/names/data/`. The same input gives the same bytes. Needs the `train` extra (zstandard). `--held-out` leaves a share of the names
out, for measuring.
"""

from __future__ import annotations

import argparse
import gzip
import io
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clustering.names.data_files import data_file, use_data_folder
from clustering.names.gloss_training import learn_lexicon, read_sentence_pairs, write_lexicon
from clustering.names.han import SIMPLIFIED, read_sounds_from
from clustering.names.han_alignment import align_sounds, name_weights
from clustering.names.lexicon import load_lexicon, normal_form
from clustering.names.lexicon_training import build_lexicon
from clustering.names.stable_hash import stable_hash
from clustering.names.tokens import vocabulary_for, word_lists
from clustering.names.word_training import UNCASED, build_word_lists

__all__ = ["is_held_out", "main", "read_pairs", "train", "train_han"]

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def read_pairs(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Read one parallel file: (language a, language b, text a, text b) in file order."""
    import zstandard

    with path.open("rb") as raw:
        lines = io.TextIOWrapper(zstandard.ZstdDecompressor().stream_reader(raw), encoding="utf-8", newline="\n")
        next(lines)
        for line in lines:
            parts = line.rstrip("\n").split("\t")
            if len(parts) == 4:
                yield parts[0], parts[1], parts[2], parts[3]


def is_held_out(name: str, share: float) -> bool:
    """Say whether an English name belongs to the held-out share; depends on the name alone."""
    return share > 0 and stable_hash("held out " + name) % 10_000 < share * 10_000


def _write_gzip(path: Path, text: str) -> None:
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as packed:
        packed.write(text.encode("utf-8"))


def _plain_latin(name: str) -> str:
    from clustering.names.letters import LATIN_FORMS

    return "".join(char for char in name.translate(LATIN_FORMS) if char in _LETTERS)


def train_han(pairs: list[tuple[str, str]], running_text: Counter[str]) -> str:
    """Give the lines of the sound table: character, most frequent sound, log-odds of names against running text."""
    cleaned = [(_plain_latin(latin), han.translate(SIMPLIFIED)) for latin, han in pairs]
    cleaned = [
        (latin, han) for latin, han in cleaned if latin and han and all("\u4e00" <= char <= "\u9fff" for char in han)
    ]
    counts = align_sounds(cleaned)
    in_names = Counter(char for _, han in cleaned for char in han)
    weights = name_weights(in_names, running_text)
    lines = [
        "# character, sound, log-odds of names against text; derived from wikidata_names (CC0) and geonames_cities (CC BY 4.0)"
    ]
    for char in sorted(counts):
        table = counts[char]
        if sum(table.values()) < 2:
            continue
        sound = min(table, key=lambda piece: (-table[piece], piece))
        # The final c of South Slavic names (奇 for -ić) sounds ch.
        sound = "ch" if sound == "c" else sound
        lines.append(f"{char}\t{sound}\t{weights.get(char, 0.0)}")
    return "\n".join(lines) + "\n"


def _ordinary_words(lists: str) -> frozenset[str]:
    """Take the frequent words of scripts without capitals out of the word lists, in their raw form."""
    words: set[str] = set()
    for line in lists.splitlines():
        language, _, listed = line.split("\t")
        if language in UNCASED:
            words.update(normal_form(word) for word in listed.split(" "))
    return frozenset(words)


@contextmanager
def _reading_with(folder: Path) -> Iterator[None]:
    """Read texts with the data files of a folder, so that glosses belong to the word lists and the lexicon beside them."""
    before = data_file("aliases.tsv").parent
    use_data_folder(folder)
    for read in (word_lists, load_lexicon, vocabulary_for):
        read.cache_clear()
    try:
        yield
    finally:
        use_data_folder(before)
        for read in (word_lists, load_lexicon, vocabulary_for):
            read.cache_clear()


def train(parallel: Path, out: Path, held_out: float = 0.0) -> None:
    """Build all data files from the folder of parallel files; the hand-written aliases are put beside them."""
    out.mkdir(parents=True, exist_ok=True)
    if not (out / "aliases.tsv").exists():
        shutil.copyfile(data_file("aliases.tsv"), out / "aliases.tsv")
    names = [row for row in read_pairs(parallel / "wikidata_names.tsv.zst") if not is_held_out(row[2], held_out)]
    cities = list(read_pairs(parallel / "geonames_cities.tsv.zst"))
    text: Counter[str] = Counter()
    for _, language, _, translation in read_pairs(parallel / "tatoeba_mirror.tsv.zst"):
        if language == "zh":
            text.update(translation.translate(SIMPLIFIED))
    han_pairs = [(row[2], row[3]) for row in names + cities if row[1] == "zh"]
    table = out / "han_sounds.tsv"
    table.write_text(train_han(han_pairs, text), encoding="utf-8")
    read_sounds_from(table)
    words = build_word_lists(parallel)
    _write_gzip(out / "words.tsv.gz", words)
    _write_gzip(out / "lexicon.tsv.gz", build_lexicon(parallel, names, cities, _ordinary_words(words)))
    with _reading_with(out):
        pairs = read_sentence_pairs(parallel)
    _write_gzip(out / "glosses.tsv.gz", write_lexicon(learn_lexicon(pairs)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("parallel", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data")
    parser.add_argument("--held-out", type=float, default=0.0)
    arguments = parser.parse_args()
    train(arguments.parallel, arguments.out, arguments.held_out)


if __name__ == "__main__":
    main()
