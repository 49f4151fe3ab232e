"""Processes that build articles beside this one, and what happens when one of them dies.

Takes pages, gives their outcomes in order. A page that kills its process (a crash in a C library, no memory) is tried once more alone; if it
kills again, it is quarantined and the others go on. Where processes cannot be started at all, everything is built here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import current_process, get_context
from types import TracebackType
from typing import Self

from clustering.articles.context import ArticleContext
from clustering.pages.quarantine import Quarantined
from clustering.types import Article, RawPage, Reject

__all__ = ["Outcome", "Workers"]

Outcome = Article | Reject | Quarantined
Builder = Callable[[RawPage, ArticleContext], Outcome]

CHUNK = 16
"""Pages sent to a process at a time: 0.2 s of work, so that the last process to finish is not waited for long."""

_state: tuple[Builder, ArticleContext] | None = None


def _start(build: Builder, context: ArticleContext) -> None:
    global _state
    _state = build, context


def _work(pages: list[RawPage]) -> list[Outcome]:
    if _state is None:
        raise RuntimeError("the process was not started by Workers")
    build, context = _state
    return [build(page, context) for page in pages]


class Workers:
    """A pool that is started on first need. Use as a context manager."""

    def __init__(self, n_processes: int, build: Builder, context: ArticleContext) -> None:
        # a daemonic process (a Dask worker) may not have children
        self._n = 0 if current_process().daemon else n_processes
        self._build, self._context = build, context
        self._pool: ProcessPoolExecutor | None = None
        self._alone: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if self._alone is not None:
            self._alone.shutdown(cancel_futures=True)
            self._alone = None

    def _close(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _open(self, n: int) -> ProcessPoolExecutor:
        # spawned, not forked: the parent may hold threads of torch or of a database
        return ProcessPoolExecutor(
            n, mp_context=get_context("spawn"), initializer=_start, initargs=(self._build, self._context)
        )

    def build(self, pages: Sequence[RawPage], *, is_worth_it: bool) -> list[Outcome]:
        """Build articles of pages, in processes when it is worth starting them."""
        if self._n < 2 or not (is_worth_it or self._pool is not None) or not self._is_started():
            return [self._build(page, self._context) for page in pages]
        chunks = [list(pages[start : start + CHUNK]) for start in range(0, len(pages), CHUNK)]
        futures = [self._submit(chunk) for chunk in chunks]
        outcomes: list[Outcome] = []
        for chunk, future in zip(chunks, futures, strict=True):
            outcomes += self._take(chunk, future)
        return outcomes

    def _is_started(self) -> bool:
        """Start the pool and see that it works; a script without a main guard cannot spawn, and builds here from now on."""
        if self._pool is None:
            self._pool = self._open(self._n)
            try:
                # One task for each process, so that all are started before any page is sent: a process that is started while
                # another one dies is joined by the pool but never told to end, and the pool waits for ever (CPython 3.11).
                for task in [self._pool.submit(_work, []) for _ in range(self._n)]:
                    task.result()
            except (BrokenProcessPool, OSError):
                self._close()
                self._n = 0
                return False
        return True

    def _submit(self, chunk: list[RawPage]) -> Future[list[Outcome]] | None:
        try:
            return self._pool.submit(_work, chunk) if self._pool is not None else None
        except BrokenProcessPool:
            return None

    def _take(self, chunk: list[RawPage], future: Future[list[Outcome]] | None) -> list[Outcome]:
        try:
            if future is not None:
                return future.result()
        except BrokenProcessPool:
            # the dead process took the whole pool with it: the next batch starts a new one
            self._close()
        return self._build_alone(chunk)

    def _build_alone(self, chunk: list[RawPage]) -> list[Outcome]:
        """Build page by page in a process of their own, a new one after each death."""
        outcomes: list[Outcome] = []
        try:
            for page in chunk:
                if self._alone is None:
                    self._alone = self._open(1)
                try:
                    outcomes += self._alone.submit(_work, [page]).result()
                except BrokenProcessPool as error:
                    outcomes.append(Quarantined.from_error(page, "build_article", error, self._context.now))
                    self._alone.shutdown()
                    self._alone = None
        except OSError:
            outcomes += [self._build(page, self._context) for page in chunk[len(outcomes) :]]
        return outcomes
