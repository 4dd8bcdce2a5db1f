"""What polls of one device model have in common, made once: a site has thousands of them, and few models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias
from weakref import WeakValueDictionary

from drivers.base import Bound
from drivers.modbus import plan
from drivers.modbus.address import Order
from drivers.modbus.plan import Block, Limits, Want
from drivers.modbus.shape import Shape

Key: TypeAlias = tuple[int, ...]


class Layout:
    """Of points with the same addresses and meanings, in one order. Points are known by their positions."""

    def __init__(self, points: Sequence[Bound]) -> None:
        self._points = points
        """Of the first poll: they keep what the layout is known by."""
        self.wants: Sequence[Want] = plan.wants(points)
        self._runs: dict[int, tuple[object, list[list[Want]]]] = {}
        self._shapes: dict[tuple[object, ...], Shape] = {}

    def blocks(self, unit: int, wanted: Sequence[Want], limits: Limits) -> list[Block]:
        """As `plan.blocks`; where nothing was learned of a unit it is as of all units of its model."""
        if limits.learned or len(wanted) != len(self.wants):
            return plan.blocks(unit, wanted, limits)
        known = self._runs.get(id(limits.quirks))
        if known is None:
            known = self._runs[id(limits.quirks)] = limits.quirks, plan.runs(wanted, limits)
        return plan.blocks_of(unit, known[1])

    def shape(self, points: Sequence[Bound], blocks: Sequence[Block], order: Order) -> Shape:
        """How the answers to these blocks are decoded."""
        if sum(len(b.wants) for b in blocks) != len(self.wants):
            return Shape(points, blocks, order)
        key = (order, *((b.asked.table, b.asked.first, b.asked.size, b.offset) for b in blocks))
        found = self._shapes.get(key)
        if found is None:
            found = self._shapes[key] = Shape(points, blocks, order)
        return found


_LAYOUTS: Final[WeakValueDictionary[Key, Layout]] = WeakValueDictionary()


def layout_of(points: Sequence[Bound]) -> Layout:
    """That of the points: addresses and meanings of one model are the same objects for all of its equipment."""
    key = (*(id(p.address) for p in points), *(id(p.means) for p in points))
    found = _LAYOUTS.get(key)
    if found is None:
        found = _LAYOUTS[key] = Layout(points)
    return found
