"""Out of service by permit: of life safety by two people or the head, over at its time, what the gateway is told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from facility.alarm import Detection
from facility.clock import NS, ManualClock, SystemClock, iso
from facility.event import InstructionResult
from tests.cloud.building import FIRE, GATEWAY, SITE, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

PATH = "/api/v1/permits"
HOUR = 3600


def asked(equipment: str, rule: str, seconds: float = HOUR, instance: str = "") -> dict[str, Any]:
    until = iso(SystemClock().now() + round(seconds * NS))
    own = {"site": SITE, "equipment": equipment, "rule": rule, "until": until, "reason": "三层动火,王强现场看护"}
    return own | ({"instance": instance} if instance else {})


async def told(gateway: httpx.AsyncClient) -> list[tuple[str, bool]]:
    """What waits for the gateway: (target, out of service rather than back)."""
    waiting = await items(gateway, f"gateways/{GATEWAY}/instructions?after=0")
    return [(each["target"], each["arguments"]["until"] is not None) for each in waiting]


async def test_a_detector_goes_out_of_service_by_two(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    body = asked("fire-panel", "fire", instance="l1d001")
    async with (
        await house.person(Role.FIRE_OPERATOR) as operator,
        await house.person(Role.MANAGER) as head,
        house.client(await house.token(Role.ENGINEER)) as engineer,
    ):
        assert (await engineer.post(PATH, json=body)).status_code == 403
        mine = (await operator.post(PATH, json=body)).json()
        assert (mine["state"], mine["life_safety"], mine["allowed_by"], mine["answer"]) == ("asked", True, None, None)
        assert await told(gateway) == []
        assert (await operator.post(PATH, json=body)).status_code == 409, "one permit a rule"
        alone = await operator.post(f"{PATH}/{mine['id']}/allow")
        assert alone.status_code == 409
        assert "somebody else" in alone.json()["detail"]
        allowed = (await head.post(f"{PATH}/{mine['id']}/allow")).json()
        assert (allowed["state"], allowed["allowed_by"], allowed["answer"]) == (
            "in_force",
            "test-manager-person",
            "waiting",
        )
        assert await told(gateway) == [("fire-panel.l1d001", True)]
        (given,) = await items(gateway, f"gateways/{GATEWAY}/instructions?after=0")
        done = InstructionResult.model_validate({"instruction": given["id"], "outcome": "done", "why": ""})
        await send(gateway, edge.event(done))
        (listed,) = await items(operator, "permits?open=true")
        assert (listed["answer"], listed["equipment_name"]["en"]) == ("done", "Fire panel")
        ended = (await operator.post(f"{PATH}/{mine['id']}/end")).json()
        assert (ended["state"], ended["ended_by"]) == ("ended", "test-fire_operator-person")
        assert await told(gateway) == [("fire-panel.l1d001", False)], "one person puts it back"
        assert await items(operator, "permits?open=true") == []
        actions = {line["action"] for line in await items(admin, "audit") if line["target"] == mine["id"]}
        assert actions == {"permit.ask", "permit.allow", "permit.end"}


async def test_the_head_alone_and_what_is_no_life_safety_at_once(house: House, gateway: httpx.AsyncClient) -> None:
    async with (
        await house.person(Role.MANAGER) as head,
        house.client(await house.token(Role.ENGINEER)) as engineer,
        await house.person(Role.FIRE_OPERATOR) as operator,
    ):
        assert (await head.post(PATH, json=asked("fire-panel", "fire"))).json()["state"] == "in_force"
        assert (await engineer.post(PATH, json=asked("pump-1", "dry_run"))).json()["allowed_by"] == "test-engineer"
        assert await told(gateway) == [("fire-panel", True), ("pump-1", True)]
        once = (await operator.post(PATH, json=asked("fire-panel", "fire", instance="l1d002"))).json()
        refused = (await head.post(f"{PATH}/{once['id']}/refuse", json={"why": "未设看护"})).json()
        assert (refused["state"], refused["refused_why"]) == ("refused", "未设看护")
        assert (await head.post(f"{PATH}/{once['id']}/allow")).status_code == 409


async def test_no_permit_quiets_a_fire_that_stands(house: House, gateway: httpx.AsyncClient, edge: Edge) -> None:
    async with (
        await house.person(Role.FIRE_OPERATOR) as operator,
        await house.person(Role.MANAGER) as head,
    ):
        before = (await operator.post(PATH, json=asked("fire-panel", "fire", instance="l1d001"))).json()
        await send(gateway, edge.raised("fire-panel", FIRE, "l1d001"))
        refused = await head.post(f"{PATH}/{before['id']}/allow")
        assert (refused.status_code, "verify, reset and close" in refused.json()["detail"]) == (409, True)
        assert (await head.post(PATH, json=asked("fire-panel", "fire"))).status_code == 409, "nor for all addresses"
        other = await head.post(PATH, json=asked("fire-panel", "fire", instance="l1d002"))
        assert other.json()["state"] == "in_force"
        assert await told(gateway) == [("fire-panel.l1d002", True)]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_no_machine_takes_life_safety_out(house: House, gateway: httpx.AsyncClient) -> None:
    body = asked("fire-panel", "fire")
    async with await house.person(Role.FIRE_OPERATOR) as operator, house.client(await house.token(Role.ADMIN)) as token:
        refused = await token.post(PATH, json=body)
        assert (refused.status_code, "token" in refused.json()["detail"]) == (403, True)
        mine = (await operator.post(PATH, json=body)).json()
        assert (await token.post(f"{PATH}/{mine['id']}/allow")).status_code == 403, "nor is it the second person"
        assert (await token.post(PATH, json=asked("pump-1", "dry_run"))).json()["state"] == "in_force"
        assert await told(gateway) == [("pump-1", True)]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_history_names_who_took_it_out_and_the_permit(
    house: House, gateway: httpx.AsyncClient, edge: Edge
) -> None:
    async with await house.person(Role.FIRE_OPERATOR) as operator, await house.person(Role.MANAGER) as head:
        mine = (await operator.post(PATH, json=asked("fire-panel", "fire", instance="l1d001"))).json()
        await head.post(f"{PATH}/{mine['id']}/allow")
        out = Detection.OUT_OF_SERVICE
        await send(
            gateway,
            edge.raised("fire-panel", FIRE, "l1d001", detection=out),
            edge.raised("fire-panel", FIRE, "l1d002", detection=out),
        )
        found = {alarm["instance"]: alarm for alarm in await items(head, "alarms?rule=fire")}
        history = (await head.get(f"/api/v1/alarms/{found['l1d001']['id']}")).json()["history"]
        (said,) = [step for step in history if step["kind"] == "out_of_service"]
        assert said["by"] == "test-manager-person"
        names = "(test-fire_operator-person, test-manager-person)"
        assert said["detail"] == f"{mine['until']}: permit:{mine['id']}: 三层动火,王强现场看护 {names}"
        other = (await head.get(f"/api/v1/alarms/{found['l1d002']['id']}")).json()["history"]
        assert [step["kind"] for step in other] == ["raised"], "nobody's permit"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_a_permit_has_an_end_and_names_what_there_is(house: House, gateway: httpx.AsyncClient) -> None:
    wrong = [
        (asked("fire-panel", "fire", 25 * HOUR), 422, "at most 24 h"),
        (asked("pump-1", "dry_run", 31 * 24 * HOUR), 422, "at most 30 days"),
        (asked("pump-1", "dry_run", -1), 422, "lies ahead"),
        (asked("pump-1", "burning"), 422, "dry_run, low_pressure, motor_hot"),
        (asked("pump-77", "dry_run"), 404, "no equipment 'pump-77'"),
        (asked("pump-1", "dry_run") | {"reason": ""}, 422, "reason"),
        (asked("pump-1", "dry_run") | {"reason": "  "}, 422, "reason"),
    ]
    async with await house.person(Role.ADMIN) as admin:
        for body, status, says in wrong:
            answer = await admin.post(PATH, json=body)
            assert (answer.status_code, says in answer.json()["detail"]) == (status, True), answer.text
        assert await told(gateway) == []
        clock = ManualClock(wall=SystemClock().now())
        house.app.state.clock = clock
        short = (await admin.post(PATH, json=asked("pump-1", "dry_run"))).json()
        clock.wall += (HOUR + 1) * NS
        assert [(each["id"], each["state"]) for each in await items(admin, "permits")] == [(short["id"], "over")]
        assert (await admin.post(f"{PATH}/{short['id']}/end")).status_code == 409
