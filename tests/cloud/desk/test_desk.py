"""The desk over the API, on both stores: rooms, complaints, stopped supply, users, holidays, audit."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from cloud.complaints.figures import figures
from cloud.complaints.tables import COMPLAINT
from cloud.permissions import Role
from cloud.users.store import add_user
from facility.clock import NS, SystemClock, from_iso, iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

HOUR = 3600 * NS


class Asking:
    """One caller that asks."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def __call__(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        answer = await self._client.request(method, f"/api/v1/{path}", json=body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    async def all(self, path: str) -> list[dict[str, Any]]:
        return await items(self._client, path)


@pytest.fixture
async def desk(house: House, gateway: httpx.AsyncClient) -> AsyncIterator[Asking]:
    del gateway
    async with house.client(await house.token(Role.DESK)) as client:
        yield Asking(client)


@pytest.fixture
async def boss(house: House, gateway: httpx.AsyncClient) -> AsyncIterator[Asking]:
    del gateway
    async with house.client(await house.token(Role.ADMIN)) as client:
        yield Asking(client)


async def test_a_call_is_known_the_next_time(house: House, desk: Asking) -> None:
    """The room is learned from the first call, found by number, name and telephone, and has its history."""
    asked = {"site": SITE, "text": "水龙头漏水", "class": "small", "trade": "plumbing"}
    caller = {"room": " a-1201 ", "customer": "张女士", "contact": "138 0013 8000", "place": "b1"}
    order = await desk("POST", "work-orders", asked | caller, 201)
    assert (order["room"], order["side"], order["place"], order["customer"]) == ("a-1201", "customer", "b1", "张女士")
    for q in ("A1201", "120", "张", "13800"):
        assert [room["occupant"] for room in await desk.all(f"rooms?site={SITE}&q={q}")] == ["张女士"], q
    again = await desk("POST", "work-orders", asked | {"room": "A 1201", "customer": "王先生"}, 201)
    assert (again["room"], again["place"], again["customer"]) == ("a-1201", "b1", "王先生")
    assert [each["id"] for each in await desk.all("work-orders?room=a-1201")] == [again["id"], order["id"]]
    assert (await desk.all(f"rooms?site={SITE}&q=1201"))[0]["occupant"] == "张女士"
    await desk("POST", "work-orders", asked | {"room": "//"}, 422)
    async with house.client(await house.token(Role.ENGINEER)) as client:
        await Asking(client)("GET", f"rooms?site={SITE}", status=403)


async def test_the_register_of_rooms_is_written_whole_or_not_at_all(desk: Asking) -> None:
    rooms = [
        {"number": f"B-{floor}0{n}", "place": "b1", "occupant": f"住户{floor}{n}"}
        for floor in range(1, 4)
        for n in (1, 2)
    ]
    wrong = [*rooms, {"number": "B-999", "place": "nowhere"}]
    assert "nowhere" in (await desk("PUT", "rooms", {"site": SITE, "rooms": wrong}, 422))["detail"]
    assert await desk.all(f"rooms?site={SITE}") == []
    assert await desk("PUT", "rooms", {"site": SITE, "rooms": rooms}) == {"rooms": 6}
    assert [room["number"] for room in await desk.all(f"rooms?site={SITE}&q=b-10")] == ["B-101", "B-102"]
    assert await desk.all(f"rooms?site={SITE}&q=%25") == []
    await desk("DELETE", f"rooms/B-101?site={SITE}", status=204)
    await desk("DELETE", f"rooms/B-101?site={SITE}", status=404)


async def test_a_complaint_from_the_call_to_the_figures(house: House, desk: Asking) -> None:
    new = {"site": SITE, "kind": "noise", "text": "夜间施工", "room": "A-301", "customer": "李", "contact": "1"}
    made = await desk("POST", "complaints", new, 201)
    path = f"complaints/{made['id']}"
    assert (made["number"], made["owner"], made["answer"]) == (1, "test-desk", "running")
    await desk("POST", f"{path}/handle", {"valid": True, "note": "x"}, 409)
    await desk("POST", f"{path}/answer", {"note": "已联系施工方"})
    await desk("POST", f"{path}/assign", {"to": "nobody"}, 422)
    done = await desk("POST", f"{path}/handle", {"valid": True, "note": "已停工"})
    assert [step["kind"] for step in done["steps"]] == ["received", "answered", "handled"]
    assert (done["open"], done["answer"]) == (False, "kept")
    late = await desk("POST", "complaints", new | {"kind": "fees"}, 201)
    await house.database.write(
        lambda c: c.execute(
            COMPLAINT.update().where(COMPLAINT.c.id == late["id"]).values(due_at=COMPLAINT.c.received_at)
        )
    )
    month = f"{datetime.fromtimestamp(from_iso(made['received_at']) // NS, ZoneInfo('Asia/Shanghai')):%Y-%m}"
    found = await desk("GET", f"complaints/figures?site={SITE}&month={month}")
    answered, handled = found["figures"]
    assert (answered["kept"], answered["judged"], answered["met"]) == (1, 2, False)
    assert (handled["kept"], handled["judged"], handled["met"]) == (1, 1, True)
    assert [case["kept"] for case in handled["cases"]] == [True, None], "nobody judged the other yet"
    now = SystemClock().now()
    over = await house.database.read(lambda c: figures(c, SITE, month, (0, now), now).figures[1])
    assert (over.kept, over.judged, over.met) == (1, 2, False), "the month is over, and it was never handled"
    assert [case["id"] for case in answered["cases"]] == [made["id"], late["id"]]
    assert "customer" not in str(found)
    assert [each["id"] for each in await desk.all("complaints?open=true")] == [late["id"]]
    assert len(await desk.all("complaints?room=A-301")) == 2
    first = await desk("GET", "complaints?limit=1")
    assert (await desk("GET", f"complaints?limit=1&cursor={first['next']}"))["items"][0]["id"] == made["id"]
    async with house.client(await house.token(Role.MANAGER, "elsewhere")) as other:
        await Asking(other)("GET", path, status=404)


