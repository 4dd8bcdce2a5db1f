"""Batches with one bad point each, put into the spool behind the pipeline: the others arrive, each bad one is told."""

from __future__ import annotations

import asyncio
import gzip
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1
from edge.spool import Spool
from facility.clock import NS, SystemClock
from facility.event import Lane
from tests.edge.fake_end import FakeEnd, Reply, Request
from tests.edge.spool.drafts import INVENTORY, draft
from tests.edge.until import until
from tests.measure import Figure, measure
from tests.services.influx import Influx

POINTS: Final = 500
CLOCK: Final = SystemClock()
NOW: Final = CLOCK.now() // NS * NS - 3600 * NS
BAD: Final[tuple[tuple[bytes, int], ...]] = (
    (b"v=NaN", NOW), (b"v=+Inf", NOW), (b"v=1e309", NOW), (b'v="a\x00b"', NOW),
    (b'v="' + b"x" * 10_000_000 + b'"', NOW), (b'v="\xff\xfe"', NOW), (b"v=1.0", 0),
    (b"v=1.0", 4_102_444_800 * NS), (b"text=1.0", NOW),
)  # fmt: skip
"""Field and time; the last one is a type conflict: the end knows `text` as a text."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Good points that the end holds, dead letters, bad points in them, records never settled."""

    stored: int
    letters: int
    points: int
    left: int


def batch(number: int) -> bytes:
    """500 points, one of them bad, somewhere in the middle."""
    at = NOW + number * NS
    lines = [b"pump,equipment=p%d,site=s v=%d.5 %d" % (n, number, at) for n in range(POINTS)]
    field, time = BAD[number % len(BAD)]
    place = number * 7 % POINTS
    lines[place] = b"pump,equipment=p%d,site=s %s %d" % (place, field, at if time == NOW else time)
    return gzip.compress(b"\n".join(lines) + b"\n", 1)


async def send(batches: int, url: str, stored: Callable[[], int], folder: Path) -> Sent:
    """Through the spool and the sender to an end."""
    async with Spool(folder / "s.db", CLOCK, site="s", gateway="g") as spool:
        await spool.accept([draft(0)], INVENTORY)
        for number in range(batches):
            await spool.store(batch(number), samples=POINTS, start=NOW, end=NOW)
        async with InfluxV1(Endpoint("historian", url), "proof", CLOCK) as end:
            running = asyncio.create_task(Historian(spool, end, CLOCK, backoff=Backoff(0.05, 0.5)).run())
            await until(lambda: not spool.waiting()[Lane.TELEMETRY].records, 600)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        dead = await spool.oldest(Lane.DEAD, 1_000_000, 1 << 40)
        left = spool.waiting()[Lane.TELEMETRY].records
    assert all(letter.why for letter in dead)
    return Sent(stored(), len(dead), sum(letter.samples for letter in dead), left)


@contextmanager
def fake() -> Iterator[tuple[str, Callable[[], int]]]:
    """An end that takes everything but the type conflict, and counts its series and times."""
    held: set[bytes] = set()

    def answer(request: Request) -> Reply:
        end.requests.clear()
        if b" text=1.0" in request.body:
            return Reply(400, "field type conflict: input field text is type float, already exists as type string")
        held.update(request.body.splitlines())
        return Reply()

    with FakeEnd(answer) as end:
        yield end.url, lambda: len(held)


@contextmanager
def influx() -> Iterator[tuple[str, Callable[[], int]]]:
    """The real InfluxDB 1.6."""
    with Influx() as server:
        server.create_database("proof")
        server.write("proof", f'pump,equipment=p0,site=s text="known" {NOW - NS}\n')
        yield server.url, lambda: _count(server)


def _count(server: Influx) -> int:
    rows = server.rows("SELECT count(v) FROM pump", "proof")
    return int(str(rows[0][1]))


def _figures(end: str, sent: Sent, batches: int) -> list[Figure]:
    how = f"{batches:,} batches of {POINTS} points with one bad each ({len(BAD)} kinds) to {end}"
    return [
        Figure.exactly(f"bad points: good ones stored, {end}", sent.stored, "", batches * (POINTS - 1), how),
        Figure.exactly(f"bad points: dead letters, {end}", sent.letters, "", batches, how),
        Figure.exactly(f"bad points: points in them, {end}", sent.points, "", batches, how),
        Figure.exactly(f"bad points: records never settled, {end}", sent.left, "", 0, how),
    ]


@measure(area="delivery")
async def to_the_fake_end() -> list[Figure]:
    """1,000 batches."""
    with fake() as (url, stored), tempfile.TemporaryDirectory() as folder:
        return _figures("the fake end", await send(1000, url, stored, Path(folder)), 1000)


@measure(area="delivery")
async def to_influxdb() -> list[Figure]:
    """1,000 batches."""
    with influx() as (url, stored), tempfile.TemporaryDirectory() as folder:
        return _figures("influxdb 1.6", await send(1000, url, stored, Path(folder)), 1000)
