"""The running building: plant and wires on one clock, moved several times a second, broken and mended by name."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping
from typing import Any

from facility.clock import Clock
from facility.errors import ConfigError
from facility.resolve import Site
from simulators.plant import Plant
from simulators.wires import Wires

TICK = 0.2
"""Seconds between two looks at the plant: well within the quickest poll."""


class Building:
    """Answers the control's questions; only the event loop's own thread may call it."""

    def __init__(
        self,
        site: Site,
        clock: Clock,
        *,
        seed: int = 1,
        free_ports: bool = True,
        counters: Mapping[str, float] | None = None,
    ) -> None:
        self.site = site
        self._clock = clock
        self.plant = Plant(site.inventory, start=clock.now(), seed=seed, counters=counters)
        written = {name: c.options for name, c in site.written.connections.items()}
        connections = {n: _freed(o) if free_ports else o for n, o in written.items()}
        self.wires = Wires(self.plant, site.inventory, connections)
        self._broken: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Move the plant with the clock until cancelled; the wires must be open."""
        while True:
            self.plant.advance(self._clock.now())
            await self.wires.show()
            await asyncio.sleep(TICK)

    async def inject(self, target: str, fault: str, arguments: Mapping[str, str]) -> None:
        """A fault of the equipment, or of its wire; ConfigError names what there is."""
        if self.wires.knows(target, fault):
            await self.wires.inject(target, fault, arguments)
            self._broken.add((target, fault))
            return
        if target in self.wires.faces:
            there = ", ".join(self.wires.faces[target].faults)
            raise ConfigError(f"{target} has no fault {fault!r}; there are: {there}")
        self.plant.inject(target, fault, arguments)

    async def clear(self, target: str, fault: str | None) -> None:
        """Mend one fault, or all of a target; what is not broken needs no mending."""
        mine = sorted((t, f) for t, f in self._broken if t == target and fault in (None, f))
        for _, name in mine:
            await self.wires.clear(target, name)
        self._broken -= set(mine)
        if target not in self.wires.faces and not (mine and fault is not None):
            self.plant.clear(target, fault)

    def active(self) -> list[dict[str, Any]]:
        """Every fault that holds now."""
        mine = [{"target": t, "fault": f, "arguments": {}} for t, f in sorted(self._broken)]
        theirs = [{"target": a.target, "fault": a.fault, "arguments": dict(a.arguments)} for a in self.plant.active()]
        return [*theirs, *mine]

    def faults(self) -> list[dict[str, str]]:
        """Everything that can be broken, with what it does in both languages."""
        rows = [
            {"target": name, "fault": fault, "zh": text.zh, "en": text.en}
            for name, face in self.wires.faces.items()
            for fault, text in face.faults.items()
        ]
        for item in self.site.inventory.equipment:
            rows += [
                {"target": item.id, "fault": k.id, "zh": k.name.zh, "en": _with_parameters(k.name.en, k.parameters)}
                for k in self.plant.kinds(item.id)
            ]
            rows += [
                {"target": item.id, "fault": fault, "zh": text.zh, "en": text.en}
                for fault, text in self.wires.faces[item.connection].faults.items()
                if fault != "down"
            ]
        return rows

    def values(self) -> dict[str, float | None]:
        """Point id → value as the plant has it now; None where a device would have none."""
        points, values = self.site.inventory.points, self.plant.values
        return {
            p.id: None if math.isnan(values[i]) else float(values[i])
            for i, p in enumerate(points)
            if p.means.kind.sampled
        }


def _with_parameters(text: str, parameters: Any) -> str:
    shown = " ".join(f"{p.name}={p.default or '…'}" for p in parameters)
    return f"{text} ({shown})" if shown else text


def _freed(options: Mapping[str, Any]) -> dict[str, Any]:
    """The same line on a port that the system chooses."""
    freed = dict(options)
    if "port" in freed:
        freed["port"] = 0
    if "url" in freed:
        freed["url"] = f"{str(freed['url']).rsplit(':', 1)[0]}:0"
    return freed
