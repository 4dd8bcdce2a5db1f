"""Rounds with checklists, how plans were kept, what a lift needs, who is told. Both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import select

from cloud.notices.tables import NOTICE
from cloud.permissions import Role
from cloud.timers.running import fire
from facility.clock import NS, SystemClock, from_iso
from tests.cloud.building import GATEWAY, SITE, inventory, pump
from tests.cloud.conftest import House
from tests.cloud.duty.people import person
from tests.cloud.plans.test_exactly_once import DAY, NAME, planned
from tests.cloud.waiting import items

ROUND: list[dict[str, Any]] = [
    {"id": "leaks", "name": {"zh": "无渗漏", "en": "No leaks"}},
    {"id": "pressure", "name": {"zh": "出口压力", "en": "Pressure"}, "equipment": "pump-2", "unit": "MPa", "low": 0.3,
     "high": 0.6},
]  # fmt: skip


def soon(days: int = 1) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


async def post(client: httpx.AsyncClient, path: str, body: dict[str, Any], status: int = 200) -> dict[str, Any]:
    answer = await client.post(f"/api/v1/{path}", json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def begun(client: httpx.AsyncClient, order: str, me: str = "test-manager") -> None:
    """Dispatched to the token's own name, accepted, on site."""
    await post(client, f"work-orders/{order}/dispatch", {"to": me, "note": "round"})
    await post(client, f"work-orders/{order}/accept", {})
    await post(client, f"work-orders/{order}/arrive", {})


async def me(house: House) -> httpx.AsyncClient:
    """A manager who also has an account, so that orders may be given to them."""
    await person(house, "test-manager", role=Role.MANAGER)
    return house.client(await house.token(Role.MANAGER))


