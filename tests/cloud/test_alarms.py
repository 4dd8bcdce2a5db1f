from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from cloud.wire import cursor_of
from facility.alarm import AlarmClass, Detection, Priority
from facility.clock import NS
from facility.event import AlarmRaised, AlarmUpdated, InstructionResult, Lane
from tests.cloud.building import DRY_RUN, FIRE, GATEWAY, HOT, LOW_PRESSURE, Edge, batch
from tests.cloud.conftest import House
from tests.cloud.test_ingest import EVENTS, send
from tests.cloud.waiting import items


async def test_from_raised_to_normal(gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge) -> None:
    await send(gateway, edge.raised(value=0.1, limit=0.5, point="pump-1.flow"))
    (alarm,) = await items(admin, "alarms?state=active&equipment=pump-1&priority=2&class=equipment")
    path = f"/api/v1/alarms/{alarm['id']}"
    answered = (await admin.post(f"{path}/acknowledge", json={"comment": "去看看"})).json()
    assert answered["state"] == "acknowledged"
    assert answered["response"]["acknowledged_by"] == "test-admin"
    await send(gateway, edge.cleared())
    detail = (await admin.get(path)).json()
    assert (detail["state"], detail["detection"], detail["clear_reason"]) == ("normal", "cleared", "normal")
    assert [step["kind"] for step in detail["history"]] == ["raised", "acknowledged", "cleared"]
    assert detail["history"][1]["detail"] == "去看看"
    assert (detail["value"], detail["limit"], detail["point"]) == (0.1, 0.5, "pump-1.flow")
    assert await items(admin, "alarms?state=active") == []
    assert await items(admin, "alarms?open=true") == []