async def test_stopped_water_touches_its_pumps_until_it_is_back(desk: Asking) -> None:
    await desk("PUT", "rooms", {"site": SITE, "rooms": [{"number": "A-101", "place": "b1"}, {"number": "X"}]})
    touched = await desk("GET", f"supply-notices/touched?site={SITE}&kind=water&place=tower-a")
    assert ([each["id"] for each in touched["equipment"]], touched["rooms"]) == (["pump-1", "pump-2"], 1)
    assert (await desk("GET", f"supply-notices/touched?site={SITE}&kind=lift&place=b1"))["equipment"] == []
    now = SystemClock().now()
    body = {
        "places": ["tower-a"],
        "equipment": ["pump-1"],
        "reason": "清洗水箱",
        "starts_at": iso(now + HOUR),
        "ends_at": iso(now + 3 * HOUR),
    }
    new = body | {"site": SITE, "kind": "water"}
    await desk("POST", "supply-notices", new | {"places": ["nowhere"]}, 422)
    await desk("POST", "supply-notices", new | {"equipment": ["nothing"]}, 422)
    await desk("POST", "supply-notices", new | {"ends_at": iso(now)}, 422)
    ahead = await desk("POST", "supply-notices", new, 201)
    path = f"supply-notices/{ahead['id']}"
    assert (ahead["state"], ahead["number"], ahead["planned"]) == ("ahead", 1, True)
    await desk("POST", f"{path}/restored", status=409)
    begun = await desk("PUT", path, body | {"starts_at": iso(now - 3 * HOUR), "ends_at": iso(now - HOUR)})
    assert begun["state"] == "overdue"
    await desk("POST", f"{path}/withdraw", {"reason": "改期"}, 409)
    assert [each["id"] for each in await desk.all("supply-notices?open=true")] == [ahead["id"]]
    back = await desk("POST", f"{path}/restored")
    assert (back["state"], back["ends_at"]) == ("restored", begun["ends_at"])
    await desk("PUT", path, body, 409)
    assert await desk.all("supply-notices?open=true") == []
    burst = await desk("POST", "supply-notices", new | {"planned": False}, 201)
    assert (await desk("POST", f"supply-notices/{burst['id']}/withdraw", {"reason": "误报"}))["state"] == "withdrawn"


async def test_roles_are_changed_site_by_site_and_nobody_locks_themselves_out(house: House, boss: Asking) -> None:
    made = await boss("POST", "users", {"name": "wu", "roles": {SITE: ["desk"], "far": ["guard"]}}, 201)
    login = {"name": "wu", "password": made["password"]}
    async with house.client() as client, house.client(await house.token(Role.ADMIN, SITE)) as local:
        client.headers["origin"] = house.url
        wu, own = Asking(client), Asking(local)
        await wu("POST", "session", login)
        changed = await own("PUT", "users/wu", {"roles": {SITE: ["manager"]}})
        assert changed["roles"] == {SITE: ["manager"], "far": ["guard"]}
        assert "order:supervise" in (await wu("GET", "session"))["permissions"][SITE]
        await own("PUT", "users/wu", {"roles": {"far": ["admin"]}}, 403)
        await own("PUT", "users/wu", {"roles": {SITE: ["manager"]}, "disabled": True}, 403)
        await own("POST", "users/wu/password", {}, 403)
        await boss("PUT", "users/wu", {"roles": changed["roles"], "disabled": True})
        await wu("GET", "session", status=401)
        await boss("PUT", "users/wu", {"roles": {SITE: ["admin"]}})
        fresh = await boss("POST", "users/wu/password", {})
        await wu("POST", "session", login, 401)
        await wu("POST", "session", {"name": "wu", "password": fresh["password"]})
    async with house.client() as client:
        client.headers["origin"] = house.url
        wu = Asking(client)
        await wu("POST", "session", {"name": "wu", "password": fresh["password"]})
        await wu("PUT", "users/wu", {"roles": {SITE: ["admin"]}, "disabled": True}, 409)
        await wu("PUT", "users/wu", {"roles": {SITE: ["viewer"]}}, 409)
        await wu("PUT", "users/wu", {"roles": {SITE: ["admin", "desk"]}})
    await boss("PUT", "users/nobody", {"roles": {}}, 404)
    lines = await boss.all("audit?action=user.&target=wu")
    assert {line["action"] for line in lines} == {"user.create", "user.change", "user.password"}
    assert made["password"] not in str(lines)


