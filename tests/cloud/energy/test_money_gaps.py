"""Bills and the report of months that are not whole: a gap is no zero, what is left out stands with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import httpx
import openpyxl
import pytest
from pypdf import PdfReader
from sqlalchemy import Connection

from cloud.energy_reports.document import document
from cloud.energy_reports.gathering import gathered
from cloud.energy_settings.ground import energy_site
from cloud.energy_targets.months import month_figures
from cloud.energy_targets.schemas import Target
from cloud.energy_targets.scopes import scoped
from cloud.energy_targets.store import put_targets
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import put_settings
from cloud.users.store import add_user
from facility.clock import SystemClock
from facility.energy.intervals import QUARTER
from facility.energy.local_time import local_day, midnight
from facility.energy.target import Course
from facility.words import Text
from tests.cloud.conftest import House
from tests.cloud.energy.estate_of_meters import LIGHTS, MAIN, SITE, ZONE, fill, write
from tests.cloud.energy.test_management import gansu
from tests.facility.energy.steady_estate import parts_list

D = Decimal
NOW = SystemClock().now()
TODAY = local_day(ZONE, NOW)
THIS = TODAY.replace(day=1)
LAST = THIS - timedelta(days=1)
FIRST = LAST.replace(day=1)

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def settle(connection: Connection) -> None:
    """Main meter and lights from the second day of last month up to now; a pump and a lift never read; water."""
    fill(connection, FIRST + timedelta(days=1), TODAY, now=NOW)
    for id, unit, parent in (("pump", "kW.h", MAIN), ("lift", "kW.h", MAIN), ("water", "m3", None)):
        told = MeterSettings(kind="manual", name=Text(zh=f"表 {id}", en=id), unit=unit, parent=parent)
        put_settings(connection, SITE, f"meter-{id}", told, by="test", now=NOW)
    write(connection, "meter-water", FIRST, LAST, lambda hour, _: 0.0004 + 0 * hour)
    light = MeterSettings(kind="manual", name=Text(zh="照明", en="Lights"), unit="kW.h", parent=MAIN, use="lighting")
    put_settings(connection, SITE, LIGHTS, light, by="test", now=NOW)


@pytest.fixture
async def priced(house: House, admin: httpx.AsyncClient) -> httpx.AsyncClient:
    """Contracts: the main meter's by capacity with 力调, the pump's without, the lift's by demand."""
    await house.database.write(settle)
    body = {"tariff": gansu(parts_list("2020-01-01", "0.3", "0.2", "0.02", capacity="20", demand="30"))}
    assert (await admin.put(f"/api/v1/tariffs/{SITE}/ours", json=body)).status_code == 200
    for meter, more in (
        (MAIN, {"power_factor": "0.90"}),
        ("meter-pump", {}),
        ("meter-lift", {"basic": "actual_demand"}),
    ):
        contract = {"from": "2020-01-01", "tariff": "ours", "kva": 315, "basic": "capacity", **more}
        answer = await admin.put(f"/api/v1/supply-contracts/{SITE}/{meter}", json={"contracts": [contract]})
        assert answer.status_code == 204
    return admin


def month(meter: str, **more: str) -> dict[str, str]:
    return {"meter": meter, "from": FIRST.isoformat(), "to": LAST.isoformat(), **more}


async def test_a_gap_is_no_zero_on_a_bill(priced: httpx.AsyncClient) -> None:
    told = (await priced.get(f"/api/v1/bills/{SITE}", params=month("meter-pump"))).json()
    assert (told["kwh"], told["total"], told["coverage"], told["complete"]) == (None, None, 0.0, False)
    assert [line["kind"] for line in told["lines"]] == ["basic"], "what does not depend on energy still stands"
    part = (await priced.get(f"/api/v1/bills/{SITE}", params=month(MAIN, reactive_kvarh="1000"))).json()
    assert part["coverage"] == pytest.approx(1 - 1 / LAST.day)
    assert (D(part["blind_hours"]), D(part["kwh"])) == (D(24), D(2676 * (LAST.day - 1)))
    refused = await priced.post(f"/api/v1/bills/{SITE}/checks", json=month("meter-pump") | {"bill": {"total": "10"}})
    assert refused.status_code == 422
    assert "没有电量数据(完整率 0%),无法核对" in refused.json()["detail"]
    kept = (await priced.get(f"/api/v1/bills/{SITE}/checks")).json()["items"]
    assert kept == []


