from __future__ import annotations

import asyncio
import json
from typing import Any, cast
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import select

from cloud.database.base import Database
from cloud.ingest.gathering import Gatherer
from cloud.ingest.reading import read_delivery
from cloud.ingest.taking import Delivery
from cloud.stream.tables import STREAM
from facility.alarm import AlarmClass, Priority
from facility.clock import NS, iso
from facility.event import AlarmRaised, ClockState, GatewayStarted, Integrity, Lane, Verdict
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, SITE, Edge, batch, inventory
from tests.cloud.conftest import House
from tests.cloud.waiting import items, until

EVENTS = f"/api/v1/gateways/{GATEWAY}/events"


async def send(client: httpx.AsyncClient, *events: Any) -> list[str]:
    answer = await client.post(EVENTS, content=batch(*events))
    assert answer.status_code == 200, answer.text
    return [result["verdict"] for result in answer.json()["results"]]


async def test_a_hundred_concurrent_identical_raises_are_one_alarm(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    answers = await asyncio.gather(*(send(gateway, edge.raised()) for _ in range(100)))
    assert answers == [["accepted"]] * 100
    (alarm,) = await items(admin, "alarms?state=active")
    (order,) = await items(admin, "work-orders")
    assert (alarm["site"], alarm["equipment"], alarm["rule"]) == ("riverside", "pump-1", "dry_run")
    assert alarm["state"] == "unacknowledged"
    assert alarm["work_order"] == order["id"]
    assert (order["fault"], order["state"], order["class"]) == ("pump_dry", "reported", "urgent")


async def test_the_same_delivery_ten_times_has_one_effect(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    body = batch(edge.raised(), edge.cleared(), edge.raised())
    answers = [(await gateway.post(EVENTS, content=body)).json() for _ in range(10)]
    verdicts = [[r["verdict"] for r in a["results"]] for a in answers]
    assert verdicts == [["accepted"] * 3] + [["duplicate"] * 3] * 9
    assert [alarm["raises"] for alarm in await items(admin, "alarms")] == [2]
    assert len(await items(admin, "alarms?state=active")) == 1
    assert len(await items(admin, "work-orders")) == 1


async def test_a_used_key_with_another_event_is_a_conflict_and_an_integrity_alarm(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    first = edge.raised()
    other = edge.raised("pump-2", seq=first.seq)
    assert await send(gateway, first) == ["accepted"]
    answer = (await gateway.post(EVENTS, content=batch(other))).json()["results"][0]
    assert answer["verdict"] == "conflict"
    assert "open a new spool" in answer["reason"]
    alarms = {alarm["rule"]: alarm for alarm in await items(admin, "alarms?state=active")}
    assert set(alarms) == {"dry_run", "integrity"}
    assert alarms["integrity"]["equipment"] == GATEWAY
    assert alarms["integrity"]["class"] == "integrity"
    anew = other.model_copy(update={"spool": uuid4()})
    assert await send(gateway, anew) == ["accepted"]


async def test_both_halves_of_a_conflict_in_one_delivery(gateway: httpx.AsyncClient, edge: Edge) -> None:
    first = edge.raised()
    assert await send(gateway, first, first, edge.raised("pump-2", seq=first.seq)) == [
        "accepted",
        "duplicate",
        "conflict",
    ]


async def test_after_a_conflict_a_lane_takes_nothing_so_that_its_order_holds(
    gateway: httpx.AsyncClient, edge: Edge
) -> None:
    first = edge.raised()
    assert await send(gateway, first) == ["accepted"]
    after = edge.cleared()
    assert await send(gateway, edge.raised("pump-2", seq=first.seq), after) == ["conflict", "conflict"]
    assert await send(gateway, after.model_copy(update={"spool": uuid4()})) == ["accepted"]


async def test_an_event_that_comes_again_under_another_spool_is_a_duplicate(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    raised = edge.raised()
    assert await send(gateway, raised) == ["accepted"]
    salvaged = raised.model_copy(update={"spool": uuid4(), "seq": 1})
    assert await send(gateway, salvaged, salvaged) == ["duplicate", "duplicate"]
    assert len(await items(admin, "alarms?state=active")) == 1


async def test_bad_items_are_rejected_alone(gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge) -> None:
    good = [edge.raised(), edge.raised("pump-2")]
    now = good[0].at
    bad = [
        edge.raised(at=0),
        edge.raised(at=now + 400 * 86_400 * NS),
        edge.raised("pump-99"),
        edge.raised(site="elsewhere"),
        edge.raised(gateway="riverside-2"),
        edge.raised(lane=Lane.TELEMETRY),
        edge.raised(value=float("inf")),
        edge.event(Integrity(what="a\0b", detail="x")),
    ]
    body = json.loads(batch(good[0], *bad, good[1]))
    body["events"][7]["data"]["value"] = "NaN"
    body["events"].insert(1, {"seq": 77, "what": "is this"})
    answer = await gateway.post(EVENTS, content=json.dumps(body))
    assert answer.status_code == 200, answer.text
    results = answer.json()["results"]
    assert [r["verdict"] for r in results] == ["accepted"] + ["rejected"] * 9 + ["accepted"]
    reasons = [r["reason"] for r in results]
    assert results[1]["seq"] == 77
    assert "2020" in reasons[2]
    assert iso(0) in reasons[2]
    assert "2020" in reasons[3]
    assert "pump-99" in reasons[4]
    assert "elsewhere" in reasons[5]
    assert "riverside-2" in reasons[6]
    assert "historian" in reasons[7]
    assert "finite" in reasons[8]
    assert "NUL" in reasons[9]
    assert {a["equipment"] for a in await items(admin, "alarms")} == {"pump-1", "pump-2"}


async def test_a_nan_literal_is_rejected_alone(gateway: httpx.AsyncClient, edge: Edge) -> None:
    body = batch(edge.raised(value=1.5), edge.raised("pump-2")).replace(b"1.5", b"NaN")
    results = (await gateway.post(EVENTS, content=body)).json()["results"]
    assert [r["verdict"] for r in results] == ["rejected", "accepted"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[]", 422),
        (b'{"events": []}', 422),
        (b'{"events": 1}', 422),
        (b'{"events": [{}], "more": 1}', 422),
        (b'{"events": [' + b"{}," * 1000 + b"{}]}", 422),
        (b"[" * 100_000, 400),
        (b'{"events": ["' + b"x" * 10_000_000 + b'"]}', 413),
    ],
)  # fmt: skip
async def test_a_body_that_is_no_delivery_is_a_problem(gateway: httpx.AsyncClient, body: bytes, status: int) -> None:
    answer = await gateway.post(EVENTS, content=body)
    assert answer.status_code == status, answer.text[:300]
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


async def test_a_big_body_without_its_length_is_refused(gateway: httpx.AsyncClient) -> None:
    async def parts() -> Any:
        for _ in range(10):
            yield b" " * 1_000_000

    assert (await gateway.post(EVENTS, content=parts())).status_code == 413


async def test_an_unknown_inventory_must_be_sent_first(gateway: httpx.AsyncClient, edge: Edge) -> None:
    newer = inventory(timezone="Asia/Tokyo")
    event = edge.raised(inventory=newer.revision)
    refused = await gateway.post(EVENTS, content=batch(event))
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/unknown-inventory")
    assert (await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=newer.body.encode())).status_code == 200
    assert await send(gateway, event) == ["accepted"]


async def test_events_of_an_inventory_that_is_lost_for_good_are_taken_after_the_next_one(
    gateway: httpx.AsyncClient, edge: Edge
) -> None:
    event = edge.raised(inventory="0123456789abcdef")
    assert (await gateway.post(EVENTS, content=batch(event))).status_code == 409
    assert (await gateway.post(EVENTS, content=batch(event))).status_code == 409
    body = inventory(timezone="Asia/Tokyo").body.encode()
    assert (await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=body)).status_code == 200
    assert await send(gateway, event) == ["accepted"]


async def test_a_foreign_token_writes_nothing(house: House, gateway: httpx.AsyncClient, edge: Edge) -> None:
    async with house.client(await house.gateway(id="riverside-2")) as foreign:
        answer = await foreign.post(EVENTS, content=batch(edge.raised()))
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
    assert await send(gateway, edge.event(GatewayStarted(version="1.2.3", clean=True))) == ["accepted"]


async def test_a_gateway_without_a_clock_is_heard_all_the_same(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    event = edge.raised(at=5, recorded_at=5, clock=ClockState.UNTRUSTED)
    assert await send(gateway, event) == ["accepted"]
    (alarm,) = await items(admin, "alarms?state=active")
    assert alarm["raised_at"] > "2026"


async def test_a_gateway_more_than_a_day_ahead_is_heard_at_the_time_of_arrival(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    ahead = edge.clock.now() + 26 * 3600 * NS
    assert await send(gateway, edge.raised(at=ahead, recorded_at=ahead)) == ["accepted"]
    (alarm,) = await items(admin, "alarms?state=active")
    assert alarm["raised_at"] < iso(edge.clock.now() + 60 * NS)


async def test_pairs_of_a_backlog_become_history_without_orders(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    old = edge.clock.now() - 3600 * NS
    late: dict[str, Any] = {"at": old, "recorded_at": old}
    pair = [edge.raised(**late), edge.cleared(**late)]
    still = edge.raised("pump-2", **late)
    assert await send(gateway, *pair, still) == ["accepted"] * 3
    alarms = {a["equipment"]: a for a in await items(admin, "alarms")}
    assert alarms["pump-1"]["replayed"]
    assert alarms["pump-1"]["detection"] == "cleared"
    assert alarms["pump-1"]["work_order"] is None
    (order,) = await items(admin, "work-orders")
    assert order["equipment"] == "pump-2"
    assert order["occurred_at"] == iso(old)
    assert order["reported_at"] > order["occurred_at"]


async def test_a_fire_of_each_address_is_an_alarm_of_its_own(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, *(edge.raised("fire-panel", FIRE, address) for address in ("l1d001", "l1d002", "l1d001")))
    alarms = await items(admin, "alarms?state=active&class=life_safety")
    assert sorted(a["instance"] for a in alarms) == ["l1d001", "l1d002"]
    assert alarms[0]["equipment_name"]["zh"].startswith("消防主机 烟感")
    assert alarms[0]["guidance"] == {"zh": ["现场核实"], "en": ["Verify on site"]}


async def test_an_event_whose_effect_fails_is_refused_and_the_others_are_kept(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cloud import effects

    real = effects._together[AlarmRaised]

    def broken(connection: Any, arrivals: Any) -> None:
        real(connection, arrivals)
        if any(arrival.event.equipment == "pump-2" for arrival in arrivals):
            raise ValueError("a bug")

    together: dict[Any, Any] = cast("dict[Any, Any]", effects._together)
    monkeypatch.setitem(together, AlarmRaised, broken)
    assert await send(gateway, edge.raised(), edge.raised("pump-2")) == ["accepted", "rejected"]
    assert [a["equipment"] for a in await items(admin, "alarms")] == ["pump-1"]


async def test_a_mistake_of_ours_is_a_problem_and_the_next_delivery_is_taken(
    gateway: httpx.AsyncClient, edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: Any) -> Any:
        raise ValueError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(Gatherer, "take", broken)
        answer = await gateway.post(EVENTS, content=batch(edge.raised()))
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert await send(gateway, edge.raised("pump-2")) == ["accepted"]


async def test_an_alarm_of_a_rule_that_nobody_knows_is_still_an_alarm(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    data = AlarmRaised(rule="line_lost", priority=Priority.HIGH, alarm_class=AlarmClass.COMMUNICATION)
    strange = AlarmRaised(rule="from_the_future", priority=Priority.LOW, alarm_class=AlarmClass.CONDITION)
    events = edge.event(data, GATEWAY, "plant"), edge.event(strange, "pump-1")
    assert await send(gateway, *events) == ["accepted"] * 2
    names = {a["rule"]: a["name"]["zh"] for a in await items(admin, "alarms")}
    assert names == {"line_lost": "通讯线路中断", "from_the_future": "from_the_future"}


async def test_two_gateways_share_a_store_and_never_each_others_keys(
    house: House, gateway: httpx.AsyncClient, edge: Edge
) -> None:
    other = inventory(site="hillside", gateway="hillside-1")
    async with house.client(await house.gateway("hillside", "hillside-1")) as client:
        await client.put("/api/v1/gateways/hillside-1/inventory", content=other.body.encode())
        twin = Edge(other, edge.spool)
        answer = await client.post("/api/v1/gateways/hillside-1/events", content=batch(twin.raised()))
        assert [r["verdict"] for r in answer.json()["results"]] == ["accepted"]
    assert await send(gateway, edge.raised()) == ["accepted"]
    async with house.client(await house.token("viewer", "hillside")) as viewer:  # type: ignore[arg-type]
        assert {a["site"] for a in await items(viewer, "alarms")} == {"hillside"}
        assert {e["site"] for e in await items(viewer, "equipment")} == {"hillside"}
        assert {s["id"] for s in await items(viewer, "sites")} == {"hillside"}


def test_the_rule_under_test_asks_for_an_order() -> None:
    assert DRY_RUN.order is not None


async def test_a_gateway_that_dies_in_mid_post_is_no_error_of_ours(
    house: House, gateway: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    host, port = house.url.removeprefix("http://").split(":")
    head = f"POST {EVENTS} HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 1000\r\n"
    head += f"Authorization: {gateway.headers['authorization']}\r\nContent-Type: application/json\r\n\r\n"
    with caplog.at_level("INFO"):
        _, writer = await asyncio.open_connection(host, int(port))
        writer.write(head.encode() + b'{"events": [')
        await writer.drain()
        writer.close()

        async def noticed() -> bool:
            return "a client left" in caplog.text

        assert await until(noticed)
    assert "ClientDisconnect" not in caplog.text
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


class Held:
    """The store, with writes that wait until they may."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.asked = asyncio.Event()
        self.free = asyncio.Event()

    async def write(self, work: Any) -> Any:
        self.asked.set()
        await self.free.wait()
        return await self._database.write(work)


async def test_a_fire_is_on_disk_before_two_thousand_alarms_that_wait(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    held = Held(house.database)
    gatherer = Gatherer(cast("Database", held))

    def told(*events: Any) -> asyncio.Task[Any]:
        items = read_delivery(batch(*events))
        return asyncio.create_task(gatherer.take(Delivery(SITE, GATEWAY, items, edge.clock.now())))

    writing = told(edge.raised("pump-2"))
    await held.asked.wait()
    waiting = [told(*(edge.raised() if turn % 2 else edge.cleared() for turn in range(100))) for _ in range(20)]
    fire = told(edge.raised("fire-panel", FIRE, "l1d001"))
    await asyncio.sleep(0)
    held.free.set()
    await asyncio.gather(writing, fire, *waiting)
    assert {result.verdict for task in [fire, *waiting] for result in task.result()} == {Verdict.ACCEPTED}
    frames = await house.database.read(lambda c: c.execute(select(STREAM.c.body).order_by(STREAM.c.id)).scalars().all())
    alarms = [(body["equipment"], body["raises"]) for body in map(json.loads, frames) if "raises" in body]
    assert [equipment for equipment, _ in alarms][:2] == ["pump-2", "fire-panel"]
    assert len(await items(admin, "alarms?state=active")) == 3
