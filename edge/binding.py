"""From the inventory and the drivers to bound lines: every address, quirk and connection checked by its protocol."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel

import drivers
from drivers.base import Bound, Health, Line, Misfit, Protocol
from facility import yaml_source
from facility.clock import Clock
from facility.equipment_type import DeviceModel
from facility.errors import ConfigError, Mistake
from facility.inventory import Inventory, InventoryEquipment, InventoryPoint
from facility.resolve import Site
from facility.site import Connection

LONGEST_BACKOFF: Final = 60.0
TICK: Final = 0.25
URGENT: Final = 0.25
"""Seconds: a point that a life-safety rule watches is asked this often where that delays nobody."""


@dataclass(frozen=True)
class BoundLine:
    """One line with everything on it; `open` builds it without touching the network."""

    name: str
    protocol: Protocol
    connection: BaseModel
    points: tuple[Bound, ...]
    longest_backoff: float = LONGEST_BACKOFF
    """Seconds between two probes of a silent unit, at most."""
    tick: float = TICK
    """Seconds: its polls are gathered on this grid."""

    @cached_property
    def indexes(self) -> frozenset[int]:
        """The rows of its points in the point table."""
        return frozenset(p.index for p in self.points)

    def period(self, point: InventoryPoint) -> float:
        """Seconds between two polls of a point on this line."""
        return _period(point, bus=self.protocol.bus(self.connection))

    def open(self, clock: Clock, health: Health) -> Line:
        """The driver's line."""
        return self.protocol.line(self.name, self.connection, self.points, clock=clock, health=health)


def bind(site: Site, environ: Mapping[str, str]) -> tuple[BoundLine, ...]:
    """Bind a checked site; ConfigError carries every mistake of connections and models with file:line."""
    source = yaml_source.load(site.file)
    context: dict[str, Any] = {"base": site.file.parent, "environ": environ, "gateway": site.inventory.gateway}
    protocols: dict[str, Protocol] = {}
    connections: dict[str, BaseModel | None] = {}
    for name, written in site.written.connections.items():
        where = ("connections", name)
        if not written.protocol:
            continue
        protocol = _protocol(written.protocol, source, (*where, "protocol"), protocols)
        if protocol is not None:
            known = context | {"connection": name}
            # As it stands in the file: what is wrong with how the line is polled hides no key of the driver.
            options = {k: v for k, v in source.data["connections"][name].items() if k not in Connection.POLLING}
            connections[name] = yaml_source.check(protocol.connection, source, options, where, known)
            _check_polling(protocol, source, where)
    mistakes = list(source.mistakes)
    swift = {n for n, c in connections.items() if c and not protocols[site.inventory.connections[n]].bus(c)}
    points = _points(site, swift, protocols, mistakes)
    for name, connection in connections.items():
        if connection is not None and points[name]:
            found = protocols[site.inventory.connections[name]].misfits(connection, points[name])
            mistakes += _told(found, site, source)
    if mistakes:
        raise ConfigError(mistakes=list(dict.fromkeys(mistakes)))
    return tuple(
        BoundLine(
            name,
            protocols[site.inventory.connections[name]],
            connection,
            tuple(points[name]),
            site.written.connections[name].longest_backoff,
            site.written.connections[name].tick,
        )
        for name, connection in connections.items()
        if connection is not None and points[name]
    )


def rebind(lines: tuple[BoundLine, ...], inventory: Inventory) -> tuple[BoundLine, ...]:
    """The same lines with an inventory of other settings: only periods, deadlines and deadbands can differ."""
    fresh = {p.id: p for p in inventory.points}

    def bound(line: BoundLine, old: Bound) -> Bound:
        new = fresh[old.id]
        if (new.means, line.period(new), new.stale_after) == (old.means, old.period, old.stale_after):
            return old
        return replace(
            old,
            means=new.means,
            period=line.period(new),
            stale_after=new.stale_after,
            writable=old.writable and new.means.writable,
        )

    return tuple(replace(b, points=tuple(bound(b, p) for p in b.points)) for b in lines)


def _protocol(
    name: str, source: yaml_source.Source, where: tuple[str | int, ...], known: dict[str, Protocol]
) -> Protocol | None:
    if name not in known:
        try:
            known[name] = drivers.named(name)
        except ConfigError as error:
            source.mistake(where, str(error))
            return None
    return known[name]


