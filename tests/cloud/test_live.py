from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from cloud.latest import HOLDS, Latest
from cloud.live.contention import TIMES
from cloud.live.link import REVOKED
from cloud.permissions import Role
from facility.event import InstructionResult
from facility.live import UNKNOWN_INVENTORY, Hello, Presence, Values
from facility.quality import Quality, Reason
from tests.cloud.building import GATEWAY, SITE, Edge, inventory
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items, until

GIVE = f"/api/v1/gateways/{GATEWAY}/instructions"


@asynccontextmanager
async def linked(house: House, token: str, after: int = 0, **changes: Any) -> AsyncIterator[ClientConnection]:
    url = f"{house.url.replace('http', 'ws')}/api/v1/gateways/{GATEWAY}/live"
    async with connect(url, additional_headers={"Authorization": f"Bearer {token}"}, proxy=None) as link:
        hello: dict[str, Any] = {"inventory": inventory().revision, "version": "1.2.3", "after": after} | changes
        await link.send(Hello(**hello).model_dump_json())
        yield link


def bearer(client: httpx.AsyncClient) -> str:
    return client.headers["authorization"].removeprefix("Bearer ")


async def heard(link: ClientConnection) -> dict[str, Any]:
    async with asyncio.timeout(60):
        found: dict[str, Any] = json.loads(await link.recv())
        return found


async def closed(link: ClientConnection) -> int:
    async with asyncio.timeout(60):
        await link.wait_closed()
    assert link.close_code is not None
    return link.close_code


async def give(admin: httpx.AsyncClient, reason: str) -> dict[str, Any]:
    arguments = {"kind": "test_mode", "until": None}
    answer = await admin.post(GIVE, json={"target": "pump-1", "arguments": arguments, "reason": reason})
    assert answer.status_code == 201, answer.text
    given: dict[str, Any] = answer.json()
    return given


