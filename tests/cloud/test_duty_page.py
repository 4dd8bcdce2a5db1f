"""What is acknowledged at a gateway's local duty page arrives here; what is acknowledged here goes down to the page."""

from __future__ import annotations

import httpx

from facility.clock import NS, iso
from facility.event import AlarmAcknowledged, Event, Lane
from tests.cloud.building import FIRE, GATEWAY, Edge, inventory
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items

BURNING = ("fire-panel", FIRE, "l1d001")


def acknowledged(edge: Edge, raised: Event, by: str, after: int = NS) -> Event:
    """Somebody saw it at the page, so long after its raise."""
    data = AlarmAcknowledged(rule=FIRE.id, by=by, raised_at=raised.at)
    at = raised.at + after
    return edge.event(data, raised.equipment, raised.instance, lane=Lane.LIFE, at=at, recorded_at=at)


async def test_who_and_when_at_the_page_stand_in_the_alarm(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    now = edge.clock.now()
    raised = edge.raised(*BURNING, at=now - 600 * NS, recorded_at=now - 600 * NS)
    first = acknowledged(edge, raised, "李伟", 5 * NS)
    assert await send(gateway, raised, first, acknowledged(edge, raised, "王芳", 9 * NS)) == ["accepted"] * 3
    (alarm,) = await items(admin, "alarms")
    response = alarm["response"]
    assert (response["acknowledged_by"], response["acknowledged_at"]) == ("李伟", iso(first.at))
    history = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()["history"]
    assert [(s["kind"], s["by"], s["at"]) for s in history if s["by"] != GATEWAY] == [
        ("acknowledged", "李伟", iso(first.at)),
        ("commented", "王芳", iso(raised.at + 9 * NS)),
    ]
    assert (alarm["response"]["sounding"], alarm["state"]) == (False, "acknowledged")


async def test_of_an_alarm_that_is_over_and_of_an_earlier_raise(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    first = edge.raised(*BURNING)
    late = acknowledged(edge, first, "李伟", 0)
    second = edge.raised(*BURNING, at=first.at + 2 * NS)
    await send(gateway, first, edge.cleared(*BURNING), second, late)
    (alarm,) = await items(admin, "alarms")
    assert alarm["response"]["acknowledged_at"] is None
    await send(gateway, edge.cleared(*BURNING), acknowledged(edge, second, "王芳", 2 * NS))
    (alarm,) = await items(admin, "alarms")
    assert (alarm["detection"], alarm["response"]["acknowledged_by"]) == ("cleared", "王芳")


async def test_a_gateway_with_a_page_learns_what_is_acknowledged_here(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    path, asked = f"/api/v1/gateways/{GATEWAY}/inventory", f"gateways/{GATEWAY}/instructions?after=0"
    await send(gateway, edge.raised(*BURNING))
    (alarm,) = await items(admin, "alarms")
    assert (await admin.post(f"/api/v1/alarms/{alarm['id']}/acknowledge")).status_code == 200
    assert await items(gateway, asked) == []
    body = inventory(duty_page=True).body.encode()
    assert (await gateway.put(path, content=body)).is_success
    await send(gateway, edge.raised("fire-panel", FIRE, "l1d002"))
    (other,) = [a for a in await items(admin, "alarms") if a["instance"] == "l1d002"]
    answer = await admin.post(f"/api/v1/alarms/{other['id']}/acknowledge")
    assert answer.status_code == 200
    (given,) = await items(gateway, asked)
    assert (given["target"], given["arguments"]["kind"], given["arguments"]["rule"]) == (
        "fire-panel.l1d002",
        "alarm.acknowledged",
        "fire",
    )
    assert given["arguments"]["by"] == answer.json()["response"]["acknowledged_by"]
