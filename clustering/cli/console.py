"""How the command line shows things: tables, JSON, progress bars."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.progress import Progress as RichProgress
from rich.table import Table
from rich.text import Text

__all__ = ["ConsoleProgress", "format_time", "print_json", "print_objects", "print_table", "print_text"]

_WIDTH_WITHOUT_TERMINAL = 160
_LEAST_WIDE = 20


def _console(*, stderr: bool = False) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    return Console(stderr=stderr, width=None if stream.isatty() else _WIDTH_WITHOUT_TERMINAL, highlight=False)


def format_time(value: datetime | None, precision: str | None = None) -> str:
    """Show a UTC time as far as it is known."""
    if value is None:
        return "unknown"
    if precision == "month":
        return value.strftime("%Y-%m")
    if precision == "day":
        return value.strftime("%Y-%m-%d")
    return value.strftime("%Y-%m-%d %H:%M")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value) if value.is_finite() else None
    if isinstance(value, bytes | bytearray):
        return value.hex()
    return str(value)


def print_json(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a list of objects, one key per column; a name that comes twice gets a number: ``n``, ``n_2``."""
    names: list[str] = []
    for column in columns:
        name, number = column, 1
        while name in names:
            number += 1
            name = f"{column}_{number}"
        names.append(name)
    print_objects([dict(zip(names, row, strict=True)) for row in rows])


def print_objects(objects: Sequence[Mapping[str, Any]]) -> None:
    """Print a list of objects as JSON that every reader takes: no NaN, and ASCII alone where the output cannot carry more."""
    is_ascii = "utf" not in (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    print(json.dumps([_jsonable(one) for one in objects], ensure_ascii=is_ascii, allow_nan=False, indent=2))


def _jsonable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_jsonable(item) for item in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if value is None or isinstance(value, str | int):
        return value
    return _plain(value)


def print_table(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], *, title: str | None = None, wide: str | None = None
) -> None:
    """Print a table; ``wide`` names the column that gives way when the terminal is narrow (default: the widest)."""
    console = _console()
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max([cell_len(column), *(cell_len(row[i]) for row in cells)]) for i, column in enumerate(columns)]
    if wide is None and columns and sum(widths) + 2 * (len(columns) - 1) > console.width:
        wide = columns[widths.index(max(widths))]
    if wide is not None:
        others = sum(width for column, width in zip(columns, widths, strict=True) if column != wide)
        room = console.width - others - 2 * (len(columns) - 1)
        widths[columns.index(wide)] = max(_LEAST_WIDE, min(room, widths[columns.index(wide)]))
    table = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for i, column in enumerate(columns):
        is_number = bool(rows) and isinstance(rows[0][i], int | float)
        table.add_column(
            column, justify="right" if is_number else "left", no_wrap=True, overflow="ellipsis", width=widths[i]
        )
    for row in cells:
        table.add_row(*[Text(cell) for cell in row])
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, list):
        return " ".join(str(item) for item in value)
    if isinstance(value, float):
        return f"{value:.3g}"
    return "".join(c if c.isprintable() else " " for c in str(value))


def print_text(text: str) -> None:
    """Print a line as it is."""
    print(text)


class ConsoleProgress:
    """Progress bars on stderr; one line per piece of work when stderr is not a terminal."""

    def __init__(self) -> None:
        self._console = _console(stderr=True)
        self._bars: RichProgress | None = None
        self._task: TaskID | None = None
        self._what = ""
        self._done = 0

    def start(self, what: str, total: int | None) -> None:
        self._what, self._done = what, 0
        if self._console.is_terminal:
            self._bars = RichProgress(
                TextColumn("{task.description:>10}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=self._console,
            )
            self._bars.start()
            self._task = self._bars.add_task(what, total=total)

    def advance(self, n: int = 1) -> None:
        self._done += n
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
        else:
            self._console.print(f"{self._what}: {self._done}", highlight=False)
