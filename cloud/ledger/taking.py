"""Takes samples of the historian into the ledger: what is essential of them is kept, the amounts are made anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, select

from cloud.database.rows import delete_rows, insert_rows
from cloud.ledger.accounting import Why, account
from cloud.ledger.columns import DAY, PER_DAY, SEEN, Records, packed_readings, seen_of, unpacked_readings
from cloud.ledger.tables import REGISTER_DAY
from cloud.meters.facts import MeterFacts
from facility.energy.intervals import QUARTER
from facility.energy.readings import Readings, essential, merged
from facility.energy.units import millionths

_COLUMNS = ("site", "meter", "day", "samples", "readings", "seen")


@dataclass(frozen=True, slots=True)
class Fetched:
    """Samples of one meter over some quarter hours, and how the historian counted these."""

    start: int
    """The first quarter hour; the columns hold one quarter after another."""
    seen: Records
    at: NDArray[np.int64]
    value: NDArray[np.float64]

    @property
    def end(self) -> int:
        """Where the last quarter hour ends."""
        return self.start + len(self.seen) * QUARTER


def seen_since(connection: Connection, meter: MeterFacts, first: int, last: int) -> Records:
    """What the ledger knows of each quarter hour of the days [first, last)."""
    r = REGISTER_DAY.c
    where = (r.site == meter.site) & (r.meter == meter.id) & (r.day >= first) & (r.day < last)
    rows = {row.day: row.seen for row in connection.execute(select(r.day, r.seen).where(where))}
    return np.concatenate([seen_of(rows.get(day)) for day in range(first, last)])


def samples_by_day(connection: Connection, meter: MeterFacts, first: int, last: int) -> dict[int, int]:
    """How many samples the ledger has seen, of each of the days [first, last) that had any."""
    r = REGISTER_DAY.c
    where = (r.site == meter.site) & (r.meter == meter.id) & (r.day >= first) & (r.day < last)
    return {row.day: row.samples for row in connection.execute(select(r.day, r.samples).where(where))}


def new_quarters(known: Records, found: Records) -> list[tuple[int, int]]:
    """Runs [low, high) of quarters in which the historian has more than it had, or another last value.

    Fewer samples are no news: a historian may forget what is old, the ledger does not.
    """
    more = found["count"] > known["count"]
    other = (found["count"] == known["count"]) & (found["count"] > 0) & (found["last"] != known["last"])
    places = np.flatnonzero(more | other)
    if not len(places):
        return []
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    return [(int(run[0]), int(run[-1]) + 1) for run in runs]


def take(connection: Connection, meter: MeterFacts, fetched: Fetched, why: Why) -> int:
    """Keep what is new and account for it; how many stated intervals came out otherwise."""
    fresh = essential(Readings.of(fetched.at, millionths(fetched.value, meter.shown_unit)))
    first, last = fetched.start // DAY, -(-fetched.end // DAY)
    held = _held(connection, meter, first, last)
    rows = []
    for day in range(first, last):
        readings, seen = held.get(day, (Readings.none(), seen_of(None)))
        low, high = max(fetched.start, day * DAY), min(fetched.end, (day + 1) * DAY)
        outside = readings.taken((readings.at < low) | (readings.at >= high))
        inside = fresh.taken((fresh.at >= low) & (fresh.at < high))
        place = (low - day * DAY) // QUARTER
        begin = (low - fetched.start) // QUARTER
        count = (high - low) // QUARTER
        seen[place : place + count] = fetched.seen[begin : begin + count]
        blob = packed_readings(merged([outside, inside]))
        rows.append((meter.site, meter.id, day, int(seen["count"].sum()), blob, seen.tobytes()))
    delete_rows(connection, REGISTER_DAY, _COLUMNS[:3], [row[:3] for row in rows])
    insert_rows(connection, REGISTER_DAY, _COLUMNS, rows)
    return account(connection, meter, fetched.start, fetched.end, why)


def _held(connection: Connection, meter: MeterFacts, first: int, last: int) -> Mapping[int, tuple[Readings, Records]]:
    r = REGISTER_DAY.c
    where = (r.site == meter.site) & (r.meter == meter.id) & (r.day >= first) & (r.day < last)
    rows = connection.execute(select(r.day, r.readings, r.seen).where(where))
    return {row.day: (unpacked_readings([row.readings]), seen_of(row.seen)) for row in rows}


def no_quarters(days: int) -> Records:
    """Of a historian that has nothing."""
    return np.zeros(days * PER_DAY, SEEN)
