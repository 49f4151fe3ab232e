"""Measure name keys on held-out names and on labelled stories: `python -m clustering.names.measuring ../shared --data FOLDER`.

Takes the folder with `parallel/` and `evaldata/`; FOLDER was built by `clustering.names.training --held-out 0.05`. Writes
the tables of `docs/names.md` to standard output. Seeded; the same data gives the same numbers.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from clustering.names.data_files import use_data_folder
from clustering.names.features import SurfaceFeatures, surface_features_batch
from clustering.names.lexicon import name_key, sound_marks
from clustering.names.lexicon_training import likeness
from clustering.names.matrices import to_csr
from clustering.names.romanise import romanise
from clustering.names.training import is_held_out, read_pairs

__all__ = ["main", "measure_glosses", "measure_held_out", "measure_russian_pairs", "measure_speed", "measure_stories"]

_CANDIDATES = 300
_NAMES_PER_SCRIPT = 1500
_SCRIPTS = ("ru", "ar", "he", "ja", "ko", "zh")
_MIN_LIKENESS = 0.6
_PAIRS_PER_STORY = 200
_RANDOM_PAIRS = 20_000
_NEAR_DAYS = 3
_LEAST_WORDS = 60
_BLOCK = 500


def _match_block(block: list[tuple[str, str]], language: str) -> Counter[str]:
    """Match each foreign name of a block against the English names of the block."""
    keys = [name_key(english, "en") for english, _ in block]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, own in enumerate(keys):
        for key in own:
            holders[key].append(i)
    counts: Counter[str] = Counter(n=len(block))
    for i, (_, foreign) in enumerate(block):
        weights: dict[int, float] = defaultdict(float)
        for key in name_key(foreign, language):
            for j in holders.get(key, ()):
                weights[j] += (2 if key[0] == "n" else 1) / len(holders[key])
        counts["hit"] += i in weights
        counts["found"] += len(weights)
        counts["first"] += bool(weights) and max(sorted(weights), key=lambda j: weights[j]) == i
    return counts


def measure_held_out(parallel: Path, share: float) -> list[str]:
    """Give recall, precision and first-rank rate of held-out names by script, among 300 candidates."""
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for _, language, english, foreign in read_pairs(parallel / "wikidata_names.tsv.zst"):
        if is_held_out(english, share) and len(english) >= 4 and english.isalpha() and len(foreign) >= 2:
            names[language].setdefault(english, foreign)
    lines = []
    for language in _SCRIPTS:
        items = sorted(names[language].items())
        random.Random(7).shuffle(items)
        for label, least in (("all", 0.0), ("alike", _MIN_LIKENESS)):
            kept = [item for item in items if likeness(romanise(sound_marks(item[0])), romanise(item[1])) >= least]
            total: Counter[str] = Counter()
            for start in range(0, min(len(kept), _NAMES_PER_SCRIPT) - _CANDIDATES + 1, _CANDIDATES):
                total += _match_block(kept[start : start + _CANDIDATES], language)
            recall, precision = total["hit"] / total["n"], total["hit"] / max(1, total["found"])
            lines.append(
                f"{language} {label:6} n={total['n']} recall={recall:.3f} precision={precision:.3f} first={total['first'] / total['n']:.3f}"
            )
    return lines


def _read(folder: Path) -> list[dict[str, Any]]:
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _share(
    features: list[SurfaceFeatures], pairs: list[tuple[int, int]], rare: frozenset[str] | None, kind: str
) -> float:
    met = 0
    for i, j in pairs:
        common = getattr(features[i], kind).keys() & getattr(features[j], kind).keys()
        met += bool(common if rare is None else common & rare)
    return met / max(1, len(pairs))


def measure_stories(evaldata: Path) -> list[str]:
    """Say how often titles of one story in two languages share keys, against titles of two stories within three days."""
    articles = _read(evaldata / "og2021")
    features = surface_features_batch(
        [a["title"] for a in articles], [a["text"] for a in articles], [a["language"] for a in articles]
    )
    days = [datetime.fromisoformat(a["published_at"]).timestamp() / 86400 for a in articles]
    held: Counter[str] = Counter(key for one in features for key in one.names)
    rare = frozenset(key for key, n in held.items() if n <= 0.01 * len(articles))
    stories: dict[str, list[int]] = defaultdict(list)
    for i, article in enumerate(articles):
        stories[article["story"]].append(i)
    chance = random.Random(3)
    same: list[tuple[int, int]] = []
    for members in stories.values():
        pairs = [
            (i, j)
            for x, i in enumerate(members)
            for j in members[x + 1 :]
            if articles[i]["language"] != articles[j]["language"]
        ]
        chance.shuffle(pairs)
        same += pairs[:_PAIRS_PER_STORY]
    other: list[tuple[int, int]] = []
    while len(other) < _RANDOM_PAIRS:
        i, j = chance.randrange(len(articles)), chance.randrange(len(articles))
        differ = articles[i]["language"] != articles[j]["language"] and articles[i]["story"] != articles[j]["story"]
        if differ and abs(days[i] - days[j]) <= _NEAR_DAYS:
            other.append((i, j))
    lines = []
    groups = [("all", same, other)]
    for language in sorted({a["language"] for a in articles} - {"en"}):
        wanted = {"en", language}
        chosen = [
            [p for p in pairs if {articles[p[0]]["language"], articles[p[1]]["language"]} == wanted]
            for pairs in (same, other)
        ]
        groups.append((f"en-{language}", chosen[0], chosen[1]))
    for label, one, two in groups:
        if one and two:
            parts = [f"og2021 {label:6} pairs={len(one)}"]
            for name, keys, kind in (
                ("names", None, "names"),
                ("rare names", rare, "names"),
                ("places", None, "places"),
                ("numbers", None, "numbers"),
            ):
                parts.append(f"{name} {_share(features, one, keys, kind):.3f}/{_share(features, two, keys, kind):.3f}")
            lines.append(", ".join(parts))
    return lines


def measure_glosses(evaldata: Path) -> list[str]:
    """Give the average precision of pairs of one story on og2021, by weighted words and by glosses, across languages and within one.

    All pairs of titles within three days are ranked by the cosine of their terms, weighed as the story engine does.
    """
    from sklearn.metrics import average_precision_score

    from clustering.clusters.features import weigh_terms

    articles = _read(evaldata / "og2021")
    features = surface_features_batch(
        [a["title"] for a in articles], [a["text"] for a in articles], [a["language"] for a in articles]
    )
    days = np.array([datetime.fromisoformat(a["published_at"]).timestamp() / 86400 for a in articles])
    stories = np.unique([a["story"] for a in articles], return_inverse=True)[1]
    languages = np.unique([a["language"] for a in articles], return_inverse=True)[1]
    lines = []
    for kind in ("words", "glosses"):
        terms = weigh_terms(to_csr(features, kind)[0])
        found: dict[str, list[tuple[NDArray[np.bool_], NDArray[np.float32]]]] = defaultdict(list)
        for start in range(0, len(articles), _BLOCK):
            rows = np.arange(start, min(start + _BLOCK, len(articles)))
            similarity = (terms[rows] @ terms.T).toarray()
            near = np.abs(days[rows, None] - days) <= _NEAR_DAYS
            near &= rows[:, None] < np.arange(len(articles))
            same_language = languages[rows, None] == languages
            for label, group in (("across", near & ~same_language), ("within", near & same_language)):
                found[label].append(((stories[rows, None] == stories)[group], similarity[group]))
        for label, parts in found.items():
            truth, ranked = (np.concatenate(column) for column in zip(*parts, strict=True))
            precision = average_precision_score(truth, ranked)
            lines.append(f"og2021 {kind} {label} languages: pairs={truth.sum()} of {len(truth)}, AP={precision:.3f}")
    return lines


def measure_russian_pairs(evaldata: Path) -> list[str]:
    """Say how often pairs of Russian news share names and numbers, by label."""
    articles = _read(evaldata / "tg_pairs_ru")
    features = surface_features_batch(
        [a["title"] for a in articles], [a["text"] for a in articles], ["ru"] * len(articles)
    )
    place = {article["id"]: i for i, article in enumerate(articles)}
    rows = [
        line.split("\t")
        for line in (evaldata / "tg_pairs_ru" / "pairs.tsv").read_text(encoding="utf-8").split("\n")[1:]
        if line
    ]
    lines = []
    for label in ("1", "0"):
        pairs = [(place[a], place[b]) for a, b, same in rows if same == label]
        shares = [f"{kind} {_share(features, pairs, None, kind):.2f}" for kind in ("names", "places", "numbers")]
        lines.append(f"tg_pairs_ru same={label} pairs={len(pairs)}, " + ", ".join(shares))
    return lines


def measure_speed(evaldata: Path) -> list[str]:
    """Give articles a second of processor time on one core: first pass (empty memory of words) and second pass."""
    sets = ("allsides_triplets", "allsides2021", "ecbplus", "meantime", "vi_mds")
    articles = [
        one for name in sets for one in _read(evaldata / name) if len((one["text"] or "").split()) >= _LEAST_WORDS
    ]
    titles = [article["title"] or "" for article in articles]
    texts = [" ".join((article["text"] or "").split()[:80]) for article in articles]
    languages = [article["language"] for article in articles]
    n_words = sum(len(f"{title} {text}".split()) for title, text in zip(titles, texts, strict=True)) / len(articles)
    lines = []
    for label in ("first", "second"):
        started = process_time()
        surface_features_batch(titles, texts, languages)
        rate = len(articles) / (process_time() - started)
        lines.append(f"speed {label} pass: {rate:.0f} articles a second of {n_words:.0f} words, one core")
    return lines


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("shared", type=Path)
    parser.add_argument(
        "--data",
        type=Path,
        help="folder built with --held-out; without it the shipped data is used, which knows the names",
    )
    parser.add_argument("--held-out", type=float, default=0.05)
    arguments = parser.parse_args()
    if arguments.data is not None:
        use_data_folder(arguments.data)
    for line in measure_speed(arguments.shared / "evaldata"):
        sys.stdout.write(line + "\n")
    for line in measure_held_out(arguments.shared / "parallel", arguments.held_out):
        sys.stdout.write(line + "\n")
    for measure in (measure_stories, measure_glosses, measure_russian_pairs):
        for line in measure(arguments.shared / "evaldata"):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
