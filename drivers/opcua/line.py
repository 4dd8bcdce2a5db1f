"""The line to one server: a session at a time, made again when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final, Self

from drivers.base import Bound, Deliver, Health, Node, Reading, permitted
from drivers.opcua import browsing, inspecting, naming, writing
from drivers.opcua.connection import Connection
from drivers.opcua.history import Gaps
from drivers.opcua.repeating import end_if_cancelled
from drivers.opcua.serving import Serving
from drivers.opcua.session import Session
from facility.clock import Clock
from facility.errors import ConfigError, LineDown

RECONNECT: Final = (0.5, 1.0, 2.0)
"""Seconds between tries; the last one repeats."""


class OpcUaLine:
    """Subscribes, Resumes, Inspects, Writes and Browses."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        naming.check(points)
        self.name = name
        self._connection = connection
        self._points = tuple(sorted(points, key=lambda p: p.index))
        self._clock = clock
        self._health = health
        self._gaps = Gaps(connection.history)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return

    async def run(self, deliver: Deliver) -> None:
        """Until cancelled; a refused or lost session is told to Health and tried again."""
        tries = 0
        while True:
            try:
                async with Session(self.name, self._connection) as session:
                    tries = 0
                    serving = Serving(session, self._connection, self._points, self._gaps, self._clock, deliver)
                    await serving.run(lambda: self._health.line(up=True))
            except (LineDown, ConfigError) as error:
                self._health.line(up=False, why=str(error))
            end_if_cancelled()
            await asyncio.sleep(RECONNECT[min(tries, len(RECONNECT) - 1)])
            tries += 1

    @property
    def known_until(self) -> int:
        """UTC ns by the server's clock, until which all its changes are accepted."""
        return self._gaps.known_until

    def resume(self, time: int) -> None:
        """Ask the server for what changed since then, where it keeps history."""
        self._gaps.resume(time)

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Read once in a session of its own."""
        async with Session(self.name, self._connection) as session:
            return await inspecting.inspect(session, points, self._clock)

    async def write(self, point: Bound, value: float) -> float:
        """Write in a session of its own and read back. Refused where site, model or server say no."""
        permitted(point, value)
        async with Session(self.name, self._connection) as session:
            return await writing.write(session, point, value)

    async def browse(self, start: str, depth: int) -> list[Node]:
        """What stands below a node id, below Objects where none is given."""
        async with Session(self.name, self._connection) as session:
            return await browsing.browse(session, start, depth)
