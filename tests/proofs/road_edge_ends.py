"""The edge asked to end thirty times in each phase of its life while devices count: in order, and nothing lost."""

from __future__ import annotations

import random
from collections.abc import Iterator

from tests.end_to_end.counted import Counted
from tests.end_to_end.ending import end_again_and_again
from tests.end_to_end.killing import figures, judged
from tests.end_to_end.oracle import Oracle
from tests.measure import Figure, measure

TIMES = 30
WITHIN = 5.0


@measure(area="road")
def edge_ends() -> Iterator[Figure]:
    """30 SIGTERMs each: as it starts, just up, at work, cut off from the cloud, and while it drains."""
    with Counted(units=10, rate=5.0) as road:
        oracle = Oracle(road)
        ends = end_again_and_again(road, oracle, TIMES, random.Random(5))
        counts = judged(road, oracle)
    how = f"{TIMES} SIGTERMs in each of {len(ends)} phases; 500 points/s and 5 messages/s"
    for name, phase in ends.items():
        where = f"{how}; {phase.early} of this phase came before Python itself listened"
        yield Figure.exactly(f"edge asked to end, {name}: exit codes other than 0", phase.wrong, "", 0, where)
        yield Figure.at_most(f"edge asked to end, {name}: worst", max(phase.took, default=0.0), "s", WITHIN, where)
    yield from figures("edge asked to end", how, counts)
