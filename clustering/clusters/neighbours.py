"""Exact nearest neighbours of every article among the articles of its time.

Takes unit vectors and hours, gives the k most similar articles within the horizon, and the k most similar in other languages.
Articles are sorted by time and compared in blocks by matrix products, so an article pays for its horizon and not for the archive.
Articles without a time are compared with all, and all with them. Memory is bounded by the block, whatever the number of articles.

How the best are found without sorting a block: similarities are reduced to the maximum of each run of ``_RUN`` columns; the k best columns
lie in the k best runs, so only those are looked at again. Columns are grouped by language, so the same maxima serve both questions.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["NeighbourTable", "find_neighbours"]

_RUN = 16
"""Columns per run. 30,000 x 256, five languages, about 2,000 columns in the horizon, processor seconds: 16 takes 1.3, 32 takes 1.5, 64 takes 1.8."""
_BLOCK_FLOATS = 12_000_000
"""Similarities held at once by one worker: 48 MB, small enough for both workers, large enough for full speed of the product."""
_MAX_ROWS = 1_024
_OUT = np.float32(-3.0)
"""Similarity of a column that is not a candidate: below every cosine, and finite so that maxima stay cheap."""


@dataclass(frozen=True, slots=True)
class NeighbourTable:
    """For each article the most similar others, best first.

    ``indices`` (n, k) int32 with -1 where there is none; ``similarities`` (n, k) float32, cosine; ``cross_indices`` and
    ``cross_similarities`` (n, k_cross) the same among articles in another known language.
    """

    indices: NDArray[np.int32]
    similarities: NDArray[np.float32]
    cross_indices: NDArray[np.int32]
    cross_similarities: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Plan:
    vectors: NDArray[np.float32]
    hours: NDArray[np.float64]
    languages: NDArray[np.int64]
    horizon_hours: float
    n_dated: int
    k: int
    k_cross: int


def find_neighbours(
    vectors: NDArray[np.float32],
    hours: NDArray[np.float64],
    *,
    k: int,
    horizon_hours: float,
    languages: NDArray[np.int64] | None = None,
    k_cross: int = 0,
    n_workers: int | None = None,
    since: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> NeighbourTable:
    """Find the exact k nearest of each article, within the horizon.

    ``vectors`` (n, dim) float32 unit rows; ``hours`` (n,) sorted ascending with nan (unknown) last; ``languages`` (n,) codes with -1 unknown.
    ``since``: only articles from this row on are asked for (earlier rows get -1), for one new day on top of an archive.
    Ties go to whichever is earlier in the order given. ``progress(done, total)`` counts articles.
    """
    n = len(vectors)
    n_dated = int(np.count_nonzero(~np.isnan(hours)))
    if np.isnan(hours[:n_dated]).any() or (np.diff(hours[:n_dated]) < 0).any():
        raise ValueError("hours must be sorted ascending with nan last")
    codes = np.full(n, -1, dtype=np.int64) if languages is None else languages
    if languages is None or len(np.unique(codes[codes >= 0])) < 2:
        k_cross = 0
    plan = _Plan(np.ascontiguousarray(vectors, dtype=np.float32), hours, codes, horizon_hours, n_dated, k, k_cross)
    table = NeighbourTable(
        np.full((n, k), -1, np.int32), np.full((n, k), -1, np.float32),
        np.full((n, k_cross), -1, np.int32), np.full((n, k_cross), -1, np.float32),
    )  # fmt: skip
    if n - since < 1 or n < 2:
        return table
    workers = n_workers or max(1, min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2, 8))
    blocks = list(_split_rows(plan, since))
    done = 0
    with _one_thread_per_product(workers), ThreadPoolExecutor(workers) as pool:
        for block_size in pool.map(lambda block: _search_block(plan, block, table), blocks):
            done += block_size
            if progress is not None:
                progress(done, n - since)
    return table


def _one_thread_per_product(workers: int) -> AbstractContextManager[Any]:
    """Each worker runs whole blocks; the product inside must not start threads of its own."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(limits=1 if workers > 1 else None, user_api="blas")  # type: ignore[no-any-return]


