"""A type that nobody knew of yesterday has a right page from its data alone; its trend is exported and compared."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from httpx import QueryParams
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from dashboards import dist
from tests.browser.conftest import PATIENT_MS
from tests.browser.own_type import OwnType
from tests.services.fixtures import required
from tests.services.server import MissingError


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OwnType]:
    """A cloud of its own."""
    with required():
        if dist() is None:
            raise MissingError("the dashboards are not built: make setup")
        with OwnType(tmp_path_factory.mktemp("own-type")) as own:
            yield own


@pytest.fixture
def page(site: OwnType, browser: Browser) -> Iterator[Page]:
    """An engineer's screen."""
    context = browser.new_context(base_url=site.cloud.url, locale="zh-CN", viewport={"width": 1600, "height": 1000})
    context.set_default_timeout(PATIENT_MS)
    opened = context.new_page()
    user = site.cloud.person("engineer")
    opened.goto("/login")
    opened.locator("input[name=username]").fill(user["name"])
    opened.locator("input[name=password]").fill(user["password"])
    opened.keyboard.press("Enter")
    opened.locator("[data-equipment=ice-1]").wait_for()
    yield opened
    context.close()


def test_an_unknown_type_has_its_row_its_page_and_its_trend(site: OwnType, page: Page) -> None:
    row = page.locator("[data-system=hvac]")
    expect(row).to_contain_text("1号制冰机")
    expect(row.locator("[data-spark=hvac]")).to_contain_text("冰仓料位")
    page.goto("/equipment/ice-1")
    level = page.locator("[data-point='ice-1.bin_level']")
    expect(level).to_contain_text("冰仓料位")
    expect(level.locator(".bar svg")).to_have_count(1)
    expect(page.locator("[data-point='ice-1.running']")).to_contain_text("制冰状态")
    expect(page.locator("header", has_text="制冰机").first).to_contain_text("中央厨房")
    expect(page.locator("[data-rule=bin_empty]")).to_contain_text(re.compile(r"低于 10 %.*读不到", re.DOTALL))
    expect(page.locator("[data-rule=warm]")).to_contain_text("制冰状态为制冰 且 蒸发温度 > -5")
    expect(page.locator("[data-total=batches]")).to_contain_text("制冰批次")
    expect(page.locator("[data-total=running]")).to_contain_text(re.compile(r"[23]\.\d h"))
    expect(page.get_by_text("额定功率 3.2 kW", exact=True)).to_be_visible()
    page.locator("[data-wire] summary").click()
    expect(page.locator("[data-wire]")).to_contain_text("register 12")
    expect(page.locator("[data-wire]")).to_contain_text("nordic-i200")
    page.goto("/trends?point=ice-1.bin_level&point=ice-1.running&from=-6h&to=now")
    expect(page.locator("[data-panel]")).to_have_count(2)
    expect(page.locator("[data-statistic='ice-1.bin_level']")).to_contain_text("80 %")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="XLSX 导出").click()
    assert_as_the_series_say(site, Path(waiting.value.path()).read_bytes())


def assert_as_the_series_say(site: OwnType, workbook: bytes) -> None:
    """Every cell is what /series answers for the same buckets."""
    head, *rows = load_workbook(BytesIO(workbook)).active.iter_rows(values_only=True)
    assert head[0] == "时间 (Asia/Shanghai)"
    ids = [str(title).split()[0] for title in head[1:]]
    assert ids[:3] == ["ice-1.bin_level"] * 3
    assert set(ids[3:]) == {"ice-1.running"}
    first, last = (f"{row[0].isoformat()}+08:00" for row in (rows[0], rows[-1]))
    points = [("point", "ice-1.bin_level"), ("point", "ice-1.running")]
    asked = QueryParams([*points, ("from", first), ("to", last), ("buckets", str(len(rows)))])
    with httpx.Client(base_url=f"{site.cloud.url}/api/v1/", timeout=60, trust_env=False) as client:
        client.headers["origin"] = site.cloud.url
        assert client.post("session", json=site.cloud.person("engineer")).is_success
        series = client.get("series", params=asked).raise_for_status().json()
    width = (rows[1][0] - rows[0][0]).total_seconds()
    assert series["width"] == width
    for place, name in enumerate(("mean", "minimum", "maximum"), start=1):
        told = [value for value in series["items"][0][name] if value is not None]
        written = [row[place] for row in rows[: len(series["start"])] if row[place] is not None]
        assert len(told) > 100
        assert written[: len(told)] == pytest.approx(told, rel=1e-8)
