"""A small building for the edge's tests: an inventory made of a few words, without any file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from facility.alarm import Rule
from facility.batch import Batch
from facility.equipment_type import System
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.point import Kind, Point, State
from facility.quality import Quality
from facility.words import Text

BOTH = {"zh": "名", "en": "name"}
ON_OFF = (State(value=0, code="off", zh="停", en="Off"), State(value=1, code="on", zh="开", en="On"))


def point(id_: str, kind: Kind = Kind.MEASUREMENT, **more: Any) -> Point:
    if kind is Kind.STATE:
        more.setdefault("states", ON_OFF)
    return Point(id=id_, kind=kind, name=Text(**BOTH), **more)


def rule(id_: str, condition: dict[str, Any], **more: Any) -> Rule:
    return Rule.model_validate(
        {
            "id": id_, "name": BOTH, "condition": condition, "priority": 3, "class": "equipment",
            "owners": ["engineering"], "guidance": {"zh": ["看"], "en": ["look"]}, **more,
        }
    )  # fmt: skip


def equipment(
    id_: str,
    points: Sequence[Point],
    rules: Sequence[Rule] = (),
    *,
    line: str = "line-1",
    unit: int | str = 1,
    instances: Sequence[str] = (),
    period: float = 1.0,
    stale_after: float = 3.0,
    type_: str = "pump",
    protocol: str = "fake",
) -> InventoryEquipment:
    found = [
        InventoryPoint(
            id=f"{id_}.{i}.{p.id}" if i else f"{id_}.{p.id}", instance=i, means=p, period=period,
            stale_after=stale_after, address={},
        )
        for p in points
        for i in (instances if p.per else ("",))
    ]  # fmt: skip
    return InventoryEquipment(
        id=id_, type=type_, model="m", system=System.WATER, name=Text(zh=id_, en=id_), type_name=Text(**BOTH),
        connection=line, protocol=protocol, unit=unit, writes="allowed", points=tuple(found), rules=tuple(rules),
    )  # fmt: skip


def inventory(*items: InventoryEquipment) -> Inventory:
    return Inventory(
        site="riverside", name=Text(**BOTH), timezone="Asia/Shanghai", gateway="riverside-1",
        connections={e.connection: e.protocol for e in items}, equipment=items,
    )  # fmt: skip


def samples(now: int, *given: tuple[int, float | None], quality: int = Quality.GOOD, replayed: bool = False) -> Batch:
    """(point index, value) each; None is bad with reason 1."""
    n = len(given)
    bad = [v is None for _, v in given]
    return Batch(
        np.array([p for p, _ in given], np.uint32),
        np.array([np.nan if v is None else v for _, v in given]),
        np.array([Quality.BAD if b else quality for b in bad], np.uint8),
        np.array([1 if b else 0 for b in bad], np.uint8),
        np.full(n, now, np.int64),
        now,
        replayed,
    )
