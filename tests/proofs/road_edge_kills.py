"""The edge killed two hundred times while devices count: the oracle compares what they said with what arrived."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.bench._measured import share
from tests.end_to_end.counted import Counted
from tests.end_to_end.killing import LONGEST, figures, judged, kill_edge
from tests.end_to_end.oracle import Oracle
from tests.measure import Figure, measure

KILLS = 200


@measure(area="road")
def edge_kills() -> Iterator[Figure]:
    """200 kills -9 of the edge: at most 1.5 s after it was up, or after it was started."""
    with Counted(units=10, rate=5.0) as road:
        oracle = Oracle(road)
        took = kill_edge(road, oracle, KILLS, random.Random(4))
        counts = judged(road, oracle)
    how = (
        f"{KILLS} kills -9 of the edge, {KILLS - len(took)} of them within {LONGEST} s of its start command; "
        "500 points/s and 5 messages/s"
    )
    yield from figures("edge killed", how, counts)
    yield Figure.at_most("edge killed: up again, p50", share(took, 0.5), "s", 2.0, how)
    yield Figure.at_most("edge killed: up again, worst", max(took), "s", 2.0, how)
