"""The engineers' pages: from a sparkline to the trend, the alarm and an order; panning, export, findings, upkeep."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.accessible import findings
from tests.browser.canned import Canned
from tests.browser.looks import ENGINEERING, View, chinese_signs, set_screen, visit
from tests.browser.test_every_page import KEY, SHOTS

TRENDS = next(view for view in ENGINEERING if view.name == "trends")
PHONE: Any = {"width": 390, "height": 844}
OWN_KEY = re.compile(r"\b(?:desk|condition|maintenance|portfolio|gateways|limit|totals|wire|mimic)\.[a-z_.]+\b")


@pytest.mark.parametrize(("language", "theme"), [("zh", "dark"), ("en", "light")])
def test_each_page_shows_itself_whole_and_is_accessible(page: Page, language: str, theme: str) -> None:
    set_screen(page, language, theme)
    for view in ENGINEERING:
        visit(page, view)
        words = page.locator("body").inner_text()
        assert not KEY.findall(words) + OWN_KEY.findall(words), f"{view.name}: a key without its message"
        chinese = chinese_signs(page)
        assert chinese > 20 if language == "zh" else chinese <= view.own_words, f"{view.name}: {chinese}"
        assert findings(page) == [], view.name
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{view.name}-{language}-{theme}.png")
    page.set_viewport_size(PHONE)
    for view in ENGINEERING if language == "zh" else ():
        visit(page, view)
        wide = page.evaluate("Math.max(document.querySelector('main').scrollWidth, document.body.scrollWidth)")
        assert wide <= PHONE["width"], view.name


def test_from_a_sparkline_to_the_trend_to_the_alarm_to_an_order(page: Page, canned: Canned) -> None:
    visit(page, View("overview", "/", "[data-spark=water]"))
    page.locator("[data-spark=water]").click()
    page.locator("[data-panel] .u-over").first.wait_for()
    assert "point=pump-1.discharge_pressure" in page.url
    mark = page.locator("[data-event=alarm-pump-1-dry_run]")
    mark.click()
    expect(page.locator("[data-opened=alarm-pump-1-dry_run]")).to_be_visible()
    page.go_back()
    page.locator("[data-panel] .u-over").first.wait_for()
    page.locator("[data-happened=order-118] a").first.click()
    expect(page.locator("[data-order=order-118]")).to_be_visible()
    canned.direct("reset")


def no_step_is_near() -> None:
    """A window that follows the clock moves on each 500th of its length; not within the next seconds."""
    step = 24 * 3600 / 500
    while time.time() % step > step - 15:
        time.sleep(0.1)


def test_panning_keeps_the_picture_until_the_new_one_is_here(page: Page) -> None:
    no_step_is_near()
    visit(page, TRENDS)
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)

    page.route("**/api/v1/series?*", hold)
    stack = page.get_by_role("group", name=re.compile("方向键平移"))
    stack.focus()
    first = stack.get_attribute("aria-label")
    page.keyboard.press("ArrowLeft")
    expect(stack).not_to_have_attribute("aria-label", first or "")
    assert asked == [], "a fifth of a window away is here already"
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
        assert page.locator("[data-panel] canvas").count() == 2
    deadline = time.monotonic() + 60
    while not asked:
        assert time.monotonic() < deadline
        page.wait_for_timeout(20)
    expect(page.locator("p[role=status]")).to_have_text("正在读取更细的数据…")
    assert page.locator("[data-panel] canvas").count() == 2, "the old picture stays while the new one is asked for"
    page.unroute_all()
    expect(page.locator("p[role=status]")).to_have_text("")
    page.keyboard.press("+")
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile("from=-12h&to=now"))


def test_the_exported_file_holds_what_the_table_shows(page: Page, tmp_path: Path) -> None:
    no_step_is_near()
    visit(page, TRENDS)
    page.get_by_role("button", name="表格", exact=True).click()
    shown = page.locator("[data-window-table] tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.innerText))"
    )
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV 导出").click()
    file = tmp_path / "trend.csv"
    waiting.value.save_as(file)
    head, *rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    assert head[0] == "时间 (Asia/Shanghai)"
    assert head[1].startswith("1号给水泵（低区） · 流量 m³/h")
    assert len(rows) == len(shown) > 200
    for row, cells in zip(rows, shown, strict=True):
        assert row[0] == cells[0]
        for value, cell in zip(row[1:], cells[1:], strict=True):
            assert (value == "") == (cell == "—")
            assert not value or float(value) == pytest.approx(float(cell.replace("−", "-")), abs=0.0006)


def test_a_view_is_kept_shared_by_its_link_and_opened_again(page: Page) -> None:
    page.goto("/trends")
    page.get_by_role("combobox", name="添加测点").fill("pump-2 电流")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.locator("[data-statistic='pump-2.current']").wait_for()
    page.get_by_role("combobox", name="对比").select_option("week")
    page.get_by_role("button", name="7 天").click()
    expect(page).to_have_url(re.compile(r"point=pump-2\.current&from=-7d&to=now&compare=week"))
    page.get_by_role("button", name="保存视图").click()
    page.get_by_label("视图名称").fill("电流一周")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="已存视图")).to_have_value(re.compile("view-"))
    kept = page.url
    page.goto("/trends")
    page.get_by_role("combobox", name="已存视图").select_option(label="电流一周")
    page.locator("[data-statistic='pump-2.current']").wait_for()
    expect(page).to_have_url(kept)


def test_a_finding_becomes_an_order_once(page: Page) -> None:
    page.goto("/condition")
    cell = page.locator("[data-condition='pump-1/'] .attention").first
    expect(cell).to_be_visible()
    page.locator("[data-condition='pump-1/'] button").click()
    card = page.locator("[data-opened-machine] [data-figure=specific_energy]")
    expect(card).to_contain_text("高 30 %")
    card.get_by_role("button", name="生成工单").click()
    expect(card.locator("[data-asked]")).to_have_attribute("href", re.compile(r"order=order-\d+"))
    assert card.get_by_role("button", name="生成工单").count() == 0


def test_what_is_blind_and_what_is_due_is_seen_and_leads_on(page: Page) -> None:
    page.goto("/gateways")
    line = page.locator("[data-line=security]")
    expect(line.locator("[data-device=door-courtyard] .hatched")).to_contain_text("设备无应答")
    page.locator("[data-blind=door-courtyard] a").click()
    expect(page).to_have_url(re.compile("/equipment/door-courtyard"))
    page.goto("/maintenance")
    expect(page.locator("[data-plan=plan-grease-pump-1]")).to_contain_text("已超 15 小时")
    assert page.locator("[data-task]").count() > 8
    month = page.locator("[data-month]")
    this_month = month.input_value()
    month.fill("下个月")
    month.press("Enter")
    expect(month).to_have_attribute("aria-invalid", "true")
    month.fill("2027年3月")
    month.press("Enter")
    expect(month).to_have_value("2027-03")
    page.get_by_role("button", name="今天", exact=True).click()
    expect(month).to_have_value(this_month)
    page.get_by_role("button", name="列表", exact=True).click()
    page.get_by_role("link", name="1号电梯").first.click()
    expect(page.locator("[data-lift=lift-1]")).to_contain_text("99.94 %")
    page.goto("/portfolio")
    expect(page.locator("[data-site]")).to_have_count(3)
    assert page.locator("[data-site]").first.get_attribute("data-site") == "riverside", "danger to people comes first"
    page.locator("[data-site=riverside] button").click()
    expect(page.locator("[data-equipment=pump-1]")).to_be_visible()


def test_the_room_to_a_limit_follows_the_stream(page: Page) -> None:
    page.goto("/equipment/pump-2")
    room = page.locator("[data-rule=motor_hot] .room, [data-rule=vibration_high] .room").first
    expect(room).to_contain_text("余")
    seen = {room.inner_text()}
    deadline = time.monotonic() + 60
    while len(seen) < 2:
        assert time.monotonic() < deadline, "it stands still"
        page.wait_for_timeout(100)
        seen.add(room.inner_text())
    assert page.locator("[data-mimic=pumps] [data-duty]").count() == 2
    assert page.locator("[data-total=starts]").count() == 1
