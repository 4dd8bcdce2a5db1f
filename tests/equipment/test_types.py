"""Every shipped equipment type keeps the promises that all of them make."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

from facility import expression
from facility.alarm import AlarmClass, Expression, High, Is, Low, NoData, Post, Priority
from facility.point import Kind
from tests.equipment.shipped import CATALOG, TYPES, mapped

UCUM = {
    "1", "%", "A", "V", "kV.A", "W", "kW", "kW.h", "Hz", "MPa", "m", "mm", "m3", "m3/h", "m/s", "mm/s", "Cel", "h", "s",
    "lx", "kg",
}  # fmt: skip
POINTS = {
    "pump": "running fault mode speed discharge_pressure suction_pressure flow power energy current motor_temperature "
    "vibration run_time starts",
    "sump": "level high_level pump_1_running pump_1_run_time pump_1_starts pump_2_running pump_2_run_time",
    "fire_water": "mode supply_power tank_level roof_tank_level worst_point_pressure flow_switch pressure_switch "
    "running",
    "fire_alarm_panel": "fire fault shielded supervisory started feedback delayed mains battery bus mode config reset "
    "fire_event",
    "elevator": "floor direction door mode load speed fault_code person_trapped alarm_button trips door_cycles "
    "door_reversals energy levelling_error",
    "access_gate": "door lock mode alarm tamper obstruction passages_in passages_out granted denied passage",
    "patrol_reader": "read battery last_seen",
    "power_meter": "active_power energy_import energy_export voltage_l1 voltage_l2 voltage_l3 current_l1 current_l2 "
    "current_l3 power_factor frequency demand",
    "water_meter": "volume flow",
    "transformer": "voltage current power temperature breaker",
    "weather": "temperature humidity illuminance",
}
RULES = {
    "pump": "trip not_in_auto dry_run discharge_pressure_high discharge_pressure_low over_current motor_hot "
    "vibration_high short_cycling standby_did_not_take_over",
    "sump": "high_level pump_1_no_effect pump_2_no_effect pump_1_trip pump_2_trip float_disagrees",
    "fire_water": "not_in_auto power_lost tank_level_low pressure_low ran_without_fire",
    "fire_alarm_panel": "fire fire_confirmed supervisory fault shielded_too_long manual mains_lost battery_lost",
    "elevator": "trapped alarm_button_held out_of_service fault_code overspeed door_reversals levelling_error",
    "access_gate": "forced_open held_open tampered wrong_tries duress expired_card tailgating not_released",
    "patrol_reader": "battery_low silent",
    "power_meter": "no_data runs_backward demand_high",
    "water_meter": "no_data runs_backward night_flow",
    "transformer": "incoming_lost overload hot",
    "weather": "no_data",
}


def test_the_eleven_types_are_there() -> None:
    assert set(TYPES) == set(POINTS) == set(RULES)


@pytest.mark.parametrize("type_", TYPES)
def test_the_points_and_rules_that_every_site_gets(type_: str) -> None:
    found = CATALOG.type(type_)
    assert set(POINTS[type_].split()) <= {p.id for p in found.points}
    assert set(RULES[type_].split()) <= {r.id for r in found.rules}


def test_what_is_never_written() -> None:
    never = {t for t in TYPES if CATALOG.type(t).writes == "never"}
    assert never == {"fire_alarm_panel", "fire_water", "elevator", "transformer"}


@pytest.mark.parametrize("type_", TYPES)
def test_points_have_units_bands_and_names(type_: str) -> None:
    for point in CATALOG.type(type_).points:
        numeric = point.kind in (Kind.MEASUREMENT, Kind.COUNTER)
        assert (point.unit in UCUM) if numeric else not point.unit, f"{point.id}: {point.unit!r}"
        assert re.search(r"[\u4e00-\u9fff]", point.name.zh), point.id
        assert not re.search(r"[\u4e00-\u9fff]", point.name.en), point.id
        if point.kind is Kind.MEASUREMENT:
            assert point.valid is not None, f"{point.id} has no valid band"
            assert point.deadband is not None or point.id == "last_seen", f"{point.id} has no deadband"
        if point.normal and point.valid:
            assert (point.valid.low or 0) <= (point.normal.low or 0), point.id
            assert point.valid.high is None or (point.normal.high or 0) <= point.valid.high, point.id


@pytest.mark.parametrize("type_", TYPES)
def test_a_system_row_has_two_to_five_points(type_: str) -> None:
    keys = [p for p in CATALOG.type(type_).points if p.key]
    assert 2 <= len(keys) <= 6, [p.id for p in keys]


@pytest.mark.parametrize("type_", TYPES)
def test_every_rule_can_be_carried_by_a_model(type_: str) -> None:
    by_model = [mapped(CATALOG.model(type_, m)) for m in CATALOG.models(type_)]
    for rule in CATALOG.type(type_).rules:
        assert any(rule.points() <= points for points in by_model), f"no model has all of {set(rule.points())}"


@pytest.mark.parametrize("type_", TYPES)
def test_guidance_says_what_to_do_in_both_languages(type_: str) -> None:
    for rule in CATALOG.type(type_).rules:
        assert 1 <= len(rule.guidance.zh) <= 6, rule.id
        for zh, en in zip(rule.guidance.zh, rule.guidance.en, strict=True):
            assert re.search(r"[\u4e00-\u9fff]", zh), zh
            assert len(zh) <= 60, f"{rule.id}: an operator reads at a glance: {zh}"
            assert not re.search(r"[\u4e00-\u9fff]", en), en


@pytest.mark.parametrize("type_", TYPES)
def test_life_safety_latches_is_critical_and_reaches_the_control_room(type_: str) -> None:
    for rule in CATALOG.type(type_).rules:
        life = rule.alarm_class is AlarmClass.LIFE_SAFETY
        assert life == (rule.priority is Priority.CRITICAL), rule.id
        if life:
            assert rule.latching
            assert Post.CONTROL_ROOM in rule.owners
            assert not set(rule.suppressed_by), f"{rule.id}: nothing suppresses life safety"
            assert rule.lane == "life"


def test_who_is_alarmed() -> None:
    fire = {AlarmClass.FIRE_FAULT, AlarmClass.FIRE_SHIELDED, AlarmClass.FIRE_SUPERVISORY}
    for type_ in TYPES:
        for rule in CATALOG.type(type_).rules:
            if rule.alarm_class in fire:
                assert Post.CONTROL_ROOM in rule.owners, f"{type_}.{rule.id}"
            if rule.alarm_class in (AlarmClass.ENERGY, AlarmClass.CONDITION):
                assert rule.owners == (Post.LIST,), f"{type_}.{rule.id}"
    both = {Post.CONTROL_ROOM, Post.ENGINEERING}
    for type_, name in (("sump", "high_level"), ("transformer", "incoming_lost")):
        assert set(next(r for r in CATALOG.type(type_).rules if r.id == name).owners) == both


def test_priorities_are_spread_about_80_15_5() -> None:
    """ISA-18.2's yardstick, counted over the rules as shipped."""
    count = Counter(r.priority for t in TYPES for r in CATALOG.type(t).rules)
    total = sum(count.values())
    assert 0.7 <= (count[Priority.LOW] + count[Priority.MEDIUM]) / total <= 0.85
    assert 0.1 <= count[Priority.HIGH] / total <= 0.2
    assert 0.03 <= count[Priority.CRITICAL] / total <= 0.1


