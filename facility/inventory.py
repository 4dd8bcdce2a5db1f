"""The resolved site: what the edge works by and sends up; the cloud never reads YAML for a gateway's equipment."""

from __future__ import annotations

import hashlib
import json
import zlib
from functools import cached_property
from typing import Any

from pydantic import Field

from facility.access import Entrance
from facility.alarm import Rule
from facility.equipment_type import InstanceKind, RatedFigure, System
from facility.places import FlatPlace
from facility.point import Point
from facility.site import Instance, Linkage, Meter, PostEntry, Route
from facility.words import Frozen, Text


class InventoryPoint(Frozen):
    """One point of one equipment, with its wire address."""

    id: str
    """`pump-1.flow`, `fire-panel.l1d003.fire`."""
    instance: str = ""
    means: Point
    period: float
    """Seconds between polls, or the longest silence that is normal."""
    stale_after: float
    address: dict[str, Any]
    urgent: bool = False
    """A life-safety rule watches it and the site set no period: asked every 250 ms where the line is no slow bus."""

    @property
    def point(self) -> str:
        """The last part of the id."""
        return self.means.id


class InventoryEquipment(Frozen):
    """One equipment, whole: nothing is left to look up."""

    id: str
    type: str
    model: str
    system: System
    name: Text
    type_name: Text
    place: str | None = None
    connection: str
    protocol: str
    unit: int | str
    writes: str
    quirks: dict[str, Any] = Field(default_factory=dict)
    rated: dict[str, float] = Field(default_factory=dict)
    rated_figures: tuple[RatedFigure, ...] = ()
    """What the figures of `rated` are called and their units."""
    serves: tuple[str, ...] = ()
    fed_by: tuple[str, ...] = ()
    entrance: Entrance | None = None
    instance_kinds: tuple[InstanceKind, ...] = ()
    instances: tuple[Instance, ...] = ()
    points: tuple[InventoryPoint, ...]
    rules: tuple[Rule, ...]


class Inventory(Frozen):
    """Everything a gateway looks after."""

    site: str
    name: Text
    timezone: str
    gateway: str
    places: tuple[FlatPlace, ...] = ()
    connections: dict[str, str] = Field(default_factory=dict)
    """Line → protocol; what else a connection says may hold secrets and stays at the edge."""
    equipment: tuple[InventoryEquipment, ...]
    linkage: tuple[Linkage, ...] = ()
    routes: tuple[Route, ...] = ()
    meters: tuple[Meter, ...] = ()
    posts: tuple[PostEntry, ...] = ()
    duty_page: bool = False
    """The gateway has a local duty page: it is told what is acknowledged elsewhere."""

    @property
    def body(self) -> str:
        """The JSON that is sent: keys sorted, so that equal inventories are equal bytes."""
        return zlib.decompress(self.packed).decode()

    @cached_property
    def packed(self) -> bytes:
        """The body, compressed: half a kilobyte of text a point is needed twice in a run.

        Made equipment by equipment: the whole of a big site as dicts would cost its memory ten times over.
        """
        rest = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"equipment"})
        parts = {key: _json(value) for key, value in rest.items()}
        each = (_json(e.model_dump(mode="json", by_alias=True, exclude_defaults=True)) for e in self.equipment)
        parts["equipment"] = f"[{','.join(each)}]"
        return zlib.compress(("{" + ",".join(f'"{key}":{parts[key]}' for key in sorted(parts)) + "}").encode(), 1)

    @cached_property
    def revision(self) -> str:
        """16 hex digits that change when anything in it changes; every Event names it."""
        return hashlib.sha256(self.body.encode()).hexdigest()[:16]

    @cached_property
    def points(self) -> tuple[InventoryPoint, ...]:
        """All points in order: the index of a Batch is the place in this tuple."""
        return tuple(p for e in self.equipment for p in e.points)


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
