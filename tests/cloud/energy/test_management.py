"""The energy manager's backend in one walk: prices, bills, targets, tasks, baselines, waste; on both stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import httpx
import numpy as np
import openpyxl
from pypdf import PdfReader
from sqlalchemy import Connection, delete, select

from cloud.energy_targets.judging import judge
from cloud.ledger.tables import AMOUNT_DAY
from cloud.notices.tables import NOTICE
from cloud.permissions import Role
from cloud.users.store import add_user
from facility.clock import SystemClock
from facility.energy.local_time import local_day
from tests.cloud.conftest import House
from tests.cloud.energy.estate_of_meters import LIGHTS, MAIN, SITE, ZONE, fill, write
from tests.facility.energy.steady_estate import parts_list

D = Decimal
NOW = SystemClock().now()
TODAY = local_day(ZONE, NOW)
LAST = TODAY.replace(day=1) - timedelta(days=1)
"""The last month that is over."""
FIRST = LAST.replace(day=1)


def gansu(*lists: dict[str, object]) -> dict[str, Any]:
    windows = [
        {"begin": "06:00", "end": "08:00", "band": "peak"},
        {"begin": "10:00", "end": "16:00", "band": "valley"},
        {"begin": "18:00", "end": "23:00", "band": "peak"},
    ]
    ratios = {"peak": {"times": "1.5"}, "valley": {"times": "0.5"}}
    shape = {"from": "2020-01-01", "rules": [{"windows": windows, "ratios": ratios}]}
    named = {"zh": "电价", "en": "Tariff"}
    return {"id": "ours", "name": named, "province": "甘肃", "shapes": [shape], "prices": list(lists)}


async def ok(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


async def test_a_managers_walk(house: House, admin: httpx.AsyncClient) -> None:
    await house.database.write(lambda c: fill(c, FIRST - timedelta(days=62), TODAY - timedelta(days=1), now=NOW))
    await prices_and_bills(admin)
    await targets_and_tasks(house, admin)
    await weather_and_baselines(admin)
    await waste(house, admin)
    await reports(admin)


async def prices_and_bills(admin: httpx.AsyncClient) -> None:  # noqa: PLR0915 - a walk
    prices = parts_list("2020-01-01", "0.3", "0.2", "0.02", capacity="20", demand="30")
    told = await ok(await admin.put(f"/api/v1/tariffs/{SITE}/ours", json={"tariff": gansu(prices)}))
    assert told["revision"] == 1
    other = gansu(prices | {"capacity": "21"})
    refused = await admin.put(f"/api/v1/tariffs/{SITE}/ours", json={"tariff": other})
    assert refused.status_code == 422
    assert "rewrite 2020-01-01" in refused.json()["detail"]
    later = parts_list((TODAY + timedelta(days=30)).isoformat(), "9", "9", "0")
    told = await ok(await admin.put(f"/api/v1/tariffs/{SITE}/ours", json={"tariff": gansu(prices, later)}))
    assert told["revision"] == 2
    contract = {"from": "2020-01-01", "tariff": "ours", "kva": 315, "basic": "capacity"}
    await ok(await admin.put(f"/api/v1/supply-contracts/{SITE}/{MAIN}", json={"contracts": [contract]}), 204)
    asked = {"meter": MAIN, "from": FIRST.isoformat(), "to": LAST.isoformat()}
    bill = await ok(await admin.get(f"/api/v1/bills/{SITE}", params=asked))
    # Peak 813·0.67, flat 1188·0.52, valley 675·0.37 a day (the steady estate), 315 kVA·20.
    n = LAST.day
    energy = sum((D(k * n) * D(p)).quantize(D("0.01")) for k, p in ((813, "0.67"), (1188, "0.52"), (675, "0.37")))
    assert D(bill["total"]) == energy + 6300
    assert bill["complete"]
    assert D(bill["demand_kw"]) == 123
    lines = [{k: x[k] for k in ("kind", "band", "quantity", "price", "amount")} for x in bill["lines"]]
    real: dict[str, Any] = {**asked, "bill": {"lines": lines, "total": bill["total"]}}
    assert (await ok(await admin.post(f"/api/v1/bills/{SITE}/checks", json=real), 201))["agrees"]
    real["bill"]["total"] = str(D(bill["total"]) + 100)
    checked = await ok(await admin.post(f"/api/v1/bills/{SITE}/checks", json=real), 201)
    assert (checked["agrees"], checked["explained"], D(checked["difference"])) == (False, False, D(100))
    corrected = {"tariff": gansu(prices | {"capacity": "21"}, later), "restates": "typing error"}
    await ok(await admin.put(f"/api/v1/tariffs/{SITE}/ours", json=corrected))
    kept = (await ok(await admin.get(f"/api/v1/bills/{SITE}/checks")))["items"]
    assert [each["bill"]["revision"] for each in kept] == [2, 2]
    assert {each["bill"]["total"] for each in kept} == {bill["total"]}
    assert D((await ok(await admin.get(f"/api/v1/bills/{SITE}", params=asked)))["total"]) == energy + 6615
    revisions = (await ok(await admin.get(f"/api/v1/tariffs/{SITE}/ours/revisions")))["items"]
    assert [each["reason"] for each in revisions] == ["typing error", "", ""]
    stack = await ok(await admin.get(f"/api/v1/bills/{SITE}/stack", params=asked))
    assert len(stack["days"]) == n
    assert {band: D(v) for band, v in stack["days"][0]["kwh"].items()} == {"peak": 813, "flat": 1188, "valley": 675}
    found = await ok(await admin.get(f"/api/v1/bills/{SITE}/choices", params={"meter": MAIN, "year": FIRST.year}))
    assert {each["basic"] for each in found["choices"]} == {"capacity", "actual_demand", "contract_demand"}
    assert D(found["choices"][0]["total"]) < D(found["now_total"])
    missing = await admin.get(f"/api/v1/bills/{SITE}", params={**asked, "meter": LIGHTS})
    assert missing.status_code == 404
    assert "no supply contract" in missing.json()["detail"]
    assert len((await ok(await admin.get("/api/v1/tariffs", params={"site": SITE})))["shipped"]) == 6


async def targets_and_tasks(house: House, admin: httpx.AsyncClient) -> None:  # noqa: PLR0915 - a walk
    month, this = f"{FIRST:%Y-%m}", f"{TODAY:%Y-%m}"
    settings = {"area_m2": {SITE: "10000"}, "factors": []}
    await ok(await admin.put(f"/api/v1/energy-settings/{SITE}", json=settings), 204)
    target = {"scope": f"meter:{MAIN}", "month": month, "amount": "1000", "owner": "energy-1"}
    stranger = {"targets": [target | {"month": this}]}
    refused = await admin.put(f"/api/v1/energy-targets/{SITE}", json=stranger)
    assert (refused.status_code, "没有可用的用户 'energy-1'" in refused.text) == (422, True), refused.text
    for name in ("energy-1", "energy-2"):
        await house.database.write(partial(add_user, name=name, password="no hash of any", roles={}, at=NOW))
    assert (await admin.put(f"/api/v1/energy-targets/{SITE}", json={"targets": [target]})).status_code == 422
    body = {"targets": [target, target | {"month": this, "amount": "900000"}], "restates": "agreed late"}
    await ok(await admin.put(f"/api/v1/energy-targets/{SITE}", json=body), 204)
    told = (await ok(await admin.get(f"/api/v1/energy-months/{SITE}", params={"month": month})))["items"][0]
    assert D(told["amount"]) == 2676 * LAST.day
    assert told["course"] == "missed"
    assert D(told["kgce"]) == (D(2676 * LAST.day) * D("0.1229")).quantize(D("0.001"))
    assert "GB/T 2589" in told["kgce_source"]
    assert D(told["per_m2"]) == (D(2676 * LAST.day) / 10000).quantize(D("0.001"))
    assert told["last_year"] == {"amount": None, "coverage": 0.0, "change": None}
    assert told["last_month"]["change"] is not None
    if TODAY.day > 1:
        running = (await ok(await admin.get(f"/api/v1/energy-months/{SITE}", params={"month": this})))["items"][0]
        assert running["course"] == "on_course"
        assert running["forecast"] == float(
            2676 * ((LAST + timedelta(days=45)).replace(day=1) - TODAY.replace(day=1)).days
        )
    assert await house.database.write(lambda c: judge(c, SITE, month, NOW)) in {0, 1}
    assert await house.database.write(lambda c: judge(c, SITE, month, NOW)) == 0
    (task,) = (await ok(await admin.get("/api/v1/rectifications", params={"site": SITE})))["items"]
    assert (task["owner"], task["state"], D(task["missed"]["target"])) == ("energy-1", "open", D(1000))
    moved = {"state": "under_way", "note": "chiller hours", "owner": "energy-2"}
    assert (await ok(await admin.post(f"/api/v1/rectifications/{task['id']}", json=moved)))["owner"] == "energy-2"
    of_task = select(NOTICE.c.occasion).where(NOTICE.c.alarm == task["id"])
    told = await house.database.read(lambda c: list(c.execute(of_task).scalars()))
    assert told == ["rectification", "rectification"], "the first owner, then the second"
    for state, status in (("verified", 409), ("done", 200), ("verified", 409), ("cancelled", 200), ("done", 409)):
        answer = await admin.post(f"/api/v1/rectifications/{task['id']}", json={"state": state, "note": "seen"})
        assert answer.status_code == status, answer.text
    broken = {"year": TODAY.year + 1, "amount": "1200", "scopes": [f"meter:{MAIN}", f"meter:{LIGHTS}"], "owner": "x"}
    assert (await admin.post(f"/api/v1/energy-targets/{SITE}/breakdown", json=broken)).status_code == 422
    shares = {f"meter:{MAIN}": "3", f"meter:{LIGHTS}": "1"}
    months = {f"{TODAY.year + 1}-{n:02}": "1" for n in range(1, 13)}
    told = await ok(
        await admin.post(f"/api/v1/energy-targets/{SITE}/breakdown", json=broken | {"shares": shares, "months": months})
    )
    assert sum(D(each["amount"]) for each in told["targets"]) == 1200
    assert {D(each["amount"]) for each in told["targets"]} == {75, 25}


async def weather_and_baselines(admin: httpx.AsyncClient) -> None:
    path = f"/api/v1/energy-settings/{SITE}/temperatures"
    hour = datetime(2026, 1, 1, tzinfo=UTC)
    lines = "\n".join(f"{(hour + timedelta(hours=n)).isoformat()},{n / 10}" for n in range(48))
    headers = {"Content-Type": "text/csv"}
    taken = await ok(await admin.post(f"{path}/csv", content=f"time,temperature\n{lines}", headers=headers))
    assert (taken["hours"], taken["dry_run"]) == (48, False)
    wrong = await admin.post(f"{path}/csv", content="yesterday,3", headers=headers)
    assert wrong.status_code == 422
    assert "line 1" in wrong.json()["detail"]
    sent = {"hours": [{"at": "2026-01-01T05:20:00Z", "temperature": 9.5}]}
    assert (await ok(await admin.post(path, json=sent)))["hours"] == 1
    asked = {"from": "2026-01-01T04:00:00Z", "to": "2026-01-01T07:00:00Z"}
    assert (await ok(await admin.get(path, params=asked)))["celsius"] == [0.4, 9.5, 0.6]
    for first, last in (("0025-01-01", "0025-12-31"), ("1900-01-01", "1900-12-31"), ("9999-01-01", "9999-12-31")):
        refused = await admin.put(f"/api/v1/baselines/{SITE}/{MAIN}", json={"from": first, "to": last})
        assert refused.status_code == 422
        assert (await ok(await admin.get(f"/api/v1/baselines/{SITE}")))["items"] == [], "what is refused is not kept"
    ground = {"from": (TODAY - timedelta(days=400)).isoformat(), "to": (TODAY - timedelta(days=30)).isoformat()}
    told = await ok(await admin.put(f"/api/v1/baselines/{SITE}/{MAIN}", json=ground))
    assert not told["accepted"]
    assert {each["reason"] for each in told["refusals"]} <= {"no_temperature", "too_few_days"}
    days = {"from": (TODAY - timedelta(days=20)).isoformat(), "to": (TODAY - timedelta(days=1)).isoformat()}
    saving = await ok(await admin.get(f"/api/v1/baselines/{SITE}/{MAIN}/saving", params=days))
    assert (saving["saved"], saving["half_width"], saving["days"]) == (None, None, [])
    assert saving["refusals"]
    listed = await ok(await admin.get(f"/api/v1/baselines/{SITE}"))
    assert listed["counts"]["refused"] == 1
    day = await ok(await admin.get(f"/api/v1/baselines/{SITE}/{MAIN}/day", params={"day": days["from"]}))
    assert day["used"][:3] == [100.0, 101.0, 102.0]
    assert set(day["expected"]) == {None}


async def waste(house: House, admin: httpx.AsyncClient) -> None:  # noqa: PLR0915 - a walk
    first, last = TODAY - timedelta(days=40), TODAY - timedelta(days=1)
    body = {"from": first.isoformat(), "to": last.isoformat()}
    found = await ok(await admin.post(f"/api/v1/waste/{SITE}/look", json=body))
    rules = {(each["rule"], each["meter"]) for each in found["findings"]}
    assert ("night_base", MAIN) in rules
    by_rule = {each["rule"]: each for each in found["rules"]}
    assert (by_rule["night_base"]["judged"], by_rule["night_base"]["found"]) == (1, 1), "lights have no night base"
    assert by_rule["pump_closed"]["without_points"] == 2, "no flow stands beside any meter"
    lights = by_rule["lights_by_day"]
    assert lights["judged"] == 0
    assert "室外照度" in lights["not_judged"][LIGHTS]["zh"], "no light was measured outdoors: not judged, not clear"
    night = next(each for each in found["findings"] if each["rule"] == "night_base")
    assert night["evidence"]["measured"] == 102.5
    low, middle, high = (night["evidence"]["yuan_month"][k] for k in ("low", "middle", "high"))
    assert 0 < low <= middle <= high
    assert len(night["evidence"]["hours"]) == 24
    again = await ok(await admin.post(f"/api/v1/waste/{SITE}/look", json=body))
    assert {each["id"] for each in again["findings"]} == {each["id"] for each in found["findings"]}
    path = f"/api/v1/waste/{SITE}/{night['id']}"
    ordered = await ok(await admin.post(f"{path}/work-order", json={"class": "ordinary"}), 201)
    order = await ok(await admin.get(f"/api/v1/work-orders/{ordered['work_order']}"))
    assert order["title"]["zh"].startswith("总表:夜间基荷偏高")
    assert (await admin.post(f"{path}/work-order", json={})).status_code == 409

    def repaired(hour: np.ndarray[Any, Any], day: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        wobble = (day % 5) * 1.0
        return np.where(hour < 6, np.where(day > (TODAY - timedelta(days=20)).toordinal(), 40.0, 100.0) + wobble, 100.0)

    def rewrite(connection: Connection) -> None:
        connection.execute(delete(AMOUNT_DAY).where(AMOUNT_DAY.c.meter == MAIN))
        write(connection, MAIN, FIRST - timedelta(days=62), TODAY - timedelta(days=1), repaired)

    await house.database.write(rewrite)
    on = {"on": (TODAY - timedelta(days=20)).isoformat()}
    verified = (await ok(await admin.post(f"{path}/repaired", json=on)))["verified"]
    assert verified["distinct"]
    assert abs(verified["kwh_day"] - 600) < 30
    await ok(await admin.post(f"{path}/close"), 204)
    listed = (await ok(await admin.get(f"/api/v1/waste/{SITE}", params={"open": True})))["items"]
    assert night["id"] not in {each["id"] for each in listed}


async def reports(admin: httpx.AsyncClient) -> None:
    told = await ok(await admin.get(f"/api/v1/energy-months/{SITE}", params={"month": f"{FIRST:%Y-%m}"}))
    for language, title, missed in (("zh", "能耗月报", "超标"), ("en", "Monthly energy report", "missed")):
        asked = {"month": f"{FIRST:%Y-%m}", "language": language}
        book = await admin.get(f"/api/v1/energy-reports/{SITE}/xlsx", params=asked)
        assert book.status_code == 200, book.text
        sheets = openpyxl.load_workbook(BytesIO(book.content))
        assert len(sheets.worksheets) == 7
        first = [[cell.value for cell in row] for row in sheets.worksheets[0].iter_rows()]
        assert str(first[0][0]).startswith(title)
        meters = [[cell.value for cell in row] for row in sheets.worksheets[3].iter_rows()]
        main = next(row for row in meters if row[0] in {"总表", MAIN})
        whole = next(row for row in first if row[0] in {"进线合计", "All that enters"})
        assert main[1:] == whole[1:], "the only meter that enters"
        assert main[2] == float(told["items"][0]["amount"])
        assert (main[4], main[6]) == (1000, missed)
        assert not any(str(cell.value).startswith("=") for sheet in sheets for row in sheet.iter_rows() for cell in row)
        paper = await admin.get(f"/api/v1/energy-reports/{SITE}/pdf", params=asked)
        assert paper.status_code == 200, paper.text
        assert title in PdfReader(BytesIO(paper.content)).pages[0].extract_text()
    ahead = {"month": f"{TODAY.year + 1}-01"}
    assert (await admin.get(f"/api/v1/energy-reports/{SITE}/pdf", params=ahead)).status_code == 422


async def test_readers_may_look_and_strangers_see_nothing(house: House) -> None:
    async with house.client(await house.token(Role.VIEWER, "elsewhere")) as stranger:
        for path in (f"/bills/{SITE}/checks", f"/energy-settings/{SITE}", f"/waste/{SITE}", f"/baselines/{SITE}"):
            assert (await stranger.get(f"/api/v1{path}")).status_code == 403
    async with house.client(await house.token(Role.VIEWER, SITE)) as viewer:
        assert (await viewer.get(f"/api/v1/energy-settings/{SITE}")).status_code == 200
        assert (await viewer.put(f"/api/v1/energy-settings/{SITE}", json={})).status_code == 403
