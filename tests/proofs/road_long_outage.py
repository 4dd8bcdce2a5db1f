"""The cloud is away for ten minutes under 2,000 points and 5 events a second: what arrives, and how soon."""

from __future__ import annotations

import time
from collections.abc import Iterator

from facility.clock import NS, SystemClock
from facility.event import Lane
from tests.bench._measured import share
from tests.end_to_end.counted import Counted
from tests.end_to_end.killing import away, figures, judged
from tests.end_to_end.oracle import Oracle
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure

SECONDS = 600.0
LIVE = 2
"""Records of telemetry that wait although the backlog is drained."""


@measure(area="road")
def long_outage() -> Iterator[Figure]:
    """Ten minutes, then the drain."""
    with Counted(units=40, rate=3.0) as road:
        oracle = Oracle(road)
        back = away(road, oracle, SECONDS)
        events = until(lambda: drained(road, Lane.EVENT, LIVE), 300.0, road.logs)
        telemetry = until(lambda: drained(road, Lane.TELEMETRY, LIVE), 300.0, road.logs)
        counts = judged(road, oracle)
        late = oracle.late(events, telemetry) or [float("inf")]
    took = (telemetry - back) / NS
    how = (
        f"cloud away for {SECONDS:.0f} s, 2,000 points/s, 3 messages/s and 2 alarm events/s; drained {took:.1f} s after"
    )
    yield from figures("long outage", how, counts)
    yield Figure.at_least("long outage: drain against the live rate", SECONDS / took, "×", 5, how)
    yield Figure.noted("long outage: events drained", (events - back) / NS, "s", how)
    told = f"{len(late)} events recorded between the two ends of the drains; {how}"
    yield Figure.at_most(
        "long outage: live event in the cloud during the drain, p99", share(late, 0.99), "s", 2.0, told
    )


def drained(road: Counted, lane: Lane, rest: int) -> int:
    """UTC ns when no more than `rest` records wait in the lane; 0 while more do."""
    time.sleep(0.05)
    return SystemClock().now() if road.backlog()[lane] <= rest else 0