def test_dry_run_is_a_low_flow_while_running() -> None:
    rule = next(r for r in CATALOG.type("pump").rules if r.id == "dry_run")
    assert isinstance(rule.condition, Low)
    assert rule.condition.point == "flow"
    assert rule.during is not None
    assert (rule.during.point, rule.during.states) == ("running", ("running",))
    assert 2 <= rule.delay_on <= 30


def test_an_alarm_button_counts_after_three_seconds() -> None:
    rule = next(r for r in CATALOG.type("elevator").rules if r.id == "alarm_button_held")
    assert rule.delay_on == 3


@pytest.mark.parametrize("type_", TYPES)
def test_limits_lie_inside_the_valid_band(type_: str) -> None:
    found = CATALOG.type(type_)
    for rule in found.rules:
        if isinstance(rule.condition, High | Low):
            valid = found.point(rule.condition.point).valid
            assert valid is not None
            assert (valid.low or 0) <= rule.condition.limit, rule.id
            assert valid.high is None or rule.condition.limit < valid.high, rule.id
            assert rule.condition.deadband > 0 or rule.id == "fault_code", f"{rule.id} would chatter"


@pytest.mark.parametrize("type_", TYPES)
def test_process_alarms_do_not_flicker(type_: str) -> None:
    for rule in CATALOG.type(type_).rules:
        if isinstance(rule.condition, High | Low | Expression):
            assert rule.delay_on > 0, rule.id
            assert rule.delay_off > 0 or rule.latching, rule.id
        if isinstance(rule.condition, NoData):
            assert rule.condition.over >= 60, rule.id
        if isinstance(rule.condition, Is) and rule.alarm_class is AlarmClass.EQUIPMENT:
            assert rule.delay_off > 0, rule.id


@pytest.mark.parametrize("type_", TYPES)
def test_suppression_has_no_circle(type_: str) -> None:
    causes = {r.id: set(r.suppressed_by) for r in CATALOG.type(type_).rules}
    for start, first in causes.items():
        seen, ahead = set[str](), set(first)
        while ahead:
            seen |= ahead
            ahead = {c for one in ahead for c in causes[one]} - seen
        assert start not in seen


def test_expressions_compare_states_by_the_values_they_have() -> None:
    """`fault == 1` means something only where 1 is one of the states."""
    for type_ in TYPES:
        found = CATALOG.type(type_)
        for rule in found.rules:
            if not isinstance(rule.condition, Expression):
                continue
            assert expression.points(rule.condition.expression) <= {p.id for p in found.points}
            for node in ast.walk(ast.parse(rule.condition.expression, mode="eval")):
                if (
                    isinstance(node, ast.Compare)
                    and isinstance(node.left, ast.Name)
                    and found.has_point(node.left.id)
                    and (states := found.point(node.left.id).states)
                    and isinstance(node.comparators[0], ast.Constant)
                ):
                    assert node.comparators[0].value in {s.value for s in states}, rule.id


def test_every_type_but_its_events_is_known_to_a_model() -> None:
    """A point that no model maps would be a promise that nobody keeps."""
    unmapped = {
        f"{t}.{p.id}"
        for t in TYPES
        for p in CATALOG.type(t).points
        if not any(p.id in mapped(CATALOG.model(t, m)) for m in CATALOG.models(t))
    }
    assert unmapped == {"fire_alarm_panel.fire_event"}, "a panel's own messages come by GB/T 26875.3"
