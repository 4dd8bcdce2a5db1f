"""The water supply: one tank, sets of pumps that hold the pressure of a zone, and what people draw from it.

Units: m3/h, metres of water column, seconds. A pump's curve at speed s (1 = 50 Hz) follows the affinity laws:
H(Q, s) = s²·H0 - k·Q², with H0 = 1.3 times the rated head and the rated point on the curve.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from facility.inventory import Inventory, InventoryEquipment
from simulators import profiles
from simulators.calendar import Calendar
from simulators.noise import Noise
from simulators.sky import Wander

KPA_PER_METRE: Final = 9.79
"""ρ·g of water at 20 °C."""

_MEAN_DEMAND: Final = 0.24
"""Mean demand of a zone as a share of one pump's rated flow."""
_LEAST_FLOW: Final = 0.12
"""Share of the rated flow below which a set fills its vessel and goes to sleep."""
_VESSEL: Final = 0.0167
"""m3 that the pressure vessel takes up for each metre of pressure."""
_WAKE, _SLEEP = -6.0, 2.0
_SHORT: Final = -10.0
"""Metres from the set-point: a sleeping set starts, a filled one stops, a set that is too weak calls one more."""


@dataclass(slots=True)
class PumpUnit:
    """The wet half of one pump. Its behaviour says what ails it; the set says whether and how fast it runs."""

    id: str
    flow_rated: float
    head_rated: float
    ready: bool = True
    """Powered, in auto, not tripped."""
    forced: bool = False
    """Runs by hand, whatever the set wants."""
    dry: bool = False
    cycling: bool = False
    leak: float = 0.0
    """m3/h that run away behind this pump."""
    running: bool = False
    speed: float = 0.0
    flow: float = 0.0
    head: float = 0.0
    """Metres that the impeller adds."""
    discharge: float = 0.0
    suction: float = 0.0
    phase: float = 0.0

    @property
    def shut_off(self) -> float:
        """H0 in m."""
        return 1.3 * self.head_rated

    @property
    def droop(self) -> float:
        """K in m/(m3/h)²."""
        return 0.3 * self.head_rated / self.flow_rated**2


@dataclass(slots=True)
class Tank:
    """The supply tank: filled through a valve between two levels."""

    area: float = 24.0
    level: float = 2.0
    inflow: float = 0.0
    filling: bool = False

    def step(self, seconds: float, outflow: float) -> None:
        """Balance of one step; `inflow` is what came from the street, m3/h, on the average of the step."""
        self.filling = self.level < 1.9 or (self.filling and self.level < 2.1)
        self.inflow = 0.0
        if self.filling:
            room = (2.12 - self.level) * self.area * 3600.0 / seconds + outflow
            self.inflow = max(0.0, min(15.0, room))
        self.level = max(0.0, self.level + (self.inflow - outflow) / 3600.0 * seconds / self.area)


