"""The line against an asyncua server: values, statuses, texts, cuts, hangs."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from asyncua import ua
from asyncua.client.ua_session import UaSession
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaerrors import BadServiceUnsupported

from drivers.opcua import PROTOCOL
from facility.batch import Batch
from facility.errors import ConfigError
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.opcua.lifts import POINTS, make, point, write
from tests.services.opcua import URI, Plant
from tests.services.ports import free_port

GOOD = (7.0, Quality.GOOD, Reason.NONE)


@pytest.mark.parametrize("mode", ["auto", "poll"])
async def test_values_statuses_and_texts(plant: Plant, mode: str) -> None:
    told, seen = Told(), Seen()
    async with running(make(plant.url, told, mode=mode), seen.deliver):
        await until(lambda: seen.last(0) == GOOD)
        assert seen.last(1) == (15.0, Quality.GOOD, Reason.NONE)
        assert (seen.last(2) or ())[1:] == (Quality.BAD, Reason.NOT_FOUND)
        assert seen.facts[0] == "正常"
        await write(plant.url, "floor", 9.0)
        await until(lambda: (seen.last(0) or (0,))[0] == 9.0)
        await write(plant.url, "floor", 9.0, StatusCodes.BadCommunicationError)
        await until(lambda: (seen.last(0) or (0, 0, 0))[1:] == (Quality.BAD, Reason.TIMEOUT))
    assert told.said[0] == (True, "")


async def test_a_text_that_turns_bad_leaves_its_neighbours_alone(plant: Plant) -> None:
    told, seen = Told(), Seen()
    async with running(make(plant.url, told), seen.deliver):
        await until(lambda: seen.last(4) is not None)
        await write(plant.url, "text", "", StatusCodes.BadSensorFailure)
        await write(plant.url, "text", "故障")
        await until(lambda: "故障" in seen.facts)
        count = len(seen.rows(4))
        await until(lambda: len(seen.rows(4)) > count + 1)
    assert set(seen.rows(4)) == {(1.0, Quality.GOOD, Reason.NONE)}
    assert seen.rows(3) == []
    assert [told.up for _ in told.said] == [True]


async def test_source_time_is_the_sample_s_time(plant: Plant) -> None:
    seen = Seen()
    at = datetime(2026, 11, 21, 8, 0, 0, 250_000, tzinfo=UTC)
    async with running(make(plant.url, Told()), seen.deliver):
        await until(lambda: seen.last(0) is not None)
        await write(plant.url, "floor", 3.0, SourceTimestamp=at)
        await until(lambda: (seen.last(0) or (0,))[0] == 3.0)
    batch = next(b for b in reversed(seen.batches) if 0 in b.point)
    assert int(batch.time[list(batch.point).index(0)]) == int(at.timestamp() * 1000) * 1_000_000


async def test_nobody_there_is_said_once_a_try_and_raises_nothing() -> None:
    told = Told()
    async with running(make(f"opc.tcp://127.0.0.1:{free_port()}", told), Seen().deliver):
        await until(lambda: len(told.said) >= 2)
    assert all(not up and "opc.tcp://127.0.0.1" in why for up, why in told.said)


async def test_a_server_that_hangs_is_noticed_and_comes_back(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.opcua.serving.WATCH", 1.0)
    told, seen = Told(), Seen()
    loop = asyncio.get_running_loop()
    async with running(make(plant.url, told, timeout=1), seen.deliver):
        await until(lambda: seen.last(0) == GOOD)
        plant.freeze()
        since = loop.time()
        await until(lambda: told.down)
        assert loop.time() - since < 30
        assert "no answer in 1 s" in told.said[-1][1]
        count = len(seen.batches)
        plant.thaw()
        await until(lambda: told.up and len(seen.batches) > count)
        await write(plant.url, "floor", 4.0)
        await until(lambda: (seen.last(0) or (0,))[0] == 4.0)


async def test_what_does_not_change_is_confirmed_while_the_server_keeps_the_subscription(plant: Plant) -> None:
    seen = Seen()
    async with running(make(plant.url, Told()), seen.deliver):
        await until(lambda: seen.last(0) is not None)
        first = next(b for b in seen.batches if 0 in b.point)
        await until(lambda: any(b.received > first.received + 1_500_000_000 and 0 in b.point for b in seen.batches))
        last = next(b for b in reversed(seen.batches) if 0 in b.point)
    assert float(last.value[list(last.point).index(0)]) == 7.0
    assert int(last.time[list(last.point).index(0)]) == int(first.time[list(first.point).index(0)])


async def test_a_slow_disk_is_no_lost_subscription(plant: Plant) -> None:
    told, seen, go_on = Told(), Seen(), asyncio.Event()

    async def slow(batch: Batch) -> None:
        if len(seen.batches) == 1:
            await go_on.wait()
        await seen.deliver(batch)

    async with running(make(plant.url, told), slow):
        await until(lambda: len(seen.batches) == 1)
        with pytest.raises(TimeoutError):
            await until(lambda: told.down, 4)
        go_on.set()
        await write(plant.url, "floor", 2.0)
        await until(lambda: (seen.last(0) or (0,))[0] == 2.0)
    assert told.said == [(True, "")]


async def test_what_delivery_raises_is_not_swallowed(plant: Plant) -> None:
    seen = Seen()

    async def full(batch: Batch) -> None:
        if seen.batches:
            raise RuntimeError("the disk is full")
        await seen.deliver(batch)

    with pytest.raises(RuntimeError, match="disk is full"):
        async with running(make(plant.url, Told()), full) as task:
            await until(task.done)


async def test_a_server_without_subscriptions_is_polled(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> None:
        raise BadServiceUnsupported

    monkeypatch.setattr(UaSession, "create_subscription", refused)
    told, seen = Told(), Seen()
    async with running(make(plant.url, told), seen.deliver):
        await until(lambda: seen.last(0) == GOOD)
        await write(plant.url, "floor", 8.0)
        await until(lambda: (seen.last(0) or (0,))[0] == 8.0)
    told = Told()
    async with running(make(plant.url, told, mode="subscribe"), Seen().deliver):
        await until(lambda: told.down)
    assert "no subscriptions" in told.said[-1][1]


async def test_a_node_that_the_server_does_not_monitor_is_polled(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    """Telling its first value again and again would be a lie."""
    real: Callable[..., Awaitable[Any]] = UaSession.create_monitored_items

    async def some(self: UaSession, wanted: ua.CreateMonitoredItemsParameters) -> Any:
        asked = wanted.ItemsToCreate
        wanted.ItemsToCreate = asked[1:]
        no = ua.MonitoredItemCreateResult()
        no.StatusCode = ua.StatusCode(ua.UInt32(StatusCodes.BadTooManyMonitoredItems))
        return [no, *await real(self, wanted)]

    monkeypatch.setattr(UaSession, "create_monitored_items", some)
    seen = Seen()
    async with running(make(plant.url, Told()), seen.deliver):
        await until(lambda: seen.last(0) == GOOD)
        await write(plant.url, "floor", 6.0)
        await until(lambda: seen.values(0)[-3:] == [6.0] * 3)
    assert set(seen.values(0)) == {7.0, 6.0}


async def test_many_nodes_are_asked_for_in_parts(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.opcua.session.MOST", 2)
    seen = Seen()
    async with running(make(plant.url, Told()), seen.deliver):
        await until(lambda: seen.last(0) == GOOD and seen.last(4) == (1.0, Quality.GOOD, 0))
        await write(plant.url, "floor", 5.0)
        await until(lambda: (seen.last(0) or (0,))[0] == 5.0)
    assert [seen.last(i) for i in (1, 4)] == [(15.0, 0, 0), (1.0, 0, 0)]


async def test_nodes_by_path(plant: Plant) -> None:
    seen = Seen()
    points = [
        point(0, "", node=None, path="Objects/Lift/floor", namespace=URI),
        point(1, "", node=None, path="Objects/2:Lift/2:load"),
        point(2, "", node=None, path="Objects/2:Lift/2:nothing"),
        point(3, "", node=None, path="Objects/Lift/floor", namespace="urn:nobody"),
        point(4, "floor", node="nsu=urn:nobody;s=x"),
    ]
    async with running(make(plant.url, Told(), points), seen.deliver):
        await until(lambda: seen.last(0) == GOOD)
    assert seen.last(1) == (30.0, Quality.GOOD, Reason.NONE)
    assert [(seen.last(i) or ())[1:] for i in (2, 3, 4)] == [(Quality.BAD, Reason.NOT_FOUND)] * 3


async def test_inspect_shows_raw_and_status(plant: Plant) -> None:
    readings = await make(plant.url, Told()).inspect(POINTS)
    assert [(r.id, r.value, r.quality) for r in readings[:2]] == [("e0.v", 7.0, 0), ("e1.v", 15.0, 0)]
    assert readings[0].raw.startswith("7.0 Good")
    assert readings[2].value is None
    assert readings[3].value == "正常"


def test_a_unit_that_fits_no_node_id_is_named_before_anything_is_asked() -> None:
    with pytest.raises(ConfigError, match=r"e0\.v: 'i=lift-1' is no node id"):
        make("opc.tcp://127.0.0.1:4840", Told(), [point(0, "", node="i={unit}")])


def test_every_point_that_can_never_be_served_is_told_with_its_place() -> None:
    unit = point(0, "", node="i={unit}")
    event = point(1, "floor", Kind.EVENT)
    message = point(2, "", node="i=85", condition="TooHot", field="message")
    found = list(PROTOCOL.misfits(None, [unit, event, message, *POINTS]))
    assert [(m.point.index, m.where) for m in found] == [(0, "unit"), (1, "address"), (2, "address")]
