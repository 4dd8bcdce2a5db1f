"""The line to one server: subscribed where it can be, polled where not, watched so that a hang is noticed."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, Self

import numpy as np
from asyncua import ua
from asyncua.ua.uaerrors import UaError

from drivers.base import Bound, Deliver, Health, Reading
from drivers.opcua.connection import Connection
from drivers.opcua.session import ERRORS, Session
from drivers.opcua.values import Sample, decode
from facility.batch import Batch, Note
from facility.clock import Clock
from facility.errors import ConfigError, LineDown
from facility.quality import Quality

_log = logging.getLogger(__name__)

RECONNECT: Final = (0.5, 1.0, 2.0)
"""Seconds between tries; the last one repeats."""
CONFIRM: Final = 1.0
"""Seconds between two confirmations of what has not changed, so that it does not go stale."""
WATCH: Final = 5.0
"""Seconds between two questions whether the server still answers."""


class OpcUaLine:
    """Subscribes and Inspects."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        self.name = name
        self._connection = connection
        self._points = tuple(sorted(points, key=lambda p: p.index))
        self._clock = clock
        self._health = health
        self._held: Batch | None = None

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
                    await self._serve(session, deliver)
            except (LineDown, ConfigError) as error:
                self._health.line(up=False, why=str(error))
            await asyncio.sleep(RECONNECT[min(tries, len(RECONNECT) - 1)])
            tries += 1

    async def _serve(self, session: Session, deliver: Deliver) -> None:
        nodes = await self._named(session)
        first = self._batch(list(enumerate(await session.read(nodes))))
        self._held = replace(first, notes=())
        self._health.line(up=True)
        await deliver(first)
        if self._connection.mode != "poll" and await self._subscribed(session, nodes, deliver):
            await self._watch(session, deliver)
        await self._poll(session, nodes, deliver)

    async def _watch(self, session: Session, deliver: Deliver) -> None:
        """As long as the server keeps the subscription, what it does not speak of holds: say so again and again."""
        ticks = max(1, round(WATCH / CONFIRM))
        while True:
            for _ in range(ticks):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(session.lost.wait(), CONFIRM)
                    break
                if session.keeps_subscription and self._held is not None:
                    await deliver(replace(self._held, received=self._clock.now()))
            await session.alive()

    async def _named(self, session: Session) -> list[ua.NodeId]:
        try:
            return await session.nodes(self._points)
        except ERRORS as error:
            raise LineDown(f"{self._connection.url}: {error}") from error

    async def _subscribed(self, session: Session, nodes: Sequence[ua.NodeId], deliver: Deliver) -> bool:
        async def take(items: list[Any]) -> None:
            found = [(int(i.ClientHandle), i.Value) for i in items]
            batch = self._batch([(h, v) for h, v in found if h < len(self._points)])
            self._hold(batch)
            await deliver(batch)

        try:
            refused = await session.subscribe(self._points, nodes, take)
        except (OSError, TimeoutError) as error:
            raise LineDown(f"{self._connection.url}: {error}") from error
        except UaError as error:
            if self._connection.mode == "subscribe":
                raise LineDown(f"{self._connection.url}: it offers no subscriptions: {error}") from error
            _log.warning("%s: no subscriptions (%s), polling instead", self.name, error)
            return False
        for place, code in refused.items():
            _log.warning("%s: %s is refused with 0x%08X", self.name, self._points[place].id, code)
        return True

    def _hold(self, batch: Batch) -> None:
        """Remember the newest of each point; the columns of `_held` stand in the order of the first reading."""
        held = self._held
        if held is None:
            return
        at = np.searchsorted(held.point, batch.point)
        held.value[at] = batch.value
        held.quality[at] = batch.quality
        held.reason[at] = batch.reason
        held.time[at] = batch.time

    async def _poll(self, session: Session, nodes: Sequence[ua.NodeId], deliver: Deliver) -> None:
        period = min(p.period for p in self._points)
        while True:
            await asyncio.sleep(period)
            await deliver(self._batch(list(enumerate(await session.read(nodes)))))

    def _batch(self, values: Sequence[tuple[int, ua.DataValue]]) -> Batch:
        """Columns of what came; a text becomes a note."""
        now = self._clock.now()
        decoded = [(self._points[place].index, decode(value, self._points[place], now)) for place, value in values]
        samples = [(i, s) for i, s in decoded if s.text is None]
        return Batch(
            np.array([i for i, _ in samples], np.uint32),
            np.array([s.value for _, s in samples], np.float64),
            np.array([s.quality for _, s in samples], np.uint8),
            np.array([s.reason for _, s in samples], np.uint8),
            np.array([s.time for _, s in samples], np.int64),
            now,
            notes=tuple(Note(i, s.time, s.text, s.reason) for i, s in decoded if s.text is not None),
        )

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Read once in a session of its own."""
        async with Session(self.name, self._connection) as session:
            try:
                nodes = await session.nodes(points)
            except ERRORS as error:
                raise LineDown(f"{self._connection.url}: {error}") from error
            values = await session.read(nodes)
        now = self._clock.now()
        return [_reading(p, v, decode(v, p, now)) for p, v in zip(points, values, strict=True)]


def _reading(point: Bound, value: ua.DataValue, sample: Sample) -> Reading:
    raw = value.Value.Value if value.Value is not None else None
    status = f" {value.StatusCode.name}" if value.StatusCode is not None else ""
    shown: float | str | None = sample.text if sample.text is not None else sample.value
    if sample.quality == Quality.BAD:
        shown = None
    return Reading(point.id, f"{raw!r}{status}", shown, sample.quality, sample.reason, sample.time)
