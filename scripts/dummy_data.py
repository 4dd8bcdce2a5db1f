"""Writes dashboards/dummy-data/: the demo estate on a bad afternoon in the API's shapes, so that pages run alone.

Run by hand after a change of the API or of the estate: `python -m scripts.dummy_data`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel

from cloud.alarms.schemas import AlarmDetail, Response, Step
from cloud.alarms.words import step_name
from cloud.equipment.schemas import EquipmentDetail, PointValue, meaning
from cloud.gateways.schemas import Gateway
from cloud.permissions import OF_ROLE, Role
from cloud.sites.endpoints import Site
from cloud.users.schemas import Session
from cloud.work_orders.schemas import WorkOrder
from facility.alarm import Detection, Rule, alarm_state
from facility.clock import NS, from_iso
from facility.inventory import Inventory, InventoryEquipment
from facility.quality import Quality, Reason
from facility.resolve import read_site
from facility.words import Text
from facility.work_order import OrderState
from simulators.plant import Plant

ROOT: Final = Path(__file__).resolve().parent.parent
TARGET: Final = ROOT / "dashboards" / "dummy-data"
ESTATE: Final = ROOT / "simulators" / "estate" / "site.yaml"
NOW: Final = from_iso("2026-11-20T07:30:00Z")
"""15:30 at the site; whoever serves the data moves all times along."""
ADDRESSES: Final = 24
BLIND: Final = "door-courtyard"
"""The equipment that does not answer."""
SEEN: Final = {
    "pump-3.mode": 2.0,
    "pump-4.vibration": 7.6,
    "fire-panel.l1d003.fault": 1.0,
    "patrol-main-gate.battery": 17.0,
}
"""What else the points show, so that they agree with the alarms."""


@dataclass(frozen=True, slots=True)
class Case:
    """One alarm of the afternoon."""

    equipment: str
    rule: str
    minutes: float
    """Ago."""
    by: str | None = None
    """Who acknowledged it."""
    detection: Detection = Detection.ACTIVE
    instance: str = ""
    order: int | None = None
    value: float | None = None
    shelved: str | None = None


CASES: Final = (
    Case("lift-2", "trapped", 1.2),
    Case("pump-1", "dry_run", 3.5, order=118, value=0.0),
    Case("sump-1", "high_level", 8.0, order=117),
    Case("door-garage-a", "held_open", 14.0),
    Case("fire-panel", "fault", 46.0, "zhang.wei", instance="l1d003", order=116),
    Case("pump-3", "not_in_auto", 95.0, "li.na"),
    Case("transformer-1", "hot", 160.0, "li.na", Detection.CLEARED, order=115),
    Case("patrol-main-gate", "battery_low", 1500.0, "zhang.wei"),
    Case("pump-4", "vibration_high", 300.0, "li.na", shelved="li.na"),
)


def inventory_points(inventory: Inventory) -> Iterator[tuple[InventoryEquipment, int]]:
    """Each equipment with the index of its first point."""
    offset = 0
    for equipment in inventory.equipment:
        yield equipment, offset
        offset += len(equipment.points)


def points(inventory: Inventory, plant: Plant) -> list[PointValue]:
    """Every point as the plant has it; what a dead device has is bad."""
    found = []
    for equipment, offset in inventory_points(inventory):
        for place, point in enumerate(equipment.points):
            value = SEEN.get(point.id, float(plant.values[offset + place]))
            blind = equipment.id == BLIND or math.isnan(value)
            unknown = Reason.TIMEOUT if equipment.id == BLIND else Reason.UNKNOWN
            quality, reason = (Quality.BAD, unknown) if blind else (Quality.GOOD, Reason.NONE)
            age = 420 if equipment.id == BLIND else (offset + place) % 50
            state = {
                "value": None if blind else round(value, 6),
                "text": plant.text(offset + place) or None,
                "quality": quality.word,
                "reason": reason.word,
                "at": None if blind and unknown is Reason.UNKNOWN else NOW - age * NS,
            }
            found.append(PointValue.model_validate(meaning(inventory.site, equipment.id, point) | state))
    return found


def equipment_items(inventory: Inventory) -> list[EquipmentDetail]:
    """All equipment with its rules."""
    same = set(EquipmentDetail.model_fields) & set(InventoryEquipment.model_fields)
    return [
        EquipmentDetail.model_validate(
            {name: getattr(e, name) for name in same}
            | {"site": inventory.site, "gateway": inventory.gateway, "removed": False}
        )
        for e in inventory.equipment
    ]


def alarm(inventory: Inventory, case: Case, equipment: InventoryEquipment, rule: Rule) -> AlarmDetail:
    """The alarm of a case, with its course."""
    raised = NOW - round(case.minutes * 60 * NS)
    seen = raised + 40 * NS if case.by else None
    cleared = raised + 600 * NS if case.detection is Detection.CLEARED else None
    course = [
        Step(kind="raised", name=step_name("raised"), at=raised, recorded_at=raised, by=inventory.gateway, detail="")
    ]
    if seen and case.by:
        course.append(
            Step(kind="acknowledged", name=step_name("acknowledged"), at=seen, recorded_at=seen, by=case.by, detail="")
        )
    if cleared:
        course.append(
            Step(
                kind="cleared",
                name=step_name("cleared"),
                at=cleared,
                recorded_at=cleared,
                by=inventory.gateway,
                detail="normal",
            )
        )
    answered = dict.fromkeys(Response.model_fields) | {"acknowledged_at": seen, "acknowledged_by": case.by}
    answered |= {"sounded_at": raised, "sounding": seen is None, "escalation": 0, "must_close": False}
    if case.shelved:
        answered |= {"shelved_until": NOW + 3600 * NS, "shelved_by": case.shelved, "shelve_reason": "待换轴承"}
    shelved = case.shelved is not None
    return AlarmDetail.model_validate(
        {
            **_identity(inventory, case, equipment, rule),
            "detection": case.detection,
            "state": alarm_state(case.detection, acknowledged=seen is not None, shelved=shelved),
            "response": answered,
            "value": case.value,
            "value_name": None,
            "raises": 1,
            "affects": (),
            "children": (),
            "last_raised_at": raised,
            "limit": getattr(rule.condition, "limit", None),
            "work_order": f"order-{case.order}" if case.order else None,
            "raised_at": raised,
            "received_at": raised + NS // 5,
            "cleared_at": cleared,
            "clear_reason": "normal" if cleared else None,
            "updated_at": cleared or seen or raised,
            "history": course,
        }
    )


def _identity(inventory: Inventory, case: Case, equipment: InventoryEquipment, rule: Rule) -> dict[str, object]:
    address = next((i for i in equipment.instances if i.id == case.instance), None)
    name = equipment.name
    if address:
        name = Text(zh=f"{name.zh} {address.zh}", en=f"{name.en} {address.en}")
    return {
        "id": f"alarm-{case.equipment}-{case.rule}",
        "site": inventory.site,
        "gateway": inventory.gateway,
        "equipment": equipment.id,
        "equipment_name": name,
        "instance": case.instance,
        "system": equipment.system.value,
        "place": (address.place if address else None) or equipment.place,
        "rule": rule.id,
        "name": rule.name,
        "says": None,
        "guidance": rule.guidance,
        "owners": rule.owners,
        "priority": rule.priority,
        "class": rule.alarm_class,
        "cause": None,
        "detected_by": "edge",
        "point": getattr(rule.condition, "point", None),
        "fault": rule.fault,
        "drill": False,
        "test": False,
        "replayed": False,
    }


def order(inventory: Inventory, raised: AlarmDetail, number: int, rule: Rule) -> WorkOrder:
    """The order that the rule's policy opened for an alarm."""
    later = dict.fromkeys(name for name in WorkOrder.model_fields if name.endswith("_at"))
    title = {lang: f"{getattr(raised.equipment_name, lang)} {getattr(raised.name, lang)}" for lang in ("zh", "en")}
    policy = rule.order
    return WorkOrder.model_validate(
        {
            **later,
            "id": f"order-{number}",
            "number": number,
            "site": inventory.site,
            "equipment": raised.equipment,
            "place": raised.place,
            "fault": rule.fault,
            "state": OrderState.DISPATCHED if raised.response.acknowledged_at else OrderState.REPORTED,
            "open": True,
            "class": policy.order_class if policy else "ordinary",
            "trade": policy.trade if policy else "electrical",
            "title": title,
            "source": "alarm",
            "side": "device",
            "assignee": None,
            "round": 1,
            "arrival": None,
            "proof": None,
            "reported_by": inventory.gateway,
            "owner": "engineering",
            "occurred_at": raised.raised_at,
            "reported_at": raised.received_at,
            "dispatched_at": raised.response.acknowledged_at,
            "device_normal_at": raised.cleared_at,
            "updated_at": raised.updated_at,
        }
    )


