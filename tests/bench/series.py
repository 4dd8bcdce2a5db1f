"""How fast a month of seconds becomes a chart: the embedded historian's roll-ups and raw rows."""

from __future__ import annotations

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from cloud.historian.embedded.historian import EmbeddedHistorian
from facility.clock import NS
from tests.bench._charts import BUCKETS, TIMES, chart_times, charted, timed
from tests.bench._measured import share
from tests.bench._months_of_series import DAY, Shape, fill
from tests.measure import Figure, measure


@measure(area="series")
async def charts_of_a_month() -> list[Figure]:
    """10 points × 30 days, of a file with 600 series; and raw stretches of them."""
    shape = Shape()
    with TemporaryDirectory(prefix="gatehouse-series-") as folder:
        samples = await asyncio.to_thread(fill, Path(folder) / "historian.duckdb", shape)
        async with EmbeddedHistorian(Path(folder)) as historian:
            month = await chart_times(historian, shape, shape.days * DAY, BUCKETS)
            day = await chart_times(historian, shape, DAY, BUCKETS)
            hour = await chart_times(historian, shape, 3_600, 3_600)
            raw = await timed(lambda: historian.samples(charted(shape), (shape.end - 3_600) * NS, shape.end * NS))
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
