"""Run blocks of work on all cores.

Takes a function and a list of blocks, gives the results in the order of the blocks. The functions spend their time in numpy and scipy, which
let other threads run meanwhile.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from typing import TypeVar

__all__ = ["count_workers", "run_blocks"]

_MAX_WORKERS = 8

Block = TypeVar("Block")
Result = TypeVar("Result")


def count_workers() -> int:
    """Give the number of cores this process may use, at most ``_MAX_WORKERS``."""
    n_cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(n_cores, _MAX_WORKERS))


def run_blocks(
    function: Callable[[Block], Result],
    blocks: Sequence[Block],
    *,
    n_workers: int | None = None,
    has_products: bool = False,
) -> Iterator[Result]:
    """Give ``function(block)`` for each block, in order. One block runs in this thread.

    ``has_products``: the function multiplies dense matrices, whose library must not start threads of its own beside ours.
    """
    workers = min(n_workers or count_workers(), len(blocks))
    if workers < 2:
        yield from map(function, blocks)
        return
    with _limit_product_threads() if has_products else nullcontext(), ThreadPoolExecutor(workers) as pool:
        yield from pool.map(function, blocks)


def _limit_product_threads() -> nullcontext[None]:
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return threadpool_limits(limits=1, user_api="blas")  # type: ignore[no-any-return]
