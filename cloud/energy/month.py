"""The month of a site: each meter by day and in total, beside the month and the year before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, func, select

from cloud.energy.amounts import amounts_of
from cloud.energy.schemas import ComparedAmounts, EnergyMonth, MeterMonth, SiteTotal, UseMonth, columns_of, sum_of
from cloud.ledger.tables import LEDGER_STATE
from cloud.meters.facts import MeterFacts, above
from cloud.sites.area import floor_area
from cloud.sites.store import places
from facility.energy.intervals import I8, QUARTER, Intervals, Total, aggregate
from facility.energy.local_time import edges, midnight, month_of
from facility.energy.uses import FED_IN, GROUPS, use_of

ENOUGH = 0.9
"""Share of its time that must be known of a stretch before it is compared."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """The month as far as it has come, and the stretches beside it."""

    days: I8
    """The edges of the month's days."""
    now: tuple[int, int]
    before: tuple[int, int]
    year: tuple[int, int]
    until: int
    """What is known ends here: the last whole quarter hour; now, where nothing was read before the running one."""


def stretches(zone: ZoneInfo, year: int, month: int, now: int, begun: int | None = None) -> Stretches:
    """ComparedAmounts is the same number of days and hours from the first of the month on, at most to its end.

    `begun`: the first reading of all; where it lies in the running quarter hour, that one is shown in part.
    """
    first, end = month_of(year, month)
    start, stop = midnight(zone, first), midnight(zone, end)
    until = max(min(stop, now // QUARTER * QUARTER), start)
    whole = until == stop
    running = begun is not None and start <= until <= begun <= now < stop
    shown, until = (now, until + QUARTER) if running else (until, until)
    pairs = []
    for y, m in ((year, month - 1), (year - 1, month)):
        low_day, high_day = month_of(y, m)
        low, high = midnight(zone, low_day), midnight(zone, high_day)
        pairs.append((low, high if whole else min(low + until - start, high)))
    return Stretches(edges(zone, first, end, "day"), (start, until), pairs[0], pairs[1], shown)


def begun_at(connection: Connection, site: str) -> int | None:
    """When the first meter of a site was first read."""
    first = func.min(LEDGER_STATE.c.first_at)
    begun: int | None = connection.execute(select(first).where(LEDGER_STATE.c.site == site)).scalar_one()
    return begun


def month_of_site(
    connection: Connection, site: str, zone: ZoneInfo, meters: Mapping[str, MeterFacts], month: str, now: int
) -> EnergyMonth:
    """All meters of a site in a month `2026-11`."""
    year, number = map(int, month.split("-"))
    which = stretches(zone, year, number, now, begun_at(connection, site))
    wanted = tuple(meters)
    whole = (int(which.days[0]), int(which.days[-1]))
    amounts = amounts_of(connection, meters, wanted, *whole)
    before = _totals(amounts_of(connection, meters, wanted, *which.before))
    last_year = _totals(amounts_of(connection, meters, wanted, *which.year))
    days = {id: aggregate(amounts[id], which.days) for id in wanted}
    until = {id: amounts[id].between(*which.now).total() for id in wanted}
    beside = {id: (compared(until[id], before[id]), compared(until[id], last_year[id])) for id in wanted}
    return EnergyMonth(
        site=site,
        month=month,
        timezone=str(zone),
        start=whole[0],
        end=whole[1],
        until=which.until,
        area=floor_area(places(connection, site)),
        totals=tuple(_site_totals(meters, days, until, before, last_year)),
        uses=tuple(_uses(meters, until)),
        meters=tuple(_meter(meters[id], days[id], until[id], beside[id]) for id in wanted),
    )


def _totals(amounts: Mapping[str, Intervals]) -> dict[str, Total]:
    return {id: each.total() for id, each in amounts.items()}


def compared(now: Total, before: Total) -> ComparedAmounts:
    """A stretch beside another; no change is told where either is known for less than ENOUGH of its time."""
    known = now.coverage >= ENOUGH and before.coverage >= ENOUGH and before.amount > 0
    change = now.amount / before.amount - 1 if known else None
    return ComparedAmounts(now=sum_of(now), before=sum_of(before), change=None if change is None else round(change, 6))


def _meter(
    meter: MeterFacts, days: Intervals, total: Total, beside: tuple[ComparedAmounts, ComparedAmounts]
) -> MeterMonth:
    return MeterMonth(
        meter=meter.id,
        name=meter.name,
        unit=meter.unit,
        use=meter.use,
        use_group=use_of(meter.use).group,
        area=meter.area,
        parent=meter.parent,
        total=sum_of(total),
        days=columns_of(days),
        month_before=beside[0],
        year_before=beside[1],
    )


def roots(meters: Mapping[str, MeterFacts]) -> dict[str, list[str]]:
    """Meters with a register that none lies above, by unit: what enters the site; what is fed in does not."""
    found: dict[str, list[str]] = {}
    for id, meter in meters.items():
        parent = meters.get(meter.parent or "")
        enters = meter.kind != "virtual" and meter.use != FED_IN
        if enters and (parent is None or parent.unit != meter.unit):
            found.setdefault(meter.unit, []).append(id)
    return found


def _site_totals(
    meters: Mapping[str, MeterFacts],
    days: Mapping[str, Intervals],
    now: Mapping[str, Total],
    before: Mapping[str, Total],
    year: Mapping[str, Total],
) -> list[SiteTotal]:
    found = []
    for unit, ids in roots(meters).items():
        here, was, long_ago = (together(unit, [some[id] for id in ids]) for some in (now, before, year))
        found.append(
            SiteTotal(
                unit=unit,
                total=sum_of(here),
                month_before=compared(here, was),
                year_before=compared(here, long_ago),
                meters=tuple(ids),
                days=columns_of(added(unit, [days[id] for id in ids])),
            )
        )
    return found


def together(unit: str, totals: Sequence[Total]) -> Total:
    """Side by side: known is what is known of all, as a share of all their time."""
    return Total(
        unit,
        sum(each.amount for each in totals),
        sum(each.coverage for each in totals) / len(totals),
        max(each.quality for each in totals),
        sum(each.uncertainty for each in totals),
    )


def added(unit: str, parts: Sequence[Intervals]) -> Intervals:
    """Side by side, interval by interval; the coverage is the mean of theirs."""
    return Intervals(
        unit,
        parts[0].edges,
        np.sum([part.amount for part in parts], axis=0, dtype=np.int64),
        np.max([part.quality for part in parts], axis=0).astype(np.uint8),
        np.mean([part.coverage for part in parts], axis=0),
        np.sum([part.before for part in parts], axis=0),
        np.sum([part.after for part in parts], axis=0),
    )


def _uses(meters: Mapping[str, MeterFacts], until: Mapping[str, Total]) -> list[UseMonth]:
    groups: dict[tuple[str, str], list[str]] = {}
    for id, meter in meters.items():
        group = use_of(meter.use).group
        covered = any(use_of(each.use).group == group for each in above(meters, id))
        if meter.kind != "virtual" and not covered:
            groups.setdefault((group, meter.unit), []).append(id)
    return [
        UseMonth(
            group=group,
            name=GROUPS[group],
            unit=unit,
            total=sum_of(together(unit, [until[id] for id in ids])),
            meters=tuple(ids),
        )
        for (group, unit), ids in groups.items()
    ]
