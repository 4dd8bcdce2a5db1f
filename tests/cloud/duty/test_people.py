"""Skills and certificates: who is proposed for an order and who never is, and who is told before one runs out."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import Connection, select, update

from cloud.duty.tables import CERTIFICATE
from cloud.notices.store import Notice
from cloud.notices.tables import NOTICE
from cloud.notification.certificate_notices import certificate_message, certificate_of
from cloud.notification.surroundings import Surroundings
from cloud.permissions import Role
from cloud.timers.running import fire
from cloud.users.store import add_user
from facility.clock import NS, SystemClock
from facility.words import Text
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.duty.people import certified, person, skilled, stands
from tests.cloud.waiting import items

HERE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    return datetime.now(UTC).astimezone(HERE).date()


async def asked(admin: httpx.AsyncClient, trade: str, order_class: str = "ordinary", **more: Any) -> str:
    body = {"site": SITE, "text": f"{trade} {order_class}", "class": order_class, "trade": trade} | more
    answer = await admin.post("/api/v1/work-orders", json=body)
    assert answer.status_code == 201, answer.text
    id: str = answer.json()["id"]
    return id


async def proposals(admin: httpx.AsyncClient, order: str) -> list[tuple[str, str]]:
    """(person, why not in English, empty for who may be proposed)."""
    found = await items(admin, f"work-orders/{order}/proposals")
    return [(each["person"], each["why_not"]["en"] if each["why_not"] else "") for each in found]


async def sent(admin: httpx.AsyncClient, order: str, **body: Any) -> httpx.Response:
    return await admin.post(f"/api/v1/work-orders/{order}/dispatch", json=body)


async def test_an_order_goes_by_trade_certificate_level_and_load(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "ann", "bo", "cy", "di", "free")
    await person(house, "looker", role=Role.VIEWER)
    await skilled(admin, "ann", electrical=3, plumbing=1)
    await skilled(admin, "bo", electrical=1)
    await skilled(admin, "cy", electrical=2)
    await skilled(admin, "di", plumbing=2)
    for name in ("ann", "bo"):
        await certified(admin, name, "electrician", "2040-01-01")
    await certified(admin, "cy", "electrician", (today() - timedelta(days=1)).isoformat())
    for name in ("ann", "bo", "cy", "di", "free", "looker"):
        assert (await stands(admin, name)).status_code == 201
    order = await asked(admin, "electrical")
    assert await proposals(admin, order) == [
        ("ann", ""),
        ("bo", ""),
        ("cy", "their certificate has run out: Electrician"),
        ("di", "does not do Electrical"),
        ("free", "lacks a certificate: Electrician"),
        ("looker", "is disabled, or may not work on orders here"),
    ]
    assert (await sent(admin, order)).json()["assignee"] == "ann"
    assert (await sent(admin, await asked(admin, "electrical"))).json()["assignee"] == "bo", "less to do"
    assert (await sent(admin, await asked(admin, "electrical", "hard"))).json()["assignee"] == "ann", "a senior"
    assert (await sent(admin, await asked(admin, "plumbing"))).json()["assignee"] == "di"
    plumber = await proposals(admin, await asked(admin, "plumbing"))
    assert [name for name, why in plumber if not why] == ["di", "ann", "free"], "who wrote no trades down comes last"


async def test_nobody_without_a_valid_certificate_is_sent_but_by_a_supervisor_with_a_note(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "ann", "old")
    await certified(admin, "old", "elevator", today().isoformat())
    order = await asked(admin, "elevator")
    async with house.client(await house.token(Role.DESK)) as desk:
        nobody = await desk.post(f"/api/v1/work-orders/{order}/dispatch", json={})
        assert nobody.status_code == 409
        assert "nobody is on duty" in nobody.json()["detail"]
        await stands(admin, "ann")
        nobody = await desk.post(f"/api/v1/work-orders/{order}/dispatch", json={})
        assert "'ann' lacks a certificate: Elevator mechanic" in nobody.json()["detail"]
        named = await desk.post(f"/api/v1/work-orders/{order}/dispatch", json={"to": "ann", "note": "hurry"})
        assert named.status_code == 409
        assert "no valid certificate 'elevator'" in named.json()["detail"]
        assert (await desk.post(f"/api/v1/work-orders/{order}/dispatch", json={"to": "old"})).status_code == 200
    assert (await sent(admin, order, to="ann")).status_code == 409
    marked = await sent(admin, order, to="ann", note="under the mechanic's eyes")
    assert marked.status_code == 200
    assert marked.json()["steps"][-1]["note"].startswith("无有效的电梯修理作业证:")
    assert (await sent(admin, order, to="nobody")).status_code == 422


async def test_somebody_of_another_trade_is_sent_with_a_note_alone(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "di", "free")
    await skilled(admin, "di", plumbing=2)
    order = await asked(admin, "mechanical")
    refused = await sent(admin, order, to="di")
    assert (refused.status_code, "does not do Mechanical" in refused.json()["detail"]) == (409, True)
    last = (await sent(admin, order, to="di", note="邻近,先关阀")).json()["steps"][-1]
    assert (last["kind"], last["detail"]) == ("dispatched", "di")
    assert last["note"] == "非机械工种:邻近,先关阀 · not of the trade mechanical: '邻近,先关阀'"
    assert (await sent(admin, order, to="free")).json()["steps"][-1]["note"] == "", "who wrote no trades down"


async def test_only_who_may_work_here_is_sent(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "ann", role=Role.VIEWER)
    now = SystemClock().now()
    far = {"elsewhere": (Role.ENGINEER,)}
    await house.database.write(lambda c: add_user(c, "far", "no hash of any", far, at=now))
    await house.database.write(lambda c: add_user(c, "gone", "no hash of any", {SITE: (Role.ENGINEER,)}, at=now))
    gone = {"roles": {SITE: ["engineer"]}, "disabled": True}
    assert (await admin.put("/api/v1/users/gone", json=gone)).status_code == 200
    order = await asked(admin, "mechanical")
    for name, says in (("ann", "may not work"), ("far", "may not work"), ("gone", "disabled"), ("who", "no user")):
        answer = await sent(admin, order, to=name)
        assert (answer.status_code, says in answer.json()["detail"]) == (422, True), answer.text


async def test_a_contractor_whose_certificate_has_run_out_is_not_sent(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "firm", role=Role.CONTRACTOR)
    line = {"site": SITE, "contractor": "firm", "warranty_until": (today() + timedelta(days=9)).isoformat()}
    assert (await admin.put("/api/v1/assets/pump-1", json=line)).status_code == 204
    order = await asked(admin, "electrical", equipment="pump-1")
    (proposal,) = await items(admin, f"work-orders/{order}/proposals")
    assert (proposal["person"], proposal["why"], proposal["why_not"]) == ("firm", "warranty", None)
    await certified(admin, "firm", "electrician", (today() - timedelta(days=1)).isoformat())
    refused = await sent(admin, order)
    assert refused.status_code == 409
    assert "'firm' their certificate has run out: Electrician" in refused.json()["detail"]
    assert (await sent(admin, order, to="firm")).status_code == 409
    await certified(admin, "firm", "electrician", "2040-01-01")
    assert (await sent(admin, order)).json()["assignee"] == "firm"


async def test_a_site_says_itself_what_a_trade_needs(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    found = {each["trade"]["id"]: each for each in await items(admin, f"trades?site={SITE}")}
    assert found["electrical"]["trade"]["certificates"] == ["electrician"]
    assert found["electrical"]["shipped"]
    gardening = {
        "site": SITE,
        "name": {"zh": "绿化", "en": "Gardening"},
        "certificates": ["chainsaw"],
        "post": "garden",
    }
    assert (await admin.put("/api/v1/trades/gardening", json=gardening)).status_code == 204
    post = {"site": SITE, "name": {"zh": "绿化", "en": "Garden"}}
    assert (await admin.put("/api/v1/posts/garden", json=post)).status_code == 204
    await person(house, "eve", "ann")
    await stands(admin, "eve", "garden")
    await stands(admin, "ann")
    order = await asked(admin, "gardening")
    assert await proposals(admin, order) == [("eve", "lacks a certificate: chainsaw")]
    await certified(admin, "eve", "chainsaw")
    assert await proposals(admin, order) == [("eve", "")]
    (eve,) = [p for p in await items(admin, f"people?site={SITE}") if p["person"] == "eve"]
    assert (eve["posts"], [c["kind"] for c in eve["certificates"]]) == (["garden"], ["chainsaw"])
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        assert (await engineer.put("/api/v1/trades/gardening", json=gardening)).status_code == 403
        assert (await engineer.get(f"/api/v1/people?site={SITE}")).status_code == 200


async def test_who_must_renew_is_told_60_30_and_7_days_before_and_when_it_is_over(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "ann")
    now, ends = SystemClock().now(), today() + timedelta(days=100)
    id = await certified(admin, "ann", "electrician", ends.isoformat())
    days = []
    for day in range(130):
        at = now + day * 86_400 * NS
        before = await house.database.read(lambda c: len(c.execute(select(NOTICE.c.id)).all()))
        await house.database.write(partial(fire, now=at))
        after = await house.database.read(lambda c: c.execute(select(NOTICE.c.occasion, NOTICE.c.alarm)).all())
        if len(after) > before:
            days.append(round((datetime(ends.year, ends.month, ends.day, tzinfo=HERE).timestamp() * NS - at) / 8.64e13))
    assert len(days) == 4
    assert all(abs(day - wanted) <= 1 for day, wanted in zip(days, (60, 30, 7, -1), strict=True)), days
    assert {(row.occasion, row.alarm) for row in after} == {("certificate", id)}


async def said(house: House, notice: Notice) -> Text:
    """The title of what the channels get."""

    def work(connection: Connection) -> Text:
        around = Surroundings(connection, [notice])
        row = certificate_of(around, notice)
        assert row is not None
        return certificate_message(around, notice, row).title

    return await house.database.read(work)


async def test_nobody_is_told_of_one_that_was_renewed(
    house: House, gateway: httpx.AsyncClient, admin: httpx.AsyncClient
) -> None:
    await person(house, "ann")
    now, ends = SystemClock().now(), today() + timedelta(days=70)
    id = await certified(admin, "ann", "fire_facility", ends.isoformat())
    await house.database.write(partial(fire, now=now + 12 * 86_400 * NS))
    rows = await house.database.read(lambda c: c.execute(select(NOTICE.c.posts)).all())
    assert [row.posts for row in rows] == ['["manager","control_room"]']
    await certified(admin, "ann", "fire_facility", "2040-01-01")
    await house.database.write(partial(fire, now=now + 45 * 86_400 * NS))
    await house.database.write(partial(fire, now=now + 80 * 86_400 * NS))
    assert len(await house.database.read(lambda c: c.execute(select(NOTICE.c.id)).all())) == 1
    notice = Notice(now, SITE, id, "certificate", ("manager",))
    assert (await said(house, notice)).zh == "【证书即将到期】ann 消防设施操作员证"
    await house.database.write(
        lambda c: c.execute(update(CERTIFICATE).where(CERTIFICATE.c.id == id).values(expires_on=date(2021, 1, 1)))
    )
    assert (await said(house, notice)).en.startswith("[Certificate expired] ann")
