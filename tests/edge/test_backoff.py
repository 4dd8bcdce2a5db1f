"""How long each end of the edge waits at most before it is tried again."""

from __future__ import annotations

import random
from pathlib import Path
from typing import cast

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV2
from edge.instructions import Inbox
from edge.live import LiveLink
from edge.points import point_table
from edge.snapshot import Snapshot
from edge.spool import Spool
from edge.uplink import Uplink
from facility.clock import ManualClock
from tests.edge.building import equipment, inventory, point

SITE = inventory(equipment("pump-1", [point("flow")]))
CLOCK = ManualClock()
END = Endpoint("cloud", "http://127.0.0.1:1")


async def nothing() -> None:
    """No alarm is active."""


def longest(backoff: Backoff) -> float:
    return max(backoff.next() for _ in range(200))


def test_a_cloud_that_is_back_is_found_within_five_seconds_a_historian_within_fifteen(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "s.db", CLOCK, site="riverside", gateway="riverside-1")
    uplink = Uplink(spool, END, SITE, CLOCK, nothing)
    live = LiveLink(END, SITE, spool, cast("Inbox", None), Snapshot(point_table(SITE), CLOCK), CLOCK, version="1")
    assert all(2.5 < longest(lane._backoff) <= 5.0 for lane in uplink._lanes)
    assert 2.5 < longest(live.backoff) <= 5.0
    assert 7.5 < longest(Historian(spool, InfluxV2(END, "o", "b", CLOCK), CLOCK)._backoff) <= 15.0


def test_what_the_end_asked_for_is_waited_for_and_not_for_ever() -> None:
    backoff = Backoff(0.5, 5.0)
    assert 100.0 <= backoff.next(100.0) <= 125.0
    assert backoff.next(1e9) <= 750.0


def test_gateways_that_lost_their_cloud_together_are_spread_over_half_of_each_step() -> None:
    many = [Backoff(1.0, 8.0, random.Random(seed)) for seed in range(200)]
    for step in (1.0, 2.0, 4.0, 8.0, 8.0):
        waits = [backoff.next() for backoff in many]
        assert step / 2 <= min(waits) < 0.55 * step
        assert 0.95 * step < max(waits) <= step
    many[0].reset()
    assert many[0].next() <= 1.0
