"""Sparkplug B over a real mosquitto: an edge node that is born when asked, dies by its will, and comes back."""

import asyncio
import threading
from collections.abc import Iterator
from typing import Any

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from drivers.mqtt import Connection, MqttLine
from drivers.mqtt.sparkplug.payload import read
from facility.clock import SystemClock
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.mqtt.edge_nodes import ALL, BD, FLOW, MS, TEMPERATURE, encoder, metric
from tests.services.mosquitto import Mosquitto
from tests.services.sparkplug import Encoder

__all__ = ["encoder"]
GROUP = "line"
POINTS = [metric(0, "Supply/Flow", unit="line/edge-1/pump-1"), metric(1, "Temperature", unit="line/edge-1")]


class EdgeNode:
    """A node on the broker: it publishes its births when it connects and when it is asked for them."""

    def __init__(self, port: int, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()
        self.asked: list[str] = []
        self.seq = 0
        self.client = paho.Client(CallbackAPIVersion.VERSION2)
        self.client.will_set(self._topic("NDEATH"), encoder.encode({"timestamp": MS, "metrics": [dict(BD)]}), qos=1)
        self.client.on_message = self._asked
        self.client.connect("127.0.0.1", port)
        self.client.subscribe(self._topic("NCMD"))
        self.client.loop_start()

    def births(self, flow: int = -120) -> None:
        """Node and device are born."""
        self.seq = 0
        self.say("NBIRTH", [BD, TEMPERATURE])
        self.say("DBIRTH", [{**FLOW, "value": flow}, *ALL[1:]], "/pump-1")

    def say(self, kind: str, metrics: list[dict[str, Any]], device: str = "") -> None:
        """One message, counted."""
        with self._lock:
            payload = {"timestamp": MS, "seq": self.seq, "metrics": [dict(m) for m in metrics]}
            self.seq = (self.seq + 1) % 256
            said = self.client.publish(self._topic(kind) + device, self._encoder.encode(payload))
        said.wait_for_publish(5)

    def cut(self) -> None:
        """Gone without a goodbye: the broker tells its will."""
        self.client.loop_stop()
        sock = self.client.socket()
        if sock is not None:
            sock.close()

    @staticmethod
    def _topic(kind: str) -> str:
        return f"spBv1.0/{GROUP}/{kind}/edge-1"

    def _asked(self, _c: object, _u: object, message: paho.MQTTMessage) -> None:
        [metric_] = read(bytes(message.payload)).metrics
        self.asked.append(f"{metric_.name} {metric_.value!r}")
        # publishing must not wait in paho's own thread
        threading.Thread(target=self.births).start()


def make(port: int, told: Told, **keys: Any) -> MqttLine:
    connection = Connection(host="127.0.0.1", port=port, client_id=f"sparkplug-{id(told)}", **keys)
    return MqttLine("plant", connection, POINTS, clock=SystemClock(), health=told)


@pytest.fixture
def node(mosquitto: Mosquitto, encoder: Encoder) -> Iterator[EdgeNode]:
    made = EdgeNode(mosquitto.port, encoder)
    yield made
    made.cut()


async def test_asked_born_heard_and_dead(mosquitto: Mosquitto, node: EdgeNode) -> None:
    told, seen = Told(), Seen()
    async with running(make(mosquitto.port, told), seen.deliver):
        await until(lambda: seen.last(0) == (-120.0, 0, 0) and seen.last(1) == (21.5, 0, 0))
        assert node.asked == ["Node Control/Rebirth True"]
        data = {"alias": FLOW["alias"], "type": "Int32", "value": 80}
        await asyncio.to_thread(node.say, "DDATA", [data], "/pump-1")
        await until(lambda: seen.last(0) == (80.0, 0, 0))
        count = len(seen.rows(0))
        await until(lambda: len(seen.rows(0)) > count, 20)
        assert seen.last(0) == (80.0, 0, 0), "a node that lives and is silent holds what it said"
        await asyncio.to_thread(node.cut)
        await until(lambda: (seen.last(0) or (0, 0, 0))[1:] == (Quality.BAD, Reason.NOT_CONNECTED))
        assert (seen.last(1) or (0, 0, 0))[1:] == (Quality.BAD, Reason.NOT_CONNECTED)
    assert told.said == [(True, "")]


async def test_a_lost_message_brings_a_new_birth(mosquitto: Mosquitto, node: EdgeNode) -> None:
    seen = Seen()
    async with running(make(mosquitto.port, Told()), seen.deliver):
        await until(lambda: seen.last(0) == (-120.0, 0, 0))
        node.seq += 3
        seen.batches.clear()
        await asyncio.to_thread(node.say, "NDATA", [TEMPERATURE])
        await until(lambda: seen.last(0) == (-120.0, 0, 0))
    assert len(node.asked) == 2


async def test_where_nothing_may_be_published_births_come_when_they_come(mosquitto: Mosquitto, node: EdgeNode) -> None:
    seen, told = Seen(), Told()
    async with running(make(mosquitto.port, told, rebirth=False), seen.deliver):
        await until(lambda: told.up)
        await asyncio.to_thread(node.births, 30)
        await until(lambda: seen.last(0) == (30.0, 0, 0))
    assert node.asked == []


async def test_the_broker_goes_and_comes_back(mosquitto: Mosquitto, encoder: Encoder) -> None:
    told, seen = Told(), Seen()
    first = EdgeNode(mosquitto.port, encoder)
    async with running(make(mosquitto.port, told), seen.deliver):
        await until(lambda: seen.last(0) == (-120.0, 0, 0))
        first.cut()
        await asyncio.to_thread(mosquitto.kill)
        await until(lambda: told.down)
        seen.batches.clear()
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: told.up)
        again = EdgeNode(mosquitto.port, encoder)
        await until(lambda: seen.last(0) == (-120.0, 0, 0))
        again.cut()
    assert again.asked


async def test_inspect_asks_for_a_birth_and_shows_the_bytes(mosquitto: Mosquitto, node: EdgeNode) -> None:
    readings = await make(mosquitto.port, Told()).inspect(POINTS)
    assert [(r.id, r.value, r.quality) for r in readings] == [("e0.v", -120.0, 0), ("e1.v", 21.5, 0)]
    assert b"Supply/Flow" in bytes.fromhex(readings[0].raw)
    assert node.asked
