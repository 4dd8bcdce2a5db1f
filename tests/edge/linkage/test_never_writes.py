"""Linkage only watches: nothing that it can reach through its imports can write to a device."""

from __future__ import annotations

import grimp

from facility.resolve import read_site
from tests.simulators.conftest import ESTATE

WRITERS = ("edge.written", "edge.poller", "edge.polled_line", "edge.polled_unit", "drivers", "edge.agent")
"""Where a value leaves for a device, and what could hand one on."""


def test_nothing_that_writes_is_within_its_reach() -> None:
    graph = grimp.build_graph("edge", "drivers", "facility")
    mine = sorted(m for m in graph.modules if m.startswith("edge.linkage"))
    assert len(mine) >= 6
    writers = {m for m in graph.modules if m.startswith(WRITERS)}
    assert writers
    reached = {m for one in mine for m in graph.find_upstream_modules(one)}
    assert reached & writers == set()


def test_what_a_fire_moves_is_never_written_on_the_estate() -> None:
    inventory = read_site(ESTATE).inventory
    awaited = {effect.point.partition(".")[0] for zone in inventory.linkage for effect in zone.effects}
    written = {e.id for e in inventory.equipment if e.id in awaited and e.writes != "never"}
    assert all(e.startswith(("door-", "barrier-")) for e in written), "doors and barriers may be opened, nothing else"
