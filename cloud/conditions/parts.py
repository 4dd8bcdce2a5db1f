"""The machines of an inventory: which points say what, found by the points' own names, kinds and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cloud.historian.base import Series
from facility.inventory import InventoryEquipment, InventoryPoint
from facility.point import Kind

_FACTORS: Final[dict[str, dict[str, float]]] = {
    "m3/h": {"m3/h": 1.0, "L/s": 3.6, "l/s": 3.6, "L/min": 0.06, "l/min": 0.06},
    "kW": {"kW": 1.0, "W": 1e-3, "MW": 1e3},
    "MPa": {"MPa": 1.0, "kPa": 1e-3, "bar": 0.1, "Pa": 1e-6},
    "kW.h": {"kW.h": 1.0, "W.h": 1e-3, "MW.h": 1e3},
    "m3": {"m3": 1.0, "L": 1e-3, "l": 1e-3},
    "h": {"h": 1.0, "min": 1 / 60, "s": 1 / 3600},
    "1": {"1": 1.0, "": 1.0},
}
"""Unit that we reckon in → what another one is of it."""
_MEASURED: Final = {
    "flow": "m3/h", "power": "kW", "discharge_pressure": "MPa", "suction_pressure": "MPa",
}  # fmt: skip
_COUNTED: Final = {
    "starts": "1", "run_time": "h", "energy": "kW.h", "volume": "m3", "trips": "1", "door_cycles": "1",
    "door_reversals": "1",
}  # fmt: skip
_STATES: Final = {
    "running": ("running", "running"), "fault": ("down", "fault"), "mode": ("down", "out_of_service"),
}  # fmt: skip
"""Point → the role and the state that it plays it in."""
_PARTED: Final = ("running", "fault", "starts", "run_time", "energy")
"""Roles that an equipment of several machines has one of for each: `pump_1_running`."""
_TELLING: Final = frozenset({"running", "starts", "run_time", "flow", "trips"})
"""A machine has one of these, or a mode in which it is out of service; a fault alone (a detector's) makes none."""


@dataclass(frozen=True, slots=True)
class Source:
    """One point in its role, and what its values are to be multiplied by."""

    point: InventoryPoint
    factor: float
    states: frozenset[float] = frozenset()
    """Of a state: the values in which the role holds."""


@dataclass(frozen=True, slots=True)
class Part:
    """One machine: an equipment, or what runs by itself within it."""

    site: str
    equipment: InventoryEquipment
    name: str
    """Empty, `pump_1`, or an instance."""
    sources: Mapping[str, Source]

    @property
    def key(self) -> tuple[str, str]:
        """Equipment and part."""
        return self.equipment.id, self.name

    def series(self, role: str) -> Series:
        """The series of a role."""
        point = self.sources[role].point
        return Series(self.site, self.equipment.type, self.equipment.id, point.point, point.instance)

    @property
    def counters(self) -> list[str]:
        """The roles that count."""
        return [role for role in self.sources if role in _COUNTED]

    @property
    def sampled(self) -> list[str]:
        """The roles whose single samples are needed."""
        return [role for role in self.sources if role not in _COUNTED or role in ("starts", "energy")]


def parts_of(site: str, equipment: InventoryEquipment) -> list[Part]:
    """The machines of one equipment, in the order of its points; none of equipment that has nothing to reckon."""
    found: dict[str, dict[str, Source]] = defaultdict(dict)
    for point in equipment.points:
        for name, roles in _roles(point).items():
            found[name] |= {role: source for role, source in roles.items() if role not in found[name]}
    return [Part(site, equipment, name, roles) for name, roles in found.items() if _is_machine(roles)]


def _is_machine(roles: Mapping[str, Source]) -> bool:
    down = roles.get("down")
    return bool(_TELLING & set(roles)) or (down is not None and down.point.point == "mode")


def _roles(point: InventoryPoint) -> dict[str, dict[str, Source]]:
    """Part → role → source: what one point is good for."""
    if point.instance:
        return {point.instance: _of(point.point, point)}
    if found := _of(point.point, point):
        return {"": found}
    for role in _PARTED:
        part = point.point.removesuffix(f"_{role}")
        if part != point.point and (parted := _of(role, point)):
            return {part: parted}
    return {}


def _of(role: str, point: InventoryPoint) -> dict[str, Source]:
    means = point.means
    if role in _MEASURED and means.kind is Kind.MEASUREMENT:
        factor = _FACTORS[_MEASURED[role]].get(means.unit)
        return {} if factor is None else {role: Source(point, factor)}
    if role in _COUNTED and means.kind is Kind.COUNTER:
        factor = _FACTORS[_COUNTED[role]].get(means.unit)
        return {} if factor is None else {role: Source(point, factor)}
    if role not in _STATES or means.kind is not Kind.STATE:
        return {}
    plays, code = _STATES[role]
    roles = {plays: code} | ({"inspection": "inspection"} if role == "mode" else {})
    return {
        as_: Source(point, 1.0, frozenset({float(value)}))
        for as_, state in roles.items()
        if (value := means.state_value(state)) is not None
    }
