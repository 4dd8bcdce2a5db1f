"""Charts of a month of seconds, timed: what benches of historians share."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

import numpy as np
import orjson

from cloud.historian.base import Buckets, Historian, Series
from facility.clock import NS
from tests.bench._months_of_series import Shape

TIMES: Final = 30
BUCKETS: Final = 1_000


def charted(shape: Shape) -> list[Series]:
    """The points of the chart."""
    return [shape.name(number) for number in range(shape.charted)]


async def chart_times(
    historian: Historian, shape: Shape, seconds: int, buckets: int, times: int = TIMES
) -> list[float]:
    """Seconds of each chart up to the end, the JSON of its columns with it."""

    async def chart() -> bytes:
        found = await historian.series(charted(shape), (shape.end - seconds) * NS, shape.end * NS, buckets)
        assert all(int(each.count.sum()) == seconds for each in found), [int(each.count.sum()) for each in found]
        return _json(found)

    return await timed(chart, times)


async def timed(work: Callable[[], Awaitable[object]], times: int = TIMES) -> list[float]:
    """Seconds of each time, after one that is not counted."""
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
