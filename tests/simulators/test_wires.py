"""The wires of the building as clients see them that share no code with us: pymodbus, asyncua, paho."""

import asyncio
import json
import socket
import struct
import time
from collections.abc import Iterator
from typing import Any

import httpx
import paho.mqtt.client as paho
import pytest
from asyncua import ua
from asyncua.client.client import Client
from paho.mqtt.enums import CallbackAPIVersion
from pymodbus import FramerType
from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException

from facility.errors import ConfigError
from facility.inventory import InventoryEquipment
from tests.simulators.standing import PATIENCE, Standing

LINES = {"plant-room", "power", "fire", "meters", "lifts", "security"}


@pytest.fixture(scope="module")
def building() -> Iterator[Standing]:
    with Standing() as standing:
        yield standing


def equipment(building: Standing, id: str) -> InventoryEquipment:
    return next(e for e in building.site.inventory.equipment if e.id == id)


async def float_at(
    building: Standing, line: str, unit: int, register: int, *, rtu: bool = False, patience: float = 30.0
) -> float:
    framer = FramerType.RTU if rtu else FramerType.SOCKET
    client = AsyncModbusTcpClient("127.0.0.1", port=building.port(line), framer=framer, timeout=patience, retries=0)
    assert await client.connect()
    try:
        answer = await client.read_input_registers(register, count=2, device_id=unit)
        assert not answer.isError(), answer
        (value,) = struct.unpack(">f", struct.pack(">2H", *answer.registers))
        return float(value)
    finally:
        client.close()


def flow(building: Standing, pump: str = "pump-1") -> float:
    value = building.values()[f"{pump}.flow"]
    assert value is not None
    return value


def test_every_line_of_the_site_is_open_on_a_port_of_its_own(building: Standing) -> None:
    connections = building.connections
    assert set(connections) == LINES
    ports = [int(str(c.get("port") or c["url"].rsplit(":", 1)[1])) for c in connections.values()]
    assert len(set(ports)) == len(LINES)
    for port in ports:
        socket.create_connection(("127.0.0.1", port), timeout=30).close()


async def test_modbus_tcp_shows_the_plant(building: Standing) -> None:
    assert await float_at(building, "plant-room", 1, 4) == pytest.approx(flow(building), rel=1e-6)


async def test_rtu_over_tcp_shows_the_plant(building: Standing) -> None:
    meter = next(e for e in building.site.inventory.equipment if (e.connection, e.type) == ("meters", "power_meter"))
    value = await float_at(building, "meters", int(meter.unit), 0, rtu=True)
    assert value == pytest.approx(building.values()[f"{meter.id}.voltage_l1"], rel=1e-6)


async def test_what_moves_in_the_plant_moves_on_the_wire(building: Standing) -> None:
    before = await float_at(building, "plant-room", 20, 0)
    building.move(3600)
    after = await float_at(building, "plant-room", 20, 0)
    assert after == pytest.approx(building.values()["weather-1.temperature"], rel=1e-6)
    assert after != before


async def test_registers_can_not_be_written(building: Standing) -> None:
    client = AsyncModbusTcpClient("127.0.0.1", port=building.port("plant-room"), timeout=30)
    assert await client.connect()
    answer = await client.write_register(0, 1, device_id=1)
    client.close()
    assert answer.isError()


async def test_what_the_manual_forbids_is_refused(building: Standing) -> None:
    client = AsyncModbusTcpClient("127.0.0.1", port=building.port("plant-room"), timeout=30)
    assert await client.connect()
    answer = await client.read_input_registers(9000, count=2, device_id=1)
    client.close()
    assert answer.isError()


async def test_an_address_in_several_states_shows_all_of_them(building: Standing) -> None:
    """Table C.1 of the gateway's manual has a code for fire with supervisory; fault and disabled are bits beside it."""
    states = [("smoke", {"spread": "never"}), ("supervisory", {}), ("fault", {}), ("shielded", {})]
    shown = []
    for fault, more in states:
        building.inject("fire-panel", fault, address="l1d003", **more)
        building.move(1)
        shown.append(await word_at(building, "fire", 1, 2))
    for fault, _ in states:
        building.clear("fire-panel", fault)
    building.move(1)
    assert shown == [0x0810, 0x08ED, 0x28ED, 0x2AED]
    assert await word_at(building, "fire", 1, 2) == 0


