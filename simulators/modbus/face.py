"""One Modbus line of the building: a pymodbus server over the banks, with faults that real lines have."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self

from pymodbus.constants import ExcCodes
from pymodbus.exceptions import NoSuchIdException
from pymodbus.framer import FramerType
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

from facility.batch import F8, Note
from facility.errors import ConfigError
from facility.words import Text
from simulators.face import Shown
from simulators.modbus.bank import TABLES, Bank, banks

_TABLE_OF = {1: "coil", 2: "discrete", 3: "holding", 4: "input"}


class ModbusFace:
    """Registers are read-only: the building is moved through its faults, not over the wire."""

    faults: Mapping[str, Text] = {
        "down": Text(zh="线路断开", en="The line refuses connections"),
        "silent": Text(zh="从站无应答", en="The unit takes requests and never answers"),
        "slow": Text(zh="从站应答迟缓", en="The unit answers late (delay=3)"),
        "garbage": Text(zh="从站应答乱码", en="The unit answers with random bytes"),
    }

    def __init__(
        self, name: str, connection: Mapping[str, Any], shown: Sequence[Shown], text: Callable[[int], str]
    ) -> None:
        self._name = name
        self._written = dict(connection)
        self._banks = banks(shown)
        self._units = {s.equipment.id: int(s.equipment.unit) for s in shown}
        self._text = text
        self._broken: dict[int, dict[str, float]] = {}
        self._server: ModbusTcpServer | None = None
        self._port = int(connection.get("port", 0))
        self._random = random.Random(name)

    @property
    def connection(self) -> dict[str, Any]:
        return {**self._written, "host": "127.0.0.1", "port": self._port}

    async def __aenter__(self) -> Self:
        await self._open()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._close()

    async def _open(self) -> None:
        rtu = self._written.get("framing", "tcp") == "rtu"
        self._server = ModbusTcpServer(
            [self._device(bank) for bank in self._banks.values()],
            framer=FramerType.RTU if rtu else FramerType.SOCKET,
            address=("127.0.0.1", self._port),
            ignore_missing_devices=True,
            trace_packet=self._garble,
        )
        try:
            await self._server.serve_forever(background=True)
        except RuntimeError as error:
            raise ConfigError(f"{self._name}: port {self._port} is in use; give another one, or 0") from error
        sockets = getattr(self._server.transport, "sockets", ())
        if sockets:
            self._port = int(sockets[0].getsockname()[1])

    async def _close(self) -> None:
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            self._server = None

    def _device(self, bank: Bank) -> SimDevice:
        async def action(
            function: int, start: int, address: int, count: int, registers: list[int], values: list[int] | None
        ) -> ExcCodes | None:
            del start
            if values is not None:
                return ExcCodes.ILLEGAL_FUNCTION
            broken = self._broken.get(bank.unit, {})
            if "silent" in broken:
                raise NoSuchIdException
            if "slow" in broken:
                await asyncio.sleep(broken["slow"])
            table = _TABLE_OF[function]
            if bank.forbids(table, address, count):
                return ExcCodes.ILLEGAL_ADDRESS
            words = bank.words.get(table, [])
            registers[: len(words)] = words
            return None

        return SimDevice(bank.unit, tuple(_block(bank, t) for t in TABLES), action=action)  # type: ignore[arg-type]

    def _garble(self, sending: bool, data: bytes) -> bytes:  # noqa: FBT001 - pymodbus calls it so
        rtu = self._written.get("framing", "tcp") == "rtu"
        unit = data[0] if rtu else data[6] if len(data) > 6 else -1
        if sending and "garbage" in self._broken.get(unit, {}):
            return self._random.randbytes(len(data))
        return data

    async def show(self, values: F8, time: int, notes: Sequence[Note]) -> None:  # noqa: ARG002
        for bank in self._banks.values():
            bank.fill(values, self._text)

    async def inject(self, fault: str, unit: str | None, arguments: Mapping[str, str]) -> None:
        if fault == "down":
            await self._close()
            return
        for number in self._numbers(unit):
            self._broken.setdefault(number, {})[fault] = float(arguments.get("delay", "3"))

    async def clear(self, fault: str | None, unit: str | None) -> None:
        for number in self._numbers(unit):
            broken = self._broken.get(number, {})
            for name in [fault] if fault else list(broken):
                broken.pop(name, None)
        if fault in (None, "down") and unit is None and self._server is None:
            await self._open()

    def _numbers(self, unit: str | None) -> list[int]:
        return list(self._banks) if unit is None else [self._units[unit]]


def _block(bank: Bank, table: str) -> list[SimData]:
    words = bank.words.get(table) or [0]
    if table in ("coil", "discrete"):
        return [SimData(0, values=[False] * 16 * len(words), datatype=DataType.BITS)]
    return [SimData(0, values=list(words), datatype=DataType.REGISTERS)]
