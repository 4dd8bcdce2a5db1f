"""The power net: every load, by use, up the tree of the meters to the transformer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from facility.inventory import Inventory
from simulators import profiles
from simulators.calendar import Calendar
from simulators.noise import Noise
from simulators.sky import Sky, Wander

_USE_OF_TYPE: Final = {"elevator": "lifts", "pump": "pumps", "sump": "pumps", "fire_water": "pumps"}
_NEVER_CUT: Final = frozenset({"lifts", "pumps"})
"""Fire lifts and water pumps are fed from their own board; cutting non-fire power does not touch them."""
_POWER_FACTOR: Final = {"household": 0.96, "lighting": 0.93, "charging": 0.99, "lifts": 0.93, "pumps": 0.94}


@dataclass(slots=True)
class Node:
    """One meter of the tree: what it feeds itself, and what its children feed. kW, averaged over the step."""

    id: str
    use: str
    area: float
    zones: frozenset[str]
    wander: Wander
    children: list[Node] = field(default_factory=list)
    fed: list[str] = field(default_factory=list)
    """Equipment whose load hangs on this meter."""
    own: float = 0.0
    power: float = 0.0

    @property
    def power_factor(self) -> float:
        """Of the load as it is now."""
        if not self.children or self.power <= 0.0:
            return _POWER_FACTOR.get(self.use, 0.94)
        return (self.own * 0.94 + sum(c.power * c.power_factor for c in self.children)) / self.power


class PowerNet:
    """Loads in, power of every meter out."""

    def __init__(self, inventory: Inventory, calendar: Calendar, sky: Sky, noise: Noise) -> None:
        self._calendar = calendar
        self._sky = sky
        self._loads: dict[str, float] = {}
        self.mains = True
        self.cut_zones: set[str] = set()
        """Fire zones whose non-fire power is cut."""
        self.total = 0.0
        self.nodes = _nodes(inventory, noise)
        self.roots = _tree(inventory, self.nodes)
        self._zones = frozenset(p.zone for p in inventory.places if p.zone)
        _hang(inventory, self.nodes, self.roots)
        self._metered = {e for n in self.nodes.values() for e in n.fed}

    def report(self, equipment: str, power: float) -> None:
        """What an equipment drew on the average of this step, kW."""
        self._loads[equipment] = power

    def step(self, seconds: float) -> None:
        """Add it all up."""
        for root in self.roots:
            self._add(root, seconds)
        rest = sum(p for e, p in self._loads.items() if e not in self._metered)
        self.total = sum(r.power for r in self.roots) + rest if self.mains else 0.0

    def _add(self, node: Node, seconds: float) -> None:
        for child in node.children:
            self._add(child, seconds)
        profile = self._profile(node) * (1.0 + node.wander.step(seconds)) * self._left(node) if self.mains else 0.0
        node.own = max(0.0, profile) + sum(self._loads.get(e, 0.0) for e in node.fed)
        node.power = node.own + sum(c.power for c in node.children)

    def _profile(self, node: Node) -> float:
        make = _PROFILES.get(node.use)
        if make is None:
            return 0.0 if node.use in _NEVER_CUT else 5.0 * _at(profiles.OFFICE, self._calendar)
        return make(node, self._calendar, self._sky)

    def _left(self, node: Node) -> float:
        if node.use in _NEVER_CUT or not self.cut_zones:
            return 1.0
        zones = node.zones or self._zones
        return 1.0 - len(zones & self.cut_zones) / len(zones) if zones else 1.0


def _at(profile: profiles.Profile, calendar: Calendar) -> float:
    return profiles.at(profile[calendar.kind], calendar.hour)


def _household(node: Node, calendar: Calendar, sky: Sky) -> float:
    climate = 1.0 + 0.035 * max(0.0, sky.temperature - 26.0) + 0.022 * max(0.0, 9.0 - sky.temperature)
    return 2.8e-3 * (node.area or 10_000.0) * _at(profiles.HOUSEHOLD, calendar) * climate


def _lighting(_node: Node, _calendar: Calendar, sky: Sky) -> float:
    return 4.2 + (5.5 if sky.dark else 0.0)


def _charging(_node: Node, calendar: Calendar, _sky: Sky) -> float:
    return 22.0 * _at(profiles.CHARGING, calendar)


def _public(_node: Node, calendar: Calendar, _sky: Sky) -> float:
    return 6.5 * _at(profiles.OFFICE, calendar)


def _incoming(_node: Node, _calendar: Calendar, _sky: Sky) -> float:
    return 1.2


_PROFILES: Final[Mapping[str, Callable[[Node, Calendar, Sky], float]]] = {
    "household": _household,
    "lighting": _lighting,
    "charging": _charging,
    "public": _public,
    "incoming": _incoming,
}


def _nodes(inventory: Inventory, noise: Noise) -> dict[str, Node]:
    types = {e.id: e.type for e in inventory.equipment}
    parents = {p.id: p.parent for p in inventory.places}
    nodes = {}
    for meter in inventory.meters:
        if types.get(meter.equipment) != "power_meter":
            continue
        inside = [p for p in inventory.places if meter.area is not None and _within(p.id, meter.area, parents)]
        nodes[meter.equipment] = Node(
            meter.equipment,
            meter.use or "",
            sum(p.area or 0.0 for p in inside),
            frozenset(p.zone for p in inside if p.zone),
            Wander(noise, 0.05, 600.0),
        )
    return nodes


def _within(place: str | None, area: str, parents: Mapping[str, str | None]) -> bool:
    while place is not None and place != area:
        place = parents.get(place)
    return place == area


def _tree(inventory: Inventory, nodes: Mapping[str, Node]) -> list[Node]:
    roots: list[Node] = []
    for meter in inventory.meters:
        if (node := nodes.get(meter.equipment)) is not None:
            parent = nodes.get(meter.parent or "")
            (roots if parent is None else parent.children).append(node)
    return roots


def _hang(inventory: Inventory, nodes: Mapping[str, Node], roots: list[Node]) -> None:
    parents = {p.id: p.parent for p in inventory.places}
    areas = {m.equipment: m.area for m in inventory.meters}
    for item in inventory.equipment:
        use = _USE_OF_TYPE.get(item.type)
        if use is None:
            continue
        fitting = [
            n
            for n in nodes.values()
            if n.use == use and ((a := areas[n.id]) is None or _within(item.place, a, parents))
        ]
        for node in (fitting or roots)[:1]:
            node.fed.append(item.id)
