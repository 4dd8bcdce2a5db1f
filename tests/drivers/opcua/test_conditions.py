"""Alarms and conditions of node-opcua: told by events, refreshed after an outage, looked up where they are quiet."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asyncua import ua
from asyncua.client.client import Client
from asyncua.client.ua_session import UaSession
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.status_codes import StatusCodes

from drivers.opcua import Address, guard
from drivers.opcua.session import Session
from facility.errors import Refused
from facility.point import Kind
from facility.quality import Quality, Reason
from tests.contracts.line_watching import Seen, Told, running, until
from tests.drivers.opcua.lifts import make, point, write
from tests.drivers.opcua.relay import Relay
from tests.services.fixtures import required
from tests.services.node_opcua import NodeOpcua
from tests.services.opcua import URI, Plant

SOURCE: dict[str, Any] = {"node": f"nsu={URI};s={{unit}}"}
HOT, COLD = (1.0, 0, 0), (0.0, 0, 0)
POINTS = [
    point(0, "", Kind.STATE, **SOURCE, condition="TooHot"),
    point(1, "", Kind.STATE, **SOURCE, condition="Jammed"),
    point(2, "", **SOURCE, condition="TooHot", field="severity"),
    point(3, "", Kind.TEXT, **SOURCE, condition="TooHot", field="message"),
    point(4, "", Kind.STATE, **SOURCE, condition="Misspelt"),
    point(5, "", Kind.STATE, node=f"nsu={URI};s=nothing", condition="TooHot"),
    point(6, "heat"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[NodeOpcua]:
    with required():
        made = NodeOpcua()
    yield made.start()
    made.remove()


async def test_an_alarm_is_raised_and_returns(server: NodeOpcua) -> None:
    seen = Seen()
    async with running(make(server.url, Told(), POINTS), seen.deliver):
        await until(lambda: seen.last(0) == COLD and seen.last(1) == COLD and seen.last(5) is not None)
        assert seen.last(4) == (0.0, Quality.UNCERTAIN, Reason.UNKNOWN), "one that nobody has seen is no good value"
        assert (seen.last(5) or ())[1:] == (Quality.BAD, Reason.NOT_FOUND)
        await write(server.url, "heat", 100.0)
        await until(lambda: seen.last(0) == HOT)
        assert (seen.last(2) or (0,))[0] > 0
        assert seen.last(1) == COLD
        await until(lambda: any("100" in str(f) for f in seen.facts))
        await write(server.url, "heat", 20.0)
        await until(lambda: seen.last(0) == COLD and seen.last(6) == (20.0, 0, 0))
    assert set(seen.rows(0)) == {HOT, COLD}


async def test_what_came_during_an_outage_is_known_after_it(server: NodeOpcua) -> None:
    told, seen = Told(), Seen()
    async with Relay(server.port) as relay, running(make(relay.url, told, POINTS), seen.deliver):
        await until(lambda: seen.last(0) == COLD)
        await relay.cut()
        await until(lambda: told.down)
        await write(server.url, "heat", 100.0)
        seen.batches.clear()
        await relay.mend()
        await until(lambda: seen.last(0) == HOT)
        await relay.cut()
        await until(lambda: told.down)
        await write(server.url, "heat", 20.0)
        seen.batches.clear()
        await relay.mend()
        await until(lambda: seen.last(0) == COLD)
    assert HOT not in seen.rows(0)


async def test_inspect_shows_conditions(server: NodeOpcua, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("drivers.opcua.inspecting.WAIT", 20.0)
    readings = await make(server.url, Told(), POINTS).inspect(POINTS)
    assert [(r.value, r.quality) for r in readings[:2]] == [(0.0, 0), (0.0, 0)]
    assert [r.reason for r in readings[4:6]] == [Reason.UNKNOWN, Reason.NOT_FOUND]


async def test_a_server_without_conditions_is_told_and_its_variables_go_on(
    plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = UaSession.create_monitored_items

    async def variables_only(self: UaSession, wanted: ua.CreateMonitoredItemsParameters) -> Any:
        if wanted.ItemsToCreate[0].ItemToMonitor.AttributeId == AttributeIds.Value:
            return await real(self, wanted)
        no = ua.MonitoredItemCreateResult()
        no.StatusCode = ua.StatusCode(ua.UInt32(StatusCodes.BadAttributeIdInvalid))
        return [no]

    monkeypatch.setattr(UaSession, "create_monitored_items", variables_only)
    seen = Seen()
    points = [point(0, "floor"), point(1, "", Kind.STATE, node="i=85", condition="TooHot")]
    async with running(make(plant.url, Told(), points), seen.deliver):
        await until(lambda: seen.last(1) is not None and seen.last(0) == (7.0, 0, 0))
    assert (seen.last(1) or ())[1:] == (Quality.BAD, Reason.REFUSED)


async def calls(server: NodeOpcua) -> float:
    [reading] = await make(server.url, Told()).inspect([point(0, "calls")])
    assert isinstance(reading.value, float)
    return reading.value


async def test_no_method_but_condition_refresh_leaves_the_driver(server: NodeOpcua) -> None:
    """node-opcua counts the calls of its method Stop: another client can call it, we can't, by whatever way."""
    before = await calls(server)
    async with Client(server.url) as other:
        index = await other.get_namespace_index(URI)
        stop = ua.NodeId(ua.String("lift-1.Stop"), ua.Int16(index), ua.NodeIdType.String)
        lift = ua.NodeId(ua.String("lift-1"), ua.Int16(index), ua.NodeIdType.String)
        await other.get_node(lift).call_method(stop)
    assert await calls(server) == before + 1
    wanted = ua.CallMethodRequest()
    wanted.ObjectId, wanted.MethodId = lift, stop
    async with Session("test", make(server.url, Told())._connection) as session:
        with pytest.raises(Refused, match="only ConditionRefresh"):
            await session.services.call([wanted])
        with pytest.raises(Refused, match="only ConditionRefresh"):
            await session.services.call([guard.refresh(1), wanted])
        with pytest.raises(Refused, match="only ConditionRefresh"):
            await session._client.get_node(lift).call_method(stop)
        with pytest.raises(Refused, match="DeleteNodesRequest is never sent"):
            await session.services.delete_nodes(ua.DeleteNodesParameters())
        [answer] = await session.services.call([guard.refresh(1)])
        assert answer.StatusCode is not None, "the one that is allowed gets through"
    assert await calls(server) == before + 1


