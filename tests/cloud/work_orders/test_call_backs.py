"""Call-backs by sample, the contractor's clock when somebody is trapped, and whose read proves an arrival."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.permissions import Role
from cloud.service_levels.profile import ESTATE, GRADE_THREE
from cloud.service_levels.store import Terms, put_terms, service_level, with_trapped
from cloud.work_orders.call_backs import drawn
from facility.alarm import OrderClass
from facility.clock import SystemClock
from facility.event import PatrolRead
from facility.work_order import ClockName, Side
from tests.cloud.building import DRY_RUN, GATEWAY, SITE, Edge, inventory, pump
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items
from tests.cloud.work_orders.test_steps import People, on_site

ONE = {"site": SITE, "text": "tap", "class": "small", "trade": "plumbing", "customer": "A-1201", "contact": "555"}


@pytest.fixture
async def people(house: House) -> AsyncIterator[People]:
    found = People(house)
    yield found
    await found.close()


@given(st.integers(1, 100), st.integers(1, 300))
def test_of_the_first_n_never_fewer_than_the_share_and_at_most_one_more(percent: int, n: int) -> None:
    share = percent / 100
    count = sum(drawn(rank, share) for rank in range(1, n + 1))
    assert n * percent <= count * 100 < n * percent + 100


@pytest.mark.parametrize(("profile", "asked", "share"), [("estate", 0.2, 1.0), ("grade_three", 0.2, 0.7)])
async def test_a_sample_is_never_smaller_than_what_is_promised(
    house: House, gateway: httpx.AsyncClient, profile: str, asked: float, share: float
) -> None:
    found = Terms(profile=profile, call_back_share=asked)
    await house.database.write(partial(put_terms, site=SITE, terms=found, now=SystemClock().now()))
    level = await house.database.read(lambda c: service_level(c, SITE))
    assert level.call_back_share == share


async def test_the_desk_calls_whom_the_sample_drew(house: House, gateway: httpx.AsyncClient, people: People) -> None:
    found = Terms(profile="grade_three")
    await house.database.write(partial(put_terms, site=SITE, terms=found, now=SystemClock().now()))
    ids = [(await people.asks(Role.DESK, "", ONE | {"text": f"tap {n}"}, 201))["id"] for n in range(4)]
    own = (await people.asks(Role.DESK, "", ONE | {"customer": ""}, 201))["id"]
    for id in (*ids, own):
        await on_site(people, id)
        await people.asks(Role.ENGINEER, f"/{id}/restore", {})
    told = [(await people.asks(Role.DESK, f"/{id}"))["call_back"] for id in (*ids, own)]
    assert told == ["due", "due", "due", "not_drawn", "none"], "2.8 of 4 come to 3; the house does not call itself"
    async with house.client(await house.token(Role.DESK)) as desk:
        listed = await items(desk, f"call-backs?site={SITE}")
        assert [(each["order"]["id"], each["contact"], each["tries"]) for each in listed] == [
            (id, "555", 0) for id in ids[:3]
        ]
        await people.asks(Role.DESK, f"/{ids[0]}/call-back", {"reached": False})
        await people.asks(Role.DESK, f"/{ids[1]}/call-back", {"reached": True, "satisfied": False, "opinion": "慢"})
        listed = await items(desk, f"call-backs?site={SITE}")
        assert [(each["order"]["id"], each["tries"]) for each in listed] == [(ids[0], 1), (ids[2], 0)]
    assert (await people.asks(Role.DESK, f"/{ids[1]}"))["call_back"] == "done"
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        assert (await engineer.get(f"/api/v1/call-backs?site={SITE}")).status_code == 403


def test_the_clock_for_the_trapped_is_a_promise_of_every_profile() -> None:
    for profile in (ESTATE, GRADE_THREE):
        promise = with_trapped(profile, Terms(trapped_within=3_600)).promises[-1]
        assert promise.holds_for(OrderClass.URGENT, Side.DEVICE, "trapped")
        assert not promise.holds_for(OrderClass.URGENT, Side.DEVICE, "dry_run")
        own = profile.model_copy(update={"promises": (*profile.promises, promise)})
        assert with_trapped(own, Terms()) is own, "a contract's own word counts"


async def test_a_trapped_person_starts_the_contractors_clock_of_half_an_hour(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    rule = DRY_RUN.model_copy(update={"id": "trapped", "fault": "trapped"})
    lift = pump("lift-1").model_copy(update={"rules": (rule,)})
    edge.inventory = inventory(equipment=(pump("pump-1"), lift))
    sent = edge.inventory.body.encode()
    assert (await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=sent)).status_code == 200
    await send(gateway, edge.raised("lift-1", rule), edge.raised("pump-1"))
    clocks: dict[str, dict[str | None, dict[str, Any]]] = {}
    for order in await items(admin, "work-orders"):
        found = (await admin.get(f"/api/v1/work-orders/{order['id']}")).json()["clocks"]
        clocks[order["fault"]] = {c["promise"]: c for c in found if c["clock"] == ClockName.ARRIVE}
    assert set(clocks["pump_dry"]) == {"on_site"}
    assert set(clocks["trapped"]) == {"on_site", "trapped"}
    assert clocks["trapped"]["trapped"]["allowed"] == 1_800


async def test_another_ones_read_proves_nobodys_arrival(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised())
    ((id),) = [order["id"] for order in await items(admin, "work-orders")]
    await people.asks(Role.ENGINEER, f"/{id}")
    await people.asks(Role.DESK, f"/{id}/dispatch", {"to": "test-engineer"})
    await people.asks(Role.ENGINEER, f"/{id}/accept", {})
    others = edge.event(PatrolRead(tag="rf-1", guard="test-desk"), "pump-2")
    own = edge.event(PatrolRead(tag="rf-1", guard="test-engineer"), "pump-2")
    await send(gateway, others, own)
    near = await people.asks(Role.ENGINEER, f"/{id}/reads")
    assert [each["event"] for each in near["items"]] == [str(others.id), str(own.id)]
    refused = await people.asks(Role.ENGINEER, f"/{id}/arrive", {"event": str(others.id)}, 422)
    assert "test-desk's, not yours" in refused["detail"]
    assert (await people.asks(Role.ENGINEER, f"/{id}/arrive", {"event": str(own.id)}))["arrival"] == "reader"
