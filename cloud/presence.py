"""Presence: a gateway silent for 30 s is one alarm, and what is behind it is unknown; heard again it is over."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import Final

from sqlalchemy import Connection

from cloud.alarms.builtin import GATEWAY_LOST
from cloud.alarms.raising import Key, Raise, raise_alarm
from cloud.alarms.steps import clear, live_alarm
from cloud.database.base import Database
from cloud.errors import Problem
from cloud.gateways.store import gateways, heard, lost
from cloud.latest import Latest
from facility.clock import NS, Clock
from facility.live import LOST_AFTER

HEARD_EVERY: Final = 2 * NS
"""How exactly the time of the last word is kept."""
SILENCE: Final = round(LOST_AFTER * NS) + HEARD_EVERY
LOOK_EVERY: Final = 1.0

log = logging.getLogger(__name__)


def arrived(connection: Connection, site: str, gateway: str, *, at: int) -> None:
    """It was heard now; where it had been away its alarm is over."""
    if heard(connection, site, gateway, at=at):
        alarm = live_alarm(connection, site, gateway, GATEWAY_LOST, "")
        if alarm is not None:
            clear(connection, alarm, "normal", at=at, now=at, by="")


def went(connection: Connection, site: str, gateway: str, *, silent_since: int, now: int) -> None:
    """It has been silent too long: one alarm."""
    if lost(connection, site, gateway, silent_since=silent_since, at=now):
        key = Key(site, gateway, GATEWAY_LOST)
        raise_alarm(connection, Raise(key, gateway, at=now, recorded_at=now, detected_by="cloud"), now=now)


class Watch:
    """Looks every second; after our own start each gateway has its 30 s to come back."""

    def __init__(self, database: Database, latest: Latest, clock: Clock) -> None:
        self._database = database
        self._latest = latest
        self._clock = clock
        self._since = clock.monotonic()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await self.look()
            except Problem as error:
                log.warning("the gateways' presence can't be looked at: %s", error)
            await asyncio.sleep(LOOK_EVERY)

    async def look(self) -> None:
        """Once."""
        now = self._clock.now()
        self._latest.doubt(self._clock.monotonic())
        rows = await self._database.read(lambda c: gateways(c, None))
        away = {(row["site"], row["id"]) for row in rows if not row["online"]}
        if self._clock.monotonic() - self._since > SILENCE:
            limit = now - SILENCE
            for row in rows:
                site, id = row["site"], row["id"]
                if row["online"] and (row["last_seen"] or 0) <= limit:
                    await self._database.write(partial(went, site=site, gateway=id, silent_since=limit, now=now))
                    away.add((site, id))
        self._latest.set_away(away, now)
