"""Power failures in a hundred orders of batches: 267 raw alarms, few rows, the cause first, the fire among them."""

from __future__ import annotations

from tests.edge.alarms.flood import CAUSE, FIRE, RAW, flooded
from tests.measure import Figure, measure

FAILURES = 100


@measure(area="alarms")
def power_failure() -> list[Figure]:
    """Nine devices on one UPS; a fire alarm comes in the middle of it."""
    rows, first, hidden, raw = [], 0, 0, set[int]()
    for seed in range(FAILURES):
        told = flooded(seed)
        rows.append(len(told.announced))
        first += next(name for name in told.announced if name != FIRE) == CAUSE
        hidden += FIRE not in told.announced
        raw.add(len(told.raised - {FIRE}))
    how = f"{FAILURES} failures of 9 devices on one UPS, each in an order of its own, a fire in each"
    return [
        Figure.exactly("raw alarms of a power failure", max(raw), "", RAW, how),
        Figure.at_most("rows that are announced, the most", max(rows), "", 10, how),
        Figure.exactly("failures whose cause is announced first", first, "", FAILURES, how),
        Figure.exactly("life-safety rows hidden", hidden, "", 0, how),
    ]
