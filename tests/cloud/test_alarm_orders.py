"""An alarm whose rule makes no order gets one by hand: linked to it, once, and told of its end."""

from __future__ import annotations

import httpx

from cloud.permissions import Role
from tests.cloud.building import HOT, Edge
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items


async def test_an_order_from_an_alarm_is_linked_and_there_is_one(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised("pump-1", HOT))
    (alarm,) = await items(admin, "alarms")
    assert alarm["work_order"] is None
    path, body = (
        f"/api/v1/alarms/{alarm['id']}/work-order",
        {"class": "urgent", "trade": "electrical", "note": "带测温枪"},
    )
    async with house.client(await house.token(Role.FIRE_OPERATOR)) as operator:
        assert (await operator.post(path, json=body)).status_code == 403
    made = await admin.post(path, json=body)
    assert made.status_code == 201, made.text
    order = made.json()
    assert (order["class"], order["equipment"]) == ("urgent", "pump-1")
    assert order["title"]["zh"].endswith("电机过热,带测温枪")
    assert [each["ref"] for each in order["evidence"]] == [alarm["id"]]
    detail = (await admin.get(f"/api/v1/alarms/{alarm['id']}")).json()
    assert detail["work_order"] == order["id"]
    assert detail["history"][-1]["kind"] == "ordered"
    assert (await admin.post(path, json=body)).status_code == 409
    await send(gateway, edge.cleared("pump-1", HOT))
    found = (await admin.get(f"/api/v1/work-orders/{order['id']}")).json()
    assert "alarm.cleared" in {each["kind"] for each in found["evidence"]}
