import math
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from facility.errors import ConfigError
from facility.inventory import Inventory
from facility.point import Kind
from simulators.plant import Plant, behaviour_of
from tests.simulators.conftest import WEDNESDAY, Shown

Sees = Callable[[Shown], bool]


def _is(point: str, word: str) -> Sees:
    return lambda s: s.word(point) == word


def _above(point: str, limit: float) -> Sees:
    return lambda s: s[point] > limit


def _below(point: str, limit: float) -> Sees:
    return lambda s: s[point] < limit


def _all(*sees: Sees) -> Sees:
    return lambda s: all(see(s) for see in sees)


CASES: list[tuple[str, str, dict[str, str], float, Sees]] = [
    ("pump-1", "dry_run", {}, 2, _all(_is("pump-1.running", "running"), _below("pump-1.flow", 0.5))),
    ("pump-2", "dry_run", {}, 2, _all(_is("pump-2.running", "running"), _below("pump-2.flow", 0.5))),
    ("pump-1", "trip", {}, 2, _all(_is("pump-1.fault", "fault"), _is("pump-1.running", "stopped"))),
    ("pump-1", "bearing_wear", {"over": "30s"}, 60, _above("pump-1.vibration", 7.1)),
    ("pump-1", "leak", {"flow": "9"}, 5, lambda s: s["pump-1.flow"] + s["pump-2.flow"] > 9.0),
    ("pump-1", "not_in_auto", {}, 2, _is("pump-1.mode", "manual")),
    ("pump-1", "overload", {}, 5, _above("pump-1.current", 8.2)),
    ("sump-1", "flood", {}, 240, _is("sump-1.high_level", "high")),
    ("sump-1", "trip", {"pump": "2"}, 2, _is("sump-1.pump_2_fault", "fault")),
    ("sump-1", "float_stuck", {}, 2, _all(_is("sump-1.high_level", "high"), _below("sump-1.level", 1.0))),
    ("sump-1", "not_in_auto", {}, 2, _is("sump-1.mode", "manual")),
    ("transformer-1", "mains_lost", {}, 3,
     _all(_below("transformer-1.voltage", 100), _below("meter-main.voltage_l1", 1))),
    ("transformer-1", "mains_lost", {}, 5, _is("fire-panel-status.mains", "fault")),
    ("transformer-1", "mains_lost", {}, 30, _all(_is("lift-1.mode", "out_of_service"), _is("lift-1.door", "open"))),
    ("transformer-1", "breaker_trip", {}, 3, _is("transformer-1.breaker", "tripped")),
    ("transformer-1", "overload", {}, 3, _above("transformer-1.power", 0.9 * 630)),
    ("transformer-1", "hot", {}, 240, _above("transformer-1.temperature", 130)),
    ("fire-water-1", "not_in_auto", {}, 2, _is("fire-water-1.mode", "manual")),
    ("fire-water-1", "power_lost", {}, 2, _is("fire-water-1.supply_power", "lost")),
    ("fire-water-1", "tank_low", {}, 90, _below("fire-water-1.tank_level", 2.5)),
    ("fire-water-1", "roof_tank_low", {}, 90, _below("fire-water-1.roof_tank_level", 1.2)),
    ("fire-water-1", "pressure_low", {}, 30, _below("fire-water-1.worst_point_pressure", 0.1)),
    ("fire-water-1", "ran_without_fire", {}, 2, _is("fire-water-1.running", "running")),
    ("lift-1", "person_trapped", {}, 2,
     _all(_is("lift-1.person_trapped", "trapped"), _is("lift-1.alarm_button", "pressed"))),
    ("lift-1", "door_fault", {}, 2, _above("lift-1.fault_code", 0)),
    ("lift-1", "out_of_service", {}, 2, _is("lift-1.mode", "out_of_service")),
    ("lift-1", "overspeed", {}, 2, lambda s: abs(s["lift-1.speed"]) > 1.15 * 1.75),
    ("lift-1", "inspection", {}, 2, _is("lift-1.mode", "inspection")),
    ("lift-1", "levelling", {}, 600, _all(_is("lift-1.door", "open"), _above("lift-1.levelling_error", 10))),
    ("fire-panel", "smoke", {"address": "l1d003", "spread": "never"}, 2, _is("fire-panel.l1d003.fire", "fire")),
    ("fire-panel", "smoke", {"address": "l1d003"}, 2, _is("fire-panel-status.system_fire", "fire")),
    ("fire-panel", "call_point", {}, 2, _is("fire-panel.l1m001.fire", "fire")),
    ("fire-panel", "fault", {"address": "l2d010"}, 2, _is("fire-panel.l2d010.fault", "fault")),
    ("fire-panel", "pre_alarm", {}, 2, _is("fire-panel.l1d001.pre_alarm", "pre_alarm")),
    ("fire-panel", "shielded", {"address": "l2d010"}, 2, _is("fire-panel-status.system_shielded", "shielded")),
    ("fire-panel", "supervisory", {}, 2, _is("fire-panel.l1d001.supervisory", "supervisory")),
    ("fire-panel", "missing", {}, 2, _is("fire-panel.l1d001.missing", "missing")),
    ("fire-panel", "mains_lost", {}, 2, _is("fire-panel-status.mains", "fault")),
    ("fire-panel", "battery_lost", {}, 2, _is("fire-panel-status.battery", "fault")),
    ("fire-panel", "bus_fault", {}, 2, _is("fire-panel-status.bus", "fault")),
    ("fire-panel", "manual", {}, 2, _is("fire-panel-status.mode", "manual")),
    ("door-lobby-a", "forced_open", {}, 2,
     _all(_is("door-lobby-a.alarm", "forced_open"), _is("door-lobby-a.door", "open"))),
    ("door-lobby-a", "held_open", {}, 40, _is("door-lobby-a.alarm", "open_too_long")),
    ("door-lobby-a", "tamper", {}, 2, _is("door-lobby-a.tamper", "tamper")),
    ("barrier-in", "obstructed", {}, 2, _is("barrier-in.obstruction", "obstructed")),
    ("barrier-in", "door_fault", {}, 2, _is("barrier-in.alarm", "door_fault")),
    ("door-lobby-b", "free_access", {}, 2, _is("door-lobby-b.mode", "free_access")),
    ("patrol-a-roof", "battery_low", {}, 2, _below("patrol-a-roof.battery", 20)),
    ("meter-main", "voltage_low", {}, 2, _below("meter-main.voltage_l1", 198)),
    ("meter-main", "voltage_high", {}, 2, _above("meter-main.voltage_l1", 235.4)),
    ("meter-main", "demand_high", {}, 2, _above("meter-main.demand", 420)),
    ("meter-main", "power_factor_low", {}, 2, _below("meter-main.power_factor", 0.9)),
    ("water-garden", "leak", {}, 2, _above("water-garden.flow", 1.49)),
    ("weather-1", "frost", {}, 2, _below("weather-1.temperature", 0)),
]  # fmt: skip
NOT_HERE = {
    "short_cycling", "clogged", "effect_missing", "missed", "clock_shifted", "expired_card", "wrong_card", "tailgating",
    "pedestrian", "waved_through", "duress", "passes_by",
}  # fmt: skip
"""Seen over time or in messages: each has its own test."""


