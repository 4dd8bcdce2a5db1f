"""The line to one server: subscribed where it can be, polled where not, watched so that a hang is noticed."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from asyncua import ua
from asyncua.ua.uaerrors import UaError

from drivers.base import Bound, Deliver, Health, Node, Reading
from drivers.opcua import browsing, naming, writing
from drivers.opcua.connection import Connection
from drivers.opcua.session import ERRORS, Session
from drivers.opcua.subscription import Subscription
from drivers.opcua.values import decode, reading
from facility.batch import Batch, Note
from facility.clock import Clock
from facility.errors import ConfigError, LineDown
from facility.held import Held

_log = logging.getLogger(__name__)

RECONNECT: Final = (0.5, 1.0, 2.0)
"""Seconds between tries; the last one repeats."""
CONFIRM: Final = (0.2, 5.0)
"""Shortest and longest time between two confirmations of what has not changed, so that it does not go stale."""
WATCH: Final = 5.0
"""Seconds between two questions whether the server still answers."""


@dataclass(slots=True)
class _Job:
    """What is done again and again while a session lasts."""

    period: float
    due: float
    do: Callable[[], Awaitable[None]]


class OpcUaLine:
    """Subscribes, Inspects, Writes and Browses."""

    def __init__(
        self, name: str, connection: Connection, points: Sequence[Bound], *, clock: Clock, health: Health
    ) -> None:
        naming.check(points)
        self.name = name
        self._connection = connection
        self._points = tuple(sorted(points, key=lambda p: p.index))
        self._clock = clock
        self._health = health

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
            _end_if_cancelled()
            await asyncio.sleep(RECONNECT[min(tries, len(RECONNECT) - 1)])
            tries += 1

    async def _serve(self, session: Session, deliver: Deliver) -> None:
        nodes = await session.nodes(self._points)
        first = self._batch(list(enumerate(await session.read(nodes))))
        self._health.line(up=True)
        await deliver(first)
        polled: Sequence[int] = range(len(self._points))
        jobs = [_Job(WATCH, 0, session.alive)]
        if self._connection.mode != "poll":
            held = Held(p.index for p in self._points if p.means.kind.sampled)
            held.take(first)
            subscription = Subscription(session, self._taker(held, deliver))
            polled, made = await self._subscribed(session, subscription, nodes)
            if made:
                held.forget([self._points[i].index for i in polled])
                jobs.append(self._confirming(subscription, held, deliver))
        jobs += self._polling(session, nodes, polled, deliver)
        await _again_and_again(session, jobs)

    def _taker(self, held: Held, deliver: Deliver) -> Callable[[list[Any]], Awaitable[None]]:
        async def take(items: list[Any]) -> None:
            found = [(int(i.ClientHandle), i.Value) for i in items]
            batch = self._batch([(h, v) for h, v in found if h < len(self._points)])
            held.take(batch)
            await deliver(batch)

        return take

    async def _subscribed(
        self, session: Session, subscription: Subscription, nodes: Sequence[ua.NodeId]
    ) -> tuple[Sequence[int], bool]:
        """The places of the points that must be polled all the same, and whether there is a subscription."""
        try:
            refused = await subscription.make(self._points, nodes, self._connection.publishing)
        except UaError as error:
            if self._connection.mode == "subscribe":
                raise LineDown(f"{session.where}: it offers no subscriptions: {error}") from error
            _log.warning("%s: no subscriptions (%s), polling instead", self.name, error)
            return range(len(self._points)), False
        except ERRORS as error:
            raise session.down(error) from error
        for place, code in refused.items():
            name = ua.StatusCode(ua.UInt32(code)).name
            _log.warning("%s: %s is not monitored (%s), polling it instead", self.name, self._points[place].id, name)
        return tuple(refused), True

    def _confirming(self, subscription: Subscription, held: Held, deliver: Deliver) -> _Job:
        """As long as the server keeps the subscription, what it does not speak of holds: say so before it is stale."""

        async def confirm() -> None:
            if not subscription.alive:
                raise LineDown(f"{self._connection.url}: the server has forgotten our subscription")
            batch = held.batch(self._clock.now())
            if len(batch):
                await deliver(batch)

        soonest = min(p.stale_after for p in self._points) / 3
        return _Job(min(max(soonest, CONFIRM[0]), CONFIRM[1]), 0, confirm)

    def _polling(
        self, session: Session, nodes: Sequence[ua.NodeId], places: Sequence[int], deliver: Deliver
    ) -> Iterator[_Job]:
        """One job for each period."""
        by_period: dict[float, list[int]] = defaultdict(list)
        for place in places:
            by_period[self._points[place].period].append(place)

        def polling(some: list[int]) -> Callable[[], Awaitable[None]]:
            async def poll() -> None:
                values = await session.read([nodes[i] for i in some])
                await deliver(self._batch(list(zip(some, values, strict=True))))

            return poll

        return (_Job(period, 0, polling(some)) for period, some in by_period.items())

    def _batch(self, values: Sequence[tuple[int, ua.DataValue]]) -> Batch:
        """Columns of what came; a text becomes a note, one that is bad says nothing."""
        now = self._clock.now()
        decoded = [(self._points[place], decode(value, self._points[place], now)) for place, value in values]
        samples = [(p.index, s) for p, s in decoded if p.means.kind.sampled]
        return Batch(
            np.array([i for i, _ in samples], np.uint32),
            np.array([s.value for _, s in samples], np.float64),
            np.array([s.quality for _, s in samples], np.uint8),
            np.array([s.reason for _, s in samples], np.uint8),
            np.array([s.time for _, s in samples], np.int64),
            now,
            notes=tuple(Note(p.index, s.time, s.text, s.reason) for p, s in decoded if s.text is not None),
        )

    async def inspect(self, points: Sequence[Bound]) -> list[Reading]:
        """Read once in a session of its own."""
        async with Session(self.name, self._connection) as session:
            values = await session.read(await session.nodes(points))
        now = self._clock.now()
        return [reading(p, v, now) for p, v in zip(points, values, strict=True)]

    async def write(self, point: Bound, value: float) -> float:
        """Write in a session of its own and read back. Refused where site, model or server say no."""
        writing.check(point, value)
        async with Session(self.name, self._connection) as session:
            return await writing.write(session, point, value)

    async def browse(self, start: str, depth: int) -> list[Node]:
        """What stands below a node id, below Objects where none is given."""
        async with Session(self.name, self._connection) as session:
            return await browsing.browse(session, start, depth)


async def _again_and_again(session: Session, jobs: Sequence[_Job]) -> None:
    """Do each job when it is due, until the session ends; a beat that was missed is not made up for."""
    loop = asyncio.get_running_loop()
    for job in jobs:
        job.due = loop.time() + job.period
    while True:
        job = min(jobs, key=lambda j: j.due)
        _end_if_cancelled()
        await asyncio.wait([session.lost], timeout=max(0.0, job.due - loop.time()))
        if session.lost.done():
            raise session.lost.result()
        await job.do()
        job.due = max(job.due + job.period, loop.time())


def _end_if_cancelled() -> None:
    """Inside asyncua, `wait_for` of Python 3.11 swallows a cancellation that comes together with an answer."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
