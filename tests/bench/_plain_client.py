"""What anybody writes first: pymodbus clients that read one block of each device a second and convert it.

`python -m tests.bench._plain_client PORT DEVICES` runs until it is ended.
"""

from __future__ import annotations

import asyncio
import sys

from pymodbus.client import AsyncModbusTcpClient


async def main(port: int, devices: int) -> None:
    """All devices at once, each second."""
    clients = [AsyncModbusTcpClient("127.0.0.1", port=port) for _ in range(devices)]
    await asyncio.gather(*(client.connect() for client in clients))
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    at = loop.time()
    while True:
        await asyncio.gather(*(one(client, unit) for unit, client in enumerate(clients, 1)))
        at += 1.0
        await asyncio.sleep(max(0.0, at - loop.time()))


async def one(client: AsyncModbusTcpClient, unit: int) -> list[float]:
    """Fifty floats."""
    answer = await client.read_holding_registers(0, count=100, device_id=unit)
    found = client.convert_from_registers(answer.registers, client.DATATYPE.FLOAT32)
    assert isinstance(found, list)
    return [float(value) for value in found if isinstance(value, float)]


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), int(sys.argv[2])))
