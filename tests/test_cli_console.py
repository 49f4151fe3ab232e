"""JSON that every reader takes, whatever DuckDB gives."""

from __future__ import annotations

import io
import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from clustering.cli.console import print_json


def test_json_has_no_nan_and_loses_no_column(capsys: pytest.CaptureFixture[str]) -> None:
    row = [float("nan"), float("inf"), Decimal("1.50"), {date(2025, 2, 15): [float("-inf")]}, 1, 2, b"\xff"]
    print_json(["nan", "inf", "decimal", "map", "n", "n", "bytes"], [row])
    [shown] = json.loads(capsys.readouterr().out, parse_constant=lambda name: pytest.fail(name))
    assert shown == {
        "nan": None, "inf": None, "decimal": 1.5, "map": {"2025-02-15": [None]}, "n": 1, "n_2": 2, "bytes": "ff",
    }  # fmt: skip


def test_json_is_ascii_where_the_output_is(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stdout", stream)
    print_json(["title", "at"], [["Лавров 🦊", datetime(2025, 2, 15, tzinfo=UTC)]])
    stream.flush()
    assert json.loads(stream.buffer.getvalue()) == [{"title": "Лавров 🦊", "at": "2025-02-15T00:00:00+00:00"}]
