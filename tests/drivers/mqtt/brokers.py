"""What the MQTT tests share: a line of three points, a publisher, and a broker that lies."""

import asyncio
import contextlib
import ssl
import struct
from collections.abc import AsyncIterator, Callable, Iterator, Sequence

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion

from drivers.base import Bound
from drivers.mqtt import Address, Connection, MqttLine, Quirks
from facility.clock import SystemClock
from tests.contracts.line_watching import SECONDS, Told, bound
from tests.services.certificates import Pair

CONNACK, SUBACK = bytes.fromhex("20020000"), 0x90


def points(prefix: str, **quirks: bool) -> list[Bound]:
    """`{"v": …}` of <prefix>/u0, u1 and u2."""
    address = Address(topic=prefix + "/{unit}", json_path="$.v")
    return [bound(i, address, Quirks.model_validate(quirks), unit=f"u{i}") for i in range(3)]


def make(port: int, prefix: str, told: Told, *, secret: str = "", **keys: object) -> MqttLine:
    """A line whose client id is its prefix too."""
    written = {"host": "127.0.0.1", "port": port, "client_id": prefix, **keys}
    if secret:
        written["password"] = {"env": "PW"}
    connection = Connection.model_validate(written, context={"environ": {"PW": secret}})
    return MqttLine("security", connection, points(prefix), clock=SystemClock(), health=told)


@contextlib.contextmanager
def publisher(port: int, user: str = "", password: str = "") -> Iterator[Callable[..., None]]:
    """Publish at QoS 1 and wait for the broker's answer."""
    client = paho.Client(CallbackAPIVersion.VERSION2)
    if user:
        client.username_pw_set(user, password)
    client.connect("127.0.0.1", port)
    client.loop_start()

    def publish(topic: str, body: str, *, retain: bool = False) -> None:
        client.publish(topic, body, qos=1, retain=retain).wait_for_publish(SECONDS)

    try:
        yield publish
    finally:
        client.disconnect()
        client.loop_stop()


def message(topic: str, payload: bytes) -> bytes:
    """A PUBLISH of QoS 0."""
    body = struct.pack(">H", len(topic)) + topic.encode() + payload
    assert len(body) < 128
    return bytes((0x30, len(body))) + body


@contextlib.asynccontextmanager
async def broker(
    sends: Sequence[bytes], pair: Pair | None = None, answer: bytes = CONNACK, codes: bytes = bytes(3)
) -> AsyncIterator[int]:
    """A far end that answers a log-in with `answer`, and a subscription with `codes` and `sends`, each in one write."""
    context = None
    if pair is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pair.certificate, pair.key)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                kind, length = await reader.readexactly(2)
                body = await reader.readexactly(length)
                if kind == 0x10:
                    writer.write(answer)
                elif kind == 0x82:
                    writer.write(bytes((SUBACK, 5)) + body[:2] + codes)
                    for each in sends:
                        writer.write(each)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