async def word_at(building: Standing, line: str, unit: int, register: int) -> int:
    client = AsyncModbusTcpClient("127.0.0.1", port=building.port(line), timeout=30)
    assert await client.connect()
    answer = await client.read_holding_registers(register, count=1, device_id=unit)
    client.close()
    return int(answer.registers[0])


async def test_a_silent_unit_leaves_its_neighbours_alone(building: Standing) -> None:
    building.inject("pump-1", "silent")
    with pytest.raises(ModbusException):
        await float_at(building, "plant-room", 1, 4, patience=0.5)
    assert await float_at(building, "plant-room", 2, 4) == pytest.approx(flow(building, "pump-2"), rel=1e-6)
    building.clear("pump-1", "silent")
    assert await float_at(building, "plant-room", 1, 4) == pytest.approx(flow(building), rel=1e-6)


async def test_a_slow_unit_answers_late_and_right(building: Standing) -> None:
    building.inject("pump-1", "slow", delay="0.7")
    begin = time.monotonic()
    assert await float_at(building, "plant-room", 1, 4) == pytest.approx(flow(building), rel=1e-6)
    assert time.monotonic() - begin >= 0.7
    building.clear("pump-1", "slow")


async def test_a_garbled_unit_answers_what_it_should_not(building: Standing) -> None:
    building.inject("pump-1", "garbage")
    request = struct.pack(">HHHBBHH", 7, 0, 6, 1, 4, 4, 2)
    reader, writer = await asyncio.open_connection("127.0.0.1", building.port("plant-room"))
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(64), PATIENCE)
    writer.close()
    assert len(answer) == 13
    assert answer[:4] != request[:4] or answer[7:9] != b"\x04\x04"
    building.clear("pump-1", "garbage")
    assert await float_at(building, "plant-room", 1, 4) == pytest.approx(flow(building), rel=1e-6)


@pytest.mark.parametrize("line", ["plant-room", "meters", "lifts", "security"])
def test_a_line_that_is_down_refuses_and_comes_back_on_its_port(building: Standing, line: str) -> None:
    connection = building.connections[line]
    port = int(str(connection.get("port") or connection["url"].rsplit(":", 1)[1]))
    building.inject(line, "down")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=30)
    building.clear(line, "down")
    socket.create_connection(("127.0.0.1", port), timeout=30).close()
    assert building.connections[line] == connection


async def read_nodes(building: Standing, lift: str) -> dict[str, ua.DataValue]:
    """Every variable under the lift's object, found by browsing as a stranger does."""
    async with Client(building.connections["lifts"]["url"], timeout=30) as client:
        for child in await client.nodes.objects.get_children():
            if (await child.read_display_name()).Text == equipment(building, lift).name.en:
                nodes = await child.get_children()
                return {
                    (await node.read_browse_name()).Name or "": await node.read_data_value(raise_on_bad_status=False)
                    for node in nodes
                }
    raise AssertionError(f"{lift} is not in the address space")


def worth(told: ua.DataValue) -> float:
    assert told.Value is not None
    return float(told.Value.Value)


async def test_opcua_shows_the_plant(building: Standing) -> None:
    told = await read_nodes(building, "lift-1")
    values = building.values()
    assert len(told) == len(equipment(building, "lift-1").points)
    for name in ("floor", "door", "trips", "energy", "load"):
        assert worth(told[name]) == pytest.approx(values[f"lift-1.{name}"], rel=1e-6), name


async def test_a_silent_lift_is_bad_on_opcua_and_good_again(building: Standing) -> None:
    building.inject("lift-1", "silent")
    told = await read_nodes(building, "lift-1")
    assert told["floor"].StatusCode is not None
    assert told["floor"].StatusCode.is_bad()
    neighbour = await read_nodes(building, "lift-2")
    assert neighbour["floor"].StatusCode is None or neighbour["floor"].StatusCode.is_good()
    building.clear("lift-1", "silent")
    told = await read_nodes(building, "lift-1")
    assert worth(told["floor"]) == building.values()["lift-1.floor"]


