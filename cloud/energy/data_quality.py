"""The data-quality ledger: how much of each meter is known and how, and everything that befell its register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import numpy as np
from sqlalchemy import Connection

from cloud.energy.amounts import amounts_of
from cloud.energy.schemas import Amount, Sum, sum_of
from cloud.ledger.reading import Held, readings_around
from cloud.meters.facts import MeterFacts
from cloud.meters.schemas import MeterKind
from cloud.wire import Moment
from facility.clock import NS
from facility.energy.course import Course, Move, course
from facility.energy.intervals import QUARTER, Intervals, exact
from facility.energy.ledger import PATIENCE, SILENCE
from facility.energy.quality import AmountQuality
from facility.energy.readings import Source
from facility.words import Frozen, Text

SHOWN: Final = 50
"""Events of one meter in an answer, the newest."""
EventKind = Literal["rolled_over", "set_back", "replaced", "too_fast", "too_wide", "dip", "spike", "other_meter"]
_MOVES: Final[dict[int, EventKind]] = {
    Move.ROLLED: "rolled_over",
    Move.SET_BACK: "set_back",
    Move.REPLACED: "replaced",
}


class RegisterEvent(Frozen):
    """One thing that befell a register; the last four kinds are readings that were put aside."""

    kind: EventKind
    at: Moment
    """Of the reading that shows it."""
    shows: Amount
    before: Amount | None
    """What it showed before; null of a reading that was put aside."""
    counted: Amount | None
    """What was counted of it."""
    width: Amount | None = None
    """Of a set-back that looks like a roll-over: the width that the register may have; nobody has said so yet."""


class MeterQuality(Frozen):
    """One meter."""

    meter: str
    name: Text
    kind: MeterKind
    unit: str
    total: Sum
    shares: dict[str, float]
    """Share of the time, by quality."""
    gap_start: Moment | None
    """Where the longest time without a reading begins, and how long it is in seconds."""
    gap_seconds: float
    last_at: Moment | None
    readings: int
    """That the amounts stand on."""
    by_hand: int
    events: tuple[RegisterEvent, ...]
    """The newest first."""
    more_events: int
    """That are not shown."""


class DataQuality(Frozen):
    """All meters of a site, the worst first."""

    site: str
    start: Moment
    end: Moment
    meters: tuple[MeterQuality, ...]


def quality_of(
    connection: Connection, site: str, meters: Mapping[str, MeterFacts], span: tuple[int, int], last: Mapping[str, int]
) -> DataQuality:
    """Over `span`, both ends on a quarter hour; `last` says when each was last read."""
    amounts = amounts_of(connection, meters, tuple(meters), *span)
    found = [_meter(connection, meter, amounts[id], span, last.get(id)) for id, meter in meters.items()]
    found.sort(key=lambda m: (m.shares["measured"], m.meter))
    return DataQuality(site=site, start=span[0], end=span[1], meters=tuple(found))


def _meter(
    connection: Connection, meter: MeterFacts, amounts: Intervals, span: tuple[int, int], last: int | None
) -> MeterQuality:
    time = np.bincount(amounts.quality, minlength=len(AmountQuality)) / max(len(amounts), 1)
    gap = _longest(amounts, meter.reading_period, last)
    events: list[RegisterEvent] = []
    readings = by_hand = 0
    if meter.kind != "virtual":
        held = readings_around(connection, meter, *span)
        inside = (held.readings.at >= span[0]) & (held.readings.at < span[1])
        readings, by_hand = int(inside.sum()), int((inside & (held.readings.source == Source.HAND)).sum())
        events = [event for event in events_of(held) if span[0] <= event.at < span[1]]
    return MeterQuality(
        meter=meter.id,
        name=meter.name,
        kind=meter.kind,
        unit=meter.unit,
        total=sum_of(amounts.total()),
        shares={quality.word: round(float(time[quality]), 6) for quality in AmountQuality},
        gap_start=None if gap is None else gap[0],
        gap_seconds=0.0 if gap is None else (gap[1] - gap[0]) / 10**9,
        last_at=last,
        readings=readings,
        by_hand=by_hand,
        events=tuple(events[:SHOWN]),
        more_events=max(len(events) - SHOWN, 0),
    )


def _longest(amounts: Intervals, period: float, last: int | None) -> tuple[int, int] | None:
    """The longest silence: quarter hours between readings further apart than the meter's reading period allows.

    What lies after its last reading is silence only once that is longer than the period allows.
    """
    silent = np.isin(amounts.quality, (AmountQuality.ESTIMATED, AmountQuality.MISSING))
    patience = max(round(period * PATIENCE) * NS, SILENCE)
    if last is not None and len(amounts) and amounts.edges[-1] - last <= patience:
        silent &= amounts.edges[1:] <= last
    places = np.flatnonzero(silent)
    if not len(places):
        return None
    runs = np.split(places, np.flatnonzero(np.diff(places) > 1) + 1)
    longest = max(runs, key=len)
    start = int(amounts.start[longest[0]])
    return start, start + len(longest) * QUARTER


def events_of(held: Held) -> list[RegisterEvent]:
    """What befell the register, the newest first."""
    if len(held.readings) < 2:
        return []
    followed = course(held.readings, held.registers)
    found = [
        RegisterEvent.model_validate(
            {
                "kind": stray.why.value,
                "at": int(held.readings.at[stray.place]),
                "shows": exact(int(held.readings.amount[stray.place])),
                "before": None,
                "counted": None,
            }
        )
        for stray in followed.strays
    ]
    found += _moves(held, followed)
    return sorted(found, key=lambda event: event.at, reverse=True)


def _moves(held: Held, followed: Course) -> list[RegisterEvent]:
    aside = [stray.place for stray in followed.strays]
    kept = np.delete(np.arange(len(held.readings)), aside)
    shown, at = held.readings.amount[kept], held.readings.at[kept]
    owner = np.cumsum(held.readings.source[kept] == Source.INSTALLED)
    rises = np.diff(followed.total)
    found = []
    plain = followed.move == Move.PLAIN
    most = max(register.most * float(register.multiplier) for register in held.registers)
    fast = plain & (rises > most * (np.diff(at) / 3.6e12 + 1 / 60))
    for place in np.flatnonzero(fast | (followed.move != Move.PLAIN)).tolist():
        register = held.registers[min(int(owner[place + 1]), len(held.registers) - 1)]
        before, after = int(shown[place]), int(shown[place + 1])
        duration = int(at[place + 1] - at[place])
        if fast[place] and register.fits(after - before, duration):
            continue
        kind: EventKind = _MOVES.get(int(followed.move[place]), "too_fast")
        width = _width(before, after) if kind == "set_back" and register.modulus is None else None
        found.append(
            RegisterEvent(
                kind=kind,
                at=int(at[place + 1]),
                shows=exact(after),
                before=exact(before),
                counted=exact(int(rises[place])),
                width=None if width is None else exact(width),
            )
        )
    return found


def _width(before: int, after: int) -> int | None:
    """The power of ten just above what it showed, where it stood within a hundredth of it and begins again low."""
    width = 10 ** len(str(before))
    return width if before >= 0.99 * width and after <= 0.01 * width else None
