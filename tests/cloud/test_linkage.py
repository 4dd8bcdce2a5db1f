from __future__ import annotations

from typing import Any

import httpx

from cloud.permissions import Role
from facility.alarm import AlarmClass, Priority
from facility.clock import NS, from_iso
from facility.event import AlarmRaised, Event, Lane
from facility.linkage import (
    MISSING_RULE,
    AwaitedEffect,
    EffectKind,
    LinkageClosed,
    LinkageConfirmed,
    LinkageMarked,
    LinkageMissing,
    LinkageOpened,
    LinkageSeen,
)
from tests.cloud.building import Edge, text
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

EFFECTS = tuple(
    AwaitedEffect(id=id, kind=kind, name=text(id, id), point=f"pump-1.{id}", state="on", within=within)
    for id, kind, within in (
        ("door", EffectKind.DOORS_RELEASED, 10.0),
        ("gate", EffectKind.COURTYARD_GATE_OPEN, 20.0),
        ("pump", EffectKind.FIRE_PUMP, 60.0),
    )
)


class Fire:
    """A fire as the edge tells it; times in seconds from its opening."""

    def __init__(self, edge: Edge, *, drill: bool = False, opened: int | None = None) -> None:
        self.edge = edge
        self.opened = edge.clock.now() - 100 * NS if opened is None else opened
        self.drill = drill

    def event(self, after: float, data: type[Any], *, equipment: str = "", instance: str = "", **told: Any) -> Event:
        found = data(zone="z1", opened=self.opened, drill=self.drill, **told)
        return self.edge.event(found, equipment, instance, lane=Lane.LIFE, at=self.opened + round(after * NS))


async def test_the_checklist_of_a_fire_from_first_to_last(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    fire = Fire(edge)
    await send(
        gateway,
        fire.event(0, LinkageOpened, effects=EFFECTS, equipment="fire-panel", instance="l1d001"),
        fire.event(5, LinkageSeen, effect="gate"),
        fire.event(6, LinkageSeen, effect="pump"),
    )
    (one,) = await items(admin, "linkage?open=true")
    assert (one["state"], one["zone"], one["zone_name"]["zh"]) == ("open", "z1", "地下一层")
    assert (one["equipment"], one["instance"]) == ("fire-panel", "l1d001")
    assert [e["state"] for e in one["effects"]] == ["expected", "seen", "seen"]
    await send(
        gateway,
        fire.event(20, LinkageConfirmed, by="addresses", seen={"gate": -15.0}),
        fire.event(31, LinkageMissing, effect="door", within=10.0, known=False),
    )
    one = (await admin.get(f"/api/v1/linkage/{one['id']}")).json()
    assert (one["state"], one["confirmed_by"], one["seen"], one["missing"], one["awaited"]) == (
        "confirmed", "addresses", 1, 1, 1,
    )  # fmt: skip
    door, gate, pump = one["effects"]
    assert from_iso(one["confirmed_at"]) // 10**6 == (fire.opened + 20 * NS) // 10**6
    assert (door["state"], door["known"]) == ("missing", False)
    assert (gate["state"], gate["seconds"]) == ("seen", -15.0)
    assert (pump["state"], pump["seen_at"]) == ("awaited", None), "it went again before the confirmation"
    assert from_iso(pump["due_at"]) // 10**6 == (fire.opened + 80 * NS) // 10**6
    await send(
        gateway,
        fire.event(40, LinkageSeen, effect="door", seconds=20.0),
        fire.event(50, LinkageClosed, reason="panel_reset"),
    )
    (one,) = await items(admin, "linkage?open=false&zone=z1&drill=false")
    assert (one["state"], one["close_reason"]) == ("closed", "panel_reset")
    assert [e["state"] for e in one["effects"]] == ["late", "seen", "not_awaited"]
    assert await items(admin, "linkage?open=true") == []


async def test_a_drill_is_marked_until_people_say_otherwise(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    drill = Fire(edge, drill=True)
    await send(gateway, drill.event(0, LinkageOpened, effects=EFFECTS))
    assert [one["drill"] for one in await items(admin, "linkage?drill=true")] == [True]
    drill.drill = False
    await send(gateway, drill.event(3, LinkageMarked))
    assert await items(admin, "linkage?drill=true") == []


async def test_a_checklist_whose_opening_was_lost_is_kept_all_the_same(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    fire = Fire(edge)
    await send(gateway, fire.event(9, LinkageConfirmed, by="call_point", seen={}))
    (one,) = await items(admin, "linkage")
    assert (one["state"], one["effects"]) == ("confirmed", [])


async def test_pages_and_roles(house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge) -> None:
    now = edge.clock.now()
    fires = [Fire(edge, opened=now - n * NS) for n in range(5)]
    await send(gateway, *(fire.event(0, LinkageOpened, effects=EFFECTS) for fire in fires))
    first = (await admin.get("/api/v1/linkage", params={"limit": 3})).json()
    rest = (await admin.get("/api/v1/linkage", params={"limit": 3, "cursor": first["next"]})).json()
    found = [from_iso(one["opened_at"]) // 10**6 for one in first["items"] + rest["items"]]
    assert found == [fire.opened // 10**6 for fire in fires]
    async with house.client(await house.token(Role.VIEWER, "elsewhere")) as other:
        assert await items(other, "linkage") == []
        assert (await other.get(f"/api/v1/linkage/{first['items'][0]['id']}")).status_code == 404
    async with house.client(await house.token(Role.CONTRACTOR)) as contractor:
        assert (await contractor.get("/api/v1/linkage")).status_code == 403


async def test_the_alarm_of_a_missing_effect_says_what_and_where(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    data = AlarmRaised(rule=MISSING_RULE, priority=Priority.HIGH, alarm_class=AlarmClass.LIFE_SAFETY, drill=True)
    await send(
        gateway,
        edge.event(data, "fire-panel", "l1d002.fire", lane=Lane.LIFE),
        edge.event(data, "pump-1", "flow", lane=Lane.LIFE),
    )
    found = {alarm["equipment"]: alarm for alarm in await items(admin, "alarms?state=active")}
    assert found["fire-panel"]["equipment_name"]["zh"] == "消防主机 烟感 l1d002"
    assert found["pump-1"]["equipment_name"]["zh"] == "1号泵 流量"
    assert found["pump-1"]["name"] == {"zh": "火灾联动未到位", "en": "Missing in a fire"}
    assert (found["pump-1"]["drill"], found["pump-1"]["work_order"]) == (True, None)
