"""Gathers the counters' samples from the historian: each quarter hour what is new, each hour what came late.

A meter that was first heard of within the half hour is looked at each minute: nobody waits for its first quarter hour.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from cloud.database.base import Database
from cloud.errors import Problem
from cloud.historian.base import Buckets, Historian, Series
from cloud.ledger.accounting import Why, account_all
from cloud.ledger.columns import DAY, PER_DAY, Records
from cloud.ledger.store import states
from cloud.ledger.taking import Fetched, new_quarters, no_quarters, samples_by_day, seen_since, take
from cloud.meters.facts import MeterFacts
from cloud.meters.store import meters_of, sites_with_meters
from facility.clock import NS, Clock
from facility.energy.intervals import QUARTER
from facility.errors import DeliveryError

AFTER: Final = 40 * NS
"""So long after a quarter hour its last samples are there."""
LOOK_EVERY: Final = 5.0
YOUNG: Final = 2 * QUARTER
"""So long after its first reading a meter is looked at …"""
YOUNG_EVERY: Final = 60 * NS
"""… each minute, as is one that was never read."""
RECENT_DAYS: Final = 2
"""Looked at each quarter hour …"""
DEEP_DAYS: Final = 400
"""… and each hour, day by day."""
DEEP_EVERY: Final = 4
AT_ONCE: Final = 25
"""Series of one question."""
WINDOW: Final = 20
"""Days whose quarters one question asks for."""
PAGE: Final = 50_000

log = logging.getLogger(__name__)


class Ledger:
    """Of this process; of several each looks, and what one has taken is no news to the others."""

    def __init__(self, database: Database, historian: Historian, clock: Clock) -> None:
        self._database = database
        self._historian = historian
        self._clock = clock

    async def run(self) -> None:
        """Until cancelled."""
        done, minute, rounds = -1, -1, 0
        while True:
            now = self._clock.now()
            quarter = (now - AFTER) // QUARTER
            try:
                if quarter != done:
                    await self.look(deep=rounds % DEEP_EVERY == 0)
                    done, rounds = quarter, rounds + 1
                elif now // YOUNG_EVERY != minute:
                    await self.look_at_young()
                minute = now // YOUNG_EVERY
            except (Problem, DeliveryError) as error:
                log.warning("the ledger can't be brought up to date: %s; it is tried again", error)
            except Exception:
                log.exception("the ledger failed; it is tried again at the next quarter hour")
                done, minute = quarter, now // YOUNG_EVERY
            await asyncio.sleep(LOOK_EVERY)

    async def look_at_young(self) -> int:
        """Only meters that were never read, or first within the half hour; the running quarter hour as far as it is."""
        restated, now = 0, self._clock.now()
        for site in await self._database.read(sites_with_meters):
            meters = await self._database.read(partial(meters_of, site=site))
            known = await self._database.read(partial(states, site=site))
            wired = [meter for meter in meters.values() if meter.series is not None]
            new = {meter.id for meter in await self._heard([m for m in wired if m.id not in known], now // DAY)}
            young = {id for id, state in known.items() if now - state["first_at"] < YOUNG}
            wanted = [meter for meter in wired if meter.id in new | young]
            for begin in range(0, len(wanted), AT_ONCE):
                restated += await self._wired(wanted[begin : begin + AT_ONCE], new, deep=False)
        return restated

    async def _heard(self, meters: Sequence[MeterFacts], today: int) -> list[MeterFacts]:
        """Those of which the historian has something of these days."""
        found: list[MeterFacts] = []
        for begin in range(0, len(meters), AT_ONCE):
            part = meters[begin : begin + AT_ONCE]
            span = ((today - RECENT_DAYS + 1) * DAY, (today + 1) * DAY)
            told = await self._historian.series(_series(part), *span, RECENT_DAYS)
            found += [meter for meter, buckets in zip(part, told, strict=True) if buckets.count.any()]
        return found

    async def look(self, *, deep: bool) -> int:
        """Once over all sites; how many stated intervals came out otherwise."""
        restated = 0
        for site in await self._database.read(sites_with_meters):
            meters = list((await self._database.read(partial(meters_of, site=site))).values())
            restated += await self._settle(site, meters)
            wired = [meter for meter in meters if meter.series is not None]
            known = await self._database.read(partial(states, site=site))
            new = {meter.id for meter in wired if meter.id not in known}
            for begin in range(0, len(wired), AT_ONCE):
                restated += await self._wired(wired[begin : begin + AT_ONCE], new, deep=deep)
        return restated

    async def _settle(self, site: str, meters: Sequence[MeterFacts]) -> int:
        """Meters whose inventory says something else than what their amounts stand on."""
        known = await self._database.read(partial(states, site=site))
        restated = 0
        for meter in meters:
            if meter.id in known and meter.kind != "virtual" and known[meter.id]["facts"] != meter.fingerprint:
                why = Why("settings", "system", self._clock.now())
                restated += await self._database.write(partial(account_all, meter=meter, why=why))
        return restated

    async def _wired(self, meters: Sequence[MeterFacts], new: set[str], *, deep: bool) -> int:
        today = self._clock.now() // DAY
        days = {day: set(meters) for day in range(today - RECENT_DAYS + 1, today + 1)}
        if far := [meter for meter in meters if deep or meter.id in new]:
            for day, which in (await self._late(far, today)).items():
                days.setdefault(day, set()).update(which)
        restated, waiting = 0, sorted(days)
        while waiting:
            run = [day for day in waiting if day < waiting[0] + WINDOW]
            waiting = waiting[len(run) :]
            wanted = sorted({meter.id: meter for day in run for meter in days[day]}.values(), key=lambda m: m.id)
            restated += await self._quarters(wanted, run[0], run[-1] + 1, new)
        return restated

    async def _late(self, meters: Sequence[MeterFacts], today: int) -> dict[int, list[MeterFacts]]:
        """Days of which the historian has more samples than the ledger has seen."""
        first = today - DEEP_DAYS + 1
        found = await self._historian.series(_series(meters), first * DAY, (today + 1) * DAY, DEEP_DAYS)
        late: dict[int, list[MeterFacts]] = {}
        for meter, buckets in zip(meters, found, strict=True):
            seen = await self._database.read(partial(samples_by_day, meter=meter, first=first, last=today + 1))
            for start, count in zip(buckets.start.tolist(), buckets.count.tolist(), strict=True):
                if count > seen.get(start // DAY, 0):
                    late.setdefault(start // DAY, []).append(meter)
        return late

    async def _quarters(self, meters: Sequence[MeterFacts], first: int, last: int, new: set[str]) -> int:
        """Whatever is new of the days [first, last)."""
        end = last * DAY
        found = await self._historian.series(_series(meters), first * DAY, end, (last - first) * PER_DAY)
        restated = 0
        for meter, buckets in zip(meters, found, strict=True):
            seen = _seen(buckets, first, last)
            known = await self._database.read(partial(seen_since, meter=meter, first=first, last=last))
            for low, high in new_quarters(known, seen):
                fetched = await self._fetch(meter, first * DAY + low * QUARTER, seen[low:high])
                why = Why("late", "system", self._clock.now(), first=meter.id in new)
                restated += await self._database.write(partial(take, meter=meter, fetched=fetched, why=why))
        return restated

    async def _fetch(self, meter: MeterFacts, start: int, seen: Records) -> Fetched:
        end, after = start + len(seen) * QUARTER, None
        at, value = [np.zeros(0, np.int64)], [np.zeros(0)]
        while True:
            rows = await self._historian.history(_series([meter]), start, end, after=after, limit=PAGE)
            numbers = [float(each) if isinstance(each, int | float) else np.nan for each in rows.value]
            at.append(rows.at.astype(np.int64))
            value.append(np.array(numbers, np.float64))
            after = rows.after
            if after is None:
                break
        times, values = np.concatenate(at), np.concatenate(value)
        good = np.isfinite(values)
        return Fetched(start, seen, times[good], values[good])


def _series(meters: Sequence[MeterFacts]) -> list[Series]:
    return [meter.series for meter in meters if meter.series is not None]


def _seen(buckets: Buckets, first: int, last: int) -> Records:
    """The historian's buckets as quarters of the days [first, last); ValueError where they are no quarters."""
    if buckets.width != QUARTER:
        raise ValueError(f"the historian answered in buckets of {buckets.width} ns, not in quarter hours")
    made = no_quarters(last - first)
    place = (buckets.start - first * DAY) // QUARTER
    fits = (place >= 0) & (place < len(made))
    made["count"][place[fits]] = buckets.count[fits]
    made["last"][place[fits]] = np.where(buckets.count > 0, buckets.last, 0.0)[fits]
    return made
