"""An order's steps over the API, from the dry pump to the call-back, on both stores."""

from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from cloud.service_levels.store import Terms, put_terms
from cloud.timers.running import fire
from cloud.users.store import add_user
from cloud.users.tokens import Grant, issue
from facility.clock import NS, SystemClock, iso
from facility.event import AccessGranted
from tests.cloud.building import SITE, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

PATH = "/api/v1/work-orders"


class People:
    """A client for each role; a token's caller is called test-<role>."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._clients: dict[Role, httpx.AsyncClient] = {}

    async def asks(self, role: Role, path: str, body: Any = None, status: int = 200) -> dict[str, Any]:
        if role not in self._clients:
            self._clients[role] = self._house.client(await self._house.token(role))
            await self._house.database.write(
                lambda c: add_user(c, f"test-{role}", "x", {SITE: (role,)}, at=SystemClock().now())
            )
        client = self._clients[role]
        answer = await (client.get(f"{PATH}{path}") if body is None else client.post(f"{PATH}{path}", json=body))
        assert answer.status_code == status, answer.text
        if status >= 400:
            assert answer.headers["content-type"] == "application/problem+json"
        found: dict[str, Any] = answer.json()
        return found

    async def close(self) -> None:
        for client in self._clients.values():
            await client.aclose()


@pytest.fixture
async def people(house: House) -> Any:
    found = People(house)
    yield found
    await found.close()


async def terms(house: House, **told: Any) -> None:
    now = SystemClock().now()
    await house.database.write(lambda c: put_terms(c, SITE, Terms.model_validate(told), now=now))


async def on_site(people: People, id: str, role: Role = Role.ENGINEER) -> None:
    await people.asks(role, f"/{id}", status=200 if role is Role.ENGINEER else 404)
    await people.asks(Role.DESK, f"/{id}/dispatch", {"to": f"test-{role}"})
    await people.asks(role, f"/{id}/accept", {})
    await people.asks(role, f"/{id}/arrive", {})


async def test_a_dry_pump_from_the_alarm_to_the_call_back_and_again_the_next_day(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await terms(house, hold=0)
    await send(gateway, edge.raised())
    (order,) = await items(admin, "work-orders")
    id = order["id"]
    await on_site(people, id)
    refused = await people.asks(Role.ENGINEER, f"/{id}/restore", {"note": "bearing"}, 409)
    assert "still shows the fault" in refused["detail"]
    cleared = edge.cleared()
    await send(gateway, cleared)
    restored = await people.asks(Role.ENGINEER, f"/{id}/restore", {"note": "bearing"})
    assert (restored["state"], restored["proof"], restored["restored_at"]) == ("restored", "device", iso(cleared.at))
    assert restored["arrival"] == "self"
    await people.asks(Role.ENGINEER, f"/{id}/verify", {}, 409)
    await people.asks(Role.DESK, f"/{id}/verify", {"note": "runs"})
    await people.asks(Role.DESK, f"/{id}/close", {"confirmed": "telephone"}, 409)
    await people.asks(Role.DESK, f"/{id}/call-back", {"reached": True, "satisfied": True, "opinion": "好"})
    closed = await people.asks(Role.DESK, f"/{id}/close", {"confirmed": "telephone"})
    assert (closed["state"], closed["open"], closed["owner"]) == ("closed", False, "test-engineer")
    await send(gateway, edge.raised())
    (again,) = await items(admin, "work-orders")
    assert (again["id"], again["state"], again["round"], again["owner"]) == (id, "reopened", 2, "engineering")
    audit = {line["action"] for line in await items(admin, "audit?limit=50")}
    assert {"order.dispatch", "order.accept", "order.arrive", "order.restore", "order.close"} <= audit


async def test_no_order_goes_by_itself_to_a_contractor_whose_account_is_off(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised())
    (order,) = await items(admin, "work-orders")
    who = {"name": "firm", "roles": {SITE: ["contractor"]}}
    assert (await admin.post("/api/v1/users", json=who)).status_code == 201
    asset = await admin.put("/api/v1/assets/pump-1", json={"site": SITE, "contractor": "firm"})
    assert asset.status_code == 204, asset.text
    changed = {"roles": {SITE: ["contractor"]}, "disabled": True}
    assert (await admin.put("/api/v1/users/firm", json=changed)).status_code == 200
    refused = await people.asks(Role.DESK, f"/{order['id']}/dispatch", {}, 409)
    assert "'firm' is disabled" in refused["detail"]
    assert (await admin.put("/api/v1/users/firm", json=changed | {"disabled": False})).status_code == 200
    assert (await people.asks(Role.DESK, f"/{order['id']}/dispatch", {}))["assignee"] == "firm"


async def test_who_works_here_and_dispatches_elsewhere_may_pause_here(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised())
    (order,) = await items(admin, "work-orders")
    await on_site(people, order["id"])
    roles = {SITE: (Role.ENGINEER,), "hill": (Role.DESK,)}
    token = await house.database.write(lambda c: issue(c, Grant("both", roles), by="test", at=SystemClock().now()))
    async with house.client(token) as both:
        cost = {"kind": "material", "name": "seal", "quantity": "1", "unit": "pc", "price": "12.50"}
        added = await both.post(f"{PATH}/{order['id']}/costs", json=cost)
    assert added.status_code == 200, added.text


async def test_of_two_desks_that_dispatch_at_once_the_second_one_hears_of_it(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised())
    ((id),) = [order["id"] for order in await items(admin, "work-orders")]
    for role in (Role.ENGINEER, Role.MANAGER):
        await people.asks(role, f"/{id}")
    first, second = "test-engineer", "test-manager"
    await people.asks(Role.DESK, f"/{id}/dispatch", {"to": first, "instead_of": None})
    refused = await people.asks(Role.DESK, f"/{id}/dispatch", {"to": second, "instead_of": None}, 409)
    assert f"{first} has got it meanwhile" in refused["detail"]
    moved = await people.asks(Role.DESK, f"/{id}/dispatch", {"to": second, "instead_of": first})
    assert moved["assignee"] == second
    back = await people.asks(Role.DESK, f"/{id}/dispatch", {"to": first})
    assert back["assignee"] == first, "who says nothing of it gives it away from whoever has it"


async def test_the_hold_time_ends_by_itself(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised(), cleared := edge.cleared())
    ((id),) = [order["id"] for order in await items(admin, "work-orders")]
    await on_site(people, id)
    waits = await people.asks(Role.ENGINEER, f"/{id}/restore", {})
    assert (waits["state"], waits["claimed_at"] is None) == ("on_site", False)
    await house.database.write(lambda c: fire(c, cleared.at + 601 * NS))
    restored = await people.asks(Role.DESK, f"/{id}")
    assert (restored["state"], restored["restored_at"]) == ("restored", iso(cleared.at))


async def test_a_contractor_sees_only_its_own_and_a_reader_proves_the_arrival(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, people: People
) -> None:
    await send(gateway, edge.raised(), edge.raised("pump-2"))
    mine, other = sorted(await items(admin, "work-orders"), key=lambda order: str(order["equipment"]))
    await people.asks(Role.CONTRACTOR, f"/{mine['id']}", status=404)
    assert (await people.asks(Role.CONTRACTOR, ""))["items"] == []
    await people.asks(Role.DESK, f"/{mine['id']}/dispatch", {"to": "test-contractor"})
    assert [o["id"] for o in (await people.asks(Role.CONTRACTOR, ""))["items"]] == [mine["id"]]
    await people.asks(Role.CONTRACTOR, f"/{other['id']}/accept", {}, 404)
    await people.asks(Role.CONTRACTOR, f"/{mine['id']}/accept", {})
    await send(gateway, read := edge.event(AccessGranted(), "pump-2"))
    await people.asks(Role.CONTRACTOR, f"/{mine['id']}/arrive", {"event": "nothing"}, 422)
    arrived = await people.asks(Role.CONTRACTOR, f"/{mine['id']}/arrive", {"event": str(read.id)})
    assert (arrived["arrival"], arrived["arrived_at"]) == ("reader", iso(read.at))
    assert "arrival" in {line["kind"] for line in arrived["evidence"]}
    await people.asks(Role.CONTRACTOR, f"/{mine['id']}/verify", {}, 403)


async def test_a_request_without_a_device_its_costs_its_checklist_and_its_class(
    gateway: httpx.AsyncClient, people: People
) -> None:
    asked = {"site": SITE, "text": "水龙头漏水", "class": "small", "trade": "plumbing", "customer": "A-1201"}
    told = await people.asks(Role.DESK, "", asked | {"trade": "plumbin"}, 422)
    assert "did you mean 'plumbing'" in told["detail"]
    told = await people.asks(Role.DESK, "", asked | {"place": "tower-b"}, 422)
    assert "there is no place 'tower-b'" in told["detail"]
    order = await people.asks(Role.DESK, "", asked, 201)
    assert (order["side"], order["equipment"], order["reported_by"]) == ("customer", None, "test-desk")
    id = order["id"]
    changed = await people.asks(Role.DESK, f"/{id}/class", {"class": "ordinary", "reason": "whole pipe"})
    clock = next(c for c in changed["clocks"] if c["clock"] == "restore")
    assert (clock["promise"], clock["allowed"], clock["source"][:6]) == ("ordinary", 28_800, "物业服务承诺")
    await on_site(people, id)
    cost = {"kind": "material", "name": "垫圈", "quantity": "2", "unit": "个", "price": "3.50", "paid_by": "customer"}
    assert [c["price"] for c in (await people.asks(Role.ENGINEER, f"/{id}/costs", cost))["costs"]] == ["3.50"]
    checked = [{"name": "阀门", "passed": True}, {"name": "地漏", "passed": False}]
    done = await people.asks(Role.ENGINEER, f"/{id}/checklist", {"items": checked})
    made = next(s["detail"] for s in done["steps"] if s["detail"].startswith("failed")).split()[1]
    assert (await people.asks(Role.ENGINEER, f"/{made}"))["source"] == "checklist"
    paused = await people.asks(Role.DESK, f"/{id}/pause", {"reason": "parts", "note": "等垫圈"})
    assert (paused["state"], paused["due_at"]) == ("paused", None)
    await people.asks(Role.DESK, f"/{id}/resume", {})
    restored = await people.asks(Role.ENGINEER, f"/{id}/restore", {})
    assert (restored["state"], restored["proof"]) == ("restored", "person")
    nobody = await people.asks(Role.DESK, "", asked | {"equipment": "nothing"}, 404)
    assert nobody["status"] == 404


async def test_a_promise_is_told_once_at_risk_and_once_broken(
    house: House, gateway: httpx.AsyncClient, people: People
) -> None:
    asked = {"site": SITE, "text": "no light", "class": "ordinary", "trade": "electrical", "customer": "A-1"}
    order = await people.asks(Role.DESK, "", asked, 201)
    due = SystemClock().now()
    for minutes in (21, 22, 26, 27):
        await house.database.write(partial(fire, now=due + minutes * 60 * NS))
    told = await people.asks(Role.DESK, f"/{order['id']}")
    assert [(s["kind"], s["detail"]) for s in told["steps"]] == [
        ("reported", "ordinary"), ("promise_at_risk", "on_site"), ("promise_broken", "on_site"),
    ]  # fmt: skip
