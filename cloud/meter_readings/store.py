"""Readings by hand in the store, checked against the readings around them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, RowMapping, insert, select, update

from cloud.ids import new_id
from cloud.ledger.reading import readings_around
from cloud.meters.facts import MeterFacts
from cloud.meters.tables import METER_READING
from facility.clock import NS, iso
from facility.energy.course import JITTER
from facility.energy.intervals import exact
from facility.energy.readings import Source
from facility.energy.units import measure_of, millionths_of
from facility.words import Text

EARLIEST = 946_684_800 * NS
"""2000-01-01 UTC: a time before it is a mistake of writing, also in a file."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A reading as it is entered."""

    at: int
    value: Decimal
    source: str
    note: str


def unfit(connection: Connection, meter: MeterFacts, entered: Entered, now: int) -> str | None:
    """Why it can't be taken at all."""
    if meter.kind == "virtual":
        return f"虚拟表不抄表 · {meter.id} is reckoned from others: read those"
    if not EARLIEST <= entered.at <= now:
        early = f"年份不对 · {iso(entered.at)} lies before any reading: is the year right?"
        return early if entered.at < now else f"时间在将来 · {iso(entered.at)} has not come yet"
    amount = millionths_of(entered.value, meter.shown_unit)
    register = meter.registers[sum(change.at <= entered.at for change in meter.replacements)]
    if register.modulus is not None and amount >= register.modulus:
        return f"超出表的位数 · the register of {meter.id} never shows {entered.value}: its width is less"
    if amount >= 2**62:
        return f"读数过大 · {entered.value} is too much"
    held = row_at(connection, meter, entered.at)
    if held is not None and held["amount"] != amount:
        there = shown_value(meter, held["amount"])
        return f"该时刻已有读数 · at {iso(entered.at)} there is a reading of {there} already: void it first"
    return None


def doubts(connection: Connection, meter: MeterFacts, entered: Entered) -> Text | None:
    """Why it does not fit the readings around it; None where it does."""
    amount = millionths_of(entered.value, meter.shown_unit)
    held = readings_around(connection, meter, entered.at, entered.at + 1)
    place = sum(change.at <= entered.at for change in meter.replacements)
    register = meter.registers[place]
    at = held.readings.at
    before = int(at.searchsorted(entered.at)) - 1
    after = int(at.searchsorted(entered.at, side="right"))
    if before >= 0 and held.readings.source[before] != Source.REMOVED:
        rise, time = amount - int(held.readings.amount[before]), entered.at - int(at[before])
        rolled = register.modulus is not None and register.fits(rise + register.modulus, time)
        there = _reading(meter, int(held.readings.amount[before]), int(at[before]))
        if rise < -JITTER and not rolled:
            return Text(
                zh=f"小于上次读数({there});换过表请登记换表",
                en=f"it lies below the reading before ({there}); a replaced meter is entered as such",
            )
        if rise > 0 and not register.fits(rise, time):
            return Text(
                zh=f"增量过大:从上次读数({there})到不了这里",
                en=f"from the reading before ({there}) it can't have come so far",
            )
    if after < len(at) and held.readings.source[after] != Source.INSTALLED:
        fall = amount - int(held.readings.amount[after])
        there = _reading(meter, int(held.readings.amount[after]), int(at[after]))
        wraps = register.modulus is not None and register.fits(register.modulus - fall, int(at[after]) - entered.at)
        if fall > JITTER and not wraps:
            return Text(zh=f"大于下次读数({there})", en=f"it lies above the reading after it ({there})")
    return None


def _reading(meter: MeterFacts, amount: int, at: int) -> str:
    return f"{shown_value(meter, amount)}, {iso(at)}"


def shown_value(meter: MeterFacts, amount: int) -> Decimal:
    """Millionths of the ledger's unit as the register shows them."""
    return (exact(amount) / measure_of(meter.shown_unit).factor).normalize() + Decimal(0)


def row_at(connection: Connection, meter: MeterFacts, at: int) -> RowMapping | None:
    """The reading that counts at this moment."""
    m = METER_READING.c
    own = (m.site == meter.site) & (m.meter == meter.id) & (m.at == at) & m.void_at.is_(None)
    return connection.execute(select(METER_READING).where(own)).mappings().first()


def enter(connection: Connection, meter: MeterFacts, entered: Entered, *, by: str, now: int) -> str:
    """Keep it."""
    row = {
        "id": new_id(now),
        "site": meter.site,
        "meter": meter.id,
        "at": entered.at,
        "amount": millionths_of(entered.value, meter.shown_unit),
        "source": entered.source,
        "note": entered.note,
        "entered_at": now,
        "entered_by": by[:64],
    }
    connection.execute(insert(METER_READING), row)
    return str(row["id"])


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