async def test_a_refused_bill_says_why_in_chinese_too(priced: httpx.AsyncClient) -> None:
    running = {"meter": "meter-lift", "from": THIS.isoformat(), "to": THIS.isoformat()}
    early = {"meter": "meter-early", "from": "2020-01-01", "to": "2020-01-31"}
    for asked, zh, en in (
        (month(MAIN), "合同有力调电费,缺少当月无功电量", "reactive energy in kvarh"),
        (running, "缺少当月最大需量", "greatest demand in kW"),
        (early, "没有供电合同", "no supply contract"),
    ):
        answer = await priced.get(f"/api/v1/bills/{SITE}", params=asked)
        first, _, second = answer.json()["detail"].rpartition(" · ")
        assert answer.status_code in {404, 422}
        assert (zh in first, en in second) == (True, True), answer.text


async def test_an_amount_that_no_bill_has_is_not_kept(priced: httpx.AsyncClient) -> None:
    peak = {"kind": "energy", "band": "peak", "amount": "5"}
    for bill, zh in (
        ({"total": "-5"}, "不得小于 0"),
        ({"total": "1e30"}, "不得大于 1000000000"),
        ({"total": "5", "lines": [peak | {"amount": "-5"}]}, "该项金额不得为负"),
        ({"total": "5", "lines": [peak | {"quantity": "1e30"}]}, "不得大于"),
        ({"total": "5", "lines": [peak | {"price": "1e30"}]}, "不得大于"),
    ):
        answer = await priced.post(f"/api/v1/bills/{SITE}/checks", json=month("meter-pump") | {"bill": bill})
        assert answer.status_code == 422
        assert zh in answer.text


async def test_the_report_says_what_the_page_says_up_to_now(house: House, priced: httpx.AsyncClient) -> None:
    begin = THIS if TODAY.day > 1 else FIRST
    this = f"{begin:%Y-%m}"
    target = {"scope": f"meter:{MAIN}", "month": this, "amount": "900000", "owner": "li.na"}
    await house.database.write(partial(add_user, name="li.na", password="no hash of any", roles={}, at=NOW))
    answer = await priced.put(f"/api/v1/energy-targets/{SITE}", json={"targets": [target], "restates": "agreed"})
    assert answer.status_code == 204, answer.text
    page = (await priced.get(f"/api/v1/energy-months/{SITE}/breakdown", params={"month": this})).json()
    book = await sheets(priced, this)
    totals = book["全站"]
    line = next(row for row in totals if row[:2] == ["进线合计", "kWh"])
    (shown,) = (each for each in page["totals"] if each["unit"] == "kW.h")
    assert line[2] == pytest.approx(float(shown["total"]["amount"]), abs=60), "a quarter hour may end meanwhile"
    days = TODAY.day - 1 if TODAY.day > 1 else LAST.day - 1
    assert line[2] > 2676 * days or midnight(ZONE, TODAY) == NOW // QUARTER * QUARTER or TODAY.day == 1, (
        "today is in it"
    )
    assert line[4] == 900000
    assert line[9] == pytest.approx(line[2] * 0.1229, rel=1e-3), "kgce"
    span = next(row[1] for row in totals if row[0] == "统计区间")
    assert str(span).startswith(f"{begin} 00:00 – {TODAY} ")
    assert [row[0] for row in book["分项"] if row[1] == "kWh"] != []
    pump = next(row for row in book["各表"] if row[0] == "表 pump")
    assert (pump[2], pump[3]) == ("–", 0.0), "nothing is known: no zero"