@pytest.mark.parametrize(
    ("target", "fault", "arguments", "seconds", "sees"), CASES, ids=lambda v: v if isinstance(v, str) else ""
)
def test_a_fault_shows_and_goes(
    shown: Shown, target: str, fault: str, arguments: dict[str, str], seconds: float, sees: Sees
) -> None:
    assert not sees(shown)
    shown.plant.inject(target, fault, arguments)
    assert [(f.target, f.fault) for f in shown.plant.active()] == [(target, fault)]
    assert shown.within(seconds, sees)
    shown.plant.clear(target, fault)
    assert shown.plant.active() == []
    assert shown.within(900, lambda s: not sees(s))


def test_every_fault_has_a_case(inventory: Inventory) -> None:
    there = {(e.type, k.id) for e in inventory.equipment for k in behaviour_of(e.type).FAULTS}
    types = {e.id: e.type for e in inventory.equipment}
    cased = {(types[target], fault) for target, fault, *_ in CASES}
    assert {f for _, f in there - cased} == NOT_HERE - {"leak"}


def test_faults_are_named_in_both_languages(inventory: Inventory) -> None:
    for type_ in {e.type for e in inventory.equipment}:
        for kind in behaviour_of(type_).FAULTS:
            for text in (kind.name, *(p.name_text for p in kind.parameters)):
                assert any("一" <= c <= "鿿" for c in text.zh), (type_, kind.id)
                assert text.en.isascii() or "s" in text.en


def test_standby_keeps_the_pressure_of_a_tripped_or_dry_pump(shown: Shown) -> None:
    for fault in ("trip", "dry_run"):
        shown.plant.inject("pump-1", fault)
        shown.run(30)
        assert shown.word("pump-2.running") == "running"
        assert shown["pump-2.discharge_pressure"] > 0.45
        assert shown["pump-2.flow"] > 1.0
        shown.plant.clear("pump-1")
        shown.run(120)


def test_a_short_cycling_pump_starts_more_often_than_it_may(shown: Shown) -> None:
    before = shown["pump-1.starts"]
    shown.plant.inject("pump-1", "short_cycling")
    shown.run(600)
    assert shown["pump-1.starts"] - before >= 15


