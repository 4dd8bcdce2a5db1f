"""Amounts out of the store: of one meter or of many, a quarter hour each, what is not there missing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, RowMapping, select

from cloud.database.rows import select_rows
from cloud.ledger.columns import DAY, days_joined, intervals_of_records
from cloud.ledger.tables import LEDGER_STATE, RESTATEMENT
from facility.energy.intervals import QUARTER, Intervals

AT_ONCE = 200
_DAYS = "SELECT meter, day, columns FROM amount_day WHERE site = ? AND day >= ? AND day < ? AND meter IN "


def intervals_of(connection: Connection, site: str, meter: str, unit: str, start: int, end: int) -> Intervals:
    """One meter's quarter hours of [start, end), both on a quarter hour."""
    return intervals_of_many(connection, site, {meter: unit}, start, end)[meter]


def intervals_of_many(
    connection: Connection, site: str, units: dict[str, str], start: int, end: int
) -> dict[str, Intervals]:
    """The same of many meters, `units` by meter. ValueError where an end is not on a quarter hour."""
    if start % QUARTER or end % QUARTER or end < start:
        raise ValueError("the ends of a range lie on quarter hours, the start before the end")
    first, last = start // DAY, -(-end // DAY)
    days = day_columns(connection, site, units, first, last)
    low, high = (start - first * DAY) // QUARTER, (end - first * DAY) // QUARTER
    return {
        meter: intervals_of_records(unit, start, days_joined(days.get(meter, {}), first, last)[low:high])
        for meter, unit in units.items()
    }


def day_columns(
    connection: Connection, site: str, meters: Collection[str], first: int, last: int
) -> dict[str, dict[int, bytes]]:
    """The days [first, last) that are there, by meter and day."""
    found: dict[str, dict[int, bytes]] = {}
    wanted = list(meters)
    for begin in range(0, len(wanted), AT_ONCE):
        part = wanted[begin : begin + AT_ONCE]
        asked = f"{_DAYS}({', '.join('?' * len(part))})"
        for meter, day, columns in select_rows(connection, asked, (site, first, last, *part)):
            found.setdefault(meter, {})[day] = columns
    return found


def states(connection: Connection, site: str) -> dict[str, RowMapping]:
    """How far each meter's ledger is."""
    rows = connection.execute(select(LEDGER_STATE).where(LEDGER_STATE.c.site == site)).mappings()
    return {row["meter"]: row for row in rows}


def restatements(
    connection: Connection,
    sites: Iterable[str] | None,
    *,
    meter: str | None = None,
    before: tuple[int, str] | None = None,
    limit: int = 100,
) -> Sequence[RowMapping]:
    """The newest first; `before` is the (at, id) of the last one of the page before."""
    r = RESTATEMENT.c
    query = select(RESTATEMENT).order_by(r.at.desc(), r.id.desc()).limit(limit)
    if sites is not None:
        query = query.where(r.site.in_(list(sites)))
    if meter is not None:
        query = query.where(r.meter == meter)
    if before is not None:
        query = query.where((r.at < before[0]) | ((r.at == before[0]) & (r.id < before[1])))
    return connection.execute(query).mappings().all()
