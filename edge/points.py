"""The point table of one run: what the hot path must know of every point, in columns; a Batch's index is a row here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from facility.batch import F8, I8
from facility.clock import NS
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.point import Kind, Point

B1 = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class PointTable:
    """Columns of one length: the number of points of the inventory.

    low, high: the valid range (open ends are infinite). deadband: absolute, in the point's unit; NaN: none, every
    sample is sent. stale_after: ns.
    """

    ids: tuple[str, ...]
    points: tuple[InventoryPoint, ...]
    owners: tuple[InventoryEquipment, ...]
    """The equipment of each point."""
    by_id: dict[str, int]
    sampled: B1
    counter: B1
    state: B1
    low: F8
    high: F8
    deadband: F8
    stale_after: I8

    def __len__(self) -> int:
        return len(self.ids)


def point_table(inventory: Inventory) -> PointTable:
    """The table of an inventory, in the order of `Inventory.points`."""
    points = inventory.points
    means = [p.means for p in points]
    valid = [m.valid for m in means]
    return PointTable(
        ids=tuple(p.id for p in points),
        points=points,
        owners=tuple(e for e in inventory.equipment for _ in e.points),
        by_id={p.id: i for i, p in enumerate(points)},
        sampled=_flags(means, *(k for k in Kind if k.sampled)),
        counter=_flags(means, Kind.COUNTER),
        state=_flags(means, Kind.STATE),
        low=np.array([-np.inf if v is None or v.low is None else v.low for v in valid]),
        high=np.array([np.inf if v is None or v.high is None else v.high for v in valid]),
        deadband=np.array([_deadband(m) for m in means]),
        stale_after=np.array([round(p.stale_after * NS) for p in points], np.int64),
    )


def _flags(means: Sequence[Point], *kinds: Kind) -> B1:
    return np.array([m.kind in kinds for m in means], np.bool_)


def _deadband(means: Point) -> float:
    band = means.deadband
    if band is None or means.kind is not Kind.MEASUREMENT:
        return float("nan")
    if band.absolute is not None:
        return band.absolute
    normal = means.normal
    if band.percent is None or normal is None or normal.low is None or normal.high is None:
        return float("nan")
    return band.percent / 100 * (normal.high - normal.low)
