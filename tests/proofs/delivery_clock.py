"""The clock two hours back, 26 hours ahead, 1970 and then right, summer time's end: nothing stalls, all is marked."""

from __future__ import annotations

from collections.abc import Iterator

from tests.end_to_end.clock_steps import ALL, walked
from tests.end_to_end.killing import figures
from tests.measure import Figure, measure

SECONDS = 20.0


@measure(area="delivery")
def clock() -> Iterator[Figure]:
    """Each setting for 20 s."""
    walk = walked(ALL, SECONDS)
    how = "; ".join(f"{p.setting.name}: {p.events} events {sorted(p.marks)}" for p in walk.phases)
    yield from figures("clock", how, {name: count for name, count in walk.counts.items() if name != "samples"})
    for name, wrong in walk.wrong().items():
        told = "; ".join([*wrong[:3], f"{walk.refused} samples in dead letters", how])
        yield Figure.exactly(f"clock: {name}", len(wrong), "", 0, told)
