"""Plans make their orders once; the month's report counts what the orders' steps say. On both stores."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from cloud.database.opening import database_of
from cloud.permissions import Role
from cloud.plans.running import RunHours
from cloud.plans.store import count_hours
from cloud.timers.running import fire
from facility.clock import NS, SystemClock, from_iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

DAY = 86_400 * NS
WEEKLY = {"kind": "calendar", "start": "2026-01-01", "at": "08:00", "days": 7}
HOURS = {"kind": "run_hours", "point": "pump-1.flow", "hours": 500}


async def made(client: httpx.AsyncClient, every: dict[str, Any]) -> str:
    body = {
        "site": SITE,
        "equipment": "pump-1",
        "name": {"zh": "保养", "en": "Service"},
        "trade": "mechanical",
        "every": every,
    }
    answer = await client.post("/api/v1/plans", json=body)
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["id"]
    return found


async def test_two_replicas_and_jumping_clocks_make_each_occurrence_once(
    house: House, gateway: httpx.AsyncClient
) -> None:
    now = SystemClock().now()
    manager = await house.token(Role.MANAGER)
    async with house.client(manager) as client, database_of(house.settings.database_url) as other:
        id = await made(client, WEEKLY)
        for days in (8, 1, 22, 3, 22):
            at = now + days * DAY
            await asyncio.gather(*(store.write(partial(fire, now=at)) for store in (house.database, other)))
        occurrences = await items(client, f"plans/{id}/orders")
        numbers = [each["number"] for each in occurrences]
        assert numbers == list(range(numbers[0], numbers[0] + 3))
        assert len({each["order"] for each in occurrences}) == 3
        orders = [order for order in await items(client, "work-orders") if order["source"] == "plan"]
        assert {order["id"] for order in orders} == {each["order"] for each in occurrences}
        answer = await client.put(f"/api/v1/plans/{id}/enabled", json={"enabled": False})
        assert answer.status_code == 204
        await house.database.write(partial(fire, now=now + 60 * DAY))
        assert len(await items(client, f"plans/{id}/orders")) == 3


async def test_run_hours_make_an_order_each_time_and_a_new_meter_goes_on(
    house: House, gateway: httpx.AsyncClient
) -> None:
    now = SystemClock().now()
    async with house.client(await house.token(Role.MANAGER)) as client:
        id = await made(client, HOURS)
        counts = [
            await house.database.write(partial(count_hours, id=id, hours=hours, now=now))
            for hours in (10_000, 10_499, 10_500, 10_499.9, 10_500, 11_600, 3, 350, 403)
        ]
        assert counts == [0, 0, 1, 0, 0, 2, 0, 0, 1]
        (plan,) = await items(client, "plans")
        assert (plan["made"], plan["run_hours"]) == (4, 2_003)
        assert await RunHours(house.database, house.app.state.latest, SystemClock()).look() == 0


async def test_the_month_counts_every_case_against_each_promise(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.token(Role.MANAGER)) as client:
        for number in range(3):
            asked = {"site": SITE, "text": f"tap {number}", "class": "ordinary", "trade": "plumbing", "customer": "A"}
            assert (await client.post("/api/v1/work-orders", json=asked)).status_code == 201
        ids = [order["id"] for order in await items(client, "work-orders")]
        await client.post(f"/api/v1/work-orders/{ids[0]}/cancel", json={"reason": "twice"})
        reported = from_iso((await client.get(f"/api/v1/work-orders/{ids[0]}")).json()["reported_at"])
        month = datetime.fromtimestamp(reported // NS, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
        path = f"/api/v1/service-reports/{SITE}?month={month}"
        told = (await client.get(path)).json()
        assert from_iso(told["from"]) <= reported < from_iso(told["to"])
        lines = {line["promise"]: line for line in told["lines"]}
        assert set(lines) >= {"on_site", "ordinary", "hard", "small", "opinion"}
        verdicts = sorted(case["verdict"] for case in lines["ordinary"]["cases"])
        assert verdicts == ["dropped", "running", "running"]
        assert {case["id"] for case in lines["ordinary"]["cases"]} == set(ids)
        assert (lines["ordinary"]["judged"], lines["ordinary"]["met"], lines["hard"]["cases"]) == (0, None, [])
        assert (await client.get(f"{path}&profile=nothing")).status_code == 404
