from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloud.permissions import Role
from facility.alarm import Detection
from facility.clock import NS, SystemClock
from facility.event import InstructionResult
from tests.cloud.building import FIRE, GATEWAY, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

PATH = f"/api/v1/gateways/{GATEWAY}/instructions"
DRILL = {"kind": "drill", "zone": "z1", "on": True}
RESET_FIRE = {"kind": "alarm.reset", "rule": "fire"}
RESET_PUMP = {"kind": "alarm.reset", "rule": "dry_run"}
TEST = {"kind": "test_mode", "until": None}
SETTINGS = {"kind": "settings", "version": 1, "overlay": "version: 1\n"}


def out_of_service(rule: str, *, on: bool = True, hours: int = 1) -> dict[str, Any]:
    return {"kind": "out_of_service", "rule": rule, "until": SystemClock().now() + hours * 3600 * NS if on else None}


def order(arguments: dict[str, Any], target: str = "") -> dict[str, Any]:
    return {"target": target, "arguments": arguments, "reason": "年度消防演练"}


GIVEN: dict[str, tuple[dict[str, Any], str, set[Role]]] = {
    "drill": (DRILL, "", {Role.FIRE_OPERATOR, Role.MANAGER, Role.ADMIN}),
    "reset a fire": (RESET_FIRE, "fire-panel.l1d001", {Role.FIRE_OPERATOR, Role.ADMIN}),
    "reset a pump": (RESET_PUMP, "pump-1", {Role.ENGINEER, Role.ADMIN}),
    "fire back": (out_of_service("fire", on=False), "fire-panel", {Role.FIRE_OPERATOR, Role.MANAGER, Role.ADMIN}),
    "pump out": (out_of_service("dry_run"), "pump-1", {Role.ENGINEER, Role.MANAGER, Role.ADMIN}),
    "test the panel": (TEST, "fire-panel", {Role.FIRE_OPERATOR, Role.ADMIN}),
    "test a pump": (TEST, "pump-1", {Role.ENGINEER, Role.ADMIN}),
    "settings": (SETTINGS, "", {Role.ENGINEER, Role.ADMIN}),
}
"""What is given → its arguments, its target, who may."""


async def test_the_post_of_what_it_touches_gives_it(house: House, gateway: httpx.AsyncClient) -> None:
    done: dict[str, set[Role]] = {name: set() for name in GIVEN}
    for role in Role:
        async with house.client(await house.token(role)) as person:
            for name, (arguments, target, _) in GIVEN.items():
                answer = await person.post(PATH, json=order(arguments, target))
                assert answer.status_code in (201, 403), answer.text
                if answer.status_code == 201:
                    done[name].add(role)
                else:
                    assert answer.headers["content-type"] == "application/problem+json"
    assert done == {name: may for name, (_, _, may) in GIVEN.items()}
    waiting = await items(gateway, f"gateways/{GATEWAY}/instructions?after=0")
    assert len(waiting) == sum(map(len, done.values()))


