"""The month broken down: uses and areas in energy, coal, carbon, money and per m²; degree days; prices by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import httpx
import numpy as np
import pytest
from sqlalchemy import Connection, insert

from cloud.energy_breakdown.weather import degree_days
from cloud.energy_settings.ground import energy_site
from cloud.energy_targets.scopes import scoped
from cloud.meters.schemas import MeterSettings
from cloud.meters.store import put_settings
from cloud.sites.tables import PLACE
from facility.clock import NS, SystemClock
from facility.energy.day_types import shipped_calendar
from facility.energy.intervals import QUARTER, Intervals
from facility.energy.local_time import local_day, midnight
from facility.energy.pricing import pricing
from facility.energy.tariff import Tariff
from facility.energy.tariff_energy import CrossesBands, parts_of
from facility.words import Text
from tests.cloud.conftest import House
from tests.cloud.energy.estate_of_meters import LIGHTS, MAIN, SITE, ZONE, fill, write
from tests.cloud.energy.test_management import gansu
from tests.facility.energy.steady_estate import parts_list

D = Decimal
NOW = SystemClock().now()
TODAY = local_day(ZONE, NOW)
LAST = TODAY.replace(day=1) - timedelta(days=1)
FIRST = LAST.replace(day=1)
MONTH = {"month": f"{FIRST:%Y-%m}"}


def settle(connection: Connection) -> None:
    """A main meter, lights of a use and an area below it, and a shop of another use of which nothing is known."""
    fill(connection, FIRST - timedelta(days=40), TODAY - timedelta(days=1), now=NOW)
    for id, use, area in ((LIGHTS, "lighting", "tower-a"), ("meter-shop", "tenant", "tower-a")):
        said = MeterSettings(kind="manual", name=Text(zh="表", en=id), unit="kW.h", parent=MAIN, use=use, area=area)
        put_settings(connection, SITE, id, said, by="test", now=NOW)


async def got(admin: httpx.AsyncClient, path: str, **query: str) -> Any:
    answer = await admin.get(f"/api/v1{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def sized(connection: Connection) -> None:
    """The inventory says how large the tower is."""
    tower = {"site": SITE, "id": "tower-a", "gateway": "g", "rank": 0, "zh": "甲栋", "en": "Tower A", "area": 800.0}
    connection.execute(insert(PLACE).values(tower))


async def test_what_the_inventory_says_of_areas_counts_for_every_figure_until_the_settings_say_otherwise(
    house: House, admin: httpx.AsyncClient
) -> None:
    await house.database.write(settle)
    await house.database.write(sized)
    where = await house.database.read(lambda c: energy_site(c, SITE))
    found = {scope: scoped(where, scope).m2 for scope in (f"area:{SITE}", "area:tower-a", f"meter:{LIGHTS}")}
    assert found == {f"area:{SITE}": D(800), "area:tower-a": D(800), f"meter:{LIGHTS}": D(800)}
    told = await got(admin, f"/energy-months/{SITE}/breakdown", **MONTH)
    assert (D(told["totals"][0]["m2"]), D(told["areas"][0]["m2"])) == (D(800), D(800))
    settings = {"area_m2": {"tower-a": "750.5"}, "factors": []}
    assert (await admin.put(f"/api/v1/energy-settings/{SITE}", json=settings)).status_code == 204
    where = await house.database.read(lambda c: energy_site(c, SITE))
    assert (scoped(where, "area:tower-a").m2, scoped(where, f"area:{SITE}").m2) == (D("750.5"), D(800))


async def test_a_month_by_use_and_area(house: House, admin: httpx.AsyncClient) -> None:
    await house.database.write(settle)
    bare = await got(admin, f"/energy-months/{SITE}/breakdown", **MONTH)
    (total,) = bare["totals"]
    assert D(total["total"]["amount"]) == 2676 * LAST.day
    assert (total["yuan"], total["per_m2"]) == (None, None)
    assert "supply contract" in total["unpriced"]["en"], "no price is no zero"
    await priced(admin)
    told = await got(admin, f"/energy-months/{SITE}/breakdown", **MONTH)
    (total,) = told["totals"]
    prices = ((813, "0.67"), (1188, "0.52"), (675, "0.37"))
    energy = sum((D(kwh * LAST.day) * D(price) for kwh, price in prices), D(0))
    assert D(total["yuan"]) == energy.quantize(D("0.01"))
    assert D(total["kgce"]) == (D(2676 * LAST.day) * D("0.1229")).quantize(D("0.001"))
    assert D(total["per_m2"]) == (D(2676 * LAST.day) / 10_000).quantize(D("0.001"))
    assert any("GB/T 2589" in each for each in told["factors"])
    uses = {use["id"]: use for use in told["uses"]}
    assert uses["lighting"]["meters"] == [LIGHTS]
    assert D(uses["lighting"]["yuan"]) < D(total["yuan"]), "priced by the contract above it"
    assert uses["tenant"]["total"]["amount"] is None
    assert (uses["tenant"]["yuan"], uses["tenant"]["kgce"], uses["tenant"]["unpriced"]["en"]) == (
        None, None, "Nothing is known",
    )  # fmt: skip
    (area,) = told["areas"]
    assert area["total"]["coverage"] == 0.5, "half of its meters say nothing"
    assert area["month_before"]["change"] is None
    assert D(area["per_m2"]) == (D(area["total"]["amount"]) / 500).quantize(D("0.001"))


async def priced(admin: httpx.AsyncClient) -> None:
    prices = parts_list("2020-01-01", "0.3", "0.2", "0.02", capacity="20", demand="30")
    contract = {"from": "2020-01-01", "tariff": "ours", "kva": 315, "basic": "capacity"}
    settings = {"area_m2": {SITE: "10000", "tower-a": "500"}, "factors": []}
    for path, body in (
        (f"tariffs/{SITE}/ours", {"tariff": gansu(prices)}),
        (f"supply-contracts/{SITE}/{MAIN}", {"contracts": [contract]}),
        (f"energy-settings/{SITE}", settings),
    ):
        answer = await admin.put(f"/api/v1/{path}", json=body)
        assert answer.is_success, answer.text


async def test_the_weather_of_a_month(house: House, admin: httpx.AsyncClient) -> None:
    await house.database.write(settle)
    start = midnight(ZONE, FIRST) // NS
    cold = [{"at": _iso(start + 3600 * n), "temperature": 8.0 if n % 2 else 28.0} for n in range(24 * LAST.day)]
    sent = await admin.post(f"/api/v1/energy-settings/{SITE}/temperatures", json={"hours": cold})
    assert sent.is_success, sent.text
    told = await got(admin, f"/energy-months/{SITE}/weather", **MONTH)
    assert told["now"]["heating"] == pytest.approx(5 * LAST.day), "a mean of 18 °C would hide it"
    assert told["now"]["cooling"] == pytest.approx(1 * LAST.day)
    assert told["month_before"] | {"start": "", "end": ""} == {
        "start": "", "end": "", "heating": None, "cooling": None, "known": 0,
    }  # fmt: skip
    assert told["mean"] == [18.0] * LAST.day
    assert (told["source"], told["days"][0]) == ("sent", FIRST.isoformat())


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


async def test_a_tree_and_its_quality_end_now(house: House, admin: httpx.AsyncClient) -> None:
    await house.database.write(settle)
    ahead = {
        "site": SITE,
        "first": (TODAY - timedelta(days=1)).isoformat(),
        "last": (TODAY + timedelta(days=9)).isoformat(),
    }
    tree = await got(admin, "/energy/tree", **ahead)
    quality = await got(admin, "/energy/data-quality", **ahead)
    assert tree["end"] == quality["end"] < _iso(NOW // NS + 3600)
    main = next(each for each in quality["meters"] if each["meter"] == MAIN)
    assert main["shares"]["measured"] >= 0.5, "the days to come are not missing"


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_what_is_fed_into_the_grid_does_not_enter(house: House, admin: httpx.AsyncClient) -> None:
    await house.database.write(settle)
    before = await got(admin, f"/energy-months/{SITE}/breakdown", **MONTH)

    def exporting(connection: Connection) -> None:
        told = MeterSettings(
            kind="manual", name=Text(zh="上网表", en="Export"), unit="kW.h", use="fed_in", area="tower-a"
        )
        put_settings(connection, SITE, "meter-export", told, by="test", now=NOW)
        write(connection, "meter-export", FIRST, LAST, lambda hour, _: 7.0 + 0 * hour)

    await house.database.write(exporting)
    after = await got(admin, f"/energy-months/{SITE}/breakdown", **MONTH)
    assert after["totals"] == before["totals"], "neither in the sum nor in its coal and carbon"
    assert after["areas"] == before["areas"]
    (line,) = (each for each in after["uses"] if each["id"] == "fed_in")
    assert (line["name"]["zh"], D(line["total"]["amount"])) == ("上网电量", D(168 * LAST.day))
    where = await house.database.read(lambda c: energy_site(c, SITE))
    assert "meter-export" not in scoped(where, f"area:{SITE}").meters


def test_degree_days_need_nine_tenths_of_the_hours() -> None:
    warm = np.full(100, 30.0)
    warm[:10] = np.nan
    assert degree_days(warm, 0, 1).cooling == pytest.approx(4 * 100 / 24, abs=0.01)
    warm[10] = np.nan
    assert degree_days(warm, 0, 1).cooling is None
    assert degree_days(np.empty(0), 0, 0).known == 0


def test_prices_of_quarter_hours_are_those_of_the_bill() -> None:
    tariff = Tariff.model_validate(gansu(parts_list("2020-01-01", "0.3", "0.2", "0.02", capacity="20", demand="30")))
    start, end = (midnight(ZONE, day) for day in (FIRST, LAST + timedelta(days=1)))
    edges = np.arange(start, end + 1, QUARTER, dtype=np.int64)
    n = len(edges) - 1
    amount = np.random.default_rng(7).integers(0, 10**9, n)
    used = Intervals("kW.h", edges, amount, np.zeros(n, np.uint8), np.ones(n), np.zeros(n), np.zeros(n))
    bill = parts_of(used, tariff, shipped_calendar(), ZONE, FIRST, LAST)
    thousandths = [(D(part.amount).scaleb(-6).quantize(D("0.001"), ROUND_HALF_UP), part.price) for part in bill.parts]
    by_hand = sum(((kwh * price).quantize(D("0.01"), ROUND_HALF_UP) for kwh, price in thousandths), D(0))
    found = pricing(tariff, shipped_calendar(), ZONE, edges, 3)
    assert found.cost(used) == by_hand
    days = edges[::96]
    ones = np.ones(LAST.day)
    daily = Intervals("kW.h", days, ones.astype(np.int64), np.zeros(LAST.day, np.uint8), ones, ones, ones)
    with pytest.raises(CrossesBands):
        pricing(tariff, shipped_calendar(), ZONE, days, 3).cost(daily)
