from __future__ import annotations

import asyncio
import socket
import sqlite3
from dataclasses import replace
from pathlib import Path

from edge.agent import Agent
from edge.checking import Checked, check
from edge.status import Status, ask_status
from facility.clock import SystemClock
from facility.errors import LineDown
from facility.event import AlarmRaised, Event
from tests.edge.fakes import FakeLine, Lines
from tests.edge.sites import write_site
from tests.edge.until import until


def checked(folder: Path, lines: Lines) -> Checked:
    found = check(write_site(folder), {})
    return replace(found, lines=tuple(lines.bound(found.settings.inventory)))


def events(folder: Path) -> list[Event]:
    with sqlite3.connect(folder / "spool.sqlite3") as db:
        rows = db.execute("SELECT body FROM event ORDER BY seq").fetchall()
    db.close()
    return [Event.model_validate_json(body) for (body,) in rows]


async def status(folder: Path) -> Status:
    return await asyncio.to_thread(ask_status, folder)


async def run(agent: Agent, stop: asyncio.Event) -> asyncio.Task[None]:
    return asyncio.create_task(agent.run(stop))


async def test_from_the_first_sample_to_an_orderly_end(tmp_path: Path) -> None:
    lines, stop = Lines(), asyncio.Event()
    task = await run(Agent(checked(tmp_path, lines), tmp_path, {}, SystemClock()), stop)
    await until(lambda: "plant-room" in lines.made and lines.made["plant-room"].reads["1"] >= 2)
    async with asyncio.timeout(60):
        while not (now := await status(tmp_path)).samples:
            await asyncio.sleep(0.05)
    assert now.lines[0].state == "up"
    stop.set()
    async with asyncio.timeout(60):
        await task
    found = events(tmp_path)
    assert [e.type for e in found][:1] == ["gateway.started"]
    assert found[-1].type == "gateway.stopped"


async def test_systemd_is_told_when_it_is_ready_alive_and_ending(tmp_path: Path) -> None:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(tmp_path / "notify"))
        told.setblocking(False)
        environ = {"NOTIFY_SOCKET": str(tmp_path / "notify"), "WATCHDOG_USEC": "200000"}
        task = await run(Agent(checked(tmp_path, Lines()), tmp_path, environ, SystemClock()), stop)
        async with asyncio.timeout(60):
            words = {await loop.sock_recv(told, 100) for _ in range(4)}
            assert words == {b"READY=1", b"WATCHDOG=1"}
            stop.set()
            while await loop.sock_recv(told, 100) != b"STOPPING=1":
                pass
            await task


async def refused() -> None:
    raise LineDown("connection refused")


def dead(line: FakeLine) -> None:
    line.answers["1"] = refused


async def test_an_alarm_outlives_a_restart_and_is_not_raised_twice(tmp_path: Path) -> None:
    for _ in range(2):
        lines, stop = Lines(), asyncio.Event()
        lines.prepare = dead
        task = await run(Agent(checked(tmp_path, lines), tmp_path, {}, SystemClock()), stop)
        await until((tmp_path / "status.json").exists)
        async with asyncio.timeout(60):
            while (await status(tmp_path)).alarms != {"active": 1}:
                await asyncio.sleep(0.05)
        stop.set()
        async with asyncio.timeout(60):
            await task
    raised = [e.data for e in events(tmp_path) if isinstance(e.data, AlarmRaised)]
    assert [r.rule for r in raised] == ["line_lost"]
