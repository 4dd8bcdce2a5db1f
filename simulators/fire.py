"""A fire as the building answers it: confirmed by two addresses of a zone, then each expected effect in its time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from facility.clock import NS
from facility.inventory import Inventory
from facility.site import Effect, Linkage
from simulators.noise import Noise

_SOON, _LATE = 0.12, 0.45
"""An effect comes after this share of the time it is given."""


class Answers(Protocol):
    """An equipment that a fire concerns. The effect names its point and state."""

    def commanded(self, effect: Effect) -> None:
        """The panel has sent the command."""

    def answered(self, effect: Effect) -> None:
        """It does what it was told."""

    def released(self, effect: Effect) -> None:
        """The panel is reset: back to normal."""


@dataclass(slots=True)
class _Zone:
    linkage: Linkage
    confirmed: int
    waiting: list[tuple[int, Effect]]
    done: list[Effect] = field(default_factory=list)


@dataclass(slots=True)
class Alight:
    """One address in alarm. A manual call point confirms by itself; detectors in pairs (GB 50116 4.1.6)."""

    zone: str
    manual: bool


class Fire:
    """Fires by zone and the linkage they set off; the wires of the panel, not of Gatehouse."""

    def __init__(self, inventory: Inventory, noise: Noise) -> None:
        self._linkage: Final = {x.zone: x for x in inventory.linkage}
        self._noise = noise
        self._zones: dict[str, _Zone] = {}
        self.alight: dict[str, Alight] = {}
        """Addresses in alarm, by `equipment.instance`."""
        self.missing_of: dict[str, set[str]] = {}
        """By panel, the effects that will not come: an id, or the kind of several."""
        self._panels: dict[str, dict[str, set[str]]] = {}
        self.manual = False
        """The panel is in manual: it commands nothing."""

    @property
    def zones(self) -> tuple[str, ...]:
        """Zones of which the fire is confirmed."""
        return tuple(self._zones)

    def lost(self, effect: Effect) -> bool:
        """Whether an effect is made to fail."""
        return any(effect.id in m or effect.kind in m for m in self.missing_of.values())

    def panel(self, place: str) -> dict[str, set[str]]:
        """What each interface of the panel at a place says of it, by equipment."""
        return self._panels.setdefault(place, {})

    def step(self, now: int, equipment: Mapping[str, Answers]) -> None:
        """Confirm, command, answer, release."""
        if not self.alight and not self._zones:
            return
        burning = self._confirmed()
        for zone in [z for z in self._zones if z not in burning]:
            self._release(self._zones.pop(zone), equipment)
        for zone in burning - self._zones.keys():
            self._start(zone, now, equipment)
        for active in self._zones.values():
            self._answer(active, now, equipment)

    def _confirmed(self) -> set[str]:
        counts: dict[str, int] = {}
        for each in self.alight.values():
            counts[each.zone] = counts.get(each.zone, 0) + (2 if each.manual else 1)
        started = {z for z in self._zones if counts.get(z)}
        return {z for z, n in counts.items() if n >= 2 and not self.manual} | started

    def _start(self, zone: str, now: int, equipment: Mapping[str, Answers]) -> None:
        linkage = self._linkage.get(zone)
        if linkage is None:
            return
        waiting = []
        for effect in linkage.effects:
            target = equipment[effect.point.partition(".")[0]]
            target.commanded(effect)
            share = self._noise.uniform(_SOON, _LATE)
            waiting.append((now + round(effect.within * share * NS), effect))
        self._zones[zone] = _Zone(linkage, now, sorted(waiting, key=lambda x: x[0]))

    def _answer(self, zone: _Zone, now: int, equipment: Mapping[str, Answers]) -> None:
        for due, effect in list(zone.waiting):
            if due <= now and not self.lost(effect):
                equipment[effect.point.partition(".")[0]].answered(effect)
                zone.waiting.remove((due, effect))
                zone.done.append(effect)

    def _release(self, zone: _Zone, equipment: Mapping[str, Answers]) -> None:
        still = {e.point for z in self._zones.values() for e in (*z.done, *(w for _, w in z.waiting))}
        for effect in zone.linkage.effects:
            if effect.point not in still:
                equipment[effect.point.partition(".")[0]].released(effect)