def cases(inventory: Inventory) -> tuple[list[AlarmDetail], list[WorkOrder]]:
    """All alarms of the afternoon and their orders."""
    by_id = {e.id: e for e in inventory.equipment}
    alarms, orders = [], []
    for case in CASES:
        equipment = by_id[case.equipment]
        rule = next(r for r in equipment.rules if r.id == case.rule)
        alarms.append(alarm(inventory, case, equipment, rule))
        if case.order:
            orders.append(order(inventory, alarms[-1], case.order, rule))
    return alarms, orders


def few_addresses(inventory: Inventory) -> Inventory:
    """The estate with the first addresses of its fire panel only: the rest look the same."""
    kept = []
    for e in inventory.equipment:
        few = tuple(i for i in e.instances[:ADDRESSES])
        ids = {"", *(i.id for i in few)}
        kept.append(e.model_copy(update={"instances": few, "points": tuple(p for p in e.points if p.instance in ids)}))
    return inventory.model_copy(update={"equipment": tuple(kept)})


def afternoon(inventory: Inventory) -> Plant:
    """The estate half an hour before, lived on to NOW with its faults."""
    plant = Plant(inventory, start=NOW - 1800 * NS, seed=7)
    plant.advance(NOW - 240 * NS, step=5)
    plant.inject("pump-1", "dry_run")
    plant.inject("lift-2", "person_trapped")
    plant.inject("sump-1", "flood")
    plant.advance(NOW)
    return plant


