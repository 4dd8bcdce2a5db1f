"""The gap of an outage read back from node-opcua's history; deadbands; nodes by pattern."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.base import Resumes
from drivers.opcua.history import SLACK, Gaps
from facility.batch import Batch
from facility.clock import NS
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.opcua.lifts import make, point, write
from tests.drivers.opcua.relay import Relay
from tests.services.fixtures import required
from tests.services.node_opcua import NodeOpcua
from tests.services.opcua import URI, Plant

NOW = 1_790_000_000 * NS


@pytest.fixture(scope="module")
def server() -> Iterator[NodeOpcua]:
    with required():
        made = NodeOpcua()
    yield made.start()
    made.remove()


@pytest.mark.parametrize(("keys", "filled"), [({}, True), ({"history": 0}, False)])
async def test_what_changed_during_an_outage_is_replayed(
    server: NodeOpcua, keys: dict[str, Any], filled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In answers of four values; `heat` has no history, and stops nobody."""
    monkeypatch.setattr("drivers.opcua.history.VALUES", 4)
    told, seen = Told(), Seen()
    missed = [10.0 + i for i in range(9)]
    points = [point(0, "heat"), point(1, "kept")]
    async with Relay(server.port) as relay, running(make(relay.url, told, points, **keys), seen.deliver):
        await until(lambda: seen.last(1) is not None)
        await write(server.url, "kept", 5.0)
        await until(lambda: seen.last(1) == (5.0, 0, 0))
        await relay.cut()
        await until(lambda: told.down)
        await write(server.url, "heat", 21.0)
        for value in missed:
            await write(server.url, "kept", value)
        await write(server.url, "kept", 99.0)
        seen.batches.clear()
        await relay.mend()
        await until(lambda: seen.last(1) is not None and told.up)
        if filled:
            await until(lambda: sum(len(b) for b in seen.batches if b.replayed) >= len(missed))
        live = [b for b in seen.batches if not b.replayed]
        past = [b for b in seen.batches if b.replayed]
        await write(server.url, "heat", 20.0)
    assert [v for b in past for v in b.value.tolist()] == (missed if filled else [])
    assert all(q == Quality.GOOD for b in past for q in b.quality)
    times = [t for b in past for t in b.time.tolist()]
    assert times == sorted(times)
    assert not {v for b in live for i, v in zip(b.point, b.value.tolist(), strict=True) if i == 1} - {99.0}


def test_how_far_back_is_asked() -> None:
    gaps = Gaps(3600)
    gaps.reconnected([(0, NOW)])
    assert gaps.missing == {}, "at the start nothing is known to be missing"
    gaps.heard([(0, NOW), (1, NOW - 1_000 * NS), (2, NOW - 9_000 * NS)])
    gaps.last_sign = NOW
    first = [(0, NOW), (1, NOW + 60 * NS), (2, NOW + 60 * NS), (3, NOW)]
    gaps.reconnected(first)
    starts = {place: gap.start for place, gap in gaps.missing.items()}
    assert starts == {1: NOW - SLACK, 2: NOW - SLACK}, (
        "what did not change has no gap; before the outage nothing is lost"
    )
    gaps.reconnected([(1, NOW + 90 * NS)])
    assert (gaps.missing[1].start, gaps.missing[1].end) == (NOW - SLACK, NOW + 90 * NS), (
        "what was not filled stays open"
    )
    gaps.filled(1)
    assert set(gaps.missing) == {2}
    silent = Gaps(3600)
    silent.heard([(0, NOW - 9_000 * NS), (1, NOW - 60 * NS)])
    silent.reconnected([(0, NOW), (1, NOW)])
    assert {p: NOW - g.start for p, g in silent.missing.items()} == {0: 3600 * NS, 1: 60 * NS}


def test_what_an_earlier_run_knew() -> None:
    gaps = Gaps(3600)
    gaps.resume(NOW)
    assert gaps.known_until == NOW
    gaps.reconnected([(0, NOW - 60 * NS), (1, NOW + 60 * NS), (2, NOW + 9_000 * NS)])
    assert {p: (g.start, g.end) for p, g in gaps.missing.items()} == {
        1: (NOW - SLACK, NOW + 60 * NS), 2: (NOW + 5_400 * NS, NOW + 9_000 * NS),
    }, "one that did not change since then has no gap; nothing older than an hour is asked for"  # fmt: skip
    gaps.last_sign = NOW + 9_005 * NS
    gaps.accepted()
    assert gaps.known_until == NOW - SLACK, "what is missing still is not known"
    gaps.filled(1)
    gaps.filled(2)
    assert gaps.known_until == NOW + 9_005 * NS
    unknown = Gaps(0)
    unknown.resume(NOW)
    unknown.reconnected([(0, NOW + NS)])
    assert unknown.missing == {}, "history: 0"


