"""Near-duplicates among a million short articles: articles per second, memory, and what is found.

`python benchmarks/ingest_duplicates.py [N]` makes N articles of about 60 words over 30 days: seven in ten on their own, the rest copies of
earlier ones, a third of those word for word, a third with a sentence cut, a third with a new beginning. Prints precision and recall of pairs
(copy, its source), CPU and wall time, and peak memory with and without the texts.
"""

from __future__ import annotations

import random
import resource
import sys
import time

import numpy as np

from clustering.articles.duplicates import find_near_duplicates

VOWELS, CONSONANTS = "aeiou", "bcdfghklmnprstvz"


def make_words(rng: random.Random, n: int) -> list[str]:
    return ["".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(rng.randint(1, 4))) for _ in range(n)]


def make_articles(n: int) -> tuple[list[str], list[str], np.ndarray, list[str], np.ndarray]:
    """Give ids, texts, hours, outlets, and for each article the index of what it copies (itself when nothing)."""
    rng = random.Random(0)
    words = make_words(rng, 30_000)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    pool = rng.choices(words, weights, k=2_000_000)
    texts: list[str] = []
    source = np.arange(n)
    hours = np.sort(np.array([rng.uniform(0, 720) for _ in range(n)]))
    for k in range(n):
        if k > 100 and rng.random() < 0.3:
            # within the horizon: among the last two days' articles
            back = rng.randint(1, max(1, min(k, n // 15)))
            source[k] = source[k - back]
            sentences = texts[source[k]].split(". ")
            kind = rng.random()
            if kind > 2 / 3:
                sentences = [" ".join(rng.choices(words, weights, k=12)), *sentences]
            elif kind > 1 / 3:
                sentences.pop(rng.randrange(len(sentences)))
            texts.append(". ".join(sentences))
        else:
            start = rng.randrange(len(pool) - 100)
            some = pool[start : start + 60]
            rng.shuffle(some)
            texts.append(". ".join(" ".join(some[i : i + 12]) for i in range(0, 60, 12)))
    return [f"a{k:07d}" for k in range(n)], texts, hours, [f"o{rng.randrange(300)}.example" for _ in range(n)], source


def main() -> None:
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    ids, texts, hours, outlets, source = make_articles(n)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{n} articles, {sum(map(len, texts)) / n:.0f} characters on average; {before:.0f} MB with the texts in memory"
    )
    wall, cpu = time.monotonic(), time.process_time()
    found = find_near_duplicates(ids, [""] * n, texts, hours, outlets, [None] * n, horizon_hours=96)
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    copies = np.flatnonzero(source != np.arange(n))
    inside = copies[hours[copies] - hours[source[copies]] <= 96]
    recall = float(np.mean(found.group[inside] == found.group[source[inside]]))
    grouped = np.flatnonzero(found.original != np.arange(n))
    precision = float(np.mean(source[grouped] == source[found.original[grouped]])) if len(grouped) else 1.0
    print(
        f"{n / wall:.0f} articles/s by the wall clock, {n / cpu:.0f} by CPU (goal: 5,000); peak {peak:.0f} MB, {peak - before:.0f} MB of it ours (goal: 2,048)"
    )
    print(
        f"of {len(inside)} copies within the horizon {recall:.4f} found; of {len(grouped)} articles called copies {precision:.4f} are"
    )


if __name__ == "__main__":
    main()
