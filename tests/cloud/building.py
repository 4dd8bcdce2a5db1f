"""A small building and what its edge would say, for the tests of the cloud."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from facility.alarm import AlarmClass, Detection, High, Is, Low, OrderClass, OrderPolicy, Post, Priority, Rule
from facility.clock import Clock, SystemClock
from facility.equipment_type import InstanceKind, System
from facility.event import (
    ActiveAlarm,
    AlarmCleared,
    AlarmRaised,
    AlarmSnapshot,
    AlarmUpdated,
    ClockState,
    Event,
    EventBatch,
    EventData,
    Lane,
)
from facility.ids import UuidSource
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.places import FlatPlace
from facility.point import Kind, Point, State
from facility.site import Instance
from facility.words import Steps, Text

SITE = "riverside"
GATEWAY = "riverside-1"


def text(zh: str, en: str) -> Text:
    return Text(zh=zh, en=en)


DRY_RUN = Rule(
    id="dry_run",
    name=text("干转", "Runs dry"),
    condition=Low(kind="low", point="flow", limit=0.5),
    priority=Priority.HIGH,
    alarm_class=AlarmClass.EQUIPMENT,
    owners=(Post.ENGINEERING,),
    fault="pump_dry",
    order=OrderPolicy(order_class=OrderClass.URGENT, trade="plumbing"),
    guidance=Steps(zh=("停泵",), en=("Stop the pump",)),
)
LOW_PRESSURE = DRY_RUN.model_copy(update={"id": "low_pressure", "name": text("压力低", "Pressure low")})
HOT = Rule(
    id="motor_hot",
    name=text("电机过热", "Motor hot"),
    condition=High(kind="high", point="flow", limit=90),
    priority=Priority.LOW,
    alarm_class=AlarmClass.CONDITION,
    owners=(Post.LIST,),
    guidance=Steps(zh=("检查",), en=("Look",)),
)
FIRE = Rule(
    id="fire",
    name=text("火警", "Fire"),
    condition=Is(kind="is", point="fire", states=("on",)),
    priority=Priority.CRITICAL,
    alarm_class=AlarmClass.LIFE_SAFETY,
    latching=True,
    owners=(Post.CONTROL_ROOM,),
    guidance=Steps(zh=("现场核实",), en=("Verify on site",)),
    per="address",
)
FLOW = Point(id="flow", kind=Kind.MEASUREMENT, name=text("流量", "Flow"), unit="m3/h", key=True)
NOTE = Point(id="note", kind=Kind.TEXT, name=text("说明", "Note"))
ON = Point(
    id="fire",
    kind=Kind.STATE,
    name=text("火警", "Fire"),
    per="address",
    states=(State(value=0, code="off", zh="否", en="No"), State(value=1, code="on", zh="是", en="Yes")),
)


def _point(equipment: str, means: Point, instance: str = "") -> InventoryPoint:
    middle = f".{instance}" if instance else ""
    id = f"{equipment}{middle}.{means.id}"
    return InventoryPoint(id=id, instance=instance, means=means, period=1.0, stale_after=3.0, address={"register": 1})


def pump(id: str) -> InventoryEquipment:
    return InventoryEquipment(
        id=id,
        type="pump",
        model="generic-modbus",
        system=System.WATER,
        name=text("1号泵", f"Pump {id}"),
        type_name=text("水泵", "Pump"),
        place="b1",
        connection="plant",
        protocol="modbus",
        unit=1,
        writes="allowed",
        points=(_point(id, FLOW), _point(id, NOTE)),
        rules=(DRY_RUN, LOW_PRESSURE, HOT),
    )


def panel(id: str) -> InventoryEquipment:
    addresses = ("l1d001", "l1d002")
    return InventoryEquipment(
        id=id,
        type="fire_alarm_panel",
        model="notifier-modbus-gw",
        system=System.FIRE,
        name=text("消防主机", "Fire panel"),
        type_name=text("火灾报警控制器", "Fire alarm panel"),
        connection="plant",
        protocol="modbus",
        unit=2,
        writes="never",
        instance_kinds=(InstanceKind(id="address", name=text("地址", "Address")),),
        instances=tuple(Instance(id=a, zh=f"烟感 {a}", en=f"Smoke {a}", place="b1") for a in addresses),
        points=tuple(_point(id, ON, a) for a in addresses),
        rules=(FIRE,),
    )


def inventory(site: str = SITE, gateway: str = GATEWAY, **changes: Any) -> Inventory:
    told: dict[str, Any] = {
        "site": site,
        "name": text("滨江花园", "Riverside Garden"),
        "timezone": "Asia/Shanghai",
        "gateway": gateway,
        "places": (
            FlatPlace(id="tower-a", parent=None, zh="A栋", en="Tower A"),
            FlatPlace(id="b1", parent="tower-a", zh="地下一层", en="B1", zone="z1"),
        ),
        "connections": {"plant": "modbus"},
        "equipment": (pump("pump-1"), pump("pump-2"), panel("fire-panel")),
    }
    return Inventory(**(told | changes))


@dataclass
class Edge:
    """Makes events as an edge does: one spool, a seq a lane."""

    inventory: Inventory
    spool: UUID
    clock: Clock = field(default_factory=SystemClock)
    _seq: dict[Lane, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = UuidSource(self.clock)

    def event(self, data: EventData, equipment: str = "", instance: str = "", **changes: Any) -> Event:
        lane = changes.pop("lane", Lane.EVENT)
        now = self.clock.now()
        told: dict[str, Any] = {
            "id": self._ids.next(),
            "site": self.inventory.site,
            "gateway": self.inventory.gateway,
            "spool": self.spool,
            "lane": lane,
            "seq": next(self._seq.setdefault(lane, itertools.count(1))),
            "equipment": equipment,
            "instance": instance,
            "at": now,
            "recorded_at": now,
            "clock": ClockState.TRUSTED,
            "inventory": self.inventory.revision,
            "data": data,
        }
        return Event(**(told | changes))

    def raised(self, equipment: str = "pump-1", rule: Rule = DRY_RUN, instance: str = "", **changes: Any) -> Event:
        told = {
            k: changes.pop(k) for k in ("value", "limit", "text", "drill", "test", "detection", "point") if k in changes
        }
        data = AlarmRaised(rule=rule.id, priority=rule.priority, alarm_class=rule.alarm_class, **told)
        return self.event(data, equipment, instance, lane=changes.pop("lane", Lane(rule.lane)), **changes)

    def cleared(self, equipment: str = "pump-1", rule: Rule = DRY_RUN, instance: str = "", **changes: Any) -> Event:
        return self.event(AlarmCleared(rule=rule.id), equipment, instance, lane=Lane(rule.lane), **changes)

    def updated(self, detection: Detection, equipment: str = "pump-1", rule: Rule = DRY_RUN, **changes: Any) -> Event:
        data = AlarmUpdated(rule=rule.id, detection=detection, cause=changes.pop("cause", None))
        return self.event(data, equipment, changes.pop("instance", ""), lane=Lane(rule.lane), **changes)

    def snapshot(self, *alarms: tuple[str, Rule, str, Detection], **changes: Any) -> Event:
        at = self.clock.now()
        active = tuple(ActiveAlarm(equipment=e, rule=r.id, instance=i, detection=d, at=at) for e, r, i, d in alarms)
        return self.event(AlarmSnapshot(alarms=active), **changes)


def batch(*events: Event) -> bytes:
    return EventBatch(events=events).model_dump_json().encode()
