"""Points read once by hand: variables are read, conditions asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

from asyncua import ua

from drivers.base import Bound, Reading
from drivers.opcua import finding
from drivers.opcua.conditions import LOOK, Conditions, Found
from drivers.opcua.naming import address_of
from drivers.opcua.session import ERRORS, Session
from drivers.opcua.subscription import Subscription
from drivers.opcua.values import reading
from facility.clock import Clock

WAIT: Final = 3.0
"""Seconds for the conditions; longer than that nobody wants to look at a prompt."""
PUBLISHING: Final = 0.1


async def inspect(session: Session, points: Sequence[Bound], clock: Clock) -> list[Reading]:
    """One Reading a point, in their order."""
    nodes = await finding.nodes(session, points)
    values = await session.read(nodes)
    places = [i for i, p in enumerate(points) if address_of(p).condition is not None]
    for place, value in await _conditions(session, points, places, nodes) if places else ():
        values[place] = value
    now = clock.now()
    return [reading(p, v, now) for p, v in zip(points, values, strict=True)]


async def _conditions(
    session: Session, points: Sequence[Bound], places: Sequence[int], nodes: Sequence[ua.NodeId]
) -> Found:
    found: dict[int, ua.DataValue] = {}

    async def take(some: Found) -> None:
        found.update(some)

    async def nothing(_: object) -> None:
        return

    conditions = Conditions(session, points, places, nodes, take)
    subscription = Subscription(session, nothing, conditions.events)
    try:
        async with asyncio.timeout(WAIT):
            await subscription.make(PUBLISHING)
            await subscription.listen()
            while not conditions.settled.is_set():
                await conditions.tend(subscription.id)
                await asyncio.sleep(LOOK)
    except TimeoutError:
        pass
    except ERRORS as error:
        raise session.down(error) from error
    return list(found.items())
