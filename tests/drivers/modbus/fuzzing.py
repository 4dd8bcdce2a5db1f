"""A device that spoils seven answers of eight in every way, in memory: what a line makes of them."""

import asyncio
import random
import struct
from collections import Counter
from collections.abc import Coroutine
from typing import Any
from unittest.mock import patch

from drivers.base import Answer, Plan
from drivers.modbus import link
from drivers.modbus.connection import Connection
from drivers.modbus.line import ModbusLine
from drivers.modbus.transport.bus import Bus
from drivers.modbus.transport.crc import lrc
from drivers.modbus.transport.frames import Ascii, Rtu
from drivers.modbus.transport.mbap import Mbap
from drivers.modbus.transport.wire import OnLost, Wire
from facility.batch import Batch
from facility.errors import DeviceError
from tests.drivers.modbus.bounds import bound
from tests.drivers.modbus.device import Memory, crc
from tests.drivers.modbus.lines import line

TRUTH = [500.0, 501.0, 502.0, 503.0, 504.0, 505.0]
POINTS = [bound(i, {"table": "holding", "register": i, "type": "uint16"}) for i in range(6)]


def spoiled(right: bytes, chance: random.Random) -> bytes:
    """A frame that differs from the right one in its header, its function, its size, or altogether."""
    at = chance.randrange(min(9, len(right)))
    noise = chance.randbytes(chance.randrange(1, 40))
    match chance.randrange(6):
        case 0:
            return chance.randbytes(chance.randrange(0, 300))
        case 1:
            return right[: chance.randrange(len(right))]
        case 2:
            return right[:at] + bytes((right[at] ^ chance.randrange(1, 256),)) + right[at + 1 :]
        case 3:
            body = noise if noise[:2] != right[7:9] else b"\0"
            return right[:4] + struct.pack(">H", len(body) + 1) + right[6:7] + body
        case 4:
            return right[:4] + b"\xff\xff" + right[6:] + noise
        case _:
            return right[:9] + noise if len(noise) < 12 else noise + right


async def outcome(asked: ModbusLine, plan: Plan) -> str:
    """Of one poll, straight where that way is open."""
    came: asyncio.Future[Batch | Answer | Coroutine[Any, Any, Batch]] = asyncio.get_running_loop().create_future()
    try:
        found = await came if asked.start(plan, came.set_result) else asked.read(plan)
        if isinstance(found, Answer):
            found = found.form.decode([found])
        batch = found if isinstance(found, Batch) else await found
    except DeviceError:
        return "error"
    good = batch.value[batch.quality == 0].tolist()
    return "bad" if not good else "good" if good == TRUTH else f"wrong {good}"


class Loopback(asyncio.Transport):
    """A far end in memory: every frame written is answered, one in eight rightly."""

    def __init__(self, wire: Mbap | Bus, memory: Memory, chance: random.Random) -> None:
        super().__init__()
        self._wire = wire
        self._memory = memory
        self._chance = chance
        self._closed = False
        self.frames = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        frame = bytes(data)
        if isinstance(self._wire, Mbap):
            answer = self._memory.answer(frame[6], frame[7:])
            right = frame[:4] + struct.pack(">HB", len(answer) + 1, frame[6]) + answer
        elif frame[:1] == b":":
            asked = bytes.fromhex(frame[1:-2].decode())
            body = asked[:1] + self._memory.answer(asked[0], asked[1:-1])
            right = b":%s%02X\r\n" % (body.hex().upper().encode(), lrc(body))
        else:
            body = frame[:1] + self._memory.answer(frame[0], frame[1:-2])
            right = body + crc(body)
        sent = spoiled(right, self._chance) if self._chance.random() < 7 / 8 else right
        asyncio.get_running_loop().call_soon(self._deliver, sent)

    def _deliver(self, sent: bytes) -> None:
        if isinstance(self._wire, Bus):
            self._wire.data_received(sent)
            return
        while sent and not self._closed:
            room = self._wire.get_buffer(-1)
            part = sent[: len(room)]
            room[: len(part)] = part
            self._wire.buffer_updated(len(part))
            sent = sent[len(part) :]

    def abort(self) -> None:
        self._closed = True

    close = abort


async def outcomes(framing: str, frames: int) -> Counter[str]:
    """How often reads were good, bad, an error of the driver's own kinds, or wrong, in so many frames."""
    chance, memory = random.Random(framing), Memory()
    memory.put("holding", 0, struct.pack(">6H", *range(500, 506)))

    async def opened(_connection: Connection, on_lost: OnLost) -> Wire:
        wire = Mbap(on_lost) if framing == "tcp" else Bus(Rtu() if framing == "rtu" else Ascii(), on_lost)
        wire.connection_made(Loopback(wire, memory, chance))
        return wire

    seen: Counter[str] = Counter()
    with patch.object(link, "opened", opened), patch.object(link, "RETRY", (0.0,)):
        async with line(POINTS, framing=framing, timeout=0.001, pause_after_timeout=0) as asked:
            plan = asked.plan(POINTS)
            while len(memory.asked) < frames:
                seen[await outcome(asked, plan)] += 1
                await asyncio.sleep(0)
    return seen
