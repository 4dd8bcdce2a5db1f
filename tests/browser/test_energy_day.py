"""The energy manager's day on a real cloud: readings become a month, its quarter hours, its tree, its quality."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from facility.clock import NS, SystemClock
from facility.energy.local_time import local_day, midnight
from tests.browser.conftest import PATIENT_MS
from tests.end_to_end.lone_cloud import SITE, LoneCloud

ZONE: Final = ZoneInfo("Asia/Shanghai")
TODAY: Final = local_day(ZONE, SystemClock().now())
DAY: Final = TODAY - timedelta(days=1)
START: Final = midnight(ZONE, DAY) // NS
METERS: Final = {
    "main": (None, "incoming", "2.5"),
    "lights": ("main", "lighting", "1"),
    "shops": ("main", "tenant", "2"),
}
"""Parent, use, kWh of each quarter hour."""
BLIND: Final = range(24, 48)
"""Quarter hours in which nobody read the lights."""


class EnergyHouse:
    """A cloud with three meters that were read each quarter hour of yesterday; the shops count more than they can."""

    def __init__(self, cloud: LoneCloud) -> None:
        cloud.register("edge-1")
        self.url, self.person = cloud.url, cloud.person("energy")
        self._client = httpx.Client(base_url=f"{cloud.url}/api/v1/", timeout=60, trust_env=False)
        self._client.headers["origin"] = cloud.url
        self.does("POST", "session", json=self.person)
        for id, (parent, use, _) in METERS.items():
            said = {"kind": "manual", "name": {"zh": f"{id}表", "en": id}, "unit": "kW.h", "reading_period": 900}
            self.does("PUT", f"meters/{id}", params={"site": SITE}, json=said | {"parent": parent, "use": use})
        self.does("POST", "meter-readings/csv", params={"site": SITE}, content=readings().encode())

    def does(self, method: str, path: str, **more: Any) -> Any:
        """What the API answers; AssertionError with its words where it refuses."""
        answer = self._client.request(method, path, **more)
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def close(self) -> None:
        """No more questions."""
        self._client.close()

    def read_later(self) -> None:
        """The lights' reading at nine, found in a notebook."""
        at = datetime.fromtimestamp(START + 9 * 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.does("POST", "meter-readings", json={"site": SITE, "meter": "lights", "at": at, "value": "1034"})


def readings() -> str:
    """A register of each meter at every quarter hour of the day, both midnights too."""
    lines = ["表号,抄表时间,读数,备注"]
    for id, (_, _, step) in METERS.items():
        for n in range(97):
            at = datetime.fromtimestamp(START + 900 * n, ZONE)
            if id != "lights" or n not in BLIND:
                lines.append(f"{id},{at:%Y-%m-%d %H:%M},{1000 + float(step) * n},")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def house() -> Iterator[EnergyHouse]:
    with LoneCloud() as cloud:
        house = EnergyHouse(cloud)
        yield house
        house.close()


@pytest.fixture
def manager(house: EnergyHouse, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1600, "height": 900}, locale="zh-CN", base_url=house.url)
    context.set_default_timeout(PATIENT_MS)
    yield context.new_page()
    context.close()


def log_in(page: Page, house: EnergyHouse) -> None:
    page.goto("/login")
    page.locator("input[name=username]").fill(house.person["name"])
    page.locator("input[name=password]").fill(house.person["password"])
    page.keyboard.press("Enter")
    page.get_by_role("link", name="能耗").click()


def looked_at(page: Page, name: str) -> None:
    """A screenshot for a person who wants to see the page."""
    if folder := os.environ.get("GATEHOUSE_LOOKS"):
        page.screenshot(path=f"{folder}/{name}.png")


def test_from_the_month_to_what_is_known_of_it(house: EnergyHouse, manager: Page) -> None:  # noqa: PLR0915 - a walk
    page = manager
    log_in(page, house)
    page.locator("[data-month-picker]").select_option(f"{DAY:%Y-%m}")
    total = page.locator("[data-total='kW.h']")
    expect(total.locator(".amount strong")).to_have_text("240.0")
    elapsed = 1 if DAY.day == 1 else 0.999
    shown = total.locator(".known").inner_text()
    assert float(shown.strip(" %")) <= 100 * elapsed, "the other days of the month are not known, and that is said"
    expect(total.locator("[data-yuan]")).to_have_text("—")
    expect(page.locator("[data-weather]")).to_have_count(0)
    looked_at(page, "real-month")
    page.locator("[data-line=lighting] button").click()
    page.locator("[data-breakdown] a", has_text="lights表").click()
    days = page.get_by_role("slider")
    expect(days).to_have_attribute("aria-valuetext", f"{DAY}: 96.0 kWh")
    expect(page.locator("[data-day-beside] .total")).to_have_text("96.0 kWh")
    looked_at(page, "real-carpet")
    page.get_by_role("link", name="计量树").click()
    main = page.locator("[data-node=main]")
    expect(main).to_contain_text("−48.0 kWh")
    expect(main).to_contain_text("下级合计大于本表")
    looked_at(page, "real-tree")
    house.read_later()
    page.get_by_role("link", name="数据质量").first.click()
    row = page.locator("[data-meter=lights] tr").first
    expect(row.locator("td").nth(6)).to_be_visible()
    counted = [cell.replace("·", "0").replace("\u202f", "") for cell in row.locator("td").all_inner_texts()[1:7]]
    measured, interpolated, estimated, changed, reset, missing = map(int, counted)
    assert measured >= 96 - len(BLIND) - 1
    assert interpolated + estimated in {len(BLIND) + 1, len(BLIND)}
    assert (changed, reset) == (0, 0)
    assert missing == sum(map(int, counted)) - 96, "what was read of the day is not missing"
    line = page.locator("[data-restatements] tbody tr").first
    expect(line).to_contain_text("人工抄表")
    expect(line).to_contain_text(house.person["name"])
    looked_at(page, "real-quality")


