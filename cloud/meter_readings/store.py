"""Readings by hand in the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, RowMapping, select, update

from cloud.database.rows import insert_rows
from cloud.ids import new_id
from cloud.meter_readings.judging import Entered
from cloud.meters.facts import MeterFacts
from cloud.meters.tables import METER_READING
from facility.energy.units import millionths_of

_COLUMNS: Final = ("id", "site", "meter", "at", "amount", "source", "note", "entered_at", "entered_by")


def row_at(connection: Connection, meter: MeterFacts, at: int) -> RowMapping | None:
    """The reading that counts at this moment."""
    m = METER_READING.c
    own = (m.site == meter.site) & (m.meter == meter.id) & (m.at == at) & m.void_at.is_(None)
    return connection.execute(select(METER_READING).where(own)).mappings().first()


def amounts_at(connection: Connection, meter: MeterFacts, first: int, last: int) -> dict[int, int]:
    """By moment: what counts of [first, last], in millionths of the ledger's unit."""
    m = METER_READING.c
    own = (m.site == meter.site) & (m.meter == meter.id) & m.void_at.is_(None)
    rows = connection.execute(select(m.at, m.amount).where(own, m.at >= first, m.at <= last))
    return {row.at: row.amount for row in rows}


def enter(connection: Connection, meter: MeterFacts, entered: Sequence[Entered], *, by: str, now: int) -> list[str]:
    """Keep them; their ids."""
    rows = [
        (new_id(now), meter.site, meter.id, each.at, millionths_of(each.value, meter.shown_unit), each.source,
         each.note, now, by[:64])
        for each in entered
    ]  # fmt: skip
    insert_rows(connection, METER_READING, _COLUMNS, rows)
    return [row[0] for row in rows]


def reading_row(connection: Connection, id: str) -> RowMapping | None:
    """One, also a voided one."""
    return connection.execute(select(METER_READING).where(METER_READING.c.id == id)).mappings().first()


def void(connection: Connection, id: str, *, by: str, now: int) -> None:
    """It stays, and counts no more."""
    connection.execute(update(METER_READING).where(METER_READING.c.id == id).values(void_at=now, void_by=by[:64]))


def reading_rows(
    connection: Connection, site: str, meter: str | None, *, before: tuple[int, str] | None, limit: int
) -> Sequence[RowMapping]:
    """The newest first."""
    m = METER_READING.c
    query = select(METER_READING).where(m.site == site).order_by(m.at.desc(), m.id.desc()).limit(limit)
    if meter is not None:
        query = query.where(m.meter == meter)
    if before is not None:
        query = query.where((m.at < before[0]) | ((m.at == before[0]) & (m.id < before[1])))
    return connection.execute(query).mappings().all()
