from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import select

from cloud.permissions import EVERYWHERE, Role
from cloud.settings import Settings
from cloud.stream.hub import WAITING, Client
from cloud.stream.store import KEPT, forget
from cloud.users.authentication import COOKIE
from cloud.users.store import TOUCH, add_user, open_session
from cloud.users.tables import SESSION
from facility.alarm import Detection
from facility.clock import SystemClock
from tests.cloud.building import FIRE, GATEWAY, SITE, Edge
from tests.cloud.conftest import House, serving
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items, until

LONG = 20
"""Seconds that a stop may wait for requests that do not end by themselves."""


@dataclass
class Frame:
    event: str
    id: int | None
    data: Any


async def frames(lines: AsyncIterator[str]) -> AsyncIterator[Frame]:
    found: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            found[name] = value
            continue
        id = int(found["id"]) if "id" in found else None
        yield Frame(found["event"], id, json.loads(found["data"]))
        found = {}


@asynccontextmanager
async def reading(client: httpx.AsyncClient, last: int | None = None) -> AsyncIterator[AsyncIterator[Frame]]:
    headers = {"Last-Event-ID": str(last)} if last is not None else {}
    async with client.stream("GET", "/api/v1/stream", headers=headers) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield frames(answer.aiter_lines())


async def take(found: AsyncIterator[Frame], *names: str, count: int = 1) -> list[Frame]:
    taken: list[Frame] = []
    async with asyncio.timeout(60):
        async for frame in found:
            if frame.event in names:
                taken.append(frame)
                if len(taken) == count:
                    return taken
    raise AssertionError(f"the stream ended after {taken}")


