"""A historian's sender that runs towards an end of the test."""

import asyncio
import gzip
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1, InfluxV2
from edge.historian.patience import Patience
from edge.spool import Spool
from facility.clock import ManualClock
from facility.event import Lane
from tests.edge.fake_end import FakeEnd
from tests.edge.line_parser import parse

T = ManualClock().wall
V1, V2 = "v1", "v2"


def lines(start: int, count: int) -> list[str]:
    return [f"pump,equipment=p{n},site=s flow={n}.5,power=1.0 {T + n}" for n in range(start, start + count)]


async def put(spool: Spool, text: list[str]) -> None:
    body = gzip.compress("".join(f"{x}\n" for x in text).encode(), 1)
    await spool.store(body, samples=2 * len(text), start=T, end=T)


@asynccontextmanager
async def sending(
    spool: Spool, end: FakeEnd, api: str = V1, keep: float = 0.0, wall: int = T
) -> AsyncIterator[Historian]:
    endpoint = Endpoint("historian", end.url, lambda: "secret")
    clock = ManualClock(wall)
    way = InfluxV1(endpoint, "b", clock) if api == V1 else InfluxV2(endpoint, "o", "b", clock)
    async with way:
        historian = Historian(
            spool, way, clock, keep=keep, backoff=Backoff(0.01, 0.05), patience=Patience(clock, tries=4, seconds=0)
        )
        running = asyncio.create_task(historian.run())
        yield historian
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running


def delivered(spool: Spool) -> Callable[[], bool]:
    return lambda: spool.waiting()[Lane.TELEMETRY].records == 0


class Store:
    """What an end has taken: (series, time) → fields, as a historian keeps it."""

    def __init__(self) -> None:
        self.lines: dict[str, int] = {}
        self._lock = threading.Lock()

    def take(self, body: bytes) -> None:
        parse(body)
        with self._lock:
            for line in body.decode().splitlines():
                self.lines[line] = self.lines.get(line, 0) + 1
