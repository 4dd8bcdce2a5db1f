"""How fast a month of seconds becomes a chart: the embedded historian's roll-ups and raw rows, and InfluxDB beside."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import orjson

from cloud.historian.base import Buckets, Historian, Series
from cloud.historian.embedded.historian import EmbeddedHistorian
from cloud.historian.influx.connection import InfluxSettings
from cloud.historian.influx.historian import InfluxHistorian
from facility.clock import NS, SystemClock
from tests.bench._measured import share
from tests.bench._months_of_series import DAY, Shape, fill, values
from tests.measure import Figure, measure
from tests.services.influx import Influx

BUCKETS = 1_000
TIMES = 30


@measure(area="series")
async def charts_of_a_month() -> list[Figure]:
    """10 points × 30 days, of a file with 600 series; and raw stretches of them."""
    shape = Shape()
    with TemporaryDirectory(prefix="gatehouse-series-") as folder:
        samples = await asyncio.to_thread(fill, Path(folder) / "historian.duckdb", shape)
        async with EmbeddedHistorian(Path(folder)) as historian:
            month = await _times(historian, shape, shape.days * DAY, BUCKETS)
            day = await _times(historian, shape, DAY, BUCKETS)
            hour = await _times(historian, shape, 3_600, 3_600)
            raw = await _timed(lambda: historian.samples(_charted(shape), (shape.end - 3_600) * NS, shape.end * NS))
    how = (
        f"{shape.charted} points in {BUCKETS} buckets of {shape.series} series, {samples / 1e6:.0f} million samples in"
        f" the file, {TIMES} times, as JSON; every second for {shape.days} days, all others on the last {shape.dense}"
    )
    return [
        Figure.at_most("series of 30 days at 1 s, p50", 1000 * share(month, 0.5), "ms", 100, how),
        Figure.noted("series of 30 days at 1 s, p95", 1000 * share(month, 0.95), "ms", how),
        Figure.noted("series of a day at 1 s, p50", 1000 * share(day, 0.5), "ms", how),
        Figure.at_most(
            "raw stretch of an hour at 1 s, p50", 1000 * share(hour, 0.5), "ms", 300, "3,600 buckets of 1 s"
        ),
        Figure.noted("36,000 samples in columns, p50", 1000 * share(raw, 0.5), "ms", "one hour of 10 points"),
    ]


@measure(area="series")
async def influx_beside() -> list[Figure]:
    """The same 10 points × 30 days in an InfluxDB 1.6, alone in it, through the same interface and by one query."""
    shape = Shape(series=10)
    async with _influx() as server:
        await asyncio.to_thread(_write, server, shape)
        async with InfluxHistorian(InfluxSettings(server.url, "bench"), SystemClock()) as historian:
            month = await _times(historian, shape, shape.days * DAY, BUCKETS, times=3)
        fields = ", ".join(f"min(p{n}), max(p{n}), mean(p{n})" for n in range(shape.charted))
        where = f"time >= {shape.start * NS} AND time < {shape.end * NS}"
        statement = f"SELECT {fields} FROM bench WHERE {where} GROUP BY time(2700s)"  # noqa: S608 - words of ours
        alone = await _timed(lambda: asyncio.to_thread(server.query, statement, "bench"), times=3)
    how = "10 points alone in an InfluxDB 1.6, every second for 30 days, no continuous queries"
    return [
        Figure.noted("InfluxDB 1.6: series of 30 days, the same interface", 1000 * share(month, 0.5), "ms", how),
        Figure.noted("InfluxDB 1.6: min, max, mean in one query", 1000 * share(alone, 0.5), "ms", how),
    ]


def _charted(shape: Shape) -> list[Series]:
    return [shape.name(number) for number in range(shape.charted)]


async def _times(historian: Historian, shape: Shape, seconds: int, buckets: int, times: int = TIMES) -> list[float]:
    """Seconds of each chart up to the end, the JSON of its columns with it."""

    async def chart() -> bytes:
        found = await historian.series(_charted(shape), (shape.end - seconds) * NS, shape.end * NS, buckets)
        assert all(int(each.count.sum()) == seconds for each in found), [int(each.count.sum()) for each in found]
        return _json(found)

    return await _timed(chart, times)


async def _timed(work: Callable[[], Awaitable[object]], times: int = TIMES) -> list[float]:
    await work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        await work()
        taken.append(time.perf_counter() - began)
    return taken


def _json(found: list[Buckets]) -> bytes:
    names = ("count", "minimum", "maximum", "mean", "first", "last", "bad", "uncertain", "silent")
    items = [{name: np.ascontiguousarray(getattr(each, name)) for name in names} for each in found]
    return orjson.dumps({"start": found[0].start, "items": items}, option=orjson.OPT_SERIALIZE_NUMPY)


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