async def test_on_the_first_of_a_month_the_report_has_its_targets(house: House) -> None:
    begun = midnight(ZONE, date(2026, 11, 1)) + 2 * 4 * QUARTER

    def settle_until(connection: Connection) -> None:
        fill(connection, date(2026, 8, 20), date(2026, 10, 31), now=begun)
        main, whole = f"meter:{MAIN}", f"area:{SITE}"
        meant = [Target(scope=scope, month="2026-11", amount=D(90_000), owner="li.na") for scope in (main, whole)]
        put_targets(connection, SITE, [(target, "kW.h") for target in meant], by="test", now=begun)

    await house.database.write(settle_until)
    facts = await gathered(house.database, None, SITE, "2026-11", begun)
    told = facts.figures[f"meter:{MAIN}"]
    assert (told.target, told.owner, told.course) == (D(90_000), "li.na", Course.ON_COURSE)
    assert told.forecast == pytest.approx(2676 * 30, rel=0.01), "from the weeks before"
    assert (told.amount, told.coverage, told.kgce, told.per_m2) == (None, 0.0, None, None), "no day is over: no zero"
    whole = document(facts, "zh").tables[0].rows[0]
    assert (whole[4].value, whole[6].shown) == (90_000, "正常")
    where = await house.database.read(lambda c: energy_site(c, SITE))
    scopes = [scoped(where, f"area:{SITE}")]
    ahead = await house.database.read(lambda c: month_figures(c, where, scopes, "2026-12", {}, begun))
    assert ahead == (), "nothing of a month that has not begun"


async def test_what_a_bill_of_the_report_lacks_stands_there(priced: httpx.AsyncClient) -> None:
    for language, lacks, nothing, why in (
        ("zh", "未计力调电费", "没有电量数据", "缺少当月最大需量"),
        ("en", "without power factor adjustment", "No energy is known", "greatest demand"),
    ):
        book = await sheets(priced, f"{FIRST:%Y-%m}", language)
        rows = {row[0]: row for row in book["电费" if language == "zh" else "Bills"]}
        main = rows["总表" if language == "zh" else MAIN]
        assert main[3] == 2676 * (LAST.day - 1)
        assert main[5] is not None
        assert lacks in str(main[6])
        pump = next(row for name, row in rows.items() if name in {"表 pump", "pump"})
        assert (pump[3], pump[4], pump[5]) == ("–", 0.0, "–")
        assert nothing in str(pump[6])
        water = next(row for row in book["各表" if language == "zh" else "Meters"] if row[0] in {"表 water", "water"})
        assert water[2] == pytest.approx(0.0004 * 24 * LAST.day, abs=0.0001)
        lift = next(row for name, row in rows.items() if name in {"表 lift", "lift"})
        assert why in str(lift[6]), "what can't be reckoned is no reason to leave the meter out"


async def test_no_heading_of_the_paper_is_cut(priced: httpx.AsyncClient) -> None:
    for language, heads in (("zh", ("标煤", "碳", "电量电费", "每平方米", "月末预测")),
                            ("en", ("kgCO₂e", "Forecast", "Last month", "Energy charge", "Per m²"))):  # fmt: skip
        asked = {"month": f"{FIRST:%Y-%m}", "language": language}
        paper = await priced.get(f"/api/v1/energy-reports/{SITE}/pdf", params=asked)
        text = "".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages).replace("\n", " ")
        assert "…" not in text
        for head in heads:
            assert head in text or head.replace(" ", "") in text.replace(" ", ""), head


async def sheets(admin: httpx.AsyncClient, month: str, language: str = "zh") -> dict[str, list[list[Any]]]:
    asked = {"month": month, "language": language}
    answer = await admin.get(f"/api/v1/energy-reports/{SITE}/xlsx", params=asked)
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(BytesIO(answer.content))
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}
