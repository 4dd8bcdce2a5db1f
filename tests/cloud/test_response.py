"""What people answer to alarms over the API, and what follows from it."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from cloud.notices.tables import NOTICE
from cloud.permissions import Role
from cloud.settings import Settings
from cloud.timers.running import fire
from cloud.users.store import add_user
from facility.clock import NS, SystemClock, from_iso, iso
from facility.event import Lane
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, HOT, SITE, Edge
from tests.cloud.conftest import House, serving
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items, until

BURNING = ("fire-panel", FIRE, "l1d001")


async def do(client: httpx.AsyncClient, alarm: str, what: str, **body: Any) -> httpx.Response:
    return await client.post(f"/api/v1/alarms/{alarm}/{what}", json=body)


async def steps(client: httpx.AsyncClient, alarm: str) -> list[tuple[str, str]]:
    detail = (await client.get(f"/api/v1/alarms/{alarm}")).json()
    return [(step["kind"], step["by"]) for step in detail["history"]]


async def test_a_false_fire_takes_two_people_and_closes_after_the_panel(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING))
    (alarm,) = await items(admin, "alarms")
    id = alarm["id"]
    assert (alarm["response"]["sounding"], alarm["response"]["must_close"]) == (True, True)
    async with await house.person(Role.FIRE_OPERATOR) as one, await house.person(Role.ADMIN) as head:
        for what in ({"outcome": "false", "found": "蒸汽"}, {"outcome": "drill", "found": "演练"}):
            assert "token" in (await do(admin, id, "confirm", **what)).json()["detail"], "people only"
        assert (await do(one, id, "confirm", outcome="false", found="蒸汽")).json()["response"]["false_by"]
        assert (await do(one, id, "confirm", outcome="false", found="蒸汽")).json()["response"]["confirmed_at"] is None
        assert (await do(one, id, "shelve", reason="x")).status_code == 409
        assert (await do(one, id, "close")).status_code == 409
        assert (await do(admin, id, "confirm", outcome="false", found="蒸汽")).status_code == 409
        said = await do(head, id, "confirm", outcome="false", found="厨房蒸汽")
        assert said.json()["response"]["confirmed_outcome"] == "false"
        (order,) = await items(admin, "work-orders")
        assert "厨房蒸汽" in order["title"]["zh"]
        (given,) = await items(gateway, f"gateways/{GATEWAY}/instructions?after=0")
        assert given["arguments"] == {"kind": "alarm.confirmed", "rule": "fire", "outcome": "false"}
        assert (await do(head, id, "close")).status_code == 409
        await send(gateway, edge.cleared(*BURNING))
        assert [a["id"] for a in await items(admin, "alarms?unclosed=true")] == [id]
        assert (await do(one, id, "close")).json()["response"]["closed_at"] is None
        assert (await do(admin, id, "close")).status_code == 409, "a token closes no fire"
        assert (await do(head, id, "close")).json()["response"]["closed_by"] == "test-admin-person"
    assert await items(admin, "alarms?unclosed=true") == []
    kinds = [kind for kind, _ in await steps(admin, id)]
    assert kinds == [
        "raised", "acknowledged", "false_proposed", "false_proposed", "confirmed", "false_recorded", "cleared",
        "close_proposed", "closed",
    ]  # fmt: skip
    actions = {line["action"] for line in await items(admin, "audit")}
    assert {"alarm.confirm", "alarm.close"} <= actions


async def test_the_second_false_alarm_of_a_point_opens_a_repair_order(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    for turn in range(2):
        assert len(await items(admin, "work-orders")) == 0
        await send(gateway, edge.raised(rule=HOT))
        (alarm, *_) = await items(admin, "alarms")
        assert (await do(admin, alarm["id"], "confirm", outcome="false", found=f"探头 {turn}")).status_code == 200
        await send(gateway, edge.cleared(rule=HOT))
    (order,) = await items(admin, "work-orders")
    assert order["fault"] == "false_alarm-motor_hot"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("begun", [False, True])
async def test_a_false_fire_that_was_real_takes_its_repair_order_back(
    house: House, gateway: httpx.AsyncClient, edge: Edge, begun: bool
) -> None:
    await send(gateway, edge.raised(*BURNING))
    async with await house.person(Role.ADMIN) as head:
        (alarm,) = await items(head, "alarms")
        await do(head, alarm["id"], "confirm", outcome="false", found="蒸汽")
        (order,) = await items(head, "work-orders")
        path = f"/api/v1/work-orders/{order['id']}"
        if begun:
            sent = await head.post(f"{path}/dispatch", json={"to": "test-admin-person", "note": "值班经理"})
            assert sent.status_code == 200, sent.text
            assert (await head.post(f"{path}/accept")).status_code == 200
        await do(head, alarm["id"], "confirm", outcome="real", found="三层冒烟")
        taken = (await head.get(path)).json()
        last = taken["steps"][-1]
        assert (taken["state"], last["kind"]) == (("accepted", "noted") if begun else ("cancelled", "cancelled"))
        assert "三层冒烟" in last["detail"] + last["note"]
        assert ("false_taken_back", "") in await steps(head, alarm["id"])
        await do(head, alarm["id"], "confirm", outcome="false", found="确为蒸汽")
        still = await items(head, "work-orders?open=true")
        assert len(still) == 1, "called false once more: one order stands, the one that goes on or a new one"


async def test_life_safety_is_acknowledged_one_by_one_and_the_rest_together(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING), edge.raised(), edge.raised("pump-2"))
    ids = {a["rule"] + a["equipment"]: a["id"] for a in await items(admin, "alarms")}
    pumps, fires = [id for name, id in ids.items() if "pump" in name], ids["firefire-panel"]
    refused = await admin.post("/api/v1/alarms/acknowledge", json={"ids": [fires]})
    assert (refused.status_code, "逐条" in refused.json()["detail"]) == (409, True)
    assert len(await items(admin, "alarms?acknowledged=true")) == 0
    asked = {"ids": [fires, "nothing", *pumps]}
    found = (await admin.post("/api/v1/alarms/acknowledge", json=asked)).json()
    assert {a["equipment"] for a in found["items"]} == {"pump-1", "pump-2"}
    assert [(one["id"], one["status"]) for one in found["refused"]] == [(fires, 409), ("nothing", 404)]
    assert "逐条" in found["refused"][0]["detail"]
    assert {a["equipment"] for a in await items(admin, "alarms?acknowledged=true")} == {"pump-1", "pump-2"}
    silenced = (await admin.post("/api/v1/alarms/silence", json={"ids": [fires, *pumps]})).json()
    assert [a["id"] for a in silenced["items"]] == [fires]
    assert {one["id"] for one in silenced["refused"]} == set(pumps), "they make no sound"


async def test_shelving_ends_by_itself_over_a_restart(settings: Settings, edge: Edge) -> None:
    async with serving(settings) as house:
        gateway = house.client(await house.gateway())
        await gateway.put(f"/api/v1/gateways/{GATEWAY}/inventory", content=edge.inventory.body.encode())
        await send(gateway, edge.raised())
        token = await house.token(Role.ADMIN)
        async with house.client(token) as admin:
            (alarm,) = await items(admin, "alarms")
            shelved = (await do(admin, alarm["id"], "shelve", reason="换轴承", seconds=2)).json()
            assert (shelved["state"], shelved["response"]["shelved_by"]) == ("shelved", "test-admin")
            assert len(await items(admin, "alarms?shelved=true")) == 1
        await gateway.aclose()
    async with serving(settings) as house, house.client(token) as admin:

        async def back() -> bool:
            return ("unshelved", "") in await steps(admin, alarm["id"])

        assert await until(back, 30)
        (now,) = await items(admin, "alarms")
        assert (now["state"], now["response"]["shelved_until"]) == ("unacknowledged", None)
        detail = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()
        assert detail["history"][-1]["at"] >= shelved["response"]["shelved_until"]
        found = []
        for end in (from_iso(shelved["response"]["shelved_until"]) - NS // 2, SystemClock().now() + NS):
            asked = {"site": SITE, "from": iso(end - 3600 * NS), "to": iso(end)}
            whole = (await admin.get("/api/v1/alarms/statistics", params=asked)).json()["whole"]
            found.append((whole["shelved"], whole["shelvings"]))
        assert found == [(1, 1), (0, 1)], "what was off the list then, though it is back now"


async def test_what_nobody_acknowledges_goes_up_and_each_is_told_once(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING), edge.raised(), edge.raised(rule=HOT))
    now = SystemClock().now()
    for seconds in (61, 61, 121, 300):
        later = now + seconds * NS
        await house.database.write(partial(fire, now=later))
    n = NOTICE.c
    query = select(n.occasion, n.level, n.posts, n.voice, n.life_safety).order_by(n.life_safety.desc(), n.id)
    said = [tuple(row) for row in await house.database.read(lambda c: c.execute(query).all())]
    assert said == [
        ("raised", 0, '["control_room"]', False, True),
        ("escalated", 1, '["shift_leader"]', False, True),
        ("escalated", 2, '["manager","fire_manager"]', True, True),
        ("raised", 0, '["engineering"]', False, False),
    ]
    (fire_alarm,) = await items(admin, "alarms?class=life_safety")
    assert fire_alarm["response"]["escalation"] == 2


async def test_an_acknowledged_alarm_goes_up_no_further_and_a_silenced_one_sounds_again(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING), edge.raised())
    ids = {a["rule"]: a["id"] for a in await items(admin, "alarms")}
    assert not (await do(admin, ids["dry_run"], "silence")).json()["response"]["sounding"]
    assert (await do(admin, ids["dry_run"], "silence")).status_code == 409
    assert (await do(admin, ids["fire"], "acknowledge")).status_code == 200
    later = SystemClock().now() + 400 * NS
    await house.database.write(lambda c: fire(c, later))
    alarms = {a["rule"]: a["response"] for a in await items(admin, "alarms")}
    assert (alarms["fire"]["escalation"], alarms["dry_run"]["sounding"]) == (0, True)


async def test_the_fire_procedure_is_ticked_and_the_card_has_five_facts(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    address = {"zh": "滨江路1号", "en": "1 Riverside Road"}
    assert (await admin.put(f"/api/v1/sites/{SITE}/address", json=address)).status_code == 204
    await send(gateway, edge.raised(*BURNING), edge.raised())
    ids = {a["rule"]: a["id"] for a in await items(admin, "alarms")}
    path = f"/api/v1/alarms/{ids['fire']}"
    ticked = (await admin.post(f"{path}/procedure/verify", json={"note": "两人到场"})).json()
    assert ticked["steps"][0]["by"] == "test-admin"
    assert ticked["steps"][0]["seconds"] >= 0
    assert [step["at"] is None for step in ticked["steps"]] == [False] + [True] * 5
    assert (await admin.post(f"{path}/procedure/verify")).status_code == 409
    assert (await admin.post(f"{path}/procedure/dance")).status_code == 422
    assert (await admin.post(f"/api/v1/alarms/{ids['dry_run']}/procedure/verify")).status_code == 409
    facts = {"burning": "电动车", "extent": "烟大", "caller": "张伟", "phone": "13800000000"}
    card = (await admin.put(f"{path}/card", json=facts)).json()["card"]
    assert card == facts | {
        "address": {"zh": "滨江路1号 滨江花园", "en": "Riverside Garden, 1 Riverside Road"},
        "place": {"zh": "A栋 地下一层 消防主机 烟感 l1d001", "en": "Tower A, B1, Fire panel Smoke l1d001"},
    }


async def test_a_real_fire_during_a_test_of_the_panel_is_told_and_has_to_be_closed(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING, test=True))
    (alarm,) = await items(admin, "alarms")
    assert (alarm["test"], alarm["response"]["must_close"]) == (True, False)
    told = (await do(admin, alarm["id"], "confirm", outcome="real", found="明火")).json()
    assert (told["test"], told["response"]["must_close"]) == (False, True)
    kept = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()
    assert (kept["test"], kept["history"][-1]["kind"]) == (False, "mark_lifted")
    notices = await house.database.read(lambda c: c.execute(select(NOTICE.c.occasion)).scalars().all())
    assert notices == ["confirmed"]


async def test_a_fire_in_test_mode_that_nobody_answers_is_told_upwards_alone(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(*BURNING, test=True), edge.raised(rule=HOT, test=True))
    now = SystemClock().now()
    for seconds in (61, 121):
        await house.database.write(partial(fire, now=now + seconds * NS))
    n = NOTICE.c
    query = select(n.occasion, n.posts, n.voice).order_by(n.id)
    said = [tuple(row) for row in await house.database.read(lambda c: c.execute(query).all())]
    assert said == [
        ("escalated", '["shift_leader"]', False),
        ("escalated", '["manager","fire_manager"]', True),
    ]
    alarms = {alarm["rule"]: alarm for alarm in await items(admin, "alarms")}
    assert alarms["fire"]["test"], "it stays a test until somebody says that it burns"
    assert alarms["motor_hot"]["response"]["escalates_at"] is None


async def test_the_card_of_a_lifted_fire_names_the_detectors_that_are_in_test_still(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE, "z1", test=True), edge.raised(*BURNING, test=True))
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d002", test=True))
    ids = {alarm["instance"]: alarm["id"] for alarm in await items(admin, "alarms")}
    await do(admin, ids["z1"], "confirm", outcome="real", found="明火")

    async def place() -> str:
        return str((await admin.get(f"/api/v1/alarms/{ids['z1']}/procedure")).json()["card"]["place"]["zh"])

    both = "A栋 地下一层 消防主机 烟感 l1d001;A栋 地下一层 消防主机 烟感 l1d002"
    assert await place() == both
    await do(admin, ids["l1d002"], "confirm", outcome="test", found="检测")
    assert await place() == both, "one person alone calls no fire a test"
    await do(admin, ids["l1d002"], "confirm", outcome="real", found="明火")
    assert await place() == both


async def test_the_card_of_a_panel_names_the_detectors_that_stand(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE))
    (panel,) = await items(admin, "alarms")

    async def place() -> str:
        told = (await admin.get(f"/api/v1/alarms/{panel['id']}/procedure")).json()
        return str(told["card"]["place"]["zh"])

    assert await place() == "消防主机"
    await send(gateway, edge.raised(*BURNING), edge.raised("fire-panel", FIRE, "l1d002"))
    await send(gateway, edge.raised("fire-panel", FIRE, "z1"))
    both = "A栋 地下一层 消防主机 烟感 l1d001;A栋 地下一层 消防主机 烟感 l1d002"
    assert await place() == both
    zone = next(each for each in await items(admin, "alarms") if each["instance"] == "z1")
    told = (await admin.get(f"/api/v1/alarms/{zone['id']}/procedure")).json()
    assert told["card"]["place"]["zh"] == both


async def test_children_stand_under_their_cause(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised())
    child = edge.raised("pump-2", detection="suppressed")
    data = child.data.model_copy(update={"cause": "pump-1.dry_run"})
    await send(gateway, child.model_copy(update={"data": data}))
    (parent,) = await items(admin, "alarms?equipment=pump-1")
    (below,) = await items(admin, "alarms?cause=pump-1.dry_run")
    detail = (await admin.get(f"/api/v1/alarms/{parent['id']}")).json()
    assert (below["equipment"], detail["children"]) == ("pump-2", [below["id"]])
    assert [a["id"] for a in await items(admin, "alarms?cause=")] == [parent["id"]]


async def test_the_rota_says_who_stands_where(
    house: House, admin: httpx.AsyncClient, gateway: httpx.AsyncClient
) -> None:
    await admin.post(
        "/api/v1/users", json={"name": "zhang.wei", "password": "a long password 1", "roles": {SITE: ["guard"]}}
    )
    now = SystemClock().now()
    line = {
        "site": SITE,
        "post": "control_room",
        "person": "zhang.wei",
        "from": iso(now - NS),
        "to": iso(now + 3600 * NS),
    }
    assert (await admin.post("/api/v1/rota", json=line)).status_code == 422, "no certificate"
    held = {"site": SITE, "person": "zhang.wei", "kind": "fire_facility", "issued_on": "2020-01-01"}
    assert (await admin.post("/api/v1/certificates", json=held)).status_code == 201
    answer = await admin.post("/api/v1/rota", json=line)
    assert answer.status_code == 201, answer.text
    assert (await admin.post("/api/v1/rota", json=line)).status_code == 409
    long = line | {"from": iso(now + 4000 * NS), "to": iso(now + 40_000 * NS)}
    assert (await admin.post("/api/v1/rota", json=long)).status_code == 422
    assert (await admin.post("/api/v1/rota", json=line | {"person": "nobody"})).status_code == 422
    posts = {p["id"]: p["on_duty"] for p in await items(admin, f"posts?site={SITE}")}
    assert posts["control_room"] == ["zhang.wei"]
    assert posts["manager"] == []
    assert (
        await admin.put("/api/v1/posts/gate-2", json={"site": SITE, "name": {"zh": "二号岗", "en": "Gate 2"}})
    ).status_code == 204
    assert (await admin.delete(f"/api/v1/posts/gate-2?site={SITE}")).status_code == 204
    async with house.client(await house.token(Role.GUARD)) as guard:
        assert (await guard.post("/api/v1/rota", json=line)).status_code == 403
    assert (await admin.delete(f"/api/v1/rota/{answer.json()['id']}")).status_code == 204
    assert await items(admin, "rota") == []


async def test_nobody_is_taken_off_the_rota_who_alone_is_told_of_a_fire(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    now, lines = SystemClock().now(), {}
    for name, begin in (("one", now - NS), ("later", now + 7200 * NS), ("two", now - NS)):
        await house.database.write(lambda c, n=name: add_user(c, n, "no hash of any", {SITE: (Role.GUARD,)}, at=now))  # type: ignore[misc]
        line = {"site": SITE, "post": "shift_leader", "person": name, "from": iso(begin), "to": iso(begin + 3600 * NS)}
        lines[name] = (await admin.post("/api/v1/rota", json=line)).json()["id"]
    await send(gateway, edge.raised(*BURNING))
    assert (await admin.delete(f"/api/v1/rota/{lines['two']}")).status_code == 204, "another one is there"
    refused = await admin.delete(f"/api/v1/rota/{lines['one']}")
    assert (refused.status_code, "acknowledge" in refused.text) == (409, True)
    assert (await admin.delete(f"/api/v1/rota/{lines['later']}")).status_code == 204, "nobody is told through it now"
    (alarm,) = await items(admin, "alarms")
    await do(admin, alarm["id"], "acknowledge")
    assert (await admin.delete(f"/api/v1/rota/{lines['one']}")).status_code == 204


async def test_a_comment_and_an_owner_are_in_the_history(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised())
    (alarm,) = await items(admin, "alarms")
    assert (await do(admin, alarm["id"], "comment", text="听到异响")).status_code == 200
    now, own = SystemClock().now(), {SITE: (Role.ENGINEER,)}
    people = {"ann": own, "gone": own, "far": {"elsewhere": (Role.ENGINEER,)}, "guard": {SITE: (Role.GUARD,)}}
    for name, roles in people.items():
        await house.database.write(lambda c, n=name, r=roles: add_user(c, n, "no hash of any", r, at=now))  # type: ignore[misc]
    await admin.put("/api/v1/users/gone", json={"roles": {SITE: ["engineer"]}, "disabled": True})
    for name, says in (("who", "no user"), ("gone", "disabled"), ("far", "may not"), ("guard", "may not")):
        answer = await do(admin, alarm["id"], "assign", to=name)
        assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text
    assert (await do(admin, alarm["id"], "assign", to="ann")).json()["response"]["assigned_to"] == "ann"
    async with house.client(await house.token(Role.VIEWER)) as viewer:
        assert (await do(viewer, alarm["id"], "comment", text="x")).status_code == 403
    assert await steps(admin, alarm["id"]) == [
        ("raised", GATEWAY), ("commented", "test-admin"), ("assigned", "test-admin"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["alarms", "equipment", "gateways", "rota", "work-orders"])
async def test_a_site_with_control_characters_is_refused(admin: httpx.AsyncClient, path: str) -> None:
    answer = await admin.get(f"/api/v1/{path}", params={"site": "a\x1bb"})
    assert answer.status_code == 422, answer.text


async def test_a_fire_overtakes_a_storm(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    rules = [DRY_RUN.model_copy(update={"id": f"r{n}"}) for n in range(200)]
    storm = [asyncio.create_task(send(gateway, edge.raised(rule=rule))) for rule in rules]
    storm.append(asyncio.create_task(send(gateway, edge.raised(*BURNING, lane=Lane.LIFE))))
    assert [verdict for task in storm for verdict in await task] == ["accepted"] * 201
    rows = await items(admin, "alarms?limit=500")
    assert len(rows) == 201
