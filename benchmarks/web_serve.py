"""Publishing and serving at size: a synthetic snapshot of a million articles, and readers on it.

    python benchmarks/web_serve.py --workspace /tmp/big [--articles 1000000 --stories 200000] [--seconds 20] [--dimension 256]

Fills a private database with invented articles (Zipf-distributed words in Latin and Cyrillic, heavy-tailed story sizes, one story of 2,000), publishes
it with the real publisher in a process of its own (time, peak memory), starts the real server and asks it for front pages, story pages and searches,
every URL once (cold: nothing kept) and again at a rate of 200 a second (mixed, as readers come). Prints one line per measure.
The load comes from the same machine, so it takes its share of the cores.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import numpy as np
import pyarrow as pa

from clustering.config import Config
from clustering.store.database import arrow_view, open_database
from clustering.store.workspace import Workspace

START = datetime(2025, 1, 1, tzinfo=UTC)
LANGUAGES = ["en", "ru", "de", "fr", "es", "uk", "ar", "zh", "pl", "tr"]
COUNTRIES = ["US", "RU", "DE", "FR", "ES", "UA", "EG", "CN", "PL", "TR"]
N_OUTLETS, N_WORDS, DAYS = 2_000, 60_000, 60
CHUNK = 100_000


def make_words(rng: np.random.Generator) -> np.ndarray:
    """Give invented words, half Latin, half Cyrillic."""
    latin, cyrillic = "bcdfglmnprstvz", "бвгдзклмнпрст"
    vowels = {latin: "aeiou", cyrillic: "аеиоу"}
    words = []
    for i in range(N_WORDS):
        letters = latin if i % 2 == 0 else cyrillic
        n = int(rng.integers(2, 5))
        words.append("".join(rng.choice(list(letters)) + rng.choice(list(vowels[letters])) for _ in range(n)))
    return np.array(words, dtype=object)


def make_sizes(rng: np.random.Generator, n_articles: int, n_stories: int) -> np.ndarray:
    """Give heavy-tailed story sizes: median 2, the largest 2,000; together at most 85 % of the articles."""
    sizes = 2 + np.floor(rng.pareto(1.4, n_stories)).astype(np.int64)
    sizes = np.minimum(sizes, 2_000)
    sizes[0] = 2_000
    budget = int(n_articles * 0.85)
    while sizes.sum() > budget:
        large = np.argsort(-sizes)[1 : max(2, n_stories // 50)]
        sizes[large] = np.maximum(2, sizes[large] * 0.8).astype(np.int64)
    return sizes


def fill(workspace: Workspace, n_articles: int, n_stories: int, dimension: int) -> None:
    """Write the private database."""
    rng = np.random.default_rng(7)
    words = make_words(rng)
    rank = np.arange(1, N_WORDS + 1)
    frequency = (1 / rank) / (1 / rank).sum()
    sizes = make_sizes(rng, n_articles, n_stories)
    story_of = np.concatenate([np.repeat(np.arange(n_stories), sizes), np.full(n_articles - sizes.sum(), -1)])
    core = words[rng.choice(N_WORDS, (n_stories, 6), p=frequency)]
    began = rng.uniform(0, DAYS * 86_400 - 90_000, n_stories)
    with open_database(workspace) as connection:
        outlets = [
            (f"outlet{i}.example", f"Outlet {i}", COUNTRIES[i % 10], LANGUAGES[i % 10]) for i in range(N_OUTLETS)
        ]
        connection.executemany("INSERT INTO outlets VALUES (?, ?, ?, ?, 'UTC', 'outlet', NULL, NULL)", outlets)
        connection.execute(
            "INSERT INTO runs (step, state, started_at, config_hash, code_version) VALUES ('cluster', 'completed', ?, 'x', 'x')",
            [START],
        )
        for at in range(0, n_articles, CHUNK):
            part = story_of[at : at + CHUNK]
            n = len(part)
            common = words[rng.choice(N_WORDS, (n, 10), p=frequency)]
            told = part >= 0
            heads = np.where(told[:, None], core[np.maximum(part, 0)], common[:, 4:])
            titles = [" ".join((*a[:5], *b[:3])) for a, b in zip(heads, common, strict=True)]
            seconds = np.where(
                told,
                began[np.maximum(part, 0)] + rng.exponential(20_000, n).clip(0, 80_000),
                rng.uniform(0, DAYS * 86_400, n),
            )
            outlet = rng.choice(N_OUTLETS, n, p=_outlet_shares())
            ids = [f"a{at + i:08d}" for i in range(n)]
            text = [" ".join(row) * 6 for row in common]
            is_reprint = (rng.random(n) < 0.25) & told
            table = pa.table(
                {
                    "article_id": ids,
                    "url": [f"https://outlet{o}.example/{i}" for o, i in zip(outlet, ids, strict=True)],
                    "outlet": [f"outlet{o}.example" for o in outlet],
                    "title": titles,
                    "lead": titles,
                    "text": text,
                    "language": [LANGUAGES[o % 10] for o in outlet],
                    "published_at": pa.array(
                        [START + timedelta(seconds=float(s)) for s in seconds], pa.timestamp("us", tz="UTC")
                    ),
                    "wire": ["TASS" if r else None for r in is_reprint],
                    "wire_role": ["text" if r else "none" for r in is_reprint],
                    "story_id": [f"s{s:07d}" if s >= 0 else None for s in part],
                    "is_reprint": is_reprint,
                }
            )
            with arrow_view(connection, "made", table):
                connection.execute(
                    "INSERT INTO articles (article_id, url, canonical_url, outlet, title, lead, text, language, published_at, published_precision,"
                    " wire, wire_role, content_hash, ingested_at, ingested_run_id)"
                    " SELECT article_id, url, url, outlet, title, lead, text, language, published_at, 'minute', wire, wire_role, article_id, published_at, 1 FROM made"
                )
                connection.execute(
                    "INSERT INTO assignments SELECT 1, article_id, story_id, 1, 0.9, NULL, NULL, NULL, NULL, is_reprint, 0.9, wire, article_id"
                    " FROM made"
                )
        for at in range(0, n_stories, CHUNK):
            ids = np.arange(at, min(n_stories, at + CHUNK))
            vectors = rng.standard_normal((len(ids), dimension), dtype=np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            described = [
                json.dumps(
                    {
                        "headline": " ".join(core[i]),
                        "headline_language": "en",
                        "lead": " ".join(core[i]),
                        "keywords": list(core[i][:4]),
                        "names": list(core[i][:3]),
                        "places": [],
                        "name_shares": {f"n:{w}": 0.8 for w in core[i][:3]},
                    },
                    ensure_ascii=False,
                )
                for i in ids
            ]
            table = pa.table(
                {
                    "story_id": [f"s{i:07d}" for i in ids],
                    "n": sizes[ids],
                    "centroid": pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), dimension),
                    "description": described,
                }
            )
            with arrow_view(connection, "made", table):
                connection.execute(
                    "INSERT INTO story_versions SELECT 1, story_id, 'active', n, NULL, NULL, 'synthetic', centroid, description, '{}' FROM made"
                )
                connection.execute(
                    "INSERT INTO transitions SELECT 1, story_id, 'emerged', [], 0, n, NULL, NULL FROM made"
                )
                connection.execute(
                    "INSERT INTO thread_versions SELECT 1, story_id, 't' || lpad((CAST(substr(story_id, 2) AS INTEGER) // 10)::VARCHAR, 6, '0'), 'thread' FROM made"
                    " WHERE CAST(substr(story_id, 2) AS INTEGER) % 3 = 0"
                )


def _outlet_shares() -> np.ndarray:
    weights = 1 / np.arange(10, N_OUTLETS + 10)
    return weights / weights.sum()


def publish(workspace: Path) -> None:
    """Publish in this process and print what it took."""
    from clustering.steps.publish import run_publish

    started = time.monotonic()
    run_publish(Workspace(workspace), Config())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"publish: {time.monotonic() - started:.1f} s, peak memory {peak:.2f} GB", flush=True)


async def _ask(port: int, path: str) -> tuple[int, float, int]:
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    return int(answer[9:12] or b"0"), time.perf_counter() - started, len(answer)


def _tell(name: str, times: list[float], statuses: list[int]) -> None:
    times = sorted(times)
    p95, p99 = times[int(len(times) * 0.95)], times[int(len(times) * 0.99)]
    bad = sum(status != 200 for status in statuses)
    print(
        f"{name}: {len(times)} requests, median {statistics.median(times) * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms, p99 {p99 * 1e3:.0f} ms,"
        f" not 200: {bad}",
        flush=True,
    )


async def measure(port: int, ids: list[str], words: list[str], seconds: float) -> None:
    """Ask cold one after another, then mixed at 200 a second."""
    plans = {
        "front page, cold": [
            f"/?sort={s}&language={lang}" for s in ("now", "new", "widest", "latest") for lang in ("", *LANGUAGES)
        ],
        "story page, cold": [f"/stories/{i}" for i in ids[301:501]],
        "story page of the 200 largest, cold": [f"/stories/{i}" for i in ids[1:201]],
        "story of 2,000, cold": [f"/stories/{ids[0]}"],
        "search, cold": [f"/v1/search?q={quote(q)}" for q in words],
        "API story, cold": [f"/v1/stories/{i}" for i in ids[201:301]],
        "API list, cold": [f"/v1/stories?sort=widest&country={c}" for c in COUNTRIES],
        "outlet page, cold": [f"/outlets/outlet{i}.example" for i in range(20)],
        "nearest 2,000, again": [f"/stories/{ids[0]}"] * 20,
    }
    for name, paths in plans.items():
        results = [await _ask(port, path) for path in paths]
        _tell(name, [t for _, t, _ in results], [s for s, _, _ in results])
    rng = np.random.default_rng(3)
    every = [
        p
        for name in ("front page, cold", "story page, cold", "story page of the 200 largest, cold", "search, cold")
        for p in plans[name]
    ]
    fresh = [f"/stories/{i}" for i in ids[501:]]
    n = int(200 * seconds)
    paths = [
        fresh[i] if rng.random() < 0.1 and i < len(fresh) else every[int(rng.integers(len(every)))] for i in range(n)
    ]
    started = time.perf_counter()

    async def one(i: int, path: str) -> tuple[int, float, int]:
        await asyncio.sleep(max(0.0, started + i / 200 - time.perf_counter()))
        return await _ask(port, path)

    results = await asyncio.gather(*(one(i, path) for i, path in enumerate(paths)))
    spent = time.perf_counter() - started
    print(
        f"mixed at 200 a second, a tenth never asked before: {len(results) / spent:.0f} a second reached over {spent:.0f} s",
        flush=True,
    )
    _tell("mixed", [t for _, t, _ in results], [s for s, _, _ in results])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--stories", type=int, default=200_000)
    parser.add_argument("--dimension", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only-publish", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.only_publish:
        publish(arguments.workspace)
        return
    workspace = Workspace(arguments.workspace)
    if not workspace.database.exists():
        started = time.monotonic()
        fill(workspace, arguments.articles, arguments.stories, arguments.dimension)
        print(f"filled in {time.monotonic() - started:.0f} s", flush=True)
    if not workspace.current.exists():
        subprocess.run(
            [sys.executable, __file__, "--workspace", str(arguments.workspace), "--only-publish"], check=True
        )
    size = (workspace.current / "samestory.duckdb").stat().st_size
    print(f"snapshot: {size / 1e6:.0f} MB", flush=True)
    serve(arguments.workspace, arguments.seconds)


def serve(workspace: Path, seconds: float) -> None:
    """Start the server, measure, stop it."""
    import duckdb

    with duckdb.connect(str(workspace / "current" / "samestory.duckdb"), read_only=True) as connection:
        ids = [
            row[0]
            for row in connection.execute("SELECT story_id FROM stories ORDER BY n_articles DESC LIMIT 301").fetchall()
        ]
        ids += [
            row[0]
            for row in connection.execute(
                "SELECT story_id FROM stories USING SAMPLE reservoir(6000 ROWS) REPEATABLE (5)"
            ).fetchall()
        ]
        heads = connection.execute(
            "SELECT headline FROM stories USING SAMPLE reservoir(200 ROWS) REPEATABLE (6)"
        ).fetchall()
    words = [" ".join(head.split()[: 1 + i % 3]) for i, (head,) in enumerate(heads)]
    config = workspace / "bench.toml"
    config.write_text("[serve]\nrequests_per_second = 100000\nburst = 100000\n", encoding="utf-8")
    command = [sys.executable, "-m", "clustering.cli", "serve", "-w", str(workspace), "-c", str(config), "--port", "0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = int(server.stdout.readline().split("127.0.0.1:")[1].split("/")[0])
        for _ in range(100):
            try:
                asyncio.run(_ask(port, "/healthz"))
                break
            except OSError:
                time.sleep(0.1)
        asyncio.run(measure(port, ids, words, seconds))
        used = Path(f"/proc/{server.pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
        print(
            f"server: {(int(used[11]) + int(used[12])) / 100:.0f} s of CPU in all; load of the machine {os.getloadavg()[0]:.1f}",
            flush=True,
        )
        peak = next(
            line.split()[1]
            for line in Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8").splitlines()
            if line.startswith("VmHWM")
        )
        print(f"server: peak memory {int(peak) / 1e6:.2f} GB", flush=True)
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
