"""A manned post whose screens are silent is an alarm to the shift leader; sound tests are logged and stay."""

from __future__ import annotations

import httpx
from sqlalchemy import Connection, select

from cloud.duty_stations.store import stations
from cloud.duty_stations.watching import ARMED_FOR, KIND, LATE, look
from cloud.notices.tables import NOTICE
from cloud.permissions import Role
from cloud.timers.store import Timer
from cloud.timers.tables import TIMER
from facility.clock import NS, SystemClock, iso
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.waiting import items

REF = f"{SITE}/control_room"


async def enrolled(admin: httpx.AsyncClient, name: str = "左屏") -> str:
    answer = await admin.post("/api/v1/duty-stations", json={"site": SITE, "post": "control_room", "name": name})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


async def beat(admin: httpx.AsyncClient, id: str, *, armed: bool) -> int:
    return (await admin.post(f"/api/v1/duty-stations/{id}/beat", json={"armed": armed})).status_code


async def due(house: House, *, late: int = 0) -> int:
    """Let the post's timer come, `late` after its time; when that was."""

    def work(connection: Connection) -> int:
        at = connection.execute(select(TIMER.c.due_at).where(TIMER.c.kind == KIND, TIMER.c.ref == REF)).scalar_one()
        look(connection, Timer(KIND, REF, at), at + late)
        return int(at)

    return await house.database.write(work)


async def lost(admin: httpx.AsyncClient) -> list[dict[str, object]]:
    return [a for a in await items(admin, "alarms?open=true") if a["rule"] == "duty_station_lost"]


async def test_none_armed_for_a_minute_is_one_alarm_to_the_shift_leader_until_one_arms(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    first, second = await enrolled(admin, "左屏"), await enrolled(admin, "右屏")
    assert await beat(admin, first, armed=True) == 204
    assert await beat(admin, second, armed=False) == 204
    listed = await items(admin, f"duty-stations?site={SITE}")
    assert {each["name"]: each["armed"] for each in listed} == {"左屏": True, "右屏": False}
    await due(house)
    (alarm,) = await lost(admin)
    assert (alarm["equipment"], alarm["equipment_name"], alarm["priority"]) == (
        "control_room",
        {"zh": "消防控制室", "en": "Control room"},
        2,
    )
    assert "左屏" in str(alarm["says"])
    told = await house.database.read(lambda c: c.execute(select(NOTICE.c.posts)).scalars().all())
    assert told == ['["shift_leader"]']
    assert await beat(admin, second, armed=True) == 204
    (alarm,) = await lost(admin)
    assert alarm["detection"] == "cleared"


async def test_a_cloud_that_was_away_blames_nobody(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await enrolled(admin)
    at = await due(house, late=LATE + NS)
    assert await lost(admin) == []
    assert await due(house) == at + LATE + NS + ARMED_FOR
    assert len(await lost(admin)) == 1


async def test_nobody_is_missed_at_a_post_where_nobody_is_to_stand(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    now = SystemClock().now()
    user = {"name": "wu.hao", "password": "a long enough secret", "roles": {"*": ["fire_operator"]}}
    assert (await admin.post("/api/v1/users", json=user)).is_success
    held = {"site": SITE, "person": "wu.hao", "kind": "fire_facility", "issued_on": "2020-01-01"}
    assert (await admin.post("/api/v1/certificates", json=held)).is_success
    tomorrow = {"from": iso(now + 86_400 * NS), "to": iso(now + 90_000 * NS)}
    body = {"site": SITE, "post": "control_room", "person": "wu.hao"} | tomorrow
    assert (await admin.post("/api/v1/rota", json=body)).status_code == 201
    await enrolled(admin)
    await due(house)
    assert await lost(admin) == []
    body |= {"from": iso(now - 60 * NS), "to": iso(now + 3600 * NS)}
    assert (await admin.post("/api/v1/rota", json=body)).status_code == 201
    await due(house)
    assert len(await lost(admin)) == 1


async def test_a_station_that_is_taken_away_is_missed_no_more_and_its_tests_stay(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    id = await enrolled(admin)
    for heard in (False, True):
        test = await admin.post(f"/api/v1/duty-stations/{id}/sound-tests", json={"heard": heard})
        assert test.status_code == 201
    (station,) = await items(admin, f"duty-stations?site={SITE}")
    assert station["tested"]["heard"] is True
    await due(house)
    assert (await admin.delete(f"/api/v1/duty-stations/{id}")).status_code == 204
    assert await house.database.read(lambda c: stations(c, SITE)) == []
    assert await beat(admin, id, armed=True) == 404
    assert [(t["name"], t["heard"]) for t in await items(admin, f"sound-tests?site={SITE}")] == [
        ("左屏", True),
        ("左屏", False),
    ]
    (alarm,) = await lost(admin)
    assert (alarm["detection"], alarm["clear_reason"]) == ("cleared", "removed")


async def test_who_answers_no_alarm_is_no_duty_station(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    id = await enrolled(admin)
    async with house.client(await house.token(Role.VIEWER)) as viewer:
        assert await beat(viewer, id, armed=True) == 403
    async with house.client(await house.token(Role.FIRE_OPERATOR)) as operator:
        assert await beat(operator, id, armed=True) == 204
        body = {"site": SITE, "post": "control_room", "name": "x"}
        assert (await operator.post("/api/v1/duty-stations", json=body)).status_code == 403
    wrong = {"site": SITE, "post": "nowhere", "name": "x"}
    assert (await admin.post("/api/v1/duty-stations", json=wrong)).status_code == 422
