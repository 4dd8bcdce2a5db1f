"""Keeps one line open: connects, notices the end, connects again at least every two seconds."""

from __future__ import annotations

import asyncio
import logging
from typing import Final

from drivers.base import Health
from drivers.modbus.connection import Connection
from drivers.modbus.transport.opening import opened
from drivers.modbus.transport.wire import Wire
from facility.errors import LineDown

log = logging.getLogger(__name__)

RETRY: Final = (0.2, 0.5, 1.0, 2.0)
"""Seconds from one try to the next; the last one goes on for ever."""
REOPEN: Final = 3
"""So many time-outs in a row, of whatever units, and the socket is opened anew."""


class Link:
    """The connection of a line. `keep` runs in a task of its own; `wire` is asked by whoever wants to speak."""

    def __init__(self, name: str, connection: Connection, health: Health) -> None:
        self._name = name
        self._connection = connection
        self._health = health
        self.now: Wire | None = None
        """The wire, where one is open."""
        self._settled = asyncio.Event()
        """Set while the outcome of the last try stands: a wire, or a pause before the next try."""
        self._settled.set()
        self._lost = asyncio.Event()
        self._why = "not opened yet"
        self._silences = 0
        self._up: bool | None = None
        self._trusted = True
        """Whether a mere connection counts as "up": not after one that ended before any answer."""

    async def wire(self) -> Wire:
        """The open wire; waits for a try that is under way, LineDown at once between two tries."""
        while self.now is None:
            if self._settled.is_set():
                raise LineDown(f"{self._name} ({self._connection.where}): {self._why}")
            await self._settled.wait()
        return self.now

    def answered(self) -> None:
        """The far end is there: a right answer came."""
        self._silences = 0
        self._trusted = True
        if self._up is not True:
            self._tell(up=True)

    def unanswered(self) -> None:
        """A request was not answered in time."""
        self._silences += 1
        if self._silences >= REOPEN:
            self._silences = 0
            self.reopen(f"{REOPEN} requests in a row were not answered")

    def reopen(self, why: str) -> None:
        """Drop the connection and open a new one."""
        if self.now is not None:
            log.info("%s: opened anew: %s", self._name, why)
            self.now.close()

    async def keep(self) -> None:
        """Until cancelled: stay connected."""
        tries = 0
        loop = asyncio.get_running_loop()
        try:
            while True:
                started = loop.time()
                self._settled.clear()
                if await self._open():
                    await self._lost.wait()
                    tries = 0 if self._trusted else tries + 1
                else:
                    tries += 1
                if tries:
                    pause = RETRY[min(tries, len(RETRY)) - 1] - (loop.time() - started)
                    self._settled.set()
                    await asyncio.sleep(pause)
        finally:
            if self.now is not None:
                self.now.close()
            self._why = "closed"
            self._settled.set()

    async def _open(self) -> bool:
        try:
            wire = await opened(self._connection, self._on_lost)
        except Exception as error:  # noqa: BLE001 - a keeper that ends would leave the line dead for good
            self._down(_said(error, self._connection))
            return False
        if self._connection.pause_after_connect:
            await asyncio.sleep(self._connection.pause_after_connect)
        if not wire.alive:
            self._trusted = False
            self._down("the device closed the connection at once")
            return False
        self._lost.clear()
        self.now = wire
        if self._trusted:
            self.answered()
        self._settled.set()
        return True

    def _on_lost(self, wire: Wire, why: str) -> None:
        if wire is not self.now:
            return
        self.now = None
        self._settled.clear()
        self._lost.set()
        self._trusted = wire.heard > 0 or why == "closed"
        if not self._trusted:
            self._down(f"{why}, before any answer")

    def _down(self, why: str) -> None:
        self._why = why
        if self._up is not False:
            log.warning("%s: down: %s", self._name, why)
            self._tell(up=False)

    def _tell(self, *, up: bool) -> None:
        self._up = up
        self._health.line(up=up, why="" if up else self._why)


def _said(error: Exception, connection: Connection) -> str:
    if isinstance(error, TimeoutError):
        return f"no connection in {connection.connect_timeout:g} s"
    return str(error) or type(error).__name__
