"""One live link: reads the gateway's frames, sends it its instructions in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from typing import Final

from pydantic import ValidationError
from sqlalchemy import Connection
from starlette.websockets import WebSocket

from cloud.database.base import Database
from cloud.equipment.store import known
from cloud.gateways.inventories import ask_for, unknown
from cloud.gateways.store import say, set_waiting
from cloud.instructions.bell import Bell
from cloud.instructions.store import open_instructions
from cloud.latest import Latest
from cloud.presence import HEARD_EVERY, arrived
from cloud.wording import place_of, said
from facility.clock import Clock, sane
from facility.live import LOST_AFTER, UNKNOWN_INVENTORY, UP, Down, Hello, Presence, Values

HELLO_SECONDS: Final = 10.0
LOOK_EVERY: Final = 5.0
"""Seconds after which another replica's instructions are found, and it is looked up again whether the token holds."""
REVOKED: Final = 4401
"""Close code: the token by which the link was opened is over or revoked."""


class LinkRefused(Exception):
    """The link ends; `code` and the text go to the gateway."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code
        self.why = why


@dataclass(frozen=True, slots=True)
class Ends:
    """What a link works on."""

    database: Database
    latest: Latest
    bell: Bell
    clock: Clock


class Link:
    """A gateway's link, accepted; `run` until it breaks."""

    def __init__(
        self, websocket: WebSocket, site: str, gateway: str, ends: Ends, holds: Callable[[], Awaitable[bool]]
    ) -> None:
        """`holds`: whether the token by which it was opened still does."""
        self._websocket = websocket
        self._holds = holds
        self._site = site
        self._gateway = gateway
        self._ends = ends
        self._equipment: frozenset[str] = frozenset()
        self._heard_at = 0

    async def run(self) -> None:
        """Raises LinkRefused, WebSocketDisconnect."""
        hello = await self._hello()
        with self._ends.bell.listen(self._site, self._gateway) as rung:
            down = asyncio.create_task(self._down(hello.after, rung), name=f"instructions to {self._gateway}")
            up = asyncio.create_task(self._up(), name=f"values of {self._gateway}")
            let = asyncio.create_task(self._let_in(), name=f"token of {self._gateway}")
            try:
                done, _ = await asyncio.wait((up, down, let), return_when=asyncio.FIRST_COMPLETED)
            finally:
                for way in (up, down, let):
                    way.cancel()
                await asyncio.gather(up, down, let, return_exceptions=True)
            for way in done:
                way.result()

    async def _hello(self) -> Hello:
        hello = await self._frame(HELLO_SECONDS)
        if not isinstance(hello, Hello):
            raise LinkRefused(1002, "say hello first")
        now = self._ends.clock.now()

        def work(connection: Connection) -> tuple[list[str], frozenset[str]]:
            missing = unknown(connection, self._site, self._gateway, [hello.inventory])
            ask_for(connection, self._site, self._gateway, missing, at=now)
            say(connection, self._site, self._gateway, version=hello.version, at=now)
            arrived(connection, self._site, self._gateway, at=now)
            return missing, known(connection, self._site, self._gateway)

        missing, self._equipment = await self._ends.database.write(work)
        if missing:
            raise LinkRefused(
                UNKNOWN_INVENTORY, f"nobody has sent the inventory {hello.inventory}: PUT it, then connect again"
            )
        self._heard_at = now
        self._ends.latest.confirm(self._site, self._gateway, self._ends.clock.monotonic())
        return hello

    async def _frame(self, seconds: float) -> Hello | Presence | Values:
        try:
            async with asyncio.timeout(seconds):
                text = await self._websocket.receive_text()
        except TimeoutError as error:
            raise LinkRefused(4408, f"nothing was heard for {seconds:g} s") from error
        except KeyError as error:
            raise LinkRefused(1003, "frames are JSON text") from error
        try:
            return UP.validate_json(text)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            why = f"this frame can't be read: {place_of(first['loc'])}: {said(first, values=False).en}"
            raise LinkRefused(1007, why[:120]) from error

    async def _up(self) -> None:
        while True:
            frame = await self._frame(LOST_AFTER)
            self._ends.latest.confirm(self._site, self._gateway, self._ends.clock.monotonic())
            if isinstance(frame, Values):
                self._take(frame)
            waiting = frame.waiting if isinstance(frame, Presence) else None
            now = self._ends.clock.now()
            if waiting is not None or now - self._heard_at > HEARD_EVERY:
                self._heard_at = now
                await self._ends.database.write(partial(self._present, now=now, waiting=waiting))

    def _present(self, connection: Connection, now: int, waiting: dict[str, int] | None) -> None:
        arrived(connection, self._site, self._gateway, at=now)
        if waiting is not None:
            set_waiting(connection, self._site, self._gateway, waiting)

    def _take(self, frame: Values) -> None:
        if len({len(frame.points), len(frame.values), len(frame.qualities), len(frame.reasons), len(frame.times)}) != 1:
            raise LinkRefused(1007, "the columns of a values frame are of unequal length")
        now = self._ends.clock.now()
        rows = zip(frame.points, frame.values, frame.qualities, frame.reasons, frame.times, strict=True)
        own = [row for row in rows if row[0].partition(".")[0] in self._equipment and sane(row[4], now)]
        self._ends.latest.take(self._site, self._gateway, own)

    async def _let_in(self) -> None:
        while True:
            if not await self._holds():
                raise LinkRefused(REVOKED, "this token is over or revoked: put the new one where site.yaml says")
            await asyncio.sleep(LOOK_EVERY)

    async def _down(self, after: int, rung: asyncio.Event) -> None:
        while True:
            rung.clear()
            work = partial(open_instructions, site=self._site, gateway=self._gateway, after=after)
            given = await self._ends.database.read(work)
            for instruction in given:
                await self._websocket.send_text(Down(instruction=instruction).model_dump_json())
                after = instruction.seq
            try:
                async with asyncio.timeout(LOOK_EVERY):
                    await rung.wait()
            except TimeoutError:
                continue
