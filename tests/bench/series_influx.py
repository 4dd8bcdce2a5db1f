"""What an InfluxDB 1.6 takes for a chart, beside the embedded historian: same samples, same question, one run."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import numpy as np

from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.influx.historian import InfluxHistorian
from facility.clock import NS, SystemClock
from tests.bench._charts import BUCKETS, chart_times, timed
from tests.bench._measured import share
from tests.bench._months_of_series import DAY, Shape, fill, values
from tests.measure import Figure, measure
from tests.services.influx import Influx

SHAPE: Final = Shape(series=3, charted=3, days=7, dense=7)
"""A fourteenth of ten points × a month: an InfluxDB reads every sample for each chart, so that takes as much longer."""
TIMES: Final = 3
SECONDS: Final = 6_000
"""Of one body."""


@measure(area="series")
async def influx_beside() -> list[Figure]:
    """Three points × seven days of seconds, alone in each: through the same interface, and by one query of its own."""
    with TemporaryDirectory(prefix="gatehouse-beside-") as folder:
        await asyncio.to_thread(fill, Path(folder) / "historian.duckdb", SHAPE)
        async with EmbeddedHistorian(Path(folder)) as historian:
            ours = share(await chart_times(historian, SHAPE, SHAPE.days * DAY, BUCKETS, TIMES), 0.5)
    async with _influx() as server:
        await asyncio.to_thread(_write, server)
        async with InfluxHistorian(InfluxSettings(server.url, "bench"), SystemClock()) as historian_:
            theirs = share(await chart_times(historian_, SHAPE, SHAPE.days * DAY, BUCKETS, TIMES), 0.5)
        fields = ", ".join(f"min(p{n}), max(p{n}), mean(p{n})" for n in range(SHAPE.charted))
        where = f"time >= {SHAPE.start * NS} AND time < {SHAPE.end * NS}"
        statement = f"SELECT {fields} FROM bench WHERE {where} GROUP BY time(900s)"  # noqa: S608 - words of ours
        alone = share(await timed(lambda: asyncio.to_thread(server.query, statement, "bench"), TIMES), 0.5)
    how = f"{SHAPE.charted} points every second for {SHAPE.days} days, alone in each store, no continuous queries there"
    return [
        Figure.noted("series of 7 days: the embedded historian", 1000 * ours, "ms", how),
        Figure.noted("series of 7 days: InfluxDB 1.6 through the same interface", 1000 * theirs, "ms", how),
        Figure.noted("min, max, mean of 7 days in one query: InfluxDB 1.6", 1000 * alone, "ms", how),
        Figure.at_least("series of 7 days: how much sooner than that one query", alone / ours, "x", 1.0, how),
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


def _write(server: Influx) -> None:
    for start in range(SHAPE.start, SHAPE.end, SECONDS):
        at = np.arange(start, min(start + SECONDS, SHAPE.end))
        columns = [values(np.full(len(at), n), at) for n in range(SHAPE.charted)]
        answer = server.write("bench", "\n".join(_lines(columns, at)), "s")
        assert answer.status == 204, answer


def _lines(columns: list[np.ndarray], at: np.ndarray) -> Iterator[str]:
    for second, row in zip(at.tolist(), np.column_stack(columns).tolist(), strict=True):
        fields = ",".join(f"p{n}={value}" for n, value in enumerate(row))
        yield f"bench,equipment=e0,site=riverside {fields} {second}"
