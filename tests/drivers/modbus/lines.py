"""A line for tests: short time-outs, and a Health that remembers what it was told."""

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any

from drivers.base import Answer, Bound, Plan
from drivers.modbus.connection import Connection
from drivers.modbus.line import ModbusLine
from facility.batch import Batch
from facility.clock import Clock, SystemClock


class Told:
    """What a line said about itself."""

    def __init__(self) -> None:
        self.lines: list[tuple[bool, str]] = []

    def line(self, *, up: bool, why: str = "") -> None:
        self.lines.append((up, why))

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        raise AssertionError("the poller judges units by what a read raises")


def line(
    points: Sequence[Bound], told: Told | None = None, clock: Clock | None = None, **connection: Any
) -> ModbusLine:
    """A line to the given end."""
    if "serial" not in connection:
        connection.setdefault("host", "127.0.0.1")
    connection.setdefault("timeout", 0.2)
    checked = Connection.model_validate(connection)
    return ModbusLine("bench", checked, points, clock=clock or SystemClock(), health=told or Told())


async def straight(asked: ModbusLine, plan: Plan) -> Batch:
    """As `read`, by the way that needs no task; it must be open."""
    came: asyncio.Future[Batch | Answer | Coroutine[Any, Any, Batch]] = asyncio.get_running_loop().create_future()
    assert asked.start(plan, came.set_result), "the straight way is not open"
    found = await came
    if isinstance(found, Answer):
        return found.form.decode([found])
    return found if isinstance(found, Batch) else await found
