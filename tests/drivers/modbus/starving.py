"""What a dead device, a dead unit and an overloaded line do to the others: the arrangements of test and proof."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from drivers.modbus.quirks import Quirks
from tests.drivers.modbus.polled import Run, Wire, polled
from tests.services.libmodbus import Libmodbus, LibmodbusOnSerial
from tests.services.serial_line import SerialLine


@contextmanager
def deaf() -> Iterator[int]:
    """A port that accepts and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        yield door.getsockname()[1]


def on(port: int) -> dict[str, object]:
    return {"host": "127.0.0.1", "port": port}


@dataclass(frozen=True, slots=True)
class Watched:
    """Polls of one device that gave good values, and the longest time without one."""

    polls: int
    gap: float


async def dead_line(healthy: int, seconds: float) -> list[Watched]:
    """Each device of `healthy` lines beside one that accepts and never answers."""
    with ExitStack() as stack:
        ports = [stack.enter_context(Libmodbus()).port for _ in range(healthy)]
        wires = [Wire(f"line-{i}", on(port)) for i, port in enumerate(ports)]
        async with polled(Wire("dead", on(stack.enter_context(deaf()))), *wires) as run:
            await settled(run, [f"{w.name}-1" for w in wires])
            await asyncio.sleep(seconds)
            names = [f"{w.name}-1" for w in wires]
            return [Watched(len(run.came(n)), run.largest_gap(n)) for n in names]


async def dead_unit(seconds: float) -> dict[str, int]:
    """Polls of a healthy unit beside a dead one, from the first moment on, on a TCP line and on a serial one."""
    with ExitStack() as stack:
        port = stack.enter_context(Libmodbus(silent=2)).port
        serial = stack.enter_context(SerialLine())
        stack.enter_context(LibmodbusOnSerial(serial.far, unit=1))
        wires = [
            Wire("tcp", on(port), units=(1, 2)),
            Wire("serial", {"serial": str(serial.near), "parity": "none", "baud": 19200}, units=(1, 2)),
        ]
        async with polled(*wires) as run:
            await asyncio.sleep(seconds)
            return {w.name: len(run.came(f"{w.name}-1")) for w in wires}


@dataclass(frozen=True, slots=True)
class Overload:
    """Tasks in the first and the second half of the time, polls that came, periods that were counted as missed."""

    tasks_before: int
    tasks_after: int
    polls: int
    missed: int
    seconds: float


async def overload(seconds: float) -> Overload:
    """Three units whose polls take some two seconds each on one line, asked once a second."""
    with Libmodbus(latest=120) as device:
        wire = Wire("slow", on(device.port), units=(1, 2, 3), points=12, quirks=Quirks(strategy="single"))
        async with polled(wire) as run:
            await settled(run, ["slow-1", "slow-2", "slow-3"])
            tasks: list[int] = []
            missed = run.missed("slow")
            loop = asyncio.get_running_loop()
            while loop.time() < run.began + seconds:
                await asyncio.sleep(0.05)
                tasks.append(len(asyncio.all_tasks()))
            half = len(tasks) // 2
            polls = sum(len(run.came(f"slow-{u}")) for u in wire.units)
            return Overload(
                max(tasks[:half]), max(tasks[half:]), polls, run.missed("slow") - missed, loop.time() - run.began
            )


async def settled(run: Run, equipment: list[str]) -> None:
    """Wait for the first good value of each, then look only at what comes later."""
    async with asyncio.timeout(60):
        while not all(run.came(e) for e in equipment):
            await asyncio.sleep(0.02)
    run.forget()
