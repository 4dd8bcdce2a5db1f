"""What InfluxDB 1.6 takes for the same charts of a month of seconds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import numpy as np

from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.influx.historian import InfluxHistorian
from facility.clock import NS, SystemClock
from tests.bench._charts import BUCKETS, chart_times, timed
from tests.bench._measured import share
from tests.bench._months_of_series import DAY, Shape, values
from tests.measure import Figure, measure
from tests.services.influx import Influx


@measure(area="series")
async def influx_beside() -> list[Figure]:
    """The same 10 points × 30 days in an InfluxDB 1.6, alone in it, through the same interface and by one query."""
    shape = Shape(series=10)
    async with _influx() as server:
        await asyncio.to_thread(_write, server, shape)
        async with InfluxHistorian(InfluxSettings(server.url, "bench"), SystemClock()) as historian:
            month = await chart_times(historian, shape, shape.days * DAY, BUCKETS, times=3)
        fields = ", ".join(f"min(p{n}), max(p{n}), mean(p{n})" for n in range(shape.charted))
        where = f"time >= {shape.start * NS} AND time < {shape.end * NS}"
        statement = f"SELECT {fields} FROM bench WHERE {where} GROUP BY time(2700s)"  # noqa: S608 - words of ours
        alone = await timed(lambda: asyncio.to_thread(server.query, statement, "bench"), times=3)
    how = "10 points alone in an InfluxDB 1.6, every second for 30 days, no continuous queries"
    return [
        Figure.noted("InfluxDB 1.6: series of 30 days, the same interface", 1000 * share(month, 0.5), "ms", how),
        Figure.noted("InfluxDB 1.6: min, max, mean in one query", 1000 * share(alone, 0.5), "ms", how),
    ]


@asynccontextmanager
async def _influx() -> AsyncIterator[Influx]:
    server = Influx()
    await asyncio.to_thread(server.__enter__)
    try:
        server.create_database("bench")
        yield server
    finally:
        await asyncio.to_thread(server.__exit__, None, None, None)


def _write(server: Influx, shape: Shape) -> None:
    for start in range(shape.start, shape.end, DAY // 8):
        at = np.arange(start, start + DAY // 8)
        columns = [values(np.full(len(at), n), at) for n in range(shape.charted)]
        lines = "\n".join(_lines(columns, at))
        answer = server.write("bench", lines)
        assert answer.status == 204, answer


def _lines(columns: list[np.ndarray], at: np.ndarray) -> Iterator[str]:
    for second, row in zip(at.tolist(), np.column_stack(columns).tolist(), strict=True):
        fields = ",".join(f"p{n}={value}" for n, value in enumerate(row))
        yield f"bench,equipment=e0,site=riverside {fields} {second * NS}"
