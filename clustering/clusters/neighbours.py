"""Exact nearest neighbours of every article among the articles of its time.

Takes unit vectors and hours, gives the k most similar articles within the horizon, and the k most similar in other languages.
Articles are sorted by time and compared in blocks by matrix products, so an article pays for its horizon and not for the archive.
Articles without a time are compared with all, and all with them. Memory is bounded by the block, whatever the number of articles.

How the best are found without sorting a block: similarities are reduced to the maximum of each run of ``_RUN`` columns; the k best columns
lie in the k best runs, so only those are looked at again. Columns are grouped by language, so the same maxima serve both questions.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clustering.clusters.workers import run_blocks

__all__ = ["NeighbourTable", "find_neighbours"]

_RUN = 16
"""Columns per run. 30,000 x 256, five languages, about 2,000 columns in the horizon, processor seconds: 16 takes 1.3, 32 takes 1.5, 64 takes 1.8."""
_BLOCK_FLOATS = 12_000_000
"""Similarities held at once by one worker: 48 MB, small enough for both workers, large enough for full speed of the product."""
_MAX_ROWS = 768
"""10,000 x 256 on one core: 384 to 768 take 0.74 to 0.77 s, 1,024 takes 0.79, 256 takes 0.83."""
_GROUP = 8
"""Values whose maximum stands for them when the k largest are looked for: 0.8 ms instead of 4 for a block of 545 x 1,370."""
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
    scratch = _Scratch()
    done = 0
    blocks = list(_split_rows(plan, since))
    for block_size in run_blocks(
        lambda block: _search_block(plan, block, table, scratch), blocks, n_workers=n_workers, has_products=True
    ):
        done += block_size
        if progress is not None:
            progress(done, n - since)
    return table


class _Scratch(threading.local):
    """Memory that each worker uses again for every block: 545 x 22,000 products take 61 ms instead of 75 in fresh memory."""

    def __init__(self) -> None:
        self.buffers: dict[str, NDArray[np.float32]] = {}

    def give(self, name: str, n_rows: int, n_columns: int) -> NDArray[np.float32]:
        size = n_rows * n_columns
        buffer = self.buffers.get(name)
        if buffer is None or len(buffer) < size:
            buffer = self.buffers[name] = np.empty(size + size // 8, np.float32)
        return buffer[:size].reshape(n_rows, n_columns)


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


def _search_block(plan: _Plan, block: tuple[int, int], table: NeighbourTable, scratch: _Scratch) -> int:
    start, stop = block
    n_rows = stop - start
    columns, run_language = _lay_out_columns(plan, start, stop)
    if _is_plain(columns):
        padded = plan.vectors[columns[0] : columns[-1] + 1]
    else:
        padded = scratch.give("columns", len(columns), plan.vectors.shape[1])
        np.take(plan.vectors, columns, axis=0, out=padded, mode="clip")
    # (n_columns, n_rows): maxima over runs of columns are then contiguous
    similarities = np.matmul(padded, plan.vectors[start:stop].T, out=scratch.give("products", len(columns), n_rows))
    _hide(plan, similarities, columns, start, stop)
    by_run = similarities.reshape(-1, _RUN, n_rows)
    runs = np.maximum.reduce(by_run, axis=1, out=scratch.give("runs", len(by_run), n_rows))
    best, values = _pick(similarities, runs, columns, plan.k)
    table.indices[start:stop], table.similarities[start:stop] = best, values
    if plan.k_cross:
        own = plan.languages[start:stop]
        runs[(run_language[:, None] == own[None, :]) | (run_language < 0)[:, None] | (own < 0)[None, :]] = _OUT
        best, values = _pick(similarities, runs, columns, plan.k_cross)
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
        for stretch in np.split(edge, np.flatnonzero(np.diff(edge) > 1) + 1) if len(edge) else ():
            part = slice(stretch[0], stretch[-1] + 1)
            gap = np.abs(column_hours[part, None] - plan.hours[None, start:stop])
            np.copyto(similarities[part], _OUT, where=gap > plan.horizon_hours)


def _pick(
    similarities: NDArray[np.float32], runs: NDArray[np.float32], columns: NDArray[np.int64], k: int
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """The k best columns of each row, best first, from the k best runs. Gives (n_rows, k) columns and similarities."""
    n_rows = runs.shape[1]
    by_row = np.ascontiguousarray(runs.T)
    chosen = _find_largest(by_row, k)
    is_open = np.take_along_axis(by_row, chosen, axis=1) > _OUT
    positions = (chosen[:, :, None] * _RUN + np.arange(_RUN)).reshape(n_rows, -1)
    values = np.take(similarities.reshape(-1), positions * n_rows + np.arange(n_rows)[:, None], mode="clip")
    values[~np.repeat(is_open, _RUN, axis=1)] = _OUT
    near = _find_largest(values, k)
    n_kept = near.shape[1]
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


def _find_largest(values: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Places of the k largest values of each row, ascending, shape (n_rows, min(k, n_columns)).

    The k largest lie above the k-th largest of the maxima of groups of values; few others do, and only those few are compared in full.
    """
    n_rows, n_columns = values.shape
    if k >= n_columns:
        return np.broadcast_to(np.arange(n_columns), values.shape)
    n_groups = n_columns // _GROUP
    grouped = values if n_groups < 2 * k else values[:, : n_groups * _GROUP].reshape(n_rows, _GROUP, -1).max(axis=1)
    floor = np.partition(grouped, grouped.shape[1] - k, axis=1)[:, grouped.shape[1] - k]
    places = np.flatnonzero(values >= floor[:, None])
    if len(places) != n_rows * k and len(places) < n_rows * _GROUP * k:
        rows = places // n_columns
        count = np.bincount(rows, minlength=n_rows)
        few = np.full((n_rows, int(count.max())), -np.inf, np.float32)
        is_few = np.arange(few.shape[1]) < count[:, None]
        few[is_few] = values.reshape(-1)[places]
        floor = np.partition(few, few.shape[1] - k, axis=1)[:, few.shape[1] - k]
        places = places[(few >= floor[:, None])[is_few]]
    if len(places) == n_rows * k:
        found: NDArray[np.int64] = places.reshape(n_rows, k) - n_columns * np.arange(n_rows)[:, None]
        return found
    # equal values at the edge: some rows have more than k
    return np.sort(np.argpartition(values, n_columns - k, axis=1)[:, n_columns - k :], axis=1)