def write(name: str, items: Sequence[BaseModel]) -> None:
    """One item a line, so that a change shows as the lines that it changed."""
    lines = ",\n".join(item.model_dump_json(by_alias=True) for item in items)
    (TARGET / f"{name}.json").write_text(f"[\n{lines}\n]\n", encoding="utf-8")


def main() -> None:
    """Write every file."""
    inventory = few_addresses(read_site(ESTATE).inventory)
    alarms, orders = cases(inventory)
    permissions: Mapping[str, object] = {"*": sorted(OF_ROLE[Role.MANAGER] | OF_ROLE[Role.FIRE_OPERATOR])}
    systems = tuple(sorted({e.system.value for e in inventory.equipment}))
    TARGET.mkdir(exist_ok=True)
    write("session", [Session.model_validate({"kind": "user", "name": "zhang.wei", "permissions": permissions})])
    site = {
        "id": inventory.site,
        "name": inventory.name,
        "timezone": inventory.timezone,
        "systems": systems,
        "address": None,
    }
    write("sites", [Site.model_validate(site | {"places": inventory.places})])
    gateway = {"site": inventory.site, "id": inventory.gateway, "online": True, "last_seen": NOW, "version": "0.1.0"}
    more = {"inventory": inventory.revision, "waiting": {}, "created_at": NOW - 86_400 * NS, "created_by": "admin"}
    write("gateways", [Gateway.model_validate(gateway | more)])
    write("equipment", equipment_items(inventory))
    write("points", points(inventory, afternoon(inventory)))
    write("alarms", alarms)
    write("work-orders", orders)


if __name__ == "__main__":
    main()
