"""Setting up energy: meters tried before they are kept, areas, factors, shares, weather; a "no" names its place."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from sqlalchemy import select

from cloud.audit.tables import AUDIT
from cloud.permissions import Role
from cloud.settings import Settings
from facility.clock import NS, SystemClock, iso
from facility.energy.local_time import local_day
from facility.site import Meter
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.energy.metered import metered, settle

NOW = SystemClock().now()
AT = {"site": SITE}
SHOP: dict[str, Any] = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant"}
REST: dict[str, Any] = {"kind": "virtual", "name": {"zh": "未计", "en": "Rest"}, "unit": "kW.h"}
HEAT = {"unit": "GJ", "quantity": "carbon", "per_unit": "110", "from": "2026-01-01", "source": "供热公司"}
BEARERS = [{"id": n, "name": {"zh": n, "en": n}, "area": a} for n, a in (("a", "100"), ("b", "300"))]
RULE: dict[str, Any] = {"id": "lobby", "name": {"zh": "大堂", "en": "Lobby"}, "meters": ["shop-1"], "key": "area"}


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path) -> Settings:
    shutil.copy(migrated_file, tmp_path / "cloud.sqlite")
    return Settings(data=tmp_path)


@pytest.fixture
async def energy(house: House) -> AsyncIterator[httpx.AsyncClient]:
    told = metered(Meter(equipment="main", use="incoming"), Meter(equipment="public", parent="main", use="public"))
    await house.database.write(partial(settle, told=told))
    async with house.client(await house.token(Role.ENERGY)) as client:
        await put(client, "meters/shop-1", SHOP | {"parent": "main"}, **AT)
        yield client


async def put(client: httpx.AsyncClient, path: str, body: object, **query: str) -> Any:
    answer = await client.put(f"/api/v1/{path}", json=body, params=query)
    assert answer.is_success, answer.text
    return answer.json() if answer.content else None


async def refused(client: httpx.AsyncClient, path: str, body: object, **query: str) -> tuple[str, str]:
    answer = await client.put(f"/api/v1/{path}", json=body, params=query)
    assert answer.status_code == 422, answer.text
    (mistake,) = answer.json()["errors"]
    return str(mistake["where"]), str(mistake["says"])


async def test_a_meter_is_tried_and_nothing_of_it_stays(house: House, energy: httpx.AsyncClient) -> None:
    for days, value in ((2, "100"), (1, "148")):
        reading = {"site": SITE, "meter": "shop-1", "at": iso(NOW // (900 * NS) * 900 * NS - days * 86_400 * NS)}
        answer = await energy.post("/api/v1/meter-readings", json=reading | {"value": value})
        assert answer.status_code == 201, answer.text
    rest = REST | {"formula": "2 * [shop-1]"}
    tried = await put(energy, "meters/rest", rest, **AT, dry_run="true")
    assert (tried["month"]["amount"], tried["restated"]) == ("96.000000", 0)
    tenfold = SHOP | {"parent": "main", "multiplier": "10"}
    assert (await put(energy, "meters/shop-1", tenfold, **AT, dry_run="true"))["restated"] > 0
    held = (await energy.get("/api/v1/meters", params=AT)).json()["items"]
    assert {each["id"]: each["multiplier"] for each in held} == {"main": "1", "public": "1", "shop-1": "1"}
    entries = await house.database.read(lambda c: c.execute(select(AUDIT.c.action)).scalars().all())
    assert entries.count("meter.set") == 1, "what was only tried is not in the log"
    assert (await put(energy, "meters/rest", rest, **AT))["month"] is None


async def test_what_is_set_stands_beside_what_the_inventory_says(energy: httpx.AsyncClient) -> None:
    await put(energy, "meters/public", {"use": "lifts", "name": {"zh": "电梯", "en": "Lifts"}}, **AT)
    told = (await energy.get("/api/v1/meters/public/settings", params=AT)).json()
    assert (told["settings"]["use"], told["meter"]["use"], told["inventory"]["use"]) == ("lifts", "lifts", "public")
    assert told["settings"]["parent"] is None
    own = (await energy.get("/api/v1/meters/shop-1/settings", params=AT)).json()
    assert (own["settings"]["use"], own["inventory"]) == ("tenant", None)
    assert (await energy.get("/api/v1/meters/nobody/settings", params=AT)).status_code == 404
    uses = {each["id"]: each for each in (await energy.get("/api/v1/meter-uses")).json()}
    assert (uses["lifts"]["group"], uses["lifts"]["source"], uses["lifts"]["name"]["zh"]) == ("power", "C1", "电梯")


async def test_what_does_not_fit_names_its_place(energy: httpx.AsyncClient) -> None:
    gas = SHOP | {"unit": "m3", "use": None, "medium": "gas", "name": {"zh": "厨房气表", "en": "Kitchen"}}
    assert (await put(energy, "meters/kitchen", gas, **AT))["meter"]["medium"] == "gas"
    cases: list[tuple[str, dict[str, Any], str, str]] = [
        ("shop-1", SHOP | {"parent": "shop-1"}, "parent", "上级循环"),
        ("shop-1", SHOP | {"parent": "shop-9"}, "parent", "did you mean"),
        ("shop-1", SHOP | {"parent": "kitchen"}, "parent", "上级表的单位是“m3”"),
        ("shop-1", SHOP | {"area": "moon"}, "area", "没有这个位置"),
        ("shop-1", SHOP | {"medium": "gas"}, "medium", "只有立方米"),
        ("rest", REST | {"formula": "[main] - [shop-2]"}, "formula", "公式里的 'shop-2'"),
        ("rest", REST | {"formula": "[main] - [kitchen]"}, "formula", "的单位与本表不同"),
        ("rest", REST | {"formula": "[main] * [shop-1]"}, "formula", "两块表不能相乘"),
        ("rest", REST | {"formula": "[rest]"}, "formula", "公式循环引用"),
    ]
    for id, body, where, says in cases:
        place, told = await refused(energy, f"meters/{id}", body, **AT)
        assert (place, says in told) == (f"body.{where}", True), told


async def test_areas_factors_and_weather_are_set_each_by_itself(house: House, energy: httpx.AsyncClient) -> None:
    path = f"energy-settings/{SITE}"
    await put(energy, f"{path}/areas", {"area_m2": {SITE: "12000", "b1": "800"}})
    await put(energy, f"{path}/factors", {"factors": [HEAT]})
    held = (await energy.get(f"/api/v1/{path}")).json()
    assert held["area_m2"] == {SITE: "12000", "b1": "800"}
    assert held["factors"] == [HEAT | {"medium": ""}]
    for part, body, where, says in (
        ("areas", {"area_m2": {"b9": "1"}}, "area_m2.b9", "没有这个区域"),
        ("factors", {"factors": [HEAT, HEAT]}, "factors.0.from", "已有同类系数"),
        ("factors", {"factors": [HEAT | {"unit": "MJ"}]}, "factors.0.unit", "没有按 'MJ' 计"),
        ("factors", {"factors": [HEAT | {"unit": "m3"}]}, "factors.0.medium", "水还是气"),
        ("factors", {"factors": [HEAT, HEAT | {"from": "0202-01-01"}]}, "factors.1.from", "年份应在"),
        ("weather", {"weather": "main"}, "weather", "没有室外温度测点"),
    ):
        place, told = await refused(energy, f"{path}/{part}", body)
        assert (place, says in told) == (f"body.{where}", True), told
    await put(energy, f"{path}/weather", {"weather": None})
    assert (await energy.get(f"/api/v1/{path}")).json() == held, "what was refused changed nothing"
    async with house.client(await house.token(Role.ENGINEER)) as other:
        empty: dict[str, Any] = {"areas": {"area_m2": {}}, "factors": {"factors": []}, "weather": {"weather": None}}
        for part, nothing in empty.items():
            assert (await other.put(f"/api/v1/{path}/{part}", json=nothing)).status_code == 403


async def test_who_read_an_older_state_does_not_undo_anothers_change(energy: httpx.AsyncClient) -> None:
    path = f"energy-settings/{SITE}"
    first = (await energy.get(f"/api/v1/{path}")).json()
    assert (await energy.get(f"/api/v1/{path}")).json() == first
    changes: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
        "areas": ({"area_m2": {SITE: "12000"}}, {"area_m2": {"b1": "800"}}),
        "factors": ({"factors": [HEAT]}, {"factors": []}),
    }
    for part, (ones, others) in changes.items():
        read = first["versions"][part]
        await put(energy, f"{path}/{part}", ones | {"version": read})
        answer = await energy.put(f"/api/v1/{path}/{part}", json=others | {"version": read})
        assert answer.status_code == 409
        zh, _, en = answer.json()["detail"].partition(" · ")
        assert ("已被他人更改" in zh, "read them again" in en) == (True, True)
    held = (await energy.get(f"/api/v1/{path}")).json()
    assert (held["area_m2"], held["factors"]) == ({SITE: "12000"}, [HEAT | {"medium": ""}])
    assert held["versions"]["weather"] == first["versions"]["weather"], "another part's change is none of this one"
    await put(energy, f"{path}/weather", {"weather": None, "version": first["versions"]["weather"]})
    stale = await energy.put(f"/api/v1/{path}", json=first)
    assert stale.status_code == 409, "also who sends back all of it"
    await put(energy, path, held | {"area_m2": {}})
    await put(energy, f"{path}/areas", {"area_m2": {"b1": "800"}})
    assert (await energy.get(f"/api/v1/{path}")).json()["area_m2"] == {"b1": "800"}, "a program may name no version"


async def test_a_file_of_temperatures_is_tried_first(energy: httpx.AsyncClient) -> None:
    path = f"/api/v1/energy-settings/{SITE}/temperatures"
    file = "时间,温度\n2026-01-01 08:00,-1.5\n2026-01-01 09:00,0.5\n".encode()
    head = {"content-type": "text/csv"}
    told = [
        (await energy.post(f"{path}/csv", content=file, headers=head, params={"dry_run": dry})).json()
        for dry in ("true", "false")
    ]
    assert [(each["hours"], each["first"], each["dry_run"]) for each in told] == [
        (2, "2026-01-01T00:00:00.000Z", True),
        (2, "2026-01-01T00:00:00.000Z", False),
    ]
    held = (await energy.get(path, params={"from": "2026-01-01T00:00:00Z", "to": "2026-01-01T02:00:00Z"})).json()
    assert (held["celsius"], held["source"]) == ([-1.5, 0.5], "sent")
    bad = await energy.post(f"{path}/csv", content=b"2026-01-01,1\nx,2\n", headers=head)
    assert [each["line"] for each in bad.json()["errors"]] == [2]
    ahead = await energy.post(f"{path}/csv", content=b"2099-01-01 08:00,1\n", headers=head)
    assert ahead.status_code == 422


async def test_a_rule_of_shared_use_is_tried_first(energy: httpx.AsyncClient) -> None:
    quarter = NOW // (900 * NS) * 900 * NS
    for hours, value in ((2, "0"), (1, "40")):
        body = {"site": SITE, "meter": "shop-1", "at": iso(quarter - hours * 3600 * NS), "value": value}
        assert (await energy.post("/api/v1/meter-readings", json=body)).status_code == 201
    days = [local_day(ZoneInfo("Asia/Shanghai"), quarter - hours * 3600 * NS) for hours in (2, 1)]
    asked = AT | {"first": days[0].isoformat(), "last": days[1].isoformat()}
    tried = await energy.post("/api/v1/apportionments/try", params=asked, json=RULE | {"bearers": BEARERS})
    assert [part["amount"] for part in tried.json()["parts"]] == ["10.000000", "30.000000"], tried.text
    assert (await energy.get("/api/v1/apportionments", params=AT)).json()["items"] == []
    twice = RULE | {"bearers": BEARERS, "meters": ["main", "shop-1"]}
    for method, path, query in (("POST", "apportionments/try", asked), ("PUT", "apportionments/lobby", AT)):
        answer = await energy.request(method, f"/api/v1/{path}", params=query, json=twice)
        assert answer.status_code == 422
        assert "会被分摊两次" in answer.json()["detail"]
