"""Over HTTP: 2,000 alarms in 10 s with a fire among them; 200 pages that read along; one page cut for a minute."""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from cloud.migrations.running import migrate
from tests.bench._measured import child, share
from tests.bench.ingest import Speaking
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, SITE, Edge, batch, inventory, panel, pump
from tests.end_to_end.gatehouse import gatehouse, said
from tests.end_to_end.waiting import until
from tests.measure import Figure, measure
from tests.services.ports import free_port
from tests.services.postgres import Postgres

ALARMS: Final = 2_000
SECONDS: Final = 10.0
PUMPS: Final = tuple(f"pump-{n}" for n in range(1, ALARMS + 1))
AT_ONCE: Final = 10
"""Alarms in a delivery of the storm."""
RUNS: Final = 3
PAGES: Final = 200
TOLD: Final = 100
"""Alarms that the pages are told of, one after another."""
CUT_SECONDS: Final = 60.0


@dataclass
class Cloud:
    """A running cloud, and who speaks to it."""

    port: int
    speaking: Speaking
    reader: str
    """A token that may read."""
    edge: Edge

    async def tell(self, *events: Any) -> None:
        """One delivery."""
        await self.speaking.send("POST", "events", [batch(*events)], 1)


@asynccontextmanager
async def cloud(folder: Path, database: str | None) -> AsyncIterator[Cloud]:
    """With one gateway and as many pumps as there are alarms."""
    port, token = free_port(), folder / "gateway.token"
    base = ("cloud", "--data", folder, *(("--database", database) if database else ()))
    added = gatehouse(*base, "gateway", "add", "--create", SITE, GATEWAY, "--token-file", token)
    assert added.returncode == 0, said(added)
    made = gatehouse(*base, "token", "add", "reader", "--role", "viewer")
    assert made.returncode == 0, said(made)
    with (folder / "log").open("wb") as log, child("gatehouse", *base, "serve", "--port", port, log=log):
        speaking = Speaking(port, token.read_text(encoding="utf-8").strip())
        await asyncio.to_thread(until, speaking.healthy, 60, lambda: (folder / "log").read_text(encoding="utf-8"))
        told = inventory(equipment=(*(pump(id) for id in PUMPS), panel("fire-panel")))
        await speaking.send("PUT", "inventory", [told.body.encode()], 1)
        yield Cloud(port, speaking, made.stdout.split()[-1], Edge(told, uuid4()))


@measure(area="response")
async def storm_sqlite() -> list[Figure]:
    """In a file."""
    return [figure for run in range(RUNS) for figure in await storm("SQLite", run, None)]


@measure(area="response")
async def storm_postgresql() -> list[Figure]:
    """On a server of our own."""
    with Postgres() as server:
        found: list[Figure] = []
        for run in range(RUNS):
            url = server.database()
            await migrate(url)
            found += await storm("PostgreSQL", run, url)
        return found


async def storm(store: str, run: int, database: str | None) -> list[Figure]:
    """Alarms as fast as the cloud takes them within SECONDS; a fire of its own lane in the middle of them."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-storm-") as name:
        async with cloud(Path(name), database) as house, pages(house, 1) as (page,):
            bodies = [
                batch(*(house.edge.raised(id, DRY_RUN) for id in PUMPS[start : start + AT_ONCE]))
                for start in range(0, ALARMS, AT_ONCE)
            ]
            half = len(bodies) // 2
            began = time.perf_counter()
            first = asyncio.create_task(house.speaking.send("POST", "events", bodies[:half], 16))
            await first
            rest = asyncio.create_task(house.speaking.send("POST", "events", bodies[half:], 16))
            fire = batch(house.edge.raised("fire-panel", FIRE, "l1d001"))
            asked = time.perf_counter()
            _, (fire_seconds,) = await house.speaking.send("POST", "events", [fire], 1)
            _, times = await rest
            took = time.perf_counter() - began
            shown = await page.until(ALARMS + 1)
            after = sum(1 for at, _ in page.frames[: shown.index("fire-panel")] if at > asked + fire_seconds)
            how = f"run {run + 1}, {store}: {ALARMS // AT_ONCE} deliveries over 16 connections, the fire by another"
            unique = len(set(shown))
            return [
                Figure.at_most(f"response storm of {ALARMS} alarms, {store}", took, "s", SECONDS, how),
                Figure.exactly(f"response alarms lost in a storm, {store}", ALARMS + 1 - unique, "alarms", 0, how),
                Figure.exactly(f"response alarms shown twice, {store}", len(shown) - unique, "alarms", 0, how),
                Figure.exactly(f"response alarms that a fire let go first, {store}", after, "alarms", 0, how),
                Figure.noted(f"response fire's answer in a storm, {store}", 1000 * fire_seconds, "ms", how),
                Figure.noted(f"response alarms' answer p50 in a storm, {store}", 1000 * share(times, 0.5), "ms", how),
            ]


@measure(area="response")
async def stream() -> list[Figure]:
    """200 pages; then one that is cut for a minute while alarms come and go."""
    with tempfile.TemporaryDirectory(prefix="gatehouse-stream-") as name:
        async with cloud(Path(name), None) as house:
            return [*await told_to_pages(house), *await cut_and_back(house)]


async def told_to_pages(house: Cloud) -> list[Figure]:
    """From the gateway's answer being on its way to the frame at each page."""
    delays: list[float] = []
    async with pages(house, PAGES) as readers:
        for turn in range(TOLD):
            event = house.edge.raised("pump-1") if turn % 2 == 0 else house.edge.cleared("pump-1")
            await house.tell(event)
            answered = time.perf_counter()
            async with asyncio.timeout(30):
                for reader in readers:
                    while len(reader.frames) <= turn:
                        await asyncio.sleep(0.001)
            delays += [reader.frames[turn][0] - answered for reader in readers]
    how = f"{TOLD} alarms to {PAGES} pages, after the gateway's answer; the pages' reader on the same machine"
    return [
        Figure.at_most("response stream to 200 pages p99", 1000 * share(delays, 0.99), "ms", 15, how),
        Figure.noted("response stream to 200 pages p50", 1000 * share(delays, 0.5), "ms", how),
    ]


