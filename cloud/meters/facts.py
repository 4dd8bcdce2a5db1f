"""What holds of each meter of a site: its inventory, what people set, its replacements, in one frozen value."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from cloud.historian.base import Series
from cloud.meters.schemas import Medium, MeterKind, MeterSettings
from facility.energy.register import Register, most_of, register_of
from facility.energy.units import measure_of, millionths_of
from facility.inventory import InventoryEquipment, InventoryPoint
from facility.site import Meter
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Replacement:
    """One meter came, another went; registers in millionths."""

    at: int
    removed: int
    installed: int
    width: int | None
    multiplier: Fraction | None


@dataclass(frozen=True, slots=True)
class MeterFacts:
    """One meter."""

    site: str
    id: str
    kind: MeterKind
    name: Text
    shown_unit: str
    """What its register is read in."""
    unit: str
    """What the ledger counts it in."""
    place: str | None
    use: str | None
    area: str | None
    parent: str | None
    reading_period: float
    series: Series | None
    formula: str | None
    replacements: tuple[Replacement, ...]
    medium: Medium | None
    """As somebody set it."""
    registers: tuple[Register, ...]
    """The first, and one for each replacement; none of a virtual meter."""

    @property
    def fingerprint(self) -> str:
        """Changes when the ledger of old readings would come out otherwise."""
        said = repr((self.unit, self.registers, self.replacements, self.reading_period))
        return hashlib.sha256(said.encode()).hexdigest()[:16]


def device_meter(
    site: str, node: Meter, equipment: InventoryEquipment, settings: MeterSettings, changes: Sequence[Replacement]
) -> MeterFacts | None:
    """A meter of an inventory; None where its point counts nothing that adds up."""
    point = _counter(equipment, node.point)
    if point is None:
        return None
    rated = equipment.rated.get("demand") if point.means.unit == "kW.h" else None
    unit = measure_of(point.means.unit).ledger
    most = most_of(unit, Decimal(str(rated)) if rated else None)
    first = register_of(point.means.unit, point.address, most)
    return MeterFacts(
        site,
        node.equipment,
        "device",
        settings.name or equipment.name,
        point.means.unit,
        unit,
        equipment.place,
        settings.use or node.use,
        settings.area or node.area,
        settings.parent or node.parent,
        float(settings.reading_period or node.reading_period),
        Series(site, equipment.type, equipment.id, point.point, point.instance),
        None,
        tuple(changes),
        settings.medium,
        _registers(first, settings, point.means.unit, changes),
    )


def own_meter(site: str, id: str, settings: MeterSettings, changes: Sequence[Replacement]) -> MeterFacts:
    """A manual or virtual meter."""
    shown = settings.unit or "kW.h"
    unit = measure_of(shown).ledger
    first = Register(unit, most_of(unit, None))
    virtual = settings.kind == "virtual"
    return MeterFacts(
        site,
        id,
        settings.kind,
        settings.name or Text(zh=id, en=id),
        shown,
        unit,
        None,
        settings.use,
        settings.area,
        settings.parent,
        float(settings.reading_period or 31 * 86_400),
        None,
        settings.formula,
        () if virtual else tuple(changes),
        settings.medium,
        () if virtual else _registers(first, settings, shown, changes),
    )


def _counter(equipment: InventoryEquipment, name: str) -> InventoryPoint | None:
    point = next((each for each in equipment.points if each.point == name), None)
    if point is None:
        return None
    try:
        measure_of(point.means.unit)
    except ValueError:
        return None
    return point


def _registers(
    first: Register, settings: MeterSettings, unit: str, changes: Sequence[Replacement]
) -> tuple[Register, ...]:
    highest = first.most if settings.highest is None else millionths_of(settings.highest, unit)
    width = first.modulus if settings.width is None else millionths_of(settings.width, unit)
    times = first.multiplier if settings.multiplier is None else Fraction(settings.multiplier)
    found = [Register(first.unit, highest, width, first.step, first.float32, times)]
    for change in changes:
        before = found[-1]
        found.append(
            Register(
                first.unit,
                highest,
                change.width if change.width is not None else before.modulus,
                first.step,
                first.float32,
                change.multiplier if change.multiplier is not None else before.multiplier,
            )
        )
    return tuple(found)


def in_tree_order(meters: Mapping[str, MeterFacts]) -> list[MeterFacts]:
    """Parents before their children, else by id; a circle begins at its first id."""
    children: dict[str | None, list[MeterFacts]] = {}
    for each in sorted(meters.values(), key=lambda m: m.id):
        children.setdefault(each.parent if each.parent in meters else None, []).append(each)
    found: dict[str, MeterFacts] = {}
    waiting = list(reversed(children.get(None, [])))
    while len(found) < len(meters):
        if not waiting:
            waiting.append(next(m for m in sorted(meters.values(), key=lambda m: m.id) if m.id not in found))
        each = waiting.pop()
        if each.id not in found:
            found[each.id] = each
            waiting += reversed(children.get(each.id, []))
    return list(found.values())


def above(meters: Mapping[str, MeterFacts], id: str) -> Iterator[MeterFacts]:
    """The meters over one, the nearest first; a circle ends where it closes."""
    seen, parent = {id}, meters[id].parent
    while parent is not None and parent in meters and parent not in seen:
        seen.add(parent)
        yield meters[parent]
        parent = meters[parent].parent


def medium_of(meter: MeterFacts) -> str:
    """Gas or water, where m3 does not say."""
    if meter.unit != "m3":
        return ""
    if meter.medium is not None:
        return meter.medium
    return "gas" if (meter.series is not None and "gas" in meter.series.type) or "gas" in meter.id else "water"
