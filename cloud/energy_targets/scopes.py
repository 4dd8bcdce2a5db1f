"""What a scope is: one meter, or the outermost meters of an area that count the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from cloud.energy_settings.ground import EnergySite, energy_site, used
from cloud.errors import NotFound
from cloud.meters.facts import medium_of
from facility.energy.intervals import Intervals, aggregate, exact
from facility.energy.local_time import edges
from facility.energy.uses import FED_IN
from facility.errors import nearest
from facility.words import Text

F8 = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scoped:
    """A scope with its meters."""

    scope: str
    name: Text
    meters: tuple[str, ...]
    unit: str
    medium: str
    """gas or water, where m3 does not say."""
    m2: Decimal | None


def scoped(where: EnergySite, scope: str) -> Scoped:
    """NotFound for a meter or an area that the site does not have."""
    kind, _, id = scope.partition(":")
    if kind == "meter":
        meter = where.meter(id)
        area = meter.area or (where.id if meter.parent is None else None)
        m2 = where.area_m2.get(area) if area else None
        return Scoped(scope, meter.name, (id,), meter.unit, medium_of(meter), m2)
    inside = {m.id: m for m in where.meters.values() if id in {m.area, where.id} and m.use != FED_IN}
    outermost = [m.id for m in inside.values() if m.parent not in inside and m.kind != "virtual"]
    if not outermost:
        areas = {m.area for m in where.meters.values() if m.area}
        raise NotFound(
            f"区域 {id!r} 下没有表计 · no meter of {where.id} counts for the area {id!r}{nearest(id, areas)}"
        )
    electric = [each for each in outermost if where.meters[each].unit == "kW.h"] or outermost[:1]
    unit = where.meters[electric[0]].unit
    return Scoped(
        scope,
        where.names.get(id, Text(zh=id, en=id)),
        tuple(electric),
        unit,
        medium_of(where.meters[electric[0]]),
        where.area_m2.get(id),
    )


def scope_name(connection: Connection, site: str, scope: str) -> Text:
    """As people call it; its id where it is gone."""
    try:
        return scoped(energy_site(connection, site), scope).name
    except NotFound:
        id = scope.partition(":")[2]
        return Text(zh=id, en=id)


@dataclass(frozen=True, slots=True)
class Daily:
    """A scope's days: amounts exact in millionths, NaN where a meter's day is not wholly known."""

    first: date
    amount: int
    """Of all that is known."""
    whole: F8
    coverage: F8

    @property
    def covered(self) -> float:
        """Of all days."""
        return float(self.coverage.mean()) if len(self.coverage) else 0.0

    @property
    def exact(self) -> Decimal:
        """In its unit."""
        return exact(self.amount)


def daily(
    connection: Connection, where: EnergySite, scopes: Sequence[Scoped], first: date, last: date
) -> dict[str, Daily]:
    """The local days [first, last] of some scopes, none where `last` lies before; every meter is read once."""
    if last < first:
        return {each.scope: Daily(first, 0, np.empty(0), np.empty(0)) for each in scopes}
    ids = list(dict.fromkeys(id for each in scopes for id in each.meters))
    amounts = by_days(where, used(connection, where, ids, first, last), first, last)
    return {each.scope: _joined([amounts[id] for id in each.meters], first) for each in scopes}


def by_days(where: EnergySite, amounts: Mapping[str, Intervals], first: date, last: date) -> dict[str, Intervals]:
    """Quarters as local days."""
    cuts = edges(where.zone, first, date.fromordinal(last.toordinal() + 1), "day")
    return {id: aggregate(each, cuts) for id, each in amounts.items()}


def _joined(parts: Iterable[Intervals], first: date) -> Daily:
    held = list(parts)
    coverage = np.mean([each.coverage for each in held], axis=0)
    total = np.sum([each.amount for each in held], axis=0)
    whole = np.where(np.min([each.coverage for each in held], axis=0) >= 1, total / 1e6, np.nan)
    return Daily(first, int(total.sum()), whole, coverage)
