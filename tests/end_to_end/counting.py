"""Devices that count: each answer and each message is one more, written down as it goes out, so that none can hide.

`python -m tests.end_to_end.counting FOLDER BROKER_PORT MESSAGES_PER_SECOND`; the Modbus port is told on stdout, and a
line on stdin begins the messages: before the edge has subscribed, no broker keeps them for it.
"""

from __future__ import annotations

import asyncio
import json
import struct
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final, TextIO

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from facility.clock import SystemClock, iso

COUNTERS: Final = 49
FIELDS: Final = COUNTERS + 1
"""The last one is a state that turns over, and is an alarm while it is on."""
WORDS: Final = 2 * COUNTERS + 1
TURNS: Final = 10
"""Answers between two turns of the state."""
TURNING: Final = 20
"""Units up to this one have a state that turns."""
ANSWERS: Final = "answers.log"
MESSAGES: Final = "messages.log"
HEAD: Final = struct.Struct(">HHHB")


def value_of(unit: int, field: int, count: int) -> int:
    """What a counter says in the so-manieth answer: tells of which unit, field and answer it is."""
    return (count * 64 + field) * 64 + unit


def state_of(unit: int, count: int) -> int:
    """1 while the alarm holds."""
    return (count + unit) // TURNS % 2 if unit <= TURNING else 0


def registers(unit: int, count: int) -> bytes:
    """All registers of one answer."""
    counters = [value_of(unit, field, count) for field in range(COUNTERS)]
    return struct.pack(f">{COUNTERS}IH", *counters, state_of(unit, count))


def guard_of(tag: str) -> str:
    """What goes with a tag, so that a mixed-up message is seen."""
    return f"g-{int(tag) * 7919 % 1000:03}"


class Devices:
    """A Modbus TCP server of many units: every request is answered with the next count."""

    def __init__(self, log: TextIO) -> None:
        self._log = log
        self._counts: Counter[int] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until it ends."""
        try:
            while True:
                head = await reader.readexactly(7)
                transaction, _, length, unit = HEAD.unpack(head)
                function, first, words = struct.unpack(">BHH", await reader.readexactly(length - 1))
                self._counts[unit] += 1
                found = registers(unit, self._counts[unit])[2 * first : 2 * (first + words)]
                self._log.write(f"{unit} {self._counts[unit]}\n")
                self._log.flush()
                body = struct.pack(">BB", function, len(found)) + found
                writer.write(HEAD.pack(transaction, 0, len(body) + 1, unit) + body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def publish(log: TextIO, port: int, rate: float) -> None:
    """Reads of a patrol, one after another, each with a tag of its own; the broker keeps what nobody has taken."""
    client = paho.Client(CallbackAPIVersion.VERSION2, "counting")
    client.connect("127.0.0.1", port)
    client.loop_start()
    begin, number = time.monotonic(), 0
    while True:
        number += 1
        tag = f"{number:08}"
        log.write(f"{tag}\n")
        log.flush()
        payload = json.dumps({"ts": iso(SystemClock().now()), "tag": tag, "guard": guard_of(tag)})
        client.publish("estate/reader/read", payload, qos=1)
        await asyncio.sleep(max(0.0, begin + number / rate - time.monotonic()))


async def main(folder: Path, broker: int, rate: float) -> None:
    """Serve and publish until killed."""
    with (folder / ANSWERS).open("a") as answers, (folder / MESSAGES).open("a") as messages:
        server = await asyncio.start_server(Devices(answers).serve, "127.0.0.1", 0)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.readline)
        await publish(messages, broker, rate)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])))
