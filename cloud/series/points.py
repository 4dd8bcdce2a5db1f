"""Point ids → the series that the historian keeps, by the inventory; only of sites that the caller may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from cloud.equipment.store import equipment_of, equipment_rows
from cloud.errors import Problem
from cloud.historian.base import Series
from cloud.lookup import only_one
from facility.errors import nearest
from facility.ids import split_point_id
from facility.inventory import InventoryEquipment, InventoryPoint


@dataclass(frozen=True, slots=True)
class Wanted:
    """A point that was asked for: its site, its meaning, its series."""

    site: str
    point: InventoryPoint
    series: Series


def find_points(connection: Connection, among: frozenset[str] | None, ids: Sequence[str]) -> list[Wanted]:
    """In the order asked. NotFound for an unknown equipment or point; Conflict where several sites have it."""
    parts = [_parts(id) for id in ids]
    owners = {equipment: _owner(connection, among, equipment) for equipment, _ in dict.fromkeys(parts)}
    return [_find(*owners[equipment], id, instance) for id, (equipment, instance) in zip(ids, parts, strict=True)]


def _parts(id: str) -> tuple[str, str]:
    try:
        equipment, instance, _ = split_point_id(id)
    except ValueError as error:
        raise Problem(f"测点编号有误 · {error}") from None
    return equipment, instance


def _owner(connection: Connection, among: frozenset[str] | None, equipment: str) -> tuple[str, InventoryEquipment]:
    row = only_one(equipment_rows(connection, among, id=equipment), "equipment", equipment)
    return row["site"], equipment_of(row["body"])


def _find(site: str, means: InventoryEquipment, id: str, instance: str) -> Wanted:
    point = next((each for each in means.points if each.id == id), None)
    if point is None:
        known = nearest(id, (each.id for each in means.points))
        raise Problem(f"设备 {means.id!r} 没有测点 {id!r} · {means.id!r} has no point {id!r}{known}")
    return Wanted(site, point, Series(site, means.type, means.id, point.point, instance))