NEVER: dict[str, tuple[dict[str, Any], str, int, str]] = {
    "fire out": (out_of_service("fire"), "fire-panel.l1d001", 409, "permit"),
    "all fires out": (out_of_service("fire"), "fire-panel", 409, "permit"),
    "effect out": (out_of_service("linkage_missing"), "pump-1.flow", 409, "permit"),
    "pump out for years": (out_of_service("dry_run", hours=31 * 24), "pump-1", 422, "at most 30 days"),
    "acknowledged behind its back": ({"kind": "alarm.acknowledged", "rule": "fire", "at": 1, "by": "x"},
                                     "fire-panel.l1d001", 409, "the alarm itself"),
    "confirmed behind its back": ({"kind": "alarm.confirmed", "rule": "fire", "outcome": "drill"},
                                  "fire-panel.l1d001", 409, "the alarm itself"),
    "panel in test for days": (TEST | {"until": SystemClock().now() + 25 * 3600 * NS}, "fire-panel", 422, "24 h"),
}  # fmt: skip
"""What nobody gives → its arguments, its target, the answer."""


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_life_safety_goes_out_by_a_permit_alone(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    for name, (arguments, target, status, says) in NEVER.items():
        answer = await admin.post(PATH, json=order(arguments, target))
        assert (answer.status_code, says in answer.json()["detail"]) == (status, True), (name, answer.text)
    test = TEST | {"until": SystemClock().now() + 3600 * NS}
    assert (await admin.post(PATH, json=order(test, "fire-panel"))).status_code == 201
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d001"))
    never: list[tuple[dict[str, Any], str]] = [(test, "fire-panel"), (DRILL, "")]
    for what, target in never:
        answer = await admin.post(PATH, json=order(what, target))
        assert (answer.status_code, "stands" in answer.json()["detail"]) == (409, True), answer.text
    assert (await admin.post(PATH, json=order(RESET_FIRE, "fire-panel"))).status_code == 201
    (fire,) = await items(admin, "alarms?rule=fire")
    last = (await admin.get(f"/api/v1/alarms/{fire['id']}")).json()["history"][-1]
    assert (last["kind"], last["by"], last["detail"]) == ("reset_asked", "test-admin", "年度消防演练")
    still: list[tuple[dict[str, Any], str]] = [(TEST, "fire-panel"), (DRILL | {"on": False}, ""), (test, "pump-1")]
    for what, target in still:
        assert (await admin.post(PATH, json=order(what, target))).status_code == 201
    assert (await admin.post(f"/api/v1/alarms/{fire['id']}/acknowledge")).status_code == 200
    assert (await admin.post(PATH, json=order(DRILL, ""))).status_code == 409
    await send(gateway, edge.updated(Detection.LATCHED, "fire-panel", FIRE, instance="l1d001"))
    assert (await admin.post(PATH, json=order(DRILL, ""))).status_code == 201, "over and seen, only its reset is due"


async def test_people_read_what_came_of_each(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    given = [(await admin.post(PATH, json=order(DRILL))).json() for _ in range(3)]
    over = (await admin.post(PATH, json=order(DRILL) | {"expires_in": 0.001})).json()
    answers = [("done", ""), ("refused", "a drill is on in z1 already")]
    for one, (outcome, why) in zip(given, answers, strict=False):
        said = InstructionResult.model_validate({"instruction": one["id"], "outcome": outcome, "why": why})
        await send(gateway, edge.event(said))
    listed = await items(admin, f"gateways/{GATEWAY}/instructions")
    assert [(i["id"], i["state"], i["why"]) for i in listed] == [
        (over["id"], "unanswered", ""),
        (given[2]["id"], "waiting", ""),
        (given[1]["id"], "refused", "a drill is on in z1 already"),
        (given[0]["id"], "done", ""),
    ]
    assert listed[3]["arguments"] == DRILL | {"at_once": False}
    assert (listed[3]["kind"], listed[3]["by"], listed[3]["reason"]) == ("drill", "test-admin", "年度消防演练")
    assert listed[3]["answered_at"].endswith("Z")
    first = (await admin.get(PATH, params={"limit": 3})).json()
    rest = (await admin.get(PATH, params={"limit": 3, "cursor": first["next"]})).json()
    assert [i["seq"] for i in first["items"] + rest["items"]] == [4, 3, 2, 1]
    actions = [line["action"] for line in await items(admin, "audit")]
    assert (actions.count("instruction.give"), actions.count("instruction.answer")) == (4, 2)


async def test_the_gateway_reads_only_its_own_and_a_stranger_none(house: House, gateway: httpx.AsyncClient) -> None:
    async with house.client(await house.gateway(id="riverside-2")) as other:
        assert (await other.get(PATH)).status_code == 403
    async with house.client(await house.token(Role.CONTRACTOR)) as contractor:
        assert (await contractor.get(PATH)).status_code == 403
    async with house.client(await house.token(Role.VIEWER, "elsewhere")) as viewer:
        assert (await viewer.get(PATH)).status_code == 404
    async with house.client() as nobody:
        assert (await nobody.get(PATH)).status_code == 401
