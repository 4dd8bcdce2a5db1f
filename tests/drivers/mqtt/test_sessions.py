"""What the broker keeps for us, who is who at a broker, and last wills: over a real mosquitto."""

import asyncio
from pathlib import Path

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from drivers.base import Bound
from drivers.mqtt import Address, Connection, MqttLine, Quirks
from drivers.mqtt.address import Will
from edge.binding import bind
from facility.clock import SystemClock
from facility.quality import Quality, Reason
from facility.resolve import read_site
from tests.contracts.line_watching import SECONDS, Seen, Told, bound, running, until
from tests.drivers.mqtt.brokers import make, publisher
from tests.services.mosquitto import Mosquitto

GONE = (Quality.BAD, Reason.NOT_CONNECTED)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_what_came_while_we_were_away_is_delivered_in_order(mosquitto: Mosquitto, version: str) -> None:
    prefix, told, seen = f"away-{version}", Told(), Seen()
    async with running(make(mosquitto.port, prefix, told, version=version), seen.deliver):
        await until(lambda: told.up)
    with publisher(mosquitto.port) as publish:
        await asyncio.to_thread(lambda: [publish(f"{prefix}/u0", f'{{"v": {i}}}') for i in range(20)])
    assert seen.values(0) == []
    async with running(make(mosquitto.port, prefix, told, version=version), seen.deliver):
        await until(lambda: len(seen.values(0)) >= 20)
    assert seen.values(0) == [float(i) for i in range(20)]


async def test_who_publishes_at_qos_2_is_served_at_1_and_once(mosquitto: Mosquitto) -> None:
    told, seen = Told(), Seen()
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()
    async with running(make(mosquitto.port, "exact", told), seen.deliver):
        await until(lambda: told.up)
        for i in range(5):
            said = client.publish("exact/u0", f'{{"v": {i}}}', qos=2)
            await asyncio.to_thread(said.wait_for_publish, SECONDS)
        await until(lambda: len(seen.values(0)) >= 5)
    client.disconnect()
    client.loop_stop()
    assert seen.values(0) == [0.0, 1.0, 2.0, 3.0, 4.0]


def willing(prefix: str) -> list[Bound]:
    quirks = Quirks(will=Will(topic=prefix + "/{unit}/status"))
    return [
        bound(i, Address(topic=prefix + "/{unit}/" + name, plain=True), quirks, unit=unit)
        for i, (unit, name) in enumerate([("a", "t"), ("a", "h"), ("b", "t")])
    ]


async def test_a_last_will_makes_its_device_bad_at_once_and_no_other(mosquitto: Mosquitto) -> None:
    told, seen = Told(), Seen()
    connection = Connection(host="127.0.0.1", port=mosquitto.port, client_id="will")
    device = paho.Client(CallbackAPIVersion.VERSION2)
    device.will_set("will/a/status", "offline", qos=1, retain=True)
    device.connect("127.0.0.1", mosquitto.port)
    device.loop_start()
    line = MqttLine("will", connection, willing("will"), clock=SystemClock(), health=told)
    async with running(line, seen.deliver):
        await until(lambda: told.up)
        for topic in ("a/t", "a/h", "b/t"):
            await asyncio.to_thread(device.publish(f"will/{topic}", "5", qos=1, retain=True).wait_for_publish, SECONDS)
        await until(lambda: all(seen.last(i) == (5.0, 0, 0) for i in range(3)))
        device.loop_stop()
        sock = device.socket()
        assert sock is not None
        sock.close()
        await until(lambda: all((seen.last(i) or (0, 0, 0))[1:] == GONE for i in (0, 1)))
        assert seen.last(2) == (5.0, 0, 0)
    again = Seen()
    async with running(line, again.deliver):
        await until(lambda: all(again.last(i) is not None for i in range(3)))
        await until(lambda: all((again.last(i) or (0, 0, 0))[1:] == GONE for i in (0, 1)))
        assert again.last(2) == (5.0, Quality.UNCERTAIN, Reason.RETAINED)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "will/a/t", "6")
        await until(lambda: again.last(0) == (6.0, 0, 0))
    assert (again.last(1) or (0, 0, 0))[1:] == GONE, "what has not spoken again is still gone"


def test_two_gateways_and_two_lines_are_four_clients(tmp_path: Path) -> None:
    """Clients of one id throw each other out: the default holds both names."""
    ids = []
    for gateway in ("east", "west"):
        file = tmp_path / f"{gateway}.yaml"
        file.write_text(
            f"site: estate\nname: {{zh: 园, en: Estate}}\ntimezone: Asia/Shanghai\ngateway: {gateway}\n"
            "places:\n  - {id: hall, zh: 厅, en: Hall}\n"
            "connections:\n  roof: {protocol: mqtt, host: 127.0.0.1}\n  gate: {protocol: mqtt, host: 127.0.0.1}\n"
            "equipment:\n"
            "  - {id: w1, type: weather, model: generic-mqtt, connection: roof, place: hall, name: {zh: 气, en: W}}\n"
            "  - {id: w2, type: weather, model: generic-mqtt, connection: gate, place: hall, name: {zh: 气, en: W}}\n",
            encoding="utf-8",
        )
        for line in bind(read_site(file), {}):
            assert isinstance(line.connection, Connection)
            ids.append(line.connection.client_id)
    assert ids == [
        "gatehouse-east-roof", "gatehouse-east-gate", "gatehouse-west-roof", "gatehouse-west-gate",
    ]  # fmt: skip
