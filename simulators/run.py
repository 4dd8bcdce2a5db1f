"""One running building: open the lines, leave word where it can be found, move until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from facility.clock import SystemClock
from facility.resolve import Site
from simulators.building import Building
from simulators.control import Control

FOUND_IN = "sim.json"
COUNTERS = "counters.json"
"""What the counters stood at when the building was left, so that the next start goes on from there."""
KEPT_EVERY = 5.0
"""Seconds: a building that is killed goes on from counters at most so old."""


@dataclass(frozen=True, slots=True)
class Options:
    """How `gatehouse sim run` was called."""

    site: Site
    data: Path
    seed: int
    free_ports: bool
    control_port: int


@contextlib.asynccontextmanager
async def running(options: Options) -> AsyncIterator[Building]:
    """The building, moving, its lines open and its control answering."""
    kept = options.data / COUNTERS
    counters = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    building = Building(
        options.site, SystemClock(), seed=options.seed, free_ports=options.free_ports, counters=counters
    )
    async with building.wires, Control(building, options.control_port) as control:
        _leave_word(options.data, control, building)
        moving = asyncio.create_task(building.run(), name="building")
        keeping = asyncio.create_task(_keep_often(kept, building), name="counters")
        try:
            yield building
        finally:
            for task in (keeping, moving):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            _keep(kept, building)


async def serve(options: Options, opened: asyncio.Event | None = None) -> None:
    """Run until SIGTERM or SIGINT, or until the plant itself fails."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with running(options):
        if opened is not None:
            opened.set()
        await stop.wait()


async def _keep_often(kept: Path, building: Building) -> None:
    while True:
        _keep(kept, building)
        await asyncio.sleep(KEPT_EVERY)


def _keep(kept: Path, building: Building) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    new = kept.with_name(f".{kept.name}")
    new.write_text(json.dumps(building.plant.counters()), encoding="utf-8")
    new.replace(kept)


def _leave_word(data: Path, control: Control, building: Building) -> None:
    data.mkdir(parents=True, exist_ok=True)
    word = {
        "url": control.url,
        "token": control.token,
        "pid": os.getpid(),
        "site": str(building.site.file),
        "connections": building.wires.connections,
    }
    new = data / f".{FOUND_IN}"
    new.touch(mode=0o600)
    new.write_text(json.dumps(word, indent=2, default=str), encoding="utf-8")
    new.replace(data / FOUND_IN)
