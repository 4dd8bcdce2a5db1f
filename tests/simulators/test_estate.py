from collections import Counter
from pathlib import Path

import numpy as np

from facility.inventory import Inventory
from facility.resolve import read_site
from simulators.plant import Plant
from tests.simulators.conftest import WEDNESDAY, Shown


def test_the_estate_is_what_the_demo_promises(inventory: Inventory) -> None:
    types = Counter(e.type for e in inventory.equipment)
    assert types["pump"] == 4
    assert types["elevator"] == 4
    assert types["sump"] == 2
    assert types["power_meter"] == 8
    assert types["water_meter"] == 2
    assert types["access_gate"] == 6
    assert types["patrol_reader"] >= 20
    assert len(inventory.points) >= 600
    floors = {p.id for p in inventory.places if p.parent in ("a-low", "a-high") and p.id[-1].isdigit()}
    assert len(floors) == 18
    assert set(inventory.connections.values()) == {"modbus", "opcua", "mqtt"}


def test_each_zone_awaits_the_ten_effects(inventory: Inventory) -> None:
    ten = {
        "doors_released", "barriers_up", "courtyard_gate_open", "lifts_recalled", "non_fire_power_cut", "smoke_fans",
        "shutters", "broadcast", "emergency_lighting", "fire_pump",
    }  # fmt: skip
    zones = {p.zone for p in inventory.places if p.zone}
    assert {x.zone for x in inventory.linkage} == zones
    for linkage in inventory.linkage:
        assert {e.id.partition("-")[0] for e in linkage.effects} == ten


def test_a_door_that_opens_in_time_in_a_fire_is_no_alarm(inventory: Inventory) -> None:
    doors = {e.id: e for e in inventory.equipment if e.type == "access_gate"}
    awaited = [
        (effect.within, next(r.delay_on for r in doors[door].rules if r.id == "not_released"))
        for linkage in inventory.linkage
        for effect in linkage.effects
        if (door := effect.point.partition(".")[0]) in doors and effect.kind != "barriers_up"
    ]
    assert awaited
    assert all(delay >= within for within, delay in awaited)


def test_the_routes_pass_roof_and_basement(inventory: Inventory) -> None:
    readers = {e.id: e.place for e in inventory.equipment if e.type == "patrol_reader"}
    assert {r.kind for r in inventory.routes} == {"security", "plant"}
    for route in inventory.routes:
        places = {readers[c.reader] for c in route.checkpoints}
        assert len(route.checkpoints) >= 10
        assert any(p and "roof" in p for p in places)
        assert any(p and p.startswith("b1-") for p in places)


def test_every_sampled_point_has_a_value_that_can_be(shown: Shown) -> None:
    points, values = shown.plant.inventory.points, shown.plant.values
    for point, value in zip(points, values, strict=True):
        if not point.means.kind.sampled:
            continue
        assert np.isfinite(value), point.id
        if point.means.states:
            assert value in {s.value for s in point.means.states}, point.id
        if point.means.valid is not None:
            low, high = point.means.valid.low, point.means.valid.high
            assert low is None or value >= low, point.id
            assert high is None or value <= high, point.id


def test_a_site_of_one_of_each_moves_too(tmp_path: Path) -> None:
    types = {"pump": "m", "sump": "m", "transformer": "m", "power_meter": "m", "water_meter": "m", "fire_water": "m",
             "elevator": "o", "access_gate": "q", "patrol_reader": "q"}  # fmt: skip
    models = {"m": "generic-modbus", "o": "generic-opcua", "q": "generic-mqtt"}
    rows = [
        f"  - {{id: one-{t.replace('_', '-')}, type: {t}, model: {models[c]}, connection: {c}, unit: {i}, "
        f"name: {{zh: 一, en: One}}}}"
        for i, (t, c) in enumerate(types.items(), 1)
    ]
    file = tmp_path / "site.yaml"
    file.write_text(
        "site: small\nname: {zh: 小, en: Small}\ngateway: small-1\nconnections:\n"
        "  m: {protocol: modbus, host: 127.0.0.1}\n  o: {protocol: opcua, url: 'opc.tcp://127.0.0.1'}\n"
        "  q: {protocol: mqtt, host: 127.0.0.1}\nequipment:\n" + "\n".join(rows) + "\n",
        "utf-8",
    )
    shown = Shown(Plant(read_site(file).inventory, start=WEDNESDAY))
    shown.run(600)
    sampled = [p.id for p in shown.plant.inventory.points if p.means.kind.sampled]
    assert all(np.isfinite(shown[p]) for p in sampled)
    assert shown["one-pump.power"] > 0
    assert shown["one-transformer.power"] > shown["one-pump.power"]
