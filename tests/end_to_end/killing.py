"""kill -9 of edge and cloud again and again while devices count, the oracle looking on."""

from __future__ import annotations

import random
import time

from facility.clock import SystemClock
from tests.end_to_end.counted import Counted
from tests.end_to_end.oracle import Count, Oracle
from tests.measure import Figure

LONGEST = 1.5
"""Seconds that a part runs at most before it is killed again."""
AT_START = 0.5
"""The share of starts that are not waited for: the next kill comes within `LONGEST` of the command."""


def kill_edge(road: Counted, oracle: Oracle, times: int, chance: random.Random) -> list[float]:
    """Every other one, on the whole, comes at any moment of a start; seconds until it was up, of each waited for."""
    took = []
    for left in reversed(range(times)):
        time.sleep(chance.uniform(0.0, LONGEST))
        road.kill(road.edge)
        oracle.look()
        if left and chance.random() < AT_START:
            road.edge.start()
        else:
            took.append(road.start_edge())
    return took


def kill_cloud(road: Counted, oracle: Oracle, times: int, chance: random.Random) -> None:
    """Every other one, on the whole, comes at any moment of a start, the others a moment after it served."""
    for left in reversed(range(times)):
        time.sleep(chance.uniform(0.0, LONGEST))
        road.kill(road.cloud)
        oracle.look()
        if left and chance.random() < AT_START:
            road.cloud.start()
        else:
            road.start_cloud()
            oracle.look()


def away(road: Counted, oracle: Oracle, seconds: float) -> int:
    """The cloud is killed and comes back after so long, the oracle looking on; UTC ns of its return."""
    road.kill(road.cloud)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(min(5.0, seconds))
        oracle.look()
    road.start_cloud()
    return SystemClock().now()


def judged(road: Counted, oracle: Oracle) -> dict[str, Count]:
    """What the oracle says once all that is on the disk of the edge has been delivered."""
    oracle.look()
    road.caught_up()
    return {
        "samples": oracle.samples(),
        "messages": oracle.messages(),
        "events": oracle.events(),
        "effects of alarms": oracle.effects(),
    }


def figures(name: str, how: str, counts: dict[str, Count]) -> list[Figure]:
    """Nothing lost, nothing doubled, nothing altered."""
    return [
        Figure.exactly(f"{name}: {what} {wrong}", getattr(count, wrong), "", 0, f"{how}; {count}")
        for what, count in counts.items()
        for wrong in ("lost", "doubled", "altered")
    ]
