"""The line against a real mosquitto: acknowledgement after delivery, outages, floods."""

import asyncio
import os
import signal

import pytest

from drivers.mqtt import MqttLine
from facility.batch import Batch
from facility.quality import Quality
from tests.contracts.line_watching import SECONDS, Seen, Told, running, until
from tests.drivers.mqtt.brokers import broker, make, message, points, publisher
from tests.services.mosquitto import Mosquitto


@pytest.mark.parametrize("version", ["3.1.1", "5"])
async def test_values_arrive(mosquitto: Mosquitto, version: str) -> None:
    told, seen, prefix = Told(), Seen(), f"arrive-{version}"
    async with running(make(mosquitto.port, prefix, told, version=version), seen.deliver):
        await until(lambda: told.up)
        with publisher(mosquitto.port) as publish:
            for i in range(3):
                await asyncio.to_thread(publish, f"{prefix}/u{i}", f'{{"v": {i + 0.5}}}')
            await until(lambda: all(seen.rows(i) for i in range(3)))
    assert [seen.rows(i) for i in range(3)] == [[(i + 0.5, Quality.GOOD, 0)] for i in range(3)]


async def test_what_was_not_accepted_comes_again(mosquitto: Mosquitto) -> None:
    told, seen, refused = Told(), Seen(), asyncio.Event()

    async def never(_batch: Batch) -> None:
        refused.set()
        await asyncio.Event().wait()

    async with running(make(mosquitto.port, "again", told), never):
        await until(lambda: told.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "again/u1", '{"v": 7}')
        await asyncio.wait_for(refused.wait(), SECONDS)
    async with running(make(mosquitto.port, "again", told), seen.deliver):
        await until(lambda: bool(seen.rows(1)))
    assert seen.values(1) == [7.0]


async def test_two_equal_messages_are_two_also_after_an_outage(mosquitto: Mosquitto) -> None:
    """The first is accepted; the second, word for word the same, is under way when the connection ends."""
    told, seen = Told(), Seen()
    stuck = asyncio.Event()
    line = make(mosquitto.port, "twice", told)

    async def first_only(batch: Batch) -> None:
        if seen.batches:
            stuck.set()
            await asyncio.Event().wait()
        await seen.deliver(batch)

    with publisher(mosquitto.port) as publish:
        async with running(line, first_only):
            await until(lambda: told.up)
            await asyncio.to_thread(publish, "twice/u0", '{"v": 1}')
            await until(lambda: bool(seen.batches))
            await asyncio.to_thread(publish, "twice/u0", '{"v": 1}')
            await asyncio.wait_for(stuck.wait(), SECONDS)
    async with running(line, seen.deliver):
        await until(lambda: len(seen.values(0)) == 2)
    assert seen.values(0) == [1.0, 1.0]


async def test_the_broker_goes_and_comes_back(mosquitto: Mosquitto) -> None:
    told, seen = Told(), Seen()
    async with running(make(mosquitto.port, "back", told), seen.deliver):
        await until(lambda: told.up)
        await asyncio.to_thread(mosquitto.kill)
        await until(lambda: told.down)
        await asyncio.to_thread(mosquitto.start)
        await until(lambda: told.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "back/u0", '{"v": 1}')
        await until(lambda: bool(seen.batches))
    assert seen.values(0) == [1.0]
    assert "lost" in next(why for up, why in told.said if not up)


