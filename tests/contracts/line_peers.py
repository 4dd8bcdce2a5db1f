"""The far ends of the lines' contract: each can be killed and started again, and says how to build its line."""

import asyncio
import threading
from collections.abc import Callable
from typing import Any, Protocol

from drivers.base import Bound, Health, Line
from drivers.base import Protocol as Protocols
from drivers.modbus import PROTOCOL as MODBUS
from drivers.mqtt import PROTOCOL as MQTT
from drivers.opcua import PROTOCOL as OPCUA
from facility.clock import SystemClock
from tests.contracts.line_watching import bound
from tests.drivers.modbus.device import Device, Memory
from tests.drivers.mqtt.brokers import publisher
from tests.services.mosquitto import Mosquitto
from tests.services.opcua import URI, Plant

VALUE = 7.0


class Peer(Protocol):
    """A far end whose one good value is VALUE."""

    protocol: Protocols

    def start(self) -> object:
        """Be there."""

    def kill(self) -> None:
        """Be gone, at once."""

    def line(self, health: Health) -> tuple[Line, Bound]:
        """A line to it, and its one point."""

    def speak(self) -> None:
        """Say the value, where nobody asks."""

    def remove(self) -> None:
        """Leave nothing behind."""


def _built(
    protocol: Protocols, connection: dict[str, Any], address: dict[str, Any], health: Health
) -> tuple[Line, Bound]:
    point = bound(0, protocol.address.model_validate(address), protocol.quirks())
    checked = protocol.connection.model_validate(connection)
    return protocol.line("contract", checked, [point], clock=SystemClock(), health=health), point


class Broker(Mosquitto):
    """Mosquitto; the value is published anew at each `speak`."""

    protocol = MQTT

    def line(self, health: Health) -> tuple[Line, Bound]:
        connection = {"host": self.host, "port": self.port, "client_id": "contract"}
        return _built(MQTT, connection, {"topic": "contract/v", "plain": True}, health)

    def speak(self) -> None:
        with publisher(self.port) as publish:
            publish("contract/v", str(VALUE))


class Server(Plant):
    """An OPC UA server."""

    protocol = OPCUA

    def line(self, health: Health) -> tuple[Line, Bound]:
        connection = {"url": self.url, "publishing": 0.05, "timeout": 2}
        return _built(OPCUA, connection, {"node": f"nsu={URI};s=lift-1.floor"}, health)

    def speak(self) -> None:
        """It is subscribed to."""


class Meter:
    """A Modbus TCP device in a thread of its own; cut by closing every socket."""

    protocol = MODBUS

    def __init__(self) -> None:
        memory = Memory()
        memory.put("holding", 0, round(VALUE).to_bytes(2, "big"))
        self._device = Device(memory)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()

    def _do(self, what: Callable[[], Any]) -> None:
        asyncio.run_coroutine_threadsafe(what(), self._loop).result(10)

    def start(self) -> None:
        self._do(self._device.start)

    def kill(self) -> None:
        self._do(self._device.stop)

    def line(self, health: Health) -> tuple[Line, Bound]:
        connection = {"host": "127.0.0.1", "port": self._device.port, "timeout": 0.3}
        return _built(MODBUS, connection, {"table": "holding", "register": 0, "type": "uint16"}, health)

    def speak(self) -> None:
        """It is asked."""

    def remove(self) -> None:
        self.kill()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


PEERS: dict[str, Callable[[], Peer]] = {"modbus": Meter, "opcua": Server, "mqtt": Broker}
