"""Which meters a use or an area is the sum of: its outermost ones, so that nothing is counted twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from cloud.meters.facts import MeterFacts, above
from facility.energy.uses import FED_IN, GROUPS, use_of
from facility.words import Text


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a breakdown."""

    id: str
    name: Text
    unit: str
    meters: tuple[str, ...]


def use_groups(meters: Mapping[str, MeterFacts]) -> list[Group]:
    """分项, in the order of the guideline."""
    found = _grouped(meters, lambda meter: use_of(meter.use).group)
    order = list(GROUPS)
    return [
        Group(id, GROUPS[id], unit, ids)
        for (id, unit), ids in sorted(found.items(), key=lambda each: (order.index(each[0][0]), each[0][1]))
    ]


def area_groups(meters: Mapping[str, MeterFacts], names: Mapping[str, Text]) -> list[Group]:
    """Areas that some meter says, by name; a meter that says none, or counts what leaves the site, is no area's."""
    found = _grouped(meters, lambda meter: None if meter.use == FED_IN else meter.area)
    return [Group(id, names.get(id, Text(zh=id, en=id)), unit, ids) for (id, unit), ids in sorted(found.items())]


def _grouped(
    meters: Mapping[str, MeterFacts], key: Callable[[MeterFacts], str | None]
) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for id, meter in meters.items():
        mine = key(meter)
        covered = any(key(each) == mine and each.unit == meter.unit for each in above(meters, id))
        if mine is not None and meter.kind != "virtual" and not covered:
            found[mine, meter.unit] = (*found.get((mine, meter.unit), ()), id)
    return found
