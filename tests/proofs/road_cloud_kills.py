"""The cloud killed a hundred times while devices count: the oracle compares what was accepted with what it holds."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.end_to_end.counted import Counted
from tests.end_to_end.killing import figures, judged, kill_cloud
from tests.end_to_end.oracle import Oracle
from tests.measure import Figure, measure

KILLS = 100


@measure(area="road")
def cloud_kills() -> Iterator[Figure]:
    """100 kills -9 of the cloud: at most 1.5 s after it served, or after it was started."""
    with Counted(units=10, rate=5.0) as road:
        oracle = Oracle(road)
        kill_cloud(road, oracle, KILLS, random.Random(5))
        counts = judged(road, oracle)
    yield from figures("cloud killed", f"{KILLS} kills -9 of the cloud, 500 points/s and 5 messages/s", counts)
