from __future__ import annotations

import stat

import httpx

from cloud.presence import Watch, went
from facility.clock import NS, ManualClock
from facility.event import GatewayStarted
from tests.cloud.building import GATEWAY, SITE, Edge, inventory, panel, pump
from tests.cloud.conftest import House
from tests.cloud.test_ingest import send
from tests.cloud.waiting import items


async def test_registering_shows_the_token_once_and_keeps_only_its_hash(house: House, admin: httpx.AsyncClient) -> None:
    body = {"site": SITE, "id": "riverside-9"}
    made = await admin.post("/api/v1/gateways", json=body)
    assert made.status_code == 201
    token, key = made.json()["token"], made.json()["card_key"]
    assert (await admin.post("/api/v1/gateways", json=body)).status_code == 409
    renewed = (await admin.post("/api/v1/gateways", json=body | {"renew": True})).json()
    assert renewed["token"] != token
    assert renewed["card_key"] == key
    async with house.client(token) as old, house.client(renewed["token"]) as new:
        assert (await old.get("/api/v1/gateways/riverside-9/instructions")).status_code == 401
        assert (await new.get("/api/v1/gateways/riverside-9/instructions")).status_code == 200
    path = house.settings.data / "card-keys" / SITE
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for file in house.settings.data.glob("cloud.sqlite*"):
        assert renewed["token"].encode() not in file.read_bytes()
        assert key.encode() not in file.read_bytes()


async def test_the_inventory_becomes_sites_equipment_and_points(
    gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    (site,) = await items(admin, "sites")
    assert site["name"] == {"zh": "滨江花园", "en": "Riverside Garden"}
    assert [place["id"] for place in site["places"]] == ["tower-a", "b1"]
    assert site["systems"] == ["fire", "water"]
    assert [e["id"] for e in await items(admin, "equipment")] == ["fire-panel", "pump-1", "pump-2"]
    assert [e["id"] for e in await items(admin, "equipment?system=water&limit=1")] == ["pump-1"]
    detail = (await admin.get("/api/v1/equipment/pump-1")).json()
    assert [rule["id"] for rule in detail["rules"]] == ["dry_run", "low_pressure", "motor_hot"]
    points = await items(admin, "equipment/pump-1/points")
    assert next((p["id"], p["unit"], p["value"], p["quality"]) for p in points) == ("pump-1.flow", "m3/h", None, "bad")
    assert (await admin.get("/api/v1/equipment/nothing")).status_code == 404
    (shown,) = await items(admin, "gateways")
    assert (shown["id"], shown["inventory"]) == (GATEWAY, inventory().revision)


async def test_an_edited_inventory_changes_the_read_model(gateway: httpx.AsyncClient, admin: httpx.AsyncClient) -> None:
    path = f"/api/v1/gateways/{GATEWAY}/inventory"
    edited = inventory(equipment=(pump("pump-1"), pump("pump-3")))
    taken = (await gateway.put(path, content=edited.body.encode(), params={"revision": edited.revision})).json()
    assert sorted(taken["changed"]) == ["fire-panel", "pump-2", "pump-3"]
    assert [e["id"] for e in await items(admin, "equipment")] == ["pump-1", "pump-3"]
    back = (await gateway.put(path, content=inventory().body.encode())).json()
    assert sorted(back["changed"]) == ["fire-panel", "pump-2", "pump-3"]
    assert [e["id"] for e in await items(admin, "equipment")] == ["fire-panel", "pump-1", "pump-2"]


async def test_equipment_of_another_gateway_is_refused_and_both_are_named(
    house: House, gateway: httpx.AsyncClient
) -> None:
    thief = inventory(gateway="riverside-2", equipment=(pump("pump-1"), panel("panel-2")))
    async with house.client(await house.gateway(id="riverside-2")) as client:
        answer = await client.put("/api/v1/gateways/riverside-2/inventory", content=thief.body.encode())
    assert answer.status_code == 409
    assert "pump-1 belongs to riverside-1" in answer.json()["detail"]
    assert "riverside-2" in answer.json()["detail"]


async def test_a_wrong_inventory_says_what_is_wrong(gateway: httpx.AsyncClient) -> None:
    path = f"/api/v1/gateways/{GATEWAY}/inventory"
    for body, status, says in (
        (b"{}", 422, "mistakes"),
        (b"no", 422, "mistakes"),
        (inventory(gateway="other").body.encode(), 403, "other"),
    ):
        answer = await gateway.put(path, content=body)
        assert answer.status_code == status
        assert says in answer.json()["detail"]
    altered = await gateway.put(path, content=inventory().body.encode(), params={"revision": "0" * 16})
    assert (altered.status_code, "altered" in altered.json()["detail"]) == (422, True)
    assert (await gateway.put(path, content=b"x" * 17_000_000)).status_code == 413


async def test_a_silent_gateway_is_one_alarm_that_ends_when_it_is_heard(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.event(GatewayStarted(version="1.2.3", clean=True)))
    (shown,) = await items(admin, "gateways")
    assert (shown["online"], shown["version"]) == (True, "1.2.3")
    clock = ManualClock(edge.clock.now())
    watch = Watch(house.database, house.app.state.latest, clock)
    clock.advance(31)
    await watch.look()
    assert await items(admin, "alarms") == []
    clock.advance(3)
    for _ in range(3):
        await watch.look()
    (alarm,) = await items(admin, "alarms?state=active")
    assert (alarm["rule"], alarm["equipment"], alarm["detected_by"]) == ("gateway_lost", GATEWAY, "cloud")
    assert (await items(admin, "gateways"))[0]["online"] is False
    (flow, *_) = await items(admin, "equipment/pump-1/points")
    assert (flow["value"], flow["quality"], flow["reason"]) == (None, "bad", "gateway")
    await send(gateway, edge.raised())
    assert [a["rule"] for a in await items(admin, "alarms?state=active")] == ["dry_run"]


async def test_a_gateway_heard_in_the_meantime_is_not_lost(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient, edge: Edge
) -> None:
    await send(gateway, edge.raised())
    before = edge.clock.now() - 60 * NS
    await house.database.write(lambda c: went(c, SITE, GATEWAY, silent_since=before, now=edge.clock.now()))
    assert [a["rule"] for a in await items(admin, "alarms")] == ["dry_run"]