class Listener:
    """A paho client of its own that keeps the last message of each topic."""

    def __init__(self, building: Standing, topic: str) -> None:
        self.heard: dict[str, bytes] = {}
        self.times = 0
        self._client = paho.Client(CallbackAPIVersion.VERSION2)
        self._client.on_message = self._hear
        self._client.connect("127.0.0.1", building.port("security"))
        self._client.subscribe(topic, qos=1)
        self._client.loop_start()

    def _hear(self, _client: Any, _user: Any, message: paho.MQTTMessage) -> None:
        self.heard[message.topic] = bytes(message.payload)
        self.times += 1

    def wait(self, times: int = 1) -> None:
        deadline = time.monotonic() + PATIENCE
        while self.times < times:
            assert time.monotonic() < deadline, "nothing was published"
            time.sleep(0.01)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


def test_mqtt_shows_the_plant(building: Standing) -> None:
    listener = Listener(building, "estate/door-lobby-a/state")
    listener.wait()
    listener.close()
    body = json.loads(listener.heard["estate/door-lobby-a/state"])
    values = building.values()
    assert body["passages_in"] == values["door-lobby-a.passages_in"]
    assert body["door"] == {0.0: "closed", 1.0: "open"}[values["door-lobby-a.door"] or 0.0]
    assert body["ts"].endswith("Z")


def test_a_broken_mqtt_device_sends_no_json_and_is_mended(building: Standing) -> None:
    listener = Listener(building, "estate/door-lobby-b/state")
    listener.wait()
    building.inject("door-lobby-b", "garbage")
    building.inject("door-lobby-b", "tamper")
    building.move(2)
    listener.wait(2)
    with pytest.raises(ValueError):  # noqa: PT011 - JSON's own error has many words
        json.loads(listener.heard["estate/door-lobby-b/state"])
    building.clear("door-lobby-b")
    listener.wait(3)
    listener.close()
    assert json.loads(listener.heard["estate/door-lobby-b/state"])["door"] in ("open", "closed")


def test_a_fault_that_a_wire_does_not_know_is_named(building: Standing) -> None:
    with pytest.raises(ConfigError, match="down"):
        building.inject("plant-room", "gone")
    with pytest.raises(ConfigError, match="no fault"):
        building.inject("lift-1", "garbage")


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("GET", "/nothing", None, 404, "GET /faults"),
        ("POST", "/inject", {"target": "pump-1"}, 400, "fault"),
        ("POST", "/inject", {"target": "pump-1", "fault": "dry_rum"}, 400, "dry_run"),
        ("POST", "/clear", {}, 400, "target"),
    ],
)
def test_the_control_answers_mistakes_in_words(
    building: Standing, method: str, path: str, body: dict[str, str] | None, status: int, words: str
) -> None:
    headers = {"authorization": f"Bearer {building.control.token}"}
    answer = httpx.request(method, building.control.url + path, json=body, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == status
    assert words in answer.json()["error"]


@pytest.mark.parametrize("token", ["", "Bearer wrong", "Bearer 金"])
def test_the_control_wants_its_token(building: Standing, token: str) -> None:
    headers = {b"authorization": token.encode()}
    body = {"target": "pump-1", "fault": "trip"}
    answer = httpx.post(f"{building.control.url}/inject", json=body, headers=headers, trust_env=False, timeout=60)
    assert answer.status_code == 401
    assert building.building.active() == []


def test_the_control_takes_no_endless_body(building: Standing) -> None:
    headers = {"authorization": f"Bearer {building.control.token}"}
    answer = httpx.post(
        f"{building.control.url}/inject", content=b" " * 100_000, headers=headers, trust_env=False, timeout=60
    )
    assert answer.status_code == 413


def test_inject_and_clear_over_the_control(building: Standing) -> None:
    headers = {"authorization": f"Bearer {building.control.token}"}
    with httpx.Client(base_url=building.control.url, headers=headers, trust_env=False, timeout=60) as client:
        for target, fault in (("pump-3", "trip"), ("plant-room", "down")):
            answer = client.post("/inject", json={"target": target, "fault": fault})
            assert (target, fault) in [(i["target"], i["fault"]) for i in answer.json()["items"]]
            answer = client.post("/clear", json={"target": target})
            assert answer.json()["items"] == []
        known = client.get("/faults").json()["known"]
        assert {"target", "fault", "zh", "en"} == set(known[0])
        assert client.get("/values").json()["values"] == building.values()
