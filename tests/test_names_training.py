"""The training of the data files: aligned sounds, chosen names, and the same bytes from the same input."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from clustering.names.data_files import data_file
from clustering.names.han import read_sounds_from
from clustering.names.han_alignment import align_sounds, name_weights
from clustering.names.lexicon_training import choose_names, likeness

zstandard = pytest.importorskip("zstandard")

NAMES = [
    ("en", "ru", "lavrov", "лавров"), ("en", "ru", "trump", "трамп"), ("en", "ru", "tramp", "трамп"), ("en", "ja", "trump", "トランプ"),
    ("en", "ar", "lavrov", "لافروف"), ("en", "ar", "slow", "مانويل"), ("en", "zh", "lala", "拉拉"), ("en", "zh", "lanalo", "拉纳洛"),
    ("en", "zh", "nala", "纳拉"), ("en", "zh", "lola", "洛拉"), ("en", "zh", "lonala", "洛纳拉"),
]  # fmt: skip
FILES = {
    "wikidata_names": NAMES,
    "geonames_cities": [("en", "ru", "Moscow", "Москва"), ("en", "ru", "Mark", "Марк"), ("en", "xx", "Yangzhou", "Yang")],
    "natural_earth": [("en", "de", "Moscow", "Moskau")],
    "cldr": [("en", "de", "Russia", "Russland"), ("en", "ru", "Russia", "Россия"), ("en", "ru", "Russian", "русский")],
    "tatoeba_mirror": [("en", "de", "The house is big.", "Das Haus ist groß.")] * 5 + [("en", "zh", "hello", "你好")],
    "tatoeba_manythings": [("en", "de", "Tom sees the house.", "Ich sehe das Haus, sagt Tom.")],
    "tico19": [],
    "open_sdg": [("en", "de", "The house", "Das Haus")],
    "omw_permissive": [("en", "de", "house", "Haus")],
    "udhr": [],
}  # fmt: skip


@pytest.fixture
def sounds_restored() -> Iterator[None]:
    yield
    read_sounds_from(data_file("han_sounds.tsv"))


@pytest.fixture
def parallel(tmp_path: Path) -> Path:
    for name, rows in FILES.items():
        text = "\n".join(["lang_a\tlang_b\ttext_a\ttext_b", *("\t".join(row) for row in rows)]) + "\n"
        (tmp_path / f"{name}.tsv.zst").write_bytes(zstandard.ZstdCompressor().compress(text.encode()))
    return tmp_path


@pytest.mark.usefixtures("sounds_restored")
def test_same_input_gives_the_same_bytes(parallel: Path) -> None:
    from clustering.names.training import train

    train(parallel, parallel / "a")
    train(parallel, parallel / "b")
    files = sorted(path.name for path in (parallel / "a").iterdir())
    assert files == ["aliases.tsv", "glosses.tsv.gz", "han_sounds.tsv", "lexicon.tsv.gz", "words.tsv.gz"]
    for name in files:
        assert (parallel / "a" / name).read_bytes() == (parallel / "b" / name).read_bytes()


@pytest.mark.usefixtures("sounds_restored")
def test_lexicon_keeps_true_pairs_and_drops_wrong_ones(parallel: Path) -> None:
    import gzip

    from clustering.names.training import train

    train(parallel, parallel / "out")
    text = gzip.decompress((parallel / "out" / "lexicon.tsv.gz").read_bytes()).decode()
    lines = {tuple(line.split("\t")[:2]): line.split("\t")[2].split("|") for line in text.splitlines()}
    assert "لافروف" in lines["n", "lavrov"]
    assert "tramp" in lines["n", "trump"]
    assert not any("مانويل" in forms for forms in lines.values())
    assert {"rusland", "rosia"} <= set(lines["p", "RU"])
    assert "moskau" in lines["p", "moskov"]
    assert "iang" not in lines.get(("p", "iangzhou"), [])


def test_characters_learn_their_sounds() -> None:
    pairs = [(english, foreign) for _, language, english, foreign in NAMES if language == "zh"]
    counts = align_sounds(pairs * 3)
    assert counts["拉"].most_common(1)[0][0] == "la"
    assert counts["洛"].most_common(1)[0][0] == "lo"


def test_weights_tell_characters_of_names_from_text() -> None:
    from collections import Counter

    weights = name_weights(Counter("拉拉洛洛洛"), Counter("的的的的了拉"))
    assert weights["洛"] > 0 > weights["的"]


def test_likeness_orders_pairs() -> None:
    assert likeness("lavrov", "lafruf") > 0.9 > likeness("lavrov", "manuil")


def test_a_widely_known_name_wins_over_a_rare_one() -> None:
    chosen = choose_names(NAMES)
    assert "tramp" in chosen["trump"]


def test_shipped_data_is_small_and_carries_its_notice() -> None:
    folder = data_file("NOTICE").parent
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 5_100_000
    notice = data_file("NOTICE").read_text(encoding="utf-8")
    for origin in ("GeoNames", "CC BY 4.0", "Wikidata", "Unicode", "Tatoeba", "Natural Earth", "Wordnet", "Open SDG"):
        assert origin in notice
