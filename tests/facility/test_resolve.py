"""From a little whole site to its inventory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from facility.alarm import Count, Low
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.resolve import read_site
from tests.facility.little_site import TEXT, write


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Inventory:
    return read_site(write(tmp_path_factory.mktemp("site"))).inventory


def equipment(inventory: Inventory, name: str) -> InventoryEquipment:
    return next(e for e in inventory.equipment if e.id == name)


def point(inventory: Inventory, name: str) -> InventoryPoint:
    return next(p for p in inventory.points if p.id == name)


def test_places_carry_the_zone_that_holds_for_them(inventory: Inventory) -> None:
    assert [(p.id, p.parent, p.zone) for p in inventory.places] == [
        ("tower-1", None, "z1"),
        ("lobby", "tower-1", "z1"),
        ("roof", "tower-1", "z2"),
    ]


def test_a_name_plate_says_what_its_figures_are_called_and_their_units(inventory: Inventory) -> None:
    pump = equipment(inventory, "pump-1")
    figures = {f.id: (f.name.zh, f.name.en, pump.rated[f.id], f.unit) for f in pump.rated_figures}
    assert figures == {
        "power": ("额定功率", "Rated power", 7.5, "kW"),
        "current": ("额定电流", "Rated current", 15, "A"),
    }
    assert equipment(inventory, "pump-2").rated_figures == (), "nothing is said of a figure that nobody gave"


def test_point_ids_are_unique_and_in_order(inventory: Inventory) -> None:
    ids = [p.id for p in inventory.points]
    assert len(set(ids)) == len(ids)
    assert ids[0] == "pump-1.discharge_pressure"
    assert "fire-panel.l1d003.fire" in ids
    assert "fire-panel.fire" not in ids, "a point per address has no id of its own"


def test_an_instance_has_its_stepped_address(inventory: Inventory) -> None:
    fire, feedback = point(inventory, "fire-panel.l1d003.fire"), point(inventory, "fire-panel.l2m005.feedback")
    assert (fire.address["register"], feedback.address["register"]) == (2, 604)
    assert fire.instance == "l1d003"
    assert point(inventory, "fire-panel.silence").address == {
        "table": "holding", "register": 9499, "type": "bit", "bit": 1,
    }  # fmt: skip


def test_unit_in_a_topic_is_left_to_the_driver(inventory: Inventory) -> None:
    assert point(inventory, "gate-1.lock").address["topic"] == "estate/{unit}/state"
    assert equipment(inventory, "gate-1").unit == "gate-1", "the equipment's id, where nothing is written"
    assert equipment(inventory, "reader-1").unit == "cp-01"


def test_the_nearest_period_wins(inventory: Inventory) -> None:
    assert point(inventory, "pump-1.flow").period == 0.25, "the override"
    assert point(inventory, "pump-1.power").period == 0.5, "the equipment's poll"
    assert point(inventory, "pump-2.power").period == 1.0, "the model's"
    assert point(inventory, "pump-1.power").stale_after == 1.5, "three periods"
    assert point(inventory, "reader-1.battery").stale_after == 7200, "the type's own"


def test_overrides_change_rules_and_points_of_one_equipment_only(inventory: Inventory) -> None:
    rules = {r.id: r for r in equipment(inventory, "pump-1").rules}
    assert isinstance(dry := rules["dry_run"].condition, Low)
    assert (dry.limit, rules["dry_run"].delay_on) == (2, 2)
    assert isinstance(short := rules["short_cycling"].condition, Count)
    assert short.times == 6
    assert "not_in_auto" not in rules
    assert "not_in_auto" in {r.id for r in equipment(inventory, "pump-2").rules}
    deadband = point(inventory, "pump-1.flow").means.deadband
    assert deadband is not None
    assert deadband.percent == 1


def test_rules_without_their_points_stay_out(inventory: Inventory) -> None:
    rules = {r.id for r in equipment(inventory, "pump-2").rules}
    assert "trip" in rules
    assert "dry_run" not in rules, "a CIM module tells no flow"


def test_a_fire_panel_is_never_written(inventory: Inventory) -> None:
    assert equipment(inventory, "fire-panel").writes == "never"


def test_connections_go_up_without_their_options(inventory: Inventory) -> None:
    assert inventory.connections == {"plant": "modbus", "broker": "mqtt"}
    assert "1502" not in inventory.body


def test_the_body_reads_back_as_the_same_inventory(inventory: Inventory) -> None:
    again = Inventory.model_validate_json(inventory.body)
    assert again == inventory
    assert again.revision == inventory.revision


def test_the_revision_is_the_same_for_the_same_and_another_for_any_change(tmp_path: Path) -> None:
    def revision(text: str) -> str:
        return read_site(write(tmp_path, text)).inventory.revision

    first = revision(TEXT)
    assert len(first) == 16
    assert revision(TEXT) == first
    assert revision("# a note\n" + TEXT.replace("unit: 1\n", "unit:   1 # first\n")) == first, "words, not spaces"
    for old, new in (
        ("大门", "正门"),
        ("limit: 2", "limit: 2.5"),
        ("unit: 9", "unit: 8"),
        ("poll: 500ms", "poll: 1s"),
        ("before: 15min", "before: 16min"),
        ("within: 10s", "within: 11s"),
        ("gateway: gw-1", "gateway: gw-2"),
        ("current: 15", "current: 16"),
    ):
        assert old in TEXT
        assert revision(TEXT.replace(old, new)) != first, f"{old} → {new}"


def test_the_body_is_the_same_bytes_in_every_process(inventory: Inventory) -> None:
    data = json.loads(inventory.body)
    assert json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":")) == inventory.body
