"""Takes the notices and hands them to the channels: paced, digested, retried, handed on, each step in the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from sqlalchemy import Connection, RowMapping

from cloud.database.base import Database
from cloud.errors import Problem
from cloud.notices.store import Notice
from cloud.notification import store
from cloud.notification.channel import Channel
from cloud.notification.delivery import GIVE_UP, Delivery, State, overdue, packed, pause
from cloud.notification.guard import Refused
from cloud.notification.message import digest
from cloud.notification.opening import a_minute, opened
from cloud.notification.pace import Pace
from cloud.notification.posting import NotDelivered, Post
from cloud.sealing import Seal
from facility.clock import NS, Clock

GATHER: Final = 0.05
"""Seconds between two looks while commit follows commit."""
LOOK_EVERY: Final = 0.5
"""Seconds between two looks; a notice of ours is looked at at once."""
HOLD_EVERY: Final = 3 * NS
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Line:
    """One channel in use."""

    row: RowMapping
    channel: Channel
    pace: Pace
    rests_until: int = 0
    failures: int = 0
    busy: asyncio.Task[None] | None = None


class Sender:
    """Of this process; of several, one at a time sends."""

    def __init__(self, database: Database, clock: Clock, post: Post, seal: Seal, link: str = "") -> None:
        self._database = database
        self._clock = clock
        self._post = post
        self._seal = seal
        self._link = link
        self._holder = store.new_holder()
        self._held = 0
        self._lines: dict[str, Line] = {}
        self._woken = asyncio.Event()

    def heard(self, handed: Sequence[object] | None) -> None:
        """Of a commit: somebody may be to be told."""
        if handed is None or any(isinstance(each, Notice) for each in handed):
            self._woken.set()

    async def run(self) -> None:
        """Until cancelled."""
        try:
            while True:
                await self.turn()
                try:
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._woken.wait()
                except TimeoutError:
                    continue
                self._woken.clear()
                await asyncio.sleep(GATHER)
        finally:
            await self._end()

    async def turn(self) -> None:
        """One look: new notices become deliveries, and every channel that has something to do begins."""
        try:
            if await self._is_sender():
                await self._look()
        except Problem as error:
            log.warning("the notices can't be looked at: %s", error)

    async def settle(self) -> None:
        """Wait for what has begun."""
        await asyncio.gather(*(line.busy for line in self._lines.values() if line.busy is not None))

    async def _is_sender(self) -> bool:
        now = self._clock.now()
        if now - self._held < HOLD_EVERY:
            return True
        held = await self._database.write(partial(store.hold, holder=self._holder, now=now))
        self._held = now if held else 0
        return held

    async def _look(self) -> None:
        now = self._clock.now()
        new, rows = await self._database.read(lambda c: (store.compose(c, self._link), store.channels_in_need(c)))
        if new:
            await self._database.write(partial(store.keep, composed=new, now=now))
            rows = await self._database.read(store.channels_in_need)
            self._woken.set()
        await self._database.write(partial(store.orphans, now=now)) if rows else None
        for row in rows:
            if row["enabled"]:
                await self._serve(row)

    async def _serve(self, row: RowMapping) -> None:
        line = self._lines.get(row["id"])
        if line is None or line.row["updated_at"] != row["updated_at"]:
            line = self._lines[row["id"]] = await self._opened(row)
        if line.busy is None or line.busy.done():
            line.busy = asyncio.create_task(self._deliver(line), name=f"notification {row['name']}")

    async def _opened(self, row: RowMapping) -> Line:
        now = self._clock.now()
        used = await self._database.read(lambda c: store.attempts_since(c, row["id"], now - 60 * NS))
        return Line(row, opened(row, self._seal, self._post), Pace(a_minute(row), now / NS, used))

    async def _deliver(self, line: Line) -> None:
        """What waits for one channel, as much of it as may go out now."""
        try:
            found = await self._database.read(lambda c: store.open_deliveries(c, line.row["id"]))
            for group in self._groups(line, await self._sifted(found, line)):
                self._woken.set()
                if not await self._send(line, group):
                    break
        except Problem as error:
            log.warning("%s: its deliveries can't be looked at: %s", line.row["name"], error)
        except Exception:
            line.failures += 1
            line.rests_until = self._clock.now() + round(pause(line.failures, 0.0) * NS)
            log.exception("notification %s: a delivery failed unforeseen; it is tried again", line.row["name"])

    def _groups(self, line: Line, found: Sequence[Delivery]) -> list[list[Delivery]]:
        now = self._clock.now()
        if now < line.rests_until:
            return []
        left = partial(line.pace.left, now / NS)
        return packed(found, left(life_safety=False), left(life_safety=True))

    async def _sifted(self, found: Sequence[Delivery], line: Line) -> list[Delivery]:
        """Without those that are handed on, or an hour old."""
        now = self._clock.now()
        late = [each for each in found if overdue(each, now) or now - each.created_at >= GIVE_UP]
        if not late:
            return list(found)
        why = f"not taken by {line.row['name']} in time"

        def work(connection: Connection) -> set[int]:
            gone = {each.id for each in late if store.hand_on(connection, each, why, now)}
            old = [each.id for each in late if each.id not in gone and now - each.created_at >= GIVE_UP]
            store.ended(connection, old, State.FAILED, "not taken within an hour", now)
            return gone | set(old)

        gone = await self._database.write(work)
        return [each for each in found if each.id not in gone]

    async def _send(self, line: Line, group: Sequence[Delivery]) -> bool:
        line.pace.take()
        began = self._clock.now()
        try:
            await line.channel.send(digest([each.message for each in group]))
        except (NotDelivered, Refused) as error:
            await self._refused(line, group, began, error)
            return False
        line.failures = 0
        now = self._clock.now()

        def work(connection: Connection) -> None:
            store.ended(connection, [each.id for each in group], State.SENT, "", now)
            store.attempted(connection, line.row["site"], line.row["id"], group, began, now, "")

        await self._database.write(work)
        return True

    async def _refused(self, line: Line, group: Sequence[Delivery], began: int, error: NotDelivered | Refused) -> None:
        now = self._clock.now()
        for_good = isinstance(error, Refused) or error.for_good
        line.failures += 1
        line.rests_until = now + round(pause(line.failures, getattr(error, "wait", 0.0)) * NS)
        log.warning("%s did not take %s: %s", line.row["name"], _count(group), error)

        def work(connection: Connection) -> None:
            store.attempted(connection, line.row["site"], line.row["id"], group, began, now, str(error))
            store.tried(connection, [each.id for each in group], str(error))
            if for_good:
                left = [each.id for each in group if not store.hand_on(connection, each, str(error), now)]
                store.ended(connection, left, State.FAILED, str(error), now)

        await self._database.write(work)

    async def _end(self) -> None:
        tasks = [line.busy for line in self._lines.values() if line.busy is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._held = 0
        try:
            await self._database.write(lambda c: store.release(c, self._holder))
        except Problem as error:
            log.warning("another process may send only in ten seconds: %s", error)


def _count(group: Sequence[Delivery]) -> str:
    return "1 message" if len(group) == 1 else f"a digest of {len(group)} messages"
