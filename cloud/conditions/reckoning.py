"""One local day of many machines: their samples out of the historian, and what each did by them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from cloud.conditions.parts import Part
from cloud.historian.base import Buckets, Counts, Historian, Reads, Rises, Series
from cloud.service_levels.calendar import moment
from facility.condition.day import MARGIN, Machine, Span, tally
from facility.condition.stretches import Samples
from facility.condition.tally import Rise, Tally

AT_ONCE: Final = 8
"""Machines whose samples are in memory at once."""
HOURS: Final = 30
"""Buckets of the mark of a day: the longest day has 25 hours, its edges more than two, and the grid is round."""
NIGHT: Final = (time(2), time(4))


@dataclass(frozen=True, slots=True)
class Day:
    """One local day of a site, as known at `now` (UTC ns)."""

    date: date
    zone: ZoneInfo
    now: int

    @property
    def span(self) -> Span:
        """From midnight to midnight, 23 to 25 hours; with its night."""
        night = (moment(self.zone, self.date, NIGHT[0]), moment(self.zone, self.date, NIGHT[1]))
        return Span(self._midnight(0), self._midnight(1), self.now, night)

    def _midnight(self, days: int) -> int:
        return moment(self.zone, self.date + timedelta(days=days), time(0))


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a machine did in a day, and the mark of the samples that say so."""

    tally: Tally
    mark: str


async def reckon(historian: Historian, parts: Sequence[Part], day: Day) -> dict[tuple[str, str], Reckoned]:
    """(equipment, part) → its day. Raises HistorianAway."""
    found: dict[tuple[str, str], Reckoned] = {}
    for start in range(0, len(parts), AT_ONCE):
        some = parts[start : start + AT_ONCE]
        marked = await marks(historian, some, day)
        tallies = await _tallies(historian, some, day)
        found |= {part.key: Reckoned(tallies[part.key], marked[part.key]) for part in some}
    return found


async def _tallies(historian: Historian, parts: Sequence[Part], day: Day) -> dict[tuple[str, str], Tally]:
    span = day.span
    samples = await _samples(historian, parts, span)
    rises = await _rises(historian, parts, span)
    machines = [(part, _machine(part, samples, rises)) for part in parts]
    return await asyncio.to_thread(lambda: {part.key: tally(machine, span) for part, machine in machines})


async def _samples(historian: Reads, parts: Sequence[Part], span: Span) -> dict[Series, Samples]:
    wanted = list(dict.fromkeys(part.series(role) for part in parts for role in part.sampled))
    if not wanted:
        return {}
    until = min(span.end, span.now) + MARGIN
    return dict(zip(wanted, await historian.samples(wanted, span.start - MARGIN, until), strict=True))


async def _rises(historian: Counts, parts: Sequence[Part], span: Span) -> dict[Series, Rises]:
    wanted = list(dict.fromkeys(part.series(role) for part in parts for role in part.counters))
    if not wanted or span.until <= span.start:
        return {}
    return {each.series: each for each in await historian.counter_deltas(wanted, (span.start, span.until))}


def _machine(part: Part, samples: Mapping[Series, Samples], rises: Mapping[Series, Rises]) -> Machine:
    return Machine(
        samples={role: _scaled(samples[part.series(role)], part.sources[role].factor) for role in part.sampled},
        states={role: source.states for role, source in part.sources.items() if source.states},
        rises={
            role: _rise(rises[part.series(role)], part.sources[role].factor)
            for role in part.counters
            if part.series(role) in rises
        },
    )


def _scaled(samples: Samples, factor: float) -> Samples:
    return samples if factor == 1.0 else Samples(samples.at, samples.value * factor, samples.bad_at)


def _rise(rises: Rises, factor: float) -> Rise:
    amount = float(rises.rise[0])
    length = float(rises.edges[-1] - rises.edges[0])
    return Rise(
        amount=None if np.isnan(amount) else amount * factor,
        resets=int(rises.resets.sum()),
        silent=float(rises.silent[0]) * length,
    )


async def marks(historian: Historian, parts: Sequence[Part], day: Day) -> dict[tuple[str, str], str]:
    """(equipment, part) → 32 hex digits that change when the historian says otherwise of the day, or of its edges.

    A counter's rise is in it, too: after a long silence it becomes known only with the first sample behind it.
    """
    span = day.span
    wanted = list(dict.fromkeys(part.series(role) for part in parts for role in part.sources))
    if not wanted:
        return {}
    buckets = await historian.series(wanted, span.start - MARGIN, span.end + MARGIN, HOURS)
    rises = await _rises(historian, parts, span)
    found = {each.series: each for each in buckets}
    return {
        part.key: _mark(
            [found[part.series(role)] for role in part.sources],
            [rises[part.series(role)] for role in part.counters if part.series(role) in rises],
        )
        for part in parts
    }


def _mark(found: Sequence[Buckets], rises: Sequence[Rises]) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for each in found:
        for column in (each.count, each.minimum, each.maximum, each.first, each.last, each.bad):
            digest.update(np.ascontiguousarray(column).tobytes())
        digest.update(_nine_digits(each.mean).tobytes())
    for rise in rises:
        digest.update(_nine_digits(rise.rise).tobytes())
    return digest.hexdigest()


def _nine_digits(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """A mean is a sum of floats in whatever order: its last digits say nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        unit = np.power(10.0, np.floor(np.log10(np.abs(values))) - 8)
        rounded: NDArray[np.float64] = np.where(np.isfinite(unit) & (unit > 0), np.round(values / unit) * unit, values)
    return rounded
