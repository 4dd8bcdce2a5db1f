"""Equipment and points on the wire."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, RowMapping

from cloud.equipment.store import equipment_of, rows_by_id
from cloud.stream.store import News, publish_all
from cloud.wire import Moment
from facility.alarm import Rule
from facility.equipment_type import InstanceKind, RatedFigure
from facility.inventory import InventoryPoint
from facility.point import Range, State
from facility.site import Instance
from facility.words import Frozen, Text


class Equipment(Frozen):
    """One piece of equipment as lists and the stream show it."""

    site: str
    id: str
    gateway: str
    type: str
    type_name: Text
    model: str
    system: str
    name: Text
    place: str | None
    connection: str
    protocol: str
    unit: int | str
    writes: str
    serves: tuple[str, ...]
    rated: dict[str, float]
    removed: bool
    """It has left the inventory of its gateway."""


class EquipmentDetail(Equipment):
    """One piece of equipment with its rules."""

    rated_figures: tuple[RatedFigure, ...]
    """What the figures of `rated` are called and their units; none of a gateway that is older than they are."""
    instance_kinds: tuple[InstanceKind, ...]
    instances: tuple[Instance, ...]
    rules: tuple[Rule, ...]


class PointValue(Frozen):
    """A point, what it means, and its newest value."""

    id: str
    site: str
    equipment: str
    instance: str
    point: str
    name: Text
    kind: str
    unit: str
    """UCUM."""
    decimals: int
    states: tuple[State, ...]
    normal: Range | None
    valid: Range | None
    key: bool
    writable: bool
    period: float
    stale_after: float
    value: float | None
    text: str | None
    quality: str
    """good, uncertain or bad."""
    reason: str
    """Why it is not good: timeout, stale, gateway, …; none where it is."""
    at: Moment | None
    """When the value was read; null where nothing was ever heard."""


def equipment_fields(row: RowMapping) -> dict[str, object]:
    """The fields of an Equipment from its row."""
    means = equipment_of(row["body"])
    return {
        "site": row["site"],
        "gateway": row["gateway"],
        "removed": row["removed_at"] is not None,
        **{
            name: getattr(means, name)
            for name in (
                "id", "type", "type_name", "model", "system", "name", "place", "connection", "protocol", "unit",
                "writes", "serves", "rated",
            )
        },
    }  # fmt: skip


def meaning(site: str, equipment: str, point: InventoryPoint) -> dict[str, object]:
    """The fields of a PointValue that come from the inventory."""
    means = point.means
    return {
        "id": point.id,
        "site": site,
        "equipment": equipment,
        "instance": point.instance,
        "point": point.point,
        "period": point.period,
        "stale_after": point.stale_after,
        **{
            name: getattr(means, name)
            for name in ("name", "kind", "unit", "decimals", "states", "normal", "valid", "key", "writable")
        },
    }


def tell_equipment(connection: Connection, site: str, ids: Sequence[str], *, at: int) -> None:
    """Put equipment into the stream as it is now."""
    known = {row["id"]: row for row in rows_by_id(connection, site, ids)}
    bodies = (Equipment.model_validate(equipment_fields(known[id])).model_dump_json() for id in ids if id in known)
    publish_all(connection, [News("equipment", site, body) for body in bodies], at=at)
