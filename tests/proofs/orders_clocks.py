"""Ten thousand random timelines of orders: all four clocks against an independent oracle, to the nanosecond."""

from __future__ import annotations

from typing import Final

from facility.clock import NS
from tests.cloud.work_orders.clock_oracle import worst
from tests.measure import Figure, measure

TIMELINES: Final = 10_000


@measure(area="orders")
def timelines() -> list[Figure]:
    """Both profiles that ship and a contract in working hours, three zones, three sets of calendars."""
    found = [worst(seed) for seed in range(TIMELINES)]
    error, compared = max(error for error, _ in found), sum(count for _, count in found)
    how = "pause, class change, holiday, DST, calendar change, re-open; the oracle reads a table of minutes"
    return [
        Figure.exactly("error of an order's clock", error / NS, "s", 0, how),
        Figure.at_least("clocks compared", compared, "clocks", 4 * TIMELINES, how),
    ]
