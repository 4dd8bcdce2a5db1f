"""A gateway behind a proxy that cuts after the server's commit, and what the cloud holds then."""

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
from tests.end_to_end.oracle import Count

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


async def cut_often(cloud: LoneCloud, batches: int, share: float) -> Cut:
    """Records of 10 points, and events by twos beside them, until the server has answered so many requests."""
    token = await asyncio.to_thread(cloud.register, "cut-1")
    with tempfile.TemporaryDirectory() as folder:
        gateway = LightGateway("cut-1", token, Path(folder), points=10)
        async with gateway.spool, Cutting(cloud.port, share) as proxy:
            async with gateway.sending(proxy.url, quick=True):
                times, events = await _fill(gateway, proxy, batches)
                await gateway.drained(300)
            posts, cuts = proxy.posts, proxy.cuts
    samples = await asyncio.to_thread(samples_of, cloud, gateway, times)
    stored, done = await asyncio.to_thread(alarms_of, cloud, gateway, events)
    return Cut(posts, cuts, {"samples": samples, "events": stored, "effects of alarms": done})


async def _fill(gateway: LightGateway, proxy: Cutting, batches: int) -> tuple[dict[int, int], int]:
    """The time of each record, and how many events there were."""
    times: dict[int, int] = {}
    events, start = 0, past(0, SPAN)
    while proxy.posts < batches:
        if gateway.spool.waiting()[Lane.TELEMETRY].records < AHEAD:
            number = len(times)
            times[number] = start + number * NS
            await gateway.samples(number, times[number])
        await gateway.alarms(events, TOGETHER)
        events += TOGETHER
        await asyncio.sleep(0.02)
    return times, events
