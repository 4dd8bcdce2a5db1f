"""Fifty gateways with a backlog each come back at once to one cloud: it refuses nobody, and nobody is starved."""

from __future__ import annotations

from collections.abc import Iterable

from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.many_gateways import EVENTS, POINTS, come_back
from tests.measure import Figure, measure

GATEWAYS = 50
RECORDS = 120


@measure(area="delivery")
async def fifty_at_once() -> Iterable[Figure]:
    """Two minutes of 50 points each second, and 200 events, of each."""
    with LoneCloud() as cloud:
        found = await come_back(cloud, GATEWAYS, RECORDS)
    first, last = min(found.seconds), max(found.seconds)
    how = f"{GATEWAYS} gateways with {RECORDS} records of {POINTS} points and {EVENTS} events each; {found.statuses}"
    wrong = [word for count in found.counts for word in count.words]
    return [
        Figure.exactly("many gateways: answers 5xx", found.failed, "", 0, how),
        Figure.at_most("many gateways: the last one drained", last, "s", 120, how),
        Figure.at_most("many gateways: last one against first", last / first, "×", 3, f"first after {first:.1f} s"),
        Figure.exactly("many gateways: lost, doubled or altered", len(wrong), "", 0, "; ".join([*wrong[:3], how])),
    ]