def test_what_is_set_up_counts_at_once(house: EnergyHouse, manager: Page) -> None:  # noqa: PLR0915 - a walk
    page = manager
    log_in(page, house)
    page.get_by_role("link", name="能耗设置").click()
    page.locator("[data-add=virtual]").click()
    form = page.locator("[data-form=meter]")
    form.locator("[name=id]").fill("shops")
    form.locator("[name=zh]").fill("未计量")
    form.locator("[name=formula]").fill("[main] - [lihgts]")
    form.get_by_role("button", name="保存").click()
    expect(form.locator("[data-wrong]")).to_contain_text(["这个表号已有", "没有表号为 lihgts 的表"])
    form.locator("[name=id]").fill("rest")
    form.locator("[name=formula]").fill("[main] - [shops] * 2 * [lights]")
    form.get_by_role("button", name="保存").click()
    expect(form.locator("[data-wrong]")).to_contain_text("两块表不能相乘")
    expect(form.locator("[name=zh]")).to_have_value("未计量")
    form.locator("[name=formula]").fill("2 * [main] - [shops]")
    form.locator("[data-try]").click()
    expect(form.locator("[data-tried]")).to_contain_text("288.0 kWh")
    looked_at(page, "real-setup")
    form.get_by_role("button", name="保存").click()
    expect(page.locator("[data-meter-row=rest]")).to_contain_text("2 * [main] - [shops]")
    page.locator("[data-edit=main]").click()
    parents = form.locator("[name=parent] option")
    expect(parents).to_have_text(["无上级(进线)"])
    form.locator("[name=multiplier]").fill("10")
    form.locator("[data-try]").click()
    expect(form.locator("[data-tried]")).to_contain_text("个已公布的 15 分钟")
    page.locator("[data-edit=lights]").click()
    expect(form.locator("[name=multiplier]")).to_have_value("")
    page.locator("[data-edit=main]").click()
    expect(form.locator("[data-left]")).to_be_visible()
    expect(form.locator("[name=multiplier]")).to_have_value("10")
    form.get_by_role("button", name="取消").click()
    page.locator("[data-part=areas]").click()
    whole = page.locator(f"[data-area={SITE}] input")
    whole.fill("一千")
    expect(page.locator(f"[data-area={SITE}]")).to_contain_text("请填写数字")
    whole.fill("1,200")
    house.does("PUT", f"energy-settings/{SITE}/areas", json={"area_m2": {SITE: "900"}})
    page.get_by_role("button", name="保存 1 处改动").click()
    expect(page.locator("[data-refused]")).to_contain_text("已被他人更改")
    looked_at(page, "real-stale")
    page.locator("[data-read-again]").click()
    expect(page.locator(f"[data-area={SITE}] [data-now]")).to_have_text("现为:900")
    expect(whole).to_have_value("1,200")
    page.get_by_role("button", name="保存 1 处改动").click()
    page.locator("[data-part=shares]").click()
    page.locator("[data-new-share]").click()
    share = page.locator("[data-form=share]")
    share.locator("[name=zh]").fill("公区照明")
    share.locator("[data-share-meter]").select_option("lights")
    for n, m2 in (("甲", "100"), ("乙", "300")):
        share.locator("[data-add-bearer]").click()
        row = share.locator("[data-bearer]").last
        row.locator("input").first.fill(n)
        row.locator("input.amount").fill(m2)
    page.locator("[data-share-preview] input[type=month]").fill(f"{DAY:%Y-%m}")
    expect(page.locator("[data-share-preview] tbody tr").last).to_contain_text("75.00 %")
    looked_at(page, "real-share")
    share.get_by_role("button", name="保存").click()
    expect(page.locator("[data-share]").first).to_contain_text("公区照明")
    held = house.does("GET", f"energy-settings/{SITE}")
    assert held["area_m2"] == {SITE: "1200"}
    kept = {each["id"]: each for each in house.does("GET", "meters", params={"site": SITE})["items"]}
    assert (kept["rest"]["formula"], kept["main"]["multiplier"]) == ("2 * [main] - [shops]", "1")
