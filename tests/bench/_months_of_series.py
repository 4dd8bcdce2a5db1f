"""A historian's file with a month of 600 series in it, written in bulk in the very layout that moved spans leave."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from cloud.historian.base import Series
from cloud.historian.embedded.tables import SPAN, TIERS, create
from facility.clock import NS

DAY: Final = 86_400
SPANS: Final = DAY * NS // SPAN


@dataclass(frozen=True, slots=True)
class Shape:
    """How much is in it: `charted` series every second; the others so on the last `dense` days, each minute before."""

    series: int = 600
    charted: int = 10
    days: int = 30
    dense: int = 2
    end: int = 1_790_000_000 // DAY * DAY
    """UTC s."""

    @property
    def start(self) -> int:
        """UTC s."""
        return self.end - self.days * DAY

    def name(self, number: int) -> Series:
        """Of a series."""
        return Series("riverside", "bench", f"e{number // 10}", f"p{number % 10}")


def values(series: NDArray[np.int64], at: NDArray[np.int64]) -> NDArray[np.float64]:
    """What the series read at these UTC s: waves of two lengths and a grain, three digits."""
    wave = 50 + 20 * np.sin(at / 7_000 + series) + 5 * np.sin(at / 61 + 2 * series)
    found: NDArray[np.float64] = np.round(wave + ((at * 7 + series * 13) % 10) / 10, 3)
    return found


def fill(file: Path, shape: Shape) -> int:
    """Make the file; how many samples are in it."""
    with duckdb.connect(str(file), config={"threads": 2, "memory_limit": "3GB"}) as connection:
        create(connection)
        named(connection, shape)
        return sum(_day(connection, shape, day) for day in range(shape.days))


def named(connection: duckdb.DuckDBPyConnection, shape: Shape) -> None:
    """The registry of its series."""
    names = [shape.name(number) for number in range(shape.series)]
    tags = [json.dumps([["equipment", each.equipment], ["site", each.site]]) for each in names]
    words = {
        "id": np.arange(shape.series, dtype=np.int32),
        "measurement": np.array([each.type for each in names], object),
        "tags": np.array(tags, object),
        "field": np.array([each.point for each in names], object),
        "kind": np.array(["f"] * shape.series, object),
    }
    insert(connection, "series", words)


def _day(connection: duckdb.DuckDBPyConnection, shape: Shape, day: int) -> int:
    start = shape.start + day * DAY
    groups = [(np.arange(shape.charted), 1), (np.arange(shape.charted, shape.series), 60)]
    if day >= shape.days - shape.dense:
        groups = [(np.arange(shape.series), 1)]
    count = 0
    for first in range(0, SPANS, 8):
        parts = [
            _span(series, start + span * SPAN // NS, step)
            for span in range(first, first + 8)
            for series, step in groups
        ]
        whole = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        insert(connection, "history", whole)
        count += len(whole["time"])
    for series, step in groups:
        for table, width in TIERS.items():
            insert(connection, table, _rolled(series, start, step, width // NS))
    return count


def _span(series: NDArray[np.int64], start: int, step: int) -> dict[str, NDArray[Any]]:
    at = np.arange(start, start + SPAN // NS, step)
    which, when = np.repeat(series, len(at)), np.tile(at, len(series))
    return {"series": which.astype(np.int32), "time": when * NS, "value": values(which, when)}


def _rolled(series: NDArray[np.int64], start: int, step: int, width: int) -> dict[str, NDArray[Any]]:
    """A day's rows of a roll-up, span by span and series by series, as moved spans leave them."""
    per, slots = max(width // step, 1), DAY // width
    spans = max(slots // (DAY * NS // SPAN), 1)
    found: list[NDArray[np.float64]] = []
    for each in series:
        at = np.arange(start, start + DAY, step)
        rows = values(np.full(len(at), each), at).reshape(slots, per)
        found.append(np.column_stack((rows.min(1), rows.max(1), rows.sum(1), rows[:, 0], rows[:, -1])))
    columns = np.array(found).reshape(len(series), slots // spans, spans, 5).transpose(1, 0, 2, 3).reshape(-1, 5)
    which = np.repeat(np.tile(series, slots // spans), spans)
    slot = (np.arange(slots).reshape(-1, 1, spans) + np.zeros((1, len(series), 1), np.int64)).reshape(-1)
    time = (start + slot * width) * NS
    n = len(time)
    return {
        "series": which.astype(np.int32), "time": time, "count": np.full(n, per, np.uint32),
        "low": columns[:, 0], "high": columns[:, 1], "sum": columns[:, 2], "first": columns[:, 3],
        "last": columns[:, 4], "first_at": time, "last_at": time + (per - 1) * step * NS,
        "reset": np.zeros(n), "resets": np.zeros(n, np.uint32), "step": np.full(n, (step if per > 1 else 0) * NS),
    }  # fmt: skip


def insert(connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, NDArray[Any]]) -> None:
    """Columns as rows of a table."""
    whole = {name: np.ascontiguousarray(column) for name, column in columns.items()}
    connection.register("arrived", whole)
    connection.execute(f"INSERT INTO {table} SELECT * FROM arrived")  # noqa: S608 - only words of ours
    connection.unregister("arrived")
