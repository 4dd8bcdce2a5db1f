"""The interval ledger against an independent oracle: 10,000 made-up lives of registers, every interval judged."""

from __future__ import annotations

from collections.abc import Iterator

from tests.facility.energy.register_histories import lived, wrong_of
from tests.measure import Figure, measure

LIVES = 10_000


@measure(area="energy")
def lives_of_registers() -> Iterator[Figure]:
    """Roll-over at seven widths, reset, lost counts, gap, stray, duplicate, late, replacement with other multiplier."""
    wrong, intervals, rolled, strays = [], 0, 0, 0
    for seed in range(LIVES):
        life = lived(seed)
        wrong += wrong_of(life, thin=seed % 2 == 1)
        intervals += (life.told[-1].at - life.told[0].at) // (900 * 10**9)
        rolled, strays = rolled + life.rolled, strays + life.strays
    for each in wrong[:20]:
        print(each)
    how = f"{LIVES} lives, {intervals} intervals, {rolled} roll-overs, {strays} strays; every second one thinned"
    yield Figure.exactly("ledger: lives that do not add up", sum("add up" in each for each in wrong), "", 0, how)
    yield Figure.exactly("ledger: wrong amounts, qualities or coverage", len(wrong), "", 0, how)
