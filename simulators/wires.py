"""All lines of a site from the devices' side; each protocol's face is found by its folder."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Mapping
from typing import Any, Self, cast

from facility.errors import ConfigError, nearest
from facility.inventory import Inventory
from simulators.face import Face, MakeFace, Shown
from simulators.plant import Plant


class Wires:
    """Opens every line of the site; the lines' own faults are injected here, the equipment's in the plant."""

    def __init__(self, plant: Plant, inventory: Inventory, connections: Mapping[str, Mapping[str, Any]]) -> None:
        self._plant = plant
        self._lines: dict[str, str] = {e.id: e.connection for e in inventory.equipment}
        self.faces = {
            name: _face(protocol)(name, connections[name], _shown(inventory, name), plant.text)
            for name, protocol in inventory.connections.items()
        }
        self._protocols = inventory.connections
        self._stack = contextlib.AsyncExitStack()

    async def __aenter__(self) -> Self:
        try:
            for face in self.faces.values():
                await self._stack.enter_async_context(face)
                await face.show(self._plant.values, self._plant.time, ())  # nobody may read it empty
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def connections(self) -> dict[str, dict[str, Any]]:
        """The `connections:` of a site.yaml that reaches this building."""
        return {n: {"protocol": self._protocols[n], **f.connection} for n, f in self.faces.items()}

    async def show(self) -> None:
        """Bring every line up to the plant."""
        notes = self._plant.drain()
        for face in self.faces.values():
            await face.show(self._plant.values, self._plant.time, notes)

    def knows(self, target: str, fault: str) -> bool:
        """Whether this is a fault of a line or of one equipment's place on it."""
        name = self._lines.get(target, target)
        return name in self.faces and fault in self.faces[name].faults and (fault != "down" or target in self.faces)

    async def inject(self, target: str, fault: str, arguments: Mapping[str, str]) -> None:
        """Break a line (`plant-room down`) or one equipment on it (`pump-1 silent`)."""
        face, unit = self._at(target)
        await face.inject(fault, unit, arguments)

    async def clear(self, target: str, fault: str | None) -> None:
        """Mend what was broken."""
        face, unit = self._at(target)
        await face.clear(fault, unit)
        await self.show()

    def _at(self, target: str) -> tuple[Face, str | None]:
        if target in self.faces:
            return self.faces[target], None
        if target in self._lines:
            return self.faces[self._lines[target]], target
        known = [*self.faces, *self._lines]
        raise ConfigError(f"no line or equipment {target!r}{nearest(target, known)}")


def _face(protocol: str) -> MakeFace:
    try:
        module = importlib.import_module(f"simulators.{protocol}")
    except ModuleNotFoundError as error:
        raise ConfigError(f"no simulator shows {protocol!r}; add a folder simulators/{protocol}") from error
    return cast("MakeFace", module.FACE)


def _shown(inventory: Inventory, line: str) -> list[Shown]:
    found: list[Shown] = []
    first = 0
    for equipment in inventory.equipment:
        if equipment.connection == line:
            found.append(Shown(equipment, first))
        first += len(equipment.points)
    return found
