"""What an encoder is worth on labelled news, before any clustering of ours: retrieval, pairs across languages, average linkage.

    python benchmarks/encoder_quality.py [--model bundled] [--data ../shared/evaldata]

Needs the labelled sets, which are not in the repository. For each set: R-precision (of an article's R same-story articles, how many are among its R
nearest), the best BCubed F1 of average linkage over all thresholds, and for sets in several languages the same for pairs across languages.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

SETS = ["meantime", "og2021", "allsides2021", "ecbplus", "vi_mds", "cstnews_pt"]
HORIZON_DAYS = 3


def read_articles(path: Path) -> list[dict[str, Any]]:
    """Read the articles that have a story."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [article for article in map(json.loads, lines) if article["story"]]


def compute_bcubed(gold: list[str], found: list[int]) -> float:
    """BCubed F1 (Amigó et al. 2009)."""
    by_gold, by_found, by_both = Counter(gold), Counter(found), Counter(zip(gold, found, strict=True))
    pairs = list(zip(gold, found, strict=True))
    precision = float(np.mean([by_both[pair] / by_found[pair[1]] for pair in pairs]))
    recall = float(np.mean([by_both[pair] / by_gold[pair[0]] for pair in pairs]))
    return 2 * precision * recall / (precision + recall)


def compute_r_precision(similarity: NDArray[np.float32], same: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> float:
    """Mean over articles of the share of same-story articles among the R nearest allowed ones."""
    shares = []
    for index in np.flatnonzero((same & allowed).any(axis=1)):
        candidates = np.flatnonzero(allowed[index])
        wanted = int(same[index, candidates].sum())
        nearest = candidates[np.argpartition(-similarity[index, candidates], wanted - 1)[:wanted]]
        shares.append(same[index, nearest].mean())
    return float(np.mean(shares))


def compute_best_pair_f1(similarity: NDArray[np.float32], same: NDArray[np.bool_], allowed: NDArray[np.bool_]) -> float:
    """F1 of same-story pairs at the best single threshold."""
    upper = np.triu(allowed, 1)
    cosines, labels = similarity[upper], same[upper]
    order = np.argsort(-cosines)[: 6 * int(labels.sum()) + 1000]
    right = np.cumsum(labels[order])
    return float((2 * right / (np.arange(1, len(order) + 1) + labels.sum())).max())


def main() -> None:
    """Print one line per set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="bundled")
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[2] / "shared" / "evaldata")
    options = parser.parse_args()
    from scipy.cluster.hierarchy import fcluster, linkage
    from scipy.spatial.distance import squareform

    from clustering.config import EncoderConfig
    from clustering.vectors.encoder import embed_articles, load_encoder

    config = EncoderConfig(model=options.model)
    encoder = load_encoder(config)
    print(encoder.fingerprint)
    for name in SETS:
        path = options.data / name / "articles.jsonl.gz"
        if not path.is_file():
            print(f"{name}: not here")
            continue
        articles = read_articles(path)
        stories, languages = [one["story"] for one in articles], np.array([one["language"] for one in articles])
        vectors = embed_articles(
            encoder,
            config,
            [one["title"] for one in articles],
            [one["text"] for one in articles],
            languages=list(languages),
        )
        similarity = vectors @ vectors.T
        same = np.equal.outer(np.array(stories), np.array(stories))
        days = np.array([_read_day(one["published_at"]) for one in articles])
        # Undated articles (nan) are compared with everything.
        near = ~(np.abs(np.subtract.outer(days, days)) > HORIZON_DAYS)
        np.fill_diagonal(near, False)
        line = f"{name}: n={len(articles)} r_precision={compute_r_precision(similarity, same, near):.3f}"
        if len(articles) < 3000:
            distance = np.clip(1 - similarity, 0, 2)
            np.fill_diagonal(distance, 0)
            tree = linkage(squareform(distance, checks=False), "average")
            best = max(
                (compute_bcubed(stories, list(fcluster(tree, cut, "distance"))), cut)
                for cut in np.arange(0.2, 0.96, 0.025)
            )
            line += f" average_linkage_bcubed={best[0]:.3f}@{best[1]:.3f}"
        across = near & np.not_equal.outer(languages, languages)
        if (across & same).any():
            line += f" across_r_precision={compute_r_precision(similarity, same, across):.3f}"
            line += f" across_pair_f1={compute_best_pair_f1(similarity, same, across):.3f}"
        print(line)
        by_language: dict[str, float] = defaultdict(float)
        for language in sorted(set(languages)):
            rows = near & (languages == language)[:, None]
            if (rows & same).any() and len(set(languages)) > 1:
                by_language[language] = round(compute_r_precision(similarity, same, rows), 3)
        if by_language:
            print("   r_precision by language:", dict(by_language))


def _read_day(text: str | None) -> float:
    return datetime.fromisoformat(text).timestamp() / 86_400 if text else float("nan")


if __name__ == "__main__":
    main()