async def occurred(house: House, client: httpx.AsyncClient, id: str, days: int) -> list[dict[str, Any]]:
    """What a plan has made an hour after 08:00 in Shanghai, so many days from today."""
    await house.database.write(partial(fire, now=(SystemClock().now() // DAY + days) * DAY + DAY // 24))
    return await items(client, f"plans/{id}/orders")


async def test_a_round_is_done_when_every_item_was_looked_at_and_a_failed_one_makes_one_order(
    house: House, gateway: httpx.AsyncClient
) -> None:
    async with await me(house) as client:
        daily = {"kind": "calendar", "start": soon(), "days": 1}
        id = await planned(client, daily, equipment=None, place="b1", checklist=ROUND)
        first, second = (each["order"] for each in await occurred(house, client, id, 2))
        await begun(client, first)
        refused = await post(client, f"work-orders/{first}/restore", {}, 409)
        assert "2 items of the checklist are open: No leaks, Pressure" in refused["detail"]
        no_reading = {"items": [{"item": "pressure", "passed": True}]}
        assert "reading" in (await post(client, f"work-orders/{first}/checklist", no_reading, 422))["detail"]
        nothing = {"items": [{"item": "nothing", "passed": True}]}
        assert "no item 'nothing'" in (await post(client, f"work-orders/{first}/checklist", nothing, 422))["detail"]
        found = [{"item": "leaks", "passed": True}, {"item": "pressure", "reading": 0.2}]
        done = await post(client, f"work-orders/{first}/checklist", {"items": found})
        assert [(c["passed"], c["reading"], c["by"]) for c in done["checks"]] == [
            (True, None, "test-manager"), (False, 0.2, "test-manager"),
        ]  # fmt: skip
        made = done["checks"][1]["made"]
        again = await post(client, f"work-orders/{first}/checklist", {"items": found})
        assert again["checks"][1]["made"] == made, "told twice, one order"
        order = (await client.get(f"/api/v1/work-orders/{made}")).json()
        assert (order["source"], order["equipment"], order["place"]) == ("checklist", "pump-2", "b1")
        assert order["title"]["zh"] == "检查不合格:出口压力"
        assert (await post(client, f"work-orders/{first}/restore", {}))["state"] == "restored"
        await begun(client, second)
        next_day = await post(client, f"work-orders/{second}/checklist", {"items": found})
        assert next_day["checks"][1]["made"] == made, "still open, found again"
        evidence = (await client.get(f"/api/v1/work-orders/{made}")).json()["evidence"]
        assert [each["ref"] for each in evidence] == [first, second]


async def test_how_plans_were_kept_in_a_month_and_who_is_told_of_the_late_ones(
    house: House, gateway: httpx.AsyncClient
) -> None:
    now = SystemClock().now()
    async with await me(house) as client:
        id = await planned(client, {"kind": "calendar", "start": soon(-1), "days": 1}, within=3)
        made = await occurred(house, client, id, 2)
        assert [each["verdict"] for each in made] == ["open", "open"]
        await begun(client, made[0]["order"])
        await post(client, f"work-orders/{made[0]['order']}/restore", {})
        gone = await planned(client, {"kind": "calendar", "start": soon(-1), "days": 1}, within=3, equipment="pump-2")
        (order, *_) = await occurred(house, client, gone, 2)
        await post(client, f"work-orders/{order['order']}/cancel", {"reason": "out of use"})
        due = from_iso(made[0]["due_at"])
        month = datetime.fromtimestamp(due // NS, ZoneInfo("Asia/Shanghai")).strftime("%Y-%m")
        told = (await client.get(f"/api/v1/plans/compliance?site={SITE}&month={month}")).json()
        lines = {line["plan"]: line for line in told["plans"]}
        assert (lines[id]["kept"], lines[id]["value"]) == (1, 1.0)
        assert (lines[gone]["dropped"], lines[gone]["kept"]) == (1, 0)
        assert told["value"] == 0.5
        assert told["due"] == sum(line["due"] for line in told["plans"])
        for day in (5, 6, 7):
            await house.database.write(partial(fire, now=now + day * DAY))
        rows = await house.database.read(lambda c: c.execute(select(NOTICE.c.alarm, NOTICE.c.occasion)).all())
        overdue = [row.alarm for row in rows if row.occasion == "plan_overdue"]
        assert len(overdue) == len(set(overdue)) > 0
        assert not {made[0]["order"], order["order"]} & set(overdue), "done and dropped ones are not told"


async def test_upkeep_by_plan_breaks_no_promise_of_repair(house: House, gateway: httpx.AsyncClient) -> None:
    async with await me(house) as client:
        id = await planned(client, {"kind": "calendar", "start": soon(), "days": 7})
        (made,) = await occurred(house, client, id, 1)
        order = (await client.get(f"/api/v1/work-orders/{made['order']}")).json()
        assert (order["side"], order["due_at"], [c["promise"] for c in order["clocks"]]) == ("plan", None, [None] * 4)


async def test_a_lift_gets_all_its_plans_once(house: House, gateway: httpx.AsyncClient) -> None:
    async with await me(house) as client:
        (template,) = await items(client, "plans/templates")
        assert [plan["id"] for plan in template["plans"]][:4] == ["half-monthly", "quarterly", "half-yearly", "yearly"]
        body = {"site": SITE, "equipment": "pump-1", "template": "elevator", "start": soon()}
        wrong = await post(client, "plans/from-template", body, 409)
        assert "for equipment of the type 'elevator'" in wrong["detail"]
        await post(client, "plans/from-template", body | {"template": "nothing"}, 404)
        lift = pump("lift-1").model_copy(update={"type": "elevator"})
        sent = inventory(equipment=(pump("pump-1"), lift)).body.encode()
        assert (await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=sent)).status_code == 200
        body["equipment"] = "lift-1"
        made = await post(client, "plans/from-template", body, 201)
        assert len(made["items"]) == 7
        half_monthly = made["items"][0]["plan"]
        assert (half_monthly["every"]["days"], half_monthly["trade"]) == (15, "elevator")
        assert len(half_monthly["checklist"]) >= 5
        again = await post(client, "plans/from-template", body, 409)
        assert "all plans of elevator already" in again["detail"]


async def test_a_plan_names_what_there_is(house: House, gateway: httpx.AsyncClient) -> None:
    async with await me(house) as client:
        every = {"kind": "calendar", "start": soon(), "days": 7}
        body = {"site": SITE, "name": NAME, "trade": "general", "every": every}
        await post(client, "plans", body | {"place": "nowhere"}, 404)
        await post(client, "plans", body | {"equipment": "nothing"}, 404)
        await post(client, "plans", body | {"checklist": [ROUND[1] | {"equipment": "nothing"}]}, 404)
        twice = await post(client, "plans", body | {"checklist": [ROUND[0], ROUND[0]]}, 422)
        assert "an id of its own" in str(twice)
        hours = {"kind": "run_hours", "point": "pump-1.flow", "hours": 5}
        await post(client, "plans", body | {"every": hours}, 422)