def _split_rows(plan: _Plan, since: int) -> Iterator[tuple[int, int]]:
    """Blocks of rows whose similarities fit the bound; undated rows are blocks of their own kind (all columns)."""
    n = len(plan.vectors)
    start = since
    while start < n:
        if start < plan.n_dated:
            low, high = _horizon(plan, start, start + 1)
            width = high - low + n - plan.n_dated
            stop = min(start + max(16, min(_MAX_ROWS, _BLOCK_FLOATS // (width + 1))), plan.n_dated)
        else:
            stop = min(start + max(16, min(_MAX_ROWS, _BLOCK_FLOATS // n)), n)
        yield start, stop
        start = stop


def _horizon(plan: _Plan, start: int, stop: int) -> tuple[int, int]:
    """Dated columns [low, high) that at least one of the dated rows [start, stop) can see."""
    dated = plan.hours[: plan.n_dated]
    low = int(np.searchsorted(dated, plan.hours[start] - plan.horizon_hours, side="left"))
    high = int(np.searchsorted(dated, plan.hours[stop - 1] + plan.horizon_hours, side="right"))
    return low, high


def _search_block(plan: _Plan, block: tuple[int, int], table: NeighbourTable) -> int:
    start, stop = block
    columns, run_language = _lay_out_columns(plan, start, stop)
    rows = plan.vectors[start:stop]
    padded = (
        plan.vectors[np.maximum(columns, 0)] if not _is_plain(columns) else plan.vectors[columns[0] : columns[-1] + 1]
    )
    similarities = padded @ rows.T  # (n_columns, n_rows): maxima over runs of rows are then contiguous
    _hide(plan, similarities, columns, start, stop)
    n_rows = stop - start
    runs = similarities.reshape(-1, _RUN, n_rows).max(axis=1)
    best, values = _pick(similarities, runs, columns, plan.k)
    table.indices[start:stop], table.similarities[start:stop] = best, values
    if plan.k_cross:
        own = plan.languages[start:stop]
        foreign = (run_language[:, None] != own[None, :]) & (run_language >= 0)[:, None] & (own >= 0)[None, :]
        best, values = _pick(similarities, np.where(foreign, runs, _OUT), columns, plan.k_cross)
        table.cross_indices[start:stop], table.cross_similarities[start:stop] = best, values
    return n_rows


def _is_plain(columns: NDArray[np.int64]) -> bool:
    return bool(columns[0] >= 0 and columns[-1] - columns[0] + 1 == len(columns) and (np.diff(columns) == 1).all())


def _lay_out_columns(plan: _Plan, start: int, stop: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Columns of a block in runs of one language each, padded with -1; and the language of each run."""
    n = len(plan.vectors)
    if start < plan.n_dated:
        low, high = _horizon(plan, start, stop)
        columns = np.concatenate([np.arange(low, high), np.arange(plan.n_dated, n)])
    else:
        columns = np.arange(n)
    if not plan.k_cross:
        pad = -len(columns) % _RUN
        columns = np.concatenate([columns, np.full(pad, -1)])
        return columns, np.full(len(columns) // _RUN, -1)
    language = plan.languages[columns]
    parts, run_languages = [], []
    for code in np.unique(language):
        members = columns[language == code]
        parts += [members, np.full(-len(members) % _RUN, -1)]
        run_languages += [code] * (-(-len(members) // _RUN))
    return np.concatenate(parts), np.array(run_languages, dtype=np.int64)


def _hide(plan: _Plan, similarities: NDArray[np.float32], columns: NDArray[np.int64], start: int, stop: int) -> None:
    """Take out padding, the article itself, and what only other rows of the block can see."""
    similarities[columns < 0] = _OUT
    is_row = np.flatnonzero((columns >= start) & (columns < stop))
    similarities[is_row, columns[is_row] - start] = _OUT
    if start < plan.n_dated:
        column_hours = np.where(columns >= 0, plan.hours[np.maximum(columns, 0)], np.nan)
        first, last = plan.hours[start], plan.hours[stop - 1]
        with np.errstate(invalid="ignore"):
            partly = (column_hours < last - plan.horizon_hours) | (column_hours > first + plan.horizon_hours)
        edge = np.flatnonzero(partly)
        if len(edge):
            gap = np.abs(column_hours[edge][:, None] - plan.hours[start:stop][None, :])
            similarities[edge] = np.where(gap > plan.horizon_hours, _OUT, similarities[edge])


def _pick(
    similarities: NDArray[np.float32], runs: NDArray[np.float32], columns: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k best columns of each row, best first, from the k best runs. Gives (n_rows, k) columns and similarities."""
    n_runs, n_rows = runs.shape
    n_best_runs = min(k, n_runs)
    by_row = np.ascontiguousarray(runs.T)
    if n_best_runs < n_runs:
        chosen = np.argpartition(by_row, n_runs - n_best_runs, axis=1)[:, n_runs - n_best_runs :]
    else:
        chosen = np.broadcast_to(np.arange(n_runs), (n_rows, n_runs))
    chosen = np.sort(chosen, axis=1)
    is_open = np.take_along_axis(by_row, chosen, axis=1) > _OUT
    positions = (chosen[:, :, None] * _RUN + np.arange(_RUN)).reshape(n_rows, -1)
    values = similarities[positions, np.arange(n_rows)[:, None]]
    values[~np.repeat(is_open, _RUN, axis=1)] = _OUT
    n_kept = min(k, values.shape[1])
    if n_kept < values.shape[1]:
        near = np.argpartition(values, values.shape[1] - n_kept, axis=1)[:, values.shape[1] - n_kept :]
    else:
        near = np.broadcast_to(np.arange(values.shape[1]), values.shape)
    near_values = np.take_along_axis(values, near, axis=1)
    near_columns = columns[np.take_along_axis(positions, near, axis=1)]
    order = np.lexsort((near_columns, -near_values), axis=1)
    near_values = np.take_along_axis(near_values, order, axis=1)
    near_columns = np.take_along_axis(near_columns, order, axis=1)
    is_none = near_values <= _OUT
    indices = np.full((n_rows, k), -1, np.int32)
    found = np.full((n_rows, k), -1, np.float32)
    indices[:, :n_kept] = np.where(is_none, -1, near_columns)
    found[:, :n_kept] = np.where(is_none, np.float32(-1), near_values)
    return indices, found