async def test_people_have_a_name_that_others_read(house: House, boss: Asking) -> None:
    roles = {SITE: ["desk"], "far": ["guard"]}
    await boss("POST", "users", {"name": "wu", "display_name": " 吴浩 ", "roles": roles}, 201)
    await boss("POST", "users", {"name": "li", "roles": roles}, 201)
    assert [json.loads(line["detail"]) for line in await boss.all("audit?action=user.create&target=wu")] == [roles]
    async with house.client(await house.token(Role.CONTRACTOR, SITE)) as client:
        assert await Asking(client).all("names") == [{"name": "wu", "display_name": "吴浩"}]
    async with house.client(await house.token(Role.CONTRACTOR, "elsewhere")) as client:
        assert await Asking(client).all("names") == [], "nobody of other sites"
    async with house.client(await house.token(Role.ADMIN, SITE)) as client:
        local = Asking(client)
        changed = await local("PUT", "users/wu", {"roles": {SITE: ["manager"]}})
        assert changed["display_name"] == "吴浩", "left out, it stays"
        await local("PUT", "users/wu", {"roles": {SITE: ["manager"]}, "display_name": "别人"}, 403)
    await boss("PUT", "users/wu", {"roles": roles, "display_name": ""})
    assert await boss.all("names") == []


async def test_holidays_are_the_sites_own(house: House, boss: Asking) -> None:
    before = await boss("GET", f"holidays/{SITE}")
    year = int(before["today"][:4]) + 1
    days = {"holidays": [f"{year}-10-01", f"{year}-10-02"], "working_days": [f"{year}-09-26"]}
    assert await boss("PUT", f"holidays/{SITE}", days) == days | {"today": before["today"]}
    await boss("PUT", f"holidays/{SITE}", {"holidays": ["2020-01-01"]}, 422)
    assert (await boss("GET", f"holidays/{SITE}"))["holidays"] == days["holidays"]
    async with house.client(await house.token(Role.DESK)) as client:
        await Asking(client)("PUT", f"holidays/{SITE}", days, 403)


async def test_the_nearest_of_equals_is_proposed_first(house: House, desk: Asking, boss: Asking) -> None:
    """Two plumbers of the same load: who arrived last in the same place comes before who was never seen."""
    now = SystemClock().now()
    for name in ("test-engineer", "an"):
        add = partial(add_user, name=name, password="x", roles={SITE: (Role.ENGINEER,)}, at=now)
        await house.database.write(add)
        duty = {"site": SITE, "post": "engineering", "person": name, "from": iso(now - HOUR), "to": iso(now + HOUR)}
        await boss("POST", "rota", duty, 201)
    new = {"site": SITE, "text": "漏水", "trade": "plumbing", "place": "b1"}
    first, other = [await desk("POST", "work-orders", new | {"text": f"漏水{n}"}, 201) for n in range(2)]
    async with house.client(await house.token(Role.ENGINEER)) as client:
        worker = Asking(client)
        await desk("POST", f"work-orders/{first['id']}/dispatch", {"to": "test-engineer"})
        for step in ("accept", "arrive", "restore"):
            await worker("POST", f"work-orders/{first['id']}/{step}", {})
    await desk("POST", f"work-orders/{first['id']}/verify", {})
    await desk("POST", f"work-orders/{first['id']}/close", {"confirmed": "on_site"})
    found = await desk.all(f"work-orders/{other['id']}/proposals")
    assert [(each["person"], each["load"], each["distance"]) for each in found] == [
        ("test-engineer", 0, 0),
        ("an", 0, None),
    ]


async def test_the_audit_log_is_searched(boss: Asking) -> None:
    await boss("POST", "complaints", {"site": SITE, "kind": "other", "text": "x"}, 201)
    assert [line["action"] for line in await boss.all("audit?action=complaint.")] == ["complaint.take"]
    assert await boss.all("audit?action=complaint.&by=nobody") == []
    assert await boss.all(f"audit?site={SITE}&to={iso(from_iso('2020-01-01T00:00:00Z'))}") == []