def _check_polling(protocol: Protocol, source: yaml_source.Source, where: tuple[str, str]) -> None:
    """A key that would do nothing is a mistake, not a silence."""
    section, name = where
    keys = [k for k in Connection.POLLING if k != "protocol" and k in source.data[section][name]]
    for key in keys if not protocol.asked else ():
        says = f"{key} belongs to lines that are asked; a line of {protocol.name} speaks by itself: take {key} away"
        source.mistake((*where, key), says)


def _period(point: InventoryPoint, *, bus: bool) -> float:
    return min(point.period, URGENT) if point.urgent and not bus else point.period


def _points(
    site: Site, swift: Collection[str], protocols: Mapping[str, Protocol], mistakes: list[Mistake]
) -> Mapping[str, list[Bound]]:
    """Of each line; `swift` are those that are no bus."""
    found: defaultdict[str, list[Bound]] = defaultdict(list)
    index = 0
    models: dict[tuple[str, str], _Model] = {}
    for item in site.inventory.equipment:
        protocol = protocols.get(item.protocol)
        if protocol is not None:
            key = item.type, item.model
            model = models.get(key) or models.setdefault(key, _Model(*site.catalog.model_source(*key), protocol))
            found[item.connection] += _of_equipment(item, index, model, mistakes, bus=item.connection not in swift)
        index += len(item.points)
    return found


class _Model:
    """What a device model says, checked by its protocol: once, however many equipment there is of it."""

    def __init__(self, model: DeviceModel, source: yaml_source.Source, protocol: Protocol) -> None:
        self._model = model
        self._source = source
        self._protocol = protocol
        self._addresses: dict[tuple[str, str], BaseModel | None] = {}
        self._told = len(source.mistakes)
        self.quirks = yaml_source.check(protocol.quirks, source, model.quirks, ("quirks",))

    def address(self, point: InventoryPoint) -> BaseModel | None:
        """The address of a point of this model; None where it is wrong."""
        key = point.point, point.instance
        if key not in self._addresses:
            where = _where(self._model, point.point, repeated=bool(point.instance))
            self._addresses[key] = yaml_source.check(self._protocol.address, self._source, point.address, where)
        return self._addresses[key]

    def mistakes(self) -> list[Mistake]:
        """Those that are not told yet."""
        found = self._source.mistakes[self._told :]
        del self._source.mistakes[self._told :]
        return found


def _of_equipment(
    item: InventoryEquipment, first: int, model: _Model, mistakes: list[Mistake], *, bus: bool
) -> Iterator[Bound]:
    quirks, never = model.quirks, item.writes == "never"
    for i, point in enumerate(item.points, first):
        address = model.address(point)
        if address is None or quirks is None:
            continue
        yield Bound(
            index=i,
            id=point.id,
            equipment=item.id,
            instance=point.instance,
            unit=item.unit,
            means=point.means,
            period=_period(point, bus=bus),
            stale_after=point.stale_after,
            address=address,
            quirks=quirks,
            writable=point.means.writable and not never,
            never_written=never,
        )
    mistakes += model.mistakes()


def _told(misfits: Iterable[Misfit], site: Site, source: yaml_source.Source) -> Iterator[Mistake]:
    """Each with the line where it is mended: the unit in site.yaml, the address in the model."""
    misfits = list(misfits)
    if not misfits:
        return
    equipment = [(at, item) for at, item in zip(site.at, site.inventory.equipment, strict=True) for _ in item.points]
    for misfit in misfits:
        at, item = equipment[misfit.point.index]
        if misfit.where == "unit":
            place: tuple[yaml_source.Source, tuple[str | int, ...]] = source, ("equipment", at, "unit")
        else:
            model, file = site.catalog.model_source(item.type, item.model)
            place = file, _where(model, misfit.point.means.id, repeated=bool(misfit.point.instance))
        told, where = place
        told.mistake(where, misfit.says)
        yield told.mistakes.pop()


def _where(model: DeviceModel, point: str, *, repeated: bool) -> tuple[str | int, ...]:
    """Where a point's address stands in its model file."""
    if not repeated:
        return ("points", next((i for i, p in enumerate(model.points) if p.point == point), 0), "address")
    places: list[Any] = [
        ("repeat", i, "points", j, "address")
        for i, r in enumerate(model.repeat)
        for j, p in enumerate(r.points)
        if p.point == point
    ]
    return places[0] if places else ("repeat",)