async def test_cleared_before_it_is_acknowledged_stays_open(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(), edge.cleared())
    (alarm,) = await items(admin, "alarms?open=true")
    assert alarm["state"] == "rtn_unacknowledged"
    assert (await admin.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")).json()["state"] == "normal"
    assert await items(admin, "alarms?open=true") == []


async def test_the_second_to_acknowledge_learns_who_was_first(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised())
    (alarm,) = await items(admin, "alarms")
    path = f"/api/v1/alarms/{alarm['id']}/acknowledge"
    assert [(await admin.post(path)).status_code for _ in range(2)] == [200, 200]
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        late = await engineer.post(path)
    assert late.status_code == 409
    assert "test-admin acknowledged" in late.json()["detail"]


async def test_further_alarms_of_a_fault_attach_to_its_order_until_all_are_clear(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(), edge.raised(rule=LOW_PRESSURE), edge.raised(rule=HOT))
    (order,) = await items(admin, "work-orders")
    await send(gateway, edge.cleared())
    path = f"/api/v1/work-orders/{order['id']}"
    assert (await admin.get(path)).json()["device_normal_at"] is None
    cleared = edge.cleared(rule=LOW_PRESSURE)
    await send(gateway, cleared)
    detail = (await admin.get(path)).json()
    assert detail["device_normal_at"] is not None
    kinds = [evidence["kind"] for evidence in detail["evidence"]]
    assert kinds == ["alarm.raised", "alarm.raised", "alarm.cleared", "alarm.cleared"]
    await send(gateway, edge.raised())
    again = (await admin.get(path)).json()
    assert (again["device_normal_at"], again["number"], len(await items(admin, "work-orders"))) == (None, 1, 1)


@pytest.mark.parametrize("held", [{"drill": True}, {"test": True}, {"detection": Detection.SUPPRESSED}])
async def test_a_drill_a_test_or_a_suppressed_alarm_opens_no_order(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, held: dict[str, Any]
) -> None:
    await send(gateway, edge.raised(**held))
    assert len(await items(admin, "alarms")) == 1
    assert await items(admin, "work-orders") == []


async def test_a_suppressed_alarm_that_becomes_active_opens_its_order(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(), edge.updated(Detection.SUPPRESSED, cause="mains_lost"))
    (alarm,) = await items(admin, "alarms?state=suppressed")
    assert (alarm["state"], alarm["cause"]) == ("suppressed", "mains_lost")
    await send(gateway, edge.raised("pump-2", detection=Detection.SUPPRESSED))
    assert len(await items(admin, "work-orders")) == 1
    await send(gateway, edge.updated(Detection.ACTIVE, "pump-2"))
    assert len(await items(admin, "work-orders")) == 2


async def test_a_snapshot_closes_changes_and_raises(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised(), edge.raised("fire-panel", FIRE, "l1d001"), edge.raised("pump-2"))
    later = edge.clock.now() + 60 * NS
    newer = edge.raised("fire-panel", FIRE, "l1d002", recorded_at=later, at=later)
    snapshot = edge.snapshot(
        ("fire-panel", FIRE, "l1d001", Detection.LATCHED),
        ("pump-1", HOT, "", Detection.ACTIVE),
        ("pump-1", DRY_RUN, "", Detection.ACTIVE),
    )
    await send(gateway, newer, snapshot)
    alarms = {(a["equipment"], a["rule"], a["instance"]): a for a in await items(admin, "alarms")}
    assert alarms["pump-1", "dry_run", ""]["detection"] == "active"
    assert alarms["pump-2", "dry_run", ""]["clear_reason"] == "snapshot"
    assert alarms["fire-panel", "fire", "l1d001"]["detection"] == "latched"
    assert alarms["fire-panel", "fire", "l1d002"]["detection"] == "active"
    assert alarms["pump-1", "motor_hot", ""]["name"]["en"] == "Motor hot"


async def test_an_alarm_that_the_cloud_found_survives_a_snapshot(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    first = edge.raised()
    await send(gateway, first, edge.raised("pump-2", seq=first.seq))
    await send(gateway, edge.snapshot())
    (alarm,) = await items(admin, "alarms?state=active")
    assert alarm["rule"] == "integrity"
    closed = (await admin.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")).json()
    assert (closed["detection"], closed["clear_reason"]) == ("cleared", "acknowledged")


async def test_a_reset_goes_to_the_edge_and_its_answer_is_kept(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d001"))
    await send(gateway, edge.updated(Detection.LATCHED, "fire-panel", FIRE, instance="l1d001"))
    (alarm,) = await items(admin, "alarms?state=latched")
    assert alarm["state"] == "latched_unacknowledged"
    path = f"/api/v1/alarms/{alarm['id']}/reset"
    assert (await admin.post(path, json={})).status_code == 422
    assert (await admin.post(path, json={"reason": "误报,已查"})).status_code == 202
    (given,) = await items(gateway, f"gateways/{GATEWAY}/instructions?after=0")
    assert given["target"] == "fire-panel.l1d001"
    assert given["arguments"] == {"kind": "alarm.reset", "rule": "fire"}
    assert given["by"] == "test-admin"
    result = InstructionResult(instruction=given["id"], outcome="done")
    await send(gateway, edge.event(result), edge.cleared("fire-panel", FIRE, "l1d001"))
    assert await items(gateway, f"gateways/{GATEWAY}/instructions?after=0") == []
    assert (await admin.post(path, json={"reason": "x"})).status_code == 409


async def test_pages_follow_each_other_without_loss(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    rules = [DRY_RUN.model_copy(update={"id": f"rule-{n}"}) for n in range(12)]
    await gateway.post(EVENTS, content=batch(*(edge.raised(rule=rule) for rule in rules)))
    found, cursor = [], ""
    while True:
        page = (await admin.get("/api/v1/alarms", params={"limit": 5} | ({"cursor": cursor} if cursor else {}))).json()
        found += [alarm["id"] for alarm in page["items"]]
        if not (cursor := page["next"]):
            break
    assert len(found) == len(set(found)) == 12
    for nonsense in ("nonsense", cursor_of(True, "a"), cursor_of(1)):
        assert (await admin.get("/api/v1/alarms", params={"cursor": nonsense})).status_code == 400
    assert (await admin.get("/api/v1/alarms?stat=active")).status_code == 422


async def test_one_that_chatters_stays_one_alarm_until_somebody_answers(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    for value in (0.4, 0.3, 0.2):
        await send(gateway, edge.raised(value=value, point="pump-1.flow"))
        await send(gateway, edge.cleared())
    await send(gateway, edge.raised(value=0.1, point="pump-1.flow"))
    (alarm,) = await items(admin, "alarms")
    assert (alarm["state"], alarm["raises"], alarm["value"]) == ("unacknowledged", 4, 0.1)
    assert alarm["last_raised_at"] > alarm["raised_at"]
    detail = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()
    assert [step["kind"] for step in detail["history"]] == [
        "raised", *("cleared", "raised_again") * 3,
    ]  # fmt: skip
    (order,) = await items(admin, "work-orders")
    assert (alarm["work_order"], order["device_normal_at"]) == (order["id"], None)
    await send(gateway, edge.cleared())
    await admin.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")
    await send(gateway, edge.raised())
    newer, older = await items(admin, "alarms")
    assert (newer["raises"], older["id"], older["state"]) == (1, alarm["id"], "normal")


async def test_the_value_is_that_of_the_raise_and_a_state_has_its_word(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    fire = edge.raised("fire-panel", FIRE, "l1d001", value=1.0, point="fire-panel.l1d001.fire")
    back = AlarmUpdated(rule="fire", detection=Detection.LATCHED, value=0.0)
    await send(gateway, fire, edge.event(back, "fire-panel", "l1d001", lane=Lane.LIFE))
    (alarm,) = await items(admin, "alarms")
    assert (alarm["detection"], alarm["value"]) == ("latched", 1.0)
    assert alarm["value_name"] == {"zh": "是", "en": "Yes"}
    assert alarm["place"] == "b1"


async def test_an_alarm_of_a_fire_zone_has_the_zones_place_and_name(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE, "z1"))
    (alarm,) = await items(admin, "alarms")
    assert (alarm["place"], alarm["equipment_name"]["zh"]) == ("b1", "消防主机 地下一层")
    assert alarm["equipment_name"]["en"] == "Fire panel B1"


async def test_a_lost_line_names_its_place_and_what_is_behind_it(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    lost = AlarmRaised(rule="line_lost", priority=Priority.HIGH, alarm_class=AlarmClass.COMMUNICATION)
    await send(gateway, edge.event(lost, GATEWAY, "plant"))
    (alarm,) = await items(admin, "alarms")
    assert alarm["affects"] == ["fire-panel", "pump-1", "pump-2"]
    assert (alarm["place"], alarm["equipment_name"]["en"]) == ("b1", f"Line plant ({GATEWAY})")


@pytest.mark.parametrize(
    ("role", "fire", "pump", "listed"),
    [
        (Role.GUARD, 403, 403, 200),
        (Role.ENGINEER, 403, 200, 200),
        (Role.FIRE_OPERATOR, 200, 403, 200),
        (Role.ADMIN, 200, 200, 200),
    ],
)
async def test_an_alarm_is_answered_by_its_posts(
    house: House, gateway: httpx.AsyncClient, edge: Edge, role: Role, fire: int, pump: int, listed: int
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d001"), edge.raised(), edge.raised(rule=HOT))
    async with house.client(await house.token(role)) as who:
        ids = {alarm["rule"]: alarm["id"] for alarm in await items(who, "alarms")}
        for rule, status in (("fire", fire), ("dry_run", pump), ("motor_hot", listed)):
            answer = await who.post(f"/api/v1/alarms/{ids[rule]}/acknowledge")
            assert answer.status_code == status, (rule, answer.text)
            assert status == 200 or "无权接警" in answer.json()["detail"]


@pytest.mark.parametrize("hidden", ["a\0b", "a\x1b[31m", "\x9b"])
async def test_control_characters_are_refused_and_lines_are_not(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge, hidden: str
) -> None:
    await send(gateway, edge.raised())
    (alarm,) = await items(admin, "alarms")
    path = f"/api/v1/alarms/{alarm['id']}"
    for end, body in (("acknowledge", {"comment": hidden}), ("reset", {"reason": hidden})):
        refused = await admin.post(f"{path}/{end}", json=body)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unprocessable")
    assert (await admin.get("/api/v1/alarms", params={"rule": hidden})).status_code == 422
    assert (await admin.post(f"{path}/acknowledge", json={"comment": "一\n二"})).status_code == 200


async def test_a_real_alarm_is_never_taken_for_the_drill_before_it(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d001", drill=True))
    await send(gateway, edge.cleared("fire-panel", FIRE, "l1d001"), edge.raised("fire-panel", FIRE, "l1d001"))
    real, drill = await items(admin, "alarms")
    assert ((real["drill"], real["state"]), drill["drill"]) == ((False, "unacknowledged"), True)
