"""A whole normal day of the estate through the real engine, held to ISA-18.2's measures."""

from __future__ import annotations

from collections import Counter
from typing import Final

from facility.clock import NS
from facility.resolve import read_site
from tests.edge.alarms.normal_day import STEP, lived
from tests.measure import Figure, measure
from tests.simulators.conftest import ESTATE

STALE: Final = 24 * 3600 * NS


@measure(area="alarms")
def normal_day() -> list[Figure]:
    """A Wednesday in November, midnight to midnight."""
    day = lived(read_site(ESTATE).inventory, "2026-11-18T00:00", "2026-11-19T00:00")
    often = Counter(name for _, name in day.raised).most_common(3)
    how = f"the estate, every point each {STEP:g} s; most often: {often or 'none'}"
    chattering = [name for name, most in day.most_within(60).items() if most >= 3]
    return [
        Figure.at_most("alarms a 10 min on a normal day", len(day.raised) / (24 * 6), "", 1, how),
        Figure.exactly("chattering alarms on a normal day", len(chattering), "", 0, how),
        Figure.at_most("stale alarms on a normal day", sum(age > STALE for age in day.oldest), "", 4, how),
    ]
