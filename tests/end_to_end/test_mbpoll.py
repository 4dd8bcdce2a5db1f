"""Two clients that share no code with the drivers read what `gatehouse edge read` reads, of a standing building."""

import json
import math
import struct
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient

from facility.inventory import InventoryEquipment, InventoryPoint
from tests.end_to_end.estate import written
from tests.end_to_end.gatehouse import gatehouse, said
from tests.end_to_end.mbpoll import ask, form_of, questions
from tests.services.fixtures import required
from tests.services.server import demand
from tests.simulators.conftest import ESTATE
from tests.simulators.standing import Standing

SIX_DIGITS = 1e-5
"""mbpoll prints floats with six digits."""


@pytest.fixture(scope="module")
def building() -> Iterator[Standing]:
    with Standing() as standing:
        yield standing


@pytest.fixture(scope="module")
def readings(building: Standing, tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What the edge's own command reads of every Modbus equipment, by point."""
    site = {**yaml.safe_load(ESTATE.read_text(encoding="utf-8")), "connections": building.connections}
    file = written(tmp_path_factory.mktemp("read"), site)
    equipment = [e.id for line in ("plant-room", "power", "fire", "meters") for e in on(building, line)]
    done = gatehouse("edge", "read", file, *equipment, "--json")
    assert done.returncode == 0, said(done)
    return {r["point"]: r for r in json.loads(done.stdout)["readings"]}


def on(building: Standing, line: str) -> list[InventoryEquipment]:
    return [e for e in building.site.inventory.equipment if e.connection == line]


def worth(text: str, address: dict[str, Any]) -> float:
    """What a person makes of the number that mbpoll shows, with the model's sheet in hand."""
    raw = float(text)
    word = int(raw)
    if "match" in address:
        return float(word & address["mask"] in address["match"])
    if address.get("type") == "bit":
        raw = float(word >> address["bit"] & 1)
    if "map" in address:
        return float(address["map"][int(raw)])
    return float(raw * address.get("scale", 1) / address.get("divisor", 1) + address.get("offset", 0))


@pytest.mark.parametrize("line", ["plant-room", "power", "fire"])
def test_mbpoll_reads_what_edge_read_shows(building: Standing, readings: dict[str, dict[str, Any]], line: str) -> None:
    with required():
        demand("mbpoll", "mbpoll")
    compared = 0
    for equipment in on(building, line):
        port, unit = building.port(line), int(equipment.unit)
        shown: dict[tuple[str, str, int], str] = {}
        for asked in [*questions(equipment.points), *questions(equipment.points, ":hex")]:
            shown |= ask(port, unit, asked)
        for point in equipment.points:
            compare(point, readings[point.id], shown)
            compared += 1
    assert compared >= 10, "the line has points, and each was compared"


def compare(point: InventoryPoint, read: dict[str, Any], shown: dict[tuple[str, str, int], str]) -> None:
    """The words, and the value that mbpoll itself makes of them."""
    table, register = str(point.address["table"]), int(point.address["register"])
    words = [shown[table, ":hex", register + i] for i in range(2 if form_of(point) else 1)]
    assert read["raw"].split() == [w.removeprefix("0x").lower() for w in words], point.id
    assert read["quality"] == "good", read
    told = worth(shown[table, form_of(point), register], point.address)
    assert math.isclose(told, read["value"], rel_tol=SIX_DIGITS, abs_tol=1e-9), (point.id, told, read)


async def test_pymodbus_reads_rtu_over_tcp_as_edge_read_shows_it(
    building: Standing, readings: dict[str, dict[str, Any]]
) -> None:
    client = AsyncModbusTcpClient("127.0.0.1", port=building.port("meters"), framer=FramerType.RTU, timeout=30)
    assert await client.connect()
    seen: dict[int, int] = defaultdict(int)
    try:
        for equipment in on(building, "meters"):
            for point in equipment.points:
                register, width = int(point.address["register"]), 4 if point.address["type"] == "float64" else 2
                answer = await client.read_input_registers(register, count=width, device_id=int(equipment.unit))
                assert not answer.isError(), (point.id, answer)
                data = struct.pack(f">{width}H", *answer.registers)
                (raw,) = struct.unpack(">d" if width == 4 else ">f", data)
                value = raw * point.address.get("scale", 1)
                assert readings[point.id]["value"] == pytest.approx(value, rel=1e-9), point.id
                seen[int(equipment.unit)] += 1
    finally:
        client.close()
    assert len(seen) >= 5
