"""A building needs no broker on the machine: the one in the process serves as well."""

import asyncio
import queue
import socket

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from facility.errors import ConfigError
from simulators.mqtt.broker import Broker

SECONDS = 60.0


def heard(port: int) -> bytes:
    """What one stranger publishes and another hears."""
    messages: queue.Queue[bytes] = queue.Queue()
    granted: queue.Queue[object] = queue.Queue()
    listener, speaker = (paho.Client(CallbackAPIVersion.VERSION2) for _ in range(2))
    listener.on_message = lambda _c, _u, message: messages.put(bytes(message.payload))
    listener.on_subscribe = lambda *_: granted.put(None)
    for client in (listener, speaker):
        client.connect("127.0.0.1", port)
        client.loop_start()
    try:
        listener.subscribe("estate/#", qos=1)
        granted.get(timeout=SECONDS)
        speaker.publish("estate/door-1/state", "开".encode(), qos=1).wait_for_publish(SECONDS)
        return messages.get(timeout=SECONDS)
    finally:
        for client in (listener, speaker):
            client.disconnect()
            client.loop_stop()


@pytest.mark.parametrize("mosquitto", [True, False])
async def test_devices_are_heard(monkeypatch: pytest.MonkeyPatch, *, mosquitto: bool) -> None:
    if not mosquitto:
        monkeypatch.setattr("simulators.mqtt.broker.shutil.which", lambda *_, **__: None)
    async with Broker() as broker:
        assert (await asyncio.to_thread(heard, broker.port)).decode() == "开"
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.1", broker.port), 1):
        pass


async def test_a_port_in_use_is_said() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"port {port} is in use"):
            async with Broker(port):
                pass
