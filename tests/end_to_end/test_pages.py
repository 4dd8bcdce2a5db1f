"""The main job as a person sees it: a real browser on the pages of the running estate."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.end_to_end.dry_run import DryRun
from tests.end_to_end.estate import PATIENCE, Estate

PATIENT_MS = PATIENCE * 1_000


@pytest.fixture
def page(estate: Estate, browser: Browser) -> Iterator[Page]:
    """The pages of the estate's own cloud, an engineer logged in."""
    context = browser.new_context(base_url=estate.url, locale="zh-CN", viewport={"width": 1600, "height": 900})
    context.set_default_timeout(PATIENT_MS)
    page = context.new_page()
    user = estate.user("engineer")
    page.goto("/login")
    page.locator("input[name=username]").fill(user["name"])
    page.locator("input[name=password]").fill(user["password"])
    page.get_by_role("button", name="登录", exact=True).click()
    page.locator("[data-equipment=pump-1] .value").first.wait_for()
    yield page
    context.close()


def test_a_dry_pump_on_the_pages(estate: Estate, page: Page) -> None:
    """Alarm and order appear by themselves; the alarm is acknowledged by hand, and clears when the pump is mended."""
    estate.acknowledge_all()
    pump = DryRun(estate, "pump-2")
    page.goto("/alarms")
    page.get_by_role("row").first.wait_for()
    pump.inject()
    alarm = pump.raised()
    row = page.locator(f"[data-alarm='{alarm['id']}']")
    expect(row).to_contain_text("2号给水泵", timeout=PATIENT_MS)
    row.get_by_role("button", name="接警", exact=True).click()
    expect(row).to_contain_text("已接警", timeout=PATIENT_MS)
    page.goto("/work-orders")
    order = pump.order()
    expect(page.locator(f"[data-order='{order['id']}']")).to_be_visible(timeout=PATIENT_MS)
    page.goto(f"/alarms/{alarm['id']}")
    expect(page.locator(f"[data-opened='{alarm['id']}'] ol li").first).to_be_visible(timeout=PATIENT_MS)
    pump.clear()
    expect(page.locator(f"[data-opened='{alarm['id']}']")).to_contain_text("已结束", timeout=PATIENT_MS)
    assert [step["at"] for step in estate.get(f"alarms/{alarm['id']}")["history"]]


def test_the_equipment_page_moves_with_the_plant(estate: Estate, page: Page) -> None:
    """Values are live: they follow what the plant does, without a reload."""
    fault = page.locator("[data-point='pump-1.fault']")
    page.goto("/equipment/pump-1")
    expect(fault).to_contain_text("正常", timeout=PATIENT_MS)
    estate.inject("pump-1", "trip")
    try:
        expect(fault).not_to_contain_text("正常", timeout=PATIENT_MS)
    finally:
        estate.clear("pump-1")
    expect(fault).to_contain_text("正常", timeout=PATIENT_MS)
    assert page.title().startswith("1号给水泵")
