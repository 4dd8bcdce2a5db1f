"""The readings of one meter around a stretch of time, from the wire and by hand, with those next to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import Connection, func, select

from cloud.ledger.columns import DAY, unpacked_readings
from cloud.ledger.tables import REGISTER_DAY
from cloud.meters.facts import MeterFacts, Replacement
from cloud.meters.tables import METER_READING
from facility.energy.course import Course, course
from facility.energy.readings import Readings, Source, merged
from facility.energy.register import Register

CONTEXT = 3
"""Days with readings before and after the stretch: the register at its ends, and what is a stray there."""


@dataclass(frozen=True, slots=True)
class Held:
    """Readings, and the registers that they are of: the one at the first reading, then one for each replacement."""

    readings: Readings
    registers: tuple[Register, ...]

    def course(self) -> Course:
        """What they come to."""
        return course(self.readings, self.registers)


def readings_around(connection: Connection, meter: MeterFacts, start: int, end: int) -> Held:
    """All readings of [start, end) and of some days with readings before and after it."""
    low = _nearest(connection, meter, start // DAY, before=True)
    high = _nearest(connection, meter, -(-end // DAY) - 1, before=False)
    r = REGISTER_DAY.c
    query = select(r.readings).where(r.site == meter.site, r.meter == meter.id).order_by(r.day)
    if low is not None:
        query = query.where(r.day >= low)
    if high is not None:
        query = query.where(r.day <= high)
    wire = unpacked_readings(connection.execute(query).scalars())
    begin = None if low is None else low * DAY
    by_hand = _by_hand(connection, meter, begin, None if high is None else (high + 1) * DAY)
    fitted = [c for c in meter.replacements if begin is None or c.at >= begin]
    ended = [c for c in fitted if high is None or c.at < (high + 1) * DAY]
    skipped = len(meter.replacements) - len(fitted)
    registers = meter.registers[skipped : skipped + len(ended) + 1]
    return Held(merged([wire, by_hand, *_exchanged(ended)]), registers)


def _nearest(connection: Connection, meter: MeterFacts, day: int, *, before: bool) -> int | None:
    """The last of the days with readings on that side; None where there are not so many: take them all."""
    r = REGISTER_DAY.c
    query = select(r.day).where(r.site == meter.site, r.meter == meter.id).limit(CONTEXT)
    query = (
        query.where(r.day <= day).order_by(r.day.desc()) if before else query.where(r.day >= day).order_by(r.day.asc())
    )
    days = connection.execute(query).scalars().all()
    return days[-1] if len(days) == CONTEXT else None


def _by_hand(connection: Connection, meter: MeterFacts, begin: int | None, end: int | None) -> Readings:
    m = METER_READING.c
    query = select(m.at, m.amount).where(m.site == meter.site, m.meter == meter.id, m.void_at.is_(None))
    if begin is not None:
        query = query.where(m.at >= begin)
    if end is not None:
        query = query.where(m.at < end)
    rows = connection.execute(query.order_by(m.at, m.entered_at, m.id)).all()
    at, amount = np.array([row.at for row in rows], np.int64), np.array([row.amount for row in rows], np.int64)
    return Readings.of(at, amount, Source.HAND)


def _exchanged(changes: Sequence[Replacement]) -> list[Readings]:
    found = []
    for change in changes:
        at = np.array([change.at, change.at], np.int64)
        amount = np.array([change.removed, change.installed], np.int64)
        found.append(Readings(at, amount, np.array([Source.REMOVED, Source.INSTALLED], np.uint8)))
    return found


def first_and_last(connection: Connection, meter: MeterFacts) -> tuple[int, int] | None:
    """When the first and the last reading of all were; None without any."""
    r, m = REGISTER_DAY.c, METER_READING.c
    own = (r.site == meter.site) & (r.meter == meter.id)
    ends = connection.execute(select(func.min(r.day), func.max(r.day)).where(own)).one()
    times: list[int] = [change.at for change in meter.replacements]
    if ends[0] is not None:
        for place, day in ((0, ends[0]), (-1, ends[1])):
            blob = connection.execute(select(r.readings).where(own, r.day == day)).scalar_one()
            times.append(int(unpacked_readings([blob]).at[place]))
    hand = (m.site == meter.site) & (m.meter == meter.id) & m.void_at.is_(None)
    times += [
        at for at in connection.execute(select(func.min(m.at), func.max(m.at)).where(hand)).one() if at is not None
    ]
    return (min(times), max(times)) if times else None
