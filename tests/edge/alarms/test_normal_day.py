"""The estate in its busiest hours, through the real engine: nobody is told anything while nothing is wrong."""

from __future__ import annotations

import pytest

from facility.inventory import Inventory
from facility.resolve import read_site
from tests.edge.alarms.normal_day import lived
from tests.simulators.conftest import ESTATE


@pytest.fixture(scope="module")
def estate() -> Inventory:
    return read_site(ESTATE).inventory


def test_a_normal_morning_is_quiet(estate: Inventory) -> None:
    day = lived(estate, "2026-11-18T06:30", "2026-11-18T08:30")
    assert day.raised == []
    assert day.oldest == []


def test_a_broken_pump_is_told_once(estate: Inventory) -> None:
    day = lived(estate, "2026-11-18T06:30", "2026-11-18T07:00", faults={"pump-1": "trip"})
    assert [name for _, name in day.raised if name.startswith("pump-1.")] == ["pump-1..trip"]
    assert max(day.most_within(1800).values()) == 1
