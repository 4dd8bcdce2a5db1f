"""How fast years become a chart: the trend desk's longest preset, all of its points, from the roll-ups."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.embedded.tables import TIERS, create
from facility.clock import NS
from tests.bench._charts import timed
from tests.bench._measured import share
from tests.bench._months_of_series import Shape, insert, named
from tests.measure import Figure, measure

YEARS: Final = 5
POINTS: Final = 24
"""As many as the desk takes."""
BUCKETS: Final = 2_100
"""What the desk asks for: 700 over the width, and as much again on both sides."""
TIMES: Final = 5


@measure(area="series")
async def charts_of_years() -> list[Figure]:
    """24 points × 5 years of quarter hours; and six of them."""
    shape = Shape(series=POINTS, days=YEARS * 365)
    with TemporaryDirectory(prefix="gatehouse-years-") as folder:
        rows = await asyncio.to_thread(_fill, Path(folder) / "historian.duckdb", shape)
        async with EmbeddedHistorian(Path(folder)) as historian:
            few, all_ = [await _times(historian, shape, points) for points in (6, POINTS)]
    how = f"{YEARS} years in {BUCKETS} buckets, {rows / 1e6:.1f} million roll-ups in the file, {TIMES} times"
    return [
        Figure.at_most("series of 6 points over 5 years, p50", 1000 * share(few, 0.5), "ms", 300, how),
        Figure.at_most("series of 24 points over 5 years, p50", 1000 * share(all_, 0.5), "ms", 1000, how),
    ]


async def _times(historian: EmbeddedHistorian, shape: Shape, points: int) -> list[float]:
    wanted = [shape.name(number) for number in range(points)]

    async def chart() -> None:
        found = await historian.series(wanted, shape.start * NS, shape.end * NS, BUCKETS)
        assert all(int(each.count.sum()) == shape.days * 1440 for each in found)

    return await timed(chart, TIMES)


def _fill(file: Path, shape: Shape) -> int:
    """The roll-ups that years of samples, one a minute, leave behind; how many rows."""
    with duckdb.connect(str(file), config={"threads": 2}) as connection:
        create(connection)
        named(connection, shape)
        return sum(
            _rolled(connection, shape, table, width // NS) for table, width in TIERS.items() if table != "minute"
        )


def _rolled(connection: duckdb.DuckDBPyConnection, shape: Shape, table: str, width: int) -> int:
    each = max(width // 60, 1)
    starts = np.arange(shape.start, shape.end, width)
    for begin in range(0, len(starts), 20_000):
        part = starts[begin : begin + 20_000]
        which, at = np.tile(np.arange(shape.series), len(part)), np.repeat(part, shape.series)
        mean = 50 + 20 * np.sin(at / 70_000 + which)
        n = len(at)
        columns: dict[str, NDArray[Any]] = {
            "series": which.astype(np.int32), "time": at * NS, "count": np.full(n, each, np.uint32), "low": mean - 5,
            "high": mean + 5, "sum": mean * each, "first": mean, "last": mean, "first_at": at * NS,
            "last_at": (at + (each - 1) * 60) * NS, "reset": np.zeros(n), "resets": np.zeros(n, np.uint32),
            "step": np.full(n, 60 * NS),
        }  # fmt: skip
        insert(connection, table, columns)
    return len(starts) * shape.series