async def test_a_broker_that_hangs_is_noticed_and_comes_back(mosquitto: Mosquitto) -> None:
    told, seen = Told(), Seen()
    async with running(make(mosquitto.port, "hang", told, keepalive=1, connect_timeout=1), seen.deliver):
        await until(lambda: told.up)
        os.kill(mosquitto.pid, signal.SIGSTOP)
        try:
            await until(lambda: told.down)
        finally:
            os.kill(mosquitto.pid, signal.SIGCONT)
        await until(lambda: told.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(publish, "hang/u0", '{"v": 1}')
        await until(lambda: bool(seen.batches))
    assert seen.values(0) == [1.0]


async def test_a_flood_is_delivered_whole_and_in_order(mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the room for waiting messages is small, so that reading pauses again and again."""
    monkeypatch.setattr("drivers.mqtt.line.FULL", 10)
    told, seen = Told(), Seen()
    async with running(make(mosquitto.port, "flood", told), seen.deliver):
        await until(lambda: told.up)
        with publisher(mosquitto.port) as publish:
            await asyncio.to_thread(lambda: [publish("flood/u0", f'{{"v": {i}}}') for i in range(300)])
        await until(lambda: len(seen.values(0)) >= 300)
    assert seen.values(0) == [float(i) for i in range(300)]


async def test_what_came_before_the_connection_broke_is_handed_on() -> None:
    """QoS 0 is sent once only; the log-out comes in the same packet."""
    told, seen = Told(), Seen()
    flood = b"".join(message("last/u0", b'{"v": %d}' % i) for i in range(40))
    async with broker([flood + b"\xf0\x00"]) as port, running(make(port, "last", told), seen.deliver):
        await until(lambda: told.down)
    assert seen.values(0)[:40] == [float(i) for i in range(40)]


@pytest.mark.parametrize(
    ("packet", "says"),
    [(b"\x30\x05\xff\xffabc", "Protocol error"), (b"\x30\x05\x00\x02\xff\xff1", "no MQTT"), (b"\xf0\x00", "lost")],
)
async def test_what_is_no_mqtt_ends_the_connection_and_nothing_else(packet: bytes, says: str) -> None:
    told, seen = Told(), Seen()
    async with broker([packet]) as port, running(make(port, "odd", told), seen.deliver) as task:
        await until(lambda: [up for up, _ in told.said].count(False) >= 2)
        assert not task.done()
    assert says in next(why for up, why in told.said if not up)


async def test_one_bad_message_does_not_stop_the_rest() -> None:
    told, seen = Told(), Seen()
    bad = [b'{"v": 1e999}', b"\xff", b'{"v": "1_0"}', b"[" * 50]
    sends = [message("rest/u0", body) for body in bad] + [message("rest/u0", b'{"v": 5}')]
    async with broker(sends) as port, running(make(port, "rest", told), seen.deliver):
        await until(lambda: 5.0 in seen.values(0))
    assert [q for _, q, _ in seen.rows(0)] == [Quality.BAD] * 4 + [Quality.GOOD]


async def test_inspect_shows_the_payload_and_leaves_no_session(mosquitto: Mosquitto) -> None:
    line = make(mosquitto.port, "inspect", Told())
    with publisher(mosquitto.port) as publish:
        await asyncio.to_thread(lambda: publish("inspect/u0", '{"v": 4}', retain=True))
    kept = mosquitto.log().count("gatehouse-read-")
    async with line:
        readings = await line.inspect(points("inspect"))
    assert (readings[0].id, readings[0].raw, readings[0].value) == ("e0.v", "4", 4.0)
    assert readings[1].quality == Quality.BAD
    [login] = [
        said
        for said in mosquitto.log().splitlines()[-20:]
        if "connected" in said and "gatehouse-read-" in said and "New client" in said
    ]
    assert mosquitto.log().count("gatehouse-read-") > kept
    assert "c1" in login


async def test_a_line_may_be_run_again(mosquitto: Mosquitto) -> None:
    line: MqttLine = make(mosquitto.port, "anew", Told())
    for value in (1.0, 2.0):
        seen, told = Seen(), Told()
        line._health = told
        async with running(line, seen.deliver):
            await until(lambda told=told: told.up)  # type: ignore[misc]
            with publisher(mosquitto.port) as publish:
                await asyncio.to_thread(publish, "anew/u0", f'{{"v": {value}}}')
            await until(lambda seen=seen: bool(seen.batches))  # type: ignore[misc]
        assert seen.values(0) == [value]