async def test_what_changed_while_the_edge_was_off_is_replayed(
    server: NodeOpcua, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("drivers.opcua.serving.WATCH", 0.2)
    seen, points = Seen(), [point(0, "kept")]
    first = make(server.url, Told(), points)
    assert isinstance(first, Resumes)
    assert first.known_until == 0
    async with running(first, seen.deliver):
        await write(server.url, "kept", 5.0)
        await until(lambda: seen.last(0) == (5.0, 0, 0))
        since = int(seen.batches[-1].time[-1])
        await until(lambda: first.known_until > since)
    missed = [30.0 + i for i in range(3)]
    for value in [*missed, 99.0]:
        await write(server.url, "kept", value)
    later, second = Seen(), make(server.url, Told(), points)
    second.resume(first.known_until)
    async with running(second, later.deliver):
        await until(lambda: missed == [v for b in later.batches if b.replayed for v in b.value.tolist()][-3:])
        assert later.last(0) is not None
    assert {v for b in later.batches if not b.replayed for v in b.value.tolist()} == {99.0}


async def test_what_is_on_its_way_to_the_disk_is_not_known_yet(plant: Plant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.opcua.serving.WATCH", 0.1)
    seen, go_on = Seen(), asyncio.Event()

    async def slow(batch: Batch) -> None:
        if seen.batches:
            await go_on.wait()
        await seen.deliver(batch)

    line = make(plant.url, Told())
    async with running(line, slow):
        await until(lambda: bool(seen.batches))
        await write(plant.url, "floor", 3.0)
        asked = line._gaps.last_sign
        await until(lambda: line._gaps.last_sign > asked + NS)
        assert line.known_until < line._gaps.last_sign - NS // 2
        go_on.set()
        await until(lambda: line.known_until == line._gaps.last_sign)
        await write(plant.url, "floor", 7.0)
    assert seen.last(0) is not None


async def test_a_server_without_history_is_served_as_ever(plant: Plant) -> None:
    told, seen = Told(), Seen()
    async with Relay(plant.port) as relay, running(make(relay.url, told), seen.deliver):
        await until(lambda: seen.last(0) == (7.0, 0, 0))
        await relay.cut()
        await until(lambda: told.down)
        await write(plant.url, "floor", 3.0)
        await relay.mend()
        await until(lambda: seen.last(0) == (3.0, 0, 0))
        await write(plant.url, "floor", 4.0)
        await until(lambda: seen.last(0) == (4.0, 0, 0))
    assert not any(b.replayed for b in seen.batches)


async def test_deadbands_are_the_server_s(server: NodeOpcua) -> None:
    """10 per cent of 0 … 200, and 5 absolute; a server without ranges refuses per cent, and tells everything."""
    seen = Seen()
    points = [
        point(0, "ranged", deadband={"percent": 10}), point(1, "floor", deadband={"absolute": 5}),
        point(2, "level", deadband={"percent": 10}),
    ]  # fmt: skip
    async with running(make(server.url, Told(), points), seen.deliver):
        await until(lambda: [(seen.last(i) or (0,))[0] for i in range(3)] == [100.0, 7.0, 3.0])
        for name, values in (("ranged", (110.0, 125.0)), ("floor", (10.0, 20.0)), ("level", (4, 5))):
            for value in values:
                await write(server.url, name, value)
                await asyncio.sleep(0.2)
        await until(lambda: [(seen.last(i) or (0,))[0] for i in range(3)] == [125.0, 20.0, 5.0])
        await write(server.url, "floor", 7.0)
        await write(server.url, "level", 3)
        await write(server.url, "ranged", 100.0)
    assert set(seen.values(0)) <= {100.0, 125.0}
    assert set(seen.values(1)) <= {7.0, 20.0}
    assert {4.0, 5.0} <= set(seen.values(2))


async def test_nodes_by_pattern(plant: Plant) -> None:
    seen = Seen()
    points = [
        point(0, "", node=None, path="Objects/Li*/floo?"),
        point(1, "", node=None, path="Objects/*/2:load"),
        point(2, "", node=None, path="Objects/Li*/*"),
        point(3, "", node=None, path="Objects/*/nothing?"),
        point(4, "", node=None, path="Objects/L*/floor", namespace=URI),
        point(5, "", node=None, path="Objects/L*/floor", namespace="urn:nobody"),
    ]
    async with running(make(plant.url, Told(), points), seen.deliver):
        await until(lambda: seen.last(0) == (7.0, 0, 0))
    assert [seen.last(i) for i in (1, 4)] == [(30.0, 0, 0), (7.0, 0, 0)]
    assert [(seen.last(i) or ())[1:] for i in (2, 3, 5)] == [(Quality.BAD, Reason.NOT_FOUND)] * 3