@dataclass(slots=True)
class SupplySet:
    """The pumps of one zone: as many run as the demand needs, the lead changes at each start."""

    pumps: list[PumpUnit]
    wander: Wander
    header: float = 0.0
    needed: int = 1
    demand: float = 0.0
    flow: float = 0.0
    _weak: float = 0.0
    _strong: float = 0.0
    _blocked: float = 0.0

    def __post_init__(self) -> None:
        self.header = self.setpoint

    @property
    def setpoint(self) -> float:
        """Discharge pressure that the set holds, m."""
        return 0.92 * self.pumps[0].head_rated

    def step(self, seconds: float, usage: float, suction: float) -> None:
        """Go on by `seconds`; `usage` is the hour's factor (1 = the mean day)."""
        rated = self.pumps[0].flow_rated
        wanted = _MEAN_DEMAND * rated * usage * math.exp(self.wander.step(seconds))
        self.demand = wanted + sum(p.leak for p in self.pumps)
        self._choose(seconds)
        self._flow(seconds, suction)

    def _choose(self, seconds: float) -> None:
        self._count(seconds)
        self._blocked = max(0.0, self._blocked - seconds)
        wanted = [p for p in self.pumps if p.ready and not p.dry and not p.cycling][: self.needed]
        for pump in self.pumps:
            on = self._wants(pump, wanted, seconds)
            if pump.running and not on and not pump.ready:
                self._blocked = 3.0
            elif on and not pump.running and self._blocked > 0.0 and not pump.forced:
                on = False
            pump.running = on

    def _wants(self, pump: PumpUnit, wanted: Sequence[PumpUnit], seconds: float) -> bool:
        if not pump.ready and not pump.forced:
            return False
        if pump.cycling:
            pump.phase = (pump.phase + seconds) % 30.0
            return pump.phase < 10.0
        return pump.forced or pump.dry or pump in wanted

    def _count(self, seconds: float) -> None:
        away = self.header - self.setpoint
        rated = self.pumps[0].flow_rated
        if self.needed == 0 and away <= _WAKE:
            self.needed = 1
            self.pumps.append(self.pumps.pop(0))
        elif self.needed and away >= _SLEEP and self.demand < _LEAST_FLOW * rated:
            self.needed = 0
        self._weak = self._weak + seconds if self.needed and away < _SHORT else 0.0
        spare = self.needed > 1 and self.demand < 0.7 * (self.needed - 1) * rated
        self._strong = self._strong + seconds if spare else 0.0
        if self._weak > 8.0 and self.needed < len(self.pumps):
            self.needed, self._weak = self.needed + 1, 0.0
        elif self._strong > 60.0:
            self.needed, self._strong = self.needed - 1, 0.0

    def _flow(self, seconds: float, suction: float) -> None:
        good = [p for p in self.pumps if p.running and not p.dry]
        draw = self.demand * math.sqrt(min(1.1, max(0.0, self.header / self.setpoint)))
        given = self._given(good, draw, seconds, suction)
        self.header = max(0.0, self.header + (given - draw) / 3600.0 * seconds / _VESSEL)
        self.flow = given
        for pump in self.pumps:
            pump.suction = suction
            self._spin(pump, given / len(good) if pump in good else 0.0)

    def _given(self, good: Sequence[PumpUnit], draw: float, seconds: float, suction: float) -> float:
        if not good:
            return 0.0
        rated = sum(p.flow_rated for p in good)
        top = _VESSEL * 3600.0 / max(4.0, seconds)
        missing = (self.setpoint - self.header) * top
        least = min(_LEAST_FLOW * rated, draw + (self.setpoint + 3.0 - self.header) * top)
        wanted = max(draw + max(0.0, min(missing, 0.9 * rated - draw)), least)
        first = good[0]
        lift = first.shut_off - (self.header - suction)
        return min(wanted, len(good) * math.sqrt(max(0.0, lift) / first.droop))

    def _spin(self, pump: PumpUnit, flow: float) -> None:
        if not pump.running:
            pump.speed = pump.flow = pump.head = 0.0
            pump.discharge = self.header
            return
        if pump.dry:
            pump.speed, pump.flow, pump.head = 1.0, 0.0, 0.08 * pump.shut_off
            pump.discharge = pump.suction + pump.head
            return
        pump.flow, pump.head = flow, max(0.0, self.header - pump.suction)
        pump.speed = min(1.0, max(0.4, math.sqrt((pump.head + pump.droop * flow**2) / pump.shut_off)))
        pump.discharge = self.header


@dataclass(slots=True)
class WaterSupply:
    """All sets, the tank they draw from, and the gardens."""

    calendar: Calendar
    noise: Noise
    tank: Tank = field(default_factory=Tank)
    sets: list[SupplySet] = field(default_factory=list)
    gardens: float = 0.0
    """m3/h, straight from the street."""

    @property
    def incoming(self) -> float:
        """m3/h from the street."""
        return self.tank.inflow + self.gardens

    def step(self, seconds: float) -> None:
        """Go on by `seconds`."""
        kind, hour = self.calendar.kind, self.calendar.hour
        usage = profiles.at(profiles.WATER[kind], hour)
        suction = self.tank.level + 0.5
        for each in self.sets:
            each.step(seconds, usage, suction)
        self.tank.step(seconds, sum(s.flow for s in self.sets))
        self.gardens = 0.9 * profiles.at(profiles.GARDENS[kind], hour)


def supply(inventory: Inventory, calendar: Calendar, noise: Noise) -> tuple[WaterSupply, dict[str, PumpUnit]]:
    """The sets of a site: pumps that serve the same places belong together."""
    water, units = WaterSupply(calendar, noise), {}
    sets: dict[tuple[str, ...], list[PumpUnit]] = {}
    for item in inventory.equipment:
        if item.type == "pump":
            units[item.id] = _unit(item)
            sets.setdefault(tuple(sorted(item.serves)), []).append(units[item.id])
    water.sets = [SupplySet(pumps, Wander(noise, 0.22, 240.0)) for pumps in sets.values()]
    return water, units


def _unit(item: InventoryEquipment) -> PumpUnit:
    return PumpUnit(item.id, item.rated.get("flow", 12.0), item.rated.get("head", 60.0))
