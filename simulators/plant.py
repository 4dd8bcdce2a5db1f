"""One building on one clock; everything that the wires show comes from here."""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import replace

import numpy as np

from facility.batch import F8, Note
from facility.clock import NS
from facility.errors import ConfigError, nearest
from facility.inventory import Inventory, InventoryEquipment
from facility.point import Kind
from simulators import equipment as shipped
from simulators.behaviour import Context, EquipmentBehaviour, Stage
from simulators.faults import ActiveFault, FaultKind, Faults
from simulators.noise import Noise
from simulators.premises import build
from simulators.terminals import Terminals

LIVE_STEP = 1.0
"""s: no step is longer unless history is asked for."""


def behaviour_of(type_: str) -> type[EquipmentBehaviour]:
    """The class of an equipment type: simulators/equipment/<type>.py; ConfigError where there is no such file."""
    name = f"{shipped.__name__}.{type_}"
    if not type_.isidentifier() or importlib.util.find_spec(name) is None:
        known = [m.name for m in pkgutil.iter_modules(shipped.__path__)]
        raise ConfigError(
            f"no simulator for equipment type {type_!r}{nearest(type_, known)}: "
            f"write simulators/equipment/{type_}.py (there are: {', '.join(known)})"
        )
    found: type[EquipmentBehaviour] = importlib.import_module(name).Behaviour
    return found


class Plant:
    """The simulated building of an inventory. `start` and `time` are UTC ns; one seed gives one history.

    `counters` (by point id) lets meters go on from where they stood, as real ones do over a restart.
    """

    def __init__(
        self, inventory: Inventory, *, start: int, seed: int = 1, counters: Mapping[str, float] | None = None
    ) -> None:
        self.inventory = inventory
        self.values: F8 = np.full(len(inventory.points), np.nan)
        """One float64 for each of inventory.points, in the point's unit; NaN where a device has no value."""
        self.time = start
        self._texts: dict[int, str] = {}
        self.premises = build(inventory, start, seed)
        self.equipment: dict[str, EquipmentBehaviour] = {}
        self._faults: dict[str, Faults] = {}
        offset = 0
        for item in inventory.equipment:
            self.equipment[item.id] = self._place(item, offset, seed, counters or {})
            offset += len(item.points)
        order = sorted(self.equipment.values(), key=lambda b: b.STAGE)
        self._prepared = [b for b in order if type(b).prepare is not EquipmentBehaviour.prepare]
        self._movers = [b for b in order if b.STAGE is not Stage.METER]
        self._meters = [b for b in order if b.STAGE is Stage.METER]
        self._step(0.001)

    def _place(
        self, item: InventoryEquipment, offset: int, seed: int, counters: Mapping[str, float]
    ) -> EquipmentBehaviour:
        made = behaviour_of(item.type)
        self._faults[item.id] = Faults(made.FAULTS)
        terminals = Terminals(item, offset, self.values, self._texts)
        return made(Context(item, terminals, self.premises, self._faults[item.id], Noise(seed, item.id), counters))

    def text(self, index: int) -> str:
        """The text of a text point; empty where it has none."""
        return self._texts.get(index, "")

    def counters(self) -> dict[str, float]:
        """What every counter stands at, by point id: for the next plant's `counters`."""
        points = self.inventory.points
        return {p.id: float(self.values[i]) for i, p in enumerate(points) if p.means.kind is Kind.COUNTER}

    def advance(self, to: int, *, step: float = LIVE_STEP) -> None:
        """Go on to UTC ns `to` in steps of at most `step` seconds; a moment already past changes nothing."""
        longest = max(1, round(step * NS))
        while self.time < to:
            length = min(longest, to - self.time)
            self.time += length
            self._step(length / NS)

    def _step(self, seconds: float) -> None:
        premises = self.premises
        premises.calendar.update(self.time)
        for behaviour in self._prepared:
            behaviour.prepare()
        premises.step(seconds)
        premises.rounds.step(self.time)
        premises.fire.step(self.time, self.equipment)
        for behaviour in self._movers:
            behaviour.step(seconds)
        premises.power.step(seconds)
        for behaviour in self._meters:
            behaviour.step(seconds)

    def drain(self) -> list[Note]:
        """The messages of event points since the last time, in the order of their moments (UTC ns)."""
        notes = sorted(self.premises.notes, key=lambda n: n.time)
        self.premises.notes.clear()
        return notes

    def kinds(self, target: str) -> tuple[FaultKind, ...]:
        """The faults that an equipment can have."""
        return self._of(target).kinds

    def check(self, target: str, fault: str | None, arguments: Mapping[str, str] | None = None) -> None:
        """ConfigError where this could not be injected (arguments given), or cleared (None)."""
        faults = self._of(target)
        kind = faults.kind(target, fault) if fault is not None else None
        if kind is not None and arguments is not None:
            self.equipment[target].check(kind.id, faults.arguments(target, kind, arguments))

    def inject(self, target: str, fault: str, arguments: Mapping[str, str] | None = None) -> None:
        """Put a fault in; again with other arguments changes it. ConfigError names what there is."""
        faults = self._of(target)
        kind = faults.kind(target, fault)
        found = faults.arguments(target, kind, arguments or {})
        self.equipment[target].check(fault, found)
        active = ActiveFault(target, fault, found, self.time)
        if kind.momentary:
            self.equipment[target].happen(active)
        else:
            faults.add(active, kind)

    def clear(self, target: str, fault: str | None = None) -> None:
        """Take one fault out, or all of the target; what is not there needs no clearing."""
        faults = self._of(target)
        if fault is not None:
            faults.kind(target, fault)
        gone = [f.fault for f in faults.active() if fault in (None, f.fault)]
        faults.remove(fault)
        for name in dict.fromkeys(gone):
            self.equipment[target].cleared(name)

    def active(self) -> list[ActiveFault]:
        """All faults that are there, oldest first."""
        found: Iterable[ActiveFault] = (f for faults in self._faults.values() for f in faults.active())
        return [replace(f, arguments=dict(f.arguments)) for f in sorted(found, key=lambda f: f.since)]

    def _of(self, target: str) -> Faults:
        found = self._faults.get(target)
        if found is None:
            known = list(self._faults)
            raise ConfigError(f"no equipment {target!r}{nearest(target, known)} (there are: {', '.join(known)})")
        return found