def test_every_request_that_asyncua_knows_is_either_allowed_or_refused() -> None:
    requests = [getattr(ua, n) for n in dir(ua) if n.endswith("Request") and hasattr(getattr(ua, n), "Parameters")]
    passed = set()
    for kind in requests:
        if kind is ua.CallRequest:
            continue
        try:
            guard.check(kind())
        except Refused:
            continue
        passed.add(kind)
    assert passed <= set(guard.ALLOWED)
    assert not {k.__name__ for k in passed} & {
        "AddNodesRequest",
        "HistoryUpdateRequest",
        "TransferSubscriptionsRequest",
    }


def test_mistakes_in_a_condition_s_address() -> None:
    for keys, says in (
        ({"node": "i=1", "field": "active"}, "name the condition too"),
        ({"node": "i=1", "condition": "x", "deadband": {"absolute": 1}}, "belong to variables"),
        ({"condition": "x"}, "exactly one of node, path"),
        ({"node": "i=1", "deadband": {}}, "absolute or percent"),
    ):
        with pytest.raises(ValueError, match=says):
            Address.model_validate(keys)


async def test_a_session_in_which_nothing_is_written_only_asks(server: NodeOpcua, monkeypatch: Any) -> None:
    sent: set[str] = set()
    real = guard.check

    def noted(request: object) -> None:
        sent.add(type(request).__name__)
        real(request)

    monkeypatch.setattr(guard, "check", noted)
    seen = Seen()
    async with running(make(server.url, Told(), POINTS), seen.deliver):
        await until(lambda: seen.last(0) is not None)
        await asyncio.sleep(0)
    assert {"ReadRequest", "CallRequest", "CreateMonitoredItemsRequest"} <= sent
    assert "WriteRequest" not in sent
