"""What the pages of energy ask for, over a site with meters whose lives are known."""

import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from decimal import Decimal
from functools import partial
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from cloud.ledger.accounting import Why
from cloud.ledger.columns import SEEN
from cloud.ledger.taking import Fetched, take
from cloud.meters.store import meter_of
from cloud.permissions import Role
from cloud.settings import Settings
from facility.clock import NS, iso
from facility.energy.intervals import QUARTER
from facility.site import Meter
from tests.cloud.building import SITE
from tests.cloud.conftest import House
from tests.cloud.energy.metered import DAY, START, metered, settle

MIDNIGHT = START - 8 * 4 * QUARTER
"""Of 2026-09-04 in Shanghai."""
KEYS = {"first": "2026-09-04", "last": "2026-09-06", "site": SITE}


@pytest.fixture
def settings(tmp_path: Path, migrated_file: Path) -> Settings:
    shutil.copy(migrated_file, tmp_path / "cloud.sqlite")
    return Settings(data=tmp_path)


async def write(house: House, meter: str, at: list[int], value: list[float]) -> int:
    facts = await house.database.read(partial(meter_of, site=SITE, id=meter))
    low, high = min(at) // QUARTER, max(at) // QUARTER + 1
    seen = np.zeros(high - low, SEEN)
    seen["count"] = np.bincount([each // QUARTER - low for each in at], minlength=high - low)
    fetched = Fetched(low * QUARTER, seen, np.array(at), np.array(value, np.float64))
    why = Why("late", "system", max(at) + 60 * NS)
    return await house.database.write(partial(take, meter=facts, fetched=fetched, why=why))


def hourly(per_hour: float, *, first: float = 1000.0, hours: range = range(73)) -> tuple[list[int], list[float]]:
    """A reading each five minutes over three local days."""
    at = [MIDNIGHT + round(h * 3600) * NS for h in np.arange(hours.start, hours.stop - 1 + 1e-9, 1 / 12)]
    return at, [round(first + per_hour * (each - MIDNIGHT) / 3.6e12, 6) for each in at]


@pytest.fixture
async def energy(house: House) -> AsyncIterator[httpx.AsyncClient]:
    told = metered(
        Meter(equipment="main", use="incoming"),
        Meter(equipment="public", parent="main", use="public"),
        Meter(equipment="homes", parent="main", use="household"),
    )
    await house.database.write(partial(settle, told=told))
    async with house.client(await house.token(Role.ENERGY)) as client:
        yield client


async def got(client: httpx.AsyncClient, path: str, **query: str) -> dict:  # type: ignore[type-arg]
    answer = await client.get(f"/api/v1{path}", params={**KEYS, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]


async def test_the_manager_walks_through_a_month(house: House, energy: httpx.AsyncClient) -> None:
    await write(house, "main", *hourly(10))
    await write(house, "public", *hourly(4))
    await write(house, "homes", *hourly(5, hours=range(49)))
    month = (await energy.get("/api/v1/energy/months/2026-09", params={"site": SITE})).json()
    (total,) = month["totals"]
    assert total["total"]["amount"] == "720.000000"
    assert total["days"]["amount"][3:6] == [240, 240, 240]
    assert total["days"]["amount"][0] is None, "a day without readings is no zero"
    assert {use["group"]: use["total"]["amount"] for use in month["uses"]} == {
        "incoming": "720.000000", "public": "288.000000", "collected": "240.000000",
    }  # fmt: skip
    assert [m["month_before"]["change"] for m in month["meters"]] == [None] * 3
    days = await got(energy, "/energy/intervals", meter="main", step="day")
    assert days["columns"]["amount"] == [240, 240, 240]
    assert days["total"] == {"amount": "720.000000", "coverage": 1.0, "quality": "measured", "uncertainty": 0.0}
    carpet = await got(energy, "/energy/carpet", meter="homes")
    assert carpet["amount"][1] == [5] * 24
    assert carpet["amount"][2] == [None] * 24
    assert carpet["days"] == ["2026-09-04", "2026-09-05", "2026-09-06"]
    demand = await got(energy, "/energy/demand", meter="main")
    assert (demand["highest"], demand["load_factor"], len(demand["top"]), demand["unit"]) == (10, 1, 20, "kW")
    tree = await got(energy, "/energy/tree")
    main = tree["nodes"][0]
    assert [node["id"] for node in tree["nodes"]] == ["main", "homes", "public"]
    assert main["remainder"]["left"]["amount"] == "48.000000"
    assert main["remainder"]["left"]["coverage"] == pytest.approx(2 / 3, abs=1e-6)
    assert tree["faults"] == []
    await write(house, "homes", *hourly(8, first=1240, hours=range(48, 73)))
    assert (await got(energy, "/energy/tree"))["nodes"][0]["remainder"]["left"]["coverage"] == 1


async def test_a_long_file_is_judged_with_few_questions(house: House, energy: httpx.AsyncClient) -> None:
    shop = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "reading_period": 900}
    for id in ("shop-1", "shop-2"):
        assert (await energy.put(f"/api/v1/meters/{id}", params={"site": SITE}, json=shop)).status_code == 200
    times = [datetime.fromtimestamp((MIDNIGHT - (2100 - n) * QUARTER) // NS, UTC) for n in range(2100)]
    rows = [f"{id},{at:%Y-%m-%dT%H:%MZ},{100 + n},\n" for id in ("shop-1", "shop-2") for n, at in enumerate(times)]
    wrong = list(rows)
    wrong[1], wrong[3998] = wrong[1].replace(",101,", ",1O1,"), wrong[3998].replace("shop-2", "shop-3")
    path, asked, told = "/api/v1/meter-readings/csv", {"site": SITE}, "表号,抄表时间,读数,备注\n"
    answer = await energy.post(path, params=asked, content=(told + "".join(wrong)).encode())
    assert [each["line"] for each in answer.json()["errors"]] == [3, 4000]
    assert [each["says"].split(" · ")[0] for each in answer.json()["errors"]] == [
        "读数应为数字,如 10234.5",
        "没有这块表",
    ]
    fell = list(rows)
    fell[2000] = fell[2000].replace(",2100,", ",2098.5,")
    answer = await energy.post(path, params=asked, content=(told + "".join(fell)).encode())
    (mistake,) = answer.json()["errors"]
    assert (mistake["line"], "小于上次读数(2099, 2026-09-02 22:45)" in mistake["says"]) == (2002, True), (
        "on the wall's clock"
    )
    asked_store: list[str] = []
    count = partial(_counted, asked_store)
    event.listen(Engine, "before_cursor_execute", count)
    try:
        taken = await energy.post(path, params=asked, content=(told + "".join([*rows, rows[7]])).encode())
    finally:
        event.remove(Engine, "before_cursor_execute", count)
    assert {k: taken.json()[k] for k in ("lines", "added", "unchanged")} == {
        "lines": 4201,
        "added": 4200,
        "unchanged": 1,
    }
    assert len(asked_store) < 200, "not by the line: nothing else is written meanwhile"
    month = await got(energy, "/energy/intervals", meter="shop-1", step="day", first="2026-08-14", last="2026-09-03")
    assert Decimal(month["total"]["amount"]) == 2015, "21 days of 96 but for the quarter hour after the last reading"


def _counted(found: list[str], _: object, __: object, statement: str, *___: object) -> None:
    found.append(statement)


async def test_a_reading_period_is_set_by_itself(energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant", "multiplier": "30"}
    for name in ({"zh": "商" * 81, "en": "Shop"}, {"zh": "商铺", "en": " "}):
        long = await energy.put("/api/v1/meters/shop-1", params={"site": SITE}, json=new | {"name": name})
        assert (long.status_code, "名称应为 1 至 80 个字符" in long.text) == (422, True), long.text
    usual = (await energy.put("/api/v1/meters/shop-1", params={"site": SITE}, json=new)).json()["meter"]
    period, asked = "/api/v1/meters/shop-1/reading-period", {"site": SITE}
    weekly = await energy.put(period, params=asked, json={"reading_period": 7 * 86_400})
    assert weekly.json()["meter"] == usual | {"reading_period": 7 * 86_400}
    assert (await energy.put(period, params=asked, json={"reading_period": 5})).status_code == 422
    assert (await energy.put(period, params=asked, json={"reading_period": None})).json()["meter"] == usual


async def test_a_manual_meter_is_read_by_form_and_by_file(house: House, energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant", "multiplier": "30"}
    put = await energy.put("/api/v1/meters/shop-1", params={"site": SITE}, json=new)
    assert put.status_code == 200, put.text
    body = {"site": SITE, "meter": "shop-1", "at": iso(MIDNIGHT - 31 * DAY), "value": "100"}
    assert (await energy.post("/api/v1/meter-readings", json=body)).status_code == 201
    low = {"site": SITE, "meter": "shop-1", "at": iso(MIDNIGHT), "value": "99.5"}
    refused = await energy.post("/api/v1/meter-readings", json=low)
    assert refused.status_code == 409, refused.text
    zh, en = refused.json()["detail"].split(" · ")
    assert ("小于上次读数(100, 2026-08-" in zh, "below the reading before (100," in en) == (True, True)
    head = "表号,抄表时间,读数,备注\n"
    bad = head + "shop-1,2026-09-04 00:00,131.0,\nshop-9,2026-09-04,1,\nshop-1,昨天,5,\nshop-1,2026-09-05,abc,\n"
    answer = await energy.post("/api/v1/meter-readings/csv", params={"site": SITE}, content=bad.encode("gb18030"))
    assert answer.status_code == 422
    assert [each["line"] for each in answer.json()["errors"]] == [3, 4, 5]
    good = (head + "shop-1,2026-09-04 00:00,131.0,月末\nmain,2026-09-04 00:00,,门锁着\n").encode()
    tried = await energy.post("/api/v1/meter-readings/csv", params={"site": SITE, "dry_run": "true"}, content=good)
    assert tried.json() | {"restated": 0} == {
        "lines": 1, "added": 1, "unchanged": 0, "skipped": 1, "restated": 0, "dry_run": True,
    }, "what was left free was not read, and is counted"  # fmt: skip
    for added in (1, 0):
        taken = await energy.post("/api/v1/meter-readings/csv", params={"site": SITE}, content=good)
        assert taken.json()["added"] == added
    month = await got(energy, "/energy/intervals", meter="shop-1", step="day", first="2026-08-04", last="2026-09-03")
    assert Decimal(month["total"]["amount"]) == 930
    assert month["total"]["quality"] == "interpolated"
    listed = (await energy.get("/api/v1/meter-readings", params={"site": SITE, "meter": "shop-1"})).json()["items"]
    assert [(each["value"], each["source"]) for each in listed] == [("131", "csv"), ("100", "form")]
    assert (await energy.delete(f"/api/v1/meter-readings/{listed[0]['id']}")).status_code == 204
    gone = await got(energy, "/energy/intervals", meter="shop-1", step="day", first="2026-08-04", last="2026-09-03")
    assert gone["total"]["amount"] is None
    log = (await energy.get("/api/v1/energy/restatements", params={"site": SITE, "meter": "shop-1"})).json()["items"]
    assert [(line["cause"], line["amount_before"], line["amount_after"]) for line in log] == [
        ("reading", "930.000000", None),
        ("reading", None, "930.000000"),
    ], "the second reading came months late, then it was voided"


async def test_a_replacement_is_entered_afterwards_and_restates(house: House, energy: httpx.AsyncClient) -> None:
    old_at, old = hourly(10, hours=range(25))
    new_at, new = hourly(10, first=-240, hours=range(25, 73))
    await write(house, "main", old_at + new_at, old + new)
    before = await got(energy, "/energy/intervals", meter="main", step="day")
    assert before["total"]["quality"] == "reset"
    events = (await got(energy, "/energy/data-quality"))["meters"]
    assert [e["kind"] for m in events if m["meter"] == "main" for e in m["events"]] == ["set_back"]
    swap = {"site": SITE, "at": iso(MIDNIGHT + 24 * 3600 * NS + 60 * NS), "removed": "1240.5", "installed": "0"}
    for told, zh, en in (
        ({"removed": "1200"}, "止码 1,200 kWh 小于此前读数 1,240 kWh(2026-09-05 00:00),少 40 kWh", "by 40 kWh"),
        ({"removed": "2240"}, "多 1,000 kWh,平常这段时间约", "1,000 kWh above its last reading"),
        ({"installed": "900"}, "起码 900 kWh 大于其后读数 10 kWh", "lies above the reading after it"),
    ):
        wrong = await energy.post("/api/v1/meters/main/replacements", json=swap | told)
        assert wrong.status_code == 409, wrong.text
        first, _, second = wrong.json()["detail"].rpartition(" · ")
        assert (zh in first, en in second) == (True, True), wrong.text
    answer = await energy.post("/api/v1/meters/main/replacements", json=swap)
    assert answer.status_code == 201, answer.text
    assert answer.json()["restated"] > 0
    after = await got(energy, "/energy/intervals", meter="main", step="day")
    assert after["total"]["quality"] == "changed"
    assert Decimal(after["total"]["amount"]) == Decimal("720.5")
    undone = await energy.delete(f"/api/v1/meter-replacements/{answer.json()['replacement']['id']}")
    assert undone.status_code == 204
    assert (await got(energy, "/energy/intervals", meter="main", step="day"))["total"] == before["total"]


async def test_a_last_replacement_taken_back_takes_its_amounts_along(house: House, energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant"}
    assert (await energy.put("/api/v1/meters/shop-1", params={"site": SITE}, json=new)).status_code == 200
    for days, value in ((31, "100"), (11, "300")):
        body = {"site": SITE, "meter": "shop-1", "at": iso(MIDNIGHT - days * DAY), "value": value}
        assert (await energy.post("/api/v1/meter-readings", json=body)).status_code == 201
    asked = {"meter": "shop-1", "step": "day", "first": "2026-08-01", "last": "2026-09-07"}
    before = await got(energy, "/energy/intervals", **asked)
    for told, zh, en in (
        ({"removed": "9000"}, "比此前读数 300 kWh", "usual in this time: about 100 kWh"),
        ({"removed": "310", "installed": "5000"}, "新表起码 5,000 kWh,相当于平常 500 天", "as much as 500 usual days"),
    ):
        swap = {"site": SITE, "at": iso(MIDNIGHT - DAY), "installed": "0", **told}
        answer = await energy.post("/api/v1/meters/shop-1/replacements", json=swap)
        assert (answer.status_code, zh in answer.text, en in answer.text) == (409, True, True), answer.text
    for days in (41, 1):
        swap = {"site": SITE, "at": iso(MIDNIGHT - days * DAY), "removed": "9000", "installed": "0"}
        answer = await energy.post("/api/v1/meters/shop-1/replacements", json={**swap, "sure": True})
        assert answer.status_code == 201, answer.text
        assert (await got(energy, "/energy/intervals", **asked))["total"] != before["total"]
        undone = await energy.delete(f"/api/v1/meter-replacements/{answer.json()['replacement']['id']}")
        assert undone.status_code == 204
        assert await got(energy, "/energy/intervals", **asked) == before


async def test_a_meter_that_is_read_once_a_year(house: House, energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "井水", "en": "Well"}, "unit": "kW.h", "use": "tenant"}
    assert (await energy.put("/api/v1/meters/well", params={"site": SITE}, json=new)).status_code == 200
    for days, value in ((365, "0"), (0, "35040")):
        body = {"site": SITE, "meter": "well", "at": iso(MIDNIGHT - days * DAY), "value": value}
        answer = await energy.post("/api/v1/meter-readings", json=body)
        assert answer.status_code == 201, answer.text
    twice = {"kind": "virtual", "name": {"zh": "倍", "en": "Twice"}, "unit": "kW.h", "formula": "2 * [well]"}
    assert (await energy.put("/api/v1/meters/twice", params={"site": SITE}, json=twice)).status_code == 200
    asked = {"step": "month", "first": "2025-09-04", "last": "2026-09-03"}
    for meter, whole in (("well", 35_040), ("twice", 70_080)):
        told = await got(energy, "/energy/intervals", **asked, meter=meter)
        assert (Decimal(told["total"]["amount"]), told["total"]["coverage"]) == (Decimal(whole), 1)
    half = await energy.put("/api/v1/meters/well", params={"site": SITE}, json=new | {"multiplier": "2"})
    assert half.status_code == 200, half.text


async def test_a_meter_that_is_read_once_a_month_has_its_sum_and_no_peak(energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant"}
    assert (await energy.put("/api/v1/meters/shop", params={"site": SITE}, json=new)).status_code == 200
    for ago, value in ((30, "0"), (0, "7200")):
        body = {"site": SITE, "meter": "shop", "at": iso(MIDNIGHT - ago * DAY), "value": value}
        assert (await energy.post("/api/v1/meter-readings", json=body)).status_code == 201
    days = {"first": "2026-08-10", "last": "2026-09-03"}
    told = await got(energy, "/energy/intervals", **days, meter="shop", step="month")
    assert Decimal(told["total"]["amount"]) == 6000
    demand = await got(energy, "/energy/demand", **days, meter="shop")
    assert (demand["counted"], demand["highest"], demand["load_factor"], demand["top"]) == (0, None, None, [])
    quality = await got(energy, "/energy/data-quality", first="2026-08-06", last="2026-09-03")
    (shop,) = (each for each in quality["meters"] if each["meter"] == "shop")
    assert (shop["gap_start"], shop["gap_seconds"]) == (None, 0), "a month between readings is its period, no silence"
    weekly = await energy.put(
        "/api/v1/meters/shop/reading-period", params={"site": SITE}, json={"reading_period": 7 * 86_400}
    )
    assert weekly.status_code == 200
    quality = await got(energy, "/energy/data-quality", first="2026-08-06", last="2026-09-03")
    (shop,) = (each for each in quality["meters"] if each["meter"] == "shop")
    assert shop["gap_seconds"] == 29 * 86_400, "read weekly it was silent all the time"


async def test_a_year_that_is_a_slip_of_the_pen_is_said(energy: httpx.AsyncClient) -> None:
    new = {"kind": "manual", "name": {"zh": "商铺", "en": "Shop"}, "unit": "kW.h", "use": "tenant"}
    assert (await energy.put("/api/v1/meters/shop-1", params={"site": SITE}, json=new)).status_code == 200
    for at in ("0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z"):
        reading = {"site": SITE, "meter": "shop-1", "at": at, "value": "1"}
        assert (await energy.post("/api/v1/meter-readings", json=reading)).status_code == 422
        swap = {"site": SITE, "at": at, "removed": "1", "installed": "0"}
        assert (await energy.post("/api/v1/meters/shop-1/replacements", json=swap)).status_code == 422
    for day in ("0001-01-01", "9999-12-31"):
        asked = {"site": SITE, "first": day, "last": day}
        for path in ("intervals", "carpet", "demand", "tree", "data-quality"):
            more = {} if path in ("tree", "data-quality") else {"meter": "shop-1"}
            answer = await energy.get(f"/api/v1/energy/{path}", params=asked | more)
            assert answer.status_code == 400, answer.text
            assert "2000" in answer.json()["detail"]


async def test_virtual_meters_and_what_is_shared(house: House, energy: httpx.AsyncClient) -> None:
    await write(house, "main", *hourly(10))
    await write(house, "public", *hourly(4))
    await write(house, "homes", *hourly(5))
    shops = {"kind": "virtual", "name": {"zh": "其余", "en": "Rest"}, "unit": "kW.h"}
    formula = "[main] - [public] - [homes]"
    put = await energy.put("/api/v1/meters/rest", params={"site": SITE}, json=shops | {"formula": formula})
    assert put.status_code == 200, put.text
    assert Decimal((await got(energy, "/energy/intervals", meter="rest", step="day"))["total"]["amount"]) == 72
    for wrong, says in (
        ("[rest] + 1 * [main]", "circle"), ("[main] * [public]", "two meters"), ("[main] + 5", "plain number"),
        ("[mian]", "did you mean 'main'"), ("__import__('os')", "can't be read"),
    ):  # fmt: skip
        refused = await energy.put("/api/v1/meters/rest", params={"site": SITE}, json=shops | {"formula": wrong})
        assert refused.status_code == 422, wrong
        assert says in refused.json()["detail"], refused.json()["detail"]
    circle = await energy.put("/api/v1/meters/main", params={"site": SITE}, json={"parent": "homes"})
    assert circle.status_code == 422
    rule = {
        "id": "lobby", "name": {"zh": "公区分摊", "en": "Shared"}, "meters": ["public"], "key": "area",
        "bearers": [{"id": f"room-{n}", "name": {"zh": f"{n}室", "en": f"Room {n}"}, "area": "33.3"} for n in range(7)],
    }  # fmt: skip
    assert (await energy.put("/api/v1/apportionments/lobby", params={"site": SITE}, json=rule)).status_code == 204
    split = await got(energy, "/energy/apportionments/lobby")
    assert sum(Decimal(part["amount"]) for part in split["parts"]) == Decimal(split["whole"]["amount"]) == 288
    assert split["says"]["zh"] == "按面积分摊"
    await who_may_do_what(house, energy)


async def who_may_do_what(house: House, energy: httpx.AsyncClient) -> None:
    reading = {"site": SITE, "meter": "main", "at": iso(MIDNIGHT), "value": "1000"}
    asked = {"site": SITE}
    async with house.client(await house.token(Role.VIEWER)) as viewer:
        assert (await viewer.get("/api/v1/meters", params=asked)).status_code == 200
        assert (await viewer.post("/api/v1/meter-readings", json=reading)).status_code == 403
    async with house.client(await house.token(Role.ENGINEER)) as engineer:
        assert (await engineer.post("/api/v1/meter-readings", json=reading)).status_code == 201
        assert (await engineer.put("/api/v1/meters/main", params=asked, json={})).status_code == 403
    async with house.client(await house.token(Role.GUARD)) as guard:
        assert (await guard.get("/api/v1/energy/months/2026-09", params=asked)).status_code == 403
    async with house.client(await house.token(Role.ENERGY, "elsewhere")) as stranger:
        assert (await stranger.get("/api/v1/energy/tree", params=KEYS)).status_code == 403
    listed = (await energy.get("/api/v1/meters", params=asked)).json()["items"]
    assert [m["id"] for m in listed] == ["main", "homes", "public", "rest"]
    assert listed[0]["last_at"] is not None
    assert listed[1]["overdue"], "its last reading is of September"
