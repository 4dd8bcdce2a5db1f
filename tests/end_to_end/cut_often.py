"""Gateways behind a proxy that cuts after the server's commit, and what the cloud holds then."""

from __future__ import annotations

import asyncio
import tempfile
from dataclasses import dataclass
from pathlib import Path

from facility.clock import NS
from facility.event import Lane
from tests.end_to_end.cutting import Cutting
from tests.end_to_end.light_gateway import LightGateway, past
from tests.end_to_end.light_oracle import alarms_of, samples_of
from tests.end_to_end.lone_cloud import LoneCloud
from tests.end_to_end.oracle import Count, total

TOGETHER = 2
"""Events accepted at a time: one alarm that rises and clears."""
AHEAD = 50
"""So many records wait at most."""
SPAN = 20_000
"""Seconds of the past that the records are spread over, one a second."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Requests that the server answered, those whose answer was cut, and what the oracle counted."""

    posts: int
    cuts: int
    counts: dict[str, Count]


async def cut_often(cloud: LoneCloud, batches: int, share: float, gateways: int = 1) -> Cut:
    """Records of 10 points, and events by twos beside them, until the server has answered so many requests in all."""
    names = [f"cut-{n}" for n in range(1, gateways + 1)]
    tokens = [await asyncio.to_thread(cloud.register, name) for name in names]
    with tempfile.TemporaryDirectory() as folder:
        made = [LightGateway(name, token, Path(folder), points=10) for name, token in zip(names, tokens, strict=True)]
        async with Cutting(cloud.port, share) as proxy:
            filled = await asyncio.gather(*(_one(gateway, proxy, batches) for gateway in made))
            posts, cuts = proxy.posts, proxy.cuts
    found = [
        await asyncio.to_thread(_judged, cloud, gateway, times, events)
        for gateway, (times, events) in zip(made, filled, strict=True)
    ]
    return Cut(posts, cuts, {what: total(count[what] for count in found) for what in found[0]})


async def _one(gateway: LightGateway, proxy: Cutting, batches: int) -> tuple[dict[int, int], int]:
    async with gateway.spool, gateway.sending(proxy.url, quick=True):
        filled = await _fill(gateway, proxy, batches)
        await gateway.drained(300)
    return filled


def _judged(cloud: LoneCloud, gateway: LightGateway, times: dict[int, int], events: int) -> dict[str, Count]:
    stored, done = alarms_of(cloud, gateway, events)
    return {"samples": samples_of(cloud, gateway, times), "events": stored, "effects of alarms": done}


async def _fill(gateway: LightGateway, proxy: Cutting, batches: int) -> tuple[dict[int, int], int]:
    """The time of each record, and how many events there were. Both lanes always have something to send."""
    times: dict[int, int] = {}
    events, start = 0, past(0, SPAN)
    while proxy.posts < batches:
        waiting = gateway.spool.waiting()
        if waiting[Lane.TELEMETRY].records < AHEAD:
            number = len(times)
            times[number] = start + number * NS
            await gateway.samples(number, times[number])
        if not waiting[Lane.EVENT].records:
            await gateway.alarms(events, TOGETHER)
            events += TOGETHER
        await asyncio.sleep(0.01)
    return times, events