async def test_an_alarm_and_its_order_arrive_as_the_lists_show_them(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    async with reading(admin) as stream:
        (first,) = await take(stream, "heartbeat")
        assert first.id is not None
        await send(gateway, edge.raised())
        found = await take(stream, "alarm", "work_order", count=2)
        assert [frame.event for frame in found] == ["work_order", "alarm"]
        assert found[1].data == (await items(admin, "alarms"))[0]
        assert found[0].data == (await items(admin, "work-orders"))[0]
        (beat,) = await take(stream, "heartbeat")
        assert beat.id is None


async def test_a_page_that_slept_misses_nothing_and_reads_nothing_twice(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    async with reading(admin) as stream:
        (first,) = await take(stream, "heartbeat")
    last = first.id or 0
    seen: list[int] = []
    for turn in range(6):
        await send(gateway, *(e for _ in range(turn) for e in (edge.raised(), edge.cleared())), edge.raised("pump-2"))
        sending = asyncio.create_task(send(gateway, edge.raised(), edge.cleared()))
        async with reading(admin, last) as stream:
            for frame in await take(stream, "alarm", "work_order", "gateway", count=2):
                last = frame.id or 0
                seen.append(last)
        await sending
    seen += await told_since(admin, last)
    assert seen == list(range(seen[0], seen[0] + len(seen)))
    assert seen[0] == (first.id or 0) + 1
    async with reading(admin) as stream:
        (now,) = await take(stream, "heartbeat")
    assert now.id in (seen[-1], *await told_since(admin, seen[-1])), "on a slow machine the gateway is lost meanwhile"


async def told_since(admin: httpx.AsyncClient, last: int) -> list[int]:
    """The ids of all that happened since, up to the next heartbeat."""
    found: list[int] = []
    async with reading(admin, last) as stream, asyncio.timeout(60):
        async for frame in stream:
            if frame.event == "heartbeat":
                return found
            found.append(frame.id or 0)
    raise AssertionError(f"the stream ended after {found}")


async def test_who_was_away_too_long_is_told_to_read_anew(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised())
    later = edge.clock.now() + KEPT + 1
    assert await house.database.write(lambda c: forget(c, later)) > 0
    async with reading(admin, 1) as stream:
        (reset,) = await take(stream, "reset")
    async with reading(admin, reset.id) as stream:
        assert (await anext(stream)).event == "heartbeat"
    async with reading(admin, 999_999) as stream:
        assert (await anext(stream)).event == "reset"


async def test_each_sees_their_own(house: House, gateway: httpx.AsyncClient, edge: Edge) -> None:
    async with (
        house.client(await house.token(Role.CONTRACTOR)) as contractor,
        house.client(await house.token(Role.VIEWER, "elsewhere")) as foreign,
        reading(contractor) as no_orders,
        reading(foreign) as nothing,
    ):
        await take(no_orders, "heartbeat")
        await take(nothing, "heartbeat")
        await send(gateway, edge.raised("fire-panel", FIRE, "l1d001"), edge.raised())
        for stream in (no_orders, nothing):
            (frame,) = await take(stream, "alarm", "work_order", "heartbeat")
            assert frame.event == "heartbeat"
        assert await items(contractor, "work-orders") == []
        assert len(await items(contractor, "equipment")) == 3
        assert (await contractor.get("/api/v1/alarms")).status_code == 403


async def test_two_replicas_tell_each_others_news(house: House, gateway: httpx.AsyncClient, edge: Edge) -> None:
    async with (
        serving(house.settings) as other,
        other.client(await house.token(Role.VIEWER)) as viewer,
        reading(viewer) as stream,
    ):
        await take(stream, "heartbeat")
        await send(gateway, edge.raised())
        (frame,) = await take(stream, "alarm")
        assert frame.data["equipment"] == "pump-1"


async def test_a_reader_that_is_too_slow_is_cut_not_kept(house: House) -> None:
    client = Client({"alarm": None})
    with house.app.state.hub.reading(client):
        for _ in range(WAITING + 1):
            client.put(b"x")
    assert client.cut.is_set()
    assert client.frames.qsize() == WAITING


async def test_revoking_a_session_ends_its_stream(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr("cloud.stream.endpoints.LOOK_AGAIN", 0.0)
    token = await house.token(Role.VIEWER)
    async with house.client(token) as viewer, reading(viewer) as stream:
        await take(stream, "heartbeat")
        monkeypatch.setattr(house.app.state.authenticator, "still", _nobody)
        async with asyncio.timeout(60):
            assert [frame async for frame in stream if frame.event != "heartbeat"] == []


async def _nobody(_: object) -> None:
    return None


async def test_values_of_the_link_reach_the_page(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    latest = house.app.state.latest
    latest.take(SITE, GATEWAY, [("pump-1.flow", 12.5, 0, 0, 1_790_000_000_000_000_000)])
    async with reading(admin) as stream:
        (first,) = await take(stream, "values")
        assert first.data["site"] == SITE
        assert (first.data["points"], first.data["values"]) == (["pump-1.flow"], [12.5])
        latest.take(SITE, GATEWAY, [("pump-1.flow", float("nan"), 2, 7, 1_790_000_001_000_000_000)])
        (second,) = [f for f in await take(stream, "values", count=1) if f.id is None]
        changed = second if second.data["values"] == [None] else (await take(stream, "values"))[0]
        assert (changed.data["values"], changed.data["qualities"]) == ([None], [2])


async def test_what_nobody_told_live_comes_from_the_historian(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.updated(Detection.ACTIVE))
    house.samples.value, house.samples.at = 7.25, 1_790_000_000_000_000_000

    async def known() -> bool:
        (flow, _) = await items(admin, "equipment/pump-1/points")
        shown = (flow["value"], flow["quality"], flow["reason"], flow["at"])
        return shown == (7.25, "uncertain", "stale", "2026-09-21T14:13:20.000Z")

    assert await until(known)
    (shown,) = [p for p in await items(admin, "points?system=water") if p["equipment"] == "pump-2"]
    assert shown["value"] == 7.25


async def test_a_stop_ends_the_streams_of_open_pages_at_once(settings: Settings) -> None:
    async with asyncio.timeout(60), contextlib.AsyncExitStack() as stack:
        house = await stack.enter_async_context(serving(settings))
        viewer = await stack.enter_async_context(house.client(await house.token(Role.VIEWER)))
        stream = await stack.enter_async_context(reading(viewer))
        await take(stream, "heartbeat")
        house.server.config.timeout_graceful_shutdown = LONG
        house.server.should_exit = True
        began = time.monotonic()
        assert {frame.event async for frame in stream} <= {"heartbeat", "values"}
        assert time.monotonic() - began < LONG, "it did not wait for the pages to go"


async def test_an_open_page_renews_no_session(house: House, monkeypatch: Any) -> None:
    monkeypatch.setattr("cloud.stream.endpoints.LOOK_AGAIN", 0.0)
    now = SystemClock().now()
    roles = {EVERYWHERE: (Role.VIEWER,)}
    user = await house.database.write(lambda c: add_user(c, "wang", "no hash of any", roles, at=now))
    cookie = await house.database.write(lambda c: open_session(c, user, at=now - 2 * TOUCH))
    async with house.client() as page:
        page.cookies.set(COOKIE, cookie)
        async with reading(page) as stream:
            await take(stream, "heartbeat", count=3)
        seen = await house.database.read(lambda c: c.execute(select(SESSION.c.seen_at)).scalar_one())
        assert seen == now - 2 * TOUCH
        assert (await page.get("/api/v1/alarms")).status_code == 200
    seen = await house.database.read(lambda c: c.execute(select(SESSION.c.seen_at)).scalar_one())
    assert seen >= now