async def test_values_and_presence_go_up(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    at = edge.clock.now()
    async with linked(house, bearer(gateway)) as link:
        points = ("pump-1.flow", "stranger.flow", "pump-2.flow")
        values = Values(
            points=points, values=(3.5, 1.0, None), qualities=(0, 0, 2), reasons=(0, 0, 1), times=(at, at, 0)
        )
        await link.send(values.model_dump_json())
        await link.send(Presence(at=at, waiting={"life": 0, "telemetry": 12}).model_dump_json())

        async def shown() -> bool:
            (flow, _) = await items(admin, "equipment/pump-1/points")
            (health,) = await items(admin, "gateways")
            behind = {"life": 0, "telemetry": 12}
            return (flow["value"], health["waiting"], health["online"]) == (3.5, behind, True)

        assert await until(shown)
    assert set(house.app.state.latest.of(SITE)) == {"pump-1.flow"}


async def test_the_link_of_a_token_that_was_renewed_ends(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cloud.live.link.LOOK_EVERY", 0.02)
    async with linked(house, bearer(gateway)) as link:
        await link.send(Presence(at=0, waiting={}).model_dump_json())
        renewed = await admin.post("/api/v1/gateways", json={"site": SITE, "id": GATEWAY, "renew": True})
        assert renewed.status_code == 201, renewed.text
        assert await closed(link) == REVOKED
    async with linked(house, renewed.json()["token"]) as link:
        given = await give(admin, "to the new one")
        assert (await heard(link))["instruction"]["id"] == given["id"]


async def test_instructions_come_down_in_order_and_once_answered_never_again(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    first = await give(admin, "before the link")
    async with linked(house, bearer(gateway)) as link:
        assert (await heard(link))["instruction"]["id"] == first["id"]
        second = await give(admin, "while it is open")
        frame = await heard(link)
        assert (frame["frame"], frame["instruction"]["seq"], frame["instruction"]["reason"]) == (
            "instruction", 2, "while it is open",
        )  # fmt: skip
    await send(gateway, edge.event(InstructionResult(instruction=first["id"], outcome="done")))
    async with linked(house, bearer(gateway)) as link:
        assert (await heard(link))["instruction"]["id"] == second["id"]
    async with linked(house, bearer(gateway), after=2) as link:
        third = await give(admin, "the third")
        assert (await heard(link))["instruction"]["id"] == third["id"]


async def test_the_newer_of_two_links_stays(house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    async with linked(house, bearer(gateway)) as older, linked(house, bearer(gateway)) as newer:
        assert await closed(older) == 4409
        given = await give(admin, "who is there")
        assert (await heard(newer))["instruction"]["id"] == given["id"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("nonsense", 1007),
        (
            '{"frame": "values", "points": ["pump-1.flow"], "values": [], "qualities": [], "reasons": [], "times": []}',
            1007,
        ),
        ('{"frame": "what"}', 1007),
        (b"\x00\x01", 1003),
    ],
)
async def test_a_frame_that_can_not_be_read_ends_the_link(
    house: House, gateway: httpx.AsyncClient, frame: str | bytes, code: int
) -> None:
    async with linked(house, bearer(gateway)) as link:
        await link.send(frame)
        assert await closed(link) == code


async def test_an_unknown_inventory_ends_the_link(house: House, gateway: httpx.AsyncClient) -> None:
    async with linked(house, bearer(gateway), inventory="0123456789abcdef") as link:
        assert await closed(link) == UNKNOWN_INVENTORY


async def test_only_the_gateway_itself_links(house: House, gateway: httpx.AsyncClient) -> None:
    for token in ("wrong", await house.token(Role.ADMIN), await house.gateway(id="riverside-2")):
        with pytest.raises(InvalidStatus) as refused:
            async with linked(house, token):
                pass
        assert refused.value.response.status_code in {401, 403}


async def flow_of(admin: httpx.AsyncClient) -> tuple[Any, Any, Any]:
    (flow, _) = await items(admin, "equipment/pump-1/points")
    return flow["value"], flow["quality"], flow["reason"]


def told(at: int, value: float = 3.5) -> str:
    values = Values(points=("pump-1.flow",), values=(value,), qualities=(0,), reasons=(0,), times=(at,))
    return values.model_dump_json()


async def test_after_a_start_no_value_is_fresh_until_a_link_confirms_it(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    house.samples.value, house.samples.at = 7.25, edge.clock.now()

    async def doubted() -> bool:
        return await flow_of(admin) == (7.25, "uncertain", "stale")

    assert await until(doubted), "the look at who is present may have come between registration and inventory"
    async with linked(house, bearer(gateway)) as link:
        await link.send(told(edge.clock.now()))

        async def fresh() -> bool:
            return await flow_of(admin) == (3.5, "good", "none")

        assert await until(fresh)


async def test_what_no_link_confirms_is_doubted_and_the_pages_are_told(
    house: House,
    gateway: httpx.AsyncClient,
    admin: httpx.AsyncClient,
    edge: Edge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cloud.latest.HOLDS_AFTER_CLOSE", 0)
    async with linked(house, bearer(gateway)) as link:
        await link.send(told(edge.clock.now()))

        async def fresh() -> bool:
            return await flow_of(admin) == (3.5, "good", "none")

        assert await until(fresh)

    async def doubted() -> bool:
        return await flow_of(admin) == (3.5, "uncertain", "stale")

    assert await until(doubted)
    assert house.app.state.latest.of(SITE)["pump-1.flow"].reason == Reason.STALE


def test_a_newer_frame_ends_the_doubt() -> None:
    latest = Latest()
    latest.confirm(SITE, GATEWAY, 0)
    latest.take(SITE, GATEWAY, [("pump-1.flow", 1.0, 0, 0, 10)])
    latest.doubt(HOLDS - 1)
    assert latest.drain(SITE)["pump-1.flow"].quality == Quality.GOOD
    latest.doubt(HOLDS)
    assert latest.drain(SITE)["pump-1.flow"].quality == Quality.UNCERTAIN
    assert not latest.confirmed(SITE, GATEWAY)
    latest.take(SITE, GATEWAY, [("pump-1.flow", 1.0, 0, 0, 10)])
    assert latest.drain(SITE)["pump-1.flow"].quality == Quality.GOOD


async def test_two_gateways_with_one_id_are_an_integrity_alarm(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(TIMES + 1):
            assert await items(admin, "alarms") == []
            await stack.enter_async_context(linked(house, bearer(gateway)))
        (alarm,) = await until(lambda: items(admin, "alarms"))
    assert (alarm["rule"], alarm["equipment"]) == ("integrity", GATEWAY)
    assert "two gateways" in alarm["says"]["en"]
