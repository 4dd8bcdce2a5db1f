"""One session's work: what is subscribed to, what is polled, what is confirmed, what is read back from history."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
from asyncua import ua
from asyncua.ua.uaerrors import UaError

from drivers.base import Bound, Deliver
from drivers.opcua import finding, history
from drivers.opcua.conditions import LOOK, Conditions, Found
from drivers.opcua.connection import Connection
from drivers.opcua.history import Gaps
from drivers.opcua.naming import address_of
from drivers.opcua.repeating import Job, again_and_again
from drivers.opcua.session import ERRORS, Session
from drivers.opcua.subscription import Subscription
from drivers.opcua.values import batch_of, times_of
from facility.batch import Batch, bad
from facility.clock import Clock
from facility.errors import LineDown
from facility.held import Held
from facility.quality import Reason

_log = logging.getLogger(__name__)

CONFIRM: Final = (0.2, 5.0)
"""Shortest and longest time between two confirmations of what has not changed, so that it does not go stale."""
WATCH: Final = 5.0
"""Seconds between two questions whether the server still answers."""


class Serving:
    """`gaps` outlives the session: it knows what was missed between two of them."""

    def __init__(
        self, session: Session, connection: Connection, points: Sequence[Bound], gaps: Gaps, clock: Clock,
        deliver: Deliver,
    ) -> None:  # fmt: skip
        self._session = session
        self._connection = connection
        self._points = points
        self._gaps = gaps
        self._clock = clock
        self._hand_on = deliver
        self._on_its_way = 0
        self._held = Held(p.index for p in points if p.means.kind.sampled)
        self._conditions = [i for i, p in enumerate(points) if address_of(p).condition is not None]
        self._variables = [i for i, p in enumerate(points) if address_of(p).condition is None]

    async def run(self, up: Callable[[], None]) -> None:
        """Until the session ends, which it does by LineDown; `up` is called when the server has answered."""
        nodes = await finding.nodes(self._session, self._points)
        values = await self._session.read([nodes[i] for i in self._variables])
        first = list(zip(self._variables, values, strict=True))
        batch = self._batch(first)
        up()
        self._gaps.reconnected(times_of(first, self._points, batch.received))
        self._gaps.heard(times_of(first, self._points, batch.received))
        await self._deliver(batch)
        self._held.take(batch)
        jobs = [Job(WATCH, 0, self._watch), *await self._listening(nodes)]
        filling = asyncio.create_task(self._fill(nodes), name=f"history {self._session.where}")
        try:
            await again_and_again(self._session, jobs)
        finally:
            filling.cancel()
            await asyncio.wait([filling])

    async def _listening(self, nodes: Sequence[ua.NodeId]) -> list[Job]:
        """Subscribe to what can be subscribed to; the jobs that this leaves to do."""
        polled: Sequence[int] = self._variables
        jobs: list[Job] = []
        if self._connection.mode != "poll" or self._conditions:
            conditions = Conditions(self._session, self._points, self._conditions, nodes, self._took)
            subscription = Subscription(self._session, self._changed, conditions.events)
            polled, made = await self._subscribed(subscription, nodes)
            self._held.forget([self._points[i].index for i in polled])
            if made:
                jobs.append(self._confirming(subscription))
                if await self._heard(subscription):
                    jobs.append(Job(LOOK, 0, lambda: conditions.tend(subscription.id)))
        return [*jobs, *self._polling(nodes, polled)]

    async def _subscribed(self, subscription: Subscription, nodes: Sequence[ua.NodeId]) -> tuple[Sequence[int], bool]:
        """The places of the variables that must be polled all the same, and whether there is a subscription."""
        poll = self._connection.mode == "poll"
        try:
            await subscription.make(self._connection.publishing)
            refused = {} if poll else await subscription.monitor(self._points, nodes, self._variables)
        except UaError as error:
            if self._connection.mode == "subscribe":
                raise LineDown(f"{self._session.where}: it offers no subscriptions: {error}") from error
            _log.warning("%s: no subscriptions (%s), polling instead", self._session.where, error)
            await self._refuse(self._conditions)
            return self._variables, False
        except ERRORS as error:
            raise self._session.down(error) from error
        for place, code in refused.items():
            name = ua.StatusCode(ua.UInt32(code)).name
            _log.warning("%s is not monitored (%s), polling it instead", self._points[place].id, name)
        return (self._variables if poll else tuple(refused)), True

    async def _heard(self, subscription: Subscription) -> bool:
        """Whether the server tells of its conditions, and anybody wants to know."""
        if not self._conditions:
            return False
        try:
            code = await subscription.listen()
        except ERRORS as error:
            raise self._session.down(error) from error
        if code:
            name = ua.StatusCode(ua.UInt32(code)).name
            _log.warning("%s: it tells of no conditions (%s)", self._session.where, name)
            await self._refuse(self._conditions)
        return not code

    async def _refuse(self, places: Sequence[int]) -> None:
        points = [self._points[i].index for i in places if self._points[i].means.kind.sampled]
        if points:
            await self._deliver(bad(np.array(points, np.uint32), Reason.REFUSED, self._clock.now()))

    async def _changed(self, items: list[Any]) -> None:
        found = [(int(i.ClientHandle), i.Value) for i in items]
        await self._took([(h, v) for h, v in found if h < len(self._points)])

    async def _took(self, found: Found) -> None:
        batch = self._batch(found)
        self._gaps.heard(times_of(found, self._points, batch.received))
        self._held.take(batch)
        await self._deliver(batch)

    def _confirming(self, subscription: Subscription) -> Job:
        """As long as the server keeps the subscription, what it does not speak of holds: say so before it is stale."""

        async def confirm() -> None:
            if not subscription.alive:
                raise LineDown(f"{self._session.where}: the server has forgotten our subscription")
            batch = self._held.batch(self._clock.now())
            if len(batch):
                await self._deliver(batch)

        soonest = min(p.stale_after for p in self._points) / 3
        return Job(min(max(soonest, CONFIRM[0]), CONFIRM[1]), 0, confirm)

    def _polling(self, nodes: Sequence[ua.NodeId], places: Sequence[int]) -> Iterator[Job]:
        """One job for each period."""
        by_period: dict[float, list[int]] = defaultdict(list)
        for place in places:
            by_period[self._points[place].period].append(place)

        def polling(some: list[int]) -> Callable[[], Awaitable[None]]:
            async def poll() -> None:
                found = list(zip(some, await self._session.read([nodes[i] for i in some]), strict=True))
                batch = self._batch(found)
                self._gaps.heard(times_of(found, self._points, batch.received))
                await self._deliver(batch)

            return poll

        return (Job(period, 0, polling(some)) for period, some in by_period.items())

    async def _watch(self) -> None:
        self._gaps.last_sign = await self._session.alive() or self._gaps.last_sign
        if not self._on_its_way:
            self._gaps.accepted()

    async def _deliver(self, batch: Batch) -> None:
        self._on_its_way += 1
        try:
            await self._hand_on(batch)
        finally:
            self._on_its_way -= 1

    async def _fill(self, nodes: Sequence[ua.NodeId]) -> None:
        """Read back what was missed, beside all else; what goes wrong ends the session, and the next one goes on."""
        try:
            async for found in history.read(self._session, self._gaps, nodes):
                await self._deliver(self._batch(found, replayed=True))
        except Exception as error:  # noqa: BLE001 - told to the line, which ends of it
            self._session.end(error)

    def _batch(self, values: Found, *, replayed: bool = False) -> Batch:
        return batch_of(values, self._points, self._clock.now(), replayed=replayed)