def test_clogged_pumps_run_and_the_level_stays(shown: Shown) -> None:
    shown.plant.inject("sump-1", "clogged")
    shown.plant.inject("sump-1", "flood", {"flow": "30"})
    running = _is("sump-1.pump_1_running", "running")
    assert shown.within(900, lambda s: running(s) or s.word("sump-1.pump_2_running") == "running")
    level = shown["sump-1.level"]
    shown.run(120)
    assert shown["sump-1.level"] > level
    shown.plant.inject("sump-2", "clogged")
    runs = ("sump-2.pump_1_running", "sump-2.pump_2_running")
    assert shown.within(2, lambda s: "running" in [s.word(pump) for pump in runs]), "nobody waits hours for the seepage"


def test_a_faulty_lift_door_reverses(shown: Shown) -> None:
    before, trips = shown["lift-1.door_reversals"], shown["lift-1.trips"]
    shown.plant.inject("lift-1", "door_fault")
    shown.run(120)
    assert shown["lift-1.door_reversals"] - before >= 10
    assert shown["lift-1.trips"] == trips
    shown.plant.clear("lift-1")
    shown.run(1200)
    assert shown["lift-1.trips"] > trips


def test_without_mains_nothing_turns_and_the_counters_stand(shown: Shown) -> None:
    shown.plant.inject("transformer-1", "mains_lost")
    shown.run(20)
    energy = shown["meter-main.energy_import"]
    shown.run(60)
    assert shown["meter-main.energy_import"] == energy
    assert all(shown.word(f"pump-{i}.running") == "stopped" for i in range(1, 5))
    shown.plant.inject("sump-2", "flood")
    assert shown.within(240, _is("sump-2.high_level", "high"))
    assert shown.word("sump-2.pump_1_running") == "stopped"


def test_mistakes_name_what_there_is(shown: Shown) -> None:
    plant = shown.plant
    for target, fault, arguments, says in (
        ("pump-9", "dry_run", {}, "did you mean 'pump-4'"),
        ("pump-1", "dryrun", {}, "did you mean 'dry_run'"),
        ("pump-1", "dry_run", {"flow": "1"}, "takes no argument 'flow'"),
        ("pump-1", "leak", {"flow": "lots"}, "a number from"),
        ("pump-1", "leak", {"flow": "nan"}, "a number from"),
        ("fire-panel", "smoke", {"address": "l3d001"}, "no address 'l3d001'"),
        ("fire-panel", "call_point", {"address": "l1d001"}, "no manual call point"),
        ("fire-panel", "smoke", {"spread": "soon"}, "no duration"),
        ("fire-panel", "effect_missing", {"name": "door_released"}, "did you mean 'doors_released'"),
        ("fire-panel", "effect_missing", {}, "needs name="),
        ("fire-panel-status", "smoke", {}, "where they are listed"),
        ("sump-1", "trip", {"pump": "3"}, "there are: 1, 2"),
    ):
        with pytest.raises(ConfigError, match=says):
            plant.inject(target, fault, arguments)
    with pytest.raises(ConfigError, match="did you mean"):
        plant.clear("pump-1", "drip")
    with pytest.raises(ConfigError, match="write simulators/equipment/chiller"):
        behaviour_of("chiller")
    assert plant.active() == []


def test_the_same_fault_twice_is_there_once(shown: Shown) -> None:
    shown.plant.inject("pump-1", "leak", {"flow": "3"})
    shown.run(5)
    shown.plant.inject("pump-1", "leak", {"flow": "5"})
    (one,) = shown.plant.active()
    assert one.arguments == {"flow": "5"}
    assert one.since == shown.plant.time - 5_000_000_000
    shown.plant.inject("fire-panel", "fault", {"address": "l1d001"})
    shown.plant.inject("fire-panel", "fault", {"address": "l1d002"})
    assert len(shown.plant.active()) == 3


_TARGETS = st.sampled_from(
    [(t, f, a) for t, f, a, *_ in CASES] + [("pump-1", "short_cycling", {}), ("door-lobby-a", "tailgating", {})]
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.booleans(), _TARGETS, st.sampled_from([1.0, 7.0, 60.0])), max_size=12))
def test_counters_never_fall_whatever_breaks(
    inventory: Inventory, deeds: list[tuple[bool, tuple[str, str, dict[str, str]], float]]
) -> None:
    plant = Plant(inventory, start=WEDNESDAY)
    before = plant.counters()
    for inject, (target, fault, arguments), step in deeds:
        if inject:
            plant.inject(target, fault, arguments)
        else:
            plant.clear(target)
        plant.advance(plant.time + 90_000_000_000, step=step)
        after = plant.counters()
        assert all(after[p] >= v for p, v in before.items())
        before = after
    points = inventory.points
    finite = [math.isfinite(v) for p, v in zip(points, plant.values, strict=True) if p.means.kind is not Kind.EVENT]
    assert all(finite)
