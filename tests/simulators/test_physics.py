from datetime import date

import numpy as np
import pytest

from facility.clock import NS, from_iso
from facility.inventory import Inventory
from facility.point import Kind
from simulators.calendar import DayKind, kind_of
from simulators.equipment.pump import MOTOR_EFFICIENCY, shaft_power
from simulators.plant import Plant
from tests.simulators.conftest import WEDNESDAY, Shown

HOUR = 3600


def test_pump_energy_is_the_integral_of_its_power(shown: Shown) -> None:
    before, integral = shown["pump-1.energy"], 0.0
    for _ in range(900):
        shown.run(1.0)
        integral += shown["pump-1.power"] / 3600.0
    assert integral > 0.1
    assert shown["pump-1.energy"] - before == pytest.approx(integral, rel=1e-9)


def test_pump_power_agrees_with_flow_and_head(shown: Shown) -> None:
    seen = 0
    for _ in range(600):
        shown.run(1.0)
        for pump in ("pump-1", "pump-2", "pump-3", "pump-4"):
            if shown.word(f"{pump}.running") == "running":
                head = (shown[f"{pump}.discharge_pressure"] - shown[f"{pump}.suction_pressure"]) * 1000.0
                water = head * shown[f"{pump}.flow"] / 3600.0
                assert 0.1 < water / shown[f"{pump}.power"] < 0.66 * MOTOR_EFFICIENCY + 0.02
                seen += 1
    assert seen > 600


def test_affinity_laws() -> None:
    full = shaft_power(12.0, 60.0, 1.0, 12.0)
    slow = shaft_power(9.6, 60.0 * 0.64, 0.8, 12.0)
    assert slow == pytest.approx(full * 0.8**3)
    assert full == pytest.approx(9.79 * 60.0 * 12.0 / 3600.0 / 0.66)
    assert shaft_power(0.0, 50.0, 0.0, 12.0) == 0.0


def test_parent_meters_are_their_children_and_their_own(shown: Shown) -> None:
    children = {"meter-main": ("meter-tower-a", "meter-tower-b", "meter-public", "meter-charging"),
                "meter-public": ("meter-lifts", "meter-pumps", "meter-lighting")}  # fmt: skip
    begin = {m: shown[f"{m}.energy_import"] for p, c in children.items() for m in (p, *c)}
    shown.run(6 * HOUR, step=10.0)
    used = {m: shown[f"{m}.energy_import"] - e for m, e in begin.items()}
    nodes = shown.plant.premises.power.nodes
    for parent, its in children.items():
        below = sum(nodes[c].power for c in its)
        assert nodes[parent].power == pytest.approx(below + nodes[parent].own)
        assert sum(used[c] for c in its) < used[parent] * 1.01
    assert used["meter-public"] > 1.15 * sum(used[c] for c in children["meter-public"])


def test_pumps_and_lifts_are_what_their_meters_measure(shown: Shown) -> None:
    lifts = [f"lift-{i}.energy" for i in range(1, 5)]
    begin, metered = sum(shown[x] for x in lifts), shown["meter-lifts.energy_import"]
    shown.run(4 * HOUR, step=5.0)
    used = sum(shown[x] for x in lifts) - begin
    assert used > 1.0
    assert shown["meter-lifts.energy_import"] - metered == pytest.approx(used, rel=0.01)


def test_transformer_carries_the_main_meter(shown: Shown) -> None:
    assert shown["transformer-1.power"] == pytest.approx(shown["meter-main.active_power"], rel=0.05)
    assert 380 <= shown["transformer-1.voltage"] <= 420


def test_water_that_comes_in_is_water_that_is_used(shown: Shown) -> None:
    water = shown.plant.premises.water
    level, volume, garden = water.tank.level, shown["water-main.volume"], shown["water-garden.volume"]
    drawn = 0.0
    for _ in range(HOUR // 2):
        shown.run(1.0)
        drawn += sum(s.flow for s in water.sets) / 3600.0
    came = shown["water-main.volume"] - volume - (shown["water-garden.volume"] - garden)
    assert came == pytest.approx(drawn + (water.tank.level - level) * water.tank.area, abs=0.02)
    assert drawn > 0.8


def _day(inventory: Inventory, day: str) -> tuple[float, list[float]]:
    """Pumped m3 of a day, and its hourly shape."""
    plant = Plant(inventory, start=from_iso(f"{day}T00:00:00+08:00"))
    hours = []
    for _ in range(24):
        hours.append(0.0)
        for _ in range(12):
            plant.advance(plant.time + 300 * NS, step=300.0)
            hours[-1] += sum(s.demand for s in plant.premises.water.sets) / 12.0
    return sum(hours), hours


def test_workday_weekend_and_festival_differ(inventory: Inventory) -> None:
    days = {name: _day(inventory, day) for name, day in
            {"work": "2026-03-11", "weekend": "2026-03-14", "festival": "2026-02-18"}.items()}  # fmt: skip
    assert kind_of(date(2026, 2, 18)) is DayKind.FESTIVAL
    assert days["festival"][0] < 0.75 * days["work"][0]
    morning = {name: sum(hours[6:8]) / total for name, (total, hours) in days.items()}
    assert morning["work"] > 1.6 * morning["weekend"]
    noon = {name: sum(hours[10:13]) / total for name, (total, hours) in days.items()}
    assert noon["festival"] > 1.3 * noon["work"]


def test_the_same_seed_is_the_same_building(inventory: Inventory) -> None:
    def lived(seed: int) -> Plant:
        plant = Plant(inventory, start=WEDNESDAY, seed=seed)
        plant.advance(WEDNESDAY + 120 * NS)
        plant.inject("pump-1", "dry_run")
        plant.advance(WEDNESDAY + 600 * NS)
        return plant

    one, two, other = lived(7), lived(7), lived(8)
    assert np.array_equal(one.values, two.values, equal_nan=True)
    assert one.drain() == two.drain()
    assert not np.array_equal(one.values, other.values, equal_nan=True)


def test_counters_go_on_after_a_restart(inventory: Inventory) -> None:
    first = Plant(inventory, start=WEDNESDAY)
    first.advance(WEDNESDAY + HOUR * NS, step=30.0)
    second = Plant(inventory, start=first.time, counters=first.counters())
    for point, value in first.counters().items():
        assert second.counters()[point] == pytest.approx(value, abs=1e-3), point
    assert sum(p.means.kind is Kind.COUNTER for p in inventory.points) == len(first.counters()) > 40


def test_lifts_travel_and_count(shown: Shown) -> None:
    floors = set()
    trips = shown["lift-1.trips"]
    for _ in range(HOUR):
        shown.run(1.0)
        floors.add(shown["lift-1.floor"])
        if shown["lift-1.speed"] != 0.0:
            assert shown.word("lift-1.door") == "closed"
            assert abs(shown["lift-1.speed"]) <= 1.75
    assert len(floors) > 8
    assert 0 not in floors
    assert 5 <= shown["lift-1.trips"] - trips <= 120


def test_pumps_take_turns_at_night(inventory: Inventory) -> None:
    shown = Shown(Plant(inventory, start=from_iso("2026-11-18T02:00:00+08:00")))
    begin = {f"pump-{i}": shown[f"pump-{i}.starts"] for i in range(1, 5)}
    shown.run(2 * HOUR, step=4.0)
    starts = [shown[f"{p}.starts"] - n for p, n in begin.items()]
    assert all(1 <= n < 30 for n in starts), starts
