"""Makes amounts anew where readings have changed, keeps them, and writes down what had been stated otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, delete, insert, select

from cloud.database.rows import delete_rows, insert_rows
from cloud.ids import new_id
from cloud.ledger.columns import DAY, PER_DAY, Records, days_joined, records_of
from cloud.ledger.reading import Held, first_and_last, readings_around
from cloud.ledger.store import day_columns
from cloud.ledger.tables import AMOUNT_DAY, LEDGER_STATE, RESTATEMENT
from cloud.meters.facts import MeterFacts
from facility.clock import NS
from facility.energy.intervals import QUARTER, quarter_edges
from facility.energy.ledger import PATIENCE, ledger

Cause = Literal["late", "reading", "replacement", "settings"]
LATE: Final = 3_600 * NS
"""An interval that nothing was known of so long after its end, and longer than the meter's readings may lie apart,
counts as stated: missing."""
_COLUMNS: Final = ("site", "meter", "day", "columns")


@dataclass(frozen=True, slots=True)
class Why:
    """Why amounts are made anew, by whom, and when."""

    cause: Cause
    by: str
    now: int
    first: bool = False
    """The meter is new here: nothing had been stated."""


def account(connection: Connection, meter: MeterFacts, start: int, end: int, why: Why) -> int:
    """Make the amounts anew that readings of [start, end) touch; how many intervals were restated.

    A reading touches all of the silence around it: from the reading before to the one after.
    """
    state = _state(connection, meter)
    held = readings_around(connection, meter, start, end)
    if not len(held.readings):
        return _nothing(connection, meter, start, end, why, state)
    low, high = _touched(held, start, end)
    first, last = low // DAY, high // DAY + 1
    edges = quarter_edges(first * DAY, last * DAY)
    fresh = records_of(ledger(held.course(), edges, unit=meter.unit, period=meter.reading_period))
    count = _keep(connection, meter, first, fresh, (low, high), why, state)
    _set_state(connection, meter, why.now)
    return count


def account_all(connection: Connection, meter: MeterFacts, why: Why) -> int:
    """Make all amounts of a meter anew: its width, its multiplier, its replacements are others now.

    As far as its readings went before, too: a replacement that was its first or last one may have been taken back.
    """
    ends, state = first_and_last(connection, meter), _state(connection, meter)
    times = [] if ends is None else [*ends]
    if state is not None:
        times += [state.first_at, state.last_at]
    return account(connection, meter, min(times), max(times) + 1, why) if times else 0


@dataclass(frozen=True, slots=True)
class _State:
    first_at: int
    last_at: int


def _state(connection: Connection, meter: MeterFacts) -> _State | None:
    s = LEDGER_STATE.c
    row = connection.execute(select(s.first_at, s.last_at).where(s.site == meter.site, s.meter == meter.id)).first()
    return None if row is None else _State(row.first_at, row.last_at)


def _set_state(connection: Connection, meter: MeterFacts, now: int) -> None:
    s, ends = LEDGER_STATE.c, first_and_last(connection, meter)
    connection.execute(delete(LEDGER_STATE).where(s.site == meter.site, s.meter == meter.id))
    if ends is not None:
        row = {"site": meter.site, "meter": meter.id, "unit": meter.unit, "facts": meter.fingerprint}
        connection.execute(insert(LEDGER_STATE), row | {"first_at": ends[0], "last_at": ends[1], "accounted_at": now})


def _touched(held: Held, start: int, end: int) -> tuple[int, int]:
    """From the last reading before the stretch to the first one after it; no further than the readings go."""
    at = held.readings.at
    before, after = int(np.searchsorted(at, start)) - 1, int(np.searchsorted(at, end))
    low = min(start, int(at[0])) if before < 0 else int(at[before])
    high = max(end, int(at[-1])) if after >= len(at) else int(at[after])
    return low, high


def _nothing(connection: Connection, meter: MeterFacts, start: int, end: int, why: Why, state: _State | None) -> int:
    """The last reading was taken back: there are no amounts any more."""
    first, last = start // DAY, -(-end // DAY)
    if state is not None:
        first, last = min(first, state.first_at // DAY), max(last, state.last_at // DAY + 1)
    missing = days_joined({}, first, last)
    count = _keep(connection, meter, first, missing, (first * DAY, last * DAY), why, state)
    _set_state(connection, meter, why.now)
    return count


def _keep(
    connection: Connection,
    meter: MeterFacts,
    first: int,
    fresh: Records,
    touched: tuple[int, int],
    why: Why,
    state: _State | None,
) -> int:
    """Write the days that differ, and the log of what had been stated."""
    last = first + len(fresh) // PER_DAY
    held = day_columns(connection, meter.site, [meter.id], first, last).get(meter.id, {})
    before = days_joined(held, first, last)
    begins = first * DAY + QUARTER * np.arange(len(fresh), dtype=np.int64)
    within = (begins + QUARTER > touched[0]) & (begins < touched[1])
    after = np.where(within, fresh, before)
    differs = before != after
    if not differs.any():
        return 0
    changed = sorted({int(place) // PER_DAY for place in np.flatnonzero(differs)})
    key = (meter.site, meter.id)
    delete_rows(connection, AMOUNT_DAY, _COLUMNS[:3], [(*key, first + day) for day in changed])
    rows = [(*key, first + day, after[day * PER_DAY : (day + 1) * PER_DAY].tobytes()) for day in changed]
    insert_rows(connection, AMOUNT_DAY, _COLUMNS, rows)
    return _restated(connection, meter, begins, before, after, _stated(meter, begins, before, state, why), why)


def _stated(
    meter: MeterFacts, begins: NDArray[np.int64], before: Records, state: _State | None, why: Why
) -> NDArray[np.bool_]:
    """Which intervals somebody may have read: closed by a later reading, or long over and missing."""
    if state is None or why.first:
        return np.zeros(len(begins), np.bool_)
    ends = begins + QUARTER
    closed = (before["coverage"] > 0) & (ends <= state.last_at)
    patience = max(LATE, round(PATIENCE * meter.reading_period) * NS)
    return closed | ((begins >= state.first_at) & (ends + patience < why.now))


def _restated(
    connection: Connection,
    meter: MeterFacts,
    begins: NDArray[np.int64],
    before: Records,
    after: Records,
    stated: NDArray[np.bool_],
    why: Why,
) -> int:
    """One line for each run of days without a day between; an amount's doubt alone is no restatement."""
    same = (before["amount"] == after["amount"]) & (before["quality"] == after["quality"])
    same &= before["coverage"] == after["coverage"]
    places = np.flatnonzero(stated & ~same)
    if not len(places):
        return 0
    breaks = np.flatnonzero(np.diff(places) > PER_DAY) + 1
    for run in np.split(places, breaks):
        part = slice(int(run[0]), int(run[-1]) + 1)
        row = {
            "id": new_id(why.now),
            "site": meter.site,
            "meter": meter.id,
            "at": why.now,
            "cause": why.cause,
            "by": why.by[:64],
            "start": int(begins[part.start]),
            "end": int(begins[part.stop - 1]) + QUARTER,
            "intervals": len(run),
            "amount_before": int(before["amount"][run].sum()),
            "amount_after": int(after["amount"][run].sum()),
            "coverage_before": float(before["coverage"][run].mean()),
            "coverage_after": float(after["coverage"][run].mean()),
            "columns_before": np.ascontiguousarray(before[part]).tobytes(),
        }
        connection.execute(insert(RESTATEMENT), row)
    return len(places)
