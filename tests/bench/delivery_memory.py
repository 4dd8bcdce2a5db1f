"""Half an hour of 2,000 points a second under a limit of 256 MB, the cloud away for five minutes of it: flat memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

from tests.bench._measured import resident
from tests.end_to_end.counted import Counted
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

UNITS = 40
MINUTES = 30.0
WARM_UP = 3.0
"""Minutes until what the edge consists of stands."""
AWAY = (12.0, 17.0)
"""Minutes between which the cloud is away."""
SIDE = 3.0
"""Minutes at the beginning and at the end whose medians are compared."""
LIMIT = 256 << 20
LOOK = 2.0


@measure(area="delivery")
def memory() -> Iterator[Figure]:
    """The edge alone is limited: by its private writable memory, so that a leak ends it."""
    yield from flat(MINUTES / 30.0)


def flat(scale: float) -> Iterator[Figure]:
    """All times by so much shorter."""
    road = Counted(units=UNITS, rate=3.0)
    road.edge.around = ("prlimit", f"--data={LIMIT}")
    with road:
        time.sleep(WARM_UP * 60 * scale)
        seen = watched(road, scale)
        until(lambda: road.backlog()["telemetry"] <= 2, 300, road.logs)
    minutes = MINUTES - WARM_UP - SIDE
    first = median(mb for at, mb in seen if at <= SIDE)
    last = median(mb for at, mb in seen if at >= minutes)
    how = (
        f"{UNITS * 50:,} points/s, 3 messages/s, {MINUTES * scale:.0f} min, the cloud away from minute "
        f"{AWAY[0] * scale:g} to {AWAY[1] * scale:g}; RLIMIT_DATA 256 MB; medians of the first and last "
        f"{SIDE * scale:g} min: {first:.1f} and {last:.1f} MB resident"
    )
    growth = (last - first) / (minutes * scale) * 10
    yield Figure.at_most("edge memory: growth in 10 minutes", growth, "MB", 1.0, how)
    yield Figure.at_most("edge memory: most of all", max(mb for _, mb in seen), "MB", LIMIT / 1e6, how)


def watched(road: Counted, scale: float) -> list[tuple[float, float]]:
    """(minute after the warm-up as if not shortened, MB resident), the cloud killed and started again meanwhile."""
    begin, seen, away = time.monotonic(), list[tuple[float, float]](), False
    while (at := (time.monotonic() - begin) / 60 / scale) < MINUTES - WARM_UP:
        road.edge.check()
        seen.append((at, resident(road.edge.pid)))
        should = AWAY[0] <= at + WARM_UP < AWAY[1]
        if should and not away:
            road.kill(road.cloud)
        elif away and not should:
            road.start_cloud()
        away = should
        time.sleep(LOOK)
    return seen