async def cut_and_back(house: Cloud) -> list[Figure]:
    """Frames by id: before the cut, and after it from the last one that the page had."""
    async with pages(house, 1) as (watcher,), pages(house, 1) as (page,):
        await house.tell(house.edge.raised("pump-2"))
        await page.until(1)
    told = 1
    ends = time.monotonic() + CUT_SECONDS
    async with pages(house, 1) as (watcher,):
        while time.monotonic() < ends:
            await house.tell(house.edge.raised("pump-3"), house.edge.cleared("pump-3"))
            told += 1
            await asyncio.sleep(0.05)
        await house.tell(house.edge.raised("pump-4"))
        while not watcher.frames or watcher.frames[-1][1] != "pump-4":
            await asyncio.sleep(0.01)
        async with pages(house, 1, page.last) as (back,):
            async with asyncio.timeout(30):
                while back.last < watcher.last:
                    await asyncio.sleep(0.01)
            ids = page.ids + back.ids
    missing = [id for id in watcher.ids if id not in set(back.ids)]
    how = f"{told} deliveries while the page was away for {CUT_SECONDS:g} s"
    return [
        Figure.exactly("response frames missing after a cut", len(missing), "frames", 0, how),
        Figure.exactly("response frames twice after a cut", len(ids) - len(set(ids)), "frames", 0, how),
    ]


@dataclass(eq=False)
class Page:
    """One open page: what it was shown, and when."""

    frames: list[tuple[float, str]] = field(default_factory=list)
    """Of alarms: (time, equipment)."""
    ids: list[int] = field(default_factory=list)
    last: int = 0
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, count: int) -> list[str]:
        """Wait for so many alarms; their equipment in the order of the frames."""
        async with asyncio.timeout(60):
            while len(self.frames) < count:
                await asyncio.sleep(0.01)
        return [equipment for _, equipment in self.frames]

    async def read(self, house: Cloud, since: int | None) -> None:
        """Until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port, limit=1 << 20)
        resume = "" if since is None else f"Last-Event-ID: {since}\r\n"
        head = f"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1:{house.port}\r\n{resume}"
        writer.write(f"{head}Authorization: Bearer {house.reader}\r\n\r\n".encode())
        try:
            answer = await reader.readuntil(b"\r\n\r\n")
            assert answer.startswith(b"HTTP/1.1 200"), answer
            while size := int(await reader.readline(), 16):
                self._take(await reader.readexactly(size))
                await reader.readexactly(2)
        finally:
            writer.close()

    def _take(self, frame: bytes) -> None:
        at = time.perf_counter()
        lines = dict(line.split(b": ", 1) for line in frame.split(b"\n") if b": " in line)
        name = lines.get(b"event")
        if b"id" in lines:
            self.last = int(lines[b"id"])
            if name != b"heartbeat":
                self.ids.append(self.last)
        if name == b"heartbeat":
            self.begun.set()
        if name == b"alarm":
            self.frames.append((at, json.loads(lines[b"data"])["equipment"]))


@asynccontextmanager
async def pages(house: Cloud, count: int, since: int | None = None) -> AsyncIterator[Sequence[Page]]:
    """So many open pages, each with its first heartbeat."""
    opened = [Page() for _ in range(count)]
    tasks = [asyncio.create_task(page.read(house, since)) for page in opened]
    try:
        async with asyncio.timeout(60):
            for page in opened:
                await page.begun.wait()
        yield opened
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
