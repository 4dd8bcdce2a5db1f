"""What the sites used of late, from the registers of their incoming meters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import orjson
from sqlalchemy import Connection, select

from cloud.equipment.store import equipment_of, rows_by_id
from cloud.gateways.tables import GATEWAY, INVENTORY
from cloud.historian.base import Counts, Series
from facility.errors import DeliveryError
from facility.site import Meter

KWH = "kW.h"
_LATE = 1.0
"""Share of a span without samples from which on nothing can be said of it."""


@dataclass(frozen=True, slots=True)
class Used:
    """One site's electricity in one span. `kwh` is None where the registers do not say it."""

    kwh: float | None
    estimated: float
    """Share of the time (0 … 1) in which it is not known when it was used, only how much."""


def incoming(connection: Connection, sites: Sequence[str]) -> dict[str, tuple[Series, ...]]:
    """Site → the registers at the top of its meter tree that count kWh."""
    return {site: tuple(_registers(connection, site)) for site in sites}


def _registers(connection: Connection, site: str) -> list[Series]:
    tops = [meter for meter in meters_of(connection, site) if meter.parent is None]
    known = {row["id"]: row for row in rows_by_id(connection, site, {m.equipment for m in tops})}
    found: list[Series] = []
    for meter in tops:
        if meter.equipment in known:
            means = equipment_of(known[meter.equipment]["body"])
            if any(p.point == meter.point and p.means.unit == KWH for p in means.points):
                found.append(Series(site, means.type, meter.equipment, meter.point))
    return found


def meters_of(connection: Connection, site: str) -> list[Meter]:
    """The meter tree as the site's gateways tell it now."""
    g, i = GATEWAY.c, INVENTORY.c
    holds = (i.site == g.site) & (i.gateway == g.id) & (i.revision == g.inventory)
    query = select(i.body).select_from(GATEWAY.join(INVENTORY, holds)).where(g.site == site).order_by(g.id)
    bodies: Sequence[Any] = connection.execute(query).scalars().all()
    return [Meter.model_validate(each) for body in bodies if body for each in orjson.loads(body).get("meters", ())]


async def used(
    counts: Counts | None, registers: dict[str, tuple[Series, ...]], edges: Sequence[int]
) -> dict[str, list[Used]]:
    """Site → what it used between each two neighbouring edges (UTC ns, ascending)."""
    wanted = [series for some in registers.values() for series in some]
    nothing = [Used(None, _LATE) for _ in pairwise(edges)]
    if counts is None or not wanted:
        return dict.fromkeys(registers, nothing)
    try:
        found = {rises.series: rises for rises in await counts.counter_deltas(wanted, edges)}
    except DeliveryError:
        return dict.fromkeys(registers, nothing)
    return {
        site: [
            _sum([float(found[each].rise[span]) for each in some], [float(found[each].silent[span]) for each in some])
            for span in range(len(edges) - 1)
        ]
        if some
        else nothing
        for site, some in registers.items()
    }


def _sum(rises: Sequence[float], silent: Sequence[float]) -> Used:
    total = sum(rises)
    return Used(None if np.isnan(total) else total, max(silent))
