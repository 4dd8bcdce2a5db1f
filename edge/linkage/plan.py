"""What is watched of a site's linkage, in columns: the addresses of its zones, and the effects that each awaits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from edge.alarms.row import Index
from edge.points import B1, PointTable
from facility.batch import F8
from facility.clock import NS
from facility.equipment_type import System
from facility.inventory import Inventory, InventoryEquipment
from facility.linkage import AwaitedEffect
from facility.site import Effect, Linkage

FIRE: Final = "fire"
"""The point of an address, and its state, that say fire."""
CONFIRMS: Final = frozenset({"manual_call_point"})
"""Kinds of address that confirm a fire alone."""
GRACE: Final = round(0.75 * NS)
"""The most that an effect's poll may add to its time-out: the alarm comes within a second of it."""


@dataclass(frozen=True, slots=True)
class Address:
    """One detector or call point of a fire panel."""

    equipment: str
    instance: str
    manual: bool

    @property
    def name(self) -> str:
        """`fire-panel.l1d003`."""
        return f"{self.equipment}.{self.instance}"


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone with linkage. `points`, `wanted`: the point index of each effect and the value that is the effect."""

    id: str
    effects: tuple[AwaitedEffect, ...]
    points: Index
    wanted: F8
    due: tuple[int, ...]
    """Nanoseconds after the confirmation at which each effect is missing: its time-out and one poll."""


class Plan:
    """Addresses by place: `points`, `wanted`, `zone` (place in `zones`) are of one length."""

    def __init__(self, inventory: Inventory, table: PointTable) -> None:
        self.zones: tuple[Zone, ...] = tuple(_zone(x, table) for x in inventory.linkage)
        self.place = {zone.id: i for i, zone in enumerate(self.zones)}
        found = list(_addresses(inventory, table, self.place))
        self.addresses: tuple[Address, ...] = tuple(address for address, _, _, _ in found)
        self.points: Index = np.array([point for _, point, _, _ in found], np.intp)
        self.wanted: F8 = np.array([value for _, _, value, _ in found], np.float64)
        self.zone: Index = np.array([place for _, _, _, place in found], np.intp)
        self.by_name = {address.name: i for i, address in enumerate(self.addresses)}
        self.fires: B1 = np.zeros(len(table), np.bool_)
        self.fires[self.points] = True
        self.awaited: B1 = np.zeros(len(table), np.bool_)
        for zone in self.zones:
            self.awaited[zone.points] = True

    def zone_of(self, equipment: str, instance: str) -> str | None:
        """The zone of an address, where it has linkage."""
        at = self.by_name.get(f"{equipment}.{instance}")
        return None if at is None else self.zones[int(self.zone[at])].id


def _zone(linkage: Linkage, table: PointTable) -> Zone:
    points = [table.by_id[effect.point] for effect in linkage.effects]
    return Zone(
        id=linkage.zone,
        effects=tuple(_awaited(effect) for effect in linkage.effects),
        points=np.array(points, np.intp),
        wanted=np.array([_value(table, p, e.state) for p, e in zip(points, linkage.effects, strict=True)], np.float64),
        due=tuple(
            round(e.within * NS) + min(GRACE, round(table.points[p].period * NS))
            for p, e in zip(points, linkage.effects, strict=True)
        ),
    )


def _awaited(effect: Effect) -> AwaitedEffect:
    return AwaitedEffect(
        id=effect.id, kind=effect.kind, name=effect.name, point=effect.point, state=effect.state, within=effect.within
    )


def _value(table: PointTable, point: int, state: str) -> float:
    value = table.points[point].means.state_value(state)
    return float("nan") if value is None else float(value)


def _addresses(
    inventory: Inventory, table: PointTable, places: dict[str, int]
) -> Iterator[tuple[Address, int, float, int]]:
    """(address, point, the value that is fire, place of its zone) of each address in a zone with linkage."""
    zones = {p.id: p.zone for p in inventory.places}
    for item in inventory.equipment:
        if item.system is not System.FIRE:
            continue
        points = _fire_points(item)
        for instance in item.instances:
            zone = instance.zone or zones.get(instance.place or item.place or "") or ""
            if zone in places and instance.id in points:
                point = table.by_id[points[instance.id]]
                manual = instance.kind in CONFIRMS
                yield Address(item.id, instance.id, manual), point, _value(table, point, FIRE), places[zone]


def _fire_points(item: InventoryEquipment) -> dict[str, str]:
    """Instance → id of its point that says fire."""
    return {
        p.instance: p.id
        for p in item.points
        if p.instance and p.point == FIRE and p.means.state_value(FIRE) is not None
    }
