"""Every occurrence makes one order: two replicas, clocks that jump, processes that end in between. Both stores."""

from __future__ import annotations

import asyncio
import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import httpx
import pytest

from cloud.assets.schemas import AssetFacts
from cloud.assets.store import put_assets
from cloud.database.base import Database
from cloud.database.opening import database_of
from cloud.permissions import Role
from cloud.plans.inspections import make_inspections
from cloud.plans.store import count_hours
from cloud.timers.running import fire
from facility.clock import NS, SystemClock, from_iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

DAY = 86_400 * NS
NAME = {"zh": "保养", "en": "Service"}


async def planned(client: httpx.AsyncClient, every: dict[str, Any], **more: Any) -> str:
    body = {"site": SITE, "equipment": "pump-1", "name": NAME, "trade": "mechanical", "every": every} | more
    answer = await client.post("/api/v1/plans", json=body)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


class Lost(Exception):
    """The process ended before its transaction did."""


async def killed(store: Database, work: Any) -> None:
    """What a process that ends in the middle leaves behind: nothing."""

    def half(connection: Any) -> None:
        work(connection)
        raise Lost

    with pytest.raises(Lost):
        await store.write(half)


async def test_by_calendar_whatever_the_clocks_do_and_whoever_ends(house: House, gateway: httpx.AsyncClient) -> None:
    now, chance = SystemClock().now(), random.Random(7)
    async with house.client(await house.token(Role.MANAGER)) as client:
        start = (datetime.fromtimestamp(now // NS, UTC) + timedelta(days=2)).date()
        ids = [
            await planned(client, {"kind": "calendar", "start": start.isoformat(), "days": 3}),
            await planned(client, {"kind": "calendar", "start": start.isoformat(), "months": 1, "ahead": 10}),
            await planned(client, {"kind": "calendar", "start": start.isoformat(), "days": 1}, within=0),
        ]
        at, latest = now, now
        for _ in range(12):
            at = max(now, at + chance.choice([0, 1, 3, 9, -4]) * DAY + chance.randrange(DAY))
            latest = max(latest, at)
            async with database_of(house.settings.database_url) as other:
                await killed(other, partial(fire, now=at))
                again = (partial(fire, now=at), partial(fire, now=at + chance.choice([-DAY, NS])))
                await asyncio.gather(*(s.write(work) for s in (house.database, other) for work in again))
        latest = max(latest, at + NS)
        for id in ids:
            made = await items(client, f"plans/{id}/orders")
            numbers = [each["number"] for each in made]
            assert numbers == list(range(len(made)))
            assert len({each["order"] for each in made}) == len(made)
            dues = [from_iso(each["due_at"]) for each in made]
            plan = next(plan for plan in await items(client, "plans") if plan["id"] == id)
            ahead = plan["plan"]["every"]["ahead"] * DAY
            assert all(due - ahead <= latest for due in dues), "none before its time"
            assert from_iso(plan["next_at"]) - ahead > at - DAY, "none that is due is left out"
        assert len(await items(client, f"plans/{ids[2]}/orders")) >= 10


async def test_by_run_hours_two_replicas_read_the_same_meter(house: House, gateway: httpx.AsyncClient) -> None:
    now = SystemClock().now()
    async with house.client(await house.token(Role.MANAGER)) as client:
        id = await planned(client, {"kind": "run_hours", "point": "pump-1.flow", "hours": 100})
        async with database_of(house.settings.database_url) as other:
            for hours in (0, 99, 100, 101, 350, 349, 350, 5, 60):
                work = partial(count_hours, id=id, hours=hours, now=now)
                await killed(other, work)
                await asyncio.gather(*(store.write(work) for store in (house.database, other) for _ in range(2)))
        made = await items(client, f"plans/{id}/orders")
        assert [each["number"] for each in made] == [1, 2, 3, 4]
        assert len({each["order"] for each in made}) == 4


async def test_an_inspection_date_makes_one_order_30_days_before(house: House, gateway: httpx.AsyncClient) -> None:
    now = SystemClock().now()
    on = datetime.fromtimestamp(now // NS, UTC).date() + timedelta(days=50)
    told = {"maker": "", "serial": "", "registration": "TS-1", "next_inspection_on": on}

    async def look(store: Database, days: int) -> int:
        return await store.write(partial(make_inspections, now=now + days * DAY))

    async def written(**changes: date) -> None:
        facts = AssetFacts.model_validate(told | changes)
        await house.database.write(lambda c: put_assets(c, SITE, {"fire-panel": facts}, now=now))

    await written()
    async with house.client(await house.token(Role.MANAGER)) as client, database_of(house.settings.database_url) as two:
        assert await look(house.database, 18) == 0
        assert sorted(await asyncio.gather(look(house.database, 22), look(two, 22))) == [0, 1]
        await written()
        assert await look(house.database, 60) == 0, "overdue, and its order is there"
        (order,) = [each for each in await items(client, "work-orders") if each["equipment"] == "fire-panel"]
        assert (order["trade"], order["side"], order["title"]["en"]) == (
            "fire",
            "plan",
            f"Statutory inspection, due {on}",
        )
        await written(next_inspection_on=on + timedelta(days=365))
        assert await look(house.database, 300) == 0
        assert await look(house.database, 390) == 1
