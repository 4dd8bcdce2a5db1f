"""Where a behaviour hangs its values: one equipment's points by name, into the plant's columns."""

from __future__ import annotations

from collections.abc import Mapping

from facility.batch import F8
from facility.inventory import InventoryEquipment, InventoryPoint


class Terminals:
    """A point that the device model does not have is passed over: the behaviour need not know which model it is."""

    def __init__(self, equipment: InventoryEquipment, offset: int, values: F8, texts: dict[int, str]) -> None:
        self._values = values
        self._texts = texts
        self._index: dict[str, int] = {}
        self._codes: dict[str, float] = {}
        for index, point in enumerate(equipment.points, offset):
            name = f"{point.instance}.{point.point}" if point.instance else point.point
            self._index[name] = index
            for state in point.means.states:
                self._codes[f"{point.point}={state.code}"] = float(state.value)
        self.points: Mapping[str, InventoryPoint] = dict(zip(self._index, equipment.points, strict=True))

    def has(self, point: str) -> bool:
        """Whether the device shows this point (`instance.point` of an instance)."""
        return point in self._index

    def index(self, point: str) -> int:
        """The point's row; KeyError where the device does not have it."""
        return self._index[point]

    def put(self, point: str, value: float) -> None:
        """Set a measurement or counter, in the point's own unit."""
        index = self._index.get(point)
        if index is not None:
            self._values[index] = value

    def put_all(self, **values: float) -> None:
        """Set several measurements or counters."""
        for point, value in values.items():
            index = self._index.get(point)
            if index is not None:
                self._values[index] = value

    def state(self, point: str, code: str) -> None:
        """Set a state by its code; KeyError where the type has no such state."""
        index = self._index.get(point)
        if index is not None:
            self._values[index] = self._codes[f"{point.rpartition('.')[2]}={code}"]

    def flag(self, point: str, on: bool, codes: tuple[str, str] = ("off", "on")) -> None:  # noqa: FBT001
        """Set a state of two codes."""
        self.state(point, codes[on])

    def text(self, point: str, text: str) -> None:
        """Set a text point."""
        index = self._index.get(point)
        if index is not None:
            self._texts[index] = text
