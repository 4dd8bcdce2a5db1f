"""The line against a real mosquitto: acknowledgement after delivery, outages, refusals."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from drivers.base import Bound
from drivers.mqtt import Address, Connection, MqttLine, Quirks
from facility.batch import Batch
from facility.clock import SystemClock
from facility.point import Kind, Point
from facility.quality import Quality
from facility.words import Text
from tests.services.mosquitto import Mosquitto, Security

SECONDS = 15.0


class Health:
    def __init__(self) -> None:
        self.said: list[tuple[bool, str]] = []

    def line(self, *, up: bool, why: str = "") -> None:
        self.said.append((up, why))

    def unit(self, unit: int | str, *, up: bool, why: str = "") -> None:
        raise AssertionError(f"{unit} {up} {why}")

    @property
    def up(self) -> bool:
        return bool(self.said) and self.said[-1][0]


def points(prefix: str) -> list[Bound]:
    means = Point(id="v", kind=Kind.MEASUREMENT, name=Text(zh="值", en="V"))
    address = Address(topic=prefix + "/{unit}", json_path="$.v")
    return [Bound(i, f"e{i}.v", f"e{i}", "", f"u{i}", means, 1.0, 3.0, address, Quirks()) for i in range(3)]


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(line: MqttLine, deliver: Callable[[Batch], object]) -> AsyncIterator[None]:
    async def give(batch: Batch) -> None:
        answer = deliver(batch)
        if asyncio.iscoroutine(answer):
            await answer

    async with line:
        task = asyncio.create_task(line.run(give))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


@contextlib.contextmanager
def publisher(port: int, user: str = "", password: str = "") -> Iterator[Callable[[str, str], object]]:
    client = paho.Client(CallbackAPIVersion.VERSION2)
    if user:
        client.username_pw_set(user, password)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield lambda topic, body: client.publish(topic, body, qos=1).wait_for_publish(SECONDS)
    finally:
        client.disconnect()
        client.loop_stop()


def make(port: int, prefix: str, health: Health, **keys: object) -> MqttLine:
    connection = Connection.model_validate({"host": "127.0.0.1", "port": port, "client_id": prefix, **keys})
    return MqttLine("security", connection, points(prefix), clock=SystemClock(), health=health)


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_values_arrive(mosquitto: Mosquitto, version: str) -> None:
    got: list[Batch] = []
    health, prefix = Health(), f"arrive-{version}"
    async with running(make(mosquitto.port, prefix, health, version=version), got.append):
        await until(lambda: health.up)
        with publisher(mosquitto.port) as publish:
            for i in range(3):
                await asyncio.to_thread(publish, f"{prefix}/u{i}", f'{{"v": {i + 0.5}}}')
            await until(lambda: sum(len(b) for b in got) == 3)
    found = {int(p): float(v) for b in got for p, v in zip(b.point, b.value, strict=True)}
    assert found == {0: 0.5, 1: 1.5, 2: 2.5}
    assert all(q == Quality.GOOD for b in got for q in b.quality)


async def test_what_was_not_accepted_comes_again(mosquitto: Mosquitto) -> None:
    health, refused = Health(), asyncio.Event()
    got: list[Batch] = []
    line = make(mosquitto.port, "again", health)

    async def never(_batch: Batch) -> None:
        refused.set()
        await asyncio.Event().wait()

    async with running(line, never):
        await until(lambda: health.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "again/u1", '{"v": 7}')
        await asyncio.wait_for(refused.wait(), SECONDS)
    async with running(make(mosquitto.port, "again", health), got.append):
        await until(lambda: bool(got))
    assert float(got[0].value[0]) == 7.0


async def test_the_broker_goes_and_comes_back(mosquitto: Mosquitto) -> None:
    got: list[Batch] = []
    health = Health()
    async with running(make(mosquitto.port, "back", health), got.append):
        await until(lambda: health.up)
        await asyncio.to_thread(mosquitto.kill)
        await until(lambda: not health.up)
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: health.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "back/u0", '{"v": 1}')
        await until(lambda: bool(got))
    assert "lost" in next(why for up, why in health.said if not up)


async def test_a_flood_is_delivered_whole_and_in_order(mosquitto: Mosquitto) -> None:
    got: list[float] = []
    health = Health()
    async with running(make(mosquitto.port, "flood", health), lambda b: got.extend(float(v) for v in b.value)):
        await until(lambda: health.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(lambda: [publish("flood/u0", f'{{"v": {i}}}') for i in range(500)])
        await until(lambda: len(got) >= 500)
    assert got == [float(i) for i in range(500)]


async def test_a_wrong_password_is_said_and_tried_again(mosquitto_with: Callable[[Security], Mosquitto]) -> None:
    broker = mosquitto_with(Security(users={"edge": "right"}))
    health = Health()
    line = MqttLine(
        "security",
        Connection.model_validate(
            {"host": "127.0.0.1", "port": broker.port, "username": "edge", "password": {"env": "PW"}},
            context={"environ": {"PW": "wrong"}},
        ),
        points("refused"),
        clock=SystemClock(),
        health=health,
    )
    async with running(line, lambda _b: None):
        await until(lambda: len(health.said) >= 2)
    assert all(not up and "refuses us" in why for up, why in health.said)


async def test_tls_with_password(mosquitto_with: Callable[[Security], Mosquitto]) -> None:
    broker = mosquitto_with(Security(users={"edge": "right"}, tls=True))
    got: list[Batch] = []
    health = Health()
    connection = Connection.model_validate(
        {"host": "127.0.0.1", "port": broker.tls_port, "tls": True, "ca": str(broker.ca), "username": "edge",
         "password": {"env": "PW"}, "client_id": "tls"},
        context={"environ": {"PW": "right"}},
    )  # fmt: skip
    line = MqttLine("security", connection, points("tls"), clock=SystemClock(), health=health)
    async with running(line, got.append):
        await until(lambda: health.up)
        with publisher(broker.port, "edge", "right") as publish:
            await asyncio.to_thread(publish, "tls/u2", '{"v": 2}')
        await until(lambda: bool(got))
    assert int(got[0].point[0]) == 2


async def test_inspect_shows_the_payload(mosquitto: Mosquitto) -> None:
    line = make(mosquitto.port, "inspect", Health())
    client = paho.Client(CallbackAPIVersion.VERSION2)
    client.connect("127.0.0.1", mosquitto.port)
    client.loop_start()
    client.publish("inspect/u0", '{"v": 4}', qos=1, retain=True).wait_for_publish(SECONDS)
    client.disconnect()
    client.loop_stop()
    async with line:
        readings = await line.inspect(points("inspect"))
    assert (readings[0].id, readings[0].raw, readings[0].value) == ("e0.v", "4", 4.0)
    assert readings[1].quality == Quality.BAD


def test_a_password_in_the_clear_is_refused_at_the_door() -> None:
    with pytest.raises(ValueError, match="tls: true"):
        Connection.model_validate({"host": "192.0.2.1", "password": {"env": "PW"}}, context={"environ": {"PW": "x"}})
