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

import httpx

from edge.backoff import Backoff
from edge.endpoint import Endpoint
from edge.historian import Historian
from edge.historian.ends import InfluxV1, InfluxV2
from edge.spool import Spool
from facility.clock import NS, SystemClock
from facility.event import Lane
from tests.edge.building import equipment, inventory, point
from tests.edge.fake_end import FakeEnd, Reply, Request
from tests.edge.spool.drafts import INVENTORY, draft
from tests.edge.until import until
from tests.end_to_end.lone_cloud import SITE, LoneCloud
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


KNOWN: Final = f'pump,equipment=p0,site=riverside text="known" {NOW - NS}'
"""What the end holds before."""


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
    lines = [b"pump,equipment=p%d,site=riverside v=%d.5 %d" % (n, number, at) for n in range(POINTS)]
    field, time = BAD[number % len(BAD)]
    place = number * 7 % POINTS
    lines[place] = b"pump,equipment=p%d,site=riverside %s %d" % (place, field, at if time == NOW else time)
    return gzip.compress(b"\n".join(lines) + b"\n", 1)


async def send(batches: int, way: InfluxV1 | InfluxV2, stored: Callable[[], int], folder: Path) -> Sent:
    """Through the spool and the sender to an end."""
    async with Spool(folder / "s.db", CLOCK, site="s", gateway="g") as spool:
        await spool.accept([draft(0)], INVENTORY)
        for number in range(batches):
            await spool.store(batch(number), samples=POINTS, start=NOW, end=NOW)
        async with way as end:
            running = asyncio.create_task(Historian(spool, end, CLOCK, backoff=Backoff(0.05, 0.5)).run())
            await until(lambda: not spool.waiting()[Lane.TELEMETRY].records, 600)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
        dead = await spool.oldest(Lane.DEAD, 1_000_000, 1 << 40)
        left = spool.waiting()[Lane.TELEMETRY].records
    assert all(letter.why for letter in dead)
    return Sent(await asyncio.to_thread(stored), len(dead), sum(letter.samples for letter in dead), left)


@contextmanager
def fake() -> Iterator[tuple[InfluxV1, Callable[[], int]]]:
    """An end that takes everything but the type conflict, and counts its series and times."""
    held: set[bytes] = set()

    def answer(request: Request) -> Reply:
        end.requests.clear()
        if b" text=1.0" in request.body:
            return Reply(400, "field type conflict: input field text is type float, already exists as type string")
        held.update(request.body.splitlines())
        return Reply()

    with FakeEnd(answer) as end:
        yield InfluxV1(Endpoint("historian", end.url), "proof", CLOCK), lambda: len(held)


@contextmanager
def influx() -> Iterator[tuple[InfluxV1, Callable[[], int]]]:
    """The real InfluxDB 1.6."""
    with Influx() as server:
        server.create_database("proof")
        server.write("proof", f"{KNOWN}\n")
        yield InfluxV1(Endpoint("historian", server.url), "proof", CLOCK), lambda: _count(server)


@contextmanager
def embedded() -> Iterator[tuple[InfluxV2, Callable[[], int]]]:
    """The cloud's own historian, asked through its API."""
    with LoneCloud() as cloud:
        token = cloud.register("bad-1")
        pumps = inventory(*(equipment(f"p{n}", [point("v")]) for n in range(POINTS)))
        body = pumps.model_copy(update={"gateway": "bad-1"}).body
        headers = {"Authorization": f"Bearer {token}"}
        for method, path, sent in (
            ("PUT", "/api/v1/gateways/bad-1/inventory", body),
            ("POST", f"/api/v2/write?org=o&bucket={SITE}&precision=ns", KNOWN),
        ):
            url = cloud.url + path
            httpx.request(method, url, content=sent, headers=headers, timeout=30, trust_env=False).raise_for_status()
        yield InfluxV2(Endpoint("historian", cloud.url, lambda: token), "o", SITE, CLOCK), lambda: _rows(cloud)


def _rows(cloud: LoneCloud) -> int:
    """Rows that stand at different series and times."""
    found: set[tuple[str, str]] = set()
    for first in range(0, POINTS, 20):
        query = {"point": [f"p{n}.v" for n in range(first, first + 20)], "from": "-2h", "limit": 50_000}
        page = cloud.get("history", **query)
        assert page["next"] is None
        rows = [(row["point"], row["at"]) for row in page["items"]]
        assert len(set(rows)) == len(rows), "doubled"
        found |= set(rows)
    return len(found)


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
    with fake() as (end, stored), tempfile.TemporaryDirectory() as folder:
        return _figures("the fake end", await send(1000, end, stored, Path(folder)), 1000)


@measure(area="delivery")
async def to_influxdb() -> list[Figure]:
    """1,000 batches."""
    with influx() as (end, stored), tempfile.TemporaryDirectory() as folder:
        return _figures("influxdb 1.6", await send(1000, end, stored, Path(folder)), 1000)


@measure(area="delivery")
async def to_the_embedded_historian() -> list[Figure]:
    """1,000 batches."""
    with embedded() as (end, stored), tempfile.TemporaryDirectory() as folder:
        return _figures("the embedded historian", await send(1000, end, stored, Path(folder)), 1000)
