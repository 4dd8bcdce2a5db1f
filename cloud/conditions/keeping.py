"""Keeps the days of all machines: today again and again, what is missing, and what late data changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from cloud.conditions.parts import Part, parts_of
from cloud.conditions.reckoning import Day, marks, reckon
from cloud.conditions.store import KeptDay, keep_days, kept_marks, known_days
from cloud.database.base import Database
from cloud.equipment.store import equipment_of, equipment_rows
from cloud.errors import Problem
from cloud.historian.base import Historian
from cloud.historian.grid import MINUTE, QUARTER
from cloud.sites.store import sites
from facility.clock import NS, Clock
from facility.errors import DeliveryError

LOOK_EVERY: Final = 300.0
FIRST_LOOK: Final = 30.0
SHARE: Final = 20
"""A look that took long is followed by a rest of so many times its length."""
BACK: Final = 62
"""Days that are made up for where nothing is kept: two months to compare."""
CHECKED: Final = 40
"""Days back in which late data is looked for; a gateway's spool holds less."""
CHECKS: Final = 3
"""The newest days that each look checks, and as many of the older ones, each in its turn."""
FEW: Final = 3
"""More days than these to be reckoned: see first how far back there is anything."""
ASKED_AGAIN: Final = 12
"""Looks after which it is asked anew where a site's history begins: older data may have been brought."""
SETTLED: Final = 8 * QUARTER
"""A day is taken for over when so long has passed after it: the last samples have come, and their gaps are told."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where a site's history begins, as it was in some look."""

    machines: frozenset[tuple[str, str]]
    turn: int
    day: date | None


class Keeper:
    """Of this process; of several, each reckons the same and writes the same."""

    def __init__(self, database: Database, historian: Historian, clock: Clock) -> None:
        self._database = database
        self._historian = historian
        self._clock = clock
        self._turn = 0
        self._beginnings: dict[str, _Beginning] = {}

    async def run(self) -> None:
        """Until cancelled."""
        rest = FIRST_LOOK
        while True:
            await asyncio.sleep(rest)
            began = self._clock.monotonic()
            try:
                await self.look()
            except (Problem, DeliveryError) as error:
                log.warning("the condition of equipment can't be reckoned: %s", error)
            except Exception:
                log.exception("condition of equipment: a look failed; the next one comes")
            rest = max(LOOK_EVERY, SHARE * (self._clock.monotonic() - began) / NS)

    async def look(self) -> int:
        """Once over all sites; how many machine days were written."""
        written = 0
        for site, zone, parts in await self._database.read(_machines):
            for day in await self._due(site, zone, parts):
                written += await self._keep(site, parts, Day(day, zone, self._now()))
            written += await self._check(site, zone, parts)
        self._turn += 1
        return written

    def _now(self) -> int:
        return self._clock.now() // MINUTE * MINUTE

    async def _due(self, site: str, zone: ZoneInfo, parts: Sequence[Part]) -> list[date]:
        """Today, the days that were not over when they were reckoned, those never reckoned; the newest first."""
        now = self._now()
        today = datetime.fromtimestamp(now // NS, UTC).astimezone(zone).date()
        first = today - timedelta(days=BACK)
        machines = frozenset(part.key for part in parts)
        known = await self._database.read(partial(known_days, site=site, first=first, machines=machines))
        days = [today - timedelta(days=back) for back in range(BACK + 1)]
        due = [day for day in days if known.get(day, 0) < _over(Day(day, zone, now))]
        if len(due) <= FEW:
            return due
        begun = await self._begun(site, parts, Day(first, zone, now))
        return [day for day in due if day in (today, today - timedelta(days=1)) or (begun is not None and day >= begun)]

    async def _begun(self, site: str, parts: Sequence[Part], first: Day) -> date | None:
        """The first local day from `first` on of which the historian has anything; None: of none. Asked seldom."""
        machines = frozenset(part.key for part in parts)
        known = self._beginnings.get(site)
        if known is None or known.machines != machines or self._turn >= known.turn + ASKED_AGAIN:
            day = await self._first_day(parts, first)
            known = self._beginnings[site] = _Beginning(machines, self._turn, day)
        return known.day

    async def _first_day(self, parts: Sequence[Part], first: Day) -> date | None:
        wanted = list(dict.fromkeys(part.series(role) for part in parts for role in part.sources))
        found = await self._historian.series(wanted, first.span.start, first.now, BACK + 1)
        starts = [int(each.start[each.count > 0][0]) for each in found if each.count.any()]
        if not starts:
            return None
        return datetime.fromtimestamp(min(starts) // NS, UTC).astimezone(first.zone).date()

    async def _keep(self, site: str, parts: Sequence[Part], day: Day) -> int:
        found = await reckon(self._historian, parts, day)
        until = day.now
        rows = [KeptDay(site, *key, day.date, each.tally, each.mark, until, until, 0) for key, each in found.items()]
        await self._database.write(partial(keep_days, days=rows, over_at=_over(day)))
        return len(rows)

    async def _check(self, site: str, zone: ZoneInfo, parts: Sequence[Part]) -> int:
        """Reckon those machines anew whose samples of an older day are others than they were."""
        now, written = self._now(), 0
        today = datetime.fromtimestamp(now // NS, UTC).astimezone(zone).date()
        older = {CHECKS + 1 + (self._turn * CHECKS + n) % (CHECKED - CHECKS) for n in range(CHECKS)}
        for back in (*range(1, CHECKS + 1), *sorted(older)):
            day = Day(today - timedelta(days=back), zone, now)
            kept = await self._database.read(partial(kept_marks, site=site, day=day.date))
            known = [part for part in parts if part.key in kept]
            if not known:
                continue
            fresh = await marks(self._historian, known, day)
            changed = [part for part in known if fresh[part.key] != kept[part.key].mark]
            if changed:
                written += await self._keep(site, changed, day)
        return written


def _over(day: Day) -> int:
    """From when on a reckoning of the day is its last, unless data comes late."""
    return day.span.end + SETTLED


def _machines(connection: Connection) -> list[tuple[str, ZoneInfo, list[Part]]]:
    """Each site with its zone and machines."""
    answer = []
    for row in sites(connection, None):
        bodies = (equipment_of(each["body"]) for each in equipment_rows(connection, frozenset({row["id"]})))
        parts = [part for means in bodies for part in parts_of(row["id"], means)]
        if parts:
            answer.append((row["id"], ZoneInfo(row["timezone"]), parts))
    return answer
